"""Templates for staff: what they write reads back without a word of warning, in both languages."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from knowledge.ingestion.consequences.check_table import read_check_table
from knowledge.ingestion.templates.choices import choices
from knowledge.ingestion.templates.columns import CHECKS, FREE, TableTemplate, TemplateColumn, templates_in
from knowledge.readers import source_files
from knowledge.tables import TableReading, read_table
from knowledge.tables.reading.kinds.headers import HeaderError, match, recognise
from knowledge.tables.records import RecordKind
from knowledge.towns import read_towns
from tests.knowledge_base import ROOT, KnowledgeBase

LANGUAGES = ("zh", "en")
TOWNS = read_towns(ROOT / "knowledge/data/towns-huadu.tsv")
SEVERAL = {"relations", "entry"}  # fields whose every word is one of the known values, though a cell holds several


@pytest.fixture(scope="module", params=LANGUAGES)
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A language, and the folder into which the command wrote its templates."""
    base = KnowledgeBase(
        tmp_path_factory.mktemp("templates") / "base", towns=str(ROOT / "knowledge/data/towns-huadu.tsv")
    )
    folder = base.folder / "empty"
    result = base.command("templates", str(folder), "--language", request.param)
    assert result.returncode == 0, result.stderr
    refused = base.command("templates", str(folder), "--language", request.param)
    assert refused.returncode == 2 and str(folder) in refused.stderr
    inside = base.command("templates", str(base.documents / "x"), "--language", request.param)
    assert inside.returncode == 2 and not (base.documents / "x").exists()
    return request.param, folder


def fill(path: Path, rows: list[dict[str, str]]) -> None:
    """Put rows, by header, below the header of a template."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    headers = [str(cell.value) for cell in sheet[1]]
    for row in rows:
        sheet.append([row.get(header) or None for header in headers])
    book.save(path)


def reading_of(folder: Path, template: TableTemplate) -> TableReading:
    """What the readers make of a template."""
    files, _ = source_files(folder)
    return read_table(next(file for file in files if file.source == f"{template.name}.xlsx"), (), TOWNS)


def example(template: TableTemplate) -> dict[str, str]:
    return {column.header: column.example for column in template.columns}


def test_each_filled_with_its_example_reads_without_a_problem(written: tuple[str, Path]) -> None:
    language, folder = written
    templates = templates_in(language)
    assert {template.kind for template in templates} == {*RecordKind, FREE, CHECKS}
    for template in templates:
        if template.kind == CHECKS:
            fill(folder / f"{template.name}.xlsx", [example(template)])
            read = read_check_table(folder)
            [asked] = read.questions
            assert asked.question == template.columns[0].example
            assert "|".join(asked.expected[0]) == template.columns[1].example and read.problems == ()
        if template.kind in (FREE, CHECKS):
            continue
        fill(folder / f"{template.name}.xlsx", [example(template)])
        reading = reading_of(folder, template)
        assert [str(problem) for problem in reading.problems] == []
        assert [row.kind for row in reading.rows] == [template.kind], "the guide is not read"
        record = reading.rows[0].record
        assert record.sample
        given = {column.field for column in template.columns if column.example} - {"food", "lodging"}
        empty = {name for name in given if name in vars(record) and getattr(record, name) in (None, ())}
        assert empty == set(), "what is filled in is understood"


def test_every_value_of_every_list_is_known(written: tuple[str, Path], tmp_path: Path) -> None:
    language, _ = written
    for template in templates_in(language):
        listed = [column for column in template.columns if column.list_name]
        if not listed:
            continue
        rows = [row for column in listed for row in rows_with(template, column, language)]
        path = tmp_path / f"{template.name}.xlsx"
        book = openpyxl.Workbook()
        assert book.active is not None
        book.active.append([column.header for column in template.columns])
        book.save(path)
        fill(path, rows)
        reading = reading_of(tmp_path, template)
        assert [str(problem) for problem in reading.problems] == []
        assert len(reading.rows) == len(rows)


def rows_with(template: TableTemplate, column: TemplateColumn, language: str) -> list[dict[str, str]]:
    """A row for each value of a list; its name says which, so that no two are alike."""
    name = template.columns[1 if template.kind == RecordKind.PROGRAM else 0].header
    values = choices(column.list_name, language, TOWNS)
    return [{**example(template), column.header: value, name: f"{column.field} {n}"} for n, value in enumerate(values)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_headers_are_names_that_the_reader_knows_exactly(language: str) -> None:
    for template in templates_in(language):
        headers = [column.header for column in template.columns]
        if template.kind in (FREE, CHECKS):
            with pytest.raises(HeaderError):
                recognise(headers)
            continue
        header = recognise(headers)
        assert header.kind == template.kind
        assert [column.field for column in match(headers, header.kind)] == [column.field for column in template.columns]
        assert [column.header for column in header.columns if not column.exact] == []


def test_staff_find_lists_notes_and_a_guide(written: tuple[str, Path]) -> None:
    language, folder = written
    for template in templates_in(language):
        book = openpyxl.load_workbook(folder / f"{template.name}.xlsx")
        sheet, guide, lists = book.worksheets
        assert (sheet.sheet_state, guide.sheet_state, lists.sheet_state) == ("visible", "visible", "veryHidden")
        assert all(cell.comment and cell.comment.text for cell in sheet[1])
        wanted = [column for column in template.columns if column.list_name]
        assert len(sheet.data_validations.dataValidation) == len(wanted)
        told = {str(cell.value) for row in guide.iter_rows() for cell in row if cell.value}
        assert {column.note for column in template.columns} <= told


def test_a_sheets_name_never_makes_it_a_guide(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "填写说明"
    sheet.append(["企业名称", "岗位名称", "截止日期"])
    sheet.append(["甲公司", "焊工", date(2030, 1, 1)])
    book.save(tmp_path / "a.xlsx")
    files, _ = source_files(tmp_path)
    assert len(read_table(files[0]).rows) == 1
