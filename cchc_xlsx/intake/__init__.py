"""Paths → files: workbooks, folders searched through, archives and saved e-mails opened.

A file is known by its content; its name counts only where the content tells nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from itertools import chain, count
from pathlib import Path, PurePosixPath

from cchc_xlsx.errors import InputError
from cchc_xlsx.intake.archive import MOST_MEMBERS, members
from cchc_xlsx.intake.incoming import Incoming, Origin
from cchc_xlsx.intake.mail import (
    MAIL,
    MAILBOX,
    Attachment,
    looks_like_mail,
    looks_like_mailbox,
    messages,
    read_mail,
    read_outlook_mail,
)
from cchc_xlsx.isolation import Isolation, WorkerDied
from cchc_xlsx.layout import MERGED_TAG
from cchc_xlsx.vietnamese import printable
from cchc_xlsx.workbook import FileKind, NotAWorkbook, kind_of
from cchc_xlsx.workbook.package import Package
from cchc_xlsx.workbook.xlsx import read_property

__all__ = ["Incoming", "Intake", "Origin", "collect", "read_bounded"]

LARGEST = 50 * 2**20
"""Bytes of an archive or a mailbox; a workbook has a bound of its own."""

_READ = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".zip", ".msg"}
"""A file of such a name that is no such thing is broken, which the reader has to say."""

_MAY_HOLD_A_REPORT = {
    *(".et", ".ett", ".csv", ".fods", ".numbers", ".xml", ".html", ".htm"),
    *(".pdf", ".doc", ".docx", ".rar", ".7z", ".dat"),
}
"""These are not read; somebody may have sent the report in one all the same."""

_LOCK_FILE = "~$"
"""Excel leaves a file of this name beside a workbook that is open."""

_DEEPEST = 4
"""A workbook in an archive, in an archive, in a mail, in a mailbox; nobody packs deeper."""

MOST_ATTACHMENTS = 1_000

_MOST_OPENED, _LEAST = 200 * 2**20, 32 * 2**10
"""Bytes of all that is found in one file, however deep, and as how many each file counts at least.

