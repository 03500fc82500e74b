"""Paths → files: a workbook, or a folder searched through."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cchc_xlsx.errors import InputError

_SUFFIX = ".xlsx"
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


def collect(paths: Sequence[Path], leave_out: Collection[Path] = ()) -> list[Incoming]:
    """The files that the paths lead to, each once, sorted by name within a folder.

    Lock files, hidden files and the paths to `leave_out` (the output itself) are passed over.
    Raises `InputError` for a path that does not exist and when nothing at all is found.
    """
    out = {path.resolve() for path in leave_out}
    found: dict[Path, Incoming] = {}
    for path in paths:
        for file in _files(path):
            if file.resolve() not in out:
                found.setdefault(file.resolve(), Incoming(file.as_posix(), file))
    if not found:
        raise InputError(
            f"Không tìm thấy tệp {_SUFFIX} nào trong: {', '.join(str(path) for path in paths)}."
        )
    return list(found.values())


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        inside = (file for file in sorted(path.rglob("*")) if file.is_file())
        yield from (file for file in inside if _is_candidate(file.relative_to(path)))
    elif path.is_file():
        yield path
    else:
        raise InputError(f"Không có tệp hoặc thư mục «{path}».")


def _is_candidate(file: Path) -> bool:
    hidden = any(part.startswith(".") for part in file.parts)
    return file.suffix.lower() == _SUFFIX and not file.name.startswith(_LOCK_FILE) and not hidden
