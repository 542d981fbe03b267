"""The training command: ``python -m knowledge.training PAIRS --out FILE``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from knowledge.index.student import FILE
from knowledge.training import train
from knowledge.training.sources import SourceError

Pairs = Annotated[Path, typer.Argument(help="Sentence pairs of Tatoeba: English, Chinese, attribution, tab-separated.")]
Out = Annotated[Path, typer.Option(help="Where the learned encoder goes; its SHA-256 goes beside it.")]
Remember = Annotated[Path | None, typer.Option(help="A file that keeps the teacher's embeddings between runs.")]


def command(pairs: Pairs, out: Out = FILE, epochs: float = 4, remember: Remember = None) -> None:
    """Learns the Chinese side from MiniLM anew, in under half an hour on two cores."""
    try:
        train(pairs, out, epochs=epochs, remembered=remember)
    except SourceError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None


if __name__ == "__main__":
    typer.run(command)
