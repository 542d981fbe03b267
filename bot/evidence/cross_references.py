"""Articles that a quoted article of law refers to: "in the cases of Article 42 of this Law" answers only with them.

Only within one text: which version of another law is meant nobody can tell from its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.index.section_lookup import article_number
from knowledge.models import Passage
from knowledge.text.numerals import RUN, chinese_number

MENTION = re.compile(
    rf"(?P<other>》|《[^》《]*+》)?第(?P<chinese>{RUN})条|(?P<before>前条)"
    r"|\barticles? (?P<english>\d{1,4})\b(?P<elsewhere> of (?!this\b)(?:the )?[a-z]+)?"
    r"|\b(?P<preceding>preceding article)\b",
    re.IGNORECASE,
)
JOINING = re.compile(r"[、，,\s]*+(?:和|或者|或|至|and|or|to)?[、，,\s]*+")  # "Articles 39 and 40 of the other law"


def referred_articles(passage: Passage, text: str) -> tuple[int, ...]:
    """Numbers of other articles of the same law that ``text``, a part of the article ``passage``, refers to."""
    own = article_number(passage.chunk.path)
    if own is None:
        return ()
    return tuple(number for number in dict.fromkeys(_mentioned(text, own)) if number != own and number > 0)


def _mentioned(text: str, own: int) -> Iterator[int]:
    end_of_other = -1  # where the last mention of another law's article ended
    for match in MENTION.finditer(text):
        if match["before"] or match["preceding"]:
            yield own - 1
            continue
        continued = end_of_other >= 0 and JOINING.fullmatch(text[end_of_other : match.start()])
        if match["other"] or match["elsewhere"] or continued:
            end_of_other = match.end()
            continue
        yield int(match["english"]) if match["english"] else chinese_number(match["chinese"])
