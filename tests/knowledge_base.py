"""A small knowledge base in a temporary folder, refreshed for real."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import yaml

import ingest
from knowledge.editions.building.context import BuildContext
from knowledge.editions.edition_files import damage, edition_folder
from knowledge.embedding.embedder import Embedder
from knowledge.ingestion.outcome import RefreshOutcome
from knowledge.ingestion.plan import Plan, preview
from knowledge.ingestion.refresh import refresh, rollback
from knowledge.ingestion.status import IngestionStatus, status
from knowledge.settings import KnowledgeSettings, load

ROOT = Path(__file__).parents[1]
ENVIRONMENT = {**os.environ, "PYTHONUNBUFFERED": "1", "HF_HUB_OFFLINE": "1", "LC_ALL": "C.UTF-8"}


class KnowledgeBase:
    """A documents folder, a configuration, and the commands on them: in this process, or as staff run them."""

    def __init__(self, folder: Path, embedder: Embedder | None = None, **changes: object) -> None:
        self.folder, self._embedder = folder, embedder
        self.documents = folder / "documents"
        self.documents.mkdir(parents=True, exist_ok=True)
        self.configure(**changes)

    def copy(self, folder: Path) -> KnowledgeBase:
        """The same base in another folder, what it has published included."""
        shutil.copytree(self.folder, folder)
        return KnowledgeBase(folder, self._embedder)

    def configure(self, **changes: object) -> None:
        """Write the configuration: paths of this folder and ``changes``."""
        self.config = self.folder / "config.yaml"
        self.config.write_text(yaml.safe_dump(changes, allow_unicode=True), encoding="utf-8")

    @property
    def settings(self) -> KnowledgeSettings:
        return load(self.config, KnowledgeSettings)

    def context(self) -> BuildContext:
        return BuildContext(self.settings, embedder=self._embedder)

    def write(self, source: str, *paragraphs: str, title: str | None = None) -> None:
        """A Markdown document with a section for each paragraph."""
        sections = [f"## 第{context}部分\n\n{text}\n" for context, text in enumerate(paragraphs, start=1)]
        path = self.documents / source
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([f"# {title or path.stem}\n", *sections]), encoding="utf-8")

    def remove(self, source: str) -> None:
        (self.documents / source).unlink()

    def refresh(self, *, again: bool = False) -> RefreshOutcome:
        return refresh(self.context(), again=again)

    def rollback(self) -> int:
        return rollback(self.context())[0].number

    def preview(self) -> Plan:
        return preview(self.context()).plan

    def status(self) -> IngestionStatus:
        return status(self.context())

    def index(self, number: int) -> Path:
        return edition_folder(self.settings.index.path, number)

    def is_whole(self, number: int) -> bool:
        return not damage(self.index(number))

    def folders(self) -> list[str]:
        return sorted(path.name for path in self.settings.index.path.iterdir() if path.is_dir())

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """``python ingest.py`` in a process of its own."""
        return subprocess.Popen(
            self._command(arguments),
            cwd=self.folder,
            env=ENVIRONMENT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,  # a process group of its own, as a terminal gives
        )

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """``python ingest.py``, run to its end."""
        return subprocess.run(
            self._command(arguments), cwd=self.folder, env=ENVIRONMENT, capture_output=True, text=True, timeout=300
        )

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The same as ``run`` in this process, which has the libraries loaded."""
        said, errors = io.StringIO(), io.StringIO()
        before, handler = sys.argv, signal.getsignal(signal.SIGINT)
        sys.argv = ["ingest.py", *arguments]
        try:
            with contextlib.chdir(self.folder), contextlib.redirect_stdout(said), contextlib.redirect_stderr(errors):
                code = ingest.run()
        finally:
            sys.argv = before
            signal.signal(signal.SIGINT, handler)
        return subprocess.CompletedProcess(["ingest.py", *arguments], code, said.getvalue(), errors.getvalue())

    def _command(self, arguments: Sequence[str]) -> list[str]:
        return [sys.executable, str(ROOT / "ingest.py"), *arguments]
