"""The forms that this service offers, and how long what is filled in is kept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from bot.forms.declaration import FormDeclaration
from knowledge.text.language import simplified
from knowledge.towns import Town


@dataclass(frozen=True)
class Retention:
    """Days: ``draft``: of a form that was not sent; ``handled``: after staff are done with one; ``most``: of any."""

    draft: int = 30
    handled: int = 30
    most: int = 180


@dataclass(frozen=True)
class OfferedForms:
    """``forms``: in the order in which they are offered, none where switched off; ``towns``: to choose from."""

    forms: tuple[FormDeclaration, ...] = ()
    towns: tuple[Town, ...] = ()
    retention: Retention = Retention()

    def __bool__(self) -> bool:
        return bool(self.forms)

    def named(self, name: str) -> FormDeclaration | None:
        """The form of that name; None when there is none (any more)."""
        return next((form for form in self.forms if form.name == name), None)

    def of_wish(self, wish: str) -> tuple[FormDeclaration, ...]:
        """The forms that a message of the intent ``wish`` may want."""
        return tuple(form for form in self.forms if wish in form.wishes)

    def below(self, sections: Collection[str]) -> tuple[FormDeclaration, ...]:
        """The forms that are offered below an answer from these sections (headings, in whatever script)."""
        shown = set(map(simplified, sections))
        return tuple(form for form in self.forms if shown & set(form.below))


NO_FORMS = OfferedForms()
