"""What ``preview`` says of answers: the edition to come is built where nobody sees it, asked, and thrown away."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from knowledge.editions.building.builder_process import BuilderProcess
from knowledge.editions.building.context import BuildContext
from knowledge.editions.building.index_builder import Content, build_edition, earlier_index_of, embed_missing
from knowledge.ingestion.consequences.changes import Consequences
from knowledge.ingestion.consequences.check import AnswerCheck
from knowledge.ingestion.consequences.check_table import read_check_table
from knowledge.ingestion.consequences.checking import Checking
from knowledge.ingestion.plan import Prepared, planned_edition
from knowledge.store.editions import newest_number


def foresee(context: BuildContext, prepared: Prepared, checking: Checking) -> Consequences | None:
    """What publishing ``prepared`` would do to answers; None where nothing is asked, changes, or was live before.

    What it embeds and what the live edition answers is kept for the refresh. Raises ``IngestionError``.
    """
    table = read_check_table(context.settings.documents)
    live, collected = prepared.diff.live, prepared.collected
    holds = collected.documents or collected.table_sources
    if not (table.questions and prepared.plan.changes and live and holds):
        return None
    with TemporaryDirectory(prefix="huadu-preview-") as folder, BuilderProcess() as builder:
        elsewhere = _elsewhere(context, Path(folder))
        with context.engine.connect() as connection:
            number = newest_number(connection) + 1
        embed_missing(context, prepared.texts, number)
        edition = replace(planned_edition(context, prepared, number), collection=None)
        earlier = earlier_index_of(context, live)
        content = Content(collected.documents, collected.chunks, prepared.texts, earlier)
        build_edition(elsewhere, builder, edition, content, upload=False)
        check = AnswerCheck(context, checking.asker(), table)
        return check.of_next(prepared, edition, content, elsewhere).consequences


def _elsewhere(context: BuildContext, folder: Path) -> BuildContext:
    """The same database and model, another folder for editions, and no server."""
    index = context.settings.index.model_copy(update={"path": folder, "url": None})
    settings = context.settings.model_copy(update={"index": index})
    other = BuildContext(settings, context.progress, context.embedder)
    other.engine = context.engine
    return other
