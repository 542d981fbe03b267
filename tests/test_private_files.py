"""Whatever the umask and whatever stood there: data is its owner's alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import yaml

from knowledge import store
from knowledge.private_files import keep_private
from knowledge.settings import KnowledgeSettings, load
from tests.telegram_bots import ROOT


def open_to_others(folder: Path) -> list[str]:
    """What in and below ``folder`` others may read, write or enter."""
    paths = [folder, *folder.rglob("*")]
    return [str(path) for path in paths if not path.is_symlink() and path.stat().st_mode & 0o077]


def test_an_old_data_folder_is_closed_and_new_files_are_made_closed_under_any_umask(tmp_path: Path) -> None:
    config, data = tmp_path / "config.yaml", tmp_path / "data"
    config.write_text(yaml.safe_dump({"documents": "documents"}))
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "places.md").write_text("# 办事地点\n\n## 窗口\n\n报名窗口设在三楼大厅。\n")
    (data / "editions" / "5" / "chroma").mkdir(parents=True)
    for name in ("editions/5/chroma/data.bin", "editions/refresh.lock", "errors.log", "assistant.db-journal"):
        (data / name).write_text("")
    (data / "link").symlink_to(config)
    for path in (data, *data.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o777 if path.is_dir() else 0o666)
    store.upgrade(f"sqlite:///{data}/assistant.db")
    assert len(open_to_others(data)) > 7
    before = (tmp_path.stat().st_mode, config.stat().st_mode)
    line = [sys.executable, "ingest.py", "--config", str(config)]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=300, umask=0)
    assert done.returncode == 0, done.stderr
    assert len(list((data / "editions" / "1").rglob("*"))) > 5
    assert open_to_others(data) == []
    assert before == (tmp_path.stat().st_mode, config.stat().st_mode), "nothing else was touched"


def test_a_folder_that_holds_other_things_too_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(
        yaml.safe_dump({"database": {"url": "sqlite:///assistant.db"}, "index": {"path": "editions"}})
    )
    (tmp_path / "documents").mkdir()
    for name in ("assistant.db", "assistant.db-wal", "notes.txt"):
        (tmp_path / name).write_text("")
        (tmp_path / name).chmod(0o644)
    (tmp_path / "editions").mkdir(mode=0o755)
    tmp_path.chmod(0o755)
    umask = os.umask(0o022)
    try:
        keep_private(load(tmp_path / "config.yaml", KnowledgeSettings))
        (tmp_path / "editions" / "new").write_text("")
    finally:
        os.umask(umask)
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path, *tmp_path.rglob("*"))}
    assert modes.pop(tmp_path.name) == 0o755 and modes.pop("notes.txt") == 0o644
    assert modes.pop("documents") == 0o755 and modes.pop("config.yaml") == 0o644
    assert set(modes.values()) == {0o600, 0o700}
