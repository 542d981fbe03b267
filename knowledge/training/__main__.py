"""The training commands. Metrics are printed; files go where ``--out`` says, by default where they are shipped."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from knowledge.index.encoding.checked_arrays import LearnedError
from knowledge.index.encoding.chinese_encoder import FILE as STUDENT
from knowledge.index.encoding.word_vectors import FILE as ENGLISH
from knowledge.index.scoring.fusion import FILE as FUSION
from knowledge.training.parallel_texts import TrainingDataError

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False)
Pairs = Annotated[Path, typer.Argument(help="Sentence pairs of Tatoeba: English, Chinese, attribution, tab-separated.")]
Out = Annotated[Path, typer.Option(help="Where the learned file goes; its SHA-256 goes beside it.")]
Remember = Annotated[Path | None, typer.Option(help="A file that keeps the teacher's embeddings between runs.")]
Further = Annotated[Path | None, typer.Option(help="A learned file to train further, instead of from nothing.")]


@app.command()
def student(
    pairs: Pairs, out: Out = STUDENT, epochs: float = 4, remember: Remember = None, further: Further = None
) -> None:
    """Train the Chinese encoder on MiniLM: two hours on two cores from nothing, a quarter of one further."""
    from knowledge.training.train_encoder import (
        train_encoder,
    )  # torch is slow to import, and only this command needs it

    train_encoder(pairs, out, epochs=epochs, teacher_cache=remember, further=further)


@app.command()
def english(pairs: Pairs, out: Out = ENGLISH) -> None:
    """Make the table of English words' embeddings."""
    from knowledge.training.english_table import build_english_table

    build_english_table(pairs, out)


@app.command()
def fusion(
    benchmarks: Annotated[Path, typer.Argument(help="Folder of labelled sets in the BEIR layout.")],
    laws: Annotated[Path, typer.Argument(help="Folder of the texts of laws.")],
    questions: Annotated[list[Path], typer.Argument(help="Questions on them, as tests/golden/laws-dev.jsonl.")],
    documents: Annotated[Path, typer.Option(help="Folder of documents whose sections have headings.")],
    sections: Annotated[Path, typer.Option(help="Questions on them, as tests/golden/sections.jsonl.")],
    out: Out = FUSION,
) -> None:
    """Learn the weights of the search's scorers and the calibration of its probability."""
    from knowledge.training.train_fusion import LabelledSources, train_fusion

    train_fusion(LabelledSources(benchmarks, laws, questions, documents, sections), out)


def main() -> None:
    """Run the command; a file that cannot be used is named in one line on standard error, exit code 2."""
    try:
        app()
    except (TrainingDataError, LearnedError) as error:
        typer.echo(str(error), err=True)
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
