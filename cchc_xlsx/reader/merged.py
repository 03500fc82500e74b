"""The bytes of a consolidated workbook → the submissions that it was made of.

Figures are those of `Dữ liệu`, notes those of `Ghi chú`. Both may have been sorted, filtered, cut
or typed over since, and others may have added columns: tables and columns are found by their
headings, lines by the codes in them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from cchc_xlsx.aggregate import parts_count, read_parts
from cchc_xlsx.errors import InputError
from cchc_xlsx.expression import State
from cchc_xlsx.figures import Fill, is_same
from cchc_xlsx.finding import Finding
from cchc_xlsx.form import Form, Indicator, Period
from cchc_xlsx.layout import MERGED_TAG
from cchc_xlsx.merged_layout import (
    CELL,
    DATA_SHEET,
    FIGURE,
    FILE,
    HASH,
    INDICATOR_CODE,
    LABEL,
    MERGED,
    MERGED_UNLISTED,
    NAME_IN_FILE,
    NOTE,
    NOTES_SHEET,
    PARTS,
    PERIOD,
    ROW_CODE,
    SENDERS_SHEET,
    STATUS,
    UNIT,
    UNIT_CODE,
)
from cchc_xlsx.reader.entry import Entry, read_entry
from cchc_xlsx.reading_rules import (
    LOST_LINES,
    OTHER_VERSION,
    UNREADABLE_FILE,
    WRONG_FORM,
    Rejected,
)
from cchc_xlsx.roster import ReportingUnit, is_unit_code
from cchc_xlsx.submission import Submission
from cchc_xlsx.vietnamese import clean, clean_lines
from cchc_xlsx.workbook import SheetCells, read_workbook
from cchc_xlsx.workbook.cells import Cell, CellKind

MOST_CELLS = 1_000_000
"""Of a consolidated workbook: some 1,700 a unit."""

LAST_HEADING_ROW = 20
"""Headings are looked for down to this row."""


@dataclass(frozen=True, kw_only=True)
class Divergence:
    """A unit's figure that `Tổng hợp` shows otherwise than `Dữ liệu`: somebody typed over it.

    `figure` is what `Dữ liệu` holds. `shown` is what stands on `Tổng hợp` at `cell`: a number,
    None for a blank, or the text of anything else, a formula with its ``=``.
    """

    unit: str
    code: str
    figure: float | None
    shown: float | str | None
    cell: str


@dataclass(frozen=True, kw_only=True)
class MergedWorkbook:
    """A consolidated workbook read back.

    `tag` is that of the form, ``<id>/<version>``. `submissions` have the unit, the period, every
    figure (None for a blank, and for what nobody could read: that was told when they were merged),
    its cell and its parts, the notes, the file and its hash. `findings` say what could not be used;
    where nothing could, they are all there is.
    """

    file: str
    tag: str = ""
    period: Period | None = None
    submissions: tuple[Submission, ...] = ()
    divergences: tuple[Divergence, ...] = ()
    findings: tuple[Finding, ...] = ()

    @staticmethod
    def unusable(file: str) -> MergedWorkbook:
        """One that says that it is ours and cannot be read."""
        finding = UNREADABLE_FILE.finding(
            "Tệp do phần mềm tạo ra, nhưng đã hỏng hoặc không phải là tệp tổng hợp.",
            _AGAIN,
            file=file,
        )
        return MergedWorkbook(file=file, findings=(finding,))


def find_totals(sheets: Iterable[SheetCells]) -> SheetCells | None:
    """The sheet `Tổng hợp`, by its tag; None in a workbook that is no consolidated one."""
    return next((sheet for sheet in sheets if sheet.text(1, "A").startswith(MERGED_TAG)), None)


def read_merged(data: bytes, file: str, form: Form) -> MergedWorkbook | None:
    """Read the bytes of a consolidated workbook; None when they are something else.

    Never raises for what the bytes hold. What can be opened by no reader is something else, too:
    the reader of filled workbooks says what is wrong with it.
    """
    try:
        sheets = read_workbook(data, MOST_CELLS).sheets
        totals = find_totals(sheets)
    except Exception:  # bytes that nobody vouches for break a library in more ways than it names
        return None
    if totals is None:
        return None
    try:
        merged = _Reader(form, totals, sheets).read(file)
    except Rejected as fault:
        merged = MergedWorkbook(file=file, findings=(fault.finding,))
    except Exception as fault:
        finding = UNREADABLE_FILE.finding(
            f"Không đọc được tệp tổng hợp: nội dung bất thường ({type(fault).__name__}).", _AGAIN
        )
        merged = MergedWorkbook(file=file, findings=(finding,))
    return replace(merged, findings=tuple(replace(each, file=file) for each in merged.findings))


_AGAIN = "Tổng hợp lại từ các tệp báo cáo, rồi dùng tệp mới."


# --- tables -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Listing:
    """A table on a sheet: `columns` has the letters of each heading."""

    sheet: SheetCells
    heading_row: int
    columns: Mapping[str, str]

    @cached_property
    def rows(self) -> list[int]:
        """The rows below the headings that hold anything."""
        return sorted({row for row, _ in self.sheet.cells if row > self.heading_row})

    def cell(self, row: int, heading: str) -> Cell | None:
        """The cell of a row under a heading; None when it is blank, or there is no such column."""
        return self.sheet.cells.get((row, self.columns.get(heading, "")))

    def text(self, row: int, heading: str) -> str:
        """Its text."""
        cell = self.cell(row, heading)
        return clean(cell.shown) if cell else ""

    def address(self, row: int, heading: str) -> str:
        """Its address as findings name it."""
        return self.sheet.address(row, self.columns[heading])


def _listing(
    sheets: Sequence[SheetCells], usual_name: str, needed: Sequence[str]
) -> _Listing | None:
    """The table with these headings: on the sheet of the usual name, else wherever it stands."""
    for sheet in sorted(sheets, key=lambda each: each.name != usual_name):
        headings: dict[int, dict[str, str]] = {}
        for (row, column), cell in sheet.cells.items():
            if row <= LAST_HEADING_ROW:
                headings.setdefault(row, {}).setdefault(clean(cell.text), column)
        for row, columns in sorted(headings.items()):
            if columns.keys() >= set(needed):
                return _Listing(sheet, row, columns)
    return None


class _Faults:
    """What cannot be used, gathered by the reason, so that a reason is told once."""

    def __init__(self) -> None:
        self._cells: dict[tuple[str, str], list[str]] = {}

    def add(self, reason: str, cell: str) -> None:
        """`reason` is a Vietnamese clause that follows «n dòng»."""
        self._cells.setdefault((reason, cell.rpartition("!")[0]), []).append(cell)

    def findings(self) -> Iterator[Finding]:
        for (reason, sheet), cells in self._cells.items():
            yield LOST_LINES.finding(
                f"Trang {sheet} có {len(cells)} dòng {reason}; không dùng được.",
                _AGAIN,
                cells=cells,
            )


# --- what the sheets say ------------------------------------------------------------------------


@dataclass
class _Sender:
    """A unit as it is gathered from the sheets."""

    name: str = ""
    file: str = ""
    sha256: str = ""
    entries: dict[str, Entry] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    parts: dict[str, tuple[float, ...]] = field(default_factory=dict)


class _Reader:
    """Reads one consolidated workbook."""

    def __init__(self, form: Form, totals: SheetCells, sheets: Sequence[SheetCells]) -> None:
        self._form = form
        self._totals = totals
        self._sheets = [sheet for sheet in sheets if sheet is not totals]
        self._faults = _Faults()
        self._senders: dict[str, _Sender] = {}

    def read(self, file: str) -> MergedWorkbook:
        """Everything. Raises `Rejected` when the workbook cannot be used as a whole."""
        tag = clean(self._totals.text(1, "A")).removeprefix(f"{MERGED_TAG}/")
        if tag.partition("/")[0] != self._form.id:
            raise Rejected(
                WRONG_FORM.finding(
                    f"Tệp tổng hợp của biểu mẫu «{tag}», không phải «{self._form.id}».",
                    "Chọn tệp tổng hợp của đúng biểu mẫu.",
                )
            )
        data = _listing(self._sheets, DATA_SHEET, (UNIT_CODE, PERIOD, INDICATOR_CODE, FIGURE))
        if data is None:
            raise Rejected(
                LOST_LINES.finding(
                    f"Tệp tổng hợp không còn trang {DATA_SHEET} với các cột {UNIT_CODE}, {PERIOD}, "
                    f"{INDICATOR_CODE}, {FIGURE}.",
                    _AGAIN,
                )
            )
        period = self._titled_period() or self._usual_period(data)
        self._read_senders()
        said = list(self._read_data(data, period))
        self._read_notes()
        self._name_units()
        submissions = tuple(
            self._submission(code, sender, period) for code, sender in self._senders.items()
        )
        return MergedWorkbook(
            file=file,
            tag=tag,
            period=period,
            submissions=submissions,
            divergences=tuple(self._divergences()),
            findings=(*self._version_findings(tag), *self._faults.findings(), *said),
        )

    def _version_findings(self, tag: str) -> Iterator[Finding]:
        if tag != self._form.tag:
            yield OTHER_VERSION.finding(
                f"Tệp tổng hợp theo phiên bản khác của biểu mẫu ({tag}); số liệu được đọc theo mã.",
                "So lại vài chỉ tiêu trước khi dùng.",
            )

    # --- Tổng hợp: the period, the names of units ---

    def _titled_period(self) -> Period | None:
        """The period that the title names."""
        titles = [clean(text) for row, text in self._totals.column("A") if row <= LAST_HEADING_ROW]
        named = (period for text in titles for period in self._form.periods_named(text))
        return next((period for period in named if period.title in titles), None)

    def _usual_period(self, data: _Listing) -> Period | None:
        """The period of most lines, where the title is lost."""
        texts = Counter(data.text(row, PERIOD) for row in data.rows)
        for text, _ in texts.most_common():
            try:
                return self._form.period(text)
            except InputError:
                continue
        return None

    @cached_property
    def _table(self) -> _Listing | None:
        """The table of totals; None where the units do not stand beside the rows."""
        return _listing([self._totals], self._totals.name, (ROW_CODE, LABEL))

    @cached_property
    def _unit_columns(self) -> dict[str, str]:
        """The column of each unit on `Tổng hợp`, by the code under its name."""
        if self._table is None:
            return {}
        second = self._table.heading_row + 1
        codes = {clean(self._totals.text(second, each)): each for each in self._totals.columns}
        return {code: codes[code] for code in self._senders if code in codes}

    def _name_units(self) -> None:
        for code, column in self._unit_columns.items():
            assert self._table, "columns of units stand in the table"
            if name := clean(self._totals.text(self._table.heading_row, column)):
                self._senders[code].name = name

    def _divergences(self) -> Iterator[Divergence]:
        if self._table is None:
            return
        for row in self._table.rows:
            code = self._table.text(row, ROW_CODE)
            indicator = self._form.by_code.get(code)
            if indicator is None or not indicator.is_input:
                continue
            for unit, column in self._unit_columns.items():
                entry = self._senders[unit].entries.get(code)
                figure = entry.value if entry else None
                shown = _content(self._totals.cells.get((row, column)))
                if not is_same(figure, shown):
                    yield Divergence(
                        unit=unit,
                        code=code,
                        figure=figure,
                        shown=shown,
                        cell=self._totals.address(row, column),
                    )

    # --- Tình hình nộp ---

    def _read_senders(self) -> None:
        """The units in their order, also those without any figure."""
        listing = _listing(self._sheets, SENDERS_SHEET, (UNIT_CODE, UNIT, STATUS))
        for row in listing.rows if listing else ():
            assert listing
            code = listing.text(row, UNIT_CODE)
            if listing.text(row, STATUS) in (MERGED, MERGED_UNLISTED) and is_unit_code(code):
                name = listing.text(row, UNIT).partition(NAME_IN_FILE)[0]
                sha256 = listing.text(row, HASH)
                self._senders.setdefault(code, _Sender(name, listing.text(row, FILE), sha256))

    # --- Dữ liệu, Ghi chú ---

    def _read_data(self, data: _Listing, period: Period | None) -> Iterator[Finding]:
        for row in data.rows:
            found = self._line(data, row, INDICATOR_CODE)
            if found is None:
                continue
            sender, indicator = found
            address = data.address(row, FIGURE)
            if period is None or data.text(row, PERIOD) != period.id:
                self._faults.add("không thuộc kỳ của tệp tổng hợp", address)
            elif not indicator.is_input:
                self._faults.add("có số liệu ở dòng tiêu đề của biểu mẫu", address)
            else:
                yield from self._read_figure(data, row, sender, indicator)
                if note := _note(data.cell(row, NOTE)):
                    sender.notes.setdefault(indicator.code, note)

    def _read_figure(
        self, data: _Listing, row: int, sender: _Sender, indicator: Indicator
    ) -> Iterator[Finding]:
        code, address = indicator.code, data.address(row, FIGURE)
        entry = read_entry(data.cell(row, FIGURE), indicator, address)
        before = sender.entries.setdefault(code, entry)
        if before.state != entry.state or before.value != entry.value:
            sender.entries[code] = Entry(State.UNREADABLE)
            self._faults.add("lặp lại một chỉ tiêu của một cơ quan với số khác", address)
        sender.file = data.text(row, FILE) or sender.file
        sender.cells[code] = data.text(row, CELL)
        if text := data.text(row, PARTS):
            if parts := _parts(text, indicator):
                sender.parts[code] = parts
            else:
                self._faults.add(f"có ô {PARTS} không đọc được", address)
        unit = data.text(row, UNIT_CODE)
        yield from (replace(finding, unit=unit) for finding in entry.findings)

    def _read_notes(self) -> None:
        notes = _listing(self._sheets, NOTES_SHEET, (ROW_CODE, UNIT_CODE, NOTE))
        for row in notes.rows if notes else ():
            assert notes
            found = self._line(notes, row, ROW_CODE)
            note = _note(notes.cell(row, NOTE))
            if found and note:
                sender, indicator = found
                sender.notes[indicator.code] = note

    def _line(
        self, listing: _Listing, row: int, code_heading: str
    ) -> tuple[_Sender, Indicator] | None:
        """Whose line it is and about which indicator; None, and a fault, where that is unclear."""
        unit, code = listing.text(row, UNIT_CODE), listing.text(row, code_heading)
        address = listing.address(row, UNIT_CODE)
        if not is_unit_code(unit):
            self._faults.add("không có mã cơ quan hợp lệ", address)
            return None
        if code not in self._form.by_code:
            self._faults.add("có mã chỉ tiêu mà biểu mẫu không có", address)
            return None
        return self._senders.setdefault(unit, _Sender()), self._form.by_code[code]

    # --- all together ---

    def _submission(self, code: str, sender: _Sender, period: Period | None) -> Submission:
        entries = sender.entries
        values = {
            row.code: entries[row.code].value if row.code in entries else None
            for row in self._form.inputs
        }
        unreadable = {each for each, entry in entries.items() if entry.state is State.UNREADABLE}
        order = {row.code: at for at, row in enumerate(self._form.indicators)}
        return Submission(
            file=sender.file,
            sha256=sender.sha256,
            unit=ReportingUnit(code, sender.name or code),
            period=period,
            fill=Fill(values, frozenset(unreadable)),
            notes={
                each: sender.notes[each] for each in sorted(sender.notes, key=order.__getitem__)
            },
            cells=sender.cells,
            parts=sender.parts,
        )


def _note(cell: Cell | None) -> str:
    return clean_lines(cell.shown) if cell else ""


def _content(cell: Cell | None) -> float | str | None:
    """A number, the text of anything else, or None for a blank."""
    if cell is None:
        return None
    return cell.number if cell.kind is CellKind.NUMBER else cell.text


def _parts(text: str, indicator: Indicator) -> tuple[float, ...]:
    """The parts in a text; none when they are not those of the row's way of totalling."""
    try:
        parts = read_parts(text)
    except ValueError:
        return ()
    is_sound = len(parts) == parts_count(indicator) and all(map(math.isfinite, parts))
    return parts if is_sound else ()
