"""The training commands. Figures are printed; files go where ``--out`` says, by default where they are shipped."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from knowledge.index.encoding.checked_arrays import LearnedError
from knowledge.index.encoding.chinese_encoder import FILE as STUDENT
from knowledge.index.encoding.word_vectors import FILE as ENGLISH
from knowledge.index.scoring.fusion import FILE as FUSION
from knowledge.training.parallel_texts import SourceError

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False)
Pairs = Annotated[Path, typer.Argument(help="Sentence pairs of Tatoeba: English, Chinese, attribution, tab-separated.")]
Out = Annotated[Path, typer.Option(help="Where the learned file goes; its SHA-256 goes beside it.")]
Remember = Annotated[Path | None, typer.Option(help="A file that keeps the teacher's embeddings between runs.")]
Further = Annotated[Path | None, typer.Option(help="A learned file to train further, instead of from nothing.")]


@app.command()
def student(
    pairs: Pairs, out: Out = STUDENT, epochs: float = 4, remember: Remember = None, further: Further = None
) -> None:
    """Learn the Chinese side from MiniLM: two hours on two cores from nothing, a quarter of one further."""
    from knowledge.training.train_encoder import run  # torch is slow to import, and only this command needs it

    run(pairs, out, epochs=epochs, remembered=remember, further=further)


@app.command()
def english(pairs: Pairs, out: Out = ENGLISH) -> None:
    """Make the table of English words."""
    from knowledge.training.english_table import make_english

    make_english(pairs, out)


@app.command()
def fusion(
    benchmarks: Annotated[Path, typer.Argument(help="Folder of labelled sets in the BEIR layout.")],
    laws: Annotated[Path, typer.Argument(help="Folder of the texts of laws.")],
    questions: Annotated[list[Path], typer.Argument(help="Questions on them, as tests/golden/laws-dev.jsonl.")],
    documents: Annotated[Path, typer.Option(help="Folder of documents whose sections have headings.")],
    sections: Annotated[Path, typer.Option(help="Questions on them, as tests/golden/sections.jsonl.")],
    out: Out = FUSION,
) -> None:
    """Learn what each measure of the search counts and how sure the evidence makes."""
    from knowledge.training.train_fusion import Labels, learn

    learn(Labels(benchmarks, laws, questions, documents, sections), out)


def main() -> None:
    """Run the command; what is wrong with a file is said in a line."""
    try:
        app()
    except (SourceError, LearnedError) as error:
        typer.echo(str(error), err=True)
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
