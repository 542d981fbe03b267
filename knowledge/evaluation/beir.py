"""Reads labelled questions in the BEIR layout: ``corpus.jsonl``, ``queries.jsonl``, ``qrels/test.tsv``."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CORPUS, QUERIES, QRELS = "corpus.jsonl", "queries.jsonl", "qrels/test.tsv"
COLUMNS = 3  # question, text, grade


class LabelledDataError(Exception):
    """The labelled data cannot be used; the message names the file, the line and what is expected."""


@dataclass(frozen=True)
class CorpusText:
    """One entry of the corpus; ``title`` may be empty."""

    id: str
    title: str
    text: str


@dataclass(frozen=True)
class LabelledQuestion:
    """A question and its gold: ids of the texts that answer it, each with a grade above 0."""

    id: str
    text: str
    gold: Mapping[str, int]


@dataclass(frozen=True)
class LabelledSet:
    """A corpus and the questions about it that have gold."""

    texts: tuple[CorpusText, ...]
    questions: tuple[LabelledQuestion, ...]


def read_beir(folder: Path) -> LabelledSet:
    """The labelled set in ``folder``. Questions without gold are left out. Raises ``LabelledDataError``."""
    if not folder.is_dir():
        raise LabelledDataError(f"{folder}: no such folder; one with {CORPUS}, {QUERIES} and {QRELS} is expected")
    texts = {
        key: CorpusText(key, _string(values, "title", where, ""), text) for key, text, values, where in _corpus(folder)
    }
    questions = {key: _string(values, "text", where) for key, values, where in _entries(folder / QUERIES)}
    gold = _gold(folder / QRELS, texts.keys(), questions.keys())
    labelled = tuple(LabelledQuestion(key, text, gold[key]) for key, text in questions.items() if key in gold)
    if not labelled:
        raise LabelledDataError(
            f"{folder / QRELS}: no question has a text that answers it; grades above 0 are expected"
        )
    return LabelledSet(tuple(texts.values()), labelled)


def json_lines(path: Path) -> Iterator[tuple[dict[str, Any], str]]:
    """The JSON objects of a file with one a line, each with "file, line N". Raises ``LabelledDataError``."""
    for line, where in _lines(path):
        try:
            values = json.loads(line)
        except ValueError as error:
            raise LabelledDataError(f"{where}: not JSON ({error})") from None
        if not isinstance(values, dict):
            raise LabelledDataError(f"{where}: {line[:60]!r}: one JSON object a line is expected")
        yield values, where


def _corpus(folder: Path) -> Iterator[tuple[str, str, dict[str, Any], str]]:
    empty = True
    for key, values, where in _entries(folder / CORPUS):
        text = _string(values, "text", where)
        if not (text.strip() or _string(values, "title", where, "").strip()):
            raise LabelledDataError(f"{where}: neither its title nor its text says anything")
        empty = False
        yield key, text, values, where
    if empty:
        raise LabelledDataError(f"{folder / CORPUS}: holds no texts")


def _entries(path: Path) -> Iterator[tuple[str, dict[str, Any], str]]:
    seen: dict[str, str] = {}
    for values, where in json_lines(path):
        key = values.get("_id")
        if isinstance(key, bool) or not isinstance(key, str | int) or key == "":
            raise LabelledDataError(f"{where}: _id is {key!r}; a string is expected")
        if str(key) in seen:
            raise LabelledDataError(f"{where}: _id {key!r} is also that of {seen[str(key)]}")
        seen[str(key)] = where
        yield str(key), values, where


def _string(values: dict[str, Any], name: str, where: str, absent: str | None = None) -> str:
    value = values.get(name, absent)
    if value is None and absent is not None:
        return absent
    if not isinstance(value, str):
        raise LabelledDataError(f"{where}: {name} is {value!r:.60}; a string is expected")
    return value


def _gold(path: Path, texts: Collection[str], questions: Collection[str]) -> dict[str, dict[str, int]]:
    gold: dict[str, dict[str, int]] = {}
    for index, (line, where) in enumerate(_lines(path)):
        cells = line.split("\t")
        if index == 0 and cells[-1].strip() == "score":
            continue
        if len(cells) != COLUMNS or not cells[2].strip().lstrip("-").isdigit():
            raise LabelledDataError(
                f"{where}: {line[:60]!r}: question, text and whole grade with tabs between are expected"
            )
        question, text, grade = cells[0], cells[1], int(cells[2])
        if question not in questions:
            raise LabelledDataError(f"{where}: there is no question {question!r} in {QUERIES}")
        if text not in texts:
            raise LabelledDataError(f"{where}: there is no text {text!r} in {CORPUS}")
        if grade > 0:
            gold.setdefault(question, {})[text] = grade
    return gold


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    """Lines that are not blank, each with "file, line N"."""
    try:
        with path.open(encoding="utf-8-sig") as stream:
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    yield line.rstrip("\r\n"), f"{path}, line {number}"
    except FileNotFoundError:
        raise LabelledDataError(f"{path}: no such file") from None
    except UnicodeDecodeError as error:
        raise LabelledDataError(f"{path}: not UTF-8 ({error.reason} at byte {error.start})") from None
