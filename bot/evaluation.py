"""How good the answers are, measured on questions with expectations (fields: tests/golden/README.md)."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median, quantiles

from bot.answer import Answer, Status, Turn
from bot.assistant import Assistant
from bot.batch_cli import BatchError
from knowledge.text.language import simplified

ANSWERED = frozenset({"answered", "partly"})
REFUSED = frozenset({"not_covered", "declined", "hand_off", "clarify", "unavailable"})


@dataclass(frozen=True)
class Expectation:
    """A question and what is right. ``must``: each inner tuple is a choice, one of which has to stand in the answer."""

    id: str
    question: str
    statuses: frozenset[str]
    history: tuple[str, ...] = ()
    must: tuple[tuple[str, ...], ...] = ()
    must_not: tuple[str, ...] = ()
    documents: frozenset[str] = frozenset()
    sections: tuple[str, ...] = ()  # parts of headings, one of which has to be cited
    kind: str = ""
    language: str = ""

    @property
    def to_be_refused(self) -> bool:
        """Whether any answer would be wrong."""
        return not self.statuses & ANSWERED

    @property
    def to_be_answered(self) -> bool:
        """Whether any refusal would be wrong."""
        return not self.statuses & REFUSED


@dataclass(frozen=True)
class WrongAnswer:
    """A question that was not answered as it should be, and in what way."""

    id: str
    kind: str
    question: str
    status: str
    why: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """Shares are between 0 and 1; None where there was nothing to measure.

    ``answers``: status and words right, of all questions. ``citations``: the right document and section, of the
    answers for which a document is expected. ``refused``: of the questions to be refused; ``refused_wrongly``: of
    those to be answered.
    """

    questions: int
    answers: float | None
    citations: float | None
    refused: float | None
    refused_wrongly: float | None
    p50_ms: float
    p95_ms: float
    by_kind: dict[str, str] = field(default_factory=dict)
    misses: tuple[WrongAnswer, ...] = ()


@dataclass(frozen=True)
class _JudgedAnswer:
    expectation: Expectation
    answer: Answer
    right: bool
    cited: bool | None
    why: tuple[str, ...]
    elapsed_ms: float


def evaluate(expectations: Sequence[Expectation], assistant: Assistant) -> Report:
    """How good the assistant's answers to these questions are; asks them one after the other."""
    return _report([_judge(expectation, assistant) for expectation in expectations])


