"""Check digits of cards, identity numbers and credit codes."""

from __future__ import annotations

import re
from datetime import date

_PROVINCES = (
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 91"
)
PROVINCES = frozenset(re.findall(r"\w+", _PROVINCES))
_ISSUERS = (
    "11 12 13 19 21 29 31 32 33 34 35 39 41 49 51 52 53 54 55 59 61 62 69 71 72 79 81 89 91 92 93 A1 A9 N1 N2 N3 N9 Y1"
)
ISSUERS = frozenset(re.findall(r"\w+", _ISSUERS))
TAIWAN = dict(zip("ABCDEFGHJKLMNPQRSTUVXYWZIO", range(10, 36), strict=True))


def luhn(digits: str) -> bool:
    """Whether the last of ``digits`` checks the others, as on bank cards."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 * (value > 9)
    return total % 10 == 0


def identity_shape(number: str) -> bool:
    """Whether 18 or 15 characters begin with a province and hold a day of birth where an identity number has it."""
    day = number[6:14] if len(number) == 18 else "19" + number[6:12]
    return number[:2] in PROVINCES and _is_birthday(day)


def identity_checked(number: str) -> bool:
    """Whether the last of 18 characters checks the others."""
    weights = [2**place % 11 for place in range(17, 0, -1)]
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], weights, strict=True))
    return "10X98765432"[total % 11] == number[17].upper()


def credit_code_shape(code: str) -> bool:
    """Whether 18 characters begin as a unified social credit code does: who registers, what, and a province."""
    return code[:2] in ISSUERS and code[2:8].isdigit() and code[2:4] in PROVINCES


def hong_kong_checked(number: str) -> bool:
    """Whether the last character of a Hong Kong identity number, without brackets, checks the others."""
    letters = re.match("[A-Z]{1,2}", number)
    if letters is None:
        return False
    values = [ord(letter) - 55 for letter in letters[0].rjust(2)]
    values = [36 if value < 0 else value for value in values]
    values += [int(digit) for digit in number[letters.end() : -1]]
    total = sum(value * weight for value, weight in zip(values, range(9, 1, -1), strict=True))
    return (total + (10 if number[-1] == "A" else int(number[-1]))) % 11 == 0


def taiwan_checked(number: str) -> bool:
    """Whether the last digit of a letter and nine digits checks the others."""
    tens, ones = divmod(TAIWAN[number[0]], 10)
    digits = [int(digit) for digit in number[1:]]
    total = (
        tens + ones * 9 + sum(digit * weight for digit, weight in zip(digits, (8, 7, 6, 5, 4, 3, 2, 1, 1), strict=True))
    )
    return total % 10 == 0


def _is_birthday(day: str) -> bool:
    try:
        return date(int(day[:4]), int(day[4:6]), int(day[6:])).year in range(1900, 2100)
    except ValueError:
        return False
