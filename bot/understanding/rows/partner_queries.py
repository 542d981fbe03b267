"""Questions about who belongs to the operation: who signed, who presented, who holds a plaque."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.understanding import lexicon
from bot.understanding.parsed_query import Operation, ParsedQuery
from bot.understanding.slots.aggregation import NUMBER
from bot.understanding.spans import GAP, Phrase
from knowledge.entities.directory import Directory, Entity
from knowledge.tables import Condition, Field, Operator, Query, named
from knowledge.tables.records import RecordKind
from knowledge.tables.values import PartnerKind, Relation
from knowledge.tables.vocabularies import MODE
from knowledge.text.language import fold
from knowledge.text.numerals import value

SCHOOLS = r"学校|院校|学院|高校|大学|技校|colleges?|schools?|universit"
FIRMS = r"企业|公司|厂|enterprises?|compan(?:y|ies)|firms?|employers?"
WHICH_OF_THEM = re.compile(
    rf"(?:多少|几|哪)(?:多|个|所|间|家|些|几){{0,4}}(?:{SCHOOLS}|{FIRMS})"
    rf"|(?:{SCHOOLS}|{FIRMS})(?:都|一共|总共){{0,3}}(?:有|是)?(?:哪|多少|几|名单)"
    rf"|\b(?:how many|which|what) (?:{SCHOOLS}|{FIRMS})"
)
# 华为参加本行动了吗, has Huawei joined this operation: somebody, and nothing besides.
DID_JOIN = re.compile(
    r"^(?P<zh>[\u3400-\u9fff]{2,20}?)(?:现在|目前|到底|也|是不是|是否|有没有|有无|有|已经?)*+(?:参加|参与|加入)(?:了|过)?(?:本区的?)?本行动"
    r"(?:了|过|没有?|未|吗|么|呀|啊|[?？])*+$"
    r"|^(?:did|has|have|does) (?P<en>[a-z][a-z0-9 .&'-]{1,60}?) (?:also |already )?"
    r"(?:join(?:ed)?|tak(?:e|en) part in|participated? in)"
    r" this operation[ ?]*$"
)
SOME_SCHOOLS = rf"{NUMBER} ?(?:所|间|个|家)?(?:{SCHOOLS})"
# The name of one school, and not a kind of school: the provincial light industry college, no private college.
A_SCHOOL = re.compile(
    r"(?:the )?(?!(?:any|other|which|what|how|the|all|some|private|public|more|no|an?|our|your) )"
    r"(?!(?:technician|technical|vocational) )"
    r"(?:[a-z]{1,30} ){1,5}(?:college|institute|school|university)"
)
WITH_DISTRICT = re.compile(r"(?:和|与|跟|同)本区(?:政府|人社局)?$")
YES_OR_NO = r"吗|么$|没有?$|有没有|有无|是否|是不是|^(?:did|has|have|is|was|does)\b"
SOMEBODY = re.compile(
    r"^(?:请问|那么?|想问|我想知道)?(?P<zh>[\u3400-\u9fff]{2,20}?)(?:现在|目前|到底|也|是不是|是否|有没有|有无|有|没有|没|已经?|还|是)*+$|"
    r"^(?:did|has|have|is|was|does) (?P<en>[a-z][a-z0-9 .&'-]{2,60}?)(?: also| already| ever| an?)*+$"
)
NOBODY = re.compile(
    r"^(?:个人|学生|家长|毕业生|外地人|外国人|我.*|学校|院校|企业|公司|厂|单位|技师学院|技工学校|政府|双方|大家|你们|他们|我们|人|机构|任何.*|其他.*|哪.*|.*(?:哪些|哪几|几所|多少|什么|谁).*)$|"
    r"\b(?:any|other|which|what|how|the|all|some|private|more|colleges?|schools?|compan(?:y|ies)|enterprises?|anyone|you|we|they|it)\b"
)


BESIDES = re.compile(rf"除了?[\s{GAP}]+|(?:besides|except(?: for)?|other than|apart from)[\s{GAP}]+")


def relation_in(text: str) -> Relation | None:
    """The relation to the operation that ``text`` speaks of."""
    for pattern, relation in (
        (lexicon.PLAQUE, Relation.PLAQUE_MEMBER),
        (lexicon.PRESENTED, Relation.PRESENTER),
        (lexicon.SIGNED, Relation.SIGNED),
    ):
        if re.search(pattern, text):
            return relation
    return None


def asks_who_joined(text: str) -> bool:
    """Whether ``text`` asks which, or how many, take part in the operation; not whether or how one may."""
    return bool(lexicon.OPERATION.search(text) and lexicon.JOINED.search(text) and WHICH_OF_THEM.search(text))


def asks_partners(text: str) -> bool:
    """Whether ``text`` speaks of partners at all."""
    if asks_who_joined(text) or _name(DID_JOIN.match(text)):
        return True
    relations = sum(bool(re.search(pattern, text)) for pattern in (lexicon.SIGNED, lexicon.PLAQUE, lexicon.PRESENTED))
    if relations > 1 or lexicon.NOT_PARTNER.search(text):
        return False  # how two of them hang together is a matter for documents
    return relations == 1 or bool(re.search(lexicon.PARTNER, text))


def members_meant(text: str, directory: Directory) -> tuple[Entity, ...]:
    """The schools that signed, where their majors or tuition are asked for: 五所签约学校的学费."""
    signed = directory.schools_that_signed
    number = re.search(SOME_SCHOOLS, text)
    meant = relation_in(text) is Relation.SIGNED or (number and value(number[1]) == len(signed) > 1)
    about_rows = re.search(lexicon.STRONG[RecordKind.PROGRAM], text) and not re.search(
        lexicon.UNITS[RecordKind.PROGRAM], text
    )
    return signed if meant and about_rows and re.search(SCHOOLS, text) else ()


def in_another_year(text: str, directory: Directory) -> bool:
    """Whether ``text`` asks about a year in which nobody is known to have signed, or about what is new."""
    year = re.search(r"20\d\d", text)
    if year is None:
        return bool(
            re.search(r"今年|去年|明年|新(?:近|的)?签|新增|最近|近期|this year|last year|next year|recent|newly", text)
        )
    return int(year[0]) not in {partner.signed_on.year for partner in directory.partners if partner.signed_on}


def partners_asked(phrase: Phrase, text: str, entities: tuple[Entity, ...]) -> ParsedQuery | None:
    """A question about partners; None when ``text`` only looks like one."""
    relation = relation_in(text)
    somebody = entities or _unknown(text, relation)
    if not (somebody or lexicon.ABOUT_OPERATION.search(text) or re.fullmatch(lexicon.PARTNERS_ALONE, text)):
        return None
    if not somebody and lexicon.NOT_THOSE.search(text):
        return None
    if not somebody and (
        phrase.titles.names_any(text) or any(re.search(pattern, text) for pattern, _ in MODE.questions)
    ):
        return None  # who works together in a kind of class stands in the programs
    asks = phrase.has(lexicon.ASKS) or phrase.has(r"(?<!\d)\d++ ?(?:所|家|间|个)|five|twenty|four")
    conditions = _conditions(phrase, relation)
    if entities and relation and BESIDES.search(phrase.text):
        others = replace(named(tuple(entity.folded for entity in entities)), negated=True)
        return ParsedQuery(Query(RecordKind.PARTNER, (*conditions, others)), Operation.LIST, relation=relation)
    if somebody:
        conditions = [named(tuple(entity.folded for entity in somebody)), *conditions]
        return ParsedQuery(Query(RecordKind.PARTNER, tuple(conditions)), Operation.EXISTS, False, somebody, relation)
    if not (asks or re.fullmatch(lexicon.PARTNERS_ALONE, text)):
        return None
    operation = Operation.COUNT if phrase.has(lexicon.COUNT) else Operation.LIST
    return ParsedQuery(Query(RecordKind.PARTNER, tuple(conditions)), operation, False, (), relation)


def _conditions(phrase: Phrase, relation: Relation | None) -> list[Condition]:
    conditions: list[Condition] = []
    if relation:
        conditions.append(Condition(Field.RELATION, Operator.INCLUDES, relation))
        for pattern in (lexicon.SIGNED, lexicon.PLAQUE, lexicon.PRESENTED):
            phrase.take(pattern)
    schools, firms = phrase.has(SCHOOLS), phrase.has(FIRMS)
    if schools != firms:
        kind = PartnerKind.SCHOOL if schools else PartnerKind.ENTERPRISE
        conditions.append(Condition(Field.PARTNER_KIND, Operator.IS, kind))
    return conditions


def _name(somebody: re.Match[str] | None) -> str:
    """The name in a match of ``SOMEBODY`` or ``DID_JOIN``; none where it names a kind of people, or only asks."""
    name = (somebody["zh"] or somebody["en"] or "").strip() if somebody else ""
    return "" if len(name) < 2 or (NOBODY.search(name) and not A_SCHOOL.fullmatch(name)) else name


def _unknown(text: str, relation: Relation | None) -> tuple[Entity, ...]:
    """Somebody of whom nothing is recorded: 华为签约了吗, did Huawei sign?"""
    if relation is None or not re.search(YES_OR_NO, text):
        somebody = DID_JOIN.match(text)
    else:
        pattern = {Relation.SIGNED: lexicon.SIGNED, Relation.PLAQUE_MEMBER: lexicon.PLAQUE}.get(
            relation, lexicon.PRESENTED
        )
        signing = re.search(pattern, text)
        before = text[: signing.start()].replace(GAP, " ").strip() if signing else ""
        before = WITH_DISTRICT.sub("", before)
        somebody = SOMEBODY.match(before)
    name = _name(somebody)
    if not name:
        return ()
    shown = name.title() if name.isascii() else name
    return (Entity(shown, fold(name), (), None, bool(re.search(SCHOOLS, name))),)
