"""Two thousand files: reading them, going on after a stop without reading again, publishing; seconds and memory."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import yaml

from benchmarks.child_processes import ROOT, python

FILES = 2_000
TABLES = 20  # of them, with ROWS rows each
ROWS = 50
HEADER = "企业名称,岗位名称,招聘人数,薪资待遇(元/月),工作地点,截止日期,发布日期"


def run() -> Iterator[dict[str, object]]:
    """Figures of a first look at the folder, of a second one, of the refresh after them, and of an unchanged one."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write(folder / "documents")
        (folder / "config.yaml").write_text(yaml.safe_dump({"documents": "documents"}), encoding="utf-8")
        for what, arguments in (
            ("preview: all is read", ("preview",)),
            ("preview again: nothing is read", ("preview",)),
            ("refresh: what was read is taken, embedded, published", ()),
            ("unchanged refresh", ()),
        ):
            ran = python(folder, [str(ROOT / "ingest.py"), *arguments, "--json"])
            values = json.loads(ran.output)
            plan = values if arguments else values["plan"] or {}
            yield {
                "what": what,
                "files": FILES,
                "chunks": (plan.get("chunks") or {}).get("new", 0),
                "seconds": ran.seconds,
                "peak memory MiB": ran.peak,
            }


def _write(folder: Path) -> None:
    folder.mkdir()
    for number in range(FILES - TABLES):
        text = f"# 办事指南{number:04}\n\n## 办理条件\n\n第{number}项业务须由本人申请，材料齐全的当场受理。\n"
        (folder / f"{number:04}.md").write_text(text, encoding="utf-8")
    for number in range(TABLES):
        rows = (
            f"示例企业{number:02},岗位{row:03},{row + 1},4500-6000,花都区,2030-06-30,2026-09-01" for row in range(ROWS)
        )
        (folder / f"openings-{number:02}.csv").write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
