"""Applications as staff see them in the chat: a list with its state, and one as a card with what can be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from bot.answer import Choice
from bot.presentation.days import day_in_words
from bot.presentation.messages import message
from bot.telegram.applications import applications as kept
from bot.telegram.applications.applications import Application, ApplicationState
from bot.telegram.applications.handling import standing
from bot.telegram.applications.tables import applications
from bot.telegram.delivery.reply import Reply
from bot.telegram.handoffs.wording import shortened
from bot.telegram.staff.acts import StaffAct, may
from bot.telegram.staff_talk import requests
from bot.telegram.staff_talk.allowed import Asking
from bot.telegram.staff_talk.requests import request
from knowledge.validity import BEIJING

PAGE, MOST_FOUND = 5, 20
MARK = "📋"  # begins a card: a reply to one is a note
GROUPS: Mapping[str, tuple[ApplicationState, ...]] = {
    "new": (ApplicationState.NEW,),
    "handling": (ApplicationState.HANDLING,),
    "done": (ApplicationState.ACCEPTED, ApplicationState.DECLINED),
}
LONGEST_ANSWER, LONGEST_NOTE, MOST_NOTES, LONGEST_CARD = 400, 200, 8, 3600  # units, and how many notes


@dataclass(frozen=True)
class ListedApplications:
    """A page of a list: ``group``: of which state, "" for what was searched; ``counts``: of every group."""

    group: str
    start: int
    rows: Sequence[Application]
    counts: Mapping[str, int]
    total: int


def listed(sql: Connection, group: str, start: int) -> ListedApplications:
    """The applications of a group from ``start`` on, the newest first."""
    states = [str(state) for state in GROUPS[group]]
    rows = select(applications).where(applications.c.state.in_(states))
    newest = rows.order_by(applications.c.made.desc(), applications.c.number).offset(start).limit(PAGE)
    shown = [kept.application_of(sql, row) for row in sql.execute(newest).all()]
    counts = counts_of(sql)
    return ListedApplications(group, start, shown, counts, counts[group])


def found(sql: Connection, text: str) -> ListedApplications:
    """Those whose number or answers hold ``text``."""
    hits = kept.found(list(kept.all_of(sql)), text)
    return ListedApplications("", 0, hits[:MOST_FOUND], counts_of(sql), len(hits))


def counts_of(sql: Connection) -> dict[str, int]:
    """How many applications there are of each group."""
    counted = select(applications.c.state, func.count()).group_by(applications.c.state)
    by_state: dict[str, int] = dict(sql.execute(counted).tuples().all())
    return {group: sum(by_state.get(str(state), 0) for state in states) for group, states in GROUPS.items()}


def list_page(asking: Asking, page: ListedApplications) -> Reply:
    """How many there are of each group, a line each, and buttons: cards, pages, the other groups."""
    language = asking.incoming.language
    values = {group: str(count) for group, count in page.counts.items()}
    lines = [_line(asking, number, one) for number, one in enumerate(page.rows, page.start + 1)]
    shown = "\n".join(lines) or message("staff.none", language)
    cards = [
        Choice(str(number), request(requests.CARD, one.number), "cards")
        for number, one in enumerate(page.rows, page.start + 1)
    ]
    others = [
        Choice(
            f"{message(f'staff.group_{group}', language)} {page.counts[group]}", request(requests.LIST, group, 0), "to"
        )
        for group in GROUPS
        if group != page.group
    ]
    head = message(f"staff.group_{page.group}" if page.group else "staff.found", language)
    choices = (*cards, *_pages(page, language), *others)
    return asking.page("staff.applications", *choices, act=StaffAct.LIST, head=head, lines=shown, **values)


def _pages(page: ListedApplications, language: str) -> list[Choice]:
    if not page.group:
        return []
    before, after = max(0, page.start - PAGE), page.start + PAGE
    back = [Choice(message("records.previous", language), request(requests.LIST, page.group, before), "pages")]
    on = [Choice(message("records.next", language), request(requests.LIST, page.group, after), "pages")]
    return [*(back if page.start else ()), *(on if after < page.total else ())]


def _line(asking: Asking, number: int, one: Application) -> str:
    """The number, what it is, when it came and who has it; the first thing that was entered, for who may read it."""
    language = asking.incoming.language
    parts = [one.number, form_title(asking, one), day(one.made, language)]
    if one.assigned:
        parts.append(asking.desk.staff.name_of(one.assigned))
    first = next(iter(one.answers.values()), "") if may(asking.role, StaffAct.READ) else ""
    return f"{number}. {' · '.join(parts)}" + (f"\n   {shortened(' '.join(first.split()), 60)}" if first else "")


def card_page(asking: Asking, one: Application, *, sure: ApplicationState | None = None) -> Reply:
    """All that was entered, who has it, notes, and what can be done; ``sure``: only whether it shall be that."""
    language = asking.incoming.language
    entered = [
        f"{one.labels.get(name, name)}：{shortened(answer, LONGEST_ANSWER) or '—'}"
        for name, answer in one.answers.items()
    ]
    readable = "\n".join(entered) if one.readable else message("staff.unreadable", language)
    state = message(f"form.state_{one.state}", language)
    head = {"number": one.number, "title": form_title(asking, one), "state": state, "date": day(one.made, language)}
    whose = asking.desk.staff.name_of(one.assigned) if one.assigned else message("staff.nobody", language)
    notes = [
        f"· {day(at.at, language)} {asking.desk.staff.name_of(at.by)}：{shortened(at.text, LONGEST_NOTE)}"
        for at in one.notes[-MOST_NOTES:]
    ]
    below = "\n".join((*notes, message("staff.told" if one.chat_id else "staff.cannot_be_told", language)))
    choices = _sure(one, sure, language) if sure else _choices(asking, one)
    return asking.page(
        "staff.card", *choices, act=StaffAct.READ, about=one.number, mark=MARK, whose=whose,
        until=day(one.until, language), entered=shortened(readable, LONGEST_CARD), notes=below, **head,
    )  # fmt: skip


def _choices(asking: Asking, one: Application) -> list[Choice]:
    language, seen = asking.incoming.language, standing(one)
    back = Choice(message("lists.back", language), request(requests.LIST, group_of(one.state), 0))
    if not may(asking.role, StaffAct.HANDLE) or not one.readable:
        return [back]
    mine = one.assigned == asking.user and one.state is ApplicationState.HANDLING
    take = [] if mine else [Choice(message("staff.take", language), request(requests.TAKE, one.number, seen), "whose")]
    whom = [Choice(message("staff.give", language), request(requests.WHOM, one.number), "whose")]
    ends = [
        Choice(message(f"staff.set_{state}", language), request(requests.ASK, one.number, state), "ends")
        for state in GROUPS["done"]
    ]
    again = Choice(
        message("staff.reopen", language), request(requests.SET, one.number, seen, ApplicationState.HANDLING)
    )
    return [again, back] if one.state.ended else [*take, *whom, *ends, back]


def _sure(one: Application, state: ApplicationState, language: str) -> list[Choice]:
    yes = message(f"staff.sure_{state}", language)
    back = Choice(message("lists.back", language), request(requests.CARD, one.number))
    return [Choice(yes, request(requests.SET, one.number, standing(one), state)), back]


def whom_page(asking: Asking, one: Application) -> Reply:
    """To whom of those who may handle it an application is given."""
    staff, language = asking.desk.staff, asking.incoming.language
    able = [number for number, member in staff.people.items() if may(member.role, StaffAct.HANDLE)]
    choices = [
        Choice(staff.name_of(number), request(requests.GIVE, one.number, standing(one), number)) for number in able
    ]
    back = Choice(message("lists.back", language), request(requests.CARD, one.number))
    return asking.page("staff.whom", *choices, back, act=StaffAct.READ, about=one.number, number=one.number)


def group_of(state: ApplicationState) -> str:
    """The list in which applications of ``state`` stand."""
    return next(group for group, states in GROUPS.items() if state in states)


def form_title(asking: Asking, one: Application) -> str:
    """What the form is called; its name where it is offered no more."""
    form = asking.incoming.facts.forms.named(one.form)
    return form.title.shown(asking.incoming.language) if form else one.form


def day(at: float, language: str) -> str:
    """The day in Beijing of ``at`` (seconds since 1970)."""
    return day_in_words(datetime.fromtimestamp(at, BEIJING).date(), language, short=True)
