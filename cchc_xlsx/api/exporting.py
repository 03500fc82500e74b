"""`export`: the figures as tidy tables for analysts."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from pathlib import Path

from cchc_xlsx import DEFAULT_FORM
from cchc_xlsx.api.desk import Outcome, opened
from cchc_xlsx.api.outputs import refuse_outputs, write_bytes
from cchc_xlsx.batch import AnyPeriod, OnePeriod
from cchc_xlsx.consolidate import consolidate
from cchc_xlsx.intake import Progress


def export(
    paths: Sequence[str | Path],
    output: str | Path,
    *,
    form: str | Path = DEFAULT_FORM,
    roster: str | Path | None = None,
    period: str | None = None,
    keep: Sequence[str] = (),
    force: bool = False,
    progress: Progress = iter,
    executor: Executor | None = None,
    cache: bool = False,
) -> Outcome:
    """Read and check workbooks of any periods; write their figures as tidy tables for analysts.

    The suffix of `output` names the format: ``.csv``, ``.parquet``, ``.sqlite`` or ``.json``. With
    a `period` files of all others are left out, and named in the findings. Raises `CchcError` when
    there is nothing to read, for another suffix, or when an output exists; then nothing is written.
    `executor` and `cache` as for `check`.
    """
    from cchc_xlsx.tidy import export_files

    files = export_files(Path(output))
    with opened(paths, form, roster, executor=executor, cache=cache) as desk:
        refuse_outputs(list(files.tables), desk.inputs_among(files.tables), force=force)
        when = desk.form.period(period) if period else None
        scope = OnePeriod(when) if when else AnyPeriod()
        batch = desk.read(scope, keep=keep, progress=progress)
    for path, content in files.contents(consolidate(batch, when or batch.period)):
        write_bytes(path, content)
    return Outcome(batch, tuple(files.tables))
