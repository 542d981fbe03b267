"""Whether the text that a page carries is what it shows: some fonts do not say which characters their shapes are."""

from __future__ import annotations

import re

import rjieba

FEW = 20  # characters; fewer tell nothing
SAMPLE = 4_000  # characters that suffice
UNMAPPED = re.compile(r"[\ue000-\uf8ff\ufffd\ufffe\x00-\x08\x0e-\x1f]")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
FOREIGN = re.compile(r"[\u00a1-\u00b6\u00b8-\u024f\u0370-\u10ff\u1e00-\u1fff]")
LETTER = re.compile(r"[^\W\d_]")
WORD = re.compile(r"[A-Za-z]+")
FUNCTION_WORDS = frozenset(
    ("the", "of", "and", "to", "in", "a", "an", "for", "is", "are", "be", "on", "with", "by", "or", "as", "at", "from",
     "that", "this", "it", "you", "your", "not", "will", "can", "may", "must", "no")
)  # fmt: skip
MOST_UNMAPPED = 0.1
LEAST_COMMON = 0.7  # of Chinese characters are among those in daily use; of any in a random order a third is
LEAST_IN_WORDS = (
    0.12  # of Chinese characters stand in words; in lists of names a sixth, of letters mixed up under a tenth
)
MOST_FOREIGN = 0.3
LEAST_FUNCTION_WORDS = 0.02  # of the words of running English; it has every second or third
PROSE = 80  # English words from which a text is taken for running English
LONG = 100  # Chinese characters from which words are looked for


def is_usable(text: str) -> bool:
    """Whether ``text`` is likely to be Chinese or English, rather than characters that stand for other ones."""
    sample = re.sub(r"\s+", " ", text)[:SAMPLE]
    count = len(sample.replace(" ", ""))
    if count < FEW:
        return not UNMAPPED.search(sample)
    if len(UNMAPPED.findall(sample)) > MOST_UNMAPPED * count:
        return False
    chinese = CHINESE.findall(sample)
    if len(FOREIGN.findall(sample)) > MOST_FOREIGN * max(1, len(LETTER.findall(sample))):
        return False
    if len(chinese) >= FEW:
        return _is_chinese(sample, chinese)
    words = [word.lower() for word in WORD.findall(sample)]
    if len(words) < PROSE:
        return True
    return sum(word in FUNCTION_WORDS for word in words) >= LEAST_FUNCTION_WORDS * len(words)


def _is_chinese(sample: str, chinese: list[str]) -> bool:
    if sum(map(_is_common, chinese)) < LEAST_COMMON * len(chinese):
        return False
    if len(chinese) < LONG:
        return True
    within = sum(len(word) for word in rjieba.cut(sample, False) if len(word) > 1 and CHINESE.match(word))
    return within >= LEAST_IN_WORDS * len(chinese)


def _is_common(character: str) -> bool:
    """Whether it is among the first level of GB 2312 or of Big5: some 3,800 simplified, 5,400 traditional ones."""
    simplified = character.encode("gb2312", "ignore")
    if simplified and simplified[0] <= 0xD7:
        return True
    traditional = character.encode("big5", "ignore")
    return bool(traditional) and traditional[0] <= 0xC6
