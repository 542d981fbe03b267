"""A sentence-transformers model of a few kilobytes, made from nothing: another model than the bundled one."""

from __future__ import annotations

from pathlib import Path

WORDS = "苹果是一种水果秋天成熟梨树在春开白花李子可以做酱图书馆几点门the ferry leaves at nine apples ripen in autumn"
DIMENSION = 32
WINDOW = 128


def make_model(folder: Path, *, seed: int = 1) -> Path:
    """Write a BERT of one layer with random weights and a tokenizer by characters; returns its folder."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    letters = sorted({character for character in WORDS if character != " "})
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{letter}" for letter in letters)]
    bare = folder / "bare"
    bare.mkdir(parents=True)
    (bare / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    BertTokenizerFast(str(bare / "vocab.txt"), model_max_length=WINDOW).save_pretrained(bare)
    torch.manual_seed(seed)
    shape = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=DIMENSION,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=2 * DIMENSION,
        max_position_embeddings=WINDOW,
    )
    BertModel(shape).save_pretrained(bare)
    made = folder / f"model-{seed}"
    SentenceTransformer(modules=[Transformer(str(bare)), Pooling(DIMENSION)], device="cpu").save(str(made))
    return made
