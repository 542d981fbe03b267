"""The count of what is written by hand: small sources, each with a number that can be counted by looking."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from benchmarks.__main__ import main
from benchmarks.bench_patterns import count_rooms
from benchmarks.by_hand.hand_written import Counts, branches_of, count_lines, count_python, count_yaml


@pytest.mark.parametrize(
    ("pattern", "branches"),
    [
        ("cat|dog", 2),
        ("(?:cat|dog) (?:eats|drinks|sleeps)", 5),
        ("(a|big dog|small (?:cat|bird))", 5),
        (r"^(?:x|yy)+(?=foo|bar)", 4),
        ("colou?r", None),  # an optional letter is no alternative
        ("[天日]|[年月]", None),  # one class
        ("天|日", None),  # the parser makes a class of it
        ("今天|今日", None),  # the same beginning, then a class
        (r"a\|b", None),
        ("|", None),
        ("(cat|dog", None),  # no regular expression
        ("(?:every|each) (?:{0}) of {{0,2}}", 2),  # a template of format: what is put in is not looked into
        (r"(?P<{}>day|month)", 2),
    ],
)
def test_alternatives_of_a_pattern(pattern: str, branches: int | None) -> None:
    assert branches_of(pattern) == branches


def test_patterns_of_a_python_file() -> None:
    source = '''
"""A module|with a bar."""
import re
NOUN = r"cat|dog"
BOTH = rf"{NOUN}|bird"
LONG = "(?:one|two" + NOUN + "|three)"
PATTERN = re.compile(
    "red|green|"
    "blue"
)

def words(text):
    """It says a|b."""
    return re.findall(rf"(?:{NOUN})s|fish", text)
'''
    assert count_python(source) == Counts(branches=2 + 2 + 3 + 3 + 2)


def test_words_in_code() -> None:
    source = '''
TRADES = ("焊工", "电工 钳工")
SMALL = frozenset("the a of".split())
NAME = "welder"

def said(name):
    """焊工 in a docstring."""
    return f"{name}是焊工"
'''
    assert count_python(source) == Counts(code_words=3 + 3)


@pytest.mark.parametrize(
    "line",
    [
        "SURE = 0.85",
        "LEAST = 3",
        "if len(name) >= 5: pass",
        "found = score * 0.9",
        "def near(least=0.4): pass",
        "WEIGHTS = {'title': 0.25}",
        "kept: int = Field(default=3, ge=1)",
    ],
)
def test_a_weight_or_a_threshold_counts(line: str) -> None:
    assert count_python(line).constants == 1


@pytest.mark.parametrize(
    "line",
    [
        "x = (0, 1, 2, -1, True)",
        "first = row[3]; part = row[4:8]",
        "for i in range(3): pass",
        "share = round(share, 3)",
        "day = date(2026, 11, 29)",
        "hours = minutes / 60; flag = 1 << 20; most = 3 ** 7",
        "TIMEOUT_SECONDS = 15",
        "def wait(read_timeout=15, *, port=8080): pass",
        "run(timeout=5)",
        "if response.status == 404: pass",
        "DIGITS = {'three': 3, 'four': 4}",
        "MEMORY = 20_000",
    ],
)
def test_an_index_a_unit_a_time_or_a_size_does_not(line: str) -> None:
    assert count_python(line).constants == 0


def test_yaml_holds_patterns_and_wordings() -> None:
    content = {
        "patterns": ["(kill|hurt) myself", "want to die"],
        "trades": [["数控", "numerical control"], ["电工"]],
        "asks": "多少 怎么 如何",
        "small": "the a of and or but",
        "elsewhere": {"深圳": "Shenzhen"},
        "subjects": ["interns?, unemploy(?:ed|ment), jobless"],
        "kind": "greeting",
    }
    text = yaml.safe_dump(content, allow_unicode=True)
    assert count_yaml(text) == Counts(branches=2 + 2, wordings=1 + 3 + 3 + 6 + 2 + 2)


def test_lines_of_words() -> None:
    assert count_lines("# said\twritten\n加班|加点\t延长工作时间\tovertime|extra hours\n", ".tsv") == 5
    assert count_lines("# places\n深圳,shenzhen\n\n佛山,foshan\n", ".txt") == 4


def test_rooms_and_guardrails_apart(tmp_path: Path) -> None:
    files = {
        "bot/__init__.py": "",
        "bot/assistant.py": "A = 'cat|dog'",
        "bot/understanding/slots/money.py": "A = 'cat|dog'",
        "bot/understanding/lexicon.py": "A = 'cat|dog'",
        "bot/understanding/guardrails.py": "A = 'cat|dog'",
        "bot/understanding/screening/concerns.yaml": "- cat|dog|bird",
        "bot/presentation/messages/answers.en.yaml": "hello: good morning",
        "knowledge/data/places.txt": "深圳,shenzhen",
        "knowledge/training/pairs/laws.tsv": "a\tb",
        "knowledge/store/migrations/versions/0001_tables.py": "A = 'cat|dog'",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert count_rooms(tmp_path) == {
        "bot": Counts(branches=2),
        "bot/understanding": Counts(branches=4),
        "guardrails": Counts(branches=5),
        "knowledge/data": Counts(wordings=2),
    }


def test_the_command_prints_lines_or_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["patterns"]) == 0
    *lines, total, seconds = map(json.loads, capsys.readouterr().out.splitlines())
    assert total["room"] == "total" and total["regex branches"] == sum(
        line["regex branches"] for line in lines if line["room"] != "total without guardrails"
    )
    assert set(seconds) == {"benchmark", "seconds"}
    assert main(["--table", "patterns"]) == 0
    assert f"total {total['regex branches']}" in " ".join(capsys.readouterr().out.split())
    assert main(["--table", "no-such"]) == 2
