"""The network before training: which words get a row, and MiniLM's embedding of their glosses as the row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from knowledge.index.encoding.chinese_encoder import EncoderVocabulary
from knowledge.text.language import words
from knowledge.training.encoder_network import EncoderNetwork
from knowledge.training.parallel_texts import ParallelCorpus, is_chinese, join_glosses
from knowledge.training.teacher_embeddings import TeacherEmbeddings

ROW_SIZE = 256  # numbers in a row: keeps 96 % of the glosses' variance
OFTEN = 3  # a word without a gloss gets a row when the sentences hold it so many times
LONGEST = 6  # characters of a word of the thesaurus
LONGEST_RARE = 4  # characters of a word that only the dictionary knows
CHARACTER_WEIGHT = 0.4  # a single character says less than a word

Matrix = np.ndarray[Any, np.dtype[np.float32]]


def build_vocabulary(corpus: ParallelCorpus) -> EncoderVocabulary:
    """Dictionary words without rare long ones and long names, and whatever the sentences and the thesaurus use."""
    used = Counter(word for parallel in corpus.texts if parallel.repeat > 1 for word in words(parallel.text))
    terms = dict.fromkeys(word for word, glosses in corpus.glosses.items() if _wanted(word, glosses, used))
    terms.update(dict.fromkeys(word for word, count in used.items() if count >= OFTEN))
    concepts = (parallel.text for parallel in corpus.texts if parallel.concept.startswith("concept"))
    terms.update(dict.fromkeys(text for text in concepts if len(text) <= LONGEST and is_chinese(text)))
    return EncoderVocabulary(tuple(terms))


def _wanted(word: str, glosses: tuple[str, ...], used: Counter[str]) -> bool:
    if not is_chinese(word):
        return False
    if len(word) == 1 or used[word]:
        return True
    is_name = glosses[0][:1].isupper() and len(word) > 2
    return len(word) <= LONGEST_RARE and not is_name


def new_network(
    corpus: ParallelCorpus, teacher: TeacherEmbeddings, rng: np.random.Generator
) -> tuple[EncoderVocabulary, EncoderNetwork]:
    """A vocabulary and a network that encodes a sentence as the sum of its words' glosses, rarer words counting more.

    ``teacher`` must hold every gloss, and the glosses of a word together.
    """
    vocabulary = build_vocabulary(corpus)
    rows = np.stack([_gloss_embedding(corpus.glosses.get(term, ()), teacher) for term in vocabulary.terms])
    rows *= _weights(corpus, vocabulary)[:, None]
    sample = rows[rng.choice(len(rows), min(15_000, len(rows)), replace=False)]
    axes = np.linalg.svd(sample, full_matrices=False)[2][:ROW_SIZE]
    return vocabulary, EncoderNetwork(torch.tensor(rows @ axes.T), torch.tensor(axes.T.copy()))


def load_network(arrays: Mapping[str, np.ndarray[Any, Any]]) -> tuple[EncoderVocabulary, EncoderNetwork]:
    """The vocabulary and network of a learned file (see ``train_encoder.to_arrays``), to be trained further."""
    table = arrays["table"].astype(np.float32) * arrays["scales"].astype(np.float32)[:, None]
    projection = torch.tensor(arrays["projection"].astype(np.float32).T.copy())
    network = EncoderNetwork(torch.tensor(table), projection)
    layer = {
        name: torch.tensor(values.astype(np.float32)) for name, values in arrays.items() if name.startswith("layer")
    }
    state = {
        "norm.weight": layer["layer_norm"][0],
        "norm.bias": layer["layer_norm"][1],
        "attend.weight": layer["layer_attend"].T,
        "attend.bias": layer["layer_attend_shift"],
        "around.weight": layer["layer_around"].permute(2, 1, 0),
        "around.bias": layer["layer_around_shift"],
        "change.weight": layer["layer_change"].T,
        "change.bias": layer["layer_change_shift"],
        "gate.weight": layer["layer_gate"][None],
        "gate.bias": layer["layer_gate_shift"],
    }
    network.load_state_dict(state, strict=False)
    return EncoderVocabulary(bytes(arrays["terms"]).decode().split("\n")), network


def _gloss_embedding(glosses: tuple[str, ...], teacher: TeacherEmbeddings) -> Matrix:
    if not glosses:
        return np.zeros(teacher.vectors.shape[1], dtype=np.float32)
    total: Matrix = teacher[join_glosses(glosses)] + sum(teacher[gloss] for gloss in glosses) / np.float32(len(glosses))
    return total / np.linalg.norm(total)


def _weights(corpus: ParallelCorpus, vocabulary: EncoderVocabulary) -> Matrix:
    """How much each word counts: its inverse document frequency among the sentences, 0 to 1, less for a character."""
    sentences = [parallel.text for parallel in corpus.texts if parallel.concept.startswith("sentence")]
    counts = Counter(row for text in sentences for row in {row for rows in vocabulary.sentence(text) for row in rows})
    most = np.log(1 + len(sentences))
    rarity = [np.log(1 + len(sentences) / (1 + counts[row])) / most for row in range(len(vocabulary.terms))]
    return np.array(
        [
            share * (CHARACTER_WEIGHT if len(term) == 1 else 1)
            for term, share in zip(vocabulary.terms, rarity, strict=True)
        ],
        dtype=np.float32,
    )