What is packed beyond that is left to the reader as it is.
"""


@dataclass
class Intake:
    """The files to read, and the names of those passed over.

    `skipped` may be reports in a form that is not read, `others` are no tables at all, `hidden` are
    lock files and hidden ones, `own` are workbooks of earlier merges.
    """

    files: list[Incoming] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    own: list[str] = field(default_factory=list)


def collect(paths: Sequence[Path], isolation: Isolation) -> Intake:
    """The files that the paths lead to, each once, sorted by name within a folder.

    Mails are parsed in the other process. Raises `InputError` for a path that does not exist and
    when there is nothing to read.
    """
    collector = _Collector(isolation)
    seen: set[Path] = set()
    for path in paths:
        for file in _files(path):
            if file.resolve() not in seen:
                seen.add(file.resolve())
                inside = file.relative_to(path).as_posix() if file != path else ""
                collector.take(_on_disk(file), inside)
    if not collector.intake.files:
        raise InputError(_nothing_found(paths, collector.intake))
    return collector.intake


def _nothing_found(paths: Sequence[Path], intake: Intake) -> str:
    if intake.own:
        names = ", ".join(intake.own)
        return f"Chỉ có tệp tổng hợp do phần mềm tạo ra, không có báo cáo nào: {names}."
    places = ", ".join(str(path) for path in paths)
    return f"Không tìm thấy tệp báo cáo nào trong: {places}."


def _files(path: Path) -> Iterator[Path]:
    """The file itself, or every file in the folder."""
    if path.is_dir():
        yield from (file for file in sorted(path.rglob("*")) if file.is_file())
    elif path.is_file():
        yield path
    else:
        raise InputError(f"Không có tệp hoặc thư mục «{path}».")


def _on_disk(file: Path) -> Incoming:
    # A name on disk may be no Unicode at all; half a character could not be printed.
    name = file.as_posix().encode("utf-8", "replace").decode("utf-8")
    return Incoming(printable(name), partial(read_bounded, file), file, _time(file))


def _time(file: Path) -> datetime | None:
    """When a file was last changed; None where that is beyond all calendars."""
    try:
        return datetime.fromtimestamp(file.stat().st_mtime, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def read_bounded(file: Path) -> bytes:
    """The bytes of a file. Raises `OSError`, or `NotAWorkbook` for one larger than any we open."""
    if file.stat().st_size > LARGEST:
        raise NotAWorkbook(f"tệp lớn hơn {LARGEST // 2**20} MB")
    return file.read_bytes()


class _Collector:
    """Sorts what comes in, opening what other files are packed in."""

    def __init__(self, isolation: Isolation) -> None:
        self.intake = Intake()
        self._isolation = isolation
        self._names: set[str] = set()
        self._room = 0

    def take(self, file: Incoming, inside: str, depth: int = 0) -> None:
        """Add a file, or what is in it. One that cannot be opened is left to the reader.

        `inside` is its name inside the folder, archive or mail; a file that was named has none.
        """
        file = replace(file, name=self._own_name(file.name))
        if _is_hidden(inside):
            self.intake.hidden.append(file.name)
            return
        try:
            data = file.data()
            self._room = (self._room if depth else _MOST_OPENED) - max(len(data), _LEAST)
            opener = self._opener(file.name, data)
            may_open = depth < _DEEPEST and self._room > 0
            found = list(opener(file, data)) if opener and may_open else []
        except (OSError, NotAWorkbook, WorkerDied):
            self.intake.files.append(file)
            return
        if not found:  # nothing is packed in it, or it is packed too deep
            self._sort(file, data, is_named=not (inside or depth))
            return
        before = self._count_reports()
        for each in found:
            self.take(each, each.name.removeprefix(f"{file.name}!"), depth + 1)
        is_broken = PurePosixPath(file.name).suffix.lower() in _READ - {".zip", ".msg"}
        if is_broken and self._count_reports() == before:
            self.intake.files.append(file)

    def _count_reports(self) -> int:
        return len(self.intake.files) + len(self.intake.own)

    def _own_name(self, name: str) -> str:
        """The name, numbered when another file has it: an archive may hold one name twice."""
        names = chain([name], (f"{name} ({number})" for number in count(2)))
        own = next(each for each in names if each not in self._names)
        self._names.add(own)
        return own

    def _sort(self, file: Incoming, data: bytes, *, is_named: bool) -> None:
        suffix = PurePosixPath(file.name).suffix.lower()
        if is_own_output(data):
            self.intake.own.append(file.name)
        elif is_named or suffix in _READ or kind_of(data).is_workbook:
            self.intake.files.append(file)
        elif suffix in _MAY_HOLD_A_REPORT:
            self.intake.skipped.append(file.name)
        else:
            self.intake.others.append(file.name)

    def _opener(
        self, name: str, data: bytes
    ) -> Callable[[Incoming, bytes], Iterable[Incoming]] | None:
        """How to get at the files inside a file; None when it holds none."""
        kind = kind_of(data)
        suffix = PurePosixPath(name).suffix.lower()
        if kind is FileKind.ARCHIVE:
            return None if suffix in _MAY_HOLD_A_REPORT else members
        if kind is FileKind.OUTLOOK_MAIL:
            return partial(self._attachments, read_outlook_mail)
        if kind is FileKind.OTHER and (suffix == MAILBOX or looks_like_mailbox(data)):
            return self._messages
        if kind is FileKind.OTHER and (suffix == MAIL or looks_like_mail(data)):
            return partial(self._attachments, read_mail)
        return None

    def _attachments(
        self, reader: Callable[[bytes], tuple[Attachment, ...]], file: Incoming, data: bytes
    ) -> Iterator[Incoming]:
        found = self._isolation.call(reader, data)
        if len(found) > MOST_ATTACHMENTS:
            raise NotAWorkbook(f"thư có hơn {MOST_ATTACHMENTS} tệp đính kèm")
        for each in found:
            letter = replace(file, origin=each.origin)
            yield letter.member(each.name, partial(bytes, each.content))

    def _messages(self, file: Incoming, data: bytes) -> Iterator[Incoming]:
        found = self._isolation.call(messages, data)
        if len(found) > MOST_MEMBERS:
            raise NotAWorkbook(f"hộp thư chứa hơn {MOST_MEMBERS} thư")
        for number, message in enumerate(found, start=1):
            yield file.member(f"{number}{MAIL}", partial(bytes, message))


def _is_hidden(name: str) -> bool:
    path = PurePosixPath(name)
    parts = [part for part in path.parts if part != ".."]
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    return hidden or path.name.startswith(_LOCK_FILE)


def is_own_output(data: bytes) -> bool:
    """Whether bytes are a workbook of an earlier merge, as its properties say."""
    if kind_of(data) is not FileKind.XLSX:
        return False
    try:
        return read_property(Package.open(data), "category") == MERGED_TAG
    except NotAWorkbook:
        return False
