"""Names that take each other's place where a question goes on: after one school, "and at …?" means another."""

from __future__ import annotations

from knowledge.entities.directory import Directory
from knowledge.text.language import fold


def named_groups(names: Directory, cities: frozenset[str]) -> tuple[frozenset[str], ...]:
    """The own city and district beside other ``cities``; firms; schools with the short names people use."""
    home = names.home.programme
    own = {fold(name) for place in (home.city, home.district) for name in place.all}
    schools = [entity for entity in names.institutions if entity.school]
    short = {word for name in names.ambiguous_names for word in name.short}
    called = {form for entity in schools for form in entity.variants if not form.isascii() and len(form) > 2}
    firms = {form for entity in names.firms for form in entity.variants}
    return cities | own, frozenset(firms), frozenset(called | (short if called else set()))
