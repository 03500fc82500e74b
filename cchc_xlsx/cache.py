"""Readings of files that were read before, found by what the files hold.

A key says all that a reading rests on: the bytes of the file, the form, the program. A value is
believed only where its checksum goes with its key, and where it is a reading of exactly the right
types. Whatever is wrong with the cache, files are read anew.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

from platformdirs import user_cache_path

from cchc_xlsx.edition import edition
from cchc_xlsx.form import Form
from cchc_xlsx.reader.encoded import decoded
from cchc_xlsx.reading_rules import UNREADABLE_FILE
from cchc_xlsx.submission import Reading

NAME = "readings-1.sqlite"
"""The number is that of this way to keep them."""

LARGEST = 200 * 2**20
"""Bytes of all readings; those of a nation's year take some 150 MiB."""

_MOST_NEW = 500
"""Readings of one transaction."""

_SECONDS = 1.0
"""So long it waits for another process that writes."""

_TABLE = """CREATE TABLE IF NOT EXISTS readings
(key BLOB PRIMARY KEY, used INTEGER NOT NULL, value BLOB NOT NULL)"""

_FORGET_THE_OLDEST = """DELETE FROM readings WHERE key IN
(SELECT key FROM readings ORDER BY used, rowid LIMIT (SELECT count(*) / 4 + 1 FROM readings))"""

_FAULTS_OF_OTHERS = (
    *("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_FULL"),
    "SQLITE_IOERR",
)
"""What goes wrong where nothing is wrong with the file itself."""

_CHECKSUM = 16
"""Bytes of a checksum."""


def cache_folder() -> Path:
    """Where this system keeps what a program can do without."""
    return user_cache_path("cchc-xlsx", appauthor=False)


class Cache:
    """The readings of one form that are kept in a folder.

    A context manager. Nothing is raised for what the folder holds, nor where it cannot be used: a
    damaged file is removed, and there is no cache for this once.
    """

    def __init__(self, form: Form, folder: Path, largest: int = LARGEST) -> None:
        self._rests_on = edition() + form.digest.encode()
        self._largest = largest
        self._today = int(time.time()) // 86400
        self._new: dict[bytes, bytes] = {}
        self._used: set[bytes] = set()
        self._database: sqlite3.Connection | None = None
        self._open(folder / NAME)

    def __enter__(self) -> Cache:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._write()
        if self._database:
            self._database.close()

    def recall(self, content: bytes) -> Reading | None:
        """The reading of a file of these bytes, which names no file; None where it is not kept."""
        if not self._database:
            return None
        sha256 = hashlib.sha256(content).hexdigest()
        key, reading = self._key(sha256), None
        with self._forgiving():
            question = "SELECT used, value FROM readings WHERE key = ?"
            for used, value in self._database.execute(question, (key,)):
                reading = _believed(value, key)
                if used != self._today:
                    self._used.add(key)
        return reading

    def remember(self, reading: Reading, data: bytes) -> None:
        """Keep the reading of a file, `data` as `reader.encoded` gives it.

        Not of one that cannot be opened: that may have been this machine's fault.
        """
        is_lasting = all(finding.rule != UNREADABLE_FILE.id for finding in reading.findings)
        if self._database and is_lasting:
            key = self._key(reading.submission.sha256)
            self._new[key] = _checksum(key, data) + data
            if len(self._new) == _MOST_NEW:
                self._write()

    def _key(self, sha256: str) -> bytes:
        return hashlib.sha256(self._rests_on + sha256.encode()).digest()

    def _write(self) -> None:
        """Keep what is new, and when the others were used; forget the oldest where it is much."""
        if not self._database or not (self._new or self._used):
            return
        new = [(key, self._today, value) for key, value in self._new.items()]
        used = [(self._today, key) for key in self._used]
        with self._forgiving(), self._database as database:
            database.executemany("INSERT OR REPLACE INTO readings VALUES (?, ?, ?)", new)
            database.executemany("UPDATE readings SET used = ? WHERE key = ?", used)
            while _size(database) > self._largest:
                if not database.execute(_FORGET_THE_OLDEST).rowcount:
                    break
        self._new, self._used = {}, set()

    # --- the file, which anybody may have damaged, or may be using -------------------------------

    def _open(self, file: Path) -> None:
        self._file = file
        with self._forgiving():
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._database = sqlite3.connect(file, timeout=_SECONDS)
            # What a power cut breaks is found out and begun anew.
            self._database.execute("PRAGMA synchronous = OFF")
            self._database.execute(_TABLE)

    @contextmanager
    def _forgiving(self) -> Iterator[None]:
        """Whatever goes wrong with the file, nothing is kept or recalled from then on."""
        try:
            yield
        except (sqlite3.Error, OSError, UnicodeDecodeError) as error:
            if self._database:
                self._database.close()
                self._database = None
            name = getattr(error, "sqlite_errorname", "")
            # The text of an error may quote damaged bytes, which Python then cannot decode.
            is_own = isinstance(error, sqlite3.Error | UnicodeDecodeError)
            if is_own and not name.startswith(_FAULTS_OF_OTHERS):
                with suppress(OSError):
                    self._file.unlink()


def _size(database: sqlite3.Connection) -> int:
    """Bytes of what a database holds."""
    pages, free, each = (
        database.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * each)


def _checksum(key: bytes, data: bytes) -> bytes:
    """Of a value and the key under which it stands."""
    return hashlib.sha256(key + data).digest()[:_CHECKSUM]


def _believed(value: object, key: bytes) -> Reading:
    """The reading that a value holds. Raises `sqlite3.Error` for one that only damage explains."""
    if not isinstance(value, bytes) or value[:_CHECKSUM] != _checksum(key, value[_CHECKSUM:]):
        raise sqlite3.DatabaseError("the checksum does not go with the key")
    try:
        return decoded(value[_CHECKSUM:])
    except ValueError as error:
        raise sqlite3.DatabaseError("no reading") from error
