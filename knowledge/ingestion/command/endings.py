"""How the command ends when something keeps it from its work: one line each, in the language of the command."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import typer

from knowledge.editions.errors import IngestionError, OrderError, WorseAnswersError, expected_errors
from knowledge.ingestion.command.help_text import usage
from knowledge.ingestion.consequences.report import worse_lines
from knowledge.ingestion.messages import foreign, in_words, say
from knowledge.text.characters import harmless, harmless_lines

FAILED, INTERRUPTED = 2, 130


def stopped(number: int, frame: object) -> None:
    """Ctrl-C: one line, and the exit code that shells give to it."""
    said = say("stopped; what users get is whole, and what was read is kept: the same command goes on from here")
    print(harmless(said), file=sys.stderr)
    raise SystemExit(INTERRUPTED)


def failed(error: Exception, trace: str) -> int:
    """Say why nothing was done; returns the exit code. ``trace``: shown where it is a fault of the program."""
    if isinstance(error, typer.TyperException):
        print(harmless_lines("\n".join(_mistyped(error))), file=sys.stderr)
    elif isinstance(error, IngestionError):  # may name files, and their names may hold line breaks
        print(harmless(_nothing(error, in_words(str(error)))), file=sys.stderr)
        for line in worse_lines(error.worse) if isinstance(error, WorseAnswersError) else ():
            print(harmless(line), file=sys.stderr)
    elif isinstance(error, expected_errors()):
        reason = str(getattr(error, "orig", error))
        print(harmless_lines(_nothing(error, foreign(reason))), file=sys.stderr)
    else:
        fault = say("nothing was published: a fault of the program, see above")
        print(harmless_lines(f"{trace}{fault}"), file=sys.stderr)
    return FAILED


def _nothing(error: Exception, reason: str) -> str:
    if isinstance(error, OrderError):
        return say("nothing was done: {reason}", reason=reason)
    return say("nothing was published: {reason}", reason=reason)


def _mistyped(error: Any) -> Iterator[str]:
    """What is wrong with the arguments, and how to write them."""
    ctx = getattr(error, "ctx", None)
    yield say("this cannot be understood: {reason}", reason=in_words(error.format_message()))
    if ctx is not None:
        yield usage(ctx.command, ctx)
        yield say("More: {command} --help", command=ctx.command_path)
