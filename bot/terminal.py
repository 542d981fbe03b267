"""The assistant in a terminal: a chat, one question, or a file of questions."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import structlog

from bot.answer import Answer, Choice, Status, Turn
from bot.assistant import GUIDES, Assistant
from bot.batch_cli import BadBatchLine, BatchQuestion, line_of, values_of
from bot.error_log import guarded
from bot.presentation.choice_numbers import numbered_choices
from bot.presentation.rendering import plain
from bot.settings import Settings
from bot.understanding.question import question_of
from knowledge.editions.live_edition import LiveEdition
from knowledge.private_files import keep_private
from knowledge.text.characters import harmless_lines

OK, SOME_BAD, UNAVAILABLE = 0, 1, 2
LONGEST_NUMBER = 10  # digits of a choice
HELLO = (
    "Ask in Chinese or English. 请用中文或英文提问。  /jobs /training /partners /join; a number chooses; /quit ends."
)
LEAVING = frozenset({"/quit", "/exit", "/q"})


class Terminal:
    """Asks the assistant for somebody at a terminal, and prints what it says."""

    def __init__(self, assistant: Assistant, settings: Settings) -> None:
        self._assistant, self._log_folder = assistant, settings.index.path.parent

    def chat(self, lines: Iterable[str], *, typing: bool) -> int:
        """Answer line after line until they end. ``typing``: a person is there, who is prompted."""
        turns: list[Turn] = []
        choices: Mapping[int, Choice] = {}
        if typing:
            print(HELLO)
        for line in _prompted(lines) if typing else lines:
            text = line.strip()
            if text in LEAVING:
                break
            if text:
                answer, question = self._respond(text, turns, choices)
                print(f"\n{plain(answer)}\n", flush=True)
                turns.append(Turn(question, answer.text, answer.context))
                choices = numbered_choices(answer)
        return OK

    def ask(self, question: str, history: Sequence[str], *, as_json: bool) -> int:
        """One answer; the exit code is 2 when nothing can be looked up."""
        answer, elapsed = self._timed(question, [Turn(earlier) for earlier in history])
        print(values_of(answer, None, elapsed) if as_json else plain(answer), flush=True)
        return UNAVAILABLE if answer.status is Status.UNAVAILABLE else OK

    def batch(self, lines: Iterable[BatchQuestion | BadBatchLine]) -> int:
        """One JSON object for each line of a file; the exit code is 1 when a line held no question."""
        code = OK
        for line in lines:
            if isinstance(line, BadBatchLine):
                print(line_of(line), flush=True)
                code = max(code, SOME_BAD)
                continue
            answer, elapsed = self._timed(line.question, line.turns)
            print(values_of(answer, line.id, elapsed), flush=True)
            code = max(code, UNAVAILABLE if answer.status is Status.UNAVAILABLE else OK)
        return code

    def _respond(self, text: str, turns: Sequence[Turn], choices: Mapping[int, Choice]) -> tuple[Answer, str]:
        """The answer to a line, and the question that is remembered for it."""
        assistant = self._assistant
        if text.startswith("/") and text[1:] in GUIDES:
            return self._guarded(lambda: assistant.open(text[1:], turns), ""), ""
        if text.isdecimal() and len(text) < LONGEST_NUMBER and int(text) in choices:
            request = choices[int(text)].request
            return self._guarded(lambda: assistant.press(request, turns), ""), ""
        return self._guarded(lambda: assistant.answer(text, turns), text), text

    def _timed(self, question: str, turns: Sequence[Turn]) -> tuple[Answer, float]:
        start = time.perf_counter()
        answer = self._guarded(lambda: self._assistant.answer(question, turns), question)
        return answer, (time.perf_counter() - start) * 1000

    def _guarded(self, attempt: Callable[[], Answer], question: str) -> Answer:
        language = question_of(question).reply_in
        return guarded(attempt, lambda reference: self._assistant.failed(reference, language), self._log_folder)


@contextmanager
def terminal(settings: Settings) -> Iterator[Terminal]:
    """A terminal over the live edition."""
    with assistant_of(settings) as assistant:
        yield Terminal(assistant, settings)


@contextmanager
def assistant_of(settings: Settings) -> Iterator[Assistant]:
    """An assistant over the live edition; says on standard error what keeps it from answering."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL)
    )  # the screen is for answers
    keep_private(settings)
    live = LiveEdition(settings)
    live.start()
    try:
        if problem := live.health.problem:
            print(harmless_lines(problem), file=sys.stderr)
        yield Assistant(live.edition, settings, maintenance=live.maintenance)
    finally:
        live.close()


def _prompted(lines: Iterable[str]) -> Iterator[str]:
    waiting = iter(lines)
    while True:
        print("> ", end="", flush=True)
        line = next(waiting, None)
        if line is None:
            print()
            return
        yield line
