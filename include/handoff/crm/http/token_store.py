"""Tokens that were got, for the next process: some refresh tokens are good for one use only."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import orjson

from handoff.errors import SettingsError


@dataclass(frozen=True)
class Token:
    """What a token endpoint gave. ends_at: seconds of the epoch, None where it is not told.

    refresh_token: the one to use next, where there is one. base_url: the account's own address.
    """

    access_token: str = field(repr=False)
    ends_at: float | None = None
    refresh_token: str | None = field(default=None, repr=False)
    base_url: str | None = None


class TokenStore:
    """The token of one connection, in a file that its user alone can read.

    given: a fingerprint of what the connection holds; a token that was got with something else is
    not used any more.
    """

    def __init__(self, folder: Path, conn_id: str, given: str) -> None:
        self._path = folder / f"{conn_id}.json"
        self._lock_path = folder / f".{conn_id}.lock"
        self._given = given

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One process at a time gets a token, and the others take it over. Raises SettingsError."""
        with self._disk_errors():
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = os.open(self._lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def read(self) -> Token | None:
        """The token, or None where there is none that can be used."""
        try:
            held = orjson.loads(self._path.read_bytes())
            if held.pop("given") != self._given:
                return None
            return Token(**held)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None

    def write(self, token: Token) -> None:
        """Keep a token; on return it is on the disk. Raises SettingsError."""
        temporary = self._path.with_suffix(".tmp")
        with self._disk_errors():
            temporary.unlink(missing_ok=True)
            file = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            try:
                os.write(file, orjson.dumps({**asdict(token), "given": self._given}))
                os.fsync(file)
            finally:
                os.close(file)
            temporary.replace(self._path)

    @contextmanager
    def _disk_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise SettingsError(
                f"The token cannot be kept in {self._path}: {error.strerror}",
                fix="mend the folder, or set HANDOFF_HOME to a folder that can be written",
            ) from None
