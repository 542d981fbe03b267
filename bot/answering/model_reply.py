# ruff: noqa: E501  # alternatives read best on one line
"""What a chat model's reply says: its sentences with the passages that they cite, or that nothing answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.text.characters import CONTROLS, INVISIBLE
from knowledge.text.language import HAN, fold, whole

READ = 20_000  # characters of a reply that are looked at, thoughts among them
LONGEST = 2000  # characters of what is left that are read
MOST = 12  # sentences; the model is told five
LEAKED, LEAKED_LATIN = 12, 40  # letters in a row that a sentence has from its orders, and the passages have not

_THOUGHT = re.compile(
    r"<(think|thinking|thought|reasoning|analysis|reflection|scratchpad)\b[^>]*>.*?(?:</\1\s*>|\Z)", re.S | re.I
)
_LEFT_THINKING = re.compile(
    r"\A.*</(?:think|thinking|thought|reasoning|analysis|reflection|scratchpad)\s*>", re.S | re.I
)
_TOKENS = re.compile(
    r"<\|[^|>\n]{0,40}\|>(?:system|user|assistant)?|</?s>|\[/?INST\]|<<?/?SYS>?>|<(?:start|end)_of_turn>", re.I
)
_TAGS = re.compile(r"</?[a-z][^<>\n]{0,200}>", re.I)
_CODE = re.compile(r"```.*?(?:```|\Z)", re.S)
_LINK = re.compile(r"!?\[([^\]\n]{0,200})\]\(([^()\s]{1,300})[^()\n]{0,100}\)")
_MARKDOWN = re.compile(r"\*\*|__|~~|`|(?m:^[ \t]*(?:#{1,6}|>|[-*+•·])[ \t]+)|\*(?=\S)|(?<=\S)\*")
_TABLE = re.compile(r"(?m)^[ \t]*\|.*$|^.*\|[ \t]*:?-{2,}.*$")
# 【1】, ［1］, 〔1〕, [来源1], [^1], [1, 2] and [1]: of one or two digits; 〔2021〕 is a year.
_MARKS = re.compile(
    r"(?<![ \t])[ \t]*+[\[【［〔「](?:\^|来源：?|资料：?|source|passage|ref\.?|#)?[ ]*+(\d{1,2}(?:[ ]*+[,，、;；][ ]*+\d{1,2})*)[ ]*+(?:†[^\]】]{0,40})?[\]】］〕」]",
    re.I,
)
_MARK = re.compile(r"(?<!\s)\s*+\[(\d++)\]")
_SENTENCE = re.compile(r"[^。！？!?\n]+?(?:[。！？!?]+[”』」\"]?|\.(?=\s|$|\[)|\n|$)(?:[ ]*\[\d+\])*")
_LEADING = re.compile(r"^\s*((?:\[\d+\])+)\s*(?=\S)")
# A mark stands where a sentence or a part of it ends. Elsewhere it would stand for a word: 最长[6]个月.
_MISPLACED = re.compile(r"\[\d+\](?!\s*(?:$|[。！？!?，,；;、：:.）)”\"]|\[\d+\]))")
_NUMBERING = re.compile(r"^\s*(?:\d{1,2}[.、)](?!\d)\s*|[(（]\d{1,2}[)）]\s*(?![个年月天日周元%人名家所小岁]))")
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_NONE = re.compile(r"(?i)\A\W*+none\W*+")
_CANNOT = re.compile(
    r"(?i)\A\W*+(?:(?:所给|提供的|以上|上述|现有)?资料(?:中|里|库)?(?:不能|无法|没有|未能?|并未|并没有)(?:回答|提及|提到|说明|涉及|包含|找到)"
    r"|the (?:given |provided )?passages? (?:do|does) not (?:answer|say|mention|contain)).{0,60}"
)


@dataclass(frozen=True)
class Sentence:
    """``text`` without marks; ``cited``: the numbers of passages that it names, as they come."""

    text: str
    cited: tuple[int, ...]


@dataclass(frozen=True)
class ModelReply:
    """``sentences`` as they came, each once. ``none``: the model says that the passages do not answer."""

    sentences: tuple[Sentence, ...]
    none: bool = False


def read_reply(content: str, rules: str, passages: str) -> ModelReply:
    """What ``content`` says to the reader; ``rules`` is what the model was told, ``passages`` what it was given."""
    text = _bare(whole(content[:READ]))[:LONGEST]
    lines = [line for line in text.splitlines() if line.strip()]
    none = bool(lines) and any(_NONE.fullmatch(line) or _CANNOT.fullmatch(line) for line in (lines[0], lines[-1]))
    if none:
        return ModelReply((), none=True)
    seen: dict[str, Sentence] = {}
    for sentence in _sentences(text):
        key = re.sub(r"\W", "", fold(sentence.text))
        if key and key not in seen and not leaks(sentence.text, rules, passages):
            seen[key] = sentence
    return ModelReply(tuple(seen.values())[:MOST])


def _bare(text: str) -> str:
    """``text`` without thoughts, tokens of a template, tags, code, tables and Markdown, its marks as [1]."""
    text = _LEFT_THINKING.sub("", _THOUGHT.sub("", text))
    for pattern in (_CODE, _TOKENS, _TAGS, _TABLE):
        text = pattern.sub("", text)
    text = _LINK.sub(lambda match: f"{match[1]} {match[2]}", text)
    text = _MARKS.sub(lambda match: "".join(f"[{number}]" for number in re.findall(r"\d+", match[1])), text)
    return _MARKDOWN.sub("", text)


def _sentences(text: str) -> Iterator[Sentence]:
    for written in _SENTENCE.findall(text):
        led = _LEADING.match(written)
        if led and not _MARK.search(written, led.end()):
            written = written[led.end() :].rstrip() + led[1]
        if _MISPLACED.search(written) or _TURNS.search(written):
            continue
        said = CONTROLS.sub("", INVISIBLE.sub("", _NUMBERING.sub("", _MARK.sub("", written)))).strip()
        if len(said) > 1:
            yield Sentence(said, tuple(int(number) for number in _MARK.findall(written)))


def leaks(sentence: str, rules: str, passages: str) -> bool:
    """Whether ``sentence`` repeats what the model was told about its work."""
    said, told, given = (re.sub(r"\W", "", fold(text)) for text in (sentence, rules, passages))
    long = LEAKED if HAN.search(said) else LEAKED_LATIN
    pieces = (said[place : place + long] for place in range(len(said) - long + 1))
    return any(piece in told and piece not in given for piece in pieces)
