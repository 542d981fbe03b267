"""Figures on labelled questions: what they mean, what a malformed folder is told, and the commands."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from knowledge.__main__ import run
from knowledge.embedding.embedder import Embedder
from knowledge.evaluation.beir import CorpusText, LabelledDataError, read_beir
from knowledge.evaluation.law_retrieval import LawQuestion, evaluate_law_retrieval, read_law_questions
from knowledge.evaluation.metrics import latency_metrics, ranking_metrics, refusal_metrics, unique
from knowledge.evaluation.temporary_edition import write_corpus
from knowledge.evaluation.text_retrieval import evaluate_text_retrieval
from knowledge.readers import read_document, source_files
from knowledge.settings import KnowledgeSettings
from tests.in_process import Ended, run_here
from tests.knowledge_base import ROOT

TEXTS = {
    "t/1": "荔枝在六月成熟,产量每亩八百公斤。",
    "t/2": "The ferry leaves the pier at nine and comes back at noon.",
    "t/3": "图书馆周一闭馆,其余各天早上八点开门。",
}
QUESTIONS = {"q1": "荔枝什么时候成熟", "q2": "When does the ferry leave the pier?", "q3": "图书馆哪天不开门"}


def write_labelled(folder: Path, qrels: Sequence[str] = ("q1\tt/1\t1", "q2\tt/2\t1", "q3\tt/3\t2")) -> Path:
    (folder / "qrels").mkdir(parents=True)
    corpus = (json.dumps({"_id": key, "title": "", "text": text}) for key, text in TEXTS.items())
    (folder / "corpus.jsonl").write_text("\n".join(corpus), encoding="utf-8")
    queries = (json.dumps({"_id": key, "text": text}) for key, text in QUESTIONS.items())
    (folder / "queries.jsonl").write_text("\n".join(queries), encoding="utf-8")
    (folder / "qrels" / "test.tsv").write_text(
        "\n".join(["query-id\tcorpus-id\tscore", *qrels]) + "\n", encoding="utf-8"
    )
    return folder


def test_figures_of_rankings() -> None:
    golds = [{"a": 1}, {"b": 1}, {"c": 2, "d": 1}, {"e": 1}]
    rankings = [["a", "x"], ["x", "b"], ["x", "d", *"klmno", "c"], [*"klmnopqrst", "e"]]
    figures = ranking_metrics(rankings, golds)
    assert (figures.questions, figures.hit_1, figures.hit_5, figures.hit_10) == (4, 0.25, 0.75, 0.75)
    assert figures.mrr == pytest.approx((1 + 1 / 2 + 1 / 2 + 1 / 11) / 4)
    graded = (1 / math.log2(3) + 2 / math.log2(9)) / (2 + 1 / math.log2(3))
    assert figures.ndcg_10 == pytest.approx((1 + 1 / math.log2(3) + graded + 0) / 4)


def test_a_ranking_without_gold_counts_as_nothing() -> None:
    figures = ranking_metrics([[]], [{"a": 1}])
    assert (figures.hit_10, figures.ndcg_10, figures.mrr) == (0, 0, 0)


def test_refusals_and_times() -> None:
    refusals = refusal_metrics(0.3, [0.1, 0.29, 0.3, 0.9], [0.3, 0.1])
    assert (refusals.refused, refusals.answered, refusals.mean) == (0.5, 0.5, 0.5)
    latency = latency_metrics([number / 1000 for number in range(1, 101)])
    assert (latency.p50, latency.p95) == (50.5, 95)
    assert latency_metrics([0.002]).p95 == 2


def test_only_the_first_chunk_of_a_text_counts() -> None:
    assert unique(["b", "a", "b", "c"]) == ("b", "a", "c")


def test_the_layout_is_read(tmp_path: Path) -> None:
    labelled = read_beir(write_labelled(tmp_path / "set", ["q1\tt/1\t1", "q1\tt/2\t0", "q3\tt/3\t2"]))
    assert [(text.id, text.text) for text in labelled.texts] == list(TEXTS.items())
    assert [(question.id, dict(question.gold)) for question in labelled.questions] == [
        ("q1", {"t/1": 1}),
        ("q3", {"t/3": 2}),
    ]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("corpus.jsonl", None, r"corpus\.jsonl: no such file"),
        ("corpus.jsonl", "", r"corpus\.jsonl: holds no texts"),
        ("corpus.jsonl", '{"_id": "a", "text": "x"}\n\n{"_id": "b"', r"corpus\.jsonl, line 3: not JSON"),
        ("corpus.jsonl", '["a"]', r"corpus\.jsonl, line 1: '\[\"a\"\]': one JSON object"),
        ("corpus.jsonl", '{"text": "x"}', r"corpus\.jsonl, line 1: _id is None"),
        ("corpus.jsonl", '{"_id": "a", "text": 5}', r"line 1: text is 5; a string"),
        ("corpus.jsonl", '{"_id": "a", "title": " ", "text": " "}', r"line 1: neither its title nor its text"),
        (
            "corpus.jsonl",
            '{"_id": "a", "text": "x"}\n{"_id": "a", "text": "y"}',
            r"line 2: _id 'a' is also that of .*1",
        ),
        ("queries.jsonl", '{"_id": "q1", "text": null}', r"queries\.jsonl, line 1: text is None"),
        ("qrels/test.tsv", "q1 t/1 1", r"test\.tsv, line 1: 'q1 t/1 1': question, text and whole grade"),
        ("qrels/test.tsv", "q1\tt/1\thigh", r"test\.tsv, line 1: .*whole grade"),
        ("qrels/test.tsv", "\nq9\tt/1\t1", r"test\.tsv, line 2: there is no question 'q9' in queries\.jsonl"),
        ("qrels/test.tsv", "q1\tt/9\t1", r"test\.tsv, line 1: there is no text 't/9' in corpus\.jsonl"),
        ("qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\tt/1\t0\n", r"test\.tsv: no question has a text"),
        ("queries.jsonl", b"\xff\xfe\x00", r"queries\.jsonl: not UTF-8"),
    ],
)
def test_a_malformed_folder_is_told_file_and_line(
    tmp_path: Path, name: str, content: str | bytes | None, message: str
) -> None:
    path = write_labelled(tmp_path / "set") / name
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(LabelledDataError, match=message):
        read_beir(tmp_path / "set")


def test_a_missing_folder_is_told_what_is_expected(tmp_path: Path) -> None:
    with pytest.raises(LabelledDataError, match=r"none: no such folder; one with corpus\.jsonl"):
        read_beir(tmp_path / "none")


def test_a_text_becomes_a_document_that_says_the_same(tmp_path: Path) -> None:
    contents = (
        "# *a* 1. <b>x</b> & `y` [z](u) ~ | 2 \\ !",
        "<html><p>hidden? no</p></html>",
        "---\nno: front matter\n---\nrest",
        "a\tb,c\nd\te,f\ng\th,i",
    )
    texts = tuple(CorpusText(f"id/{index}", "", text) for index, text in enumerate(contents))
    sources = write_corpus(tmp_path, texts)
    files, refused = source_files(tmp_path)
    assert (refused, [sources[file.source] for file in files]) == ((), [text.id for text in texts])
    for file, text in zip(files, contents, strict=True):
        document = read_document(file)
        read = "".join(section.text for section in document.sections)  # type: ignore[union-attr]
        assert "".join(read.split()) == "".join(text.split())


@pytest.mark.parametrize("title", ["What it is called", 'a "quoted": one', "- 中文"])
@pytest.mark.parametrize("same", [False, True])
def test_a_text_that_has_only_a_title_says_it(tmp_path: Path, title: str, same: bool) -> None:
    write_corpus(tmp_path, [CorpusText("1", title, title if same else "")])
    document = read_document(source_files(tmp_path)[0][0])
    assert [section.text for section in document.sections] == [title]  # type: ignore[union-attr]


def test_questions_find_their_texts_and_without_them_are_refused_more(tmp_path: Path, embedder: Embedder) -> None:
    labelled = read_beir(write_labelled(tmp_path / "set"))
    result = evaluate_text_retrieval(labelled, KnowledgeSettings(), embedder, without_gold=True)
    assert (result.texts, result.ranking.questions, result.unreadable) == (3, 3, ())
    assert (result.ranking.hit_1, result.ranking.mrr) == (1, 1)
    assert 0 < result.latency.p50 <= result.latency.p95
    search = KnowledgeSettings().search
    assert [refusals.above for refusals in result.refusals] == [search.answer_above]
    assert all(refusals.refused == 1 for refusals in result.refusals)
    assert result.refusals[0].answered == 1


LAWS = {
    "甲法": "# 甲法\n\n## 第一章 总则\n\n第一条 养鸽子的人应当登记。\n\n第二条 鸽舍每年检查一次。\n",
    "乙例": "# 乙例\n\n第一条 风筝线不得含金属。\n\n第二条 放风筝应当避开机场。\n",
}


def write_laws(folder: Path) -> Path:
    (folder / "laws").mkdir(parents=True)
    for name, text in LAWS.items():
        (folder / "laws" / f"{name}.md").write_text(text, encoding="utf-8")
    return folder / "laws"


def law_line(**changes: object) -> str:
    line = {"id": "1", "question": "鸽舍多久检查", "language": "zh", "law": "甲法", "article": "第二条", "also": []}
    return json.dumps({**line, **changes}, ensure_ascii=False)


def test_questions_about_laws_are_counted_by_article_and_language(tmp_path: Path, embedder: Embedder) -> None:
    laws = write_laws(tmp_path)
    questions = (
        LawQuestion("1", "鸽舍每年检查几次", "zh", frozenset({"甲法|第二条"})),
        LawQuestion("2", "风筝线可以含金属吗", "zh", frozenset({"乙例|第一条", "甲法|第一条"})),
        LawQuestion("3", "鸽舍每年检查几次", "en", frozenset({"乙例|第二条"})),
    )
    result = evaluate_law_retrieval(questions, laws, KnowledgeSettings(), embedder)
    assert result.ranking.hit_1 == pytest.approx(2 / 3)
    assert (result.languages["zh"].hit_1, result.languages["en"].hit_1) == (1, 0)
    (miss,) = result.misses
    assert (miss.id, miss.right, miss.first[0]) == ("3", ("乙例|第二条",), "甲法|第二条")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (law_line(article=None), r"line 1: article is None; a string"),
        (law_line(also=["第一条"]), r"line 1: also is \['第一条'\]; a list of 'law\|article'"),
        (law_line(also=["丙法|第一条"]), r"line 1: there is no file '丙法' among the laws"),
        ("", r"questions\.jsonl: holds no questions"),
    ],
)
def test_a_malformed_line_about_laws_is_told(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(LabelledDataError, match=message):
        read_law_questions(path, write_laws(tmp_path))


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
    return subprocess.run(
        [sys.executable, "-m", "knowledge", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True
    )


def test_the_command_prints_one_object(tmp_path: Path) -> None:
    result = command("evaluate", str(write_labelled(tmp_path / "set")), "--json", "--without-gold")
    assert result.returncode == 0, result.stderr
    values = json.loads(result.stdout)
    assert (values["questions"], values["texts"], values["hit@1"], values["mrr"]) == (3, 3, 1, 1)
    both = values["refused_without_gold"] + values["answered_with_gold"]
    assert values["refusal_mean"] == pytest.approx(both / 2, abs=1e-3)
    assert values["latency_p50_ms"] > 0


def here(*arguments: str) -> Ended:
    return run_here(run, *arguments, folder=ROOT)


def test_the_command_names_what_is_wrong(tmp_path: Path) -> None:
    folder = write_labelled(tmp_path / "set")
    (folder / "queries.jsonl").write_text("{", encoding="utf-8")
    result = here("evaluate", str(folder))
    assert (result.returncode, result.stdout) == (2, "")
    assert "queries.jsonl, line 1: not JSON" in result.stderr and "Traceback" not in result.stderr


def test_the_command_for_laws_prints_lines_and_misses(tmp_path: Path) -> None:
    laws = write_laws(tmp_path)
    questions = tmp_path / "questions.jsonl"
    questions.write_text(f"{law_line()}\n{law_line(id='2', article='第一条')}\n", encoding="utf-8")
    result = here("evaluate-laws", str(questions), str(laws), "--misses")
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("all 2: hit@1 0.500") and "2 鸽舍多久检查 → " in result.stdout
