"""What messages want, as numbers to learn from."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from knowledge.training.intents.messages import Flags, Integers, LabelledMessage

FEWEST = 15  # messages that have it, for a mark to be learned


@dataclass(frozen=True)
class Marks:
    """Things that messages may have several of: their ``names``, those that each ``has``, and those of which somebody
    has said whether it has them, both (messages, names).
    """

    names: tuple[str, ...]
    has: Flags
    can: Flags


@dataclass(frozen=True)
class Labels:
    """Names of intents and of what is pointed at, and of each message which it has, both (messages,)."""

    intents: tuple[str, ...]
    points: tuple[str, ...]
    intent: Integers
    point: Integers
    wants: Marks
    asks: Marks


def labels_of(every: list[LabelledMessage]) -> Labels:
    """What each message is, as numbers."""
    intents = tuple(sorted({message.intent for message in every}))
    points = tuple(sorted({message.points for message in every}))
    return Labels(
        intents,
        points,
        np.array([intents.index(message.intent) for message in every]),
        np.array([points.index(message.points) for message in every]),
        _marks([message.wants for message in every], [message.intent for message in every]),
        _marks([message.asks for message in every]),
    )


def _marks(named: list[frozenset[str] | None], kinds: list[str] | None = None) -> Marks:
    """What messages are ``named`` to have; what begins with a kind only messages of that kind can have."""
    counts = Counter(name for names in named for name in names or ())
    names = tuple(sorted(name for name, count in counts.items() if count >= FEWEST))
    can = np.array([[known is not None for _ in names] for known in named])
    if kinds:
        can &= np.array([[name.startswith(kind) for name in names] for kind in kinds])
    return Marks(names, np.array([[name in (known or ()) for name in names] for known in named]), can)
