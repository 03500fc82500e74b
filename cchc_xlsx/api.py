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
from cchc_xlsx.intake import Incoming, Intake, collect, read_bounded
from cchc_xlsx.isolation import Isolation
from cchc_xlsx.journal import Journal, Used
from cchc_xlsx.output import file_names, refuse_existing, replacing
from cchc_xlsx.reader.safe import SafeReader
from cchc_xlsx.reading_rules import OWN_OUTPUT
from cchc_xlsx.roster import ReportingUnit, check_unit_code, load_roster
from cchc_xlsx.submission import Reading
from cchc_xlsx.vietnamese import format_date, printable, read_date
from cchc_xlsx.workbook import NotAWorkbook

if TYPE_CHECKING:
    from cchc_xlsx.compare import Comparison, Side
    from cchc_xlsx.consolidate import Consolidation
    from cchc_xlsx.reader.merged import MergedWorkbook


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
def _opened(
    paths: Sequence[str | Path], form: str | Path, roster: str | Path | None
) -> Iterator[_Desk]:
    definition = load_form(form)
    units = load_roster(Path(roster)) if roster else ()
    with Isolation() as isolation:
        yield _Desk(definition, units, collect([*map(Path, paths)], isolation), isolation)


def check(
    paths: Sequence[str | Path],
    *,
    form: str | Path = DEFAULT_FORM,
    roster: str | Path | None = None,
    keep: Sequence[str] = (),
    progress: Progress = iter,
) -> Batch:
    """Read and check workbooks. Raises `CchcError` when there is nothing to read."""
    with _opened(paths, form, roster) as desk:
        return read_batch(
            desk.intake, desk.reader, desk.form, desk.roster, keep=keep, progress=progress
        )


def merge(
    paths: Sequence[str | Path],
    output: str | Path | None = None,
    *,
    form: str | Path = DEFAULT_FORM,
    roster: str | Path | None = None,
    period: str | None = None,
    year: int | None = None,
    as_unit: str = "",
    as_name: str = "",
    keep: Sequence[str] = (),
    adjust: Path | None = None,
    force: bool = False,
    reproducible: bool = False,
    progress: Progress = iter,
) -> Consolidation:
    """Read, check and consolidate workbooks; with an `output`, write the consolidated workbook.

    With a `year`, the periods of that year are put together instead of one period being chosen.
    With `as_unit` the totals are also written as the filled workbook of that unit, beside `output`
    (see `rolled_up_path`); `as_name` is its name where the roster has none. `adjust` is a file with
    a table of corrections, perhaps the output itself. With `reproducible` the workbook tells no
    time, so the same inputs give the same bytes. What cannot be used is named in the findings and
    left out. Raises `CchcError` when there is nothing to read, when no period stands out, or when
    the corrections cannot be read or an output cannot be written.
    """
    from cchc_xlsx.consolidate import consolidate
    from cchc_xlsx.total_checks import check_totals
    from cchc_xlsx.year import year_of

    if period and year:
        raise InputError("Chỉ dùng một trong hai: --period, hoặc --year.")
    output = Path(output) if output else None
    roster = Path(roster) if roster else None
    if output:
        refuse_existing(output, force=force)
    with _opened(paths, form, roster) as desk:
        when = desk.form.period(period) if period else None
        when = year_of(desk.form, year) if year else when
        upper = _upper_unit(as_unit, as_name, desk.roster)
        batch = read_batch(
            _without_output(desk.intake, output, desk.reader),
            desk.reader,
            desk.form,
            desk.roster,
            keep=keep,
            one_period=True,
            period=when,
            year=year,
            own_unit=as_unit,
            adjustments=load_adjustments(adjust, desk.form, desk.isolation) if adjust else None,
            progress=progress,
        )
    merged = consolidate(batch, when or batch.period)
    merged = merged.with_findings(check_totals(merged))
    if output and upper:
        _write_rolled_up(merged, upper, rolled_up_path(output, merged, as_unit), force=force)
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


def rolled_up_path(output: Path, merged: Consolidation, as_unit: str) -> Path:
    """Where `merge` writes the totals as the workbook of a unit: beside the other output.

    Raises `InputError` when there are no figures to send upwards.
    """
    if merged.period is None or not merged.submissions:
        raise InputError("Chưa có số liệu nào để tạo tệp gửi cấp trên (--as).")
    return output.with_name(f"{as_unit}_{merged.period.id}.xlsx")


def _upper_unit(code: str, name: str, roster: tuple[ReportingUnit, ...]) -> ReportingUnit | None:
    """The unit that the totals are sent upwards as, under the roster's name unless one is given."""
    if not code:
        return None
    listed = {unit.code: unit.name for unit in roster}
    if not name and code not in listed:
        raise InputError(f"Chưa biết tên cơ quan {code}: thêm vào danh sách, hoặc dùng --as-name.")
    return ReportingUnit(check_unit_code(code), name or listed[code])


def _write_rolled_up(
    merged: Consolidation, unit: ReportingUnit, path: Path, *, force: bool
) -> None:
    from cchc_xlsx.template import write_template
    from cchc_xlsx.upward import upward

    assert merged.period, "rolled_up_path has refused a merge of nothing"
    refuse_existing(path, force=force)
    with replacing(path) as beside:
        write_template(upward(merged, merged.period, unit), beside)


