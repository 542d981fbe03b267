"""A copy of a text in which digits, letters and marks have one form, each in its old place."""

from __future__ import annotations

import re
import unicodedata

SPOKEN = {  # one by one, as numbers are read out; 洞 and 拐 as soldiers and drivers read them
    **dict(zip("零一二三四五六七八九", "0123456789", strict=True)),
    **dict(zip("〇壹贰叁肆伍陆柒捌玖", "0123456789", strict=True)),
    **dict(zip("○貳參陸两兩幺洞拐勾", "0236221079", strict=True)),
}
DASHES = "‐‑‒–—―−－﹣"
MARKS = {**dict.fromkeys(DASHES, "-"), **dict.fromkeys("＊●•■×", "*"), **dict.fromkeys("【〔［", "["), "】": "]"}
MARKS |= {"〕": "]", "］": "]", "～": "~", "，": ",", "；": ";", "：": ":", "﹫": "@", "➕": "+", "\n": " ", "\t": " "}
LOOK_ALIKE = re.compile(r"(?<![0-9A-Za-z])[0-9lIoO]{11}(?![0-9A-Za-z])")
LETTERS = str.maketrans("lIoO", "1100")
FEWEST_DIGITS = 6  # of eleven characters, so that the others are taken for digits


class _Forms(dict[int, str]):
    """The one form of each character; found when it is first met."""

    def __missing__(self, point: int) -> str:
        character = chr(point)
        form = SPOKEN.get(character) or MARKS.get(character) or _narrow(character)
        self[point] = form
        return form


_forms = _Forms()


def plain_view(text: str) -> str:
    """``text`` with every numeral that stands for one digit as that digit, in half width; of the same length."""
    view = text.translate(_forms)
    return LOOK_ALIKE.sub(_digits, view)


def _narrow(character: str) -> str:
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 and folded.isascii() else character


def _digits(match: re.Match[str]) -> str:
    typed = sum(character.isdigit() for character in match[0])
    return match[0].translate(LETTERS) if typed >= FEWEST_DIGITS else match[0]
