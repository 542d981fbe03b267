"""What staff do with applications in the chat: look, search, take, give, note, end. Who sent one is told by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from sqlalchemy import Connection

from bot.telegram.applications.applications import Application, ApplicationState, StaffNote, named
from bot.telegram.applications.handling import ApplicationChange, standing
from bot.telegram.delivery.reply import Reply
from bot.telegram.receipt_numbers import NUMBER
from bot.telegram.staff.acts import StaffAct, StaffDeed
from bot.telegram.staff_talk import requests
from bot.telegram.staff_talk.allowed import Asking
from bot.telegram.staff_talk.application_pages import GROUPS, MARK, card_page, found, list_page, listed, whom_page
from bot.telegram.staff_talk.requests import StaffTap
from bot.telegram.update import Message

LONGEST_NOTE = 1000  # UTF-16 units of a note, by characters


def applications(asking: Asking, rest: str, sql: Connection) -> Reply:
    """The command: the new ones, or those that hold what stands behind it."""
    if refusal := asking.refusal(StaffAct.LIST):
        return refusal
    if not rest:
        return list_page(asking, listed(sql, "new", 0))
    return asking.refusal(StaffAct.READ) or list_page(asking, found(sql, rest))


def tapped(asking: Asking, tap: StaffTap, sql: Connection) -> Reply:
    """What a tap on a page of applications does."""
    if tap.verb == requests.LIST:
        group = tap.argument(0)
        refusal = asking.refusal(StaffAct.LIST)
        return refusal or list_page(asking, listed(sql, group if group in GROUPS else "new", tap.start(1)))
    act = StaffAct.HANDLE if tap.verb in CHANGES else StaffAct.READ
    if refusal := asking.refusal(act):
        return refusal
    one = named(sql, tap.argument(0))
    if one is None:
        return asking.page("staff.gone", act=act, about=tap.argument(0), number=tap.argument(0))
    if tap.verb in CHANGES and one.readable:
        return _changed(asking, one, tap)
    if tap.verb == requests.WHOM:
        return whom_page(asking, one)
    sure = tap.argument(1) if tap.verb == requests.ASK else ""
    ends = sure in GROUPS["done"] and not one.state.ended
    return card_page(asking, one, sure=ApplicationState(sure) if ends else None)


def _taken(asking: Asking, tap: StaffTap) -> ApplicationChange:
    return ApplicationChange(tap.argument(0), asking.user, state=ApplicationState.HANDLING, assigned=asking.user)


def _given(asking: Asking, tap: StaffTap) -> ApplicationChange | None:
    whom = tap.start(2)
    if whom not in asking.desk.staff.people:
        return None
    return ApplicationChange(tap.argument(0), asking.user, state=ApplicationState.HANDLING, assigned=whom)


def _set(asking: Asking, tap: StaffTap) -> ApplicationChange | None:
    state = tap.argument(2)
    known = state in (ApplicationState.HANDLING, *GROUPS["done"])
    return ApplicationChange(tap.argument(0), asking.user, state=ApplicationState(state)) if known else None


CHANGES: Mapping[str, Callable[[Asking, StaffTap], ApplicationChange | None]] = {
    requests.TAKE: _taken,
    requests.GIVE: _given,
    requests.SET: _set,
}


def _changed(asking: Asking, one: Application, tap: StaffTap) -> Reply:
    """The card as it stands afterwards. Where somebody else was faster, how it stands now, and nothing changes."""
    change, seen = CHANGES[tap.verb](asking, tap), standing(one)
    if change is None or tap.argument(1) != seen:
        page = card_page(asking, one)
        (shown,) = page.messages
        return replace(page, messages=(replace(shown, text=f"{asking.line('staff.meanwhile')}\n\n{shown.text}"),))
    after = replace(one, state=change.state or one.state, assigned=change.assigned or one.assigned)
    return _doing(asking, replace(change, seen=seen), card_page(asking, after))


def noted(asking: Asking, rest: str, sql: Connection) -> Reply:
    """``/note NUMBER text``."""
    number, _, text = rest.partition(" ")
    if not NUMBER.fullmatch(number) or not text.strip():
        refusal = asking.refusal(StaffAct.HANDLE)
        return refusal or asking.page("staff.note_how", act=StaffAct.HANDLE)
    return _noted(asking, number, text.strip(), sql)


def replied(asking: Asking, said: Message, bot_id: int, sql: Connection) -> Reply | None:
    """The note that a reply to a card is; None for any other message."""
    to = said.replied
    number = NUMBER.search(to.text) if to and to.author == bot_id and to.text.startswith(MARK) else None
    return _noted(asking, number[0], said.text.strip(), sql) if number and said.text.strip() else None


def _noted(asking: Asking, number: str, text: str, sql: Connection) -> Reply:
    if refusal := asking.refusal(StaffAct.HANDLE):
        return refusal
    one = named(sql, number)
    if one is None or not one.readable:
        return asking.page("staff.gone", act=StaffAct.HANDLE, about=number, number=number)
    if len(text) > LONGEST_NOTE:
        return asking.page("staff.note_long", act=StaffAct.HANDLE, about=number, most=str(LONGEST_NOTE))
    change = ApplicationChange(number, asking.user, note=text)
    notes = (*one.notes, StaffNote(asking.incoming.now, asking.user, text))
    return _doing(asking, change, card_page(asking, replace(one, notes=notes)))


def _doing(asking: Asking, change: ApplicationChange, page: Reply) -> Reply:
    """``page`` with ``change``, written together."""
    days = asking.desk.settings.forms.handled_days
    deed = StaffDeed(StaffAct.HANDLE, asking.user, change.number, change=replace(change, handled_days=days))
    return replace(page, staff=deed)
