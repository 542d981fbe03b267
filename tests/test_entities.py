"""Names of a made-up programme: from its tables and texts, without a word of the code."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

from knowledge.entities.directory import Directory
from knowledge.entities.home import Home
from knowledge.entities.named_in_texts import people_in
from knowledge.models import Chunk
from knowledge.settings import ConfigError, KnowledgeSettings, Names, Programme, load
from knowledge.text.language import fold
from knowledge.towns import Town, TownsError, read_towns
from tests.names import HOME
from tests.sheets import csv_bytes, published

PLACE = Programme(
    zh="巧匠计划", en="Deft Hands", city=Names(zh="云浦", en="Yunpu"), district=Names(zh="临渚", en="Linzhu")
)
MADE = Home(PLACE, (Town("芦荻", "Ludi"),))
PARTNERS = [
    ["名称", "英文名称", "别名", "类别", "合作关系"],
    ["云浦市海员技师学院", "Yunpu Seamen Technician College", "海员院", "院校", "signed"],
    ["云浦市临渚技师学院", "", "", "院校", "signed"],
    ["青禾机械（云浦）有限公司", "Greenstalk Machines (Yunpu) Co., Ltd", "青禾", "企业", "presenter"],
]
TEXT = "西岭省海员学院不是云浦市海员技师学院。副区长段怀瑾（Duan Huaijin）出席。"


@cache
def names() -> Directory:
    folder = Path(mkdtemp(prefix="entities-"))
    path = folder / "partners.csv"
    path.write_bytes(csv_bytes(PARTNERS))
    text = TEXT.replace("海员学院", "海员职业学院")
    return Directory(published(folder, [path], MADE.towns), MADE, (Chunk("a", "a.md", 0, (), text, "zh"),))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("海员院签约了吗", "云浦市海员技师学院"),
        ("临渚技师学院签约了吗", "云浦市临渚技师学院"),
        ("云浦临渚技师学院有什么专业", "云浦市临渚技师学院"),
        ("青禾发言了吗", "青禾机械（云浦）有限公司"),
        ("did greenstalk present", "青禾机械（云浦）有限公司"),
        ("did greenstak present", "青禾机械（云浦）有限公司"),
        ("青和机械发言了吗", "青禾机械（云浦）有限公司"),
    ],
)
def test_whoever_staff_add_is_known_by_name_alias_and_slip(text: str, name: str) -> None:
    assert [link.entity.name for link in names().links(text, alone=True, taken="\u2007")] == [name]


def test_a_school_one_character_apart_is_another() -> None:
    (link,) = names().links("云浦市临江技师学院学费多少", alone=False, taken="\u2007")
    assert link.entity.name == "云浦市临江技师学院" and link.entity.partner is None


def test_a_short_name_that_a_document_s_school_has_too_is_asked_back() -> None:
    found = names().ambiguous("海员技师学院签约了吗", alone=True)
    assert found and set(found[0].names) == {"云浦市海员技师学院", "西岭省海员职业学院"}
    assert names().ambiguous("云浦市海员技师学院签约了吗", alone=True) is None


def test_people_come_from_the_texts() -> None:
    assert [person.forms for person in names().people] == [("段怀瑾", "duan huaijin", "huaijin")]
    assert people_in([fold("请校长签名，主任说可以。")]) == ()


def test_programme_and_district_get_neutral_names_except_within_others() -> None:
    assert MADE.neutral("巧匠计划在临渚区有哪些岗位") == "本行动在本区有哪些岗位"
    assert MADE.neutral("临渚某某纺织公司招人吗") == "临渚某某纺织公司招人吗"
    assert MADE.neutral("jobs in linzhu district") == "jobs in this district"


def test_one_s_own_places_are_at_home_with_and_without_suffix() -> None:
    assert all(map(HOME.is_place, ("广州", "广州市", "guangzhou", "花都区", "huadu district")))
    assert not any(map(HOME.is_place, ("深圳", "云浦")))


@pytest.mark.parametrize("line", ["芦荻", "芦荻 Ludi", "Ludi\t芦荻", "芦荻\t"])
def test_a_wrong_line_of_towns_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "towns.tsv"
    path.write_text(f"# towns\n石埠镇\tShibu Town\n{line}\n", encoding="utf-8")
    with pytest.raises(TownsError, match=r"towns\.tsv, line 3: .*expected a Chinese name, a tab"):
        read_towns(path)
    config = tmp_path / "config.yaml"
    config.write_text("towns: towns.tsv\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"towns: .*line 3"):
        load(config, KnowledgeSettings)


def test_endings_of_towns_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "towns.tsv"
    path.write_text("石埠镇\tShibu Town\n南堰街道\tNanyan Subdistrict\n", encoding="utf-8")
    assert read_towns(path) == (Town("石埠", "Shibu"), Town("南堰", "Nanyan"))
