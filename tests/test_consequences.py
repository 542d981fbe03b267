"""What publishing does to answers: named before it is done, refused when too many turn worse, told and measured."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest

from bot.checking.assistant_asker import AssistantAsker, assistant_asker
from bot.telegram.monitoring.metrics import Metrics
from knowledge.editions.errors import IngestionError, WorseAnswersError
from knowledge.editions.open_edition import OpenEdition
from knowledge.embedding.embedder import Embedder
from knowledge.ingestion.consequences.changes import Consequences, allowed_of
from knowledge.ingestion.consequences.check_table import CheckQuestion, read_check_table
from knowledge.ingestion.consequences.checking import CheckAnswer, Checking, Contradiction
from knowledge.ingestion.consequences.daily import check_live, check_when_due
from knowledge.ingestion.consequences.foresight import foresee
from knowledge.ingestion.consequences.opening import live_opened
from knowledge.ingestion.duplicates import duplicates
from knowledge.ingestion.plan import preview
from knowledge.ingestion.refresh import refresh
from knowledge.models import Chunk, Metadata
from knowledge.readers import source_files
from knowledge.store.checks.answers import LIVE, REFUSED, check_result
from knowledge.store.editions import live_edition
from knowledge.validity import today
from tests.fake_bot_api import FakeBotApi
from tests.knowledge_base import ROOT, KnowledgeBase
from tests.shipped import configured
from tests.test_notices import heard, told_in

FACTS = {  # of each document a sentence, a question to it, and what the answer must hold
    "probation": ("劳动合同试用期最长{}个月。", "试用期最长几个月？", 6),
    "leave": ("职工每年年休假有{}天。", "年休假每年有多少天？", 5),
    "window": ("报名窗口每天开放{}小时。", "报名窗口每天开放几小时？", 8),
    "subsidy": ("取得中级工证书的，补贴标准为每人{}元。", "取得中级工证书补贴多少钱？", 1500),
    "deposit": ("实训车间的钥匙押金为每把{}元。", "实训车间的钥匙押金多少钱？", 30),
}


def write_fact(base: KnowledgeBase, name: str, figure: int) -> None:
    base.write(f"{name}.md", FACTS[name][0].format(figure), title=f"{name}办法")


def write_questions(base: KnowledgeBase, figures: Mapping[str, int]) -> None:
    rows = [f"{question},{figures.get(name, figure)}" for name, (_, question, figure) in FACTS.items()]
    (base.documents / "questions.csv").write_text("\n".join(["问题,答案应含", *rows]), encoding="utf-8")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> KnowledgeBase:
    made = KnowledgeBase(tmp_path_factory.mktemp("consequences") / "base", embedder)
    for name, (_, _, figure) in FACTS.items():
        write_fact(made, name, figure)
    write_questions(made, {})
    made.refresh()
    return made


@pytest.fixture
def base(published: KnowledgeBase, tmp_path: Path) -> KnowledgeBase:
    return published.copy(tmp_path / "base")


class ReadingAsker:
    """An asker that reads: the answer is the text that shares the most pairs of characters with the question.

    ``asked``: all that it was asked; ``silent``: questions that it refuses.
    """

    def __init__(self, state: str = "", silent: Sequence[str] = ()) -> None:
        self.state, self.silent = state, silent
        self.asked: list[tuple[int, str]] = []

    def ask(self, edition: OpenEdition, questions: Sequence[str], day: date) -> Iterator[CheckAnswer]:
        for question in questions:
            self.asked.append((edition.number, question))
            best = max(edition.chunks, key=lambda chunk: len(_pairs(question) & _pairs(chunk.text)))
            refused = question in self.silent
            yield CheckAnswer(not refused, "" if refused else best.text, (best.source,), found=(best.id,))

    def contradictions(
        self, edition: OpenEdition, sources: Sequence[tuple[str, tuple[str, ...]]], day: date
    ) -> Iterator[Contradiction]:
        return iter(())


def _pairs(text: str) -> set[str]:
    return {text[start : start + 2] for start in range(len(text) - 1)}


def publish(base: KnowledgeBase, asker: ReadingAsker, *, accept_worse: bool = False) -> Consequences | None:
    return refresh(base.context(), checking=Checking(lambda: asker, accept_worse)).consequences


def foreseen(base: KnowledgeBase, asker: Callable[[], ReadingAsker | AssistantAsker]) -> Consequences | None:
    context = base.context()
    return foresee(context, preview(context), Checking(asker))


def answers_now(base: KnowledgeBase, questions: Sequence[str]) -> dict[str, tuple[str, tuple[str, ...]]]:
    """What the assistant answers from the edition that is really live."""
    context = base.context()
    with context.engine.connect() as connection:
        live = live_edition(connection)
    assert live is not None
    with live_opened(context, live, ()) as edition:
        assert edition is not None
        given = list(assistant_asker(base.config).ask(edition, questions, today()))
    return {question: (one.text, one.sources) for question, one in zip(questions, given, strict=True)}


def test_preview_names_what_changes_and_nothing_else(base: KnowledgeBase) -> None:
    questions = [question for _, question, _ in FACTS.values()]
    before = answers_now(base, questions)
    assert all(str(figure) in before[question][0] for _, question, figure in FACTS.values())
    for name, figure in (("probation", 3), ("subsidy", 2000)):
        write_fact(base, name, figure)
    told = foreseen(base, lambda: assistant_asker(base.config))
    base.refresh()
    after = answers_now(base, questions)
    changed = {question for question in questions if after[question] != before[question]}
    assert told is not None and told.contradictions == ()
    assert {change.question for change in told.changes} == changed == {FACTS["probation"][1], FACTS["subsidy"][1]}
    assert {change.question: change.after for change in told.changes} == {one: after[one][0] for one in changed}


def write_notice(base: KnowledgeBase, until: date) -> None:
    head = f"---\ntitle: 补贴通知\neffective_on: 2025-01-01\nexpires_on: {until}\n---\n"
    text = f"{head}\n## 标准\n\n取得中级工证书的，每人补贴1800元。\n"
    (base.documents / "notice.md").write_text(text, encoding="utf-8")


def test_a_contradiction_is_named_with_the_question_that_it_is_in(base: KnowledgeBase) -> None:
    write_notice(base, today() + timedelta(days=300))
    told = foreseen(base, lambda: assistant_asker(base.config))
    assert told is not None
    assert {(one.source, one.other) for one in told.contradictions} == {("notice.md", "subsidy.md")}
    [change] = [change for change in told.changes if change.question == FACTS["subsidy"][1]]
    assert [set(pair) for pair in change.contradicting] == [{"notice.md", "subsidy.md"}]


@pytest.mark.long
def test_what_is_out_of_date_contradicts_nothing(base: KnowledgeBase) -> None:
    write_notice(base, today() - timedelta(days=1))
    told = foreseen(base, lambda: assistant_asker(base.config))
    assert told is not None and told.contradictions == ()


def test_too_many_worse_answers_are_not_published_until_staff_say_so(base: KnowledgeBase) -> None:
    asker = ReadingAsker()
    write_fact(base, "leave", 4)
    for _ in range(2):
        with pytest.raises(WorseAnswersError, match=r"1 of 5 check questions would turn worse.*--accept-worse") as told:
            publish(base, asker)
        assert told.value.worse == ((FACTS["leave"][1], "no longer holds the expected words"),)
        assert base.status().edition is not None and base.status().edition.number == 1
    of_the_next = [question for edition, question in asker.asked if edition == 2]
    assert of_the_next == [FACTS["leave"][1]], "only what can change, and once for the same documents"
    with base.context().engine.connect() as connection:
        assert check_result(connection, REFUSED) is not None
    accepted = publish(base, asker, accept_worse=True)
    assert accepted is not None and [change.question for change in accepted.worse] == [FACTS["leave"][1]]
    with base.context().engine.connect() as connection:
        live, refused = check_result(connection, LIVE), check_result(connection, REFUSED)
    assert refused is None and live is not None and (live.edition, live.questions, live.well) == (2, 5, 4)
    write_fact(base, "leave", 10)
    write_questions(base, {"leave": 10})
    later = publish(base, later_asker := ReadingAsker())
    assert later is not None and later.worse == ()
    assert [change.became for change in later.changes] == ["holds the expected words from now on"]
    assert {edition for edition, _ in later_asker.asked} == {3}, "edition 2 was asked before it was published"


def test_a_day_later_the_live_edition_is_asked_again(base: KnowledgeBase) -> None:
    asker = ReadingAsker()
    assert check_live(base.context(), Checking(lambda: asker)).worse == ()
    check_when_due(base.context(), Checking(lambda: asker))
    assert len(asker.asked) == len(FACTS), "within a day nobody asks"
    silent = [FACTS["leave"][1]]
    result = check_live(base.context(), Checking(lambda: ReadingAsker("another day", silent)))
    assert (result.well, result.worse) == (4, ((silent[0], "refused from now on"),))


@pytest.mark.parametrize(("limit", "allowed"), [(None, None), (0, 0), (0.1, 7), (1, 1), (5, 5)])
def test_the_limit_is_a_share_or_a_number(limit: float | None, allowed: int | None) -> None:
    assert allowed_of(limit, 73) == allowed


def test_staff_are_told_which_answers_keep_an_edition_back(
    base: KnowledgeBase, api: FakeBotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", api.token)
    told_in(base, api, -1009876)
    write_fact(base, "leave", 4)
    for _ in range(2):
        done = base.command("--notify")
        assert done.returncode == 2 and f"! {FACTS['leave'][1]}: no longer" in done.stderr
    [said] = heard(base, api)
    assert "1 of 5 check questions would turn worse" in said
    assert f"• {FACTS['leave'][1]}: no longer holds the expected words" in said


def test_metrics_show_how_the_check_questions_are_answered(base: KnowledgeBase) -> None:
    metrics = Metrics()
    metrics.set_check(None, refused=False)
    metrics.set_check(check_live(base.context(), Checking(lambda: ReadingAsker())), refused=True)
    value = metrics.registry.get_sample_value
    assert value("huadu_check_questions", {"answer": "well"}) == 5
    assert value("huadu_check_questions", {"answer": "worse"}) == 0
    assert value("huadu_check_refused") == 1
    assert (value("huadu_check_asked_seconds") or 0) > 1_700_000_000


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("答案应含", "六个月"), "questions.csv: row 1: the column 问题/question is missing"),
        (("问题,备注", "试用期？,x"), "questions.csv: row 1, column 备注: a list of check questions has the columns"),
        (("问题,question", "a,b"), "questions.csv: row 1, column question"),
    ],
)
def test_a_list_that_cannot_be_read_is_named_and_stops_the_refresh(
    base: KnowledgeBase, lines: tuple[str, ...], said: str
) -> None:
    (base.documents / "questions.csv").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(IngestionError, match=re.escape(said)):
        read_check_table(base.documents)
    write_fact(base, "leave", 4)
    with pytest.raises(IngestionError, match=r"python ingest\.py templates"):
        publish(base, ReadingAsker())


def test_the_list_is_no_knowledge_and_its_rows_are_checked(tmp_path: Path) -> None:
    (tmp_path / "questions.csv").write_text(
        "question,expected words\n试用期？,六个月|6个月；最长\n,五天\n", encoding="utf-8"
    )
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (["问题*", "答案应含"], ["How long?", None], ["试用期？", "别的"]):
        book.active.append(row)
    book.save(tmp_path / "questions.xlsx")
    table = read_check_table(tmp_path)
    assert source_files(tmp_path) == ((), ())
    assert table.questions == (CheckQuestion("试用期？", (("六个月", "6个月"), ("最长",))), CheckQuestion("How long?"))
    assert [str(problem) for problem in table.problems] == [
        "questions.csv, row 3, column question: there is no question ('五天') - skipped"
    ]
    assert table.questions[0].lacks("试用期最长 6 个 月") == () and table.questions[0].lacks("六個月") == ("最长",)


def test_the_same_document_twice_is_named(tmp_path: Path) -> None:
    sentences = [f"第{number}条规定了一件与其他各条都不同的事情甲{number}" for number in range(10)]
    day, known = date(2026, 1, 1), Metadata("办法", "zh")
    told = {
        "a.docx": "。".join(sentences),
        "mobile/a.html": "。".join(sentences).replace("其他", "其\n他"),
        "shorter.md": "。".join(sentences[:5]) + "。另有完全不同的规定写在这里，还有更多不同的规定写在后面。",
        "expired.md": "。".join(sentences),
    }
    documents = dict.fromkeys(told, known) | {"expired.md": Metadata("旧办法", "zh", expires_on=date(2025, 1, 1))}
    chunks = [Chunk(source, source, 0, (), text, "zh", None) for source, text in told.items()]
    assert [(one.source, one.other) for one in duplicates(documents, chunks, day)] == [("a.docx", "mobile/a.html")]


def test_the_shipped_list_is_read_and_asks_in_both_languages() -> None:
    table = read_check_table(ROOT / "documents")
    english = [one for one in table.questions if one.question.isascii()]
    assert table.problems == () and len(table.questions) >= 60 and len(english) >= 15
    assert all(one.expected for one in table.questions)


@pytest.mark.soak
def test_thirty_changes_of_a_figure_in_the_shipped_base(tmp_path: Path, embedder: Embedder) -> None:
    base = KnowledgeBase(tmp_path / "base", embedder)
    for path in (ROOT / "documents").rglob("*"):
        if path.is_file():
            target = base.documents / path.relative_to(ROOT / "documents")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    configured(base.folder, base.documents)
    base.refresh()
    questions = [one.question for one in read_check_table(base.documents).questions]
    before, wrong = answers_now(base, questions), list[object]()
    for seed in range(30):
        place = change_a_figure(base.documents, random.Random(seed))
        told = foreseen(base, lambda: assistant_asker(base.config))
        base.refresh()
        after = answers_now(base, questions)
        changed = {question for question in questions if after[question] != before[question]}
        named = {change.question for change in told.changes} if told else set()
        if named != changed:
            wrong.append((seed, place, sorted(named - changed), sorted(changed - named)))
        before = after
    assert wrong == [], json.dumps(wrong, ensure_ascii=False, indent=1)


def change_a_figure(documents: Path, chance: random.Random) -> str:
    """Another figure in a sentence of a document; where it stands."""
    places = [
        (path, match)
        for path in sorted(documents.glob("policies/law-*.md"))
        for match in re.finditer(
            r"(?<=[\u4e00-\u9fff ])\d{1,3}(?=个?(?:月|天|日内|小时|%|元| days| months))", path.read_text("utf-8")
        )
    ]
    path, match = chance.choice(places)
    text = path.read_text("utf-8")
    figure = int(match[0]) + chance.randint(1, 5)
    path.write_text(f"{text[: match.start()]}{figure}{text[match.end() :]}", encoding="utf-8")
    return f"{path.name} {text[match.start() - 20 : match.end() + 5]}"
