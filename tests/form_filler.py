"""Somebody who fills in forms: taps by label, types, and looks at the one message of the form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.settings import Contact, FormsSettings, ServiceOperator
from bot.telegram.applications import applications
from bot.telegram.applications.applications import Application
from bot.telegram.applications.drafts import KeptForms, kept_forms
from bot.telegram.applications.tables import form_consents
from bot.telegram.sealing.identities import IdentityHasher
from tests.fake_bot_api import FakeBotApi, Line
from tests.telegram_bots import Running

ROOT = Path(__file__).parents[1]
CONTACTS = (Contact(phone="12333", zh="服务热线", en="hotline"),)
OPERATOR = ServiceOperator(zh="示例主办单位", en="Sample Office", contact="12345")
FORMS = FormsSettings(enabled=True, folder=ROOT / "forms")
WITH_FORMS: dict[str, Any] = {"forms": FORMS, "operator": OPERATOR, "contacts": CONTACTS}
CODE = "91350100M000100Y43"  # the example of GB 32100
TITLES = {"enterprise": "企业合作意向登记", "opening": "招聘岗位登记", "enquiry": "专业咨询"}
# What is typed or tapped (in the list's own words) into each form from its first field on.
ENTERPRISE = ("示例企业甲", CODE, "皮革皮具", "狮岭", "学徒制", "数控、模具", "20", "陈经理", "020-12345678")
OPENING = (
    "示例企业甲", CODE, "数控操作工", "3", "操作数控车床", "会看图纸", "狮岭", "跳过",
    "5000-6500元/月", "陈经理", "020-12345678", "不公开，只给工作人员",
)  # fmt: skip
ENQUIRY = ("数控加工", "初中", "要读几年？", "跳过", "13800138000")


class Filler:
    """A person in their private chat."""

    def __init__(self, api: FakeBotApi, bot: Running, number: int, language: str = "zh") -> None:
        self.api, self.bot, self.number = api, bot, number
        self.person = api.person(number, language=language)

    def do(self, act: Any) -> None:
        """Carry out ``act`` and wait until everything that follows from it has arrived."""
        act()
        self.bot.settle(self.api)

    def say(self, text: str, **more: Any) -> None:
        """A message; ``more``: as ``FakeBotApi.say`` takes it."""
        self.do(lambda: self.api.say(self.person, text, **more))

    def shown(self) -> list[Line]:
        """The bot's messages that are in the chat now, as they look now, oldest first."""
        now: dict[int, Line] = {}
        for line in self.api.transcript(self.number, "message", "edit", "markup", "delete"):
            if line.who == "bot" and line.kind in ("message", "edit"):
                now[line.message_id] = line
            elif line.kind == "delete":
                now.pop(line.message_id, None)
        return list(now.values())

    @property
    def form(self) -> Line:
        """The newest message."""
        return max(self.shown(), key=lambda line: line.message_id)

    def tap(self, label: str, line: Line | None = None) -> str:
        """Tap a button of the newest message; what is shown on top of the chat."""
        line = line or self.form
        data = next((data for shown, data in line.buttons if label in shown), None)
        assert data is not None, (label, line.text, line.buttons)
        before = len(self.api.transcript(self.number, "toast"))
        self.do(lambda: self.api.press(self.person, self.number, data, line.message_id))
        return "".join(toast.text for toast in self.api.transcript(self.number, "toast")[before:])

    def open(self, form: str, age: str = "18岁以上") -> None:
        """Up to the first field."""
        self.say("/join")
        self.tap(TITLES[form])
        self.tap(age)
        self.tap("同意，开始填")

    def open_again(self, title: str) -> None:
        """Begin one more."""
        self.say("/join")
        self.tap(title)

    def fill(self, answers: tuple[str, ...]) -> None:
        """Tap where there is such a button, else type."""
        for answer in answers:
            if any(answer == shown for shown, _ in self.form.buttons):
                self.tap(answer)
            else:
                self.say(answer)

    @property
    def hash(self) -> str:
        return IdentityHasher(self.api.token).of(self.number)

    def kept(self) -> KeptForms:
        return self.bot.runtime.transactions.run_in_this_thread(lambda sql: kept_forms(sql, self.hash))

    def sent(self) -> list[Application]:
        return self.bot.runtime.transactions.run_in_this_thread(
            lambda sql: list(applications.of_person(sql, self.hash))
        )

    def consents(self) -> list[Any]:
        query = select(form_consents).where(form_consents.c.person == self.hash)
        return self.bot.runtime.transactions.run_in_this_thread(lambda sql: list(sql.execute(query)))
