"""How numbers are parted when people write them: how many digits each group has."""

from __future__ import annotations

MOBILE = frozenset(
    [(11,), (3, 4, 4), (3, 8), (7, 4), (3, 3, 5), (4, 4, 3), (5, 6), (4, 7), (3, 4, 2, 2), (3, 2, 3, 3), (3, 3, 3, 2),
     (3, 2, 2, 2, 2), (1,) * 11]
)  # fmt: skip
STRICT_MOBILE = frozenset([(11,), (3, 4, 4), (3, 8), (3, 3, 5), (1,) * 11])  # where commas or strokes part the groups
LOCAL = frozenset([(7,), (8,), (4, 4), (3, 4), (4, 2, 2), (1,) * 7, (1,) * 8])
LANDLINE = frozenset([(3, 8), (3, 4, 4), (4, 7), (4, 8), (4, 3, 4), (4, 4, 4), (3, 7)])
ABROAD = frozenset([(3, 8), (3, 4, 4), (4, 3, 3), (3, 3, 4), (4, 6)])
IDENTITY = frozenset(
    [(6, 8, 4), (6, 4, 4, 4), (6, 12), (14, 4), (6, 6, 6), (4, 4, 4, 4, 2), (3, 3, 4, 4, 4), (6, 4, 2, 2, 4)]
)
IDENTITY |= frozenset((*shape[:-1], shape[-1] - 1) for shape in IDENTITY)  # the last character may be an X
_KNOWN = MOBILE | LOCAL | LANDLINE | ABROAD | IDENTITY
_PREFIXES = frozenset(["86", "086", "0"])
_IDENTITY_LENGTH = 18


def plausible(first: str, shape: tuple[int, ...]) -> bool:
    """Whether groups of these sizes, the first being ``first``, may be one number that no words announce.

    Quick, as it is asked of all neighbouring groups in a text.
    """
    if len(shape) == 1 or shape in _KNOWN or (shape[1:] in _KNOWN and first in _PREFIXES) or first.startswith("00"):
        return True
    return is_card(shape) or sum(shape) == _IDENTITY_LENGTH


def is_card(shape: tuple[int, ...]) -> bool:
    """Whether a bank card is parted like that: fours and a rest, or six and a rest."""
    return (len(shape) > 3 and set(shape[:-1]) == {4}) or (len(shape) == 2 and shape[0] == 6)
