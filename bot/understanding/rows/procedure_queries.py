"""Questions to the table of cooperation procedures, where staff keep one: how is an order class applied for?"""

from __future__ import annotations

import re

from bot.understanding.parsed_query import ParsedQuery
from bot.understanding.spans import plain
from knowledge.entities.directory import Directory
from knowledge.tables import Query, named
from knowledge.tables.records import RecordKind

ASKS = re.compile(
    r"流程|材料|条件|申请|申报|办理|时限|手续|合作|怎么|如何|怎样|要什么|apply|application|procedure|materials?\b|conditions?\b|"
    r"steps|cooperat|\bhow\b"
)
ALL = re.compile(
    r"(?:怎么|如何|怎样).{0,12}(?:合作|加入|参加)|\bhow\b.{0,30}(?:join|cooperat)|合作(?:的)?(?:流程|条件|材料|方式|类型|形式|事项|手续)|"
    r"(?:ways|kinds|forms) (?:of|to) cooperat"
)


def procedures_asked(text: str, directory: Directory) -> ParsedQuery | None:
    """The procedures that ``text`` asks about; documents may add to them. None when there are none of them."""
    if not directory.procedures or not ASKS.search(text):
        return None
    names = tuple(name for name in directory.procedures if _bare(name) in text)
    if not (names or ALL.search(text)):
        return None
    return ParsedQuery(Query(RecordKind.PROCEDURE, (named(names),) if names else ()), complete=False)


def _bare(name: str) -> str:
    """A type of procedure without what stands in brackets."""
    return re.sub(r"[(（].*?[)）]", "", plain(name)).strip() or plain(name)
