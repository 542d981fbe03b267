"""The assistant's own words: nothing missing, nothing unused, every language alone, Hong Kong's up to date."""

from __future__ import annotations

import ast
import importlib.util
import re
import string
import sys
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest

from bot.presentation.messages import LOCALES, message, messages
from bot.understanding.service_intents import service_verdicts
from knowledge.text.language import HAN, script_of

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "bot").rglob("*.py"))
SAYING = {"message", "say", "_say", "_list_say", "text_reply", "_note"}  # the functions that are given a key
OF_ROWS = "records."  # what `say` of rows puts before a key
LANGUAGE_NAMES = re.compile("language_(?:zh|zh-hant|en)")  # each in its own language, whoever reads them
LATIN_NAMES = {"AI", "Telegram", "SAMPLE"}
FULL_WIDTH = re.compile(r"[\u3000-\u303f\uff00-\uffef]")
HALF_WIDTH = re.compile(r"(?<=[\u4e00-\u9fff])[,;:!?]|[,;:!?](?=[\u4e00-\u9fff])")


@pytest.fixture(scope="module")
def catalogues() -> ModuleType:
    """The command, as a module."""
    spec = importlib.util.spec_from_file_location("catalogues", ROOT / ".ci" / "catalogues.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.path.append(str(ROOT / ".ci"))  # where the command finds its other half when it is run
    return module


def test_hong_kongs_catalogues_are_up_to_date(catalogues: ModuleType) -> None:
    assert catalogues.main("check") == 0, "make catalogues"


def test_sentences_of_staffs_command_are_found_however_they_are_made(catalogues: ModuleType) -> None:
    found = [(one.text, one.template) for one in importlib.import_module("staff_sentences").sentences()]
    texts = [re.sub(r"⟦\d+⟧", "…", text) for text, _ in found]
    assert len(texts) > 250, "the calls are no longer found"
    for made in (
        "Edition {number} is live.",  # given to say
        "its name is not valid UTF-8; rename it",  # raised
        "it has … MiB, more than the … allowed; split it",  # an f-string, handed on as a reason
        "…: is withdrawn already, by …; lift it with: python ingest.py lift …",  # with a function's text in it
        "the file is empty; put its text in, or remove it",  # of a table of constants
        "the same row stands in this file twice: loaded once",  # reported
        "Say no more than one line when nothing changed.",  # help of an option
        "Undo a withdrawal: users get the file, the section or the row again.",  # and of a command
        "it has no text of its own; what it says stands in its attachments, which are read as files of their own",  # or
        "a personal ID number",  # a value of an enumeration
    ):
        assert made in texts


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


def filled(text: ast.JoinedStr) -> str:
    """An f-string as a pattern: what stands in {…} is any name."""
    return "".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[\w-]+" for part in text.values)


@cache
def texts_of(node: ast.AST) -> tuple[str, ...]:
    """Strings in a piece of source, each as a pattern: what stands in {…} of an f-string is any name."""
    inner = {id(part) for each in ast.walk(node) if isinstance(each, ast.JoinedStr) for part in each.values}
    found = []
    for each in ast.walk(node):
        if isinstance(each, ast.JoinedStr):
            found.append(filled(each))
        elif isinstance(each, ast.Constant) and isinstance(each.value, str) and id(each) not in inner:
            found.append(re.escape(each.value))
    return tuple(found)


def outcomes(node: ast.expr) -> list[ast.expr]:
    """What ``a if b else c`` may give; anything else as it is."""
    return [*outcomes(node.body), *outcomes(node.orelse)] if isinstance(node, ast.IfExp) else [node]


def put_before(function: ast.FunctionDef) -> str:
    """What a function that says a ``key`` puts before it; "" where it puts nothing there."""
    for each in ast.walk(function):
        if isinstance(each, ast.JoinedStr) and len(each.values) == 2:
            before, key = each.values
            named = isinstance(key, ast.FormattedValue) and isinstance(key.value, ast.Name) and key.value.id == "key"
            if named and isinstance(before, ast.Constant):
                return str(before.value)
    return ""


def keys_asked_for() -> Iterator[tuple[str, str]]:
    """Where a key stands in a call, and the key as a pattern."""
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        own = {each.name: put_before(each) for each in tree.body if isinstance(each, ast.FunctionDef)}
        for call in ast.walk(tree):
            if not isinstance(call, ast.Call):
                continue
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if name not in SAYING or not call.args:
                continue
            key = call.args[1] if name == "text_reply" and len(call.args) > 1 else call.args[0]
            before = own.get(name, OF_ROWS if name == "say" and "rows" in path.parts else "")
            for each in outcomes(key):
                for pattern in (filled(each),) if isinstance(each, ast.JoinedStr) else texts_of(each):
                    yield f"{path.name}:{call.lineno}", re.escape(before) + pattern


def test_no_key_is_missing_that_the_source_asks_for() -> None:
    asked, known = list(keys_asked_for()), messages("zh")
    assert len(asked) > 100, "the calls are no longer found"
    missing = [(place, key) for place, key in asked if not any(re.fullmatch(key, each) for each in known)]
    assert missing == []
    assert {verdict.message for verdict in service_verdicts().values()} <= known.keys()


def test_no_key_is_unused() -> None:
    patterns = {text for path in SOURCES for text in texts_of(ast.parse(path.read_text(encoding="utf-8")))}
    named = re.compile(
        "|".join(sorted(text for text in patterns if re.search("[a-z]{3}", text.replace("[\\w-]+", ""))))
    )
    settings = {word for path in ROOT.glob("bot/**/*.yaml") for word in re.findall(r"[\w.]+", path.read_text("utf-8"))}
    settings |= {verdict.message for verdict in service_verdicts().values()}
    unused = {
        key for key in messages("zh") if not any(named.fullmatch(key.removeprefix(before)) for before in ("", OF_ROWS))
    }
    assert unused - settings == set()


def test_all_languages_have_the_same_keys_and_places_to_fill() -> None:
    def places(text: str) -> list[str]:
        return sorted({name for _, name, _, _ in string.Formatter().parse(text) if name is not None})

    for one, other in pairwise(LOCALES):
        assert messages(one).keys() == messages(other).keys()
        assert {key for key in messages(one) if places(messages(one)[key]) != places(messages(other)[key])} == set()
        assert {
            key for key in messages(one) if bool(messages(one)[key].strip()) != bool(messages(other)[key].strip())
        } == set()


@pytest.mark.parametrize(("language", "foreign"), [("zh", "traditional"), ("zh-hant", "simplified")])
def test_a_chinese_text_is_in_one_script(language: str, foreign: str) -> None:
    wrong: dict[str, list[str]] = {}
    for key, text in messages(language).items():
        if LANGUAGE_NAMES.fullmatch(key):
            continue
        words = re.findall(r"[A-Za-z]{2,}", re.sub(r"/\w+|\{\w+\}", "", text))
        found = [letter for letter in HAN.findall(text) if script_of(letter) == foreign]
        found += [*HALF_WIDTH.findall(text), *(set(words) - LATIN_NAMES)]
        wrong |= {key: found} if found else {}
    assert wrong == {}


def test_an_english_text_holds_no_chinese() -> None:
    english = {key: text for key, text in messages("en").items() if not LANGUAGE_NAMES.fullmatch(key)}
    assert {key: text for key, text in english.items() if HAN.search(text) or FULL_WIDTH.search(text)} == {}


def test_what_is_filled_in_is_in_the_readers_script() -> None:
    contacts = "12333（人力资源和社会保障热线）"
    assert "12333（人力資源和社會保障熱線）" in message("human", "zh-hant", contacts=contacts)
    assert contacts in message("human", "zh", contacts=contacts)
    with pytest.raises(KeyError):
        message("no.such_key", "en")
