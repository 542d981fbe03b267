"""What is held nearest to a question that is refused: headings of sections, each of which can be asked for by a tap."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.evidence.passage_selection import Library, section_of
from knowledge.index.document_versions import STALE
from knowledge.models import Findings, Passage
from knowledge.text.language import traditional
from knowledge.text.pii import shown_of_document

LONGEST_LABEL = 60  # characters; a heading that is longer is no name of anything
SHORT_HEADING = 6  # 第三十六条 says nothing without its law


@dataclass(frozen=True)
class NearestHeld:
    """``label``: the heading, with its law where it is only an article's number; ``question``: what asks for it."""

    label: str
    question: str


def nearest_held(findings: Findings, language: str, library: Library, above: float) -> Iterator[NearestHeld]:
    """The sections that were found, nearest first and each once, as a reader of ``language`` reads them, if the
    probability of an answer is at least ``above``: what is less near would only mislead.
    """
    if findings.probability < above:
        return
    known: set[str] = set()
    for passage in findings.passages:
        if passage.state in STALE:
            continue
        readable = library.section(passage, "en" if language == "en" else "zh")
        shown = passage if passage in readable or not readable else readable[0]
        held = _held(shown, language)
        if held.label and held.label not in known and (shown.metadata.language == "en") == (language == "en"):
            known.add(held.label)
            yield held


def _held(passage: Passage, language: str) -> NearestHeld:
    texts = _label(passage), f"{passage.metadata.title} {passage.chunk.path[-1] if passage.chunk.path else ''}"
    label, question = (shown_of_document(traditional(text) if language == "zh-hant" else text) for text in texts)
    return NearestHeld(label, question)


def _label(passage: Passage) -> str:
    heading = section_of(passage)
    if not heading or len(heading) > LONGEST_LABEL:
        return ""
    return heading if len(heading) > SHORT_HEADING else f"{passage.metadata.title} {heading}"
