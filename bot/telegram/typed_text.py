"""What is read of a text as it was typed: a command, and the words beside the bot's name."""

from __future__ import annotations


def command_of(text: str) -> tuple[str, str, str]:
    """The command's name, the bot it is meant for, and what follows; empty texts when it is none."""
    if not text.startswith("/"):
        return "", "", ""
    head, *more = text[1:].split(None, 1) if text[1:2].strip() else [""]
    name, _, target = head.partition("@")
    known = name.replace("_", "").isascii() and name.replace("_", "").isalnum()
    return (name, target, "".join(more).strip()) if known else ("", "", "")


def without(text: str, mention: str) -> str:
    """``text`` without the first ``mention``."""
    start = text.lower().find(mention.lower())
    return text.strip() if start < 0 else (text[:start] + text[start + len(mention) :]).strip()
