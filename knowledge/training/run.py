"""The whole of training, from the sources to the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch

from knowledge.embedding.embedder import load_embedder
from knowledge.index.encoding import checked_arrays
from knowledge.index.encoding.chinese_encoder import ChineseEncoder, EncoderVocabulary
from knowledge.settings import Embedding
from knowledge.training import sources as origin
from knowledge.training import start, teacher
from knowledge.training.fitting import examples, fit
from knowledge.training.network import Network

SEED = 2022
GENTLY = 0.4  # of the pace, when what is known shall be kept


def run(pairs: Path, out: Path, *, epochs: float, remembered: Path | None, further: Path | None) -> None:
    """Reads, asks the teacher, trains, measures, writes. Raises ``SourceError`` or ``LearnedError``."""
    rng = np.random.default_rng(SEED)
    torch.manual_seed(SEED)
    known = checked_arrays.read(further)[0] if further else None
    found = origin.read(pairs)
    if known:  # the rest of the dictionary has been learned already
        found = origin.in_use(found)
    texts = [text for saying in (*found.sayings, *found.held_out) for text in saying.english]
    targets = teacher.ask(load_embedder(Embedding()), texts, remembered)
    terms, network = start.again(known) if known else start.anew(found, targets, rng)
    shown = examples(found.sayings, terms, targets)
    print(f"{len(terms.terms)} words, {len(targets.row)} English texts, {len(shown)} examples", flush=True)
    fit(network, shown, targets, epochs, rng, pace=GENTLY if known else 1.0)
    arrays = numbers(network, terms)
    _print_figures(ChineseEncoder(arrays), found, targets)
    digest = checked_arrays.write(out, arrays)
    print(f"{out}: {out.stat().st_size / 1e6:.1f} MB, SHA-256 {digest}")


def numbers(network: Network, terms: EncoderVocabulary) -> dict[str, np.ndarray[Any, Any]]:
    """The arrays that ``ChineseEncoder`` reads: rows in 8 bits with a scale each, everything else in 16."""
    table = network.table.weight.detach().numpy()
    scales = (np.abs(table).max(axis=1) / 127).clip(1e-8).astype(np.float16).clip(1e-7)
    arrays: dict[str, np.ndarray[Any, Any]] = {
        "terms": np.frombuffer("\n".join(terms.terms).encode(), dtype=np.uint8),
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


def _print_figures(student: ChineseEncoder, found: origin.Sources, targets: teacher.Targets) -> None:
    """How often a held-out Chinese sentence is nearest to its own English among all held-out ones."""
    chinese = student.encode([saying.text for saying in found.held_out])
    english = np.stack([targets[saying.english[0]] for saying in found.held_out])
    scores = chinese @ english.T
    rank = (scores > np.diag(scores)[:, None]).sum(axis=1)
    print(f"{len(rank)} held-out sentences: nearest {(rank < 1).mean():.3f}, among five {(rank < 5).mean():.3f}")
