"""Labelled pairs of questions and passages: public reading sets, lay legal questions, and our own questions."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.index.writer import below_heading
from knowledge.models import Document
from knowledge.readers import read_document, source_files
from knowledge.training.labelled_sets import ARTICLE, lines_of
from knowledge.training.parallel_texts import TrainingDataError

OWN = Path(__file__).parents[1] / "questions"
PUBLIC_SETS = {"cmrc2018-dev": "cmrc", "lay-legal-train": "lay legal"}  # folders, and what their figures are called
Span = tuple[int, int]  # of characters


@dataclass(frozen=True)
class Pair:
    """A question beside a passage. ``answer``: where in the passage the answer stands, where that is known."""

    question: str
    passage: str
    answers: bool
    answer: Span | None = None


@dataclass(frozen=True)
class Bundle:
    """Pairs that are learned together. ``subject``: never split between what is learned and what is measured.

    ``tempting``: passages, besides those of the pairs, which do not answer the first pair's question; the likeliest
    of them are added while learning.
    """

    source: str
    subject: str
    pairs: tuple[Pair, ...]
    tempting: tuple[str, ...] = ()


def squad(path: Path) -> Iterator[Bundle]:
    """``squad2-part``: all questions on a paragraph, near unknowns among them. Raises ``TrainingDataError``."""
    by_passage: dict[str, list[Any]] = defaultdict(list)
    of_article: dict[str, list[str]] = defaultdict(list)
    for line in lines_of(path):
        if line["passage"] not in by_passage:
            of_article[line["article"]].append(line["passage"])
        by_passage[line["passage"]].append(line)
    for passage, asked in by_passage.items():
        article = asked[0]["article"]
        others = tuple(other for other in of_article[article] if other != passage)
        pairs = [_with_answer(line["question"], passage, line["answers"]) for line in asked]
        yield Bundle("squad2", article, tuple(pairs))
        yield from (Bundle("squad2 ranked", article, (pair,), others) for pair in pairs if pair.answers)


def beir(folder: Path, subjects: Mapping[str, str], name: str) -> Iterator[Bundle]:
    """A set in the BEIR layout: each question with what answers it, all other passages tempting.

    ``subjects``: the subject of a passage, by its id; passages that have none are subjects of their own. Raises
    ``TrainingDataError``.
    """
    passages = _passages(folder)
    questions = {line["_id"]: line for line in lines_of(folder / "queries.jsonl")}
    right: dict[str, list[str]] = defaultdict(list)
    for row in (folder / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        question, passage, *_ = row.split("\t")
        right[question].append(passage)
    every = tuple(passages.values())
    for question, ids in right.items():
        if question in questions:
            line = questions[question]
            texts = [passages[key] for key in ids]
            pairs = tuple(_with_answer(line["text"], text, line.get("answers") or [""]) for text in texts)
            others = tuple(text for text in every if text not in texts)
            yield Bundle(name, subjects.get(ids[0], f"{folder.name} {min(ids)}"), pairs, others)


def own(folders: Sequence[Path], files: Sequence[Path], *, skip_missing: bool = False) -> Iterator[Bundle]:
    """Our own questions (``knowledge/training/questions/README.md``) on the sections of texts in ``folders``.

    Raises ``TrainingDataError`` when a line names a section that is not there, unless ``skip_missing``.
    """
    sections = sections_of(folders)
    for path in files:
        for number, line in enumerate(lines_of(path), 1):
            if line["source"] in PUBLIC_SETS:  # see ``own_on``
                continue
            key = section_key(line["source"], line["section"])
            if key not in sections and skip_missing:
                continue
            if key not in sections:
                raise TrainingDataError(f"{path}, line {number}: no section {line['section']!r} in {line['source']}")
            yield from _own(path.stem, key, line, sections)


def own_on(folder: Path, files: Sequence[Path], name: str) -> Iterator[Bundle]:
    """Our own questions on the texts of a set in the BEIR layout, whose folder and ids are their sources and sections.

    The answer's place is a ``span`` of characters. Subjects are those of ``beir``. Raises ``TrainingDataError``.
    """
    passages = _passages(folder)
    for line in (line for path in files for line in lines_of(path) if line["source"] == folder.name):
        text, span = passages[line["section"]], line.get("span")
        asks = (*line["asks"], *line.get("no", ()))
        answered = tuple(Pair(asked, text, True, (span[0], span[1]) if span else None) for asked in asks)
        near = (Pair(asked, text, False) for _, asked in line["near"])
        yield Bundle(f"{name} near", f"{folder.name} {line['section']}", (*answered, *near))


def _passages(folder: Path) -> dict[str, str]:
    return {
        line["_id"]: "\n".join(filter(None, (line["title"], line["text"])))
        for line in lines_of(folder / "corpus.jsonl")
    }


def _own(source: str, key: tuple[str, str], line: Any, sections: Mapping[tuple[str, str], str]) -> Iterator[Bundle]:
    text = sections[key]
    answered = [_with_answer(asked, text, [line["answer"]]) for asked in (*line["asks"], *line.get("no", ()))]
    near = [Pair(asked, text, False) for _, asked in line["near"]]
    document = _without_language(key[0])
    others = tuple(
        other for (name, heading), other in sections.items() if (name, heading) != key and _apart(name, key[0])
    )
    yield Bundle(source, document, (*answered, *near))
    yield from (Bundle(f"{source} ranked", document, (pair,), others) for pair in answered)


def _apart(name: str, own_name: str) -> bool:
    """Whether a section of ``name`` cannot be the translation of one of ``own_name``."""
    return name == own_name or _without_language(name) != _without_language(own_name)


def sections_of(folders: Sequence[Path]) -> dict[tuple[str, str], str]:
    """Each section as an index shows it to the judge, by document and heading; of a law by article."""
    found: dict[tuple[str, str], list[str]] = {}
    for folder in folders:
        for document in map(read_document, source_files(folder)[0]):
            if isinstance(document, Document):
                for section in document.sections:
                    heading = section.path[-1] if section.path else ""
                    articles = [match[0] for part in section.path if (match := ARTICLE.match(part))]
                    key = section_key(str(Path(document.source).with_suffix("")), articles[-1] if articles else heading)
                    parts = found.setdefault(key, [])
                    parts.append(section.text if parts else below_heading(section.path, section.text))
    return {key: "\n".join(parts) for key, parts in found.items() if key[1]}


def _with_answer(question: str, passage: str, answers: Sequence[Any]) -> Pair:
    """The pair with the first answer's place; no answers: the passage does not answer."""
    if not answers:
        return Pair(question, passage, False)
    first = answers[0] if isinstance(answers[0], str) else answers[0][0]
    start = passage.find(first) if first else -1
    return Pair(question, passage, True, (start, start + len(first)) if start >= 0 else None)


def section_key(source: str, heading: str) -> tuple[str, str]:
    """A section's key: its document's source without ending, and its heading without spaces and marks."""
    return source, _bare(heading)


def _without_language(name: str) -> str:
    return re.sub(r"\.(zh|en)$", "", name)


def _bare(heading: str) -> str:
    return re.sub(r"[\s#*`]", "", heading)
