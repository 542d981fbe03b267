"""``python -m tests.talks write [NAME …]`` writes what talks show; ``picture TRANSCRIPT PNG [TURNS]``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from . import Stage, faults, talks
from .picture import draw


def write(names: list[str]) -> None:
    """Write the transcripts of these talks, or of all, as they are now."""
    with tempfile.TemporaryDirectory() as folder, Stage(Path(folder)) as stage:
        for talk in talks():
            if names and talk.path.stem not in names:
                continue
            played = stage.played(talk)
            talk.path.write_text(played.page, encoding="utf-8")
            print(talk.path.name, *faults(played.lines, talk.script), sep="\n    ")


def main(arguments: list[str]) -> None:
    """The command line."""
    match arguments:
        case ["write", *names]:
            write(names)
        case ["picture", transcript, picture]:
            draw(Path(transcript), Path(picture))
        case ["picture", transcript, picture, turns]:
            draw(Path(transcript), Path(picture), int(turns))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
