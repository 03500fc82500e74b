"""Paths → files: a workbook, or a folder searched through."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cchc_xlsx.errors import InputError

_SUFFIX = ".xlsx"
_MAY_BE_REPORTS = {".xls", ".xlsm", ".xlsb", ".ods", ".zip", ".eml", ".msg", ".mbox"}
"""In a folder these are named when passed over: a report may have come as one of them."""

_LOCK_FILE = "~$"
"""Excel leaves a file of this name beside a workbook that is open."""


@dataclass(frozen=True)
class Incoming:
    """A file to read: its name as findings print it, and where it is."""

    name: str
    path: Path

    def data(self) -> bytes:
        """Its bytes. Raises `OSError` when it cannot be read."""
        return self.path.read_bytes()


@dataclass(frozen=True)
class Intake:
    """The files to read, and the names of those passed over that may be reports all the same."""

    files: tuple[Incoming, ...]
    skipped: tuple[str, ...] = ()


def collect(paths: Sequence[Path]) -> Intake:
    """The files that the paths lead to, each once, sorted by name within a folder.

    Lock files and hidden files are passed over. Raises `InputError` for a path that does not
    exist and when nothing at all is found.
    """
    seen: set[Path] = set()
    found: list[Incoming] = []
    skipped: list[str] = []
    for file in (file for path in paths for file in _files(path)):
        if file.resolve() in seen:
            continue
        seen.add(file.resolve())
        if file in paths or file.suffix.lower() == _SUFFIX:
            found.append(Incoming(file.as_posix(), file))
        else:
            skipped.append(file.as_posix())
    if not found:
        places = ", ".join(str(path) for path in paths)
        raise InputError(f"Không tìm thấy tệp {_SUFFIX} nào trong: {places}.")
    return Intake(tuple(found), tuple(skipped))


def _files(path: Path) -> Iterator[Path]:
    """The file itself, or everything in the folder that is or may be a report."""
    if path.is_dir():
        inside = (file for file in sorted(path.rglob("*")) if file.is_file())
        yield from (file for file in inside if _may_be_report(file.relative_to(path)))
    elif path.is_file():
        yield path
    else:
        raise InputError(f"Không có tệp hoặc thư mục «{path}».")


def _may_be_report(file: Path) -> bool:
    hidden = any(part.startswith(".") for part in file.parts)
    known = file.suffix.lower() in {_SUFFIX, *_MAY_BE_REPORTS}
    return known and not hidden and not file.name.startswith(_LOCK_FILE)
