"""Names under which one person is reached: mail, accounts of messengers, links to them."""

from __future__ import annotations

import re
from collections.abc import Iterator

LONGEST_LOCAL = 64  # characters before the sign of a mail address
TOP = "com|cn|net|org|edu|gov|hk|tw|mo|io|me|co|info|top|vip|cc"
POST = "163|126|qq|vip\\.qq|gmail|outlook|hotmail|sina|foxmail|yahoo|139|189|sohu|icloud|yeah|live|msn|aliyun"
LABEL = "[A-Za-z0-9-]{1,63}"
AT = re.compile(
    rf"(?P<sign> ?@ ?)(?P<host>{LABEL}(?: ?[.。] ?{LABEL}){{1,4}})"
    rf"|(?P<spelt> ?(?:[(\[{{<]at[)\]}}>]|艾特|圈a) ?| at )"
    rf"(?P<named>{LABEL}(?: ?(?:[(\[]dot[)\]]|dot|点|點|[.。]) ?{LABEL}){{1,4}})"
    rf"|#(?P<post>(?:{POST})[.。](?:{TOP}))(?![\w])",
    re.I,
)
LOCAL = re.compile(r"[A-Za-z0-9_.+-]{1,64}$")
SPOKEN_END = re.compile(rf"(?:dot\W?|点|點|\.|。) ?(?:{TOP})$", re.I)
LAST_LABEL = re.compile("[.。][A-Za-z]{2,24}$")
WRITTEN_END = re.compile(rf"[.。] ?(?:{TOP})$", re.I)
DOT_SPOKEN = re.compile("dot|点|點", re.I)
LINKED = re.compile(
    r"(?:https?://)?(?:(?:t\.me|telegram\.(?:me|dog)|wa\.me|u\.wechat\.com|qm\.qq\.com|m\.me|line\.me|facebook\.com|fb\.com|"
    r"instagram\.com|weibo\.com/u)/|tg://|weixin://|weibo\.com/u/)[A-Za-z0-9@_~/+=?&.%-]{2,200}",
    re.I,
)
AT_NAME = re.compile(r"(?<![\w.])@(?!(?:everyone|channel|here)\b)[A-Za-z]\w{4,31}(?!\w)", re.A)
SERVICE = re.compile(
    r"(?P<chinese>[微威薇徽v]\s{0,3}信|[加+]\s?(?:我|你|个)?\s?[v薇]|薇|扣扣|企鹅|企鵝|抖音|快手|小红书|支付宝|支付寶|电报|微博|钉钉)"
    r"|(?<![a-z])(?P<latin>wechat|weixin|wx|vx|qq|q q|alipay|telegram|tg|whatsapp|skype|instagram|facebook|twitter)"
    r"(?:(?![a-z_.])|(?=[a-z]{2,16}\d\d))"  # vxlily2020
    r"|(?<![a-z])(?P<marked>(?:ig|fb|ins|q|v)(?= ?(?:id ?)?[:=])|line(?= ?id\b)|q(?=\d{6,11}(?!\d)))",
    re.I,
)
LINK = (
    r"(?:搜|加|找|号码|號碼|号|號|账号|帳號|账户|是|为|為|係|系|叫|我|_?id|no\.?|number|is|[\s:=\-“\"'(\[>~!❤♥]){0,8}"
)
REACHED = re.compile(
    rf"(?P<link>{LINK})(?P<name>[A-Za-z][A-Za-z0-9_.-]{{4,30}}|\+?\d(?:[ -]?\d){{4,14}})(?![A-Za-z0-9_])", re.I
)
MARKED = re.compile(r"[:=❤]|号|號|\bid\b", re.I)
ENGLISH_GOES_ON = re.compile(r" ?[A-Za-z]{2}")
COUNTED = re.compile(r"\s?(?:元|块|塊|人|个|万|年|月|次)")
HOTLINE = re.compile(r"(?:12\d{3}|9\d{4}|100\d\d)")
REACH = 48


def handles(view: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and kind (mail, handle) of what a person is reached by."""
    for match in AT.finditer(view):
        if found := _mail(match, view):
            yield (*found, "mail")
    for match in LINKED.finditer(view):
        yield match.start(), match.end(), "handle"
    for match in AT_NAME.finditer(view):
        yield match.start(), match.end(), "handle"
    for match in SERVICE.finditer(view):
        named = REACHED.match(view[match.end() : match.end() + REACH])
        if named and _is_name(match, named, view[match.end() + named.end() : match.end() + named.end() + 4]):
            yield match.end() + named.start("name"), match.end() + named.end(), "handle"


def _mail(match: re.Match[str], view: str) -> tuple[int, int] | None:
    local = LOCAL.search(view[max(0, match.start() - LONGEST_LOCAL) : match.start()])
    if local is None:
        return None
    end = match.end()
    if match["sign"]:
        whole = " " not in match["sign"] + match["host"]
        if not (LAST_LABEL.search(match["host"]) if whole else WRITTEN_END.search(match["host"])):
            return None
    if match["spelt"]:
        if not SPOKEN_END.search(match["named"]):
            return None
        if match["spelt"] == " at " and not DOT_SPOKEN.search(match["named"]):
            return None  # work at huadu.com
    return match.start() - len(local[0]), end


def _is_name(service: re.Match[str], named: re.Match[str], after: str) -> bool:
    """Whether what stands behind the name of a messenger is an account there, and no word of the sentence."""
    name = named["name"]
    if not name[0].isalpha():
        return not COUNTED.match(after) and not HOTLINE.fullmatch(name)
    if any(character.isdigit() or character == "_" for character in name) or MARKED.search(named["link"]):
        return True
    return bool(service["chinese"]) and not ENGLISH_GOES_ON.match(after) and not named["link"].strip()
