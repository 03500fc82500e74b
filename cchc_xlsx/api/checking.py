"""`check`: filled workbooks read and checked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cchc_xlsx import DEFAULT_FORM
from cchc_xlsx.api.desk import opened
from cchc_xlsx.batch import AnyPeriod, Batch, Progress, UsualPeriod


def check(
    paths: Sequence[str | Path],
    *,
    form: str | Path = DEFAULT_FORM,
    roster: str | Path | None = None,
    previous: str | Path | None = None,
    keep: Sequence[str] = (),
    progress: Progress = iter,
) -> Batch:
    """Read and check workbooks, beside the reports of an earlier period in `previous`.

    Raises `CchcError` when there is nothing to read, or `previous` is not of an earlier period.
    """
    with opened(paths, form, roster, previous) as desk:
        # Without a roster nobody has said that the files belong together.
        scope = UsualPeriod() if roster else AnyPeriod()
        return desk.read(scope, keep=keep, progress=progress)