def compare(
    old: Path,
    new: Path,
    output: Path | None = None,
    *,
    form: str | Path = DEFAULT_FORM,
    force: bool = False,
    progress: Progress = iter,
) -> Comparison:
    """What changed between two sides; with an `output`, write it as a workbook.

    Each side is a consolidated workbook, a filled one, or whatever else `check` reads. Raises
    `CchcError` when there is nothing to read, when a side has no one period, when the sides are of
    different units altogether, or when the output cannot be written.
    """
    from cchc_xlsx.compare import compare as compare_sides

    if output:
        refuse_existing(output, force=force)
    definition = load_form(form)
    with Isolation() as isolation:
        before, after = (
            _side(path, definition, isolation, output, progress) for path in (old, new)
        )
    comparison = compare_sides(definition, before, after)
    if output:
        from cchc_xlsx.summary.comparison import write_comparison

        with replacing(output) as beside:
            write_comparison(comparison, beside)
    return comparison


def _side(
    path: Path, form: Form, isolation: Isolation, output: Path | None, progress: Progress
) -> Side:
    """What stands at a path: a consolidated workbook, or files that are consolidated now."""
    from cchc_xlsx.compare import Side
    from cchc_xlsx.consolidate import consolidate

    reader = SafeReader(form, isolation)
    if merged := _merged_at(path, reader):
        _refuse_input(output, [path])
        readings = tuple(Reading(each) for each in merged.submissions)
        batch = Batch(form, readings, general=merged.findings)
        return Side(_told(path), consolidate(batch, merged.period))
    intake = collect([path], isolation)
    _refuse_input(output, [file.path for file in intake.files if file.path])
    batch = read_batch(intake, reader, form, one_period=True, progress=progress)
    return Side(_told(path), consolidate(batch, batch.period))


def _refuse_input(output: Path | None, inputs: Iterable[Path]) -> None:
    if output and output.resolve() in {path.resolve() for path in inputs}:
        raise OutputError(f"«{output}» là một tệp đầu vào. Chọn tên khác.")


def _merged_at(path: Path, reader: SafeReader) -> MergedWorkbook | None:
    try:
        return reader.read_merged(read_bounded(path), _told(path))
    except (OSError, NotAWorkbook):  # a folder, or what reading it as any other file will tell
        return None


def _told(path: Path) -> str:
    """A path as it is printed."""
    return printable(path.as_posix())


@dataclass(frozen=True)
class Outcome:
    """What became of a command that writes several files: the batch it read, and the files."""

    batch: Batch
    written: tuple[Path, ...]


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
) -> Outcome:
    """Read and check workbooks of any periods; write their figures as tidy tables for analysts.

    The suffix of `output` names the format: ``.csv``, ``.parquet``, ``.sqlite`` or ``.json``. With
    a `period` files of all others are left out, and named in the findings. Raises `CchcError` when
    there is nothing to read, for another suffix, or when an output exists; then nothing is written.
    """
    from cchc_xlsx.consolidate import consolidate
    from cchc_xlsx.tidy import export_files

    files = export_files(Path(output))
    with _opened(paths, form, roster) as desk:
        _refuse_outputs(files.tables, desk.intake, force=force)
        when = desk.form.period(period) if period else None
        batch = read_batch(
            desk.intake,
            desk.reader,
            desk.form,
            desk.roster,
            keep=keep,
            one_period=when is not None,
            many_periods=when is None,
            period=when,
            progress=progress,
        )
    for path, content in files.contents(consolidate(batch, when or batch.period)):
        _write_bytes(path, content)
    return Outcome(batch, tuple(files.tables))


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
) -> Outcome:
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
        suffixes = (".xlsx", ".txt", *([".eml"] if eml else []))
        outputs = [folder / f"{name}{each}" for name in names.values() for each in suffixes]
        _refuse_outputs(outputs, desk.intake, force=force)
        feedbacker = Feedbacker(desk.form, desk.roster, usual or batch.period, day, desk.isolation)
        files = {file.name: file for file in desk.intake.files}
        written: list[Path] = []
        for reading in going:
            name = names[reading.submission.file]
            data = _bytes_of(files[reading.submission.file])
            returned = feedbacker.prepare(reading, data, f"{name}.xlsx")
            written += _write(folder / name, returned.contents(name, eml=eml))
    return Outcome(batch, tuple(written))


def _refuse_outputs(outputs: Iterable[Path], intake: Intake, *, force: bool) -> None:
    """Raises `OutputError` when an output exists, or would take the place of an input."""
    inputs = {file.path.resolve() for file in intake.files if file.path}
    for path in outputs:
        if path.resolve() in inputs:
            raise OutputError(f"«{path}» là một tệp đầu vào. Chọn tên hoặc thư mục khác.")
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
        _write_bytes(path, content)
        written.append(path)
    return written


def _write_bytes(path: Path, content: bytes) -> None:
    with replacing(path) as unfinished:
        unfinished.write_bytes(content)


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
