"""The files of an inbox read, some at a time: in this process, or by others.

Bytes stream through: a file is opened when it is its turn, and dropped when it is read. Readings
stand in the order of the files, whoever reads them and however long it takes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from cchc_xlsx.form import Form
from cchc_xlsx.intake import Found, Inbox, Incoming, Listed, PassedOver, Progress
from cchc_xlsx.isolation import Isolation
from cchc_xlsx.reader.encoded import decoded, encoded
from cchc_xlsx.reader.safe import SafeReader, read_ours, read_ours_elsewhere
from cchc_xlsx.reading_rules import UNREADABLE_FILE
from cchc_xlsx.submission import Reading, Submission
from cchc_xlsx.workers import HERE, MOST_TOGETHER, Workers, in_order, submitted

if TYPE_CHECKING:
    from cchc_xlsx.cache import Cache

MANY = 100
"""Files from which on the start of other processes is won back: one takes as long as reading 43."""

_LARGE = 2**20
"""Bytes from which on files are enough for one piece of work, however few they are."""


@dataclass(frozen=True)
class Received:
    """What came of an inbox: the reading of every file that is read, and the other files."""

    readings: list[Reading]
    passed_over: list[PassedOver]


@dataclass(frozen=True)
class _Some:
    """Files that are read together by an executor, but for those whose reading is known."""

    files: list[Incoming]
    known: list[Reading | None]
    executor: Executor

    @property
    def size(self) -> int:
        return sum(len(file.content) for file in self.files)

    @property
    def unread(self) -> list[bytes]:
        told = zip(self.files, self.known, strict=True)
        return [file.content for file, known in told if known is None]


class _Done:
    """Tells of the files that are done, in their order."""

    def __init__(self, files: Iterable[Listed]) -> None:
        self._files = iter(files)
        self._last: Path | None = None

    def up_to(self, path: Path) -> None:
        """The files up to the one at a path, of which more may be told later: it holds others."""
        if path != self._last:
            found = (each.path for each in self._files if each.path == path)
            self._last = next(found, path)

    def all(self) -> None:
        """All that are left."""
        deque(self._files, maxlen=0)


@dataclass(frozen=True)
class BatchReader:
    """Reads many files of one form. What the cache knows is not read again."""

    form: Form
    isolation: Isolation
    workers: Workers = field(default_factory=Workers)
    cache: Cache | None = None

    @cached_property
    def one(self) -> SafeReader:
        """Reads one file."""
        return SafeReader(self.form, self.isolation)

    def read(self, inbox: Inbox, progress: Progress = iter) -> Received:
        """Read all files. Every finding names its file."""
        received = Received([], [])
        files = _to_read(inbox.opened(self.isolation), received.passed_over)
        pieces = self._pieces(files, len(inbox.files))
        done = _Done(progress(inbox.files))
        for some, future in in_order(pieces, self._submit, lambda some: some.size):
            received.readings.extend(self._readings(some, future))
            done.up_to(some.files[-1].path)
        done.all()
        return received

    def _pieces(self, files: Iterable[Incoming], expected: int) -> Iterator[_Some]:
        """The files, some at a time, and who is going to read them."""
        so_far = 0
        for some in _together(files):
            so_far += len(some)
            known = [self._known(file) for file in some]
            # Where some are known, few are new.
            pays = not any(known) and max(so_far, expected) >= MANY
            elsewhere = None if all(known) else self.workers.elsewhere(pays=pays)
            yield _Some(some, known, elsewhere or HERE)

    def _known(self, file: Incoming) -> Reading | None:
        """The reading of a file that is not read, or was before."""
        if file.fault:
            return _unopened(file.fault)
        return self.cache.recall(file.content) if self.cache else None

    def _submit(self, some: _Some) -> Future[list[bytes | None]]:
        if some.executor is HERE:
            return submitted(HERE, read_ours, self.form, some.unread)
        return submitted(some.executor, read_ours_elsewhere, self.one.packed_form, some.unread)

    def _readings(self, some: _Some, future: Future[list[bytes | None]]) -> Iterator[Reading]:
        read = iter(self._read(some.unread, future))
        for file, known in zip(some.files, some.known, strict=True):
            yield _of(known or next(read), file)

    def _read(self, contents: list[bytes], future: Future[list[bytes | None]]) -> Iterator[Reading]:
        """The readings of these files; where something went wrong, each is read by itself."""
        try:
            told = zip(contents, future.result(), strict=True)
            readings = [(content, each and decoded(each), each) for content, each in told]
        except Exception:  # whatever an executor of somebody else's may raise
            readings = [(content, None, None) for content in contents]
        for content, reading, each in readings:
            yield self._kept(reading, each) if reading and each else self._apart(content)

    def _apart(self, content: bytes) -> Reading:
        """The reading of a file that nobody vouches for, or that another process died of."""
        reading = self.one.read_apart(content, "")
        try:
            data = encoded(reading)
        except ValueError:  # half a character, which no bytes can hold
            return reading
        return self._kept(decoded(data), data)

    def _kept(self, reading: Reading, data: bytes) -> Reading:
        """The reading, known from now on."""
        if self.cache:
            self.cache.remember(reading, data)
        return reading


def _to_read(found: Iterable[Found], passed_over: list[PassedOver]) -> Iterator[Incoming]:
    """The files that are read; the others go to the list."""
    for each in found:
        if isinstance(each, PassedOver):
            passed_over.append(each)
        else:
            yield each


def _together(files: Iterable[Incoming]) -> Iterator[list[Incoming]]:
    """The files, as many at a time as make a piece of work."""
    some: list[Incoming] = []
    for file in files:
        some.append(file)
        if len(some) == MOST_TOGETHER or sum(len(each.content) for each in some) >= _LARGE:
            yield some
            some = []
    if some:
        yield some


def _unopened(reason: str) -> Reading:
    finding = UNREADABLE_FILE.finding(
        f"Không mở được tệp: {reason}.",
        "Đóng tệp nếu đang mở trong Excel; giải nén nếu là tệp nén có mật khẩu; rồi chạy lại.",
    )
    return Reading(Submission(file="", sha256="")).rejected(finding)


def _of(reading: Reading, file: Incoming) -> Reading:
    """The reading of what a file holds, as that of this file."""
    submission = replace(reading.submission, file=file.name, origin=file.origin, received=file.time)
    return replace(reading, submission=submission).about_its_file()
