"""Help in the language of the command: plain lines, which may be copied into a mail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from typer.core import TyperCommand, TyperGroup

from knowledge.ingestion.messages import in_words, say
from knowledge.text.characters import harmless_lines


class StaffCommand(TyperCommand):
    """A command whose help is in the language of the command."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help."""
        formatter.write(harmless_lines("\n".join(_lines(self, ctx))))


class StaffGroup(TyperGroup):
    """All commands, their list and help in the language of the command."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help."""
        commands = (self.get_command(ctx, name) for name in self.list_commands(ctx))
        listed = [(str(command.name), _about(command)) for command in commands if command]
        formatter.write(harmless_lines("\n".join([*_lines(self, ctx), *_section(say("Commands:"), listed)])))


def usage(command: Any, ctx: Any) -> str:
    """How the command is called."""
    pieces = " ".join(map(in_words, command.collect_usage_pieces(ctx)))
    return say("Usage: {usage}", usage=f"{ctx.command_path} {pieces}")


def _lines(command: Any, ctx: Any) -> Iterator[str]:
    yield usage(command, ctx)
    yield ""
    yield in_words(unwrapped(command.help))
    records: dict[str, list[tuple[str, str]]] = {"argument": [], "option": []}
    for parameter in command.get_params(ctx):
        if record := parameter.get_help_record(ctx):
            about = unwrapped(parameter.help)
            extra = record[1].removeprefix(parameter.help or "").strip()
            records[parameter.param_type_name].append(
                (record[0], " ".join(filter(None, (in_words(about), _extra(extra)))))
            )
    yield from _section(say("Arguments:"), records["argument"])
    yield from _section(say("Options:"), records["option"])


def _section(heading: str, records: Sequence[tuple[str, str]]) -> Iterator[str]:
    if not records:
        return
    width = max(len(name) for name, _ in records)
    yield from ("", heading)
    yield from (f"  {name.ljust(width)}  {about}" for name, about in records)


def _about(command: Any) -> str:
    """The first paragraph of a command's help."""
    return in_words(unwrapped((command.help or "").split("\n\n")[0]))


def _extra(text: str) -> str:
    """What stands behind a parameter's help: [default: 30; x>=1], [required]."""
    parts = text.strip("[]").split("; ")
    return f"[{say('; ').join(map(in_words, parts))}]" if text else ""


def unwrapped(text: str | None) -> str:
    """Paragraphs of a docstring, each on one line."""
    return "\n\n".join(" ".join(part.split()) for part in (text or "").split("\n\n"))
