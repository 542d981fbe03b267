"""Whatever is typed and whatever is answered, Telegram refuses nothing and nothing is cut: over HTTP, as one message
after the other, edited or tapped for.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lo_bot_api_emulator import CONTRACT, LoBotApiEmulator

from bot.answer import Answer, Block, BlockKind, Status, Turn
from bot.presentation.reader_script import in_script
from bot.presentation.rendering import UNSENDABLE
from bot.presentation.source_names import title_names
from bot.telegram.queue.rate_limits import UNLIMITED
from tests.fake_bot_api import TOKEN, Call, FakeBotApi, Line, units
from tests.hostile_texts import answers, texts
from tests.speaker import Speaker, new_group
from tests.telegram_bots import Running, bot_in_thread

MOST_KEPT = 2_000  # calls
RUN = 40  # batches
AT_ONCE = 25  # people who write at the same time
UNSEEN = re.compile(r"[\s\u180e\u200b-\u200f\u2060-\u2064\u2800\ufeff\ufffc\U000e0000-\U000e007f]+")
NUMBER = re.compile(r"no(\d+)")
PHOTO = [{"file_id": "p", "file_unique_id": "p", "width": 90, "height": 60}]
SAME = "Bad Request: message is not modified"  # an edit to what stands there already
TYPED = (
    "no{number} {text}",
    "{text}",
    "/ask {text}",
    "/feedback {text}",
    "/start {text}",
    "/{text}",
    "/my_data {text}",
)
DEEDS = ("say", "say", "caption", "edit", "tap")


class Generated:
    """Answers a question that names the number of an answer with that one, any other with its own words."""

    def __init__(self) -> None:
        self.held: list[Answer] = []

    def answer(self, question: str, turns: Sequence[Turn] = (), *, interface_language: str | None = None) -> Answer:
        named = NUMBER.match(question)
        if named:
            return self.held[int(named.group(1))]
        return Answer(Status.ANSWERED, "zh", (Block(BlockKind.SAY, f"echo {question}"),))

    def press(self, request: str, turns: Sequence[Turn] = (), *, interface_language: str | None = None) -> Answer:
        return self.held[-1]

    def open(self, command: str, turns: Sequence[Turn] = (), *, interface_language: str | None = None) -> Answer:
        return replace(self.answer(command), language=interface_language or "zh")


@dataclass(frozen=True)
class Example:
    """What somebody types (a pattern and a hostile text), what they do then, and the answer that they may get."""

    typed: str
    text: str
    deed: str
    answer: Answer

    def words(self, number: int) -> str:
        """What is typed, as long as Telegram lets anybody write."""
        return (
            self.typed.format(number=number, text=self.text).encode("utf-16-le")[: 2 * 4096].decode("utf-16", "ignore")
        )


class Batch(tuple[Example, ...]):
    """Examples that are not written out when one fails: they hold megabytes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"{len(self)} examples"


@st.composite
def batches(draw: st.DrawFn) -> Batch:
    """``AT_ONCE`` examples."""
    typed = st.sampled_from((*TYPED[:1] * 5, *TYPED[1:]))
    each = st.builds(Example, typed, texts, st.sampled_from(DEEDS), answers())
    return Batch(draw(st.lists(each, min_size=AT_ONCE, max_size=AT_ONCE)))


@dataclass
class Table:
    """A bot at which ``AT_ONCE`` people sit. ``calls``: all that it sent."""

    api: FakeBotApi
    bot: Running
    assistant: Generated
    people: list[dict[str, object]]
    calls: list[Call] = field(default_factory=list)
    served: int = 0

    def serve(self, batch: Sequence[Example]) -> None:
        """Let everybody write at once, then edit and tap; look what became of it."""
        self.assistant.held = [example.answer for example in batch]
        seats = list(zip(range(len(batch)), batch, self.people, strict=False))
        wrote = {}
        for number, example, person in seats:
            words = example.words(number)
            content = {"photo": PHOTO, "caption": words[:1024]} if example.deed == "caption" else {}
            wrote[number] = self.api.say(person, "" if content else words or "?", **content)
        self.bot.settle(self.api, 60)
        for number, example, person in seats:
            if example.deed == "edit":
                self.api.edit(person, wrote[number], f"no{number} {example.text[:1000]}")
            if example.deed == "tap":
                self.tap(person)
        self.bot.settle(self.api, 60)
        self.look(seats)

    def tap(self, person: dict[str, object]) -> None:
        """Tap the last button of the newest message that has one."""
        chat = int(str(person["id"]))
        line = next((line for line in reversed(self.api.heard(chat)) if line.buttons), None)
        if line:
            self.api.press(person, chat, line.buttons[-1][1], line.message_id)

    def look(self, seats: Sequence[tuple[int, Example, dict[str, object]]]) -> None:
        calls = [call for call in self.api.calls if call.method.startswith(("send", "edit", "answer"))]
        refused = [call for call in calls if call.status != 200 and not call.refusal.startswith(SAME)]
        assert not refused, (refused[0].refusal, refused[0].method, *map(repr, refused[0].params.values()))
        shown = [call.params for call in calls if "text" in call.params and call.method != "answerCallbackQuery"]
        assert all(params["link_preview_options"] == {"is_disabled": True} for params in shown)
        for number, example, person in seats:
            words = example.words(number)
            if NUMBER.match(words) or example.deed == "edit":
                whole(example.answer, self.api.heard(int(str(person["id"]))))
            elif not words.startswith("/") and words.strip() and example.deed == "say":
                assert squeezed(words) in squeezed(
                    "".join(line.text for line in self.api.heard(int(str(person["id"]))))
                )
        self.served += len(seats)
        self.calls += calls[: MOST_KEPT - len(self.calls)]
        with self.api.world.lock:
            self.api.calls.clear()
            self.api.world.transcripts.clear()
            self.api.world.messages.clear()


