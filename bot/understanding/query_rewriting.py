"""Questions that lean on earlier ones, made to stand alone. Without a chat model: what is left out is carried over."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from bot.answer import NOTHING_KNOWN, Turn
from bot.understanding.guardrails import screen
from bot.understanding.named_groups import named_groups
from bot.understanding.question import question_of
from knowledge.entities.directory import Directory
from knowledge.text.language import HAN, STOPWORDS_EN, STOPWORDS_ZH, fold_question, stem, words
from knowledge.text.numerals import CHINESE, ENGLISH_WORDS
from knowledge.text.question_types import expected

REMEMBERED = 4  # turns looked back
NUMERAL = rf"(?:\d+|{CHINESE}+)"
MOST_CARRIED = 40  # characters of what is carried over
OPENING = re.compile(
    r"^(?:(?:那么?|那你|还有|另外|然后|再问(?:一下)?|顺便问(?:一下)?|请问|同样|如果是|要是|换成|至于|关于|所以)"
    r"[，,、 ]*)+"
    r"|^(?:(?:and|so|but|then|also|ok|okay|what about|how about|what if it(?:'s| is)|same for|as for)[, ]+)+"
    r"(?:for |about |with |in |at |of |if )?(?:the )?"
)
CLOSING = re.compile(r"(?:又?怎么样|又?如何|又?怎样|(?<![呢啊呀吧?？。!！ ]))[呢啊呀吧]*+[?？。!！ ]*+$")
THING = "学校|学院|公司|企业|单位|活动|会议|行动|补贴|证书|证|专业|班|政策|法律|法|规定|协议|合同|岗位|工作|人|事"
POINTING = re.compile(
    r"它们?|(?<!其)他们?|她们?"
    rf"|(?:这|那|该|此)(?:个|些|所|家|间|种|类|项|次|份|条|几[个所家间])?(?:{THING})?(?!么|里|样|边|天|时|年)"
    r"|其中|上面(?:说)?的|前面(?:说)?的|刚才(?:说)?的|上述|前者|后者"
    r"|\b(?:it|its|they|their|them|these|those|he|his|him|she|her|the (?:same|former|latter|above))\b"
    r"|^(?:that|this)\b|\b(?:about|for|of|with|does|do|in|is|like|from) (?:that|this)\b|\b(?:that|this|there)$"
)
SAME_KIND = re.compile(r"[\u4e00-\u9fff]{2,14}?(学院|学校|技校|公司|集团|厂|中心|局|条例|办法|法|班|补贴|证)")
# A company that asks how it can join means the programme, whatever was talked of before.
JOINING = re.compile(
    r"(?:我们(?!班|学校|专业)|我司|本公司|我厂|我哋).{0,10}(?:加入|参加|参与|合作)(?:进来|进去|吗|么|呢|呀)?$"
    r"|\b(?:our (?:company|factory|firm|business|enterprise|school|college)|we)\b.{0,20}"
    r"\b(?:join(?: in| it)?|participate|cooperate|take part|get involved|sign up)$"
)
BARE_POINTING = re.compile(r"^(?:那|这)(?:是|在|有|要|会|能|可以|为什么|怎么|多少|算|需要)")


Choose = Callable[[str, str], str]  # of a question as typed and with what it may leave out, the one that is meant


@dataclass(frozen=True)
class _Words:
    asks: frozenset[str]
    attributes: frozenset[str]  # and stems of English ones
    roles: frozenset[str]
    groups: tuple[frozenset[str], ...]
    cities: frozenset[str]


def stand_alone(question: str, turns: Sequence[Turn], choose: Choose, names: Directory | None = None) -> str:
    """``question`` with what it leaves out taken from ``turns`` (oldest first); as it is when it stands alone.

    ``names``: whom the edition knows, and whose programme it is.
    """
    before = ""
    for turn in turns[-REMEMBERED:]:
        if not _aside(turn, names):
            before = turn.context.question or _alone(turn.question, before, names, choose)
    return _alone(question, before, names, choose)


def _aside(turn: Turn, names: Directory | None) -> bool:
    """Whether a turn was no question to the documents, so that the talk goes on as if it had not been."""
    if turn.context != NOTHING_KNOWN:
        return turn.context.aside
    return screen(question_of(turn.question), names) is not None


def _alone(question: str, before: str, names: Directory | None, choose: Choose) -> str:
    rest = _bare(fold_question(question))
    if JOINING.search(rest) and not POINTING.search(rest):
        programme = names.home.programme.shown("zh" if HAN.search(rest) else "en") if names else ""
        return f"{CLOSING.sub('', question)}{'' if HAN.search(rest) else ' '}{programme}".strip()
    if not before:
        return question
    earlier = fold_question(before)
    placed = _in_place(rest, earlier, names) or _pointed(rest, earlier)
    carrying = carried(earlier) if _says_something(rest) else _wide(earlier)
    return choose(question, placed or f"{carrying} {rest}".strip())


def carried(earlier: str) -> str:
    """What ``earlier`` was about: its words without question words, attributes and roles; more when none is left."""
    tokens = words(earlier)
    kept = [_is_subject(word) for word in tokens]
    if not any(kept):
        return _wide(earlier)
    for place, word in enumerate(tokens):  # 技师学院, 失业金: what is written together belongs together
        beside = kept[place - 1] if place else False
        ahead = _is_remnant(word) and place + 1 < len(tokens) and kept[place + 1]
        kept[place] = kept[place] or ahead or (beside and (word in _known().roles or _is_remnant(word)))
    return _text([word if keep else "" for word, keep in zip(tokens, kept, strict=True)], earlier)[:MOST_CARRIED]


def _wide(earlier: str) -> str:
    """All words of ``earlier`` but question words."""
    known = _known()
    small = known.asks | STOPWORDS_EN | STOPWORDS_ZH
    return _text(["" if word in small else word for word in words(earlier)], earlier)[:MOST_CARRIED]


def _in_place(rest: str, earlier: str, names: Directory | None) -> str | None:
    """``earlier`` with one of its words exchanged for the only thing that ``rest`` names."""
    if expected(rest):
        return None
    for group in (*_known().groups, *(named_groups(names, _known().cities) if names else (_known().cities,))):
        new = next((word for word in _longest_first(group) if _holds(rest, word)), None)
        old = next((word for word in _longest_first(group) if _holds(earlier, word)), None)
        if new and old and new != old:
            return earlier.replace(old, new, 1)
    return _number_in_place(rest, earlier) or _name_in_place(rest, earlier)


def _number_in_place(rest: str, earlier: str) -> str | None:
    """After "a contract of 1 year …": "and of 3 years?"."""
    number = re.fullmatch(
        rf"\D{{0,3}}({NUMERAL})(个?[年月天级倍]|个月|小时|周岁|岁|years?|months?|days?)的?(\D{{0,8}})", rest
    )
    if number is None:
        return None
    changed = re.sub(rf"{NUMERAL}{re.escape(number[2])}", number[1] + number[2], earlier, count=1)
    return changed if changed != earlier else None


def _name_in_place(rest: str, earlier: str) -> str | None:
    """After a question on one school, company, law …: another one, by its full name."""
    new = SAME_KIND.fullmatch(rest)
    old = next((match for match in SAME_KIND.finditer(earlier) if new and match[1] == new[1]), None)
    return earlier.replace(old[0], rest, 1) if old else None


def _pointed(rest: str, earlier: str) -> str | None:
    """``rest`` with what it points at written out."""
    match = POINTING.search(rest)
    if not match:
        return None
    what = carried(earlier)
    space = "" if HAN.search(rest) else " "
    return " ".join(f"{rest[: match.start()]}{space}{what}{space}{rest[match.end() :]}".split())


def _says_something(rest: str) -> bool:
    """Whether there is more than a question word in it."""
    return any(word not in _known().asks | STOPWORDS_EN | STOPWORDS_ZH for word in words(rest))


def _bare(folded: str) -> str:
    """A question without the words that tie it to the one before."""
    if BARE_POINTING.match(folded):
        folded = folded[1:]
    return CLOSING.sub("", OPENING.sub("", folded)).strip(" ，,")


def _is_subject(word: str) -> bool:
    known = _known()
    if word in known.roles or word in STOPWORDS_EN or word in STOPWORDS_ZH or _is_attribute(word):
        return False
    if HAN.search(word):
        return len(word) > 1 and not re.fullmatch(NUMERAL, word)
    return word not in ENGLISH_WORDS and (not word.isdigit() or len(word) > 3)


def _is_attribute(word: str) -> bool:
    known = _known().attributes
    if word in known or (HAN.search(word) and all(each in known or each in STOPWORDS_ZH for each in word)):
        return True
    return not HAN.search(word) and stem(word) in known


def _is_remnant(word: str) -> bool:
    """A single character that the segmenter left over: 金 of 失业金."""
    return len(word) == 1 and bool(HAN.match(word)) and word not in STOPWORDS_ZH and not _is_attribute(word)


def _text(found: Sequence[str], source: str) -> str:
    """``found`` as they stand in ``source``, "" for what is left out: neighbours closed up, others with a space."""
    text, place, joined = "", 0, False
    for word in found:
        start = source.find(word, place) if word else -1
        if start < 0:
            joined = False
            continue
        text += word if joined and start == place else f" {word}"
        place, joined = start + len(word), True
    return text.strip()


def _holds(text: str, word: str) -> bool:
    return word in text if HAN.search(word) else bool(re.search(rf"\b{re.escape(word)}\b", text))


def _longest_first(group: frozenset[str]) -> list[str]:
    return sorted(group, key=lambda word: (-len(word), word))


@cache
def _known() -> _Words:
    values: Mapping[str, str] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    english = values["attributes_en"].split()
    return _Words(
        frozenset(values["asks"].split()),
        frozenset([*values["asks"].split(), *values["attributes_zh"].split(), *english, *map(stem, english)]),
        frozenset(values["roles"].split()),
        tuple(frozenset(group.split()) for group in values["groups"]),
        frozenset(values["cities"].split()),
    )
