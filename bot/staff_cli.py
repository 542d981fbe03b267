"""Staff's commands of ``python -m bot``: keys, links, what users think of answers, send in and ask in vain; reports."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.settings import Secrets, Settings, load_secrets, load_settings

DEFAULT = Path("config.yaml")
Config = Annotated[Path | None, typer.Option("--config", help="The configuration file (config.yaml).")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON objects instead of text.")]
staff = typer.Typer()


def configured(ctx: typer.Context, config: Path | None) -> tuple[Settings, Secrets]:
    """Settings and secrets of a command's configuration file."""
    path = config or ctx.obj or DEFAULT
    return load_settings(path), load_secrets(path.resolve().parent)


@staff.command()
def keys(
    ctx: typer.Context,
    action: Annotated[
        str, typer.Argument(help="show; new prints one; rotate: a new one seals; retire: old ones out.")
    ] = "show",
    config: Config = None,
) -> None:
    """Look after the keys that people's data is sealed with."""
    settings, secrets = configured(ctx, config)
    from bot.telegram.protection.keys_command import run_keys

    raise typer.Exit(run_keys(action, settings, secrets))


@staff.command()
def links(
    ctx: typer.Context,
    out: Annotated[Path, typer.Option(help="The folder to write them into.")] = Path("links"),
    config: Config = None,
) -> None:
    """Write links into the bot, their QR codes, and a sheet to be printed."""
    settings, secrets = configured(ctx, config)
    from bot.telegram.links.links_command import run_links

    raise typer.Exit(run_links(out, settings, secrets))


@staff.command()
def audit(ctx: typer.Context, as_json: Json = False, config: Config = None) -> None:
    """What staff did in the chat, and who of them, the newest first."""
    settings, secrets = configured(ctx, config)
    from bot.telegram.staff.audit_command import run_audit

    raise typer.Exit(run_audit(settings, secrets, as_json=as_json))


@staff.command()
def feedback(ctx: typer.Context, as_json: Json = False, config: Config = None) -> None:
    """What users voted and remarked on answers in Telegram, the newest first."""
    settings, secrets = configured(ctx, config)
    from bot.telegram.feedback.feedback_command import run_feedback

    raise typer.Exit(run_feedback(settings, secrets, as_json=as_json))


@staff.command()
def unanswered(
    ctx: typer.Context,
    xlsx: Annotated[Path | None, typer.Option(help="Write them into this table.")] = None,
    golden: Annotated[
        Path | None, typer.Option(help="Add those that have an answer now to this list (CSV): question, expected.")
    ] = None,
    count: Annotated[
        bool, typer.Option("--count", help="Only how many, and how many the live edition answers.")
    ] = False,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """What users asked in Telegram and got no good answer to, in groups of like questions, the most asked first."""
    settings, secrets = configured(ctx, config)
    from bot.telegram.open_questions.unanswered_command import UnansweredRequest, run_unanswered
    from bot.telegram.runtime.answered_count import run_count

    if count:
        raise typer.Exit(run_count(settings, secrets))
    raise typer.Exit(run_unanswered(UnansweredRequest(as_json, xlsx, golden), settings, secrets))


@staff.command()
def applications(
    ctx: typer.Context,
    find: Annotated[
        str | None, typer.Option(help="A receipt number, company, telephone or other answer, or a part of it.")
    ] = None,
    number: Annotated[str | None, typer.Option(help="The receipt number of one.")] = None,
    state: Annotated[str | None, typer.Option(help="With --number: new, handling, accepted or declined.")] = None,
    xlsx: Annotated[Path | None, typer.Option(help="Write them into this table, a sheet for each form.")] = None,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """What people sent in forms in Telegram, the newest first; sets how far staff are with one."""
    settings, secrets = configured(ctx, config)
    from bot.telegram.applications.applications_command import ApplicationsRequest, run_applications

    request = ApplicationsRequest(find, number, state, xlsx, as_json)
    raise typer.Exit(run_applications(request, settings, secrets))


@staff.command()
def report(
    ctx: typer.Context,
    month: Annotated[str | None, typer.Option(help="As 2026-11; without it the last month that is over.")] = None,
    xlsx: Annotated[Path | None, typer.Option(help="Write it into this table.")] = None,
    picture: Annotated[Path | None, typer.Option(help="Write a picture of it into this PNG file.")] = None,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """The monthly report: questions by kind, language and role, how they ended, votes, gaps, forms; nobody's data."""
    settings, secrets = configured(ctx, config)
    from bot.telegram.reports.report_command import ReportRequest, run_report

    raise typer.Exit(run_report(ReportRequest(month, xlsx, picture, as_json), settings, secrets))
