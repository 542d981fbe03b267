"""The parts of an OFD file: which pages it has, in which order, and what is drawn on each, its templates included."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from functools import cache, partial
from typing import NamedTuple
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

PAGE = re.compile(r"(?:^|/)Pages/Page_(\d+)/Content\.xml$", re.I)
A4 = (0.0, 0.0, 210.0, 297.0)
Area = tuple[float, float, float, float]  # left, top, width, height in millimetres


class OfdPage(NamedTuple):
    """A page: its ``area``, and what is drawn on it, the lowest first."""

    area: Area
    layers: tuple[Element, ...]


def local_name(node: Element) -> str:
    """The element's name without its namespace."""
    return node.tag.rpartition("}")[2]


def numbers(text: str | None) -> list[float]:
    """The numbers of a list. Raises ``ValueError``."""
    return [float(part) for part in (text or "").split()]


def pages_of(archive: zipfile.ZipFile) -> Iterator[OfdPage]:
    """The pages of all its documents, in their order. Raises what ``zipfile`` and the XML parser raise."""
    names = {name.lower(): name for name in archive.namelist()}
    roots = [place for place in _texts(_xml(archive, names, "OFD.xml"), "DocRoot") if place]
    documents = [_resolved("", place) for place in roots if _resolved("", place).lower() in names]
    if not documents:  # what links its parts is missing: the pages have names to go by
        for name in sorted(filter(PAGE.search, archive.namelist()), key=_order):
            yield OfdPage(A4, (fromstring(archive.read(name)),))
    for document in documents:
        yield from _pages(archive, names, document)


def _pages(archive: zipfile.ZipFile, names: dict[str, str], document: str) -> Iterator[OfdPage]:
    root = _xml(archive, names, document)
    usual = _area(root, A4)
    templates = {
        node.get("ID", ""): _resolved(document, node.get("BaseLoc", ""))
        for node in root.iter()
        if local_name(node) == "TemplatePage"
    }
    drawn = cache(partial(_xml, archive, names))  # a template stands on many pages
    for node in root.iter():
        if local_name(node) != "Page" or not node.get("BaseLoc"):
            continue
        page = _xml(archive, names, _resolved(document, node.get("BaseLoc", "")))
        below: list[Element] = []
        above: list[Element] = []
        for used in page.iter():
            if local_name(used) == "Template" and (place := templates.get(used.get("TemplateID", ""))):
                (above if used.get("ZOrder") == "Foreground" else below).append(drawn(place))
        yield OfdPage(_area(page, usual), (*below, page, *above))


def _area(root: Element, otherwise: Area) -> Area:
    """The page's edges as ``root`` states them."""
    for text in _texts(root, "PhysicalBox"):
        values = numbers(text)
        if len(values) == 4:
            return values[0], values[1], values[2], values[3]
    return otherwise


def _texts(root: Element, name: str) -> Iterator[str]:
    return ((node.text or "").strip() for node in root.iter() if local_name(node) == name)


def _resolved(base: str, place: str) -> str:
    """``place`` as a member of the archive: from its top, or beside the file ``base`` that names it."""
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(base), place.strip())).lstrip("/")


def _xml(archive: zipfile.ZipFile, names: dict[str, str], place: str) -> Element:
    root: Element = fromstring(archive.read(names.get(place.lower(), place)))
    return root


def _order(name: str) -> tuple[str, int]:
    match = PAGE.search(name)
    return posixpath.dirname(posixpath.dirname(name)), int(match.group(1)) if match else 0
