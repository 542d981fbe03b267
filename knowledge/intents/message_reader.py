"""What a message wants: rows, documents or something of the service itself, and what of rows; each by a network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
# What a message points at: nothing before; more of a list; a row of it.
STANDS_ALONE, MORE, ROW = "alone", "more", "row"
NO_COLUMN = "other"  # an attribute of rows that no column holds
# Names of arrays; those of the networks begin with the first four.
INTENTS, POINTS, FACETS, ASKS, ALARM = "intents", "points", "facets", "asks", "alarm"
NETWORKS = (INTENTS, POINTS, FACETS, ASKS)
# One message in five leans among those learned from, about every second one in a conversation: so much likelier it is.
LEANING_BELOW = 0.8
Matrix = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True)
class Intents:
    """How probably each intent is a message's, by its name; together 1.

    ``alarm``: from this sum of the service's intents on a message is taken as one of them. ``facets``: what the message
    more likely wants of rows than not, by the kind of rows and what is wanted: "opening wants food". ``asks``: whose
    value it asks, "pay", or "other", one that no column holds. ``points``: how probably it leans on what was shown
    before, "more" of a list, a "row", the whole "list" or an "answer", or stands "alone"; together 1.
    """

    probabilities: Mapping[str, float]
    alarm: float
    facets: frozenset[str] = frozenset()
    asks: frozenset[str] = frozenset()
    points: Mapping[str, float] = field(default_factory=lambda: {STANDS_ALONE: 1.0})

    @property
    def leans(self) -> bool:
        """Whether the message, coming after others, more likely leans on them than not."""
        return self.stands_alone < LEANING_BELOW

    @property
    def asks_no_column(self) -> bool:
        """Whether all that it asks of rows is an attribute that no column holds."""
        return self.asks == {NO_COLUMN}

    @property
    def stands_alone(self) -> float:
        """How probably the message leans on none before."""
        return self.points[STANDS_ALONE]

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

    ``names``: of what one network each tells, ``networks``, both by ``NETWORKS``; on messages left out of learning, as
    many look-alikes lay above ``alarm`` as the training allows.
    """

    def __init__(
        self, networks: Mapping[str, MessageNetwork], names: Mapping[str, tuple[str, ...]], alarm: float
    ) -> None:
        self._networks = {name: network.eval() for name, network in networks.items()}
        self.names, self.alarm = names, alarm

    def __call__(self, embedding: Matrix, states: Matrix) -> Intents:
        """From a question's ``embedding`` (384,) and the ``states`` of its tokens (tokens, 384), both by the bundled
        model.
        """
        with torch.inference_mode():
            given = (*padded([states]), torch.from_numpy(embedding)[None])
            odds = {name: network(*given)[0] for name, network in self._networks.items()}
        intents, points = (self._shares(name, odds[name]) for name in (INTENTS, POINTS))
        facets, asks = (self._told(name, odds[name]) for name in (FACETS, ASKS))
        return Intents(intents, self.alarm, facets, asks, points)

    def _shares(self, name: str, odds: torch.Tensor) -> dict[str, float]:
        return dict(zip(self.names[name], odds.softmax(dim=0).tolist(), strict=True))

    def _told(self, name: str, odds: torch.Tensor) -> frozenset[str]:
        return frozenset(each for each, has in zip(self.names[name], (odds > 0).tolist(), strict=True) if has)


@cache
def message_reader() -> MessageReader:
    """The shipped reader, read once in a process. Raises ``LearnedError``."""
    return read(FILE)


def read(path: Path) -> MessageReader:
    """The reader in ``path``. Raises ``LearnedError``."""
    arrays, _ = learned_arrays.read(path)
    try:
        names = {each: names_in(arrays[each]) for each in NETWORKS}
        networks = {each: _network(each, len(told), arrays) for each, told in names.items()}
        return MessageReader(networks, names, float(arrays[ALARM][0]))
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
