"""What somebody typed into a field: the value that is kept, or why it is none and what would be."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.forms.credit_code import LENGTH, is_checked, normal_code, wrong_letters
from bot.forms.declaration import BilingualText, FieldKind, FormField
from bot.forms.unlawful_conditions import unlawful_condition
from knowledge.text.characters import clean, units
from knowledge.text.language import fold, simplified
from knowledge.text.money import Period, parse_money
from knowledge.text.numerals import in_digits
from knowledge.text.quantities import NumberFormatError
from knowledge.towns import Town

MOBILE = re.compile(r"1[3-9]\d{9}")
LANDLINE = re.compile(r"0\d{2,3}\d{7,8}|\d{7,8}")
SPECIAL = re.compile(r"[48]00\d{7}")
BETWEEN_DIGITS = re.compile(r"[\s\-‐–—()（）.]")
EXTENSION = re.compile(r"(?:转|轉|ext\.?|x)\s?\d{1,6}$", re.IGNORECASE)
COUNTRY = re.compile(r"^(?:\+|00)86")
COUNT = re.compile(r"\d{1,7}")


@dataclass(frozen=True)
class Taken:
    """A value as it is kept: of a choice its Chinese wording."""

    value: str


@dataclass(frozen=True)
class Refused:
    """Why a text is no value: the key of a message (``form.…``), and what is filled in there."""

    key: str
    values: Mapping[str, str]


Checked = Taken | Refused


def check(field: FormField, text: str, towns: Sequence[Town]) -> Checked:
    """``text`` as a value of ``field``; of any length, whatever it holds."""
    value = clean(text)
    if not value:
        return Refused("form.empty", {})
    length = units(value)  # as Telegram counts: all fields together fit into one message
    if length > field.longest:
        return Refused("form.too_long", {"count": str(length), "most": str(field.longest)})
    if not any(letter.isalnum() for letter in value):
        return Refused("form.no_words", {})
    checked = _CHECKS[field.kind](field, value, towns)
    if isinstance(checked, Taken) and field.lawful and (found := unlawful_condition(value)):
        return Refused(f"form.unlawful_{found.kind}", {"quoted": found.quoted})
    return checked


def offered(field: FormField, towns: Sequence[Town]) -> tuple[BilingualText, ...]:
    """What may be tapped for ``field``; nothing where it is typed."""
    if field.kind is FieldKind.TOWN:
        return tuple(BilingualText(zh=town.zh, en=town.en) for town in towns)
    return field.options


def _text(field: FormField, value: str, towns: Sequence[Town]) -> Checked:
    return Taken(value)


def _number(field: FormField, value: str, towns: Sequence[Town]) -> Checked:
    plain = in_digits(simplified(unicodedata.normalize("NFKC", value)).replace(",", ""))
    limits = {"least": str(field.least), "most": str(field.most)}
    found = COUNT.findall(plain)
    if len(found) != 1:
        return Refused("form.no_number", limits)
    number = int(found[0])
    return Taken(str(number)) if field.least <= number <= field.most else Refused("form.number_range", limits)


def _choice(field: FormField, value: str, towns: Sequence[Town]) -> Checked:
    typed = fold(value)
    choices = offered(field, towns)
    for choice in choices:
        if typed in (fold(choice.zh), fold(choice.en)):
            return Taken(choice.zh)
    named = [choice for choice in choices if fold(choice.zh) in typed or fold(choice.en) in typed]
    if len(named) == 1 and not field.free:
        return Taken(named[0].zh)
    return Taken(value) if field.free else Refused("form.no_option", {})


def _credit_code(field: FormField, value: str, towns: Sequence[Town]) -> Checked:
    code = normal_code(value)
    if wrong := wrong_letters(code):
        return Refused("form.code_letters", {"wrong": " ".join(wrong[:10])})
    if len(code) != LENGTH:
        return Refused("form.code_length", {"count": str(len(code)), "most": str(LENGTH)})
    return Taken(code) if is_checked(code) else Refused("form.code_check", {})


def _phone(field: FormField, value: str, towns: Sequence[Town]) -> Checked:
    plain = COUNTRY.sub("", unicodedata.normalize("NFKC", value).strip())
    digits = BETWEEN_DIGITS.sub("", EXTENSION.sub("", plain))
    for pattern in (MOBILE, LANDLINE, SPECIAL):
        if pattern.fullmatch(digits):
            extension = EXTENSION.search(plain)
            return Taken(f"{digits}{'-' + re.sub('[^0-9]', '', extension[0]) if extension else ''}")
    return Refused("form.no_phone", {})


def _pay(field: FormField, value: str, towns: Sequence[Town]) -> Checked:
    try:
        money = parse_money(value)
    except NumberFormatError:
        return Refused("form.no_pay", {})
    if money is None or not (money.low or money.high):
        return Refused("form.no_pay", {})
    return Refused("form.no_period", {}) if money.period is Period.UNKNOWN else Taken(value)


_CHECKS: Mapping[FieldKind, Callable[[FormField, str, Sequence[Town]], Checked]] = {
    FieldKind.TEXT: _text,
    FieldKind.NUMBER: _number,
    FieldKind.CHOICE: _choice,
    FieldKind.TOWN: _choice,
    FieldKind.CREDIT_CODE: _credit_code,
    FieldKind.PHONE: _phone,
    FieldKind.PAY: _pay,
}
