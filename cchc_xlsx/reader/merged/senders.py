"""The units of a consolidated workbook: those of `Tình hình nộp`, and their notes on `Ghi chú`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from cchc_xlsx.expression import State
from cchc_xlsx.figures import Fill
from cchc_xlsx.form import Form, Indicator, Period
from cchc_xlsx.merged_layout import (
    FILE,
    HASH,
    MERGED,
    MERGED_UNLISTED,
    NAME_IN_FILE,
    NOTE,
    NOTES_SHEET,
    PERIOD,
    REPORTED_PERIOD,
    ROW_CODE,
    SENDERS_SHEET,
    STATUS,
    UNIT,
    UNIT_CODE,
)
from cchc_xlsx.reader.entry import BLANK, Entry
from cchc_xlsx.reader.listing import Listing, first_listing
from cchc_xlsx.reader.merged.faults import Faults
from cchc_xlsx.roster import ReportingUnit, is_unit_code
from cchc_xlsx.submission import Submission
from cchc_xlsx.vietnamese import clean_lines
from cchc_xlsx.workbook import SheetCells


@dataclass
class Sender:
    """A unit as it is gathered from the sheets."""

    name: str = ""
    file: str = ""
    sha256: str = ""
    entries: dict[str, Entry] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    parts: dict[str, tuple[float, ...]] = field(default_factory=dict)

    def submission(self, form: Form, code: str, period: Period | None) -> Submission:
        """What it sent, under its code."""
        values = {row.code: self.entries.get(row.code, BLANK).value for row in form.inputs}
        unreadable = {
            code for code, entry in self.entries.items() if entry.state is State.UNREADABLE
        }
        return Submission(
            file=self.file,
            sha256=self.sha256,
            unit=ReportingUnit(code, self.name or code),
            period=period,
            fill=Fill(values, frozenset(unreadable)),
            notes={code: self.notes[code] for code in form.by_code if code in self.notes},
            cells=self.cells,
            parts=self.parts,
        )


@dataclass(frozen=True)
class Senders:
    """All of them by code and period, in their order; `faults` gathers the lines of nobody.

    `periods` are those of the workbook: one, of a year several, none where nothing tells it.
    """

    form: Form
    periods: Sequence[Period]
    faults: Faults
    by_key: dict[tuple[str, Period | None], Sender] = field(default_factory=dict)

    def read_list(self, sheets: Sequence[SheetCells]) -> None:
        """The units of `Tình hình nộp`, also those without any figure."""
        needed, others = (UNIT_CODE, UNIT, STATUS), (FILE, HASH, REPORTED_PERIOD)
        listing = first_listing(sheets, SENDERS_SHEET, needed, others)
        for row in listing.rows if listing else ():
            assert listing
            code = listing.text(row, UNIT_CODE)
            if listing.text(row, STATUS) in (MERGED, MERGED_UNLISTED) and is_unit_code(code):
                name = listing.text(row, UNIT).partition(NAME_IN_FILE)[0]
                sender = Sender(name, listing.text(row, FILE), listing.text(row, HASH))
                period = self._only or self._period(listing.text(row, REPORTED_PERIOD))
                self.by_key.setdefault((code, period), sender)

    def read_notes(self, sheets: Sequence[SheetCells]) -> bool:
        """The notes of `Ghi chú`, if it is there."""
        notes = first_listing(sheets, NOTES_SHEET, (ROW_CODE, UNIT_CODE, NOTE), (PERIOD,))
        for row in notes.rows if notes else ():
            assert notes
            period = notes.text(row, PERIOD) if PERIOD in notes.columns else None
            unit, code = notes.text(row, UNIT_CODE), notes.text(row, ROW_CODE)
            found = self.of(unit, code, period, notes.address(row, UNIT_CODE))
            note = note_in(notes, row)
            if found and note:
                sender, indicator = found
                sender.notes[indicator.code] = note
        return notes is not None

    def of(
        self, unit: str, code: str, period_text: str | None, address: str
    ) -> tuple[Sender, Indicator] | None:
        """Whose line it is and about which indicator; None, and a fault, where that is unclear.

        Without a text for the period it is the only one that there is.
        """
        if not is_unit_code(unit):
            self.faults.add("không có mã cơ quan hợp lệ", address)
            return None
        if code not in self.form.by_code:
            self.faults.add("có mã chỉ tiêu mà biểu mẫu không có", address)
            return None
        period = self._only if period_text is None else self._period(period_text)
        if period is None:
            self.faults.add("không thuộc kỳ của tệp tổng hợp", address)
            return None
        return self.by_key.setdefault((unit, period), Sender()), self.form.by_code[code]

    @property
    def _only(self) -> Period | None:
        return self.periods[0] if len(self.periods) == 1 else None

    def _period(self, text: str) -> Period | None:
        """The period of the workbook that a text names, by its code or in words."""
        return next((each for each in self.periods if text in (each.id, each.name)), None)


def note_in(listing: Listing, row: int) -> str:
    """The note in a line; empty when there is none."""
    cell = listing.cell(row, NOTE)
    return clean_lines(cell.shown) if cell else ""
