"""The programme and the district that an assistant is of, as config.yaml names them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from knowledge.settings import NO_PROGRAMME, KnowledgeSettings, Names, Programme
from knowledge.text.language import fold
from knowledge.towns import Town, read_towns

# Administrative suffixes, and not 城市, 超市, 园区, 社区, 校区.
SUFFIX = r"(?:自治区|自治州|省|(?<![城超都门])市|(?<![园社校景小特])区|县)"
# 花都某某公司 is a name, 花都的公司 is none.
NO_NAME = r"(?![^的有哪什几在招找做,。?! ]{0,10}(?:公司|集团|学院|学校|技校|厂))"

NO_NAME_EN = r"(?!(?: [a-z&-]+){0,4} (?:college|institute|school|university|co\b|ltd|bureau|federation|centre|center))"


@dataclass(frozen=True)
class Home:
    """``programme``: its names, host and places; ``towns``: those of its district; ``partners``: Chinese and English
    names of those that have both. Hashable; empty by default.
    """

    programme: Programme = NO_PROGRAMME
    towns: tuple[Town, ...] = ()
    partners: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, settings: KnowledgeSettings) -> Home:
        """The programme and towns in ``settings``. Raises ``TownsError`` when the file of towns has become unusable."""
        return cls(settings.programme, read_towns(settings.towns) if settings.towns else ())

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """Chinese names of district, city and province, without suffixes."""
        programme = self.programme
        return _forms(region for region in (programme.district.zh, programme.city.zh, programme.province.zh))

    @cached_property
    def regions_en(self) -> tuple[str, ...]:
        """English names of district, city and province, folded."""
        programme = self.programme
        return _forms(region for region in (programme.district.en, programme.city.en, programme.province.en))

    @cached_property
    def beyond(self) -> tuple[str, ...]:
        """Names of city and province, which are more than the district, folded, in both languages."""
        programme = self.programme
        return _forms((programme.city.zh, programme.city.en, programme.province.zh, programme.province.en))

    @cached_property
    def prefix(self) -> re.Pattern[str]:
        """The region, or several, with which a folded Chinese name may begin: 广州市, 广东, 北京市海淀区."""
        own = "".join(f"{region}{SUFFIX}?|" for region in self.regions)
        return re.compile(rf"\A(?:{own}[\u4e00-\u9fff]{{2,3}}?{SUFFIX}){{1,4}}")

    @cached_property
    def places(self) -> frozenset[str]:
        """Names of its city and district, folded, in both languages: a text need not say them again."""
        names = (self.programme.city, self.programme.district)
        return frozenset(fold(form) for name in names for form in name.all)

    def is_place(self, name: str) -> bool:
        """Whether a folded name, with or without its suffix, is that of its city or district."""
        return name in self.places or re.sub(rf"{SUFFIX}$| (?:district|city)$", "", name) in self.places

    def town_name(self, zh: str, language: str) -> str:
        """A town as a reader of ``language`` writes it."""
        if language == "en":
            return next((town.en for town in self.towns if town.zh == zh), zh)
        return zh

    def called(self, name: str, language: str) -> str:
        """A school or employer, for "en" by the English name of the table of partners, if that has one."""
        if language != "en":
            return name
        return next((english for chinese, english in self.partners if fold(chinese) == fold(name)), name)

    def host_in_short(self, language: str) -> str:
        """What the office that runs the programme is called for short; empty where none is named."""
        return self.programme.host.short(language)

    def neutral(self, folded: str) -> str:
        """A folded text that calls programme and district 本行动 and 本区, so that patterns need not know them."""
        for pattern, word in self._neutral:
            folded = pattern.sub(word, folded)
        return folded

    @cached_property
    def _neutral(self) -> tuple[tuple[re.Pattern[str], str], ...]:
        district = self.programme.district
        return tuple(
            (re.compile(pattern), word)
            for pattern, word in (
                (_any_of(name for name in self.programme.all if not name.isascii()), "本行动"),
                (rf"(?:\bthe )?{_words(name for name in self.programme.all if name.isascii())}", "this operation"),
                (rf"{_any_of([district.zh])}区?{NO_NAME}", "本区"),
                (rf"(?:\bthe )?{_words([district.en])}(?: district)?{NO_NAME_EN}", "this district"),
            )
        )

    @cached_property
    def city(self) -> str:
        """A pattern of the city's and the district's names in a folded text, where they only say where one is."""
        places = (self.programme.city, self.programme.district)
        chinese = _any_of(name.zh for name in places)
        return rf"(?:{chinese}{SUFFIX}?(?:的)?|{_words(name.en for name in places)}(?: (?:city|district))?)"


def wording(programme: Programme, language: str) -> dict[str, str]:
    """What message texts call the programme, its host, city and district, for their placeholders of these names."""
    chinese = language != "en"
    city, district = programme.city.shown(language), programme.district.shown(language)
    return {
        "programme": programme.shown(language),
        "host": programme.host.shown(language),
        "host_short": programme.host.short(language),
        "city": f"{city}市" if chinese and city else city,
        "district": f"{district}区" if chinese and district else f"{district} District" if district else "",
    }


def names_of(names: Names) -> tuple[str, ...]:
    """All forms of something's name, folded."""
    return _forms(names.all)


def _forms(names: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fold(name) for name in names if name))  # type: ignore[attr-defined]


def _any_of(names: object) -> str:
    """A pattern of any of ``names``, folded; of nothing where there are none."""
    forms = sorted(_forms(names), key=len, reverse=True)
    return f"(?:{'|'.join(map(re.escape, forms))})" if forms else r"(?!)"


def _words(names: object) -> str:
    return rf"(?<![a-z]){_any_of(names)}(?![a-z])"
