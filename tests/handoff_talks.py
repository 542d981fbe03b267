"""Talks between a user and staff, as both see them: ``python -m tests.handoff_talks`` writes their transcripts."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.presentation.messages import message
from bot.settings import HandoffSettings, OpeningHours
from bot.telegram.queue.rate_limits import UNLIMITED
from bot.telegram.receipt_numbers import NUMBER
from knowledge.validity import BEIJING
from tests.fake_bot_api import FakeBotApi, Line
from tests.handoff_people import Asker, Refusing, Staff, staff_chat, with_staff
from tests.telegram_bots import bot_in_thread

FOLDER = Path(__file__).parent / "transcripts" / "handoffs"
DATE = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日|\d{1,2} [A-Z][a-z]+ \d{4}")
SEEN = ("message", "edit", "delete", "toast")


class Recorder:
    """``page``: what was done and what was seen because of it, in either chat."""

    def __init__(self, asker: Asker, staff: Staff) -> None:
        self.asker, self.staff = asker, staff
        self.page: list[str] = []
        self._seen = {asker.number: 0, staff.chat.id: 0}

    def do(self, what: str, act: Callable[[], Any]) -> None:
        """Carry out ``act``, which ``what`` tells."""
        act()
        self.asker.bot.settle(self.asker.api)
        self.page += ["", f"> {what}"]
        for chat, name in ((self.asker.number, "user"), (self.staff.chat.id, "staff")):
            lines = self.asker.api.transcript(chat, *SEEN)[self._seen[chat] :]
            self._seen[chat] += len(lines)
            self.page += [shown for line in lines if line.who == "bot" for shown in _shown(name, line)]

    def user(self, text: str) -> None:
        self.do(f"user: {text}", lambda: self.asker.say(text))

    def tap(self, key: str) -> None:
        label = message(key, self.asker.language)
        self.do(f"user: [tap] {label}", lambda: self.asker.tap(label))

    def staff_say(self, text: str, who: int = 0) -> None:
        card = self.staff.read("🆕")[-1]
        self.do(f"staff: {text}", lambda: self.staff.say(text, who, thread=card.thread))

    def together(self, words: list[tuple[str, str]]) -> None:
        """Both write without waiting for each other."""
        thread = self.staff.read("🆕")[-1].thread

        def act() -> None:
            for number, (asked, answered) in enumerate(words):
                self.asker.api.say(self.asker.person, asked)
                self.staff.api.say(self.staff.people[number % 2], answered, self.staff.chat, thread=thread)

        self.do("at the same time: " + "; ".join(f"user: {one} / staff: {other}" for one, other in words), act)


def _shown(name: str, line: Line) -> list[str]:
    if line.kind == "toast":
        return [f"({name}, for a moment) {line.text}"] if line.text else []
    head = {"message": "", "edit": " changes", "delete": " is gone"}[line.kind]
    text = DATE.sub("DAY", NUMBER.sub("NUMBER", line.text)) or "(a copy)" * (line.kind != "delete")
    rows = ["  ".join(f"[ {label} ]" for label, _ in row) for row in line.keyboard]
    return [f"({name}){head}", *(f"    {part}".rstrip() for part in (*text.split("\n"), *rows))]


def both_ways(talk: Recorder) -> None:
    talk.user("实习工资多少")
    talk.user("/human 我在花都实习，工资被扣了怎么办？")
    talk.tap("handoff.agree")
    talk.staff_say("您好，请说说是哪家单位、扣了多少。")
    talk.together([("狮岭一家皮具厂", "有合同吗？"), ("扣了800元", "工资条留着吗？"), ("没有合同", "可以先打12333。")])
    talk.staff_say("// 转给劳动监察", who=1)
    talk.user("谢谢")
    talk.staff_say("/close")
    talk.user("学徒制是什么")


def out_of_hours(talk: Recorder) -> None:
    for number in range(3):
        talk.user(f"unheld {number}")
    talk.tap("handoff.agree")
    talk.user("Is anybody there?")
    talk.user("/cancel")
    talk.user("What is an apprenticeship?")


TALKS: dict[str, tuple[str, Callable[[Recorder], None]]] = {
    "both-ways-zh": ("zh", both_ways),
    "out-of-hours-en": ("en", out_of_hours),
}


def closed_today() -> OpeningHours:
    today = datetime.now(BEIJING).date()
    days = {today + timedelta(days=ahead) for ahead in (1, 2)}
    return OpeningHours(weekdays=("09:00-12:00",), closed=frozenset({today}), also_open=frozenset(days))


def played(name: str, folder: Path) -> str:
    """The transcript of a talk, played anew."""
    language, script = TALKS[name]
    with FakeBotApi(flood_limits=False) as api:
        chat = staff_chat(api)
        options = with_staff(chat) | {"handoffs": HandoffSettings(hours=closed_today())}
        with bot_in_thread(api, f"sqlite:///{folder}/{name}.db", Refusing(), limits=UNLIMITED, **options) as bot:
            talk = Recorder(Asker(api, bot, language), Staff(api, bot, chat))
            script(talk)
            return "\n".join(talk.page).strip() + "\n"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        for each in TALKS:
            (FOLDER / f"{each}.txt").write_text(played(each, Path(made)), encoding="utf-8")
