"""The assistant. Without a command it serves Telegram."""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path
from typing import Annotated

import typer

from bot.batch_cli import BatchError, read_batch
from bot.settings import Secrets, load_secrets, load_settings
from bot.staff_cli import DEFAULT, Config, Json, staff
from knowledge.settings import ConfigError
from knowledge.text.characters import harmless, harmless_lines

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(staff)
FAILED = 2
CHATTING = (
    "No TELEGRAM_BOT_TOKEN: chatting in this terminal. For Telegram get a token from @BotFather and start with"
    " TELEGRAM_BOT_TOKEN=… make run, or put it into .env"
)
SERVING = "TELEGRAM_BOT_TOKEN is set: serving Telegram. To chat in this terminal instead: python -m bot chat"


@app.callback(invoke_without_command=True)
def main(ctx: typer.Context, config: Config = None) -> None:
    """Answer questions on Operation Skilled Huadu; without a command: in Telegram."""
    ctx.obj = config
    if ctx.invoked_subcommand is None:
        raise typer.Exit(_telegram(config or DEFAULT))


@app.command()
def run(ctx: typer.Context, config: Config = None) -> None:
    """Serve Telegram if there is a token, else chat in this terminal."""
    path = config or ctx.obj or DEFAULT
    has_token = _secrets(path).telegram_token is not None
    print(SERVING if has_token else CHATTING, file=sys.stderr, flush=True)
    raise typer.Exit(_telegram(path) if has_token else _chat(path))


@app.command()
def chat(ctx: typer.Context, config: Config = None) -> None:
    """Chat in this terminal; questions may also be piped in."""
    raise typer.Exit(_chat(config or ctx.obj or DEFAULT))


@app.command()
def ask(
    ctx: typer.Context,
    question: Annotated[str | None, typer.Argument(help="The question.")] = None,
    history: Annotated[
        list[str] | None, typer.Option(help="An earlier question; may be repeated, oldest first.")
    ] = None,
    batch: Annotated[Path | None, typer.Option(help='A file with {"id", "question", "history"} a line.')] = None,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Answer one question, or each of a file."""
    if (question is None) == (batch is None):
        raise typer.BadParameter('give a question ("…") or --batch FILE, one of them')
    settings = load_settings(config or ctx.obj or DEFAULT)
    lines = list(read_batch(batch)) if batch else []
    from bot.terminal import terminal

    with terminal(settings) as session:
        if batch:
            raise typer.Exit(session.batch(lines))
        raise typer.Exit(session.ask(question or "", history or [], as_json=as_json))


@app.command()
def evaluate(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="Questions with expectations, one JSON object a line.")],
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Measure answers, citations and refusals on labelled questions."""
    settings = load_settings(config or ctx.obj or DEFAULT)
    from bot.evaluation import evaluate as measure
    from bot.evaluation import lines_of, read_expectations, values_of
    from bot.terminal import assistant_of

    expectations = list(read_expectations(file))
    with assistant_of(settings) as assistant:
        report = measure(expectations, assistant)
    for line in [values_of(report)] if as_json else lines_of(report):
        print(harmless(line))


def _telegram(path: Path) -> int:
    settings, secrets = load_settings(path), _secrets(path)
    from bot.telegram.runtime.process import run_process

    return run_process(settings, secrets, path.resolve().parent)


def _chat(path: Path) -> int:
    settings = load_settings(path)
    from bot.terminal import terminal

    with terminal(settings) as session:
        return session.chat(sys.stdin, typing=sys.stdin.isatty())


def _secrets(path: Path) -> Secrets:
    return load_secrets(path.resolve().parent)


def _quiet() -> None:
    """Nothing of the libraries on the screen, and nothing of them on the network."""
    for name, value in (
        ("HF_HUB_OFFLINE", "1"),
        ("TRANSFORMERS_VERBOSITY", "error"),
        ("TOKENIZERS_PARALLELISM", "false"),
    ):
        os.environ.setdefault(name, value)
    warnings.filterwarnings("ignore")


def start() -> int:
    """Run a command; returns its exit code."""
    _quiet()
    try:
        app()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else FAILED
    except KeyboardInterrupt:
        return 130
    except (ConfigError, BatchError) as error:
        print(harmless_lines(str(error)), file=sys.stderr)
        return FAILED
    return 0


if __name__ == "__main__":
    sys.exit(start())
