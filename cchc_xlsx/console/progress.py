"""How far long work is, on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence

from cchc_xlsx.intake import Listed


def progress_on_terminal(files: Sequence[Listed]) -> Iterable[Listed]:
    """Passes files on, with a progress bar on standard error for several; on a terminal only."""
    return _with_bar(files) if len(files) > 1 and sys.stderr.isatty() else files


def _with_bar(files: Sequence[Listed]) -> Iterator[Listed]:
    # Imported here: no other output needs this part of rich.
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("Đang đọc"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield from bar.track(files)