def squeezed(text: str) -> str:
    """``text`` without spaces and what nobody sees: these may go where a message ends."""
    return UNSEEN.sub("", UNSENDABLE.sub("", text))


def whole(answer: Answer, shown: Sequence[Line]) -> None:
    """All of the answer's words are there, in their order, in messages that fit."""
    assert all(units(line.text) <= 4096 for line in shown)
    seen, place = squeezed("".join(line.text for line in shown)), 0
    for text in (squeezed(block.text) for block in answer.blocks):
        found = seen.find(text, place)
        assert found >= 0, f"cut: {text[:200]!r} of {len(text)} characters"
        place = found + len(text)
    names = title_names(list(dict.fromkeys(each.title for each in answer.citations)))
    titles = [squeezed(in_script(name, answer.language).removesuffix("…"))[:20] for name in names]
    assert all(title in seen for title in titles), f"a source is missing: {titles}"


@contextmanager
def served(folder: Path) -> Iterator[Table]:
    assistant = Generated()
    with (
        FakeBotApi(flood_limits=False) as api,
        bot_in_thread(api, f"sqlite:///{folder}/bot.db", assistant, limits=UNLIMITED) as bot,
    ):
        yield Table(api, bot, assistant, [api.person(7_300_000 + number) for number in range(AT_ONCE)])


def fed(table: Table, number: int) -> None:
    """Serve so many generated batches, in runs after which hypothesis forgets: it keeps all that it ever drew."""

    @settings(
        max_examples=min(number, RUN),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(batches())
    def each(batch: Batch) -> None:
        table.serve(batch)

    for _ in range(0, number, RUN):
        each()


async def refused_elsewhere(calls: Sequence[Call]) -> list[tuple[str, object]]:
    """What another emulator says of the calls, with the parameters that it knows, where it refuses one."""
    runner = web.AppRunner(LoBotApiEmulator().app())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found = []
    async with ClientSession(f"http://127.0.0.1:{runner.addresses[0][1]}") as session:
        for call in calls:
            known = CONTRACT["methods"][call.method]["parameters"]
            params = {name: value for name, value in call.params.items() if name in known}
            async with session.post(f"/bot{TOKEN}/{call.method}", json=params) as response:
                if response.status != 200:
                    found.append((await response.text(), params))
    await runner.cleanup()
    return found


@pytest.mark.parametrize(
    "most", [500, pytest.param(2_500, marks=pytest.mark.long), pytest.param(10_000, marks=pytest.mark.soak)]
)
def test_telegram_refuses_nothing_and_nothing_is_cut(tmp_path: Path, most: int) -> None:
    with served(tmp_path) as table:
        fed(table, most // AT_ONCE)
        assert table.served >= most
        assert {"sendMessage", "editMessageText", "answerCallbackQuery"} <= {call.method for call in table.calls}
        assert len(table.calls) >= 500 and asyncio.run(refused_elsewhere(table.calls)) == []


def test_what_is_kept_of_talks_in_emoji_fits_into_one_message(tmp_path: Path) -> None:
    with (
        FakeBotApi(flood_limits=False) as api,
        bot_in_thread(api, f"sqlite:///{tmp_path}/bot.db", limits=UNLIMITED) as bot,
    ):
        user = Speaker(api, language="en")
        member = user.in_group(new_group(api))
        for number in range(5):
            for place in (user, member):
                place.say(f"/ask {number}{'😀' * 2000}")
        bot.settle(api)
        kept = user.ask("/my_data")
        assert kept.text.count("😀") > 10 * 50 and kept.buttons
        assert not [call for call in api.calls if call.refusal and call.method == "sendMessage"]
