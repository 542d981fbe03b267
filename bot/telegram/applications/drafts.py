"""Forms that are being filled in, and what people agreed to: read before an update is handled, written with a reply."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, delete, func, select

from bot.forms.filling import Consent, Draft
from bot.telegram import json_codec
from bot.telegram.applications import applications as sent_forms
from bot.telegram.applications.applications import Application
from bot.telegram.applications.tables import applications, form_consents, form_drafts
from bot.telegram.queue.outgoing import delivered_answers
from bot.telegram.queue.sql_helpers import delete_some, insert_into
from bot.telegram.sealing.sealer import UnreadableError, sealer_of

CONTENT_COLUMN = "form_drafts.content"  # what the seals of these texts are made for


@dataclass(frozen=True)
class KeptForms:
    """What is kept of one person's forms. ``drafts``: the one that was changed last first; ``sent``: the newest first;
    ``declined``: the forms whose text they declined, with its version.
    """

    drafts: tuple[Draft, ...] = ()
    sent: tuple[Application, ...] = ()
    declined: frozenset[tuple[str, str]] = frozenset()

    def draft_of(self, form: str) -> Draft | None:
        """The draft of that form; None when there is none."""
        return next((draft for draft in self.drafts if draft.form == form), None)


NOTHING_KEPT = KeptForms()


@dataclass(frozen=True)
class Decision:
    """That somebody agreed to a form's text, or declined it."""

    form: str
    consent: Consent
    agreed: bool


@dataclass(frozen=True)
class FormChange:
    """What a reply changes: ``draft``: kept as it is now until ``until``; ``dropped``: the id of one that goes;
    ``sent``: a form that is sent; ``decision``: on a text. ``shows``: the reply's first message shows the draft.
    """

    draft: Draft | None = None
    until: float = 0.0
    dropped: str | None = None
    sent: Application | None = None
    decision: Decision | None = None
    shows: bool = False


def kept_forms(sql: Connection, person: str) -> KeptForms:
    """What is kept of ``person`` (a keyed hash). A draft whose key is not here is as good as gone."""
    mine = select(form_drafts).where(form_drafts.c.person == person).order_by(form_drafts.c.changed.desc())
    drafts = tuple(draft for row in sql.execute(mine).all() if (draft := _draft(sql, row)))
    consents = select(form_consents).where(form_consents.c.person == person, form_consents.c.agreed.is_(False))
    declined = frozenset((row.form, row.version) for row in sql.execute(consents))
    return KeptForms(drafts, sent_forms.of_person(sql, person), declined)


def _draft(sql: Connection, row: Any) -> Draft | None:
    try:
        value = json_codec.loads(sealer_of(sql).unseal(row.content, CONTENT_COLUMN))
    except UnreadableError:
        return None
    consent = value.pop("consent")
    numbers = delivered_answers.numbers(sql, row.shown_by) if row.shown_by is not None else []
    if numbers:  # the last one: where somebody has removed the message, it was sent anew
        value["message"] = numbers[-1]
    return Draft(
        row.id, row.form, **value, consent=consent and Consent(**consent), shown_by=row.shown_by, changed=row.changed
    )


def write(sql: Connection, change: FormChange, person: str, question: int, now: float) -> None:
    """Carry out ``change``, of an update with the id ``question`` in the inbox, in the transaction of its reply."""
    if change.dropped is not None:
        sql.execute(delete(form_drafts).where(form_drafts.c.id == change.dropped, form_drafts.c.person == person))
    if change.draft is not None:
        sql.execute(_keep_draft(sql.dialect.name), [_row(sql, change, change.draft, person, question, now)])
    if change.sent is not None:
        sent_forms.add(sql, change.sent, person)
    if change.decision is not None:
        sql.execute(_keep_consent(sql.dialect.name), [_decided(change, change.decision, person)])


def _row(
    sql: Connection, change: FormChange, draft: Draft, person: str, question: int, now: float
) -> dict[str, object]:
    own = ("id", "form", "shown_by", "changed")
    value = {name: said for name, said in asdict(draft).items() if name not in own}
    return {
        "id": draft.id,
        "person": person,
        "form": draft.form,
        "content": sealer_of(sql).seal(json_codec.dumps(value), CONTENT_COLUMN),
        "shown_by": question if change.shows else draft.shown_by,
        "changed": now,
        "until": change.until,
    }


def _decided(change: FormChange, decision: Decision, person: str) -> dict[str, object]:
    version, at = decision.consent.version, decision.consent.at
    row = {"person": person, "form": decision.form, "version": version, "agreed": decision.agreed, "at": at}
    return {**row, "until": change.until}


@cache
def _keep_draft(dialect: str) -> Insert:
    rows = insert_into(form_drafts, dialect)
    new = {name: rows.excluded[name] for name in ("content", "shown_by", "changed", "until")}
    return rows.on_conflict_do_update(index_elements=["id"], set_=new)


@cache
def _keep_consent(dialect: str) -> Insert:
    rows = insert_into(form_consents, dialect)
    new = {name: rows.excluded[name] for name in ("version", "agreed", "at", "until")}
    return rows.on_conflict_do_update(index_elements=["person", "form"], set_=new)


def forget(sql: Connection, person: str) -> tuple[int, int]:
    """Remove every draft, application and decision of ``person``; how many drafts and applications that were."""
    drafts = sql.execute(delete(form_drafts).where(form_drafts.c.person == person)).rowcount
    sent = sql.execute(delete(applications).where(applications.c.person == person)).rowcount
    sql.execute(delete(form_consents).where(form_consents.c.person == person))
    return drafts, sent


def count_of(sql: Connection, person: str) -> tuple[int, int]:
    """How many drafts and applications are kept of ``person``."""
    drafts, sent = (
        select(func.count()).select_from(table).where(table.c.person == person) for table in (form_drafts, applications)
    )
    return int(sql.execute(drafts).scalar_one()), int(sql.execute(sent).scalar_one())


def purge(sql: Connection, now: float) -> bool:
    """Remove some of what was kept as long as was said; whether there may be more."""
    more = [delete_some(sql, table, table.c.until < now) for table in (form_drafts, applications, form_consents)]
    return any(more)
