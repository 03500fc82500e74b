"""`return`: each sender's own workbook back, annotated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from cchc_xlsx import DEFAULT_FORM
from cchc_xlsx.api.desk import Outcome, opened
from cchc_xlsx.api.outputs import refuse_outputs, write_bytes
from cchc_xlsx.batch import AnyPeriod, UsualPeriod
from cchc_xlsx.errors import InputError
from cchc_xlsx.intake import Incoming, Progress
from cchc_xlsx.output import file_names
from cchc_xlsx.vietnamese import format_date, read_date


def return_workbooks(
    paths: Sequence[Path],
    folder: Path,
    *,
    form: str | Path = DEFAULT_FORM,
    roster: Path | None = None,
    period: str | None = None,
    previous: str | Path | None = None,
    keep: Sequence[str] = (),
    due: str = "",
    eml: bool = False,
    force: bool = False,
    progress: Progress = iter,
    cache: bool = False,
) -> Outcome:
    """Write each sender's own workbook, annotated, with a mail text beside it, into a folder.

    Only files that somebody has to do something about go back. `due` is the day by which they are
    wanted again; with `eml` a mail draft stands beside each, addressed from the roster. `period` is
    that of a fresh form where a file does not tell its own. With the reports of an earlier period
    in `previous`, units are asked about what changed too much. Raises `CchcError` when there is
    nothing to read or an output exists; then nothing is written. `cache` as for `check`.
    """
    from cchc_xlsx.feedback import Feedbacker, goes_back

    day = _day(due) if due else ""
    with opened(paths, form, roster, previous, cache=cache) as desk:
        usual = desk.form.period(period) if period else None
        scope = UsualPeriod() if roster else AnyPeriod()
        batch = desk.read(scope, keep=keep, progress=progress)
        going = {each.submission.file: each for each in batch.readings if goes_back(each)}
        names = file_names([*going])
        suffixes = (".xlsx", ".txt", *([".eml"] if eml else []))
        outputs = [folder / f"{name}{each}" for name in names.values() for each in suffixes]
        refuse_outputs(outputs, desk.inputs_among(outputs), force=force)
        feedbacker = Feedbacker(
            desk.form, desk.roster, usual or batch.period, day, desk.isolation, desk.previous
        )
        written: list[Path] = []
        # Opened once more: all their bytes together would fill the memory.
        for file in desk.inbox.opened(desk.isolation):
            if isinstance(file, Incoming) and file.name in going:
                name = names[file.name]
                returned = feedbacker.prepare(going[file.name], file.content, f"{name}.xlsx")
                written += _write(folder / name, returned.contents(name, eml=eml))
    return Outcome(batch, tuple(written))


def _day(text: str) -> str:
    day = read_date(text)
    if day is None:
        raise InputError(f"Ngày «{text}» không đúng. Viết như 20/9/2022.")
    return format_date(*day)


def _write(beside: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Write what goes back to one sender, by the suffix of each file; returns the paths."""
    written = []
    for suffix, content in contents.items():
        path = beside.with_name(beside.name + suffix)
        write_bytes(path, content)
        written.append(path)
    return written
