"""Output files: written beside their final name and then renamed, so that none is ever half."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, count
from pathlib import Path, PurePosixPath

from cchc_xlsx.errors import OutputError, system_reason


def refuse_existing(path: Path, *, force: bool) -> None:
    """Raises `OutputError` when the output exists and may not be replaced."""
    if path.is_dir():
        raise OutputError(f"«{path}» là một thư mục, cần tên tệp.")
    if path.exists() and not force:
        raise OutputError(f"Tệp «{path}» đã có. Thêm --force để ghi đè.")


def refuse_other_suffix(path: Path) -> None:
    """Raises `OutputError` for a workbook by a name that no program would take for one."""
    if path.suffix.lower() != ".xlsx":
        raise OutputError(f"«{path}»: tên tệp kết quả phải có đuôi .xlsx.")


_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
_LONGEST_NAME = 120


def file_names(sources: Sequence[str]) -> dict[str, str]:
    """A file name without suffix for each source (``inbox.zip!so/H51.05.xlsx``), all different.

    It is the last part of the source's name, made fit for every system.
    """
    names: dict[str, str] = {}
    for source in sources:
        last = PurePosixPath(source.rpartition("!")[2]).stem
        stem = _NOT_IN_NAMES.sub("_", last).strip(" .")[:_LONGEST_NAME] or "tep"
        taken = {name.casefold() for name in names.values()}
        numbered = (f"{stem} ({number})" for number in count(2))
        names[source] = next(
            name for name in chain([stem], numbered) if name.casefold() not in taken
        )
    return names


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write to; when all went well it takes the place of `path`.

    Raises `OutputError` when the folder cannot be written to. On any exception the old file, or
    none, is left.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".", suffix=path.suffix, dir=path.parent)
        os.close(handle)
    except OSError as error:
        raise _cannot_write(path, error) from error
    beside = Path(name)
    try:
        yield beside
        _give_usual_mode(beside)
        beside.replace(path)
    except OSError as error:
        raise _cannot_write(path, error) from error
    finally:
        beside.unlink(missing_ok=True)


def _cannot_write(path: Path, error: OSError) -> OutputError:
    reason = system_reason(error)
    return OutputError(f"Không ghi được «{path}»: {reason}. Đóng tệp nếu đang mở rồi thử lại.")


def _give_usual_mode(path: Path) -> None:
    """Mkstemp makes a file for its owner only; give it what the user's mask allows."""
    mask = os.umask(0)
    os.umask(mask)
    path.chmod(0o666 & ~mask)
