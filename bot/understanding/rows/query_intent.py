"""A question to a typed query, or None when it is not for rows. Deterministic; nothing said is silently left out."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from bot.understanding import lexicon
from bot.understanding.parsed_query import AmbiguousName, ParsedQuery
from bot.understanding.rows.follow_ups import continued_by
from bot.understanding.rows.partner_queries import (
    SOME_SCHOOLS,
    asks_partners,
    in_another_year,
    members_meant,
    partners_asked,
    relation_in,
)
from bot.understanding.rows.procedure_queries import procedures_asked
from bot.understanding.rows.row_parser import rows_asked
from bot.understanding.slots.facets import conditions_of
from bot.understanding.spans import GAP, Phrase, plain
from knowledge.entities.directory import Directory
from knowledge.tables import Query
from knowledge.tables.records import RecordKind

CLAUSES = re.compile(
    r"[?!。;\n,，、]|\.(?=\s|$)|(?<=[^\d])\s(?:and|also|but)\s(?=(?:what|which|how|can|is|are|do|does|who|when)\b)|另外|还有(?=.{2})|以及(?=.{4})"
)
NOTHING = f"{GAP} ?!.。"  # what may stand beside a name of which nothing is said
BRIEF = 14  # characters; so short a text may ask without a verb: 预备技师班
LEANING = 60  # characters
LONGEST = 300  # characters; a longer text is a story, not a question to a table


def understand(
    question: str, directory: Directory, day: date, before: Query | None = None
) -> ParsedQuery | AmbiguousName | None:
    """What ``question`` asks of the rows, ``before`` being the query of the list shown last; None: ask documents."""
    text = directory.home.neutral(plain(question))
    if not text or len(text) > LONGEST:
        return None
    if before and _leans(text) and (continued := continued_by(text, directory, day, before)):
        return continued
    if procedures := procedures_asked(text, directory):
        return procedures
    clauses = [clause.strip() for clause in CLAUSES.split(text) if clause and clause.strip()]
    documents = [clause for clause in clauses if _for_documents(clause)]
    if documents:
        return _half(clauses, documents, directory, day)
    return (
        _clause(text, directory, day)
        or _one_of(clauses, directory, day)
        or _clause(text, directory, day, brief=len(text) <= BRIEF)
    )


def _leans(text: str) -> bool:
    """Whether a short question says too little to stand without the one before it."""
    if len(text) > LEANING or lexicon.POLICY.search(text):
        return False
    rest = re.sub("|".join(lexicon.FIELDS_OF.values()), "", text)
    strong = any(re.search(pattern, rest) for pattern in lexicon.STRONG.values())
    return bool(re.search(lexicon.GOES_ON, text)) or not strong


def _one_of(clauses: list[str], directory: Directory, day: date) -> ParsedQuery | AmbiguousName | None:
    """The one clause that asks something; what the others say of it narrows it, the rest is a story."""
    asking = [clause for clause in clauses if re.search(lexicon.PLAINLY, clause)]
    if len(clauses) < 2 or len(asking) != 1:
        return None
    parsed = _clause(asking[0], directory, day)
    if not isinstance(parsed, ParsedQuery) or parsed.query.kind is RecordKind.PARTNER:
        return parsed
    query = parsed.query
    for clause in clauses:
        conditions = [] if clause == asking[0] else conditions_of(query.kind, Phrase.of(clause, directory), day)
        if conditions is None:
            return None
        query = query.with_conditions(*conditions)
    return replace(parsed, query=query)


def _for_documents(clause: str) -> bool:
    if lexicon.POLICY.search(clause) or lexicon.HOW.search(clause):
        return True
    # In Cantonese 邊個 is both who and which: 學費最平嘅課程係邊個.
    which = lexicon.MOST.search(clause) and any(re.search(noun, clause) for noun in lexicon.STRONG.values())
    return bool(lexicon.WHO.search(clause)) and relation_in(clause) is None and not which


def _half(
    clauses: list[str], documents: list[str], directory: Directory, day: date
) -> ParsedQuery | AmbiguousName | None:
    """The half of a question that rows answer, if it stands on its own beside one for documents."""
    for clause in clauses:
        if clause in documents or not re.search(lexicon.HALF, clause):
            continue
        parsed = _clause(clause, directory, day)
        plainly = re.search(lexicon.PLAINLY, clause)
        if isinstance(parsed, ParsedQuery) and (plainly or parsed.query.conditions):
            return replace(parsed, complete=False)
        if isinstance(parsed, AmbiguousName):
            return parsed
    return None


def _clause(text: str, directory: Directory, day: date, *, brief: bool = False) -> ParsedQuery | AmbiguousName | None:
    if ambiguous := _ambiguous(text, directory):
        return ambiguous
    phrase = Phrase.of(text, directory)
    entities = phrase.take_names(directory, alone=asks_partners(text))
    if not entities and (members := members_meant(text, directory)):
        phrase.take(lexicon.SIGNED)
        phrase.take(SOME_SCHOOLS)
        return rows_asked(phrase, text, members, day, directory.english)
    if asks_partners(text) and in_another_year(text, directory):
        return None
    if asks_partners(text) and (partners := partners_asked(phrase, text, entities)):
        return partners
    return rows_asked(phrase, text, entities, day, directory.english, brief=brief)


def _ambiguous(text: str, directory: Directory) -> AmbiguousName | None:
    match = directory.ambiguous(text, alone=asks_partners(text) or len(text) <= BRIEF)
    if not match:
        return None
    ambiguous, written = match
    left = text.replace(written, GAP)
    relevant = (
        asks_partners(text)
        or not left.strip(NOTHING)
        or any(re.search(pattern, left) for pattern in (*lexicon.STRONG.values(), *lexicon.WEAK.values()))
    )
    if not relevant:
        return None
    pairs = ((name, text.replace(written, plain(name), 1) if name else "") for name in ambiguous.names)
    return AmbiguousName(written.strip(), tuple(pairs))
