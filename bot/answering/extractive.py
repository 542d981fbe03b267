"""An answer from what search found: the sentences that answer, quoted, each with its citation. No chat model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.answer import Block, BlockKind, Citation, Status
from bot.evidence.passage_selection import Library, by_fit, fitting, in_language, section_of, spoken
from bot.evidence.sentence_extraction import Excerpt, excerpts, size
from bot.presentation.messages import message
from bot.understanding.question import Question
from knowledge.models import Findings, Passage, State
from knowledge.settings import SearchSettings
from knowledge.text.question_types import Expected, expected

LOOKED_AT = 6  # passages that are compared
MOST_QUOTED = 2  # passages quoted
AS_GOOD = 0.9  # of the best: a second passage that fits so well is quoted too
ROOM = 420.0  # Chinese characters; together the quotes take no more, unless one list does


@dataclass(frozen=True)
class Composed:
    """A part of an answer. ``passages``: what each citation was taken from, for the check."""

    status: Status
    blocks: tuple[Block, ...]
    citations: tuple[Citation, ...] = ()
    passages: tuple[Passage, ...] = ()
    topic: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Quoted:
    """A passage and what of it is quoted."""

    passage: Passage
    excerpt: Excerpt


def status_of(findings: Findings, settings: SearchSettings) -> Status:
    """What the probability allows: an answer, part of one, or none."""
    if not findings.passages or findings.probability < settings.partly_above:
        return Status.NOT_COVERED
    return Status.ANSWERED if findings.probability >= settings.answer_above else Status.PARTLY


def fitting_passages(findings: Findings, question: str) -> tuple[Passage, ...]:
    """The passages that may be quoted, best first."""
    return tuple(fitting(findings.passages, question)[:LOOKED_AT])


def quoted(question: Question, findings: Findings, library: Library) -> tuple[Quoted, ...]:
    """The passages to quote, best first, with their sentences."""
    fits = by_fit(fitting_passages(findings, question.text), question.text, library)
    near = [passage for fit, passage in fits if fit >= AS_GOOD * fits[0][0]][: MOST_QUOTED + 1]
    passages = [spoken(each, question.text, question.reply_in, library) for each in near]
    found = excerpts(question.text, [each.chunk.text for each in passages], library.relevance)
    read = [Quoted(passage, each) for passage, each in zip(passages, found, strict=True)]
    chosen: list[Quoted] = []
    for each in read:
        room = ROOM - sum(map(_size, chosen))
        if not chosen or (len(chosen) < MOST_QUOTED and _size(each) <= room and not _repeats(each, chosen)):
            chosen.append(each)
    return tuple(chosen)


def composed(question: Question, chosen: Sequence[Quoted], status: Status) -> Composed:
    """The quotes as blocks, with what a reader must know of each: its state, its language, that it is a sample."""
    language = question.reply_in
    blocks: list[Block] = []
    if status is Status.PARTLY:
        blocks.append(_say("answer.partly", language))
    if not any(in_language(each.passage, language) for each in chosen):
        blocks.append(_note("answer.other_language", language))
    for place, each in enumerate(chosen, 1):
        blocks.extend(_labels(each.passage, language))
        blocks.extend(_count(question, each.excerpt))
        blocks.extend(Block(BlockKind.QUOTE, piece, place) for piece in each.excerpt.pieces)
    if any(each.passage.metadata.sample for each in chosen):
        blocks.append(_note("answer.sample", language))
    citations = tuple(citation_of(each.passage, "\n".join(each.excerpt.pieces)) for each in chosen)
    return Composed(status, tuple(blocks), citations, tuple(each.passage for each in chosen))


def worded(question: Question, passages: Sequence[Passage], said: Sequence[Block], status: Status) -> Composed:
    """A chat model's sentences, which cite ``passages`` by number, with labels and the passages that they rest on."""
    language = question.reply_in
    used = sorted({block.citation for block in said if block.citation})
    cited = [passages[number - 1] for number in used]
    labels = [label for passage in cited for label in _labels(passage, language)]
    sample = [_note("answer.sample", language)] if any(each.metadata.sample for each in cited) else []
    blocks = [replace(block, citation=used.index(block.citation) + 1) for block in said if block.citation]
    citations = tuple(citation_of(each, each.chunk.text) for each in cited)
    return Composed(status, (*labels, *blocks, *sample), citations, tuple(cited))


def citation_of(passage: Passage, quote: str) -> Citation:
    """Where ``quote`` stands."""
    metadata = passage.metadata
    path, state = passage.chunk.source, passage.state.value
    source = metadata.source_url or path
    return Citation(metadata.title, section_of(passage), metadata.dated, state, source, quote, path)


def _labels(passage: Passage, language: str) -> list[Block]:
    """A line above a quote that is not in force on the day of the question."""
    metadata, title = passage.metadata, passage.metadata.title
    if passage.state is State.EXPIRED:
        if metadata.expires_on:
            return [_note("answer.expired_on", language, title=title, day=metadata.expires_on)]
        return [_note("answer.expired", language, title=title)]
    if passage.state is State.SUPERSEDED:
        # A new version mostly has the same title: naming it would not tell the two apart.
        if passage.superseded_by and passage.superseded_by != title:
            return [_note("answer.superseded", language, title=title, by=passage.superseded_by)]
        return [_note("answer.superseded_plain", language, title=title)]
    if passage.state is State.NOT_YET:
        if metadata.effective_on:
            return [_note("answer.not_yet_from", language, title=title, day=metadata.effective_on)]
        return [_note("answer.not_yet", language, title=title)]
    return []


def _count(question: Question, found: Excerpt) -> list[Block]:
    """How many entries a quoted list has, when that is what was asked."""
    if Expected.COUNT not in expected(question.text) or found.items < 2:
        return []
    return [_say("answer.listed", question.reply_in, total=found.items)]


def _repeats(each: Quoted, chosen: Sequence[Quoted]) -> bool:
    """Whether the same thing is quoted already: the same document in its other language, or the same words."""
    words = {piece for one in chosen for piece in one.excerpt.pieces}
    versions = {(one.passage.group, one.passage.chunk.source) for one in chosen}
    translated = any(group == each.passage.group and source != each.passage.chunk.source for group, source in versions)
    return translated or all(piece in words for piece in each.excerpt.pieces)


def _size(each: Quoted) -> float:
    return sum(size(piece) for piece in each.excerpt.pieces)


def _say(key: str, language: str, **values: object) -> Block:
    return Block(BlockKind.SAY, message(key, language, **{name: str(value) for name, value in values.items()}))


def _note(key: str, language: str, **values: object) -> Block:
    return Block(BlockKind.NOTE, message(key, language, **{name: str(value) for name, value in values.items()}))
