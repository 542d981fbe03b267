"""Metrics: ``python -m knowledge evaluate DIR``, ``evaluate-laws FILE LAWS``, ``evaluate-answers FILE``.

Exit code 0 with metrics, 2 when there are none because of an error.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from knowledge.editions.building.progress import Stage
from knowledge.settings import KnowledgeSettings, load
from knowledge.text.characters import harmless, harmless_lines

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)
Config = Annotated[Path, typer.Option("--config", help="The configuration file.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of lines.")]
FAILED = 2


@app.command()
def evaluate(
    folder: Annotated[
        Path, typer.Argument(help="A folder with corpus.jsonl, queries.jsonl and qrels/test.tsv (BEIR).")
    ],
    config: Config = Path("config.yaml"),
    as_json: Json = False,
    without_gold: Annotated[
        bool, typer.Option("--without-gold", help="Also take each question's answers away: is it refused then?")
    ] = False,
) -> None:
    """Measure retrieval on labelled questions, with their texts indexed in full in a temporary folder."""
    from knowledge.embedding.embedder import load_embedder
    from knowledge.evaluation.beir import read_beir
    from knowledge.evaluation.report import text_retrieval_lines, text_retrieval_values
    from knowledge.evaluation.text_retrieval import evaluate_text_retrieval

    settings = load(config, KnowledgeSettings)
    labelled = read_beir(folder)
    embedder = load_embedder(settings.embedding)
    result = evaluate_text_retrieval(labelled, settings, embedder, without_gold=without_gold, progress=_show_progress)
    _print(as_json, text_retrieval_values(result), text_retrieval_lines(result))


@app.command()
def evaluate_laws(
    questions: Annotated[Path, typer.Argument(help="Questions as in tests/golden/laws-dev.jsonl.")],
    laws: Annotated[Path, typer.Argument(help="The folder with the texts of the laws.")],
    config: Config = Path("config.yaml"),
    as_json: Json = False,
    misses: Annotated[bool, typer.Option("--misses", help="List what did not come first.")] = False,
) -> None:
    """Measure whether questions in users' own words reach the right article of a law."""
    from knowledge.embedding.embedder import load_embedder
    from knowledge.evaluation.law_retrieval import evaluate_law_retrieval, read_law_questions
    from knowledge.evaluation.report import law_retrieval_lines, law_retrieval_values

    settings = load(config, KnowledgeSettings)
    law_questions = read_law_questions(questions, laws)
    embedder = load_embedder(settings.embedding)
    result = evaluate_law_retrieval(law_questions, laws, settings, embedder, _show_progress)
    _print(as_json, law_retrieval_values(result), law_retrieval_lines(result, misses=misses))


@app.command()
def evaluate_answers(
    file: Annotated[Path, typer.Argument(help="One JSON object a line: question, passage, answerable.")],
    config: Config = Path("config.yaml"),
    as_json: Json = False,
) -> None:
    """Measure whether pairs of question and passage are told apart: by the judge, and by the search alone."""
    from knowledge.embedding.embedder import load_embedder
    from knowledge.evaluation.pair_verdicts import evaluate_pair_verdicts, read_pairs
    from knowledge.evaluation.report import pair_verdicts_lines, pair_verdicts_values
    from knowledge.judge.judge import judge

    settings = load(config, KnowledgeSettings)
    pairs = read_pairs(file)
    result = evaluate_pair_verdicts(pairs, judge(), settings, load_embedder(settings.embedding), _show_progress)
    _print(as_json, pair_verdicts_values(result), pair_verdicts_lines(result))


def _show_progress(stage: Stage, done: int, total: int, name: str) -> None:
    if done == 0 and total:
        print(harmless(f"{stage} {total if total > 1 else name}".rstrip()), file=sys.stderr, flush=True)


def _print(as_json: bool, values: dict[str, Any], lines: Iterable[str]) -> None:
    if as_json:
        print(harmless(json.dumps(values, ensure_ascii=False)))
        return
    for line in lines:
        print(harmless(line))


def run() -> int:
    """Run the command; returns its exit code."""
    import structlog

    from knowledge.editions.errors import expected_errors
    from knowledge.evaluation.beir import LabelledDataError
    from knowledge.evaluation.pair_verdicts import PairsError

    foreseen: tuple[type[Exception], ...] = (LabelledDataError, PairsError, *expected_errors())
    # Figures alone go to standard output. Asked for at each line: who captures standard error may close it afterwards.
    structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))
    try:
        app()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else FAILED
    except foreseen as error:
        print(harmless_lines(str(error)), file=sys.stderr)
        return FAILED
    return 0


if __name__ == "__main__":
    sys.exit(run())
