"""The optional chat model: it words an answer from numbered passages; code decides what of it may be shown."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from bot.answer import Block, BlockKind
from bot.answering.model_endpoint import Budget, Clock, Endpoint
from bot.answering.model_reply import Sentence, read_reply
from bot.answering.prompts import prompt
from bot.evidence.claim_check import says_no_more
from bot.evidence.passage_selection import section_of
from bot.settings import ChatModelSettings, Settings, load_secrets
from bot.understanding.question import Question
from knowledge.models import Passage
from knowledge.settings import Programme
from knowledge.text.language import language_of

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

LANGUAGES = {"zh": "简体中文", "zh-hant": "繁体中文", "en": "English"}


@dataclass(frozen=True)
class Wording:
    """What of a model's reply may be shown. ``not_held``: it says that the passages do not answer."""

    blocks: tuple[Block, ...] = ()
    not_held: bool = False


class Writer:
    """Words answers by a LangChain chat model. Whatever goes wrong, there is the extract instead.

    ``seconds``: what one answer, all its parts together, may wait for the model.
    """

    def __init__(
        self,
        model: BaseChatModel,
        programme: Programme | None = None,
        *,
        seconds: float = ChatModelSettings.model_fields["timeout_seconds"].default,
        clock: Clock = time.monotonic,
    ) -> None:
        self._endpoint, self._programme, self._seconds = Endpoint(model, clock), programme or Programme(), seconds

    @classmethod
    def of(cls, settings: Settings, clock: Clock = time.monotonic) -> Writer | None:
        """The writer that ``settings.chat_model`` names, its key from CHAT_MODEL_API_KEY; None when none is set."""
        chosen = settings.chat_model
        if chosen is None:
            return None
        from langchain_openai import ChatOpenAI

        model = ChatOpenAI(
            model=chosen.name,
            base_url=chosen.base_url,
            api_key=load_secrets(Path.cwd()).chat_model_key or "none",  # type: ignore[arg-type]
            timeout=chosen.timeout_seconds,
            max_retries=0,  # the extract is at hand; nobody shall wait twice
            temperature=0,
        )
        return cls(model, settings.programme, seconds=chosen.timeout_seconds, clock=clock)

    def budget(self) -> Budget:
        """The time that one answer may wait for the model; it begins now."""
        return self._endpoint.budget(self._seconds)

    def write(self, question: Question, passages: Sequence[Passage], budget: Budget | None = None) -> Wording:
        """Sentences that each cite one of ``passages`` (1-based) and say no more than it."""
        from langchain_core.messages import HumanMessage, SystemMessage

        numbered = "\n\n".join(_numbered(number, passage) for number, passage in enumerate(passages, 1))
        rules = self._rules(question.reply_in, numbered)
        said = self._endpoint.ask([SystemMessage(rules), HumanMessage(question.text)], budget or self.budget())
        if said is None:
            return Wording()
        reply = read_reply(said, rules, numbered)
        supported = [block for sentence in reply.sentences if (block := _supported(sentence, passages))]
        blocks = tuple(_together(supported))
        text = " ".join(block.text for block in blocks)
        shown = (language_of(text) == "en") == (question.reply_in == "en")
        return Wording(blocks if shown else (), reply.none)

    def _rules(self, language: str, numbered: str) -> str:
        template = prompt("answer.en" if language == "en" else "answer.zh")
        return template.substitute(
            language=LANGUAGES[language], passages=numbered, programme=self._programme.shown(language)
        )


def _numbered(number: int, passage: Passage) -> str:
    heading = " · ".join(filter(None, (passage.metadata.title, section_of(passage))))
    return f"[{number}] {heading}\n{passage.chunk.text}"


def _supported(sentence: Sentence, passages: Sequence[Passage]) -> Block | None:
    """A sentence with the first passage it cites that bears it out; a number nobody handed out counts for none."""
    for number in sentence.cited:
        if 0 < number <= len(passages) and says_no_more(sentence.text, passages[number - 1]):
            return Block(BlockKind.SAY, sentence.text, number)
    return None


def _together(sentences: Sequence[Block]) -> Iterator[Block]:
    """Neighbouring sentences of one citation as one paragraph."""
    for number, group in groupby(sentences, key=lambda block: block.citation):
        texts = [block.text for block in group]
        space = " " if texts[0].isascii() else ""
        yield Block(BlockKind.SAY, space.join(texts), number)
