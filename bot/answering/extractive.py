"""An answer from what search found: the sentences that answer, quoted, each with its citation. No chat model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from bot.answer import Block, BlockKind, Citation, Status
from bot.answering.differing_figures import differ
from bot.evidence.cross_references import referred_articles
from bot.evidence.draft_answer import DraftAnswer
from bot.evidence.passage_selection import (
    LARGEST_LIST,
    Library,
    eligible_passages,
    in_language,
    rank_by_fit,
    readable_version,
    section_of,
    text_of,
)
from bot.evidence.sentence_extraction import Excerpt, excerpts, size
from bot.presentation.days import day_in_words
from bot.presentation.messages import message
from bot.understanding.question import Question
from knowledge.index.document_versions import STALE
from knowledge.models import Findings, Passage, State
from knowledge.text.pii import shown_of_document
from knowledge.text.question_types import Expected, expected

LOOKED_AT = 6  # passages that are compared
MOST_QUOTED = 2  # passages quoted
MOST_REFERRED = 2  # articles quoted because another one refers to them
AS_GOOD = 0.9  # of the best: a second passage that fits so well is quoted too
ROOM = 420.0  # Chinese characters; together the quotes take no more, unless one list does


@dataclass(frozen=True)
class Quote:
    """A passage and what of it is quoted. ``referred``: because a quote above refers to it; ``differs``: it states
    another figure for the same thing than the other quote.
    """

    passage: Passage
    excerpt: Excerpt
    referred: bool = False
    differs: bool = False


def fitting_passages(findings: Findings, question: str) -> tuple[Passage, ...]:
    """The passages that may be quoted, best first."""
    return tuple(map(_shown, eligible_passages(findings.passages, question)[:LOOKED_AT]))


def _shown(passage: Passage) -> Passage:
    """``passage`` with what its document holds of persons hidden, before anybody quotes, words or checks it."""
    chunk, metadata = passage.chunk, passage.metadata
    path = tuple(map(shown_of_document, chunk.path))
    shown = replace(chunk, text=shown_of_document(chunk.text), path=path)
    title = shown_of_document(metadata.title)
    if shown == chunk and title == metadata.title:
        return passage
    return replace(passage, chunk=shown, metadata=replace(metadata, title=title))


def readable_passages(question: Question, findings: Findings, library: Library) -> tuple[Passage, ...]:
    """The passages that a chat model may word, best first, in the reader's language where there is a version in it."""
    fitting = fitting_passages(findings, question.text)
    readable = (readable_version(passage, question.text, question.reply_in, library) for passage in fitting)
    return tuple({passage.chunk.id: passage for passage in readable}.values())


def select_quotes(question: Question, findings: Findings, library: Library) -> tuple[Quote, ...]:
    """The passages to quote, best first, with their sentences."""
    fits = rank_by_fit(fitting_passages(findings, question.text), question.text, library)
    near = [passage for fit, passage in fits if fit >= AS_GOOD * fits[0][0]]
    # Beside the first only what by the judge more likely answers than not: a passage that is merely near adds nothing.
    near = [passage for passage in near if passage is near[0] or passage.odds >= 0][: MOST_QUOTED + 1]
    passages = [_shown(readable_version(passage, question.text, question.reply_in, library)) for passage in near]
    extracted = excerpts(question.text, [passage.chunk.text for passage in passages], library.relevance)
    chosen: list[Quote] = []
    for quote in map(Quote, passages, extracted):
        room = ROOM - sum(map(_size, chosen))
        if not chosen or (len(chosen) < MOST_QUOTED and _size(quote) <= room and not _repeats(quote, chosen)):
            chosen.append(quote)
    chosen = _side_by_side(question, chosen, [passage for _, passage in fits], library)
    return (*chosen, *islice(_referred(chosen, library), MOST_REFERRED))


def quotes_but(others: Callable[[str, str], bool], quotes: Sequence[Quote]) -> tuple[Quote, ...]:
    """``quotes`` without those of which ``others`` says, of their file and text, that they are of something else; none
    where only articles that they refer to would be left.
    """
    kept = [each for each in quotes if not others(each.passage.chunk.source, "\n".join(each.excerpt.pieces))]
    if all(each.referred for each in kept):
        return ()
    alone = sum(each.differs for each in kept) < 2
    return tuple(replace(each, differs=False) if alone else each for each in kept)


def _side_by_side(question: Question, chosen: list[Quote], fitting: Sequence[Passage], library: Library) -> list[Quote]:
    """``chosen``; where another document that is no more out of date states another figure for what the first of them
    states, these two, the later one first.
    """
    first = chosen[0]
    others = [each for each in fitting if each.group != first.passage.group and each.state not in STALE]
    if first.passage.state in STALE or not others:
        return chosen
    passages = [_shown(readable_version(each, question.text, question.reply_in, library)) for each in others]
    extracted = excerpts(question.text, [passage.chunk.text for passage in passages], library.relevance)
    for quote in map(Quote, passages, extracted):
        if differ("\n".join(first.excerpt.pieces), "\n".join(quote.excerpt.pieces)):
            both = [replace(each, differs=True) for each in (first, quote)]
            return sorted(both, key=lambda each: each.passage.metadata.dated or date.min, reverse=True)
    return chosen


