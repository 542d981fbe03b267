"""The assistant's own words: nothing missing, nothing unused, every language alone, Hong Kong's up to date."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from bot.presentation.messages import LOCALES

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def catalogues() -> ModuleType:
    """The command, as a module."""
    spec = importlib.util.spec_from_file_location("catalogues", ROOT / ".ci" / "catalogues.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_hong_kongs_catalogues_are_up_to_date(catalogues: ModuleType) -> None:
    assert catalogues.main("check") == 0, "make catalogues"


def test_yaml_becomes_entries_and_what_is_written_by_hand_stays(tmp_path: Path, catalogues: ModuleType) -> None:
    (tmp_path / "talk.zh.yaml").write_text('# Said first.\nhello: "您好，{name}"\nsend: "发送文件"\n', encoding="utf-8")
    (tmp_path / "talk.en.yaml").write_text('hello: "Hello, {name}"\nsend: "Send a file"\n', encoding="utf-8")
    assert catalogues.main("check", tmp_path) == 1
    assert catalogues.main("write", tmp_path) == catalogues.main("check", tmp_path) == 0
    assert not list(tmp_path.glob("*.yaml"))
    made = tmp_path / LOCALES["zh-hant"] / "talk.po"
    assert '# Said first.\nmsgid "hello"\nmsgstr "您好，{name}"\n' in made.read_text(encoding="utf-8")
    assert [entry.string for entry in catalogues.read(made) if entry.id == "send"] == ["發送文件"]

    by_hand = '# By hand.\n#. 发送文件\nmsgid "send"\nmsgstr "送上文件"'
    made.write_text(
        made.read_text(encoding="utf-8").replace('msgid "send"\nmsgstr "發送文件"', by_hand), encoding="utf-8"
    )
    assert catalogues.main("write", tmp_path) == catalogues.main("check", tmp_path) == 0
    assert by_hand in made.read_text(encoding="utf-8")
    (tmp_path / "talk.zh.yaml").write_text('hello: "您好！"\nsend: "发文件"\n', encoding="utf-8")
    assert catalogues.main("write", tmp_path) == 1, "written by hand for another text"
    assert by_hand in made.read_text(encoding="utf-8")
    assert 'msgstr "您好！"' in made.read_text(encoding="utf-8")


def test_a_stale_catalogue_and_a_key_in_two_are_named(
    tmp_path: Path, catalogues: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.zh.yaml").write_text('hello: "您好"\n', encoding="utf-8")
    assert catalogues.main("write", tmp_path) == 1
    assert "hello stands in more than one catalogue" in capsys.readouterr().err
    (tmp_path / LOCALES["zh"] / "two.po").unlink()
    assert catalogues.main("check", tmp_path) == 1
    assert "zh_Hant_HK/two.po is not what zh_Hans/two.po gives" in capsys.readouterr().err
    assert catalogues.main("write", tmp_path) == 0
    assert not (tmp_path / LOCALES["zh-hant"] / "two.po").exists()
