"""What styles of an OpenDocument file say: what is hidden, which paragraph is the title, how lists are numbered."""

from __future__ import annotations

import zipfile
from xml.etree.ElementTree import Element

from knowledge.readers.formats.office.xml_members import number_of, xml_member
from knowledge.text.numerals import written

STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
MEMBERS = ("styles.xml", "content.xml")
INHERITED = 10  # styles may be based on each other in a ring
TINY = 2.0  # points


class OdfStyles:
    """The styles of one file, by name."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._styles: dict[str, Element] = {}
        self._lists: dict[str, Element] = {}
        for member in MEMBERS:
            if member in archive.NameToInfo:
                root = xml_member(archive, member)
                self._styles |= {style.get(f"{STYLE}name", ""): style for style in root.iter(f"{STYLE}style")}
                self._lists |= {each.get(f"{STYLE}name", ""): each for each in root.iter(f"{TEXT}list-style")}

    def is_title(self, name: str) -> bool:
        """Whether the paragraph style ``name`` is the one for titles, or based on it."""
        return any(style.get(f"{STYLE}name") == "Title" for style in self._line(name))

    def is_hidden(self, name: str) -> bool:
        """Whether text or a sheet of this style is not shown."""
        for style in self._line(name):
            text, table = style.find(f"{STYLE}text-properties"), style.find(f"{STYLE}table-properties")
            if text is not None and (text.get(f"{TEXT}display") == "none" or _tiny(text.get(f"{FO}font-size"))):
                return True
            if table is not None and table.get(f"{TABLE}display") == "false":
                return True
        return False

    def is_white(self, name: str) -> bool:
        """Whether text of this style is white without a background of its own."""
        for style in self._line(name):
            text = style.find(f"{STYLE}text-properties")
            if text is not None and text.get(f"{FO}color"):
                plain = text.get(f"{FO}background-color", "transparent") == "transparent"
                return plain and text.get(f"{FO}color", "").lower() == "#ffffff"
        return False

    def mark(self, name: str, level: int, number: int) -> str:
        """What stands before the item ``number`` of a list of style ``name`` at ``level``, both from 1."""
        styles = self._lists.get(name)
        for style in () if styles is None else styles:
            if number_of(style.get(f"{TEXT}level")) == level:
                if not style.tag.endswith("level-style-number"):
                    break
                shown = _shown(style.get(f"{STYLE}num-format", "1"), number)
                text = f"{style.get(f'{STYLE}num-prefix', '')}{shown}{style.get(f'{STYLE}num-suffix', '')}"
                return text if not text or text.endswith(("、", "）", ")")) else f"{text} "
        return "- "

    def first_number(self, name: str, level: int) -> int:
        """The number at which a list of this style begins."""
        styles = self._lists.get(name)
        for style in () if styles is None else styles:
            if number_of(style.get(f"{TEXT}level")) == level:
                return number_of(style.get(f"{TEXT}start-value"), 1, 10_000)
        return 1

    def _line(self, name: str) -> list[Element]:
        """The style and those that it is based on."""
        found: list[Element] = []
        while name in self._styles and len(found) < INHERITED:
            found.append(self._styles[name])
            name = found[-1].get(f"{STYLE}parent-style-name", "")
        return found


def _shown(number_format: str, number: int) -> str:
    if number_format.startswith(("一", "壹")):
        return written(number)
    if number_format[:1] in ("a", "A"):
        return chr(ord(number_format[0]) + (number - 1) % 26)
    return str(number) if number_format else ""


def _tiny(size: str | None) -> bool:
    text = (size or "").removesuffix("pt")
    return text.replace(".", "", 1).isdigit() and len(text) < 10 and float(text) <= TINY and (size or "").endswith("pt")
