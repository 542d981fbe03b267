"""The assistant's own words as gettext catalogues: `write` makes those of Hong Kong from the Simplified ones, `check`
tells whether they are up to date. Of staff's command `check` names sentences without Chinese (staff_sentences.py).

`write` first takes in every NAME.zh.yaml and NAME.en.yaml of the folder, a flat mapping from keys to texts, as entries
of the catalogue NAME (what stands in the YAML wins), and deletes the file. An entry with the comment "By hand." is left
as it is; below it stands the Simplified text that it was written for, so that both commands name it when that changes.
Exit code 1, with what is wrong, when catalogues are out of date or a key stands in two of them.
"""

from __future__ import annotations

import io
import re
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import yaml
from babel.messages import Catalog
from babel.messages.pofile import read_po, write_po

from bot.presentation.messages import FOLDER, LOCALES
from knowledge.text.language import traditional

SIMPLIFIED, HONG_KONG = LOCALES["zh"], LOCALES["zh-hant"]
BY_HAND = "By hand."
REMAKE = "make catalogues"
WORDS = Path(__file__).with_name("hong_kong_words.yaml")
COMMENT = re.compile(r"^# (?P<comment>.+)\n(?P<key>[^\s:#]+):", re.M)
HEADER = 'msgid ""\nmsgstr ""\n"Language: {}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'


def main(command: str, folder: Path = FOLDER) -> int:
    """Write or check the catalogues of ``folder``; returns the exit code."""
    if command == "write":
        for path in sorted(folder.glob("*.*.yaml")):
            take_in(path)
    wrong = [f"{path.name}: {REMAKE} makes a catalogue of it" for path in sorted(folder.glob("*.*.yaml"))]
    wrong += [f"{key} stands in more than one catalogue" for key in repeated(folder)]
    for path in sorted({folder / HONG_KONG / each.name for each in folder.glob("zh_*/*.po")}):
        made, outdated = hong_kong(folder / SIMPLIFIED / path.name, path)
        wrong += [f"{key}: written by hand in {HONG_KONG} for another text: look at it again" for key in outdated]
        if command == "write":
            save(path, made)
        if (path.read_text(encoding="utf-8") if path.exists() else "") != made:
            wrong.append(f"{HONG_KONG}/{path.name} is not what {SIMPLIFIED}/{path.name} gives: {REMAKE}")
    if folder == FOLDER:
        import staff_sentences  # beside this file; it loads what staff's command does

        wrong += staff_sentences.wrong()
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


def take_in(path: Path) -> None:
    """Makes entries of the catalogue NAME from NAME.zh.yaml or NAME.en.yaml, and deletes the file."""
    name, language, _ = path.name.split(".")
    text, target = path.read_text(encoding="utf-8"), path.parent / LOCALES[language] / f"{name}.po"
    comments = {match["key"]: match["comment"] for match in COMMENT.finditer(text)}
    catalogue = read(target)
    for key, said in yaml.safe_load(text).items():
        if known := catalogue.get(key):
            known.string = said
        else:
            catalogue.add(key, said, user_comments=[comments[key]] if key in comments else [])
    save(target, written(catalogue, LOCALES[language]))
    path.unlink()


def hong_kong(simplified: Path, present: Path) -> tuple[str, list[str]]:
    """The catalogue made of ``simplified``, as text, empty where there is none; and the keys of entries of ``present``
    that were written by hand for another Simplified text.
    """
    kept = {entry.id: entry for entry in read(present) if BY_HAND in entry.user_comments}
    made, outdated = Catalog(), []
    for entry in read(simplified):
        if not entry.id:
            continue
        if not (by_hand := kept.get(entry.id)):
            made.add(entry.id, in_hong_kong(str(entry.string)), user_comments=entry.user_comments)
            continue
        made.add(entry.id, by_hand.string, user_comments=by_hand.user_comments, auto_comments=by_hand.auto_comments)
        if "\n".join(by_hand.auto_comments) != entry.string:
            outdated.append(str(entry.id))
    return written(made, HONG_KONG) if simplified.exists() else "", outdated


def in_hong_kong(text: str) -> str:
    """A Simplified text of the assistant's own in Traditional letters and Hong Kong's words."""
    words = hong_kong_words()
    return re.sub("|".join(sorted(words, key=len, reverse=True)), lambda match: words[match[0]], traditional(text))


@cache
def hong_kong_words() -> dict[str, str]:
    """What Hong Kong says for words of the mainland, both in Traditional letters."""
    words: dict[str, str] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return words


def repeated(folder: Path) -> list[str]:
    """Keys that stand in several Simplified catalogues."""
    counts = Counter(entry.id for path in folder.glob(f"{SIMPLIFIED}/*.po") for entry in read(path) if entry.id)
    return sorted(key for key, times in counts.items() if times > 1)


def read(path: Path) -> Catalog:
    """A catalogue; an empty one where there is none."""
    return read_po(io.BytesIO(path.read_bytes()), abort_invalid=True) if path.exists() else Catalog()


def written(catalogue: Catalog, locale: str) -> str:
    """A catalogue as text, without dates: the same entries are the same bytes."""
    file = io.BytesIO()
    write_po(file, catalogue, width=100, omit_header=True)
    return HEADER.format(locale) + file.getvalue().decode().strip() + "\n"


def save(path: Path, text: str) -> None:
    """Writes ``text``; a file without any is deleted."""
    if text:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    else:
        path.unlink(missing_ok=True)


if __name__ == "__main__":
    if sys.argv[1:] not in (["write"], ["check"]):
        sys.exit("usage: catalogues.py write | check")
    sys.exit(main(sys.argv[1]))
