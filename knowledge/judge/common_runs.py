"""What a question and a passage have in common to the letter: a term exchanged for its neighbour is not met as a whole.

States of a pretrained encoder put 陪产假 next to 产假; the characters tell them apart, in words that nobody has listed.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from knowledge.text.language import simplified

MEASURES = 2  # of each token
MOST_ASKED, MOST_SAID = 300, 2_000  # characters that are compared
Matrix = np.ndarray[Any, np.dtype[np.float32]]
Places = np.ndarray[Any, np.dtype[np.int32]]  # of tokens: characters from and to (tokens, 2)
Lengths = np.ndarray[Any, np.dtype[np.int16]]


def common_runs(question: str, asked: Places, passage: str, said: Places) -> tuple[Matrix, Matrix]:
    """The measures of the tokens at ``asked`` of ``question`` and at ``said`` of ``passage``, (tokens, ``MEASURES``):
    how long the longest run common to both texts is that touches the token, and whether one run holds all of it.
    """
    of_question, of_passage = _covering(_letters(question[:MOST_ASKED]), _letters(passage[:MOST_SAID]))
    return _measures(of_question, asked), _measures(of_passage, said)


def _letters(text: str) -> np.ndarray[Any, np.dtype[np.uint32]]:
    """The characters' numbers, in one form; 0 for what is no letter and no digit."""
    folded = simplified(text.lower())
    if len(folded) != len(text):
        folded = "".join(each if len(each) == 1 else "\0" for each in map(str.lower, text))
    numbers = np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).copy()
    numbers[[not each.isalnum() for each in folded]] = 0
    return numbers


def _covering(one: Any, other: Any) -> tuple[Lengths, Lengths]:
    """For each character of either text the length of the longest run common to both that holds it."""
    if not len(one) or not len(other):
        return np.zeros(len(one), np.int16), np.zeros(len(other), np.int16)
    same = (one[:, None] == other[None]) & (one != 0)[:, None]
    lengths = same.astype(np.int16)
    for row in range(1, len(one)):  # the length of the run that ends here
        lengths[row, 1:] += lengths[row - 1, :-1] * same[row, 1:]
    for row in range(len(one) - 2, -1, -1):  # of the whole run
        lengths[row, :-1] = np.where(same[row, :-1] & same[row + 1, 1:], lengths[row + 1, 1:], lengths[row, :-1])
    return lengths.max(axis=1), lengths.max(axis=0)


def _measures(covering: Lengths, tokens: Places) -> Matrix:
    values = np.zeros((len(tokens), MEASURES), dtype=np.float32)
    for row, (start, end) in enumerate(tokens.tolist()):
        own = covering[start:end]
        if len(own):
            values[row] = np.log1p(own.max()) / 2, float(own.min() >= end - start)
    return values
