"""What is held nearest to a question that is refused: the heading of a section, which can be asked for by a tap."""

from __future__ import annotations

from dataclasses import dataclass

from bot.evidence.passage_selection import Library, section_of
from knowledge.index.document_versions import STALE
from knowledge.models import Findings, Passage
from knowledge.text.pii import shown_of_document

LONGEST_LABEL = 60  # characters; a heading that is longer is no name of anything
SHORT_HEADING = 6  # 第三十六条 says nothing without its law


@dataclass(frozen=True)
class NearestHeld:
    """``label``: the heading, with its law where it is only an article's number; ``question``: what asks for it."""

    label: str
    question: str


def nearest_held(findings: Findings, language: str, library: Library, above: float) -> NearestHeld | None:
    """The section that was found first, in the reader's ``language`` where it is there, if its probability of an
    answer is at least ``above``: what is less near would only mislead.
    """
    current = [passage for passage in findings.passages if passage.state not in STALE]
    if not current or findings.probability < above:
        return None
    readable = library.section(current[0], "en" if language == "en" else "zh")
    passage = current[0] if current[0] in readable or not readable else readable[0]
    label = shown_of_document(_label(passage))
    asks = shown_of_document(f"{passage.metadata.title} {passage.chunk.path[-1]}")
    return NearestHeld(label, asks) if label else None


def _label(passage: Passage) -> str:
    heading = section_of(passage)
    if not heading or len(heading) > LONGEST_LABEL:
        return ""
    return heading if len(heading) > SHORT_HEADING else f"{passage.metadata.title} {heading}"
