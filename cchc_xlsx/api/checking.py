"""`check`: filled workbooks read and checked."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from pathlib import Path

from cchc_xlsx import DEFAULT_FORM
from cchc_xlsx.api.desk import opened
from cchc_xlsx.batch import AnyPeriod, Batch, UsualPeriod
from cchc_xlsx.intake import Progress


def check(
    paths: Sequence[str | Path],
    *,
    form: str | Path = DEFAULT_FORM,
    roster: str | Path | None = None,
    previous: str | Path | None = None,
    keep: Sequence[str] = (),
    progress: Progress = iter,
    executor: Executor | None = None,
    cache: bool = False,
) -> Batch:
    """Read and check workbooks, beside the reports of an earlier period in `previous`.

    Files are read by the `executor` if one is given, else in this process, and many files in others
    of this machine. With a `cache` what was read is kept in this user's cache folder, and not read
    again; a library leaves nothing behind that nobody asked for.

    Raises `CchcError` when there is nothing to read, or `previous` is not of an earlier period.
    """
    with opened(paths, form, roster, previous, executor=executor, cache=cache) as desk:
        # Without a roster nobody has said that the files belong together.
        scope = UsualPeriod() if roster else AnyPeriod()
        return desk.read(scope, keep=keep, progress=progress)
