"""What holds on a day: boundary days, Beijing's midnight, and which document replaced which."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from knowledge.models import Metadata, State
from knowledge.validity import state_of, successors, today

DAY = date(2026, 11, 24)
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)


def document(title: str = "办法", language: str = "zh", **known: object) -> Metadata:
    return Metadata(title, language, **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("metadata", "superseded", "state"),
    [
        (document(), False, State.UNKNOWN),
        (document(made_on=BEFORE, published_on=BEFORE), False, State.UNKNOWN),
        (document(effective_on=BEFORE), False, State.IN_FORCE),
        (document(effective_on=DAY), False, State.IN_FORCE),
        (document(effective_on=AFTER), False, State.NOT_YET),
        (document(expires_on=AFTER), False, State.IN_FORCE),
        (document(expires_on=DAY), False, State.IN_FORCE),
        (document(expires_on=BEFORE), False, State.EXPIRED),
        (document(effective_on=DAY, expires_on=DAY), False, State.IN_FORCE),
        (document(effective_on=BEFORE, repealed=True), False, State.EXPIRED),
        (document(effective_on=BEFORE), True, State.SUPERSEDED),
        (document(expires_on=BEFORE), True, State.EXPIRED),
        (document(made_on=BEFORE), True, State.SUPERSEDED),
    ],
)
def test_state_on_boundary_days(metadata: Metadata, superseded: bool, state: State) -> None:
    assert state_of(metadata, DAY, superseded) is state


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 23, 15, 59, 59, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 11, 23, 16, 0, 0, tzinfo=UTC), date(2026, 11, 24)),
        (datetime(2026, 12, 31, 16, 0, 0, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2026, 11, 24, 0, 0, 0, tzinfo=timezone(timedelta(hours=8))), date(2026, 11, 24)),
        (datetime(2026, 11, 23, 23, 0, 0, tzinfo=timezone(timedelta(hours=-8))), date(2026, 11, 24)),
    ],
)
def test_the_day_is_beijings(moment: datetime, day: date) -> None:
    assert today(moment) == day


OLD = document("中华人民共和国职业教育法", made_on=date(1996, 5, 15), effective_on=date(1996, 9, 1))
NEW = document("中华人民共和国职业教育法", made_on=date(2022, 4, 20), effective_on=date(2022, 5, 1))
NOTICE = document("补贴办法", number="穗人社规字〔2018〕3号", effective_on=date(2018, 3, 1))


@pytest.mark.parametrize(
    ("documents", "day", "replaced"),
    [
        ({"old": OLD, "new": NEW}, DAY, {"old": "new"}),
        ({"old": OLD, "new": NEW}, date(2022, 5, 1), {"old": "new"}),
        ({"old": OLD, "new": NEW}, date(2022, 4, 30), {}),
        ({"old": OLD, "new": document(" 中华人民共和国职业教育法【现行有效】", effective_on=DAY)}, DAY, {"old": "new"}),
        ({"old": OLD, "new": document("中华人民共和国职业教育法", "en", effective_on=DAY)}, DAY, {}),
        ({"old": OLD, "new": document("中华人民共和国劳动法", effective_on=DAY)}, DAY, {}),
        ({"old": OLD, "copy": OLD}, DAY, {}),
        ({"a": document("通知", published_on=BEFORE), "b": document("通知", published_on=DAY)}, DAY, {}),
        ({"n": NOTICE, "m": document("新", supersedes=("穗人社规字[2018]3号",), effective_on=DAY)}, DAY, {"n": "m"}),
        ({"n": NOTICE, "m": document("新办法", supersedes=("补贴办法",), effective_on=DAY)}, DAY, {"n": "m"}),
        ({"n": NOTICE, "m": document("新办法", supersedes=("n",), effective_on=AFTER)}, DAY, {}),
        ({"n": NOTICE, "m": document("补贴办法", supersedes=("补贴办法",), effective_on=DAY)}, DAY, {"n": "m"}),
        ({"n": NOTICE, "m": document("m", supersedes=("m",))}, DAY, {}),
    ],
)  # fmt: skip
def test_what_replaced_what(documents: dict[str, Metadata], day: date, replaced: dict[str, str]) -> None:
    assert dict(successors(documents, day)) == replaced


def test_of_several_replacements_the_newest_counts() -> None:
    middle = document(OLD.title, effective_on=date(2009, 8, 27))
    assert dict(successors({"a": OLD, "b": middle, "c": NEW}, DAY)) == {"a": "c", "b": "c"}
    assert dict(successors({"a": OLD, "b": middle, "c": NEW}, date(2010, 1, 1))) == {"a": "b"}
