"""Learns the matching reader: ``python -m knowledge.training judge``."""

from __future__ import annotations

import hashlib
import math
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from knowledge import learned_arrays
from knowledge.embedding.e5 import e5_small
from knowledge.embedding.embedder import load_embedder
from knowledge.evaluation.metrics import area_under_curve
from knowledge.judge.judge import Judge, read
from knowledge.judge.network import ABSENT, MatchingReader
from knowledge.settings import EmbeddingSettings
from knowledge.training.judge.asked_of_all import asked_of_all, found_bundles
from knowledge.training.judge.pair_sources import PUBLIC_SETS, Bundle, beir, own, own_on, squad
from knowledge.training.judge.sampling import Sample, Sampler, Step
from knowledge.training.judge.state_cache import StateCache, texts_in
from knowledge.training.labelled_sets import SUBJECT_TEXTS, index_of_folder, lines_of

RATE, DECAY, LARGEST_SLOPE = 1e-3, 0.02, 1.0
FURTHER = 0.5  # of the rate, for a judge that has learned already
WARM_STEPS = 100
MEAN_OVER = 0.998  # what the mean of the numbers keeps at each step
LEFT_OUT = 0.1  # share of tokens
ORDER, PLACE = 0.5, 0.3  # what the order of right before wrong, and the answer's place, count beside the verdict
OF_ALL = 3  # times that questions of all texts come in a round: few, and most like what people ask
HELD = 6  # one subject in so many is kept for measuring
MEASURED = 400  # pairs of a source that are measured


@dataclass(frozen=True)
class JudgeSources:
    """Where the labelled pairs are: see ``shared/training`` for the layouts. ``kept``: our questions to measure by;
    ``asked``: questions of all texts of the first of the folders ``texts`` together.
    """

    training: Path
    benchmarks: Path
    texts: Sequence[Path]
    questions: Sequence[Path]
    kept: Sequence[Path]
    asked: Sequence[Path] = ()


def train_judge(sources: JudgeSources, out: Path, states: Path, minutes: float, further: Path | None = None) -> None:
    """Learn for ``minutes`` of CPU time, print the area under the curve on subjects left out, write ``out``.

    ``states``: a folder that keeps the texts' states; ``further``: a judge that learns on, at half the rate. Raises
    ``TrainingDataError`` or ``LearnedError``.
    """
    torch.manual_seed(0)
    judge = Judge(MatchingReader(LEFT_OUT), e5_small())
    learned, kept = _divided(list(bundles_of(sources)), [*own(sources.texts, sources.kept)])
    learned += [*_asked_of_all(sources)] * OF_ALL
    cache = StateCache(states, judge)
    questions, passages = texts_in([*learned, *kept])
    cache.fill(questions, question=True)
    cache.fill(passages, question=False)
    network = MatchingReader(LEFT_OUT)
    network.middle.copy_(torch.from_numpy(cache.middle()))
    if further:
        network.load_state_dict(read(further).state_dict())
    sampler = Sampler(learned, cache, judge)
    network = _learn(network, sampler, minutes * 60, RATE * FURTHER if further else RATE)
    for source, area, pairs in measured(network.eval(), Sampler(kept, cache, judge), kept):
        print(f"{source}: AUC {area:.3f} of {pairs} pairs")
    arrays = {name: values.numpy().astype(np.float16) for name, values in network.state_dict().items()}
    print(learned_arrays.write(out, arrays))


def bundles_of(sources: JudgeSources) -> Iterator[Bundle]:
    """All that is learned from. XQuAD's paragraphs that are SQuAD's too are of the same subjects."""
    squad_file = sources.training / "squad2-part" / "questions.jsonl"
    yield from squad(squad_file)
    article_of = {line["passage"][:80]: line["article"] for line in lines_of(squad_file)}
    folders = sorted(path.parent for path in sources.benchmarks.glob("*/corpus.jsonl"))
    for folder in folders:
        english = folder.with_name(f"{folder.name.rsplit('-', 2)[0]}-en-en")
        subjects = {
            line["_id"]: article_of.get(line["text"][:80], f"paragraphs {number // SUBJECT_TEXTS}")
            for number, line in enumerate(lines_of(english / "corpus.jsonl"))
        }
        yield from beir(folder, subjects, folder.name)
    for name, called in PUBLIC_SETS.items():
        yield from beir(sources.training / name, {}, called)
        yield from own_on(sources.training / name, sources.questions, called)
    yield from own(sources.texts, sources.questions)


