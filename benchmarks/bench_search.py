"""Search beside the plain pipeline and beside BM25 alone, in both languages and across; written into the README."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from benchmarks.bare_model import BareModel
from benchmarks.baselines import BM25, PlainPipeline
from benchmarks.search_cost import costs
from knowledge.embedding.embedder import Embedder, load_embedder
from knowledge.evaluation.beir import CorpusText, LabelledQuestion, LabelledSet, read_beir
from knowledge.evaluation.law_retrieval import evaluate_law_retrieval, read_law_questions
from knowledge.evaluation.metrics import RankingMetrics, latency_metrics, ranking_metrics
from knowledge.evaluation.report import law_retrieval_values, ranking_values, text_retrieval_values
from knowledge.evaluation.text_retrieval import evaluate_text_retrieval
from knowledge.settings import KnowledgeSettings

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
PAIRS = ("zh-zh", "en-en", "en-zh", "zh-en")  # question-documents
LANGUAGES = ("zh", "en")
README = ROOT / "README.md"
TABLE_MARKS = re.compile(r"(<!-- bench -->\n).*?(<!-- /bench -->)", re.S)
PLAIN = "plain LangChain + Chroma + "
SYSTEMS = (f"{PLAIN}MiniLM", f"{PLAIN}e5-small", "BM25 alone", "this project")
Row = dict[str, object]


class Ranker(Protocol):
    """A search that gives ids of texts."""

    def ranking(self, question: str) -> tuple[str, ...]:
        """Ids of texts, best first."""


def run() -> Iterator[Row]:
    """Figures of four systems on each pair of languages, of one pool, of the laws, and what a search costs."""
    sets = {pair: SHARED / "benchmarks" / f"xquad-dev-{pair}" for pair in PAIRS}
    missing = [str(folder) for folder in sets.values() if not folder.is_dir()]
    if missing:
        yield {"what": "search beside others", "skipped": f"not there: {', '.join(missing)}"}
    else:
        labelled = {pair: read_beir(folder) for pair, folder in sets.items()}
        yield from _compared(labelled)
        yield from costs([labelled[f"{language}-{language}"] for language in LANGUAGES])
    yield from _laws()


def _compared(sets: dict[str, LabelledSet]) -> Iterator[Row]:
    embedder = load_embedder(KnowledgeSettings().embedding)
    rows: list[Row] = []
    for pair, labelled in sets.items():
        for row in _systems(labelled, embedder):
            rows.append({"what": "search", "questions-documents": pair, **row})
            yield rows[-1]
    for language in LANGUAGES:
        result = evaluate_text_retrieval(_pool(sets, language), KnowledgeSettings(), embedder)
        rows.append({"what": "search", "questions-documents": f"{language}-both", "system": SYSTEMS[3]})
        rows[-1] |= ranking_values(result.ranking)
        yield rows[-1]
    _write(rows)


def _systems(labelled: LabelledSet, embedder: Embedder) -> Iterator[Row]:
    for system, model in zip(SYSTEMS, (BareModel(), embedder), strict=False):
        with tempfile.TemporaryDirectory() as name:
            pipeline = PlainPipeline(labelled.texts, model, Path(name))
            yield {"system": system, **_ranking_row(pipeline, labelled.questions)}
    yield {"system": SYSTEMS[2], **_ranking_row(BM25(labelled.texts), labelled.questions)}
    result = evaluate_text_retrieval(labelled, KnowledgeSettings(), embedder, without_gold=True)
    yield {"system": SYSTEMS[3], **text_retrieval_values(result)}


def _ranking_row(system: Ranker, questions: Sequence[LabelledQuestion]) -> Row:
    system.ranking("first")
    rankings, seconds = [], []
    for question in questions:
        started = time.perf_counter()
        rankings.append(system.ranking(question.text))
        seconds.append(time.perf_counter() - started)
    metrics: RankingMetrics = ranking_metrics(rankings, [question.gold for question in questions])
    return {**ranking_values(metrics), "latency_p50_ms": round(latency_metrics(seconds).p50, 2)}


def _pool(sets: dict[str, LabelledSet], language: str) -> LabelledSet:
    """The texts of both languages in one set; only those of the questions' own language count as right."""
    texts = [
        CorpusText(f"{name}/{text.id}", text.title, text.text)
        for name in LANGUAGES
        for text in sets[f"{name}-{name}"].texts
    ]
    questions = [
        LabelledQuestion(
            question.id, question.text, {f"{language}/{key}": grade for key, grade in question.gold.items()}
        )
        for question in sets[f"{language}-{language}"].questions
    ]
    return LabelledSet(tuple(texts), tuple(questions))


def _laws() -> Iterator[Row]:
    laws = SHARED / "real" / "laws"
    if not laws.is_dir():
        yield {"what": "laws", "skipped": f"not there: {laws}"}
        return
    embedder = load_embedder(KnowledgeSettings().embedding)
    for part in ("dev", "held"):
        questions = read_law_questions(ROOT / "tests" / "golden" / f"laws-{part}.jsonl", laws)
        values = law_retrieval_values(evaluate_law_retrieval(questions, laws, KnowledgeSettings(), embedder))
        yield {"what": "laws", "questions of": part, **{key: values[key] for key in values if key != "misses"}}


def _write(rows: Sequence[Row]) -> None:
    """Put the table into the README, between its two marks."""
    text = README.read_text(encoding="utf-8")
    table = "\n".join(_table(rows))
    README.write_text(TABLE_MARKS.sub(lambda marks: f"{marks[1]}{table}\n{marks[2]}", text), encoding="utf-8")


def _table(rows: Sequence[Row]) -> Iterator[str]:
    pairs = list(dict.fromkeys(str(row["questions-documents"]) for row in rows))
    yield "hit@1 / hit@5 on half of XQuAD (632 questions, 120 passages; questions-documents):\n"
    yield f"| | {' | '.join(pairs)} |"
    yield f"| --- |{' --- |' * len(pairs)}"
    cell: Callable[[Row], str] = lambda row: f"{row['hit@1']:.3f} / {row['hit@5']:.3f}"  # noqa: E731
    for system in SYSTEMS:
        cells = {str(row["questions-documents"]): cell(row) for row in rows if row["system"] == system}
        yield f"| {system} | {' | '.join(cells.get(pair, '') for pair in pairs)} |"
    refused = {str(row["questions-documents"]): row.get("refusal_mean") for row in rows if row["system"] == SYSTEMS[3]}
    figures = ("" if refused[pair] is None else f"{refused[pair]:.3f}" for pair in pairs)
    above = KnowledgeSettings().search.answer_above
    heading = f"its refusals, answering from probability {above}: mean of refused without and answered with the text"
    yield f"| {heading} | {' | '.join(figures)} |"
