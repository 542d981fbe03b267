"""XML files inside a ZIP, read without entities, and where their links to each other lead."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from knowledge.readers.errors import ReadError

LINKS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


@contextmanager
def opened(path: Path, what: str, advice: str) -> Iterator[zipfile.ZipFile]:
    """The ZIP at ``path``; whatever is wrong inside it is a ``ReadError`` that calls the file ``what``."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except DefusedXmlException:
        raise ReadError(f"its XML declares entities, which no honest {what} does; {advice}") from None
    except (zipfile.BadZipFile, zlib.error, ParseError, KeyError, ValueError, OSError, NotImplementedError) as error:
        raise ReadError(f"it is damaged or not a {what} ({type(error).__name__}); {advice}") from None


def xml_member(archive: zipfile.ZipFile, name: str) -> Element:
    """The root element of a member. Raises ``KeyError`` when it is not there, and what ``opened`` names."""
    root: Element = fromstring(archive.read(name), forbid_dtd=True)
    return root


def targets(archive: zipfile.ZipFile, name: str) -> dict[str, str]:
    """Id -> member for the links of the member ``name``; links that lead out of the file are not followed."""
    folder, file = posixpath.split(name)
    listing = f"{folder}/_rels/{file}.rels"
    if listing not in archive.NameToInfo:
        return {}
    return {
        link.get("Id", ""): posixpath.normpath(posixpath.join("/", folder, link.get("Target", ""))).lstrip("/")
        for link in xml_member(archive, listing).iter(LINKS)
        if link.get("TargetMode") != "External"
    }


def number_of(value: str | None, default: int = 0, most: int = 100) -> int:
    """A count as written in an attribute, at most ``most``; ``default`` where none is written."""
    text = value or ""
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 10 else default
