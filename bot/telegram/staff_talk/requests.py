"""What the buttons of staff's pages carry."""

from __future__ import annotations

from dataclasses import dataclass

STAFF = "!staff"  # begins their requests
LIST, CARD, TAKE, GIVE, WHOM, ASK, SET, NOTE = "list", "card", "take", "give", "whom", "ask", "set", "note"
GAPS, GAP, WRITE = "gaps", "gap", "write"


@dataclass(frozen=True)
class StaffTap:
    """A tap: ``verb``, one of those above, and what follows it."""

    verb: str
    arguments: tuple[str, ...] = ()

    def argument(self, place: int, otherwise: str = "") -> str:
        """The argument at ``place``; ``otherwise`` where there is none."""
        return self.arguments[place] if place < len(self.arguments) else otherwise

    def start(self, place: int) -> int:
        """The argument at ``place`` as a number from 0 on."""
        given = self.argument(place)
        return int(given) if given.isdecimal() else 0


def request(verb: str, *arguments: object) -> str:
    """The request of a button. Of ``WRITE`` the only argument may hold blanks."""
    return " ".join((STAFF, verb, *map(str, arguments)))


def tap_of(carried: str) -> StaffTap | None:
    """The tap that a request carries; None for those of other buttons."""
    kind, _, rest = carried.partition(" ")
    if kind != STAFF:
        return None
    verb, _, rest = rest.partition(" ")
    return StaffTap(verb, (rest,) if verb == WRITE else tuple(rest.split()))
