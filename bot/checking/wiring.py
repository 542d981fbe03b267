"""How ``ingest.py`` gets the assistant that it asks: light to import, since most refreshes ask nothing."""

from __future__ import annotations

from pathlib import Path

from knowledge.ingestion.consequences.checking import Asker, Checking


def checking_of(config: Path, *, accept_worse: bool = False) -> Checking:
    """Checking by the assistant of a configuration, which is loaded once there is something to ask."""

    def asker() -> Asker:
        from bot.checking.assistant_asker import assistant_asker

        return assistant_asker(config)

    return Checking(asker, accept_worse)
