"""One library call behind every command."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cchc_xlsx import DEFAULT_FORM
from cchc_xlsx.batch import Batch, Progress, not_compared, read_batch, read_previous
from cchc_xlsx.errors import InputError, OutputError
from cchc_xlsx.finding import Finding
from cchc_xlsx.form import Form, Period
from cchc_xlsx.form_file import load_form
from cchc_xlsx.intake import Incoming, Intake, collect
from cchc_xlsx.isolation import Isolation
from cchc_xlsx.output import file_names, refuse_existing, replacing
from cchc_xlsx.previous import NO_PREVIOUS, Previous
from cchc_xlsx.reader.safe import SafeReader
from cchc_xlsx.reading_rules import OWN_OUTPUT
from cchc_xlsx.roster import ReportingUnit, check_unit_code, load_roster
from cchc_xlsx.vietnamese import format_date, read_date
from cchc_xlsx.workbook import NotAWorkbook

if TYPE_CHECKING:
    from cchc_xlsx.consolidate import Consolidation
    from cchc_xlsx.template import Content


@dataclass(frozen=True)
class Issued:
    """The workbooks that were written, and what has to be said of the reports before them."""

    written: tuple[Path, ...]
    findings: tuple[Finding, ...] = ()


def template(
    output: Path,
    period: str,
    *,
    form: str | Path = DEFAULT_FORM,
    roster: Path | None = None,
    unit_code: str = "",
    unit_name: str = "",
    previous: Path | None = None,
    password: str = "",
    force: bool = False,
) -> Issued:
    """Write the locked workbook: one file, or with a roster one for each unit in a folder.

    With a code and a name, or a roster, the office and the period are filled in and locked. With
    the reports of an earlier period in `previous`, each unit sees its own last figures.

    Raises `CchcError` when the form, the period, the roster or the
    earlier reports cannot be used or an output exists; then nothing is written.
    """
    from cchc_xlsx.template import write_template

    definition = load_form(form)
    when = definition.period(period)
    if unit_code and roster:
        raise InputError("Chỉ dùng một trong hai: danh sách cơ quan, hoặc mã và tên một cơ quan.")
    if previous and not unit_code and not roster:
        raise InputError("--previous cần biết cơ quan: dùng --units, hoặc --unit-code và tên.")
    targets: dict[Path, ReportingUnit | None] = {}
    units = load_roster(roster) if roster else ()
    if roster:
        targets.update({output / f"{each.code}_{when.id}.xlsx": each for each in units})
        if output.exists() and not output.is_dir():
            raise OutputError(f"«{output}» là một tệp; với danh sách cơ quan cần tên thư mục.")
    else:
        targets[output] = _unit(unit_code, unit_name)
    for path in targets:
        refuse_existing(path, force=force)
    with Isolation() as isolation:
        earlier = _earlier(previous, definition, units, isolation)
    earlier.refuse_unless_before([when])
    for path, each in targets.items():
        with replacing(path) as beside:
            write_template(_content(definition, when, each, earlier), beside, password)
    alone = [each.code for each in targets.values() if each and not earlier.last(each.code, when)]
    return Issued(tuple(targets), tuple(not_compared(earlier, alone)))


def _earlier(
    path: Path | None, form: Form, roster: tuple[ReportingUnit, ...], isolation: Isolation
) -> Previous:
    """The reports of earlier periods at a path; none without one."""
    if path is None:
        return NO_PREVIOUS
    return read_previous(collect([path], isolation), SafeReader(form, isolation), form, roster)


def _content(form: Form, period: Period, unit: ReportingUnit | None, earlier: Previous) -> Content:
    """What the workbook of a unit begins with; its own last figures, where they are known."""
    from cchc_xlsx.template import Content

    if unit is None:
        return Content(form, period)
    return Content(
        form,
        period,
        unit,
        previous=earlier.last(unit.code, period),
        opening=earlier.opening(unit.code, period),
    )


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
    previous: Previous

    @property
    def reader(self) -> SafeReader:
        return SafeReader(self.form, self.isolation)


@contextmanager
def _opened(
    paths: Sequence[Path], form: str | Path, roster: Path | None, previous: Path | None
) -> Iterator[_Desk]:
    definition = load_form(form)
    units = load_roster(roster) if roster else ()
    with Isolation() as isolation:
        intake = collect(paths, isolation)
        earlier = _earlier(previous, definition, units, isolation)
        yield _Desk(definition, units, intake, isolation, earlier)


def check(
    paths: Sequence[Path],
    *,
    form: str | Path = DEFAULT_FORM,
    roster: Path | None = None,
    previous: Path | None = None,
    keep: Sequence[str] = (),
    progress: Progress = iter,
) -> Batch:
    """Read and check workbooks, beside the reports of an earlier period in `previous`.

    Raises `CchcError` when there is nothing to read, or `previous` is not of an earlier period.
    """
    with _opened(paths, form, roster, previous) as desk:
        return read_batch(
            desk.intake,
            desk.reader,
            desk.form,
            desk.roster,
            keep=keep,
            previous=desk.previous,
            progress=progress,
        )


def merge(
    paths: Sequence[Path],
    output: Path | None = None,
    *,
    form: str | Path = DEFAULT_FORM,
    roster: Path | None = None,
    period: str | None = None,
    previous: Path | None = None,
    keep: Sequence[str] = (),
    force: bool = False,
    progress: Progress = iter,
) -> Consolidation:
    """Read, check and consolidate workbooks; with an `output`, write the consolidated workbook.

    What cannot be used is named in the findings and left out; with the reports of an earlier period
    in `previous`, what changed too much is named as well. Raises `CchcError` when there is nothing
    to read, when no period stands out, when `previous` is not of an earlier one, or when the output
    cannot be written.
    """
    from cchc_xlsx.consolidate import Consolidation

    if output:
        refuse_existing(output, force=force)
    with _opened(paths, form, roster, previous) as desk:
        when = desk.form.period(period) if period else None
        batch = read_batch(
            _without_output(desk.intake, output, desk.reader),
            desk.reader,
            desk.form,
            desk.roster,
            keep=keep,
            one_period=True,
            period=when,
            previous=desk.previous,
            progress=progress,
        )
    merged = Consolidation(batch, when or batch.period)
    if output:
        from cchc_xlsx.summary import write_summary

        with replacing(output) as beside:
            write_summary(merged, beside)
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
    previous: Path | None = None,
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
    with _opened(paths, form, roster, previous) as desk:
        usual = desk.form.period(period) if period else None
        batch = read_batch(
            desk.intake,
            desk.reader,
            desk.form,
            desk.roster,
            keep=keep,
            previous=desk.previous,
            progress=progress,
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
