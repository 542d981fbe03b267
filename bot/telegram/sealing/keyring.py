"""The keys that seal what people wrote: from the environment, or from a file that is made at the first start."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import secrets
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

KEY_BYTES = 32  # AES-256
VARIABLE = "SEALING_KEYS"
HEAD = (
    "# Keys of what waits and what is remembered of conversations; the first one seals, all of them open.\n"
    "# Without them it cannot be read. Keep a copy apart from data/ and from the back-ups.\n"
)


class KeyringError(Exception):
    """The keys cannot be used; the message names where they stand and what mends it."""


@dataclass(frozen=True)
class SealingKey:
    """A key and its public name: the beginning of the key's SHA-256."""

    secret: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """Eight hexadecimal digits, the same for the same key."""
        return hashlib.sha256(b"skilled-huadu sealing key\0" + self.secret).hexdigest()[:8]

    @property
    def text(self) -> str:
        """The key as files and the environment hold it."""
        return base64.urlsafe_b64encode(self.secret).decode()


def new_key() -> SealingKey:
    """A key that nobody had before."""
    return SealingKey(secrets.token_bytes(KEY_BYTES))


class Keyring:
    """Keys, newest first: the first seals, every one opens. ``file``: where they stand; None: in the environment."""

    def __init__(self, keys: Sequence[SealingKey], file: Path | None = None) -> None:
        self.file = file
        self._keys = tuple(keys)
        self._stamp = _stamp(file)

    @property
    def keys(self) -> tuple[SealingKey, ...]:
        """All keys, newest first."""
        return self._keys

    @property
    def newest(self) -> SealingKey:
        """The key that seals."""
        return self._keys[0]

    @property
    def place(self) -> str:
        """Where the keys stand, for people."""
        return VARIABLE if self.file is None else str(self.file)

    def find(self, id: str) -> SealingKey | None:
        """The key of that name. Another process may have added it meanwhile: then the file is read again."""
        found = self._named(id)
        if found is None and self.look_again():
            found = self._named(id)
        return found

    def look_again(self) -> bool:
        """Read the file again if it changed; whether it did. A file that is gone or spoilt changes nothing."""
        stamp = _stamp(self.file)
        if self.file is None or stamp is None or stamp == self._stamp:
            return False
        with suppress(KeyringError):
            self._keys = _read_file(self.file)
        self._stamp = stamp
        return True

    def rotate(self) -> SealingKey:
        """A new key in front of the others, written to the file. Raises ``KeyringError``."""
        key = new_key()
        self._write((key, *self._keys))
        return key

    def retire(self, ids: Collection[str]) -> None:
        """Take keys out of the file, the newest never. Raises ``KeyringError``."""
        self._write(tuple(key for key in self._keys if key is self.newest or key.id not in ids))

    def _named(self, id: str) -> SealingKey | None:
        return next((key for key in self._keys if key.id == id), None)

    def _write(self, keys: tuple[SealingKey, ...]) -> None:
        if self.file is None:
            raise KeyringError(
                f"the keys stand in {VARIABLE}, which this command cannot change: write NEW,OLD there on every machine,"
                " the key that shall seal in front (python -m bot keys new prints one), and start every replica again"
            )
        part = self.file.with_name(f"{self.file.name}.{secrets.token_hex(4)}.part")
        try:
            _write_file(part, keys)
            part.replace(self.file)
            _flush_folder(self.file.parent)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise KeyringError(f"{self.file}: cannot be written ({error.strerror})") from None
        self._keys, self._stamp = keys, _stamp(self.file)


def open_keyring(variable: str | None, file: Path) -> Keyring:
    """The keys of ``variable``, the environment's text, if there is one; else those of ``file``, which is made if it
    is missing. Raises ``KeyringError``.
    """
    if variable:
        return Keyring(_parse(variable.replace(",", " ").split(), VARIABLE))
    if not file.exists():
        _make(file)
    return Keyring(_read_file(file), file)


def _make(file: Path) -> None:
    """The file with a first key, whole or not at all: two processes that start at once shall use the same."""
    part = file.with_name(f"{file.name}.{secrets.token_hex(4)}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        _write_file(part, (new_key(),))
        with suppress(FileExistsError):
            os.link(part, file)
        _flush_folder(file.parent)
    except OSError as error:
        raise KeyringError(
            f"sealing.key_file: {file}: cannot be made ({error.strerror}); make its folder writable for this account,"
            f" or put a key into {VARIABLE} (python -m bot keys new prints one)"
        ) from None
    finally:
        with suppress(OSError):
            part.unlink()


def _write_file(file: Path, keys: Sequence[SealingKey]) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as written:
        os.fchmod(written.fileno(), 0o600)  # whatever the umask
        written.write(HEAD + "".join(f"{key.text}\n" for key in keys))
        written.flush()
        os.fsync(written.fileno())


def _flush_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _read_file(file: Path) -> tuple[SealingKey, ...]:
    try:
        lines = file.read_text(encoding="ascii").splitlines()
        if file.stat().st_mode & 0o077:
            file.chmod(0o600)
    except (OSError, UnicodeDecodeError) as error:
        raise KeyringError(
            f"sealing.key_file: {file}: cannot be read ({error}); let only the bot's account read it"
        ) from None
    return _parse([line for line in map(str.strip, lines) if line and not line.startswith("#")], str(file))


def _parse(texts: Sequence[str], place: str) -> tuple[SealingKey, ...]:
    if not texts:
        raise KeyringError(f"{place}: holds no key; put the key back, or delete it so that a new one is made")
    keys = []
    for number, text in enumerate(texts, start=1):
        secret = _decoded(text)
        if len(secret) != KEY_BYTES:
            raise KeyringError(
                f"{place}: key {number} is not {KEY_BYTES} bytes in base64; python -m bot keys new prints one that is"
            )
        keys.append(SealingKey(secret))
    return tuple(dict.fromkeys(keys))


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""


def _stamp(file: Path | None) -> tuple[int, int, int] | None:
    """What changes when a file is replaced."""
    if file is None:
        return None
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
