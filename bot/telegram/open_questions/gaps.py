"""Open questions in groups of like ones, the most asked first: what staff should add to the documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.telegram.open_questions.open_questions import OpenQuestion
from knowledge.index.encoding.likeness import alike_groups
from knowledge.validity import minute

if TYPE_CHECKING:
    from knowledge.embedding.embedder import Embedder

HEADERS = (  # of a table of gaps
    "问题 / question",
    "次数 / asked",
    "人数 / people",
    "最早 / since",
    "最近 / last",
    "原因 / why",
    "别的问法 / wordings",
)


@dataclass(frozen=True)
class Gap:
    """Like questions. ``questions``: their wordings, the most asked first; ``count``: how often they were asked, by so
    many ``people``, the first time at ``since`` and the last at ``last`` (seconds since 1970); ``why``: they are open;
    ``told``: so many people want to be told.
    """

    questions: tuple[str, ...]
    count: int
    people: int
    since: float
    last: float
    why: Mapping[str, int]
    told: int


def cells_of(gap: Gap) -> tuple[str | int, ...]:
    """A row of such a table."""
    first, *others = gap.questions
    times = (minute(gap.since), minute(gap.last))
    return (first, gap.count, gap.people, *times, ", ".join(gap.why), "\n".join(others))


def gaps_of(questions: Sequence[OpenQuestion], load: Callable[[], Embedder]) -> list[Gap]:
    """``questions`` in groups; ``load`` gives the embedding model where one is needed."""
    asked = Counter(one.question for one in questions)
    wordings = [wording for wording, _ in asked.most_common()]
    made = [_gap([wordings[index] for index in group], questions) for group in alike_groups(wordings, load)]
    return sorted(made, key=lambda gap: (-gap.count, gap.since))


def _gap(wordings: Sequence[str], questions: Sequence[OpenQuestion]) -> Gap:
    own = [one for one in questions if one.question in wordings]
    return Gap(
        tuple(wordings),
        len(own),
        len({one.person for one in own}),
        min(one.asked for one in own),
        max(one.asked for one in own),
        dict(Counter(str(one.why) for one in own).most_common()),
        len({one.person for one in own if one.chat_id is not None}),
    )
