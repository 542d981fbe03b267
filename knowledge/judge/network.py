"""The matching reader: from the states of a question's and a passage's tokens to whether, and where, it answers.

Both are read apart by the lower layers of a pretrained encoder (``knowledge/embedding/e5.py``), the passage when it is
ingested; only what compares them is learned here, and only that runs for each pair.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from knowledge.judge.common_runs import MEASURES

WIDTH, INNER, HEADS, WIDE = 384, 128, 4, 256
AROUND = 15  # tokens over which likeness is averaged: about a clause
ABSENT = -1e4  # in place of minus infinity, which half precision and empty rows do not bear


class ReadTexts(NamedTuple):
    """The questions, or the passages, of some pairs.

    ``states`` (pairs, tokens, 384); ``there`` (pairs, tokens), which of the tokens are read; ``common`` (pairs, tokens,
    ``MEASURES``), what each has in common with the other text.
    """

    states: Tensor
    there: Tensor
    common: Tensor


class Reading(NamedTuple):
    """What the network says of some pairs: ``answers`` (pairs,) and for each token of the passage ``where`` (pairs,
    tokens), both logits.
    """

    answers: Tensor
    where: Tensor


class MatchingReader(nn.Module):
    """States in, a ``Reading`` out. Learned by ``python -m knowledge.training judge``."""

    middle: Tensor

    def __init__(self, dropout: float = 0.0) -> None:
        super().__init__()
        self.register_buffer("middle", torch.zeros(WIDTH))  # the mean state, which says nothing of a text
        self.narrow = nn.Linear(WIDTH, INNER)
        self.narrow_norm = nn.LayerNorm(INNER)
        self.asks, self.says = nn.Linear(INNER, INNER), nn.Linear(INNER, INNER)  # compared head by head
        self.tells = nn.Linear(INNER, 1)  # how much a token of the question counts
        self.sharp = nn.Parameter(torch.tensor(8.0))
        self.passage_in = nn.Linear(4 * INNER + 4 + MEASURES, INNER)
        self.near = nn.Conv1d(INNER, INNER, 5, padding=2)
        self.passage_layer = _layer()
        self.question_in = nn.Linear(3 * INNER + 2 + MEASURES, INNER)
        self.question_layer = _layer()
        self.met = nn.Linear(INNER, 1)  # whether a token of the question is met
        self.where = nn.Linear(INNER, 1)
        self.dropped = dropout  # the share of tokens that are left out while it learns
        self.joined = nn.Sequential(
            nn.Linear(4 * INNER + 10, INNER), nn.GELU(), nn.Dropout(dropout), nn.Linear(INNER, 1)
        )

    def forward(self, questions: ReadTexts, passages: ReadTexts) -> Reading:
        """What each of ``passages`` is to the question beside it."""
        asked, said = questions.there, passages.there
        question, passage = questions.states - self.middle, passages.states - self.middle
        unit_q, unit_p = functional.normalize(question, dim=-1), functional.normalize(passage, dim=-1)
        both = said[:, :, None] & asked[:, None, :]
        alike = (unit_p @ unit_q.transpose(1, 2)).masked_fill(~both, -1.0)  # (pairs, said, asked)
        small_q = self._some(self.narrow_norm(self.narrow(question)))
        small_p = self._some(self.narrow_norm(self.narrow(passage)))
        weight = functional.softmax(self.tells(small_q)[..., 0].masked_fill(~asked, ABSENT), dim=-1)
        to_q, to_p = self._attended(small_q, small_p, alike, both)
        closest_p, closest_q = alike.max(dim=2).values, alike.max(dim=1).values
        closest_p = closest_p * said
        around = functional.avg_pool1d(closest_p[:, None], AROUND, 1, AROUND // 2)[:, 0]
        weighted = (alike.clamp(min=0) * weight[:, None, :]).sum(dim=2)
        measures_p = torch.cat(
            [torch.stack([closest_p, around, weighted, said.float()], dim=2), passages.common], dim=2
        )
        own = self._passage(small_p, to_q, measures_p, said)
        measures_q = torch.cat([torch.stack([closest_q, weight], dim=2), questions.common], dim=2)
        asking = self._question(small_q, to_p, measures_q, asked)
        run, whole = questions.common.unbind(dim=2)
        where = self.where(own)[..., 0].masked_fill(~said, ABSENT)
        met = self.met(asking)[..., 0]
        pooled = torch.cat(
            [
                own.masked_fill(~said[..., None], ABSENT).max(dim=1).values,
                _mean(own, said),
                asking.masked_fill(~asked[..., None], ABSENT).max(dim=1).values,
                _mean(asking, asked),
                torch.stack(
                    [
                        (met * weight).sum(dim=1),
                        met.masked_fill(~asked, -ABSENT).min(dim=1).values,
                        (closest_q.clamp(min=0) * weight).sum(dim=1),
                        closest_q.masked_fill(~asked, 2.0).min(dim=1).values,
                        around.max(dim=1).values,
                        where.max(dim=1).values,
                        (run * weight).sum(dim=1),
                        (whole * weight).sum(dim=1),
                        run.masked_fill(~asked, 0.0).max(dim=1).values,
                        asked.sum(dim=1).float().log(),
                    ],
                    dim=1,
                ),
            ],
            dim=1,
        )
        return Reading(self.joined(pooled)[..., 0], where)

    def _some(self, values: Tensor) -> Tensor:
        """While it learns, ``values`` (pairs, tokens, 128) without some tokens, so that none is relied on alone."""
        if not self.training or not self.dropped:
            return values
        return values * (torch.rand(values.shape[:2]) >= self.dropped)[..., None]

    def _attended(self, question: Tensor, passage: Tensor, alike: Tensor, both: Tensor) -> tuple[Tensor, Tensor]:
        """Each token of the passage as the question's tokens that fit it, and the reverse."""
        pairs = question.shape[0]
        asks = self.asks(question).view(pairs, -1, HEADS, INNER // HEADS).transpose(1, 2)
        says = self.says(passage).view(pairs, -1, HEADS, INNER // HEADS).transpose(1, 2)
        fit = says @ asks.transpose(2, 3) / (INNER // HEADS) ** 0.5 + self.sharp * alike[:, None]
        fit = fit.masked_fill(~both[:, None], ABSENT)
        split_q = question.view(pairs, -1, HEADS, INNER // HEADS).transpose(1, 2)
        split_p = passage.view(pairs, -1, HEADS, INNER // HEADS).transpose(1, 2)
        to_q = (fit.softmax(dim=3) @ split_q).transpose(1, 2).flatten(2)
        to_p = (fit.softmax(dim=2).transpose(2, 3) @ split_p).transpose(1, 2).flatten(2)
        return to_q, to_p

    def _passage(self, own: Tensor, aligned: Tensor, measures: Tensor, said: Tensor) -> Tensor:
        values = torch.cat([own, aligned, own * aligned, (own - aligned).abs(), measures], dim=2)
        hidden = functional.gelu(self.passage_in(values)) * said[..., None]
        hidden = hidden + functional.gelu(self.near(hidden.transpose(1, 2)).transpose(1, 2))
        out: Tensor = self.passage_layer(hidden, src_key_padding_mask=~said)
        return out * said[..., None]

    def _question(self, own: Tensor, aligned: Tensor, measures: Tensor, asked: Tensor) -> Tensor:
        hidden = functional.gelu(self.question_in(torch.cat([own, aligned, own * aligned, measures], dim=2)))
        out: Tensor = self.question_layer(hidden, src_key_padding_mask=~asked)
        return out * asked[..., None]


def _layer() -> nn.TransformerEncoderLayer:
    return nn.TransformerEncoderLayer(INNER, HEADS, WIDE, 0.0, activation="gelu", batch_first=True, norm_first=True)


def _mean(values: Tensor, there: Tensor) -> Tensor:
    return (values * there[..., None]).sum(dim=1) / there.sum(dim=1, keepdim=True).clamp(min=1)
