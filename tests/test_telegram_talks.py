"""Whole conversations show what their transcripts say; ``python -m tests.talks write`` writes them anew."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.talks import Stage, Talk, faults, talks

TALKS = talks()


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with Stage(tmp_path_factory.mktemp("talks")) as made:
        yield made


@pytest.mark.parametrize("talk", TALKS, ids=[talk.path.stem for talk in TALKS])
def test_a_talk_shows_what_its_transcript_says(stage: Stage, talk: Talk) -> None:
    played = stage.played(talk)
    assert played.page == talk.stored
    assert faults(played.lines, talk.script) == []
