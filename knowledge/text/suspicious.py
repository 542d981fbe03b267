"""What of a text staff should see before users do: orders to the reader or a model, requests for money, and accounts,
personal IDs and mobile numbers.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from knowledge.text.language import fold
from knowledge.text.numerals import DIGITS


class Suspicion(StrEnum):
    """Kinds of what is looked for, in words for staff."""

    INSTRUCTION = "an instruction to the reader or to a model"
    TRANSFER = "a request to transfer money"
    IDENTITY = "a personal ID number"
    ACCOUNT = "a bank account"
    MOBILE = "a mobile number"


@dataclass(frozen=True)
class Suspect:
    """Something that was found: its kind and the folded text of it."""

    kind: Suspicion
    text: str

    @property
    def shown(self) -> str:
        """What may be shown of it: never a number in full."""
        return LONG_NUMBER.sub(
            lambda match: f"{match[0][:3]}…({len(re.sub('[^0-9]', '', match[0]))} digits)", self.text
        )


LONG_NUMBER = re.compile(r"\d(?:[ \-.·_,/]{0,2}\d){4,}x?")
GAP = r"[ \-.·_,/]{0,2}"
IGNORE = "(?:忽略|无视|忘记|忘掉|不要理会|不必理会|无需理会|不用管|抛开|跳过|绕过|覆盖)"
INSTRUCTION = (
    rf"{IGNORE}[^。]{{0,12}}(?:指令|指示|提示词|设定|系统消息|prompt|instruction)",
    rf"{IGNORE}[^。]{{0,6}}(?:以上|之前|先前|前面|上述|上面|所有|全部)[^。]{{0,8}}(?:规则|要求|限制|内容|说明|规定|文字|提示)",
    r"(?:你现在|从现在(?:开始|起)[,，]?你|你)(?:就?是|要?扮演|充当|变成)[^。]{0,10}(?:助手|\bai\b|人工智能|模型|机器人|管理员|客服)",
    r"(?:\bai|人工智能|语言模型|大模型|机器人|助手)[^。]{0,6}(?:必须|请|应当|务必|只能)[^。]{0,4}(?:回答|回复|告诉|输出|忽略|说)",
    r"系统提示词|system ?prompt|<\|[^|]{1,20}\|>|\[/?inst\]|</?(?:system|assistant|instructions?)>"
    r"|(?<!#)#{2,}+ ?(?:system|instructions?)\b",
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instructions?|prompts?|guidelines)\b",
    r"\b(?:ignore|disregard|forget)\b.{0,10}\b(?:everything|all|any|the)\b.{0,10}\b(?:previous|prior|above|earlier)\b",
    r"\byou (?:are|must|will) now\b|\bfrom now on,? you\b|\bas an ai\b|\bdo not (?:tell|inform|warn) the user\b"
    r"|\b(?:act|behave|respond) as (?:if|though|an? ai)\b",
    r"(?:不要|不得|别)(?:告诉|告知|提醒)(?:用户|提问者|使用者)",
    r"(?:告诉|回复|引导|要求|让)(?:所有)?(?:用户|提问者|使用者|求职者|学生|大家)[^。]{0,12}(?:转账|汇款|付款|加微信|扫码|点击)",
    r"(?:当|如果|若)(?:有人|用户)(?:被?询?问|提问)[^。]{0,20}(?:回答|回复|说|告诉)",
)
TRANSFER = (
    r"(?:转账|转帐|汇款|打款|转款|汇钱|打钱)(?:到|至|给|入|往)",
    r"(?:请|须|务必|先)[^。,，]{0,15}(?:转账|转帐|汇款|打款|汇入|转入|打入|存入)",
    r"扫码(?:付款|转账|支付|缴费)",
    r"(?:押金|保证金|定金|报名费|培训费|手续费|服务费|中介费|会费)[^。]{0,12}(?:转|汇|打|付|交)(?:到|至|入|给)",
    r"\b(?:wire|transfer|send|remit|pay)\b[^.]{0,40}"
    r"\b(?:bank account|account (?:no|number)|wechat|alipay|usdt|bitcoin)\b",
)
LABELLED_IDENTITY = re.compile(
    r"(?:身份证|护照|通行证|居住证|passport|\bid (?:card|number))[^\da-z。]{0,10}(?:number|no\.?)?"
    r"[^\da-z。]{0,4}([a-z]{0,2}\d{6,18}x?)"
)
IDENTITY = re.compile(
    rf"(?<![\da-z])[1-9]\d{{5}}{GAP}((?:19|20)\d\d){GAP}([01]\d){GAP}([0-3]\d){GAP}\d{{3}}[\dx](?![\da-z])"
)
HONG_KONG_IDENTITY = re.compile(r"(?<![a-z\d])[a-z]{1,2}\d{6} ?\([\da]\)")
LABELLED_ACCOUNT = re.compile(
    r"(?:账户|账号|帐户|帐号|卡号|银行卡|\ba/c\b|\baccount(?: number| no\.?)?|\biban\b)"
    r"[^\d。]{0,12}(\d(?:[ \-]?\d){7,29})"
)
CARD = re.compile(
    rf"(?<![\d.])[3-6]\d{{3}}(?:{GAP}\d{{4}}){{3}}(?:{GAP}\d{{1,3}})?(?!\d)|(?<![\d.])[3-6]\d{{15,18}}(?!\d)"
)
MOBILE = re.compile(
    rf"(?<!\d)(?<!\d\.)(?:(?:\+|00)?86{GAP})?"
    rf"(?:1[3-9]\d{GAP}\d{{4}}{GAP}\d{{4}}|1[3-9]\d\d{GAP}\d{{3}}{GAP}\d{{4}}|1[3-9]\d{GAP}\d{{3}}{GAP}\d{{5}}"
    r"|1 [3-9](?: \d){9})(?!\d)|(?:\+|00)(?:852|853|886)[ -]?\d(?:[ -]?\d){7,8}(?!\d)"
)
DIGIT_RUN = re.compile(r"\d[\d \-.·_,/]{4,60}\d")
BEFORE, BEHIND = 40, 4  # characters: a label may stand so far before a number, a bracket or letter behind it
FORMAL = {character: value for value, character in enumerate("壹贰叁肆伍陆柒捌玖", 1)}
SPOKEN = {**DIGITS, **FORMAL, "幺": 1}
AS_DIGITS = str.maketrans("".join(SPOKEN), "".join(map(str, SPOKEN.values())))
SPELT = re.compile(f"[{''.join(SPOKEN)}]{{11,19}}")
WORDS = tuple(
    (kind, re.compile(pattern))
    for kind, patterns in ((Suspicion.INSTRUCTION, INSTRUCTION), (Suspicion.TRANSFER, TRANSFER))
    for pattern in patterns
)


def suspects(text: str) -> tuple[Suspect, ...]:
    """What is found in ``text``, each once; a number counts as the first kind that it fits, in the order above."""
    folded = _plain(text)
    found = [Suspect(kind, match[0]) for kind, pattern in WORDS for match in pattern.finditer(folded)]
    rest = _around_numbers(folded)
    for kind, pattern in NUMBERS:
        numbers = [match for match in pattern.finditer(rest) if _is_meant(pattern, match)]
        found += [Suspect(kind, match[1] if pattern in LABELLED else match[0]) for match in numbers]
        for match in numbers:
            rest = f"{rest[: match.start()]}{'#' * len(match[0])}{rest[match.end() :]}"
    return tuple(dict.fromkeys(found))


def _plain(text: str) -> str:
    """``text`` folded, without characters that nobody sees, numbers spelt out in Chinese as digits."""
    seen = "".join(each for each in text if unicodedata.category(each) != "Cf")
    return SPELT.sub(lambda match: match[0].translate(AS_DIGITS), fold(seen))


def _around_numbers(folded: str) -> str:
    """What stands around long numbers: the patterns for them are slow, and most of a text has none."""
    windows = (folded[max(0, match.start() - BEFORE) : match.end() + BEHIND] for match in DIGIT_RUN.finditer(folded))
    return "。".join(windows)


def _is_meant(pattern: re.Pattern[str], match: re.Match[str]) -> bool:
    """Whether the digits are what they look like: an ID has a day of birth, a card its check digit."""
    if pattern is IDENTITY:
        return _is_day(int(match[1]), int(match[2]), int(match[3]))
    if pattern is CARD:
        digits = re.sub(r"\D", "", match[0])
        return digits.startswith("62") or _passes_luhn(digits)
    return True


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        return bool(date(year, month, day))
    except ValueError:
        return False


def _passes_luhn(digits: str) -> bool:
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


NUMBERS = (
    (Suspicion.IDENTITY, IDENTITY),
    (Suspicion.IDENTITY, LABELLED_IDENTITY),
    (Suspicion.IDENTITY, HONG_KONG_IDENTITY),
    (Suspicion.ACCOUNT, LABELLED_ACCOUNT),
    (Suspicion.ACCOUNT, CARD),
    (Suspicion.MOBILE, MOBILE),
)
LABELLED = (LABELLED_IDENTITY, LABELLED_ACCOUNT)
