"""Where training starts: which words get a row, and MiniLM's embedding of their glosses as the row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from knowledge.index.encoding.chinese_encoder import EncoderVocabulary
from knowledge.text.language import words
from knowledge.training.network import Network
from knowledge.training.sources import Sources, is_chinese, joined
from knowledge.training.teacher import Targets

ROW = 256  # numbers in a row: keeps 96 % of the glosses' variance
OFTEN = 3  # a word without a gloss gets a row when the sentences hold it so many times
LONGEST = 6
LONGEST_RARE = 4  # characters of a word that only the dictionary knows
CHARACTER = 0.4  # a character says less than a word

Matrix = np.ndarray[Any, np.dtype[np.float32]]


def vocabulary(sources: Sources) -> EncoderVocabulary:
    """Dictionary words without rare long ones and long names, and whatever the sentences and the thesaurus use."""
    used = Counter(word for saying in sources.sayings if saying.repeat > 1 for word in words(saying.text))
    terms = dict.fromkeys(word for word, glosses in sources.glosses.items() if _wanted(word, glosses, used))
    terms.update(dict.fromkeys(word for word, count in used.items() if count >= OFTEN))
    concepts = (saying.text for saying in sources.sayings if saying.concept.startswith("concept"))
    terms.update(dict.fromkeys(text for text in concepts if len(text) <= LONGEST and is_chinese(text)))
    return EncoderVocabulary(tuple(terms))


def _wanted(word: str, glosses: tuple[str, ...], used: Counter[str]) -> bool:
    if not is_chinese(word):
        return False
    if len(word) == 1 or used[word]:
        return True
    is_name = glosses[0][:1].isupper() and len(word) > 2
    return len(word) <= LONGEST_RARE and not is_name


def anew(sources: Sources, targets: Targets, rng: np.random.Generator) -> tuple[EncoderVocabulary, Network]:
    """Where training starts from nothing."""
    terms = vocabulary(sources)
    return terms, network(sources, terms, targets, rng)


def again(arrays: Mapping[str, np.ndarray[Any, Any]]) -> tuple[EncoderVocabulary, Network]:
    """A learned file, to be trained further."""
    table = arrays["table"].astype(np.float32) * arrays["scales"].astype(np.float32)[:, None]
    projection = torch.tensor(arrays["projection"].astype(np.float32).T.copy())
    found = Network(torch.tensor(table), projection)
    part = {
        name: torch.tensor(values.astype(np.float32)) for name, values in arrays.items() if name.startswith("layer")
    }
    state = {
        "norm.weight": part["layer_norm"][0],
        "norm.bias": part["layer_norm"][1],
        "attend.weight": part["layer_attend"].T,
        "attend.bias": part["layer_attend_shift"],
        "around.weight": part["layer_around"].permute(2, 1, 0),
        "around.bias": part["layer_around_shift"],
        "change.weight": part["layer_change"].T,
        "change.bias": part["layer_change_shift"],
        "gate.weight": part["layer_gate"][None],
        "gate.bias": part["layer_gate_shift"],
    }
    found.load_state_dict(state, strict=False)
    return EncoderVocabulary(bytes(arrays["terms"]).decode().split("\n")), found


def network(sources: Sources, terms: EncoderVocabulary, targets: Targets, rng: np.random.Generator) -> Network:
    """A network whose sentence is the sum of its words' glosses, rarer words counting more."""
    rows = np.stack([_meaning(sources.glosses.get(term, ()), targets) for term in terms.terms])
    rows *= _rarity(sources, terms)[:, None]
    sample = rows[rng.choice(len(rows), min(15_000, len(rows)), replace=False)]
    axes = np.linalg.svd(sample, full_matrices=False)[2][:ROW]
    return Network(torch.tensor(rows @ axes.T), torch.tensor(axes.T.copy()))


def _meaning(glosses: tuple[str, ...], targets: Targets) -> Matrix:
    if not glosses:
        return np.zeros(targets.vectors.shape[1], dtype=np.float32)
    mean: Matrix = targets[joined(glosses)] + sum(targets[gloss] for gloss in glosses) / np.float32(len(glosses))
    return mean / np.linalg.norm(mean)


def _rarity(sources: Sources, terms: EncoderVocabulary) -> Matrix:
    sentences = [saying.text for saying in sources.sayings if saying.concept.startswith("sentence")]
    seen = Counter(row for text in sentences for row in {row for rows in terms.sentence(text) for row in rows})
    most = np.log(1 + len(sentences))
    rare = [np.log(1 + len(sentences) / (1 + seen[row])) / most for row in range(len(terms.terms))]
    return np.array(
        [share * (CHARACTER if len(term) == 1 else 1) for term, share in zip(terms.terms, rare, strict=True)],
        dtype=np.float32,
    )