def read_expectations(path: Path) -> Iterator[Expectation]:
    """The questions of a file, one JSON object a line. Raises ``BatchError`` with file, line and reason."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BatchError(f"{path}: cannot be read ({error})") from None
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield _expectation(number, json.loads(line))
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                raise BatchError(f"{path}, line {number}: {error}; fields: tests/golden/README.md") from None


def lines_of(report: Report) -> Iterator[str]:
    """The report for a reader."""
    yield f"questions                     {report.questions}"
    yield f"answers right                 {_share(report.answers)}"
    yield f"citations right               {_share(report.citations)}"
    yield f"refused when it should        {_share(report.refused)}"
    yield f"refused when it should not    {_share(report.refused_wrongly)}"
    yield f"latency p50 / p95             {report.p50_ms:.0f} / {report.p95_ms:.0f} ms"
    for kind, right in report.by_kind.items():
        yield f"  {kind:<27} {right}"
    for miss in report.misses:
        yield f"{miss.id} [{miss.kind}] {miss.question} -> {miss.status}: {'; '.join(miss.why)}"


def values_of(report: Report) -> str:
    """The report as one JSON object."""
    return json.dumps(asdict(report), ensure_ascii=False)


def _expectation(number: int, values: dict[str, object]) -> Expectation:
    must = tuple(tuple(map(str, _list(choice))) for choice in _list(values.get("must")))
    statuses = frozenset(Status(str(status)).value for status in _list(values["status"]))
    return Expectation(
        str(values.get("id", number)),
        str(values["question"]),
        statuses,
        tuple(map(str, _list(values.get("history")))),
        must,
        tuple(map(str, _list(values.get("must_not")))),
        frozenset(map(str, _list(values.get("document")))),
        tuple(map(str, _list(values.get("section")))),
        str(values.get("kind") or ""),
        str(values.get("language") or ""),
    )


def _list(value: object) -> list[object]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _judge(expectation: Expectation, assistant: Assistant) -> _JudgedAnswer:
    start = time.perf_counter()
    answer = assistant.answer(expectation.question, [Turn(question) for question in expectation.history])
    elapsed = (time.perf_counter() - start) * 1000
    why = tuple(_faults(expectation, answer))
    cited = _cited(expectation, answer)
    complaint = () if cited in (None, True) else (f"cites {[citation.source for citation in answer.citations]}",)
    return _JudgedAnswer(expectation, answer, not why, cited, (*why, *complaint), elapsed)


def _faults(expectation: Expectation, answer: Answer) -> Iterator[str]:
    if answer.status.value not in expectation.statuses:
        yield f"expected {'/'.join(sorted(expectation.statuses))}"
    text = _plain(answer.text)
    if answer.status.value in ANSWERED:
        for choice in expectation.must:
            if not any(_plain(wording) in text for wording in choice):
                yield f"lacks {'|'.join(choice)}"
    for wording in expectation.must_not:
        if _plain(wording) in text:
            yield f"must not say {wording}"
    if answer.status.value not in ANSWERED and answer.citations:
        yield "a refusal that cites"


def _cited(expectation: Expectation, answer: Answer) -> bool | None:
    """Whether the right document and section are cited; None where none is expected or nothing was answered."""
    if not expectation.documents or answer.status.value not in ANSWERED:
        return None
    names = {_without_language(name) for name in expectation.documents}
    matching = [
        citation for citation in answer.citations if _without_language(citation.document or citation.source) in names
    ]
    wanted = expectation.sections or ("",)
    return any(_plain(part) in _plain(citation.section) for citation in matching for part in wanted)


def _without_language(source: str) -> str:
    """A document's name without its language: both versions are one document."""
    for ending in (".zh.md", ".en.md"):
        if source.endswith(ending):
            return source.removesuffix(ending)
    return source


def _plain(text: str) -> str:
    return "".join(simplified(text).split()).casefold()


def _report(verdicts: Sequence[_JudgedAnswer]) -> Report:
    times = sorted(verdict.elapsed_ms for verdict in verdicts) or [0.0]
    refusable = [verdict for verdict in verdicts if verdict.expectation.to_be_refused]
    answerable = [verdict for verdict in verdicts if verdict.expectation.to_be_answered]
    refused = [verdict for verdict in answerable if verdict.answer.status.value in REFUSED]
    return Report(
        len(verdicts),
        _mean([verdict.right for verdict in verdicts]),
        _mean([verdict.cited for verdict in verdicts if verdict.cited is not None]),
        _mean([verdict.answer.status.value in REFUSED for verdict in refusable]),
        len(refused) / len(answerable) if answerable else None,
        median(times),
        quantiles(times, n=20)[-1] if len(times) > 1 else times[0],
        _by_kind(verdicts),
        tuple(
            WrongAnswer(
                verdict.expectation.id,
                verdict.expectation.kind,
                verdict.expectation.question,
                verdict.answer.status,
                verdict.why,
            )
            for verdict in verdicts
            if verdict.why
        ),
    )


def _by_kind(verdicts: Sequence[_JudgedAnswer]) -> dict[str, str]:
    total = Counter(verdict.expectation.kind for verdict in verdicts)
    right = Counter(verdict.expectation.kind for verdict in verdicts if verdict.right)
    return {kind: f"{right[kind]} / {total[kind]}" for kind in sorted(total)}


def _mean(values: Sequence[bool | None]) -> float | None:
    return sum(map(bool, values)) / len(values) if values else None


def _share(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f} %"
