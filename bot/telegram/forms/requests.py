"""What the buttons of forms carry."""

from __future__ import annotations

from dataclasses import dataclass

from bot.forms.declaration import FormDeclaration
from bot.forms.filling import Draft

STEP, OPEN, GO_ON, SHOW = "!step", "!form", "!draft", "!sent"  # how the requests begin


@dataclass(frozen=True)
class FormTap:
    """A tap on a button of a form. ``kind``: one of the four beginnings; ``name``: of the form, the draft's id, or an
    application's number; ``revision``: of the draft when the button was shown; ``verb``, ``argument``: what it does.
    """

    kind: str
    name: str
    revision: int = 0
    verb: str = ""
    argument: str = ""


def step(draft: Draft, verb: str, argument: str = "") -> str:
    """The request of a button that does ``verb`` with ``draft`` as it stands."""
    return f"{STEP} {draft.id} {draft.revision} {verb} {argument}".strip()


def opens(form: FormDeclaration) -> str:
    """The request of a button that begins ``form``, or goes on with it."""
    return f"{OPEN} {form.name}"


def goes_on(draft: Draft) -> str:
    """The request of a button that shows ``draft`` again."""
    return f"{GO_ON} {draft.id}"


def shows(number: str) -> str:
    """The request of a button that shows the application ``number``."""
    return f"{SHOW} {number}"


def tap_of(request: str) -> FormTap | None:
    """The tap that a request carries; None for those of other buttons."""
    kind, _, rest = request.partition(" ")
    if kind in (OPEN, GO_ON, SHOW):
        return FormTap(kind, rest)
    if kind != STEP:
        return None
    name, revision, verb, *argument = rest.split(" ", 3)
    return FormTap(kind, name, int(revision), verb, "".join(argument))
