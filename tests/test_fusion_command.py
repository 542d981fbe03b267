"""The command that learns the fusion, from labelled sets and laws of its own making to a file that can be used."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from knowledge.index.scoring.fusion import read

ANIMALS = [
    "猫",
    "狗",
    "马",
    "牛",
    "羊",
    "兔子",
    "老虎",
    "狮子",
    "大象",
    "猴子",
    "熊",
    "狐狸",
    "鹿",
    "骆驼",
    "鸭子",
    "鹅",
]
ANIMALS_EN = [
    "cat", "dog", "horse", "cow", "sheep", "rabbit", "tiger", "lion", "elephant", "monkey", "bear", "fox", "deer",
    "camel", "duck", "goose",
]  # fmt: skip
TOPICS = ["工资", "工时", "休假", "保险", "培训", "合同", "安全", "罚款", "加班", "试用", "辞职", "仲裁"]


def _lines(path: Path, rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def _set(folder: Path, texts: list[str], questions: list[str]) -> None:
    _lines(folder / "corpus.jsonl", [{"_id": f"d{at}", "title": "", "text": text} for at, text in enumerate(texts)])
    _lines(folder / "queries.jsonl", [{"_id": f"q{at}", "text": text} for at, text in enumerate(questions)])
    rows = "".join(f"q{at}\td{at}\t1\n" for at in range(len(questions)))
    (folder / "qrels").mkdir()
    (folder / "qrels" / "test.tsv").write_text(f"query-id\tcorpus-id\tscore\n{rows}", encoding="utf-8")


def _documents(folder: Path) -> None:
    """Sections whose texts go without the words of their headings, in both languages."""
    folder.mkdir()
    chinese = "".join(f"## {topic}的事找谁\n\n由{at + 1}号窗口的人负责。\n\n" for at, topic in enumerate(TOPICS))
    english = "".join(
        f"## Who looks after topic {at}\n\nThe people at window {at + 1}.\n\n" for at in range(len(TOPICS))
    )
    (folder / "notes.zh.md").write_text(f"---\ntitle: 说明\nlanguage: zh\n---\n\n{chinese}", encoding="utf-8")
    (folder / "notes.en.md").write_text(
        f"---\ntitle: Notes\nlanguage: en\ntranslation_of: notes.zh.md\n---\n\n{english}", encoding="utf-8"
    )


def test_everything_is_learned_again_by_one_command(tmp_path: Path) -> None:
    chinese = [f"{name}每天吃{at + 2}次东西，晚上睡在第{at + 1}间房里。" for at, name in enumerate(ANIMALS)]
    english = [
        f"The {name} eats {at + 2} times a day and sleeps in room {at + 1}." for at, name in enumerate(ANIMALS_EN)
    ]
    _set(tmp_path / "sets" / "zoo-zh-zh", chinese, [f"{name}一天吃几次？" for name in ANIMALS])
    _set(tmp_path / "sets" / "zoo-zh-en", english, [f"{name}一天吃几次？" for name in ANIMALS])
    _set(tmp_path / "sets" / "zoo-en-en", english, [f"How often does the {name} eat?" for name in ANIMALS_EN])
    numerals = "一二三四五六七八九十"
    articles = [
        f"第{'十' if at > 9 else ''}{numerals[at % 10]}条 关于{topic}的事项由双方约定。"
        for at, topic in enumerate(TOPICS)
    ]
    (tmp_path / "laws").mkdir()
    (tmp_path / "laws" / "办法.md").write_text("# 办法\n\n" + "\n\n".join(articles) + "\n", encoding="utf-8")
    asked = [
        {"question": f"{topic}怎么定？", "law": "办法", "article": article.split(" ")[0], "also": []}
        for topic, article in zip(TOPICS, articles, strict=True)
    ]
    _lines(tmp_path / "questions.jsonl", [dict(each) for each in asked])
    _documents(tmp_path / "documents")
    _lines(
        tmp_path / "sections.jsonl",
        [{"question": f"{topic}归谁管？", "gold": [f"notes|{topic}的事找谁"]} for topic in TOPICS]
        + [{"question": "Who looks after topic 3?", "gold": [f"notes|{TOPICS[3]}"]}],
    )
    out = tmp_path / "fusion.json"
    paths = [str(tmp_path / name) for name in ("sets", "laws", "questions.jsonl")]
    paths += ["--documents", str(tmp_path / "documents"), "--sections", str(tmp_path / "sections.jsonl")]
    command = [sys.executable, "-m", "knowledge.training", "fusion", *paths, "--out", str(out)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, ran.stderr
    learned = read(out)
    assert learned.weights.max() > 0
    assert "zoo-zh-en: 16 questions" in json.loads(out.read_text(encoding="utf-8"))["origin"]
    printed = ran.stdout.splitlines()
    assert any(line.startswith("laws: right chunk first") for line in printed)
    assert any(line.startswith("sections: right chunk first") and line.endswith(" of 13") for line in printed)
    assert any(line.startswith("zoo-zh-en: right chunk first") for line in printed)
