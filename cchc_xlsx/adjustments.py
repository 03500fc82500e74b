"""Corrections by the coordinator: a table of them → readings with the corrected figures.

A correction names the figure that it replaces, the reason and the person. It is applied to that
very figure only, and the original is kept beside it: nobody's figure changes without a trace.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from cchc_xlsx.errors import InputError, system_reason
from cchc_xlsx.expression import State
from cchc_xlsx.figures import Fill, is_same
from cchc_xlsx.finding import Finding, Severity
from cchc_xlsx.form import Form, Indicator
from cchc_xlsx.isolation import Isolation, WorkerDied
from cchc_xlsx.merged_layout import (
    CORRECTED,
    INDICATOR_CODE,
    ORIGINAL,
    PERIOD,
    REASON,
    UNIT_CODE,
    WHO,
)
from cchc_xlsx.reader.entry import read_entry
from cchc_xlsx.reader.merged import LAST_HEADING_ROW, MOST_CELLS, MergedWorkbook
from cchc_xlsx.reader.safe import SafeReader
from cchc_xlsx.reading_rules import ADJUSTED, NOT_ADJUSTED, TYPED_OVER
from cchc_xlsx.submission import (
    NO_FIGURE,
    UNREADABLE_FIGURE,
    Adjustment,
    Reading,
    Submission,
    in_words,
)
from cchc_xlsx.vietnamese import clean, fold
from cchc_xlsx.workbook import NotAWorkbook, SheetCells, read_workbook
from cchc_xlsx.workbook.cells import Cell
from cchc_xlsx.workbook.csv_table import read_csv

# --- the table ------------------------------------------------------------------------------

HEADINGS = (UNIT_CODE, INDICATOR_CODE, ORIGINAL, CORRECTED, REASON, WHO)
"""The columns are found by these, in any order, among any others. `PERIOD` may be another."""


@dataclass(frozen=True)
class Row:
    """A filled row of the table as it was typed; `address` is that of its new figure.

    An empty `period` will do as long as the unit has figures of one period only.
    """

    number: int
    address: str
    unit: str
    code: str
    old: Cell | None
    new: Cell | None
    reason: str
    who: str
    period: str = ""


@dataclass(frozen=True)
class Table:
    """The filled rows of the tables of corrections in a file, and what else was found there."""

    file: str
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...] = ()


def load_adjustments(path: Path, form: Form, isolation: Isolation) -> Table:
    """Read the tables of corrections in a workbook or a CSV file.

    Figures that somebody typed over on `Tổng hợp` of a consolidated workbook, without a row that
    says so, are named in the findings. Raises `InputError` when the file cannot be read or has no
    such table.
    """
    rows = _load_rows(path, isolation)
    merged = SafeReader(form, isolation).read_merged(path.read_bytes(), str(path))
    # Where lines of `Dữ liệu` could not be used, as in a workbook of a year, a cell that differs
    # from them tells nothing.
    if merged is None or merged.findings:
        return Table(str(path), rows)
    return Table(str(path), rows, tuple(_typed_over(merged, rows)))


def _load_rows(path: Path, isolation: Isolation) -> tuple[Row, ...]:
    try:
        rows = isolation.call(read_rows, path.read_bytes(), path.suffix.lower() == ".csv")
    except OSError as error:
        rows = system_reason(error)
    except WorkerDied as death:
        rows = str(death)
    if isinstance(rows, str):
        raise InputError(f"--adjust: không đọc được bảng điều chỉnh trong «{path}»: {rows}.")
    return rows


def corrections_in(path: Path, isolation: Isolation) -> int:
    """How many rows of corrections a file holds; none when it is something else."""
    try:
        return len(_load_rows(path, isolation))
    except InputError:
        return 0


def _typed_over(merged: MergedWorkbook, rows: Sequence[Row]) -> Iterator[Finding]:
    """The figures on `Tổng hợp` that are not those of `Dữ liệu`; corrected ones are told anyway."""
    corrected = {(row.unit.casefold(), row.code) for row in rows}
    for each in merged.divergences:
        if (each.unit.casefold(), each.code) not in corrected:
            typed = f"«{each.shown}»" if isinstance(each.shown, str) else in_words(each.shown)
            yield TYPED_OVER.finding(
                f"Tệp điều chỉnh: {each.unit} {each.code} ở trang Tổng hợp bị sửa thẳng thành "
                f"{typed}, số liệu là {in_words(each.figure)}; số sửa thẳng không được dùng.",
                "Muốn điều chỉnh thì ghi một dòng ở trang Điều chỉnh, có lý do, người điều chỉnh.",
                codes=[each.code],
                cells=[each.cell],
                file=merged.file,
                unit=each.unit,
            )


def read_rows(data: bytes, is_csv: bool) -> tuple[Row, ...] | str:
    """The filled rows of every table in a file, or in Vietnamese why there is none.

    Meant for another process: nobody vouches for the bytes.
    """
    try:
        sheets = [read_csv(data)] if is_csv else read_workbook(data, MOST_CELLS).sheets
    except NotAWorkbook as fault:
        return str(fault)
    tables = [(sheet, heading) for sheet in sheets if (heading := _heading(sheet))]
    if not tables:
        return f"không thấy bảng có đủ các cột {', '.join(HEADINGS)}"
    return tuple(row for sheet, (at, columns) in tables for row in _rows(sheet, at, columns))


def _heading(sheet: SheetCells) -> tuple[int, Mapping[str, str]] | None:
    """The row of the headings, and the column of each."""
    known = {fold(heading): heading for heading in (*HEADINGS, PERIOD)}
    for row in range(1, LAST_HEADING_ROW + 1):
        columns: dict[str, str] = {}
        for letters in sheet.columns:
            if heading := known.get(fold(sheet.text(row, letters))):
                columns.setdefault(heading, letters)
        if columns.keys() >= set(HEADINGS):
            return row, columns
    return None


def _rows(sheet: SheetCells, heading: int, columns: Mapping[str, str]) -> Iterator[Row]:
    needed = {columns[name] for name in HEADINGS}
    filled = {row for row, column in sheet.cells if column in needed and row > heading}
    for at in sorted(filled):
        texts = {name: clean(sheet.text(at, letters)) for name, letters in columns.items()}
        yield Row(
            number=at,
            address=sheet.address(at, columns[CORRECTED]),
            unit=texts[UNIT_CODE],
            code=texts[INDICATOR_CODE],
            old=sheet.cells.get((at, columns[ORIGINAL])),
            new=sheet.cells.get((at, columns[CORRECTED])),
            reason=texts[REASON],
            who=texts[WHO],
            period=texts.get(PERIOD, ""),
        )


# --- what becomes of each row -----------------------------------------------------------------


@dataclass(frozen=True)
class Outcome:
    """What became of a row: it was applied to its submission, or the finding says why not.

    `submission` is None when the row does not name one.
    """

    row: Row
    submission: Submission | None
    finding: Finding
    adjustment: Adjustment | None = None


def adjusted(
    form: Form, readings: Sequence[Reading], table: Table
) -> tuple[list[Reading], tuple[Outcome, ...]]:
    """The readings with corrected figures, and what became of each row.

    A row that was applied is named in a finding of its reading. The original figures are compared
    each time, so a table goes on working as long as the units' figures stay what they were.
    """
    accepted = [each.submission for each in readings if each.is_accepted]
    outcomes = tuple(map(_Judge(form, accepted, table).outcome, table.rows))
    corrected = [
        _corrected(each, [outcome for outcome in outcomes if outcome.submission is each.submission])
        for each in readings
    ]
    return corrected, outcomes


def _corrected(reading: Reading, outcomes: Sequence[Outcome]) -> Reading:
    """The reading with the corrections that were applied to it."""
    applied = [each for each in outcomes if each.adjustment]
    if not applied:
        return reading
    submission = reading.submission
    corrections = {each.row.code: each.adjustment for each in applied if each.adjustment}
    values = {code: each.corrected for code, each in corrections.items()}
    fill = Fill(
        {**submission.fill.values, **values}, submission.fill.unreadable - corrections.keys()
    )
    findings = [_settled(finding, corrections.keys()) for finding in reading.findings]
    return replace(
        reading,
        submission=replace(submission, fill=fill, adjusted=corrections),
        findings=(*findings, *(each.finding for each in applied)),
    )


def _settled(finding: Finding, codes: Set[str]) -> Finding:
    """What was found in the cells of these figures alone: somebody has decided it by now."""
    is_settled = bool(finding.codes) and codes >= set(finding.codes)
    return replace(finding, severity=Severity.INFO) if is_settled else finding


class _Refused(Exception):
    """A row cannot be applied: why, and how to mend it."""

    def __init__(self, why: str, hint: str) -> None:
        super().__init__(why)
        self.hint = hint


@dataclass(frozen=True)
class _Judge:
    """Says of each row whether it can be applied to one of the submissions."""

    form: Form
    submissions: Sequence[Submission]
    table: Table

    def outcome(self, row: Row) -> Outcome:
        named = self._named(row)
        submission = named[0] if len(named) == 1 else None
        try:
            adjustment = self._adjustment(row)
        except _Refused as refusal:
            return Outcome(row, submission, self._refusal(row, submission, refusal))
        assert submission, "a row that names no submission is refused"
        return Outcome(row, submission, _applied(submission, row.code, adjustment), adjustment)

    def _named(self, row: Row) -> list[Submission]:
        return [
            each
            for each in self.submissions
            if each.unit_code.casefold() == row.unit.casefold()
            and row.period.casefold() in ("", each.period.id.casefold() if each.period else "")
        ]

    def _adjustment(self, row: Row) -> Adjustment:
        submission, indicator = self._submission(row), self._indicator(row)
        corrected = _figure(row.new, indicator, row.address, CORRECTED)
        if len(self._wanted[submission.file, row.code]) > 1:
            raise _Refused(
                "có dòng khác điều chỉnh cùng số liệu này thành số khác",
                "Chỉ giữ một dòng cho mỗi số liệu; Số gốc là số trong tệp của cơ quan.",
            )
        self._check_original(row, submission, indicator)
        for heading, text in ((REASON, row.reason), (WHO, row.who)):
            if not text:
                raise _Refused(f"cột «{heading}» còn trống", f"Điền cột «{heading}».")
        return Adjustment(
            submission.fill.values.get(row.code),
            corrected,
            row.reason,
            row.who,
            is_unreadable=row.code in submission.fill.unreadable,
        )

    def _submission(self, row: Row) -> Submission:
        named = self._named(row)
        if not named:
            what = f"mã cơ quan «{row.unit}»" if row.unit else "dòng chưa có mã cơ quan,"
            period = f" của kỳ {row.period}" if row.period else ""
            raise _Refused(
                f"{what} không có tệp nào{period} được tổng hợp",
                "Ghi mã cơ quan như ở đầu cột trang Tổng hợp, kỳ như ở trang Dữ liệu.",
            )
        if len(named) > 1:
            periods = ", ".join(each.period.id for each in named if each.period)
            raise _Refused(
                f"cơ quan có số liệu của nhiều kỳ ({periods})",
                f"Ghi kỳ của số liệu vào cột «{PERIOD}».",
            )
        return named[0]

    def _indicator(self, row: Row) -> Indicator:
        indicator = self.form.by_code.get(row.code)
        if indicator is None or not indicator.is_input:
            raise _Refused(
                f"mã chỉ tiêu «{row.code}» không có, hoặc là dòng không nhập số liệu",
                "Ghi mã như ở cột Mã trang Tổng hợp.",
            )
        return indicator

    def _check_original(self, row: Row, submission: Submission, indicator: Indicator) -> None:
        original = submission.fill.values.get(row.code)
        if row.code in submission.parts:
            raise _Refused(
                "số liệu này được cộng từ các cơ quan cấp dưới",
                "Điều chỉnh khi tổng hợp cấp dưới, rồi tổng hợp lại.",
            )
        told = _figure(row.old, indicator, row.address, ORIGINAL) if row.old else None
        if not is_same(told, original):
            shown = in_words(original)
            raise _Refused(
                f"tệp của cơ quan có {shown}, không phải số ghi ở cột «{ORIGINAL}»",
                f"Nếu cơ quan đã gửi số đúng thì xóa dòng này; nếu vẫn cần điều chỉnh thì ghi "
                f"{shown} vào cột «{ORIGINAL}».",
            )

    @cached_property
    def _wanted(self) -> Mapping[tuple[str, str], set[float | None]]:
        """The new figures that the rows ask for, by file and code."""
        wanted: dict[tuple[str, str], set[float | None]] = {}
        for row in self.table.rows:
            with contextlib.suppress(_Refused):
                figure = _figure(row.new, self._indicator(row), row.address, CORRECTED)
                wanted.setdefault((self._submission(row).file, row.code), set()).add(figure)
        return wanted

    def _refusal(self, row: Row, submission: Submission | None, refusal: _Refused) -> Finding:
        return NOT_ADJUSTED.finding(
            f"Dòng {row.number} của bảng điều chỉnh ({row.unit} {row.code}) chưa được áp dụng: "
            f"{refusal}.",
            refusal.hint,
            codes=[row.code] if row.code in self.form.by_code else [],
            cells=[row.address],
            file=self.table.file,
            unit=submission.unit_code if submission else row.unit,
        )


_BLANK = {fold(NO_FIGURE), fold(NO_FIGURE).strip("()")}


def _figure(cell: Cell | None, indicator: Indicator, address: str, heading: str) -> float | None:
    """The figure in a cell; None where it says that there is none."""
    if cell is None:
        raise _Refused(f"cột «{heading}» còn trống", f"Nhập số, hoặc {NO_FIGURE} để xóa số liệu.")
    blanks = _BLANK | {fold(UNREADABLE_FIGURE)} if heading == ORIGINAL else _BLANK
    if fold(cell.text) in blanks:
        return None
    entry = read_entry(cell, indicator, address)
    if entry.state is not State.USABLE:
        fault = entry.findings[0]
        raise _Refused(f"cột «{heading}»: {fault.message.rstrip('.')}", fault.hint)
    return entry.value


def _applied(submission: Submission, code: str, adjustment: Adjustment) -> Finding:
    change = f"{adjustment.original_in_words} → {adjustment.corrected_in_words}"
    address = submission.cells.get(code)
    return ADJUSTED.finding(
        f"Đã điều chỉnh {code}: {change}. Lý do: «{adjustment.reason}». "
        f"Người điều chỉnh: {adjustment.who}.",
        codes=[code],
        cells=[address] if address else [],
        file=submission.file,
        unit=submission.unit_code,
    )
