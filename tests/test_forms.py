"""Forms without a chat: declarations, what a field takes, the steps, and what is stored of them."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from sqlalchemy import Engine, select

from bot.forms.checks import Refused, Taken, check
from bot.forms.credit_code import LETTERS, is_checked
from bot.forms.declaration import FormDeclaration, read_forms
from bot.forms.filling import (
    ADULT,
    AGE,
    CONSENT,
    MINOR,
    SUMMARY,
    Consent,
    Draft,
    as_declared,
    asked_fields,
    back,
    editing,
    is_complete,
    place,
    with_age,
    with_answer,
    with_consent,
)
from bot.forms.offered_forms import OfferedForms
from bot.forms.unlawful_conditions import unlawful_condition
from bot.presentation.messages import message, messages
from bot.settings import load_settings
from bot.telegram.applications import applications, drafts, handling
from bot.telegram.applications.applications import DAY, Application, ApplicationState
from bot.telegram.applications.drafts import Decision, FormChange
from bot.telegram.applications.tables import applications as application_rows
from bot.telegram.applications.tables import form_drafts
from bot.telegram.delivery.reply import IncomingQuestion
from bot.telegram.delivery.service_facts import ServiceFacts
from bot.telegram.forms import requests
from bot.telegram.queue.conversations import Conversation
from bot.telegram.queue.outgoing.messages import MessageContent
from bot.telegram.update import IncomingUpdate
from bot.telegram.updates import commands
from bot.understanding.service_intents import service_verdicts
from knowledge import store
from knowledge.settings import ConfigError
from knowledge.towns import read_towns
from tests.form_filler import CODE, ENQUIRY, ENTERPRISE, OPENING, OPERATOR, ROOT
from tests.pattern_attacks import growth, repetitions
from tests.telegram_bots import Echo

TOWNS = read_towns(ROOT / "knowledge" / "data" / "towns-huadu.tsv")
WISHES = frozenset(service_verdicts())
SHIPPED = {form.name: form for form in read_forms(ROOT / "forms", WISHES)}
FILLED = {"enterprise": ENTERPRISE, "opening": OPENING, "enquiry": ENQUIRY}
VERSION = Consent("1.x", 0.0)
HOSTILE = ("=1+1", "+SUM(A1:A9)", "@cmd|' /C calc'!A0", "<b>公司</b> &amp; 'x'", "{title} %s \\ ", "a" * 50, "数" * 50)


def begun(form: FormDeclaration, age: str = ADULT) -> Draft:
    told = with_age(form, Draft("d", form.name), age)
    assert told is not None and told.step == CONSENT
    return with_consent(form, told, VERSION)


def filled(form: FormDeclaration, draft: Draft, answers: tuple[str, ...]) -> Draft:
    for answer in answers:
        field = form.field(draft.step)
        assert field is not None, draft
        checked = check(field, answer, TOWNS) if answer != "跳过" else Taken("")
        assert isinstance(checked, Taken), (answer, checked)
        draft = with_answer(form, draft, checked.value)
    return draft


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_a_shipped_form_can_be_filled_in_and_everything_of_it_is_said_in_both_languages(name: str) -> None:
    form = SHIPPED[name]
    draft = filled(form, begun(form), FILLED[name])
    count = len(draft.answers)
    assert draft.step == SUMMARY and is_complete(form, draft) and place(form, draft) == (count + 1, count)
    for wording in (form.title, form.purpose, form.readers, *(each.ask for each in form.fields)):
        assert wording.zh.isascii() is False and wording.en.isascii() | ("“" in wording.en)
    assert not {"身份证", "银行卡"} & {field.label.zh for field in form.fields}


def test_an_opening_has_what_the_law_asks_for_and_no_field_of_it_may_be_left_out() -> None:
    fields = {field.name: field for field in SHIPPED["opening"].fields}
    asked = {"company", "headcount", "conditions", "work", "town", "pay"}  # article 33
    assert asked <= fields.keys() and not any(fields[name].optional for name in asked)
    assert all(fields[name].lawful for name in ("title", "work", "conditions", "pay"))


def test_minors_are_asked_less_or_nothing() -> None:
    enquiry = SHIPPED["enquiry"]
    fewer = [field.name for field in asked_fields(enquiry, begun(enquiry, MINOR))]
    assert fewer == ["program", "question", "phone"]
    assert with_age(SHIPPED["opening"], Draft("d", "opening"), MINOR) is None
    assert with_age(enquiry, Draft("d", "enquiry"), "under_14") is None


def test_steps_forward_back_and_from_the_summary() -> None:
    form = SHIPPED["enterprise"]
    draft = filled(form, begun(form), ENTERPRISE[:4])
    assert draft.step == "cooperation" and place(form, draft) == (5, 9)
    assert back(form, draft).step == "town"
    again = with_answer(form, back(form, draft), "花东")
    assert again.step == "cooperation" and again.answers["town"] == "花东"
    skipping = with_answer(form, draft, "师资互聘")
    assert skipping.step == "contact" and place(form, skipping) == (6, 7)
    done = filled(form, draft, ENTERPRISE[4:])
    changed = editing(form, done, "phone")
    assert changed and back(form, changed).step == SUMMARY
    assert with_answer(form, changed, "12345678").step == SUMMARY
    fewer = with_answer(form, editing(form, done, "cooperation") or done, "师资互聘")
    assert fewer.step == SUMMARY and "trades" not in fewer.answers and editing(form, fewer, "trades") is None
    more = with_answer(form, editing(form, fewer, "cooperation") or fewer, "学徒制")
    assert more.step == "trades", "what is asked again has to be answered"
    assert back(form, begun(form)).step == "company" and back(form, done).step == "phone"


def test_another_text_is_agreed_to_again_and_a_field_that_is_gone_is_asked_no_more() -> None:
    form = SHIPPED["enquiry"]
    draft = filled(form, begun(form), ENQUIRY[:2])
    assert as_declared(form, draft, VERSION.version) == draft
    asked = as_declared(form, draft, "2.y")
    assert asked.step == CONSENT and asked.consent is None and asked.answers == draft.answers
    assert with_consent(form, asked, Consent("2.y", 1.0)).step == "question", "what was entered is kept"
    without = form.model_copy(update={"fields": tuple(f for f in form.fields if f.name != "question")})
    assert as_declared(without, draft, VERSION.version).step == "called"
    versions = {
        form.consent_text_version(),
        form.consent_text_version("another office"),
        form.model_copy(update={"consent_version": 2}).consent_text_version(),
        form.model_copy(update={"purpose": form.title}).consent_text_version(),
        without.consent_text_version(),
    }
    assert len(versions) == 5


def test_a_credit_code_that_is_mistyped_in_one_place_is_refused() -> None:
    assert is_checked(CODE)
    field = SHIPPED["enterprise"].field("credit_code")
    assert field
    for place_, letter in enumerate(CODE):
        other = LETTERS[(LETTERS.index(letter) + 1) % 31]
        assert check(field, CODE[:place_] + other + CODE[place_ + 1 :], TOWNS) == Refused("form.code_check", {})
    assert (
        check(field, " 91350100-m000100Y43 ", TOWNS) == check(field, "９１３５０１００M000100Y43", TOWNS) == Taken(CODE)
    )
    assert check(field, CODE[:-1], TOWNS).key == "form.code_length"  # type: ignore[union-attr]
    assert check(field, CODE[:-1] + "O", TOWNS).key == "form.code_letters"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("form", "name", "typed", "expected"),
    [
        ("opening", "pay", "面议", "form.no_pay"),
        ("opening", "pay", "5000", "form.no_period"),
        ("opening", "pay", "时薪22元", "时薪22元"),
        ("opening", "pay", "6000 yuan a month", "6000 yuan a month"),
        ("opening", "headcount", "十二个", "12"),
        ("opening", "headcount", "若干", "form.no_number"),
        ("opening", "headcount", "0", "form.number_range"),
        ("opening", "headcount", "3到5", "form.no_number"),
        ("opening", "town", "Shiling", "狮岭"),
        ("opening", "town", "獅嶺", "狮岭"),
        ("opening", "town", "番禺", "form.no_option"),
        ("enterprise", "industry", "机器人", "机器人"),
        ("enterprise", "phone", "+86 138 0013 8000", "13800138000"),
        ("enterprise", "phone", "（020）1234-5678 转 12", "02012345678-12"),
        ("enterprise", "phone", "440106199001011234", "form.no_phone"),
        ("enterprise", "phone", "陈经理", "form.no_phone"),
    ],
)
def test_what_a_field_takes(form: str, name: str, typed: str, expected: str) -> None:
    field = SHIPPED[form].field(name)
    assert field
    checked = check(field, typed, TOWNS)
    assert (checked.value if isinstance(checked, Taken) else checked.key) == expected


@pytest.mark.parametrize("form", sorted(SHIPPED))
def test_no_field_takes_nothing_or_what_is_too_long_and_each_says_why(form: str) -> None:
    for field in SHIPPED[form].fields:
        for text in ("", " \u200b\n", "😀👍", "---", "x" * 10_000, "数" * 4096):
            checked = check(field, text, TOWNS)
            assert isinstance(checked, Refused) and checked.key in messages("zh"), (field.name, text[:5], checked)
        for text in HOSTILE:
            checked = check(field, text, TOWNS)
            assert isinstance(checked, Refused) or checked.value == text.strip()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("限男性", "sex"), ("只招女工", "sex"), ("女士优先", "sex"), ("性别：女", "sex"), ("men only", "sex"),
        ("35岁以下", "age"), ("18-40周岁", "age"), ("年龄在45以內", "age"), ("aged 20 to 35", "age"),
        ("已婚已育优先", "family"), ("三年内不得生育", "family"), ("汉族优先", "people"), ("只招本地人", "origin"),
        ("广州户口", "origin"), ("查乙肝两对半", "health"), ("不招残疾人", "disability"), ("形象气质佳", "looks"),
        ("身高165以上", "looks"), ("党员优先", "party"), ("入职收押金300元", "deposit"), ("扣押身份证", "deposit"),
        ("15岁以上即可", "child"), ("限３５岁以下", "age"),
        ("男女不限", ""), ("不限性别和年龄", ""), ("年满18周岁", ""), ("会看图纸，有叉车证", ""),
        ("搬得动25公斤以下的货", ""), ("不收押金", ""), ("两年以上经验", ""), ("招女装销售员", ""),
        ("能上夜班，适应倒班", ""), ("no experience needed", ""), ("婚庆公司司仪", ""), ("18岁以上", ""),
        ("有电工证（高压优先）", ""), ("10 to 20 pieces an hour", ""),
    ],
)  # fmt: skip
def test_unlawful_conditions_are_told_from_lawful_ones(text: str, kind: str) -> None:
    found = unlawful_condition(text)
    assert (found.kind if found else "") == kind
    assert not kind or f"form.unlawful_{kind}" in messages("en")


def test_no_text_costs_an_expression_more_than_its_length() -> None:
    content = yaml.safe_load((ROOT / "bot" / "forms" / "unlawful_conditions.yaml").read_text(encoding="utf-8"))
    patterns = [re.compile(pattern) for kind in content.values() for pattern in kind]
    slow = [one.pattern for one in patterns for text in repetitions(one.pattern) if growth(one, text) > 3]
    assert len(patterns) > 30 and slow == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": "x"}, "title"),
        ({"colour": 1}, "colour: unknown key"),
        ({"fields": []}, "fields"),
        ({"wishes": ["fly"]}, "'fly' is unknown"),
        ({"minors": "some"}, "minors"),
        ({"minors": "fewer"}, "adults_only"),
        ({"fields": [{"name": "A b", "label": {"zh": "a", "en": "a"}, "ask": {"zh": "a", "en": "a"}}]},
         "fields.0.name"),
        ({"fields": [{"name": "a", "kind": "choice", "label": {"zh": "a", "en": "a"}, "ask": {"zh": "a", "en": "a"}}]},
         "options"),
        ({"fields": [{"name": "a", "label": {"zh": "a", "en": "a"}, "ask": {"zh": "a", "en": "a"},
                      "skip_if": {"field": "b", "answers": ["x"]}}]}, "'b' is no earlier field"),
    ],
)  # fmt: skip
def test_a_declaration_that_cannot_be_used_is_named(tmp_path: Path, change: dict[str, object], said: str) -> None:
    values = yaml.safe_load((ROOT / "forms" / "opening.yaml").read_text(encoding="utf-8"))
    (tmp_path / "opening.yaml").write_text(yaml.safe_dump({**values, **change}, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        read_forms(tmp_path, WISHES)
    assert "opening.yaml" in str(refused.value) and said in str(refused.value)


def test_forms_need_an_operator_and_files(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("forms: {enabled: true}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"forms\.enabled: true needs operator"):
        load_settings(config)
    with pytest.raises(ConfigError, match="holds no"):
        read_forms(tmp_path / "none", WISHES)
    assert load_settings(ROOT / "config.yaml").forms.enabled is False


def test_requests_fit_what_made_them() -> None:
    draft = Draft("id-_", "enquiry", revision=7)
    tap = requests.tap_of(requests.step(draft, "choose", "3"))
    assert tap and (tap.kind, tap.name, tap.revision, tap.verb, tap.argument) == (
        requests.STEP,
        "id-_",
        7,
        "choose",
        "3",
    )
    assert requests.tap_of('{"ask": "x"}') is None and requests.tap_of("!open help") is None


def test_without_forms_there_is_no_button_and_no_command_of_theirs() -> None:
    off, on = ServiceFacts(), ServiceFacts(operator=OPERATOR, forms=OfferedForms(tuple(SHIPPED.values()), TOWNS))

    def said(facts: ServiceFacts, name: str, *, private: bool = True) -> str:
        places = facts.places(1, private=private)
        talk = Conversation("k", "p", notice=99)
        update = IncomingUpdate(private=private)
        incoming = IncomingQuestion(update, f"/{name}", talk, 0.0, facts=facts, places=places, bot_name="b")
        [shown] = commands.run(name, incoming, Echo()).messages or (MessageContent(""),)
        return " ".join([shown.text, *(f"[{label}]" for row in shown.keyboard for label, _ in row)])

    assert "status" in commands.names_for(on.places(1, private=True))
    assert "status" not in commands.names_for(off.places(1, private=True)) + commands.names_for(
        on.places(-1, private=False)
    )
    assert "填表" not in said(off, "join") and said(off, "status") == said(off, "nonsense")
    assert all(form.title.zh in said(on, "join") for form in SHIPPED.values())
    assert "填表" not in said(on, "join", private=False) and message("open_private", "zh") in said(
        on, "join", private=False
    )


@pytest.fixture
def now() -> Iterator[float]:
    yield time.time()


def test_what_is_stored_is_sealed_found_set_and_goes_in_time(engine: Engine, now: float) -> None:
    form = SHIPPED["enterprise"]
    draft = replace(filled(form, begun(form), ENTERPRISE), message=5)
    sent = Application(
        "261201-7KQ4M", "enterprise", now, now, now + 180 * DAY, answers=dict(draft.answers), consent=("1.x", now)
    )
    with store.writing(engine) as sql:
        drafts.write(sql, FormChange(draft, now + 30 * DAY, shows=True), "p", 42, now)
        drafts.write(sql, FormChange(sent=sent), "p", 43, now)
        drafts.write(sql, FormChange(decision=Decision("opening", VERSION, False), until=now + DAY), "p", 44, now)
    with store.writing(engine) as sql:
        kept = drafts.kept_forms(sql, "p")
        assert kept.drafts == (replace(draft, shown_by=42, changed=now),) and kept.sent == (sent,)
        assert kept.declined == {("opening", "1.x")} and drafts.kept_forms(sql, "q") == drafts.NOTHING_KEPT
        stored = repr(sql.execute(select(form_drafts)).all()) + repr(sql.execute(select(application_rows)).all())
        assert not [answer for answer in ENTERPRISE if len(answer) > 3 and answer in stored]
        everything = list(applications.all_of(sql))
        for text in ("261201-7kq4m", "7KQ4M", "示例企业", "020 1234", CODE.lower()):
            assert applications.found(everything, text) == [sent], text
        assert applications.found(everything, "别的公司") == applications.found(everything, " ") == []
        assert not handling.set_state(sql, "nobody", ApplicationState.ACCEPTED, now, 30)
        assert handling.set_state(sql, sent.number, ApplicationState.HANDLING, now, 30)
        drafts.purge(sql, now + 31 * DAY)
        kept = drafts.kept_forms(sql, "p")
        assert not kept.drafts and not kept.declined and kept.sent[0].state is ApplicationState.HANDLING
        assert handling.set_state(sql, sent.number, ApplicationState.ACCEPTED, now, 30)
        drafts.purge(sql, now + 29 * DAY)
        assert drafts.kept_forms(sql, "p").sent
        drafts.purge(sql, now + 31 * DAY)
        assert drafts.kept_forms(sql, "p") == drafts.NOTHING_KEPT


def test_nothing_of_somebody_else_is_touched(engine: Engine, now: float) -> None:
    with store.writing(engine) as sql:
        for person in ("p", "q"):
            drafts.write(sql, FormChange(Draft(person, "enquiry"), now + DAY, shows=True), person, 1, now)
            sent = Application(f"261201-{person}", "enquiry", now, now, now + DAY)
            drafts.write(sql, FormChange(sent=sent, dropped="q" if person == "p" else None), person, 2, now)
        assert drafts.count_of(sql, "q") == (1, 1) and drafts.kept_forms(sql, "q").drafts[0].step == AGE
        assert drafts.forget(sql, "p") == (1, 1) and drafts.count_of(sql, "q") == (1, 1)