def _asked_of_all(sources: JudgeSources) -> Iterator[Bundle]:
    if sources.asked:
        index = index_of_folder(sources.texts[0], load_embedder(EmbeddingSettings()))
        yield from found_bundles(index, [each for path in sources.asked for each in asked_of_all(path)])


def _divided(bundles: Sequence[Bundle], kept: Sequence[Bundle]) -> tuple[list[Bundle], list[Bundle]]:
    """What is learned, and what measures: one public subject in ``HELD``, and ``kept``."""
    ours = {bundle.subject for bundle in kept}
    public = [bundle for bundle in bundles if _is_held(bundle)]
    learned = [bundle for bundle in bundles if not _is_held(bundle) and bundle.subject not in ours]
    return learned, [*public, *kept]


def _is_held(bundle: Bundle) -> bool:
    digest = hashlib.sha256(bundle.subject.encode()).digest()
    public = bundle.source.startswith(("squad", "xquad", "cmrc", "lay"))
    return public and int.from_bytes(digest[:4], "big") % HELD == 0


def _learn(network: MatchingReader, sampler: Sampler, seconds: float, rate: float) -> MatchingReader:
    """The mean of the numbers over the last steps, which holds more generally than the last ones."""
    averaged = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(MEAN_OVER))  # type: ignore[no-untyped-call]
    optimiser = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=DECAY)
    start, steps, losses = time.process_time(), 0, []
    while time.process_time() - start < seconds:
        for step in sampler.epoch():
            done = min(1.0, (time.process_time() - start) / seconds)
            for group in optimiser.param_groups:
                group["lr"] = rate * min(1.0, (steps + 1) / WARM_STEPS) * (0.52 + 0.48 * math.cos(math.pi * done))
            loss = loss_of(network.train(), step)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(network.parameters(), LARGEST_SLOPE)
            optimiser.step()
            averaged.update_parameters(network)
            steps += 1
            losses.append(loss.item())
            if steps % 200 == 0:
                print(f"step {steps}, {done:.0%} of the time: loss {np.mean(losses[-200:]):.3f}", flush=True)
            if done >= 1:
                break
    return cast(MatchingReader, averaged.module)


def loss_of(network: MatchingReader, step: Step) -> Tensor:
    """Verdict, both outcomes counting alike; right before wrong where question or passage is shared; the place."""
    reading = network(step.questions, step.passages)
    right = step.answers > 0.5
    shares = torch.where(right, 0.5 / right.sum().clamp(min=1), 0.5 / (~right).sum().clamp(min=1))
    verdict = (
        functional.binary_cross_entropy_with_logits(reading.answers, step.answers, reduction="none") * shares
    ).sum()
    pairs = step.together & right[:, None] & ~right[None]
    behind = functional.softplus(reading.answers[None] - reading.answers[:, None])[pairs]
    known = step.where.any(dim=1)
    place = torch.logsumexp(reading.where[known], 1) - torch.logsumexp(
        reading.where[known].masked_fill(~step.where[known], ABSENT), 1
    )
    return verdict + ORDER * _mean(behind) + PLACE * _mean(place)


def _mean(values: Tensor) -> Tensor:
    return values.mean() if values.numel() else values.sum()


def measured(network: MatchingReader, sampler: Sampler, kept: Sequence[Bundle]) -> Iterator[tuple[str, float, int]]:
    """Source, area under the curve and number of pairs, over the pairs as they were labelled and wrong passages."""
    by_source: dict[str, list[Sample]] = defaultdict(list)
    for source, samples in sampler.labelled(kept):
        by_source[source].extend(samples)
    for source, samples in sorted(by_source.items()):
        chosen = samples[:: max(1, len(samples) // MEASURED)]
        scores: list[float] = []
        with torch.inference_mode():
            for start in range(0, len(chosen), 16):
                step = sampler.step(chosen[start : start + 16], window=False)
                scores += network(step.questions, step.passages).answers.tolist()
        yield source, area_under_curve(scores, [each.answers for each in chosen]), len(chosen)
