"""What is shown, in its reader's script: quotes, rows and names in Hong Kong's letters for Traditional."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.answer import Answer
from knowledge.text.language import traditional

ADDRESS = re.compile(r"(https?://[^\s，。；、（）《》“”「」]+)")


def in_script(text: str, language: str) -> str:
    """``text`` in Traditional letters for "zh-hant", web addresses apart; else as it is."""
    if language != "zh-hant":
        return text
    return "".join(part if ADDRESS.match(part) else traditional(part) for part in ADDRESS.split(text))


def answer_in_script(answer: Answer) -> Answer:
    """``answer`` with all that its reader sees in one script; what a citation quotes stays the document's."""
    language = answer.language
    if language != "zh-hant":
        return answer
    return replace(
        answer,
        blocks=tuple(replace(block, text=in_script(block.text, language)) for block in answer.blocks),
        citations=tuple(
            replace(each, title=in_script(each.title, language), section=in_script(each.section, language))
            for each in answer.citations
        ),
        choices=tuple(replace(choice, label=in_script(choice.label, language)) for choice in answer.choices),
    )
