"""Particulars that a text holds or does not: who holds an office, where somebody is to be found.

A text on somebody's deputy, or on a school whose address nobody published, is near such a question and no answer to it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.text.language import HAN, fold

# Offices, and not parts that somebody plays ("the host"), which may be told in many ways.
CHINESE = (
    "区长|市长|县长|镇长|省长|局长|厅长|部长|处长|科长|校长|院长|书记|主任|董事长|理事长|会长|总经理|总裁|主席|秘书长"
)
ENGLISH = "mayor|governor|director|president|principal|headmaster|headmistress|dean|chair(?:man|woman|person)|ceo"
HOLDER = re.compile(
    rf"(副?(?:{CHINESE}))(?:现在|目前|今年)?(?:是|叫|系)?(?:谁|边个|什么名|哪位|哪个)"
    rf"|(?:谁|哪位|哪个)(?:是|当|任).{{0,12}}?(副?(?:{CHINESE}))"
    rf"|\bwho(?:'s| is| are| was)\b.{{0,40}}?\b((?:(?:deputy|vice)[ -])?(?:{ENGLISH}))\b"
)
DEPUTY = re.compile(r"副|deputy|vice")
WHERE = re.compile(
    r"(?:(?:在|喺)哪|哪里|哪儿|边度|什么地方)[呢呀啊?？。 ]*$|地址(?:是|在|$|[呢?？])"
    r"|\bwhere(?:'s| is| are)\b|\baddress\b"
)
ADDRESS = re.compile(
    r"地址|地方|位于|坐落|校区|大道|[\u4e00-\u9fff]路\d|\d号|\b(?:address|place|located|road|street|campus)\b"
)
STATED_PLACE = re.compile(
    r"[\d一二三四五六七八九十]{1,5}(?:号|楼|层|室|栋|座)|[\u4e00-\u9fff]大道|[\u4e00-\u9fff]路\d"
    r"|\b(?:\d{1,5}(?:st|nd|rd|th)?|first|second|third|ground) (?:floor|[a-z]{1,20} (?:road|street|avenue))\b"
)


def states_a_place(text: str) -> bool:
    """Whether a quote says where somebody is to be found, and not merely speaks of an address."""
    return bool(STATED_PLACE.search(fold(text)))


def particulars_are_held(folded: str, texts: Sequence[str], *, named: bool) -> bool:
    """False when ``folded`` asks for a particular of which none of ``texts``, all folded, speaks.

    ``named``: whether it names somebody; "where do I complain" asks for an office, not for an address.
    """
    if (asked := HOLDER.search(folded)) and not _holds_office(next(filter(None, asked.groups())), texts):
        return False
    return not (named and WHERE.search(folded)) or any(ADDRESS.search(text) for text in texts)


def _holds_office(office: str, texts: Sequence[str]) -> bool:
    if DEPUTY.match(office):
        return any(office in text for text in texts)
    head = re.compile(("(?<!副)" if HAN.search(office) else r"(?<!deputy )(?<!vice )(?<!vice-)\b") + office)
    return any(head.search(text) for text in texts)
