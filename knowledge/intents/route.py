"""How probably a message is for rows rather than documents: learned from what it wants and from what search finds."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import log

from knowledge.intents.message_reader import DOCUMENT, ROWS
from knowledge.learned_arrays import FOLDER
from knowledge.learned_logistic import Logistic, read_logistic

FILE = FOLDER / "route.json"
OF_TITLES = ROWS[:2]  # openings and programs: whether somebody is a partner is told by names
LEAST = 1e-3  # a probability below it tells no more than this
# A list beside the point is worse than a question passed on to documents, which may refuse it: twice as bad.
SURE = 2 / 3


def for_rows(shares: Mapping[str, float], found: float, named: bool) -> float:
    """The probability that a message is for openings or programs. ``shares``: of its intents; ``found``: how probably
    what search found answers it; ``named``: whether it names an occupation, a field of work or a title.
    """
    of_the_base = sum(shares[name] for name in (*OF_TITLES, DOCUMENT))
    return of_the_base * route()(signals_of(shares, found, named))


def signals_of(shares: Mapping[str, float], found: float, named: bool) -> dict[str, float]:
    """What the route is told by, probabilities as log odds."""
    rows = sum(shares[kind] for kind in OF_TITLES)
    held = min(max(found, LEAST), 1 - LEAST)
    intents = log(max(rows, LEAST) / max(shares[DOCUMENT], LEAST))
    return {"intents": intents, "search": log(held / (1 - held)), "named": float(named)}


@cache
def route() -> Logistic:
    """The shipped weights, read once in a process. Raises ``LearnedError``."""
    return read_logistic(FILE)
