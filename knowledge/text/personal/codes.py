"""Codes of letters and digits: permits, passports, identity cards of other places, plates, credit codes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.text.personal.check_digits import (
    credit_code_shape,
    hong_kong_checked,
    identity_shape,
    taiwan_checked,
)
from knowledge.text.personal.context import Before

PROVINCE = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
CODE = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"(?P<bracketed>[A-Za-z]{0,2}\d{6,7}\([0-9Aa]\))"
    r"|(?P<macao>[1578]/\d{6}/\d)"
    r"|(?P<school>[GLgl]\d{17}[\dXx])"
    r"|(?P<permit>[A-Za-z]{1,2}\d{6,10})"
    r")(?![A-Za-z0-9])"
)
PLATE = re.compile(
    rf"[{PROVINCE}][A-Za-z][ ·.\-]?(?=[A-Za-z0-9]*\d[A-Za-z0-9]*\d)[A-Za-z0-9]{{4}}(?:[A-Za-z0-9]{{1,2}}|[挂学警港澳])"
    r"(?![A-Za-z0-9\-])"
)
CREDIT = re.compile(r"(?<![A-Za-z0-9])[0-9ANYany][0-9](?: ?[0-9A-Za-z]){16}(?![A-Za-z0-9])")
SERVICE = re.compile(r"[\u4e00-\u9fff]字第\d{5,10}号")
DATED = re.compile(r"(?<![A-Za-z])[A-Za-z]++(?:19|20)\d\d(?:0\d|1[0-2])[0-3]\d")


def codes(view: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and kind of each code of one person or one firm: identity, plate, credit_code."""
    for match in CODE.finditer(view):
        if _is_identity(match, view):
            yield match.start(), match.end(), "identity"
    for match in PLATE.finditer(view):
        yield match.start(), match.end(), "plate"
    for match in CREDIT.finditer(view):
        code = match[0].replace(" ", "").upper()
        if credit_code_shape(code) and (re.search("[A-Z]", code) or Before(view, match.start()).credit_code):
            yield match.start(), match.end(), "credit_code"
    for match in SERVICE.finditer(view):
        if Before(view, match.start()).identity:
            yield match.start(), match.end(), "identity"


def _is_identity(match: re.Match[str], view: str) -> bool:
    if match["bracketed"]:
        return True
    if match["macao"]:
        return bool(Before(view, match.start()).identity)
    if match["school"]:
        return identity_shape(match["school"][1:])
    code = match["permit"].upper()
    typed_large = match["permit"] == code  # abc12345 may be any name, and e1234567 a reference in a log
    letters = len(code) - len(code.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    if Before(view, match.start()).public_code:
        return False
    if Before(view, match.start()).identity:
        return True
    digits = len(code) - letters
    if letters == 1 and digits == 9:
        return typed_large and code[1] in "1289" and taiwan_checked(code)
    return typed_large and _bare_permit(code, letters, digits) and not DATED.fullmatch(code)


def _bare_permit(code: str, letters: int, digits: int) -> bool:
    """Passports and permits that stand without their name."""
    if letters == 1 and digits == 7:
        return hong_kong_checked(code)
    return (letters == 1 and digits == 8 and code[0] in "EGDSPHMCWT") or (
        letters == 1 and digits == 10 and code[0] in "HM"
    )
