"""Whether digits are somebody's phone, identity card, bank card or account: by length, form, check digits and words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from knowledge.text.personal import shapes
from knowledge.text.personal.check_digits import identity_checked, identity_shape, luhn
from knowledge.text.personal.context import UNIT
from knowledge.text.personal.digit_groups import HIDDEN, Candidate

AREA = re.compile(r"0(?:10|2\d|[3-9]\d\d)")
TOLL_FREE = re.compile("[48]00|95|96|12|11")
JAPAN_MOBILE = re.compile("0[789]0")
COUNTRY = {  # how many digits a number has with its country's code
    "1": (11,), "7": (11,), "30": (12,), "31": (11,), "33": (11,), "34": (11,), "39": (11, 12), "44": (12,),
    "49": (12, 13), "52": (12, 13), "55": (12, 13), "60": (11, 12), "61": (11,), "62": (11, 12, 13), "63": (12,),
    "65": (10,), "66": (11,), "81": (12, 11), "82": (12, 11), "84": (11,), "86": (13, 12, 11), "90": (12,), "91": (12,),
    "92": (12,), "852": (11,), "853": (11,), "855": (11, 12), "856": (12,), "880": (13,), "886": (12, 11),
    "95": (11, 12),    "234": (13,), "254": (12,), "20": (12,), "27": (11,), "971": (12,),
}  # fmt: skip
ABROAD_LENGTHS = range(8, 16)
GREATER_CHINA = re.compile(r"85[23][4-9]\d{7}|8860?9\d{8}")
DATE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
CARD = re.compile("[3-69]")
CARD_LENGTHS = range(13, 20)
SHORTEST_PARTED = 15  # digits of a card written in groups
BANK = "62"  # UnionPay, whose cards nearly all are
ACCOUNT_LENGTHS = range(9, 23)
STATED_LENGTHS = range(7, 21)
BOOK = ("978", "979")


@dataclass(frozen=True)
class NumberKind:
    """What a number is. ``office``: a line that stays shown where a document prints it."""

    name: str
    office: bool = False


IDENTITY, CARD_KIND, MOBILE, LANDLINE, ABROAD = (
    NumberKind("identity"),
    NumberKind("card"),
    NumberKind("phone"),
    NumberKind("phone", office=True),
    NumberKind("phone"),
)


def kind_of(one: Candidate) -> NumberKind | None:
    """What ``one`` is; None when it is nobody's."""
    if HIDDEN in one.digits:
        return _half_hidden(one)
    kind = next((kind for judge in JUDGES if (kind := judge(one))), None)
    if kind is None or (UNIT.match(one.after) and not one.before.phone):
        return None
    return None if one.before.public_code and not one.before.identity else kind


def _half_hidden(one: Candidate) -> NumberKind | None:
    """Digits of which the writer has hidden some himself."""
    shown = one.digits.replace(HIDDEN, "")
    if len(shown) < 5 or one.digits[0] == HIDDEN or one.digits[-1] == HIDDEN:
        return None
    if len(one.digits) >= 17 and one.digits[:2] in {"11", "44"} | _PROVINCES:
        return IDENTITY
    return MOBILE if re.match("1[3-9]", shown) and len(shown) <= 8 else CARD_KIND


def _identity(one: Candidate) -> NumberKind | None:
    digits = one.digits
    if len(digits) == 20 and one.whole and identity_shape(digits[:18]):  # a certificate of disability
        return IDENTITY
    if len(digits) == 17 and re.match(r"\s?x(?![a-z0-9])", one.after):
        digits += "X"
    if len(digits) == 18:
        if one.whole or one.shape in shapes.IDENTITY or len(one.shape) >= 17:
            return IDENTITY if (one.whole and digits[0] != "0") or identity_shape(digits) else None
        return IDENTITY if identity_shape(digits) and identity_checked(digits) else None
    if len(digits) == 15 and identity_shape(digits) and (one.whole or one.before.identity):
        return IDENTITY
    return None


def _card(one: Candidate) -> NumberKind | None:
    length = len(one.digits)
    if length in ACCOUNT_LENGTHS and one.before.account:
        return CARD_KIND
    if length not in CARD_LENGTHS or not CARD.match(one.digits) or one.digits.startswith(BOOK):
        return None
    if one.whole:
        return CARD_KIND
    if one.shape == (1,) * length:
        return CARD_KIND if luhn(one.digits) and len(set(one.marks) - {" "}) < 2 else None
    if not shapes.is_card(one.shape) or length < SHORTEST_PARTED or _round(one):
        return None
    return CARD_KIND if luhn(one.digits) or one.digits.startswith(BANK) else None


