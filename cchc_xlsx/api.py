"""One library call behind every command."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cchc_xlsx import DEFAULT_FORM
from cchc_xlsx.adjustments import load_adjustments
from cchc_xlsx.batch import Batch, Progress, read_batch
from cchc_xlsx.errors import InputError, OutputError
from cchc_xlsx.form import Form
from cchc_xlsx.form_file import load_form
from cchc_xlsx.intake import Incoming, Intake, collect
from cchc_xlsx.isolation import Isolation
from cchc_xlsx.journal import Journal, Used
from cchc_xlsx.output import file_names, refuse_existing, replacing
from cchc_xlsx.reader.safe import SafeReader
from cchc_xlsx.reading_rules import OWN_OUTPUT
from cchc_xlsx.roster import ReportingUnit, check_unit_code, load_roster
from cchc_xlsx.vietnamese import format_date, read_date
from cchc_xlsx.workbook import NotAWorkbook

if TYPE_CHECKING:
    from cchc_xlsx.consolidate import Consolidation


def template(
    output: Path,
    period: str,
    *,
    form: str | Path = DEFAULT_FORM,
    roster: Path | None = None,
    unit_code: str = "",
    unit_name: str = "",
    password: str = "",
    force: bool = False,
) -> list[Path]:
    """Write the locked workbook: one file, or with a roster one for each unit in a folder.

    With a code and a name, or a roster, the office and the period are filled in and locked.

    Returns the files written. Raises `CchcError` when the form, the period or the roster cannot
    be used or an output exists; then nothing is written.
    """
    from cchc_xlsx.template import Content, write_template

    definition = load_form(form)
    when = definition.period(period)
    if unit_code and roster:
        raise InputError("Chỉ dùng một trong hai: danh sách cơ quan, hoặc mã và tên một cơ quan.")
    targets: dict[Path, ReportingUnit | None] = {}
    if roster:
        units = load_roster(roster)
        targets.update({output / f"{each.code}_{when.id}.xlsx": each for each in units})
        if output.exists() and not output.is_dir():
            raise OutputError(f"«{output}» là một tệp; với danh sách cơ quan cần tên thư mục.")
    else:
        targets[output] = _unit(unit_code, unit_name)
    for path in targets:
        refuse_existing(path, force=force)
    for path, each in targets.items():
        with replacing(path) as beside:
            write_template(Content(definition, when, each), beside, password)
    return list(targets)


def _unit(code: str, name: str) -> ReportingUnit | None:
    """The one unit that a workbook is for; None leaves it to whoever fills it in."""
    if bool(code) != bool(name):
        raise InputError("Mã cơ quan và tên cơ quan phải đi cùng nhau.")
    return ReportingUnit(check_unit_code(code), name) if code else None


@dataclass(frozen=True)
class _Desk:
    """What is opened to read files with: the form, the roster, the files, and who reads them."""

    form: Form
    roster: tuple[ReportingUnit, ...]
    intake: Intake
    isolation: Isolation

    @property
    def reader(self) -> SafeReader:
        return SafeReader(self.form, self.isolation)


@contextmanager
def _opened(paths: Sequence[Path], form: str | Path, roster: Path | None) -> Iterator[_Desk]:
    definition = load_form(form)
    units = load_roster(roster) if roster else ()
    with Isolation() as isolation:
        yield _Desk(definition, units, collect(paths, isolation), isolation)


def check(
    paths: Sequence[Path],
    *,
    form: str | Path = DEFAULT_FORM,
    roster: Path | None = None,
    keep: Sequence[str] = (),
    progress: Progress = iter,
) -> Batch:
    """Read and check workbooks. Raises `CchcError` when there is nothing to read."""
    with _opened(paths, form, roster) as desk:
        return read_batch(
            desk.intake, desk.reader, desk.form, desk.roster, keep=keep, progress=progress
        )


def merge(
    paths: Sequence[Path],
    output: Path | None = None,
    *,
    form: str | Path = DEFAULT_FORM,
    roster: Path | None = None,
    period: str | None = None,
    keep: Sequence[str] = (),
    adjust: Path | None = None,
    force: bool = False,
    reproducible: bool = False,
    progress: Progress = iter,
) -> Consolidation:
    """Read, check and consolidate workbooks; with an `output`, write the consolidated workbook.

    What cannot be used is named in the findings and left out. `adjust` is a file with a table of
    corrections, perhaps the output itself. With `reproducible` the workbook tells no time, so the
    same inputs give the same bytes. Raises `CchcError` when there is nothing to read, when no
    period stands out, or when the corrections cannot be read or the output cannot be written.
    """
    from cchc_xlsx.consolidate import Consolidation

    if output:
        refuse_existing(output, force=force)
    with _opened(paths, form, roster) as desk:
        when = desk.form.period(period) if period else None
        batch = read_batch(
            _without_output(desk.intake, output, desk.reader),
            desk.reader,
            desk.form,
            desk.roster,
            keep=keep,
            one_period=True,
            period=when,
            adjustments=load_adjustments(adjust, desk.form, desk.isolation) if adjust else None,
            progress=progress,
        )
    merged = Consolidation(batch, when or batch.period)
    if output:
        from cchc_xlsx.summary import write_summary

        journal = Journal(
            None if reproducible else datetime.now().astimezone(),
            (
                Used("PATH", "Tệp, thư mục đã đọc", ", ".join(map(str, paths))),
                Used("--form", "Biểu mẫu", str(form)),
                Used.file("--units", "Danh sách cơ quan", roster),
                Used("--period", "Kỳ cần tổng hợp", period or ""),
                Used("--keep", "Tệp được dùng khi một cơ quan gửi nhiều tệp", ", ".join(keep)),
                Used.file("--adjust", "Bảng điều chỉnh", adjust),
                Used("--reproducible", "Không ghi thời điểm", "có" if reproducible else ""),
            ),
        )
        with replacing(output) as beside:
            write_summary(merged, beside, journal)
    return merged


@dataclass(frozen=True)
class Feedback:
    """The files that went back: the batch they are about, and what was written."""

    batch: Batch
    written: tuple[Path, ...]


def return_workbooks(
    paths: Sequence[Path],
    folder: Path,
    *,
    form: str | Path = DEFAULT_FORM,
    roster: Path | None = None,
    period: str | None = None,
    keep: Sequence[str] = (),
    due: str = "",
    eml: bool = False,
    force: bool = False,
    progress: Progress = iter,
) -> Feedback:
    """Write each sender's own workbook, annotated, with a mail text beside it, into a folder.

    Only files that somebody has to do something about go back. `due` is the day by which they are
    wanted again; with `eml` a mail draft stands beside each, addressed from the roster. `period` is
    that of a fresh form where a file does not tell its own. Raises `CchcError` when there is
    nothing to read or an output exists; then nothing is written.
    """
    from cchc_xlsx.feedback import Feedbacker, goes_back

    day = _day(due) if due else ""
    with _opened(paths, form, roster) as desk:
        usual = desk.form.period(period) if period else None
        batch = read_batch(
            desk.intake, desk.reader, desk.form, desk.roster, keep=keep, progress=progress
        )
        going = [reading for reading in batch.readings if goes_back(reading)]
        names = file_names([reading.submission.file for reading in going])
        _refuse_outputs(folder, names.values(), desk.intake, eml=eml, force=force)
        feedbacker = Feedbacker(desk.form, desk.roster, usual or batch.period, day, desk.isolation)
        files = {file.name: file for file in desk.intake.files}
        written: list[Path] = []
        for reading in going:
            name = names[reading.submission.file]
            data = _bytes_of(files[reading.submission.file])
            returned = feedbacker.prepare(reading, data, f"{name}.xlsx")
            written += _write(folder / name, returned.contents(name, eml=eml))
    return Feedback(batch, tuple(written))


def _refuse_outputs(
    folder: Path, names: Iterable[str], intake: Intake, *, eml: bool, force: bool
) -> None:
    """Raises `OutputError` when an output exists, or would take the place of an input."""
    inputs = {file.path.resolve() for file in intake.files if file.path}
    for name in names:
        for suffix in (".xlsx", ".txt", *([".eml"] if eml else [])):
            path = folder / f"{name}{suffix}"
            if path.resolve() in inputs:
                raise OutputError(f"«{path}» là một tệp đầu vào. Chọn thư mục khác.")
            refuse_existing(path, force=force)


def _day(text: str) -> str:
    day = read_date(text)
    if day is None:
        raise InputError(f"Ngày «{text}» không đúng. Viết như 20/9/2022.")
    return format_date(*day)


def _bytes_of(file: Incoming) -> bytes:
    """The bytes of a file; none of one that could not be opened, whose finding says so."""
    try:
        return file.data()
    except (OSError, NotAWorkbook):
        return b""


def _write(beside: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Write what goes back to one sender, by the suffix of each file; returns the paths."""
    written = []
    for suffix, content in contents.items():
        path = beside.with_name(beside.name + suffix)
        with replacing(path) as unfinished:
            unfinished.write_bytes(content)
        written.append(path)
    return written


def _without_output(intake: Intake, output: Path | None, reader: SafeReader) -> Intake:
    """The files but for the output of an earlier merge that lies among them.

    Raises `OutputError` when the output would take the place of a workbook that somebody sent.
    """
    if output is None:
        return intake
    taken = [file for file in intake.files if file.path and file.path.resolve() == output.resolve()]
    for file in taken:
        findings = reader.read(_bytes_of(file), file.name).findings
        if [finding.rule for finding in findings] != [OWN_OUTPUT.id]:
            raise OutputError(f"«{output}» là một tệp đầu vào. Chọn tên khác cho tệp tổng hợp.")
    files = [file for file in intake.files if file not in taken]
    own = [name for name in intake.own if Path(name).resolve() != output.resolve()]
    return replace(intake, files=files, own=own)
