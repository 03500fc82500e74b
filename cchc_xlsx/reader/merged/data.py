"""The sheet `Dữ liệu` of a consolidated workbook: every figure with its cell, parts and note."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from cchc_xlsx.aggregate import are_parts, read_parts
from cchc_xlsx.errors import InputError
from cchc_xlsx.expression import State
from cchc_xlsx.finding import Finding
from cchc_xlsx.form import Form, Indicator, Period
from cchc_xlsx.merged_layout import (
    CELL,
    DATA_SHEET,
    FIGURE,
    FILE,
    INDICATOR_CODE,
    NOTE,
    PARTS,
    PERIOD,
    UNIT_CODE,
)
from cchc_xlsx.reader.entry import Entry, read_entry
from cchc_xlsx.reader.listing import Listing, first_listing
from cchc_xlsx.reader.merged.faults import AGAIN
from cchc_xlsx.reader.merged.senders import Sender, Senders, note_in
from cchc_xlsx.reading_rules import LOST_LINES, Rejected
from cchc_xlsx.workbook import SheetCells

_NEEDED = (UNIT_CODE, PERIOD, INDICATOR_CODE, FIGURE)


def find_data(sheets: Sequence[SheetCells]) -> Listing:
    """The table of figures. Raises `Rejected` when it is lost."""
    data = first_listing(sheets, DATA_SHEET, _NEEDED, (CELL, FILE, NOTE, PARTS))
    if data is None:
        raise Rejected(
            LOST_LINES.finding(
                f"Tệp tổng hợp không còn trang {DATA_SHEET} với các cột {', '.join(_NEEDED)}.",
                AGAIN,
            )
        )
    return data


def periods_in(form: Form, data: Listing) -> list[Period]:
    """The periods of the lines, that of most first."""
    texts = Counter(data.text(row, PERIOD) for row in data.rows)
    periods = []
    for text, _ in texts.most_common():
        with suppress(InputError):
            periods.append(form.period(text))
    return periods


@dataclass(frozen=True)
class DataReader:
    """Gives the lines of the table to their senders."""

    data: Listing
    senders: Senders

    def read(self) -> Iterator[Finding]:
        """All lines; what has to be said about the figures."""
        for row in self.data.rows:
            if found := self.senders.of_line(self.data, row, INDICATOR_CODE):
                yield from self._read_line(row, *found)

    def _read_line(self, row: int, sender: Sender, indicator: Indicator) -> Iterator[Finding]:
        if not indicator.is_input:
            self._fault(row, "có số liệu ở dòng tiêu đề của biểu mẫu")
        else:
            said = self._read_figure(row, sender, indicator)
            self._read_parts(row, sender, indicator)
            sender.file = self.data.text(row, FILE) or sender.file
            sender.cells[indicator.code] = self.data.text(row, CELL)
            if note := note_in(self.data, row):
                sender.notes.setdefault(indicator.code, note)
            unit = self.data.text(row, UNIT_CODE)
            yield from (replace(finding, unit=unit) for finding in said)

    def _read_figure(self, row: int, sender: Sender, indicator: Indicator) -> Sequence[Finding]:
        code = indicator.code
        entry = read_entry(self.data.cell(row, FIGURE), indicator, self._address(row))
        before = sender.entries.setdefault(code, entry)
        if (before.state, before.value) != (entry.state, entry.value):
            sender.entries[code] = Entry(State.UNREADABLE)
            self._fault(row, "lặp lại một chỉ tiêu của một cơ quan với số khác")
        return entry.findings

    def _read_parts(self, row: int, sender: Sender, indicator: Indicator) -> None:
        if text := self.data.text(row, PARTS):
            if parts := _parts(text, indicator):
                sender.parts[indicator.code] = parts
            else:
                self._fault(row, f"có ô {PARTS} không đọc được")

    def _fault(self, row: int, reason: str) -> None:
        self.senders.faults.add(reason, self._address(row))

    def _address(self, row: int) -> str:
        return self.data.address(row, FIGURE)


def _parts(text: str, indicator: Indicator) -> tuple[float, ...]:
    """The parts in a text; none when they are not those of the row's way of totalling."""
    try:
        parts = read_parts(text)
    except ValueError:
        return ()
    return parts if are_parts(indicator, parts) else ()
