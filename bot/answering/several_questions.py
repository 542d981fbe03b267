"""The answers to several questions of one message, put together as one: each under its question, nothing said twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from bot.answer import (
    ANSWERING,
    NOTHING_KNOWN,
    Answer,
    Block,
    BlockKind,
    Choice,
    Citation,
    ConversationContext,
    Status,
    kind_of_all,
)

ANSWERED_IN_PART = frozenset({Status.NOT_COVERED, Status.PARTLY})
Say = Callable[[str, str], Block]  # the text of a key, with the question that it is about


@dataclass
class _Together:
    """What the answers so far say."""

    blocks: list[Block] = field(default_factory=list)
    notes: dict[str, Block] = field(default_factory=dict)
    citations: list[Citation] = field(default_factory=list)
    choices: dict[str, Choice] = field(default_factory=dict)
    nearest: dict[str, Choice] = field(default_factory=dict)

    def add(self, question: str, answer: Answer, say: Say) -> None:
        """``answer`` under its question; of one that is refused only that it is, of one that only repeats nothing."""
        if answer.status is Status.NOT_COVERED and answer.context.query is None:
            self.blocks.append(say("answer.half_missing", question))
            self.nearest.update({choice.request: choice for choice in answer.choices})
            return
        said = {block.text for block in self.blocks if block.kind in (BlockKind.ROW, BlockKind.QUOTE)}
        blocks = [
            replace(block, citation=block.citation + len(self.citations)) if block.citation else block
            for block in answer.blocks
        ]
        self.notes = {block.text: block for block in blocks if block.kind is BlockKind.NOTE} | self.notes
        if own := [block for block in blocks if block.kind is not BlockKind.NOTE and block.text not in said]:
            self.blocks += [say("answer.part", question), *own]
        self.citations.extend(answer.citations)
        self.choices.update({choice.request: choice for choice in answer.choices})


def together(answers: Sequence[tuple[str, Answer]], say: Say) -> Answer | None:
    """``answers``, each with its question, as one; None where none of them answers."""
    statuses = [answer.status for _, answer in answers]
    if not ANSWERING.intersection(statuses):
        return None
    made = _Together()
    for question, answer in answers:
        made.add(question, answer, say)
    partly = not ANSWERED_IN_PART.isdisjoint(statuses)
    if made.nearest:
        made.blocks.append(say("answer.nearest", ""))
    elif partly:
        made.blocks.append(say("answer.partly_ask", ""))
    last = answers[-1][1]
    return Answer(
        Status.PARTLY if partly else Status.ANSWERED,
        last.language,
        (*made.blocks, *made.notes.values()),
        tuple(made.citations),
        tuple(record for _, answer in answers for record in answer.records),
        tuple({**made.choices, **made.nearest}.values()),
        last.edition,
        last.as_of,
        context=_left(answers),
        kind=kind_of_all(answer.kind for _, answer in answers if answer.status in ANSWERING),
    )


def asked_better_whole(answers: Sequence[tuple[str, Answer]]) -> bool:
    """Whether one of the questions is not held, and all were asked of documents: they may tell it of the whole."""
    refused = any(answer.status is Status.NOT_COVERED for _, answer in answers)
    return refused and all(answer.context.query is None for _, answer in answers)


def _left(answers: Sequence[tuple[str, Answer]]) -> ConversationContext:
    """What the last of them leaves that was answered from the base."""
    contexts = [answer.context for _, answer in answers if not answer.context.aside]
    if not contexts:
        return NOTHING_KNOWN
    shown = contexts[-1].shown
    return replace(contexts[-1], shown=shown and replace(shown, seen=True))
