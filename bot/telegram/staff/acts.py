"""What staff can do in the chat, and which role each of it needs. It is asked where the act is done, every time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.staff_settings import Role
from bot.telegram.applications.handling import ApplicationChange


class StaffAct(StrEnum):
    """LIST: which applications there are; READ: what is in one; HANDLE: take, note, end one; ANSWER: write an answer
    to what was asked in vain; EXPORT: take all applications out in a table.
    """

    STATUS = "status"
    REPORT = "report"
    UNANSWERED = "unanswered"
    LIST = "list"
    READ = "read"
    HANDLE = "handle"
    ANSWER = "answer"
    EXPORT = "export"


NEEDS = {
    StaffAct.STATUS: Role.VIEWER,
    StaffAct.REPORT: Role.VIEWER,
    StaffAct.UNANSWERED: Role.VIEWER,
    StaffAct.LIST: Role.VIEWER,
    StaffAct.READ: Role.EDITOR,
    StaffAct.HANDLE: Role.EDITOR,
    StaffAct.ANSWER: Role.EDITOR,
    StaffAct.EXPORT: Role.ADMIN,
}


def may(role: Role | None, act: StaffAct) -> bool:
    """Whether somebody with ``role`` may do ``act``."""
    return role is not None and role.rank >= NEEDS[act].rank


@dataclass(frozen=True)
class StaffDeed:
    """That somebody of staff did something, or tried to. ``by``: Telegram's number of the user; ``about``: the number
    of an application, or the file that was written; ``change``: what becomes of an application with it.
    """

    act: StaffAct
    by: int
    about: str = ""
    allowed: bool = True
    change: ApplicationChange | None = None
