"""Training of the Chinese encoder, from the sources to the learned file: ``python -m knowledge.training student``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch

from knowledge import learned_arrays
from knowledge.embedding.minilm import minilm
from knowledge.index.encoding.chinese_encoder import ChineseEncoder, EncoderVocabulary
from knowledge.training.encoder_network import EncoderNetwork
from knowledge.training.initial_network import load_network, new_network
from knowledge.training.parallel_texts import ParallelText, for_further_training, read_corpus
from knowledge.training.teacher_embeddings import TeacherEmbeddings, embed_with_teacher
from knowledge.training.training_loop import make_examples, train

SEED = 2022
FURTHER_RATE_SCALE = 0.4  # a lower learning rate, so that what a learned file knows is kept


def train_encoder(pairs: Path, out: Path, *, epochs: float, teacher_cache: Path | None, further: Path | None) -> None:
    """Read, ask the teacher, train, measure, write ``out``. ``further``: a learned file to start from.

    Raises ``TrainingDataError`` or ``LearnedError``.
    """
    rng = np.random.default_rng(SEED)
    torch.manual_seed(SEED)
    learned = learned_arrays.read(further)[0] if further else None
    corpus = read_corpus(pairs)
    if learned:  # the rest of the dictionary has been learned already
        corpus = for_further_training(corpus)
    texts = [text for parallel in (*corpus.texts, *corpus.held_out) for text in parallel.english]
    teacher = embed_with_teacher(minilm(), texts, teacher_cache)
    vocabulary, network = load_network(learned) if learned else new_network(corpus, teacher, rng)
    examples = make_examples(corpus.texts, vocabulary, teacher)
    print(f"{len(vocabulary.terms)} words, {len(teacher.row)} English texts, {len(examples)} examples", flush=True)
    train(network, examples, teacher, epochs, rng, rate_scale=FURTHER_RATE_SCALE if learned else 1.0)
    arrays = to_arrays(network, vocabulary)
    _print_held_out_ranks(ChineseEncoder(arrays), corpus.held_out, teacher)
    digest = learned_arrays.write(out, arrays)
    print(f"{out}: {out.stat().st_size / 1e6:.1f} MB, SHA-256 {digest}")


def to_arrays(network: EncoderNetwork, vocabulary: EncoderVocabulary) -> dict[str, np.ndarray[Any, Any]]:
    """What ``ChineseEncoder`` reads: the table in 8 bits with a scale for each row, everything else in 16."""
    table = network.table.weight.detach().numpy()
    scales = (np.abs(table).max(axis=1) / 127).clip(1e-8).astype(np.float16).clip(1e-7)
    arrays: dict[str, np.ndarray[Any, Any]] = {
        "terms": np.frombuffer("\n".join(vocabulary.terms).encode(), dtype=np.uint8),
        "table": np.rint(table / scales[:, None].astype(np.float32)).clip(-127, 127).astype(np.int8),
        "scales": scales,
        "projection": network.projection.weight.detach().numpy().T.astype(np.float16),
    }
    state = {name: values.numpy().astype(np.float16) for name, values in network.state_dict().items()}
    arrays["layer_norm"] = np.stack([state["norm.weight"], state["norm.bias"]])
    arrays["layer_attend"], arrays["layer_attend_shift"] = state["attend.weight"].T, state["attend.bias"]
    arrays["layer_around"] = state["around.weight"].transpose(2, 1, 0)
    arrays["layer_around_shift"] = state["around.bias"]
    arrays["layer_change"], arrays["layer_change_shift"] = state["change.weight"].T, state["change.bias"]
    arrays["layer_gate"], arrays["layer_gate_shift"] = state["gate.weight"][0], state["gate.bias"]
    return arrays


def _print_held_out_ranks(
    student: ChineseEncoder, held_out: tuple[ParallelText, ...], teacher: TeacherEmbeddings
) -> None:
    """How often a held-out Chinese sentence is nearest to its own English among all held-out ones."""
    chinese = student.encode([parallel.text for parallel in held_out])
    english = np.stack([teacher[parallel.english[0]] for parallel in held_out])
    scores = chinese @ english.T
    rank = (scores > np.diag(scores)[:, None]).sum(axis=1)
    print(f"{len(rank)} held-out sentences: nearest {(rank < 1).mean():.3f}, among five {(rank < 5).mean():.3f}")
