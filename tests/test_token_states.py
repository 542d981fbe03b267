"""What the judge reads of passages is made when they are ingested, and copied for texts that were there before."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge.index.encoding.token_states import SCALES, STATES, TokenStates, write_states
from knowledge.judge.judge import EncodedText, judge

TEXTS = ["试用期\n试用期不得超过六个月。", "Wages are paid every month.", "", "产假九十八天。"]


def folder(tmp_path: Path, name: str) -> Path:
    made = tmp_path / name
    made.mkdir()
    return made


def test_states_are_kept_in_a_quarter_of_the_room_and_judged_alike(tmp_path: Path) -> None:
    write_states(tmp_path, TEXTS, judge())
    kept = TokenStates(tmp_path)
    exact = judge().encoded(TEXTS)
    (question,) = judge().encoded(["试用期最长多久"], question=True)
    for index, text in enumerate(exact):
        assert kept.of(index).shape == text.states.shape
        assert np.linalg.norm(kept.of(index) - text.states) < 0.03 * np.linalg.norm(text.states)
    stored = [EncodedText(text.text, kept.of(index), text.places) for index, text in enumerate(exact)]
    for one, other in zip(judge()(question, exact), judge()(question, stored), strict=True):
        assert abs(one.probability - other.probability) < 0.05
    assert (tmp_path / STATES).stat().st_size == sum(text.states.size for text in exact)


def test_only_texts_that_are_new_are_read_again(tmp_path: Path) -> None:
    before, after = folder(tmp_path, "before"), folder(tmp_path, "after")
    write_states(before, TEXTS[:2], judge())
    marked = np.memmap(before / STATES, np.int8, "r+")
    marked[:] = 7  # to be seen again in what was copied
    marked.flush()
    write_states(after, [TEXTS[3], TEXTS[1]], judge(), before)
    copied = TokenStates(after)
    rows, _ = copied.packed(1)
    assert (rows == 7).all()
    assert np.allclose(copied.of(0), judge().states([TEXTS[3]])[0], atol=0.1)


def test_no_text_and_a_cut_file(tmp_path: Path) -> None:
    write_states(tmp_path, [], judge())
    assert TokenStates(tmp_path).keys == ()
    write_states(tmp_path, TEXTS, judge())
    (tmp_path / STATES).write_bytes((tmp_path / STATES).read_bytes()[:-384])
    with pytest.raises(ValueError, match=rf"{STATES} has \d+ tokens, {SCALES} \d+"):
        TokenStates(tmp_path)
