"""What staff's pages need beyond the bot's database: the settings, the model that groups questions, the health."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

from bot.settings import Settings
from bot.staff_settings import StaffSettings
from bot.telegram.monitoring.metrics import OK
from knowledge.editions.building.context import BuildContext

if TYPE_CHECKING:
    from knowledge.embedding.embedder import Embedder


@dataclass(frozen=True)
class StaffDesk:
    """``embedder``: the model that the assistant has loaded; ``problems``: what /health says is wrong, by component."""

    settings: Settings
    embedder: Callable[[], Embedder]
    problems: Callable[[], Mapping[str, str]]

    @property
    def staff(self) -> StaffSettings:
        """Who may do what."""
        return self.settings.telegram.staff

    @cached_property
    def context(self) -> BuildContext:
        """The knowledge base as ``ingest.py`` opens it; nothing here changes it."""
        return BuildContext(self.settings)


def desk_of(
    settings: Settings, embedder: Callable[[], Embedder] | None, checks: Callable[[], Mapping[str, str]]
) -> StaffDesk:
    """The desk of a bot; ``embedder``: None: the configured model is loaded when a page needs it; ``checks``: what
    /health says of each component.
    """
    model = embedder or cache(lambda: _loaded(settings))
    return StaffDesk(settings, model, lambda: {name: said for name, said in checks().items() if said != OK})


def _loaded(settings: Settings) -> Embedder:
    from knowledge.embedding.embedder import load_embedder

    return load_embedder(settings.embedding)
