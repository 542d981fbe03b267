"""Bytes to text: byte-order mark, strict UTF-8, GB18030, Big5; anything else is refused by name."""

from __future__ import annotations

import codecs
import re

from knowledge.readers.errors import ReadError

# The longer marks first: the UTF-32 one begins like the UTF-16 one.
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
# Python's gb18030 is the edition of 2000; since 2005 and 2022 these codes are real characters, some of them in names.
NEWER_GB18030 = str.maketrans(
    {
        0xE816: 0x20087, 0xE817: 0x20089, 0xE818: 0x200CC, 0xE81E: 0x9FB4, 0xE826: 0x9FB5, 0xE82B: 0x9FB6,
        0xE82C: 0x9FB7, 0xE831: 0x215D7, 0xE832: 0x9FB8, 0xE83B: 0x2298F, 0xE843: 0x9FB9, 0xE854: 0x9FBA,
        0xE855: 0x241FE, 0xE864: 0x9FBB, 0xE78D: 0xFE10, 0xE78E: 0xFE12, 0xE78F: 0xFE11, 0xE790: 0xFE13,
        0xE791: 0xFE14, 0xE792: 0xFE15, 0xE793: 0xFE16, 0xE794: 0xFE17, 0xE795: 0xFE18, 0xE796: 0xFE19,
    }
)  # fmt: skip
# The most frequent characters of both scripts, with the punctuation of Chinese text: enough to tell two readings apart.
FREQUENT = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电"
    "力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又"
    "么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图"
    "山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联"
    "什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记"
    "需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率"
    "這個國時來們會發動過說產種後學經進著電裡現實加兩體機當從業應開還間樣與關數無係軍題黨員總設長頭資邊級圖統"
    "則據處隊給門規熱領東導壓爭濟階極聯認權證單風帶場車務萬達積議聲報類離華確張馬節話況傳許記"
    "請業職業廣區東學校訓練企招聘技能縣鎮職训练企聘职縣镇街補贴貼辦课課院校专專招培"
    "，。、；：（）《》“”「」？！—…０１２３４５６７８９〔〕"
)
CHINESE = re.compile(r"[\u2e80-\u2fdf\u3400-\u9fff\ue000-\uf8ff\uf900-\ufaff\U00020000-\U000323af]")
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f\ufffd]")
SHORT = 40  # characters; longer Chinese texts are never valid UTF-8 by chance
ADVICE = "open it in the program that made it and save it again as UTF-8"


def decode(content: bytes) -> str:
    """Text of ``content``, without its byte-order mark, line ends as \\n. Raises ``ReadError``."""
    text = _marked(content)
    if text is None:
        text = _strict(content, "utf-8")
        if text is not None and _only_looks_like_utf8(text, content):
            text = None
    if text is None:
        text = _chinese(content)
    if len(CONTROL.findall(text)) > max(3, len(text) // 1000):
        raise ReadError(f"it is not text: it holds control characters; {ADVICE}")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _marked(content: bytes) -> str | None:
    for mark, name in MARKS:
        if content.startswith(mark):
            text = _strict(content[len(mark) :], name)
            if text is None:
                raise ReadError(f"its byte-order mark says {name} but its bytes are not; {ADVICE}")
            return text
    return None


def _only_looks_like_utf8(text: str, content: bytes) -> bool:
    """Whether a short GB18030 text happens to be valid UTF-8, as 通知 is: then it shows Hebrew or Arabic, say."""
    foreign = [character for character in text if character > "\x7f"]
    if len(foreign) > SHORT or CHINESE.search(text) or not any("\u024f" < letter < "\u0800" for letter in foreign):
        return False
    mainland = _strict(content, "gb18030") or ""
    return any(character > "\x7f" for character in mainland) and all(
        _listed(character) for character in mainland if character > "\x7f"
    )


def _chinese(content: bytes) -> str:
    mainland = _strict(content, "gb18030")
    taiwan = _strict(content, "big5hkscs")
    if mainland is not None:
        mainland = mainland.translate(NEWER_GB18030)
    readings = [text for text in (mainland, taiwan) if text is not None]
    # max keeps the first of equals: GB18030, which is what nearly all files from the mainland are.
    best = max(readings, key=_frequent, default=None)
    if best is None or not _plausible(best):
        raise ReadError(f"its encoding is none of UTF-8, GB18030 and Big5; {ADVICE}")
    return best


def _strict(content: bytes, name: str) -> str | None:
    try:
        return content.decode(name)
    except UnicodeDecodeError:
        return None


def _frequent(text: str) -> float:
    """Share of frequent characters among all that are not ASCII; a wrong reading has fewer of them."""
    foreign = [character for character in text if character > "\x7f"]
    return sum(character in FREQUENT for character in foreign) / max(1, len(foreign))


def _plausible(text: str) -> bool:
    """Whether at least half of the Chinese characters are ones that either national standard lists as common."""
    chinese = CHINESE.findall(text)
    foreign = sum(character > "\x7f" for character in text)
    listed = sum(_listed(character) for character in chinese)
    return bool(chinese) and listed >= 0.5 * len(chinese) and len(chinese) >= 0.3 * foreign


def _listed(character: str) -> bool:
    try:
        return 0xB0 <= character.encode("gb2312")[0] <= 0xF7
    except UnicodeEncodeError:
        pass
    try:
        return 0xA4 <= character.encode("big5")[0] <= 0xC6
    except UnicodeEncodeError:
        return False
