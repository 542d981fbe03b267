"""What the judge reads of passages is kept in a quarter of the room, and read as if it were not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge.index.encoding.token_states import SCALES, STATES, TokenStates, packed, write_states
from knowledge.judge.judge import judge

TEXTS = ["试用期\n试用期不得超过六个月。", "Wages are paid every month.", "", "产假九十八天。"]


def test_states_are_kept_in_a_quarter_of_the_room_and_judged_alike(tmp_path: Path) -> None:
    write_states(tmp_path, map(packed, judge().states(TEXTS)))
    kept = TokenStates(tmp_path)
    assert len(kept) == len(TEXTS)
    exact = judge().encoded(TEXTS)
    (question,) = judge().encoded(["试用期最长多久"], question=True)
    for index, text in enumerate(exact):
        assert kept.of(index).shape == text.states.shape
        assert np.linalg.norm(kept.of(index) - text.states) < 0.03 * np.linalg.norm(text.states)
    stored = [judge().with_states(text.text, kept.of(index)) for index, text in enumerate(exact)]
    for one, other in zip(judge()(question, exact), judge()(question, stored), strict=True):
        assert abs(one.probability - other.probability) < 0.05
    assert (tmp_path / STATES).stat().st_size == sum(text.states.size for text in exact)


def test_no_text_and_a_cut_file(tmp_path: Path) -> None:
    write_states(tmp_path, [])
    assert len(TokenStates(tmp_path)) == 0
    write_states(tmp_path, map(packed, judge().states(TEXTS)))
    (tmp_path / STATES).write_bytes((tmp_path / STATES).read_bytes()[:-384])
    with pytest.raises(ValueError, match=rf"{STATES} has \d+ tokens, {SCALES} \d+"):
        TokenStates(tmp_path)
