"""Two questions in one message are answered one after the other."""

from __future__ import annotations

import re

from bot.understanding.question import width
from knowledge.text.language import HAN
from knowledge.text.question_types import expected

ASKS = (
    r"什么时候|何时|几时|谁|哪|多少|几[个所家间天年月种项级倍]|怎么|怎样|如何|为什么|多久|什么"
    r"|\b(?:what|which|who|when|where|why|how)\b"
)
END = re.compile(
    r"(?<=[?？])|[；;。]|[，, ](?=(?:另外|还有|再问|顺便问|以及)[^，,]{4})"
    rf"|(?<=.)[，,](?=[^，,]*(?:{ASKS}))"
    r"|,? (?=(?:and also|also|and) (?:what|which|how|when|who|where|can|do|does|is|are)\b)"
)
MOST = 3
WIDEST = 400  # see ``width``; each part of a message is read and searched by itself, and what is longer is a story
SHORTEST = 4  # characters of Chinese, or words of English


def parts_of(question: str) -> tuple[str, ...]:
    """The questions in ``question``, in order; one when it is one."""
    if width(question) > WIDEST:
        return (question,)
    pieces = [piece.strip(" ，,。") for piece in END.split(question) if piece and piece.strip(" ，,。?？!！")]
    asking = [piece for piece in pieces if re.search(ASKS, piece.lower()) or (expected(piece) and _long_enough(piece))]
    return tuple(asking) if 1 < len(asking) <= MOST and len(asking) == len(pieces) else (question,)


def _long_enough(piece: str) -> bool:
    return len(HAN.findall(piece)) >= SHORTEST or len(re.findall(r"[A-Za-z]+", piece)) >= SHORTEST
