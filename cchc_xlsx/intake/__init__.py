"""Paths → files: workbooks, folders searched through, archives and saved e-mails opened.

The files are listed first, then opened one by one, each of them read once. A file is known by its
content; its name counts only where the content tells nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import chain, count
from pathlib import Path, PurePosixPath

from cchc_xlsx.errors import InputError, system_reason
from cchc_xlsx.intake.archive import MOST_MEMBERS, members
from cchc_xlsx.intake.incoming import Incoming, Origin, PassedOver, Why
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
from cchc_xlsx.workbook import FileKind, NotAWorkbook, kind_of, open_xlsx
from cchc_xlsx.workbook.kind import begins_as_office_file
from cchc_xlsx.workbook.package import Package
from cchc_xlsx.workbook.xlsx import read_property

__all__ = [
    "Inbox",
    "Incoming",
    "Listed",
    "Origin",
    "PassedOver",
    "Progress",
    "Why",
    "is_own_output",
    "is_own_package",
    "list_files",
    "read_bounded",
]

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


@dataclass(frozen=True)
class Listed:
    """A file on disk; `inside` is its name in the folder that was searched, if one was.

    `place` is its path without links, by which it is told from all others.
    """

    path: Path
    inside: str
    place: Path

    @classmethod
    def at(cls, path: Path, inside: str = "") -> Listed:
        """The file at a path."""
        return cls(path, inside, path.resolve())

    @property
    def name(self) -> str:
        """Its name as findings print it."""
        # A name on disk may be no Unicode at all; half a character could not be printed.
        return printable(self.path.as_posix().encode("utf-8", "replace").decode("utf-8"))


Progress = Callable[[Sequence[Listed]], Iterable[Listed]]
"""Passes the files on, one by one as they are read, showing how far it is."""


@dataclass(frozen=True)
class Inbox:
    """The files that `paths` lead to; `replaced` are outputs among them, which are not read."""

    paths: tuple[Path, ...] = ()
    files: tuple[Listed, ...] = ()
    replaced: tuple[Listed, ...] = ()

    def without(self, output: Path) -> Inbox:
        """The same but for the file at a path, which is going to be replaced."""
        place = output.resolve()
        files = tuple(each for each in self.files if each.place != place)
        replaced = tuple(each for each in self.files if each.place == place)
        return replace(self, files=files, replaced=(*self.replaced, *replaced))

    def opened(self, isolation: Isolation) -> Iterator[Found]:
        """Open the files one by one, and what other files are packed in; each is read once.

        Mails are parsed in the other process.
        """
        opener = _Opener(isolation)
        for listed in self.files:
            yield from opener.opened(listed)

    def read_among(self, paths: Iterable[Path], isolation: Isolation) -> list[Path]:
        """Those of these paths at which there is a file that is read, or holds any that are."""
        places = {each.place: each for each in self.files}
        return [path for path in paths if self._reads(places.get(path.resolve()), isolation)]

    def _reads(self, listed: Listed | None, isolation: Isolation) -> bool:
        found = replace(self, files=(listed,)).opened(isolation) if listed else ()
        return any(isinstance(each, Incoming) and not is_own_output(each.content) for each in found)

    def nothing_found(self, own: Sequence[str] = ()) -> InputError:
        """What is wrong when there is nothing to read but `own` outputs of ours, if even those."""
        if names := ", ".join([*(each.name for each in self.replaced), *own]):
            return InputError(
                f"Chỉ có tệp tổng hợp do phần mềm tạo ra, không có báo cáo nào: {names}."
            )
        places = ", ".join(str(path) for path in self.paths)
        return InputError(f"Không tìm thấy tệp báo cáo nào trong: {places}.")


def list_files(paths: Sequence[Path]) -> Inbox:
    """The files that the paths lead to, each once, sorted by name within a folder.

    Raises `InputError` for a path that does not exist, and when there is no file at all.
    """
    found: dict[Path, Listed] = {}
    for path in paths:
        for file in _files(path):
            inside = file.relative_to(path).as_posix() if file != path else ""
            listed = Listed.at(file, inside)
            found.setdefault(listed.place, listed)
    inbox = Inbox(tuple(paths), tuple(found.values()))
    if not found:
        raise inbox.nothing_found()
    return inbox


def _files(path: Path) -> Iterator[Path]:
    """The file itself, or every file in the folder."""
    if path.is_dir():
        yield from (file for file in sorted(path.rglob("*")) if file.is_file())
    elif path.is_file():
        yield path
    else:
        raise InputError(f"Không có tệp hoặc thư mục «{path}».")


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


Found = Incoming | PassedOver
Packed = tuple[Incoming, Callable[[], bytes]]
"""A file that is not opened yet, and what gives its bytes."""


class _Opener:
    """Opens files, and what other files are packed in."""

    def __init__(self, isolation: Isolation) -> None:
        self._isolation = isolation
        self._names: set[str] = set()
        self._room = 0

    def opened(self, listed: Listed) -> Iterator[Found]:
        """A file on disk, or what is in it."""
        file = Incoming(listed.name, listed.path, _time(listed.path))
        return self._take(file, partial(read_bounded, listed.path), listed.inside)

    def _take(
        self, file: Incoming, data: Callable[[], bytes], inside: str, depth: int = 0
    ) -> Iterator[Found]:
        """A file, or what is in it. One that cannot be opened is left to the reader.

        `inside` is its name inside the folder, archive or mail; a file that was named has none.
        """
        file = replace(file, name=self._own_name(file.name))
        if _is_hidden(inside):
            yield PassedOver(file.name, Why.HIDDEN)
            return
        try:
            file = replace(file, content=data())
        except (OSError, NotAWorkbook) as error:
            reason = system_reason(error) if isinstance(error, OSError) else str(error)
            yield replace(file, fault=reason)
            return
        self._room = (self._room if depth else _MOST_OPENED) - max(len(file.content), _LEAST)
        packed = self._packed(file) if depth < _DEEPEST and self._room > 0 else []
        if packed is None:
            yield file
        elif packed:
            yield from self._unpacked(file, packed, depth)
        else:  # nothing is packed in it, or it is packed too deep
            yield _sorted(file, is_named=not (inside or depth))

    def _packed(self, file: Incoming) -> list[Packed] | None:
        """The files inside a file; None when it holds some and cannot be opened."""
        opener = self._opener(file)
        try:
            return list(opener(file)) if opener else []
        except (NotAWorkbook, WorkerDied):
            return None

    def _unpacked(self, outer: Incoming, packed: list[Packed], depth: int) -> Iterator[Found]:
        """What is in a file. One that has the name of a workbook and holds none is broken."""
        holds_any = False
        for file, data in packed:
            inside = file.name.removeprefix(f"{outer.name}!")
            for found in self._take(file, data, inside, depth + 1):
                holds_any = holds_any or isinstance(found, Incoming)
                yield found
        if not holds_any and _suffix(outer) in _READ - {".zip", ".msg"}:
            yield outer

    def _own_name(self, name: str) -> str:
        """The name, numbered when another file has it: an archive may hold one name twice."""
        names = chain([name], (f"{name} ({number})" for number in count(2)))
        own = next(each for each in names if each not in self._names)
        self._names.add(own)
        return own

    def _opener(self, file: Incoming) -> Callable[[Incoming], Iterable[Packed]] | None:
        """How to get at the files inside a file; None when it holds none."""
        suffix, data = _suffix(file), file.content
        if suffix == ".xlsx" and begins_as_office_file(data):
            return None  # most files: not opened twice
        kind = kind_of(data)
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
        self, reader: Callable[[bytes], tuple[Attachment, ...]], file: Incoming
    ) -> Iterator[Packed]:
        found = self._isolation.call(reader, file.content)
        if len(found) > MOST_ATTACHMENTS:
            raise NotAWorkbook(f"thư có hơn {MOST_ATTACHMENTS} tệp đính kèm")
        for each in found:
            letter = replace(file, origin=each.origin)
            yield letter.member(each.name), partial(bytes, each.content)

    def _messages(self, file: Incoming) -> Iterator[Packed]:
        found = self._isolation.call(messages, file.content)
        if len(found) > MOST_MEMBERS:
            raise NotAWorkbook(f"hộp thư chứa hơn {MOST_MEMBERS} thư")
        for number, message in enumerate(found, start=1):
            yield file.member(f"{number}{MAIL}"), partial(bytes, message)


def _sorted(file: Incoming, *, is_named: bool) -> Found:
    """A file that holds no others: to be read, or why not."""
    suffix = _suffix(file)
    if is_named or suffix in _READ or kind_of(file.content).is_workbook:
        return file
    is_report = suffix in _MAY_HOLD_A_REPORT
    return PassedOver(file.name, Why.MAY_BE_A_REPORT if is_report else Why.NO_TABLE)


def _suffix(file: Incoming) -> str:
    return PurePosixPath(file.name).suffix.lower()


def _is_hidden(name: str) -> bool:
    path = PurePosixPath(name)
    parts = [part for part in path.parts if part != ".."]
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    return hidden or path.name.startswith(_LOCK_FILE)


def is_own_output(data: bytes) -> bool:
    """Whether bytes are a workbook of an earlier merge, as its properties say."""
    package = open_xlsx(data)
    return package is not None and is_own_package(package)


def is_own_package(package: Package) -> bool:
    """The same of its archive."""
    try:
        return read_property(package, "category") == MERGED_TAG
    except NotAWorkbook:
        return False
