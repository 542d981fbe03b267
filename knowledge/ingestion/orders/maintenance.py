"""Switching the maintenance sentence on and off."""

from __future__ import annotations

from knowledge import store
from knowledge.editions.building.context import BuildContext
from knowledge.editions.errors import OrderError
from knowledge.store.staff_orders import MaintenanceSentence, set_maintenance, staff_orders

LONGEST = 300  # characters of a sentence: it stands above every answer


def switch_on(context: BuildContext, zh: str, en: str, by: str, note: str) -> MaintenanceSentence | None:
    """Show the sentence from now on; returns it. Raises ``OrderError`` when a language is missing or too long."""
    sentence = MaintenanceSentence(" ".join(zh.split()), " ".join(en.split()))
    for option, text in (("--zh", sentence.zh), ("--en", sentence.en)):
        if not text or len(text) > LONGEST:
            raise OrderError(f"maintenance: {option}: {len(text)} characters; give a sentence of 1 to {LONGEST}")
    with store.writing(context.engine) as connection:
        set_maintenance(connection, sentence, by, note)
    return sentence


def switch_off(context: BuildContext, by: str, note: str) -> MaintenanceSentence | None:
    """Show no sentence any more; returns what is shown: None. Raises ``OrderError`` when none is shown."""
    with store.writing(context.engine) as connection:
        if staff_orders(connection).maintenance is None:
            raise OrderError("maintenance: no sentence is shown")
        set_maintenance(connection, None, by, note)
        return staff_orders(connection).maintenance
