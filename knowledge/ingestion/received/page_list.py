"""The list of web pages that staff keep: documents/sources.yaml, a page's address, its title and its hosts."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator

from knowledge.readers import ReadError

LIST = "sources.yaml"
MOST = 200  # pages
LARGEST = 256 * 1024  # bytes of the list


class ListedPage(BaseModel):
    """One page: ``url``; ``title``: instead of its own; ``hosts``: where it may redirect to, besides its own host."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(max_length=2_000)
    title: str = ""
    hosts: tuple[str, ...] = ()

    @field_validator("url")
    @classmethod
    def _is_web_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
            raise ValueError("an address beginning with https:// is expected")
        return url

    @property
    def allowed(self) -> frozenset[str]:
        """Hosts that it may be fetched from."""
        return frozenset((urlsplit(self.url).hostname or "", *(host.lower() for host in self.hosts)))


PAGES = TypeAdapter(tuple[ListedPage, ...])


def listed_pages(folder: Path) -> tuple[ListedPage, ...]:
    """The pages of the list in ``folder``; none where there is no list. Raises ``ReadError`` naming what is wrong."""
    path = folder / LIST
    if not path.is_file():
        return ()
    try:
        if path.stat().st_size > LARGEST:
            raise ReadError(f"it has more than {LARGEST // 1024} KiB; {MOST} pages are allowed")
        pages = PAGES.validate_python(yaml.safe_load(path.read_text(encoding="utf-8")) or ())
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ReadError(f"it is not valid YAML: {' '.join(str(error).split())}") from None
    except ValidationError as error:
        problem = error.errors()[0]
        place = ".".join(str(part) for part in problem["loc"])
        raise ReadError(f"{place or 'the list'}: {problem['msg']} (found {str(problem['input'])[:80]!r})") from None
    urls = [page.url for page in pages]
    if twice := next((url for url in urls if urls.count(url) > 1), None):
        raise ReadError(f"{twice}: stands in it twice")
    if len(pages) > MOST:
        raise ReadError(f"it names {len(pages)} pages, more than the {MOST} allowed")
    return pages
