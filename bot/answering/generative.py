"""The optional chat model: it words an answer from numbered passages; code decides what of it may be shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from bot.answer import Block, BlockKind
from bot.answering.prompts import prompt
from bot.evidence.grounding_check import evidence_of, unsupported
from bot.evidence.passage_selection import section_of
from bot.settings import Settings, load_secrets
from bot.understanding.question import Question
from knowledge.models import Passage
from knowledge.settings import Programme
from knowledge.text.language import language_of

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

log = structlog.get_logger()
SENTENCE = re.compile(r"[^。！？!?\n]+?(?:[。！？!?]+[”』」\"]?|\.(?=\s|$|\[)|\n|$)(?:[ ]*\[\d+\])*")
MARK = re.compile(r"(?<!\s)\s*+\[(\d++)\]")
LANGUAGES = {"zh": "简体中文", "zh-hant": "繁体中文", "en": "English"}
LONGEST = 2000  # characters of a reply that are read


class Writer:
    """Words answers by a LangChain chat model. Whatever goes wrong, there is the extract instead."""

    def __init__(self, model: BaseChatModel, programme: Programme | None = None) -> None:
        self._model, self._programme = model, programme or Programme()

    @classmethod
    def of(cls, settings: Settings) -> Writer | None:
        """The writer that ``settings.chat_model`` names, its key from CHAT_MODEL_API_KEY; None when none is set."""
        chosen = settings.chat_model
        if chosen is None:
            return None
        from langchain_openai import ChatOpenAI

        return cls(
            ChatOpenAI(
                model=chosen.name,
                base_url=chosen.base_url,
                api_key=load_secrets(Path.cwd()).chat_model_key or "none",  # type: ignore[arg-type]
                timeout=chosen.timeout_seconds,
                max_retries=0,  # the extract is at hand; nobody shall wait twice
                temperature=0,
            ),
            settings.programme,
        )

    def write(self, question: Question, passages: Sequence[Passage]) -> tuple[Block, ...]:
        """Sentences that each cite one of ``passages`` (1-based) and say no more than it; empty when there are none."""
        reply = self._reply(question, passages)
        supported = [block for sentence in SENTENCE.findall(reply) if (block := _supported(sentence, passages))]
        blocks = tuple(_together(supported))
        text = " ".join(block.text for block in blocks)
        return blocks if (language_of(text) == "en") == (question.reply_in == "en") else ()

    def _reply(self, question: Question, passages: Sequence[Passage]) -> str:
        """What the model says, empty when it cannot be asked."""
        import httpx
        from langchain_core.messages import HumanMessage, SystemMessage
        from openai import OpenAIError

        language = question.reply_in
        numbered = "\n\n".join(_numbered(number, passage) for number, passage in enumerate(passages, 1))
        template = prompt("answer.en" if language == "en" else "answer.zh")
        rules = template.substitute(
            language=LANGUAGES[language], passages=numbered, programme=self._programme.shown(language)
        )
        try:
            reply = self._model.invoke([SystemMessage(rules), HumanMessage(question.text)])
        except (OpenAIError, httpx.HTTPError, OSError, ValueError, TypeError, LookupError, AttributeError) as error:
            log.warning("chat model gave no answer; quoting instead", reason=type(error).__name__)
            return ""
        return reply.content[:LONGEST] if isinstance(reply.content, str) else ""


def _numbered(number: int, passage: Passage) -> str:
    heading = " · ".join(filter(None, (passage.metadata.title, section_of(passage))))
    return f"[{number}] {heading}\n{passage.chunk.text}"


def _supported(sentence: str, passages: Sequence[Passage]) -> Block | None:
    """A sentence with the first passage it cites that holds its numbers; a number nobody handed out counts for none."""
    text = MARK.sub("", sentence).strip()
    for number in map(int, MARK.findall(sentence)):
        known = 0 < number <= len(passages)
        if known and len(text) > 1 and not unsupported(text, *evidence_of(passages[number - 1])):
            return Block(BlockKind.SAY, text, number)
    return None


def _together(sentences: Sequence[Block]) -> Iterator[Block]:
    """Neighbouring sentences of one citation as one paragraph."""
    for number, group in groupby(sentences, key=lambda block: block.citation):
        texts = [block.text for block in group]
        space = " " if texts[0].isascii() else ""
        yield Block(BlockKind.SAY, space.join(texts), number)
