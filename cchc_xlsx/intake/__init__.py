"""Paths → files: workbooks, folders searched through, archives and saved e-mails opened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from cchc_xlsx.errors import InputError
from cchc_xlsx.intake.archive import is_archive, members
from cchc_xlsx.intake.incoming import Incoming, Origin
from cchc_xlsx.intake.mail import LARGEST_MAIL, attachments, messages
from cchc_xlsx.workbook.package import NotAWorkbook

__all__ = ["Incoming", "Intake", "Origin", "collect"]

_WORKBOOK, _ARCHIVE, _MAIL, _MAILBOX = ".xlsx", ".zip", ".eml", ".mbox"
_OPENED = {_WORKBOOK, _ARCHIVE, _MAIL, _MAILBOX}
_MAY_BE_REPORTS = {".xls", ".xlsm", ".xlsb", ".ods", ".msg"}
"""These are named when passed over: a report may have come as one of them."""

_LOCK_FILE = "~$"
"""Excel leaves a file of this name beside a workbook that is open."""

_DEEPEST = 3
"""A workbook in an archive, in a mail, in a mailbox; nobody packs deeper."""


@dataclass
class Intake:
    """The files to read, and the names of those passed over that may be reports all the same."""

    files: list[Incoming] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


def collect(paths: Sequence[Path]) -> Intake:
    """The files that the paths lead to, each once, sorted by name within a folder.

    Lock files and hidden files are passed over. Raises `InputError` for a path that does not
    exist and when nothing at all is found.
    """
    seen: set[Path] = set()
    intake = Intake()
    for file in (file for path in paths for file in _files(path)):
        if file.resolve() not in seen:
            seen.add(file.resolve())
            outer = Incoming(file.as_posix(), file.read_bytes, file)
            _take(intake, outer, named=file in paths, depth=0)
    if not intake.files:
        places = ", ".join(str(path) for path in paths)
        raise InputError(f"Không tìm thấy tệp {_WORKBOOK} nào trong: {places}.")
    return intake


def _files(path: Path) -> Iterator[Path]:
    """The file itself, or everything in the folder that is or may be a report."""
    if path.is_dir():
        inside = (file for file in sorted(path.rglob("*")) if file.is_file())
        yield from (file for file in inside if _may_be_report(file.relative_to(path).as_posix()))
    elif path.is_file():
        yield path
    else:
        raise InputError(f"Không có tệp hoặc thư mục «{path}».")


def _may_be_report(name: str) -> bool:
    path = PurePosixPath(name)
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in path.parts)
    known = path.suffix.lower() in _OPENED | _MAY_BE_REPORTS
    return known and not hidden and not path.name.startswith(_LOCK_FILE)


def _take(intake: Intake, file: Incoming, *, named: bool, depth: int) -> None:
    """Add a file, or what is inside it; what cannot be opened is left for the reader to say."""
    suffix = PurePosixPath(file.name).suffix.lower()
    if suffix not in _OPENED and not named:
        intake.skipped.append(file.name)
        return
    inside = _inside(file, suffix) if suffix != _WORKBOOK and depth < _DEEPEST else None
    if inside is None:
        intake.files.append(file)
        return
    for each in inside:
        if _may_be_report(each.name.rpartition("!")[2]):
            _take(intake, each, named=False, depth=depth + 1)


def _inside(file: Incoming, suffix: str) -> list[Incoming] | None:
    """The files inside an archive or a mail; None when it is neither, or cannot be opened."""
    try:
        data = file.data()
        if is_archive(data):
            return list(members(file, data))
        if suffix in (_MAIL, _MAILBOX) and len(data) <= LARGEST_MAIL:
            opened = attachments if suffix == _MAIL else messages
            return list(opened(file, data))
    except (OSError, NotAWorkbook):
        return None
    return None
