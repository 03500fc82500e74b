"""One library call behind every command."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cchc_xlsx import DEFAULT_FORM
from cchc_xlsx.batch import Batch, Progress, read_batch
from cchc_xlsx.errors import InputError, OutputError
from cchc_xlsx.form_file import load_form
from cchc_xlsx.intake import Incoming, Intake, collect
from cchc_xlsx.isolation import Isolation
from cchc_xlsx.output import file_names, refuse_existing, replacing
from cchc_xlsx.reader.safe import SafeReader
from cchc_xlsx.reading_rules import OWN_OUTPUT
from cchc_xlsx.roster import ReportingUnit, check_unit_code, load_roster
from cchc_xlsx.vietnamese import format_date, read_date
from cchc_xlsx.workbook import NotAWorkbook

if TYPE_CHECKING:
    from cchc_xlsx.consolidate import Consolidation
    from cchc_xlsx.feedback import Returned


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


def check(
    paths: Sequence[Path],
    *,
    form: str | Path = DEFAULT_FORM,
    roster: Path | None = None,
    keep: Sequence[str] = (),
    progress: Progress = iter,
) -> Batch:
    """Read and check workbooks. Raises `CchcError` when there is nothing to read."""
    definition = load_form(form)
    units = load_roster(roster) if roster else ()
    with Isolation() as isolation:
        intake = collect(paths, isolation)
        reader = SafeReader(definition, isolation)
        return read_batch(intake, reader, definition, units, keep=keep, progress=progress)


def merge(
    paths: Sequence[Path],
    output: Path | None = None,
    *,
    form: str | Path = DEFAULT_FORM,
    roster: Path | None = None,
    period: str | None = None,
    keep: Sequence[str] = (),
    force: bool = False,
    progress: Progress = iter,
) -> Consolidation:
    """Read, check and consolidate workbooks; with an `output`, write the consolidated workbook.

    What cannot be used is named in the findings and left out. Raises `CchcError` when there is
    nothing to read, when no period stands out, or when the output cannot be written.
    """
    from cchc_xlsx.consolidate import Consolidation

    if output:
        refuse_existing(output, force=force)
    definition = load_form(form)
    units = load_roster(roster) if roster else ()
    when = definition.period(period) if period else None
    with Isolation() as isolation:
        reader = SafeReader(definition, isolation)
        intake = _without_output(collect(paths, isolation), output, reader)
        batch = read_batch(
            intake,
            reader,
            definition,
            units,
            keep=keep,
            one_period=True,
            period=when,
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
    keep: Sequence[str] = (),
    due: str = "",
    eml: bool = False,
    force: bool = False,
    progress: Progress = iter,
) -> Feedback:
    """Write each sender's own workbook, annotated, with a mail text beside it, into a folder.

    Only files that somebody has to do something about go back. `due` is the day by which they are
    wanted again; with `eml` a mail draft stands beside each, addressed from the roster. Raises
    `CchcError` when there is nothing to read or an output exists; then nothing is written.
    """
    from cchc_xlsx.feedback import goes_back, prepare

    definition = load_form(form)
    units = load_roster(roster) if roster else ()
    usual = definition.period(period) if period else None
    day = _day(due) if due else ""
    with Isolation() as isolation:
        intake = collect(paths, isolation)
        reader = SafeReader(definition, isolation)
        batch = read_batch(intake, reader, definition, units, keep=keep, progress=progress)
        files = {file.name: file for file in intake.files}
        outputs = file_names([r.submission.file for r in batch.readings if goes_back(r)])
        inputs = {file.path.resolve() for file in intake.files if file.path}
        for stem in outputs.values():
            for suffix in _suffixes(eml=eml):
                path = folder / f"{stem}{suffix}"
                _refuse_input(path, inputs)
                refuse_existing(path, force=force)
        written: list[Path] = []
        for reading in batch.readings:
            if name := outputs.get(reading.submission.file):
                returned = prepare(
                    definition,
                    reading,
                    _bytes_of(files[reading.submission.file]),
                    f"{name}.xlsx",
                    usual=usual or batch.period,
                    roster={unit.code: unit for unit in units},
                    due=day,
                    isolation=isolation,
                )
                written += _write(folder / name, returned, eml=eml)
    return Feedback(batch, tuple(written))


def _refuse_input(path: Path, inputs: Set[Path]) -> None:
    if path.resolve() in inputs:
        raise OutputError(f"«{path}» là một tệp đầu vào. Chọn thư mục khác.")


def _suffixes(*, eml: bool) -> tuple[str, ...]:
    return (".xlsx", ".txt", ".eml") if eml else (".xlsx", ".txt")


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


def _write(beside: Path, returned: Returned, *, eml: bool) -> list[Path]:
    """Write the workbook, the text and the draft of one sender; returns what was written."""
    contents = {".xlsx": returned.workbook, ".txt": returned.text.encode()}
    if eml:
        contents[".eml"] = returned.mail(f"{beside.name}.xlsx")
    written = []
    for suffix, content in contents.items():
        if content:
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
        findings = reader.read(file.data(), file.name).findings
        if [finding.rule for finding in findings] != [OWN_OUTPUT.id]:
            raise OutputError(f"«{output}» là một tệp đầu vào. Chọn tên khác cho tệp tổng hợp.")
    files = [file for file in intake.files if file not in taken]
    own = [name for name in intake.own if Path(name).resolve() != output.resolve()]
    return replace(intake, files=files, own=own)
