"""The links into the bot, and a QR code of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import segno

from bot.telegram.updates.deep_links import PRINTED, WELCOME

PIXELS = 12  # a side of one of the code's squares in the PNG: large enough to be printed at 8 cm
QUIET_ZONE = 4  # squares left white around a code, as ISO/IEC 18004 asks
LIST = "links.tsv"


@dataclass(frozen=True)
class EntryLink:
    """A link into the bot: ``page`` is where it leads; ``for_groups``: it adds the bot to a group."""

    page: str
    address: str
    for_groups: bool = False

    @property
    def name(self) -> str:
        """The name of its file, without an ending."""
        return f"group-{self.page}" if self.for_groups else self.page

    @property
    def code(self) -> segno.QRCode:
        """Its QR code; a quarter of it may be dirty or torn off and it is read nevertheless."""
        return segno.make_qr(self.address, error="q")


def entry_links(username: str) -> tuple[EntryLink, ...]:
    """All links of the bot called ``username``: those for private chats, and the one for groups."""
    private = [EntryLink(page, f"https://t.me/{username}?start={page}") for page in PRINTED]
    return (*private, EntryLink(WELCOME, f"https://t.me/{username}?startgroup={WELCOME}", for_groups=True))


def write_codes(links: Sequence[EntryLink], folder: Path) -> list[Path]:
    """Write a PNG for each link, and the list of all (name, tab, address); the files written. Raises ``OSError``."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{link.name}.png" for link in links]
    for link, path in zip(links, paths, strict=True):
        link.code.save(str(path), scale=PIXELS, border=QUIET_ZONE)
    lines = "".join(f"{link.name}\t{link.address}\n" for link in links)
    (folder / LIST).write_text(lines, encoding="utf-8")
    return [*paths, folder / LIST]