def _mobile(one: Candidate) -> NumberKind | None:
    digits, shape = _without_prefix(one)
    if len(digits) != 11 or not re.match("1[3-9]", digits):
        return None
    if shape not in (shapes.STRICT_MOBILE if one.strict else shapes.MOBILE):
        return None
    if shape[0] == 4 and re.match("1[89]", digits) and not one.before.phone:
        return None  # a year and other figures
    return MOBILE if shape[0] in (1, 11) or not _round(one) else None


def _without_prefix(one: Candidate) -> tuple[str, tuple[int, ...]]:
    """Digits and shape without 86, 0086, 86-0 or a 0 before."""
    digits, shape = one.digits, one.shape
    for prefix in ("0086", "086", "86", "0"):
        if not digits.startswith(prefix) or len(digits) - len(prefix) != 11:
            continue
        rest = digits[len(prefix) :]
        if shape[0] == len(prefix):
            return rest, shape[1:]
        if shape[0] > len(prefix):
            return rest, (shape[0] - len(prefix), *shape[1:])
        return rest, shape[len(prefix) :]  # one by one
    return digits, shape


def _abroad(one: Candidate) -> NumberKind | None:
    """A number that says which country it is of: behind + or 00."""
    digits = one.digits
    words = one.before.words
    plus = words.endswith("+") and not words[-2:-1].isdigit()
    if not plus and digits.startswith("00"):
        digits, plus = digits[2:], True
    if not plus:
        return _neighbour(one)
    if digits.startswith("0"):
        return None
    for size in (3, 2, 1):
        if lengths := COUNTRY.get(digits[:size]):
            landline = digits.startswith("86") and not re.match(r"86 ?1[3-9]", digits)
            return NumberKind("phone", office=landline) if len(digits) in lengths else None
    return ABROAD if len(digits) in ABROAD_LENGTHS else None


def _neighbour(one: Candidate) -> NumberKind | None:
    """Numbers of Hong Kong, Macao and Taiwan, of America and of Japan, as they are written there."""
    digits, shape = one.digits, one.shape
    if GREATER_CHINA.fullmatch(digits) and shape[:1] == (3,) and not one.strict:
        return ABROAD
    if JAPAN_MOBILE.match(digits) and shape == (3, 4, 4) and len(digits) == 11:
        return ABROAD
    if len(digits) == 10 and digits.startswith("09") and (shape == (4, 3, 3) or one.before.phone):
        return ABROAD
    parted = shape == (3, 3, 4) and (set(one.marks) <= {"-"} or set(one.marks) <= {"."} or ")" in one.marks)
    american = parted and re.match(r"[2-9]\d\d[2-9]", digits) and not TOLL_FREE.match(digits)
    return ABROAD if american and not _round(one) else None


def _landline(one: Candidate) -> NumberKind | None:
    area = AREA.match(one.digits)
    if area is None or one.strict:
        return None
    own = len(one.digits) - area.end()
    head = one.shape[0] in (area.end(), len(one.digits)) or (one.shape[0] == 1 and len(one.shape) == len(one.digits))
    if not head or own not in (7, 8) or one.digits[area.end()] in "01":
        return None
    return LANDLINE if own == 8 or area.end() == 4 else None


def _local(one: Candidate) -> NumberKind | None:
    """Seven or eight digits that are called a phone number: of Hong Kong, or a landline without its area."""
    if one.shape not in shapes.LOCAL or one.strict or one.digits[0] in "01" or DATE.fullmatch(one.digits):
        return None
    called = one.before.phone
    return LANDLINE if called else None


def _stated(one: Candidate) -> NumberKind | None:
    """Digits of any form behind the name of a document that one person has."""
    stated = len(one.digits) in STATED_LENGTHS and not _round(one) and one.before.identity
    return IDENTITY if stated else None


def _round(one: Candidate) -> bool:
    """Whether every group but the last, or every one, is a round figure: a list of sums."""
    ends = [sum(one.shape[: place + 1]) for place in range(len(one.shape))]
    return len(ends) > 1 and sum(one.digits[end - 1] == "0" for end in ends) >= len(ends) - 1


_PROVINCES = frozenset(str(code) for code in range(11, 83))
JUDGES: tuple[Callable[[Candidate], NumberKind | None], ...] = (
    _identity, _mobile, _abroad, _landline, _card, _local, _stated,
)  # fmt: skip
