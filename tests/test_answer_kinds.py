"""What answered a question, as answers say it of themselves: staff's monthly report counts by it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.answer import AnswerKind, Status, kind_of_all
from bot.assistant import Assistant
from bot.settings import load_settings
from knowledge.editions.live_edition import LiveEdition
from knowledge.embedding.embedder import Embedder
from tests.knowledge_base import KnowledgeBase
from tests.shipped import shipped


@pytest.mark.parametrize(
    ("question", "kind", "status"),
    [
        ("试用期最长多久？", AnswerKind.DOCUMENTS, Status.ANSWERED),
        ("有没有焊工的岗位", AnswerKind.OPENINGS, Status.ANSWERED),
        ("电工夜班学费多少", AnswerKind.PROGRAMS, Status.ANSWERED),
        ("有哪些合作企业", AnswerKind.PARTNERS, Status.ANSWERED),
        ("你好", AnswerKind.SERVICE, None),
        ("我要找人工", AnswerKind.SERVICE, None),
        ("区图书馆几点关门", AnswerKind.NONE, Status.NOT_COVERED),
        ("焊工现在哪里招人 另外区图书馆几点关门", AnswerKind.OPENINGS, Status.PARTLY),
    ],
)
def test_what_answers_is_known(question: str, kind: AnswerKind, status: Status | None) -> None:
    answer = shipped().assistant().answer(question)
    assert (answer.kind, answer.status) == (kind, status or answer.status), answer.text


def test_lists_and_other_people_are_known() -> None:
    assistant = shipped().assistant()
    assert [assistant.open(name).kind for name in ("jobs", "training", "partners", "human")] == [
        AnswerKind.OPENINGS,
        AnswerKind.PROGRAMS,
        AnswerKind.PARTNERS,
        AnswerKind.SERVICE,
    ]


@pytest.fixture
def made(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Assistant]:
    base = KnowledgeBase(tmp_path_factory.mktemp("kinds") / "base", embedder)
    base.write("places.md", "报名窗口在三楼大厅。", "咨询电话每天都有人接听。", title="办事地点")
    rows = "问题,答复,来源,来源日期,有效期至\n入职体检的费用谁出,由用人单位承担。,窗口告知,2026-11-20,2099-06-30\n"
    (base.documents / "answers.csv").write_text(rows, encoding="utf-8")
    table = "工种,等级,补贴标准\n铣工,中级,1200元\n铣工,高级,1800元\n车工,中级,1100元\n"
    (base.documents / "补贴标准.csv").write_text(table, encoding="utf-8")
    base.refresh()
    live = LiveEdition(base.settings, embedder)
    live.start()
    yield Assistant(live.edition, load_settings(base.config))
    live.close()


def test_what_staff_answer_themselves_and_their_tables_are_known(made: Assistant) -> None:
    assert made.answer("入职体检的费用谁出？").kind is AnswerKind.CURATED
    assert made.answer("铣工中级补贴多少").kind is AnswerKind.TABLES


def test_several_of_one_kind_are_that_kind_and_none_count_for_nothing() -> None:
    kinds = AnswerKind
    assert kind_of_all([]) is kinds.NONE is kind_of_all([kinds.NONE])
    assert kind_of_all([kinds.DOCUMENTS, kinds.NONE, kinds.DOCUMENTS]) is kinds.DOCUMENTS
    assert kind_of_all([kinds.DOCUMENTS, kinds.OPENINGS]) is kinds.MIXED
