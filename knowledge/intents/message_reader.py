"""What a message wants: rows, documents or something of the service itself, and what of rows; each by a network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch

from knowledge import learned_arrays
from knowledge.intents.network import MessageNetwork, padded
from knowledge.learned_arrays import MEND, LearnedError

FILE = learned_arrays.FOLDER / "messages.npz"
DOCUMENT, ROWS = "document", ("opening", "program", "partner")
# What the base may hold, or says itself that it does not: all others are of the service.
OF_THE_BASE = frozenset({DOCUMENT, *ROWS, "other_city"})
INTENTS, FACETS, ALARM = "intents", "facets", "alarm"  # names of arrays; those of the networks begin with the first two
Matrix = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True)
class Intents:
    """How probably each intent is a message's, by its name; together 1.

    ``alarm``: from this sum of the service's intents on a message is taken as one of them. ``facets``: what the message
    more likely wants of rows than not, by the kind of rows and what is wanted: "opening wants food".
    """

    probabilities: Mapping[str, float]
    alarm: float
    facets: frozenset[str] = frozenset()

    @property
    def of_service(self) -> float:
        """How probably the message is of the service itself."""
        return sum(self._own.values())

    @property
    def service(self) -> str | None:
        """The intent of the service that a message surely has, likelier than all others of the service; else None."""
        name = max(self._own, key=lambda own: self._own[own])
        return name if self.of_service >= self.alarm and 2 * self._own[name] > self.of_service else None

    @property
    def _own(self) -> dict[str, float]:
        return {name: share for name, share in self.probabilities.items() if name not in OF_THE_BASE}


class MessageReader:
    """Read-only, threads may share it.

    ``intents`` and ``facets`` are the names of what one network each tells, ``networks``; on messages left out of
    learning, as many look-alikes lay above ``alarm`` as the training allows.
    """

    def __init__(
        self,
        networks: tuple[MessageNetwork, MessageNetwork],
        intents: tuple[str, ...],
        facets: tuple[str, ...],
        alarm: float,
    ) -> None:
        self._of_intents, self._of_facets = (network.eval() for network in networks)
        self.intents, self.facets, self.alarm = intents, facets, alarm

    def __call__(self, embedding: Matrix, states: Matrix) -> Intents:
        """From a question's ``embedding`` (384,) and the ``states`` of its tokens (tokens, 384), both by the bundled
        model.
        """
        with torch.inference_mode():
            given = (*padded([states]), torch.from_numpy(embedding)[None])
            shares = self._of_intents(*given)[0].softmax(dim=0).tolist()
            told = (self._of_facets(*given)[0] > 0).tolist()
        facets = frozenset(name for name, has in zip(self.facets, told, strict=True) if has)
        return Intents(dict(zip(self.intents, shares, strict=True)), self.alarm, facets)


@cache
def message_reader() -> MessageReader:
    """The shipped reader, read once in a process. Raises ``LearnedError``."""
    return read(FILE)


def read(path: Path) -> MessageReader:
    """The reader in ``path``. Raises ``LearnedError``."""
    arrays, _ = learned_arrays.read(path)
    try:
        intents, facets = names_in(arrays[INTENTS]), names_in(arrays[FACETS])
        networks = _network(INTENTS, len(intents), arrays), _network(FACETS, len(facets), arrays)
        return MessageReader(networks, intents, facets, float(arrays[ALARM][0]))
    except (KeyError, RuntimeError, IndexError):
        raise LearnedError(f"{path} is of another version of the program; {MEND}") from None


def _network(name: str, outputs: int, arrays: learned_arrays.Arrays) -> MessageNetwork:
    network = MessageNetwork(outputs)
    numbers = {part: arrays[f"{name}.{part}"].astype(np.float32) for part in network.state_dict()}
    network.load_state_dict({part: torch.from_numpy(values) for part, values in numbers.items()})
    return network


def names_in(coded_names: Any) -> tuple[str, ...]:
    """Names that an array of bytes holds, a line each."""
    return tuple(bytes(coded_names).decode().split("\n"))


def coded(names: tuple[str, ...]) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """The array of ``names_in``."""
    return np.frombuffer("\n".join(names).encode(), dtype=np.uint8)