def _referred(quotes: Sequence[Quote], library: Library) -> Iterator[Quote]:
    """The articles that ``quotes`` refer to, whole, those that are short enough, each once."""
    quoted = {(quote.passage.chunk.source, quote.passage.chunk.path) for quote in quotes}
    for quote in quotes:
        for number in referred_articles(quote.passage, "\n".join(quote.excerpt.pieces)):
            article = library.article(quote.passage, number)
            text = shown_of_document(text_of(article)) if article else ""
            if (
                article
                and size(text) <= LARGEST_LIST
                and (article[0].chunk.source, article[0].chunk.path) not in quoted
            ):
                quoted.add((article[0].chunk.source, article[0].chunk.path))
                passage = replace(article[0], chunk=replace(article[0].chunk, text=text))
                yield Quote(passage, Excerpt((text,), quote.excerpt.score), referred=True)


def compose(question: Question, quotes: Sequence[Quote]) -> DraftAnswer:
    """The quotes as blocks, with what a reader must know of each: its state, its language, that it is a sample."""
    language = question.reply_in
    blocks: list[Block] = []
    if not any(in_language(quote.passage, language) for quote in quotes):
        blocks.append(_note("answer.other_language", language))
    if any(quote.differs for quote in quotes):
        blocks.append(_say("answer.differ", language))
    for number, quote in enumerate(quotes, 1):
        if quote.referred:
            blocks.append(_say("answer.referred", language, section=section_of(quote.passage)))
        if quote.differs:
            blocks.append(_dated(quote.passage, language))
        blocks.extend(_labels(quote.passage, language))
        blocks.extend(_count(question, quote.excerpt))
        blocks.extend(Block(BlockKind.QUOTE, piece, number) for piece in quote.excerpt.pieces)
    if any(quote.passage.metadata.sample for quote in quotes):
        blocks.append(_note("answer.sample", language))
    citations = tuple(citation_of(quote.passage, "\n".join(quote.excerpt.pieces)) for quote in quotes)
    return DraftAnswer(Status.ANSWERED, tuple(blocks), citations, tuple(quote.passage for quote in quotes))


def compose_generated(question: Question, passages: Sequence[Passage], sentences: Sequence[Block]) -> DraftAnswer:
    """A chat model's ``sentences``, each citing one of ``passages`` (1-based), with labels as above a quote.

    Only passages that are cited are kept, and the citations numbered anew.
    """
    language = question.reply_in
    used = sorted({block.citation for block in sentences if block.citation})
    cited = [passages[number - 1] for number in used]
    labels = [label for passage in cited for label in _labels(passage, language)]
    sample = [_note("answer.sample", language)] if any(passage.metadata.sample for passage in cited) else []
    blocks = [replace(block, citation=used.index(block.citation) + 1) for block in sentences if block.citation]
    citations = tuple(citation_of(passage, passage.chunk.text) for passage in cited)
    return DraftAnswer(Status.ANSWERED, (*labels, *blocks, *sample), citations, tuple(cited))


def citation_of(passage: Passage, quote: str) -> Citation:
    """The citation that names where ``quote`` stands: document, section, date, state and address."""
    metadata = passage.metadata
    path, state = passage.chunk.source, passage.state.value
    source = metadata.source_url or path
    page = passage.chunk.page
    machine_read = page in metadata.machine_read
    return Citation(metadata.title, section_of(passage), metadata.dated, state, source, quote, path, page, machine_read)


def _dated(passage: Passage, language: str) -> Block:
    """The line above one of two quotes that differ: which document, of when."""
    title, day = passage.metadata.title, passage.metadata.dated
    if day is None:
        return _say("answer.differ_undated", language, title=title)
    return _say("answer.differ_dated", language, title=title, day=day_in_words(day, language))


def _labels(passage: Passage, language: str) -> list[Block]:
    """A line above a quote that is not in force on the day of the question."""
    metadata, title = passage.metadata, passage.metadata.title
    if passage.state is State.EXPIRED:
        if metadata.expires_on:
            return [_note("answer.expired_on", language, title=title, day=day_in_words(metadata.expires_on, language))]
        return [_note("answer.expired", language, title=title)]
    if passage.state is State.SUPERSEDED:
        # A new version mostly has the same title: naming it would not tell the two apart.
        if passage.superseded_by and passage.superseded_by != title:
            return [_note("answer.superseded", language, title=title, by=passage.superseded_by)]
        return [_note("answer.superseded_plain", language, title=title)]
    if passage.state is State.NOT_YET:
        if metadata.effective_on:
            return [
                _note("answer.not_yet_from", language, title=title, day=day_in_words(metadata.effective_on, language))
            ]
        return [_note("answer.not_yet", language, title=title)]
    return []


def _count(question: Question, excerpt: Excerpt) -> list[Block]:
    """How many entries a quoted list has, when that is what was asked."""
    if Expected.COUNT not in expected(question.text) or excerpt.items < 2:
        return []
    return [_say("answer.listed", question.reply_in, total=excerpt.items)]


def _repeats(quote: Quote, chosen: Sequence[Quote]) -> bool:
    """Whether the same thing is quoted already: the same document in its other language, or the same words."""
    passage = quote.passage
    words = {piece for earlier in chosen for piece in earlier.excerpt.pieces}
    versions = {(earlier.passage.group, earlier.passage.chunk.source) for earlier in chosen}
    translated = any(group == passage.group and source != passage.chunk.source for group, source in versions)
    return translated or all(piece in words for piece in quote.excerpt.pieces)


def _size(quote: Quote) -> float:
    return sum(size(piece) for piece in quote.excerpt.pieces)


def _say(key: str, language: str, **values: object) -> Block:
    return Block(BlockKind.SAY, message(key, language, **{name: str(value) for name, value in values.items()}))


def _note(key: str, language: str, **values: object) -> Block:
    return Block(BlockKind.NOTE, message(key, language, **{name: str(value) for name, value in values.items()}))
