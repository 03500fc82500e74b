"""The sheet `Dữ liệu` of a consolidated workbook: every figure with its cell, parts and note."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from cchc_xlsx.aggregate import are_parts, read_parts
from cchc_xlsx.errors import InputError
from cchc_xlsx.expression import State
from cchc_xlsx.finding import Finding
from cchc_xlsx.form import Form, Indicator, Period
from cchc_xlsx.merged_layout import PARTS
from cchc_xlsx.reader.entry import Entry, read_entry
from cchc_xlsx.reader.merged.lines import Line
from cchc_xlsx.reader.merged.senders import Sender, Senders


def periods_in(form: Form, lines: Iterable[Line]) -> list[Period]:
    """The periods of the lines, that of most first."""
    texts = Counter(line.period for line in lines)
    periods = []
    for text, _ in texts.most_common():
        with suppress(InputError):
            periods.append(form.period(text))
    return periods


@dataclass(frozen=True)
class DataReader:
    """Gives the lines to their senders."""

    lines: Iterable[Line]
    senders: Senders

    def read(self) -> Iterator[Finding]:
        """All lines; what has to be said about the figures."""
        for line in self.lines:
            if found := self.senders.of(line.unit, line.code, line.period, line.unit_at):
                yield from self._read_line(line, *found)

    def _read_line(self, line: Line, sender: Sender, indicator: Indicator) -> Iterator[Finding]:
        if not indicator.is_input:
            self._fault(line, "có số liệu ở dòng tiêu đề của biểu mẫu")
        else:
            said = self._read_figure(line, sender, indicator)
            self._read_parts(line, sender, indicator)
            sender.file = line.file or sender.file
            sender.cells[indicator.code] = line.cell
            if line.note:
                sender.notes.setdefault(indicator.code, line.note)
            yield from (replace(finding, unit=line.unit) for finding in said)

    def _read_figure(self, line: Line, sender: Sender, indicator: Indicator) -> Sequence[Finding]:
        entry = read_entry(line.figure, indicator, line.at)
        before = sender.entries.setdefault(indicator.code, entry)
        if (before.state, before.value) != (entry.state, entry.value):
            sender.entries[indicator.code] = Entry(State.UNREADABLE)
            self._fault(line, "lặp lại một chỉ tiêu của một cơ quan với số khác")
        return entry.findings

    def _read_parts(self, line: Line, sender: Sender, indicator: Indicator) -> None:
        if line.parts:
            if parts := _parts(line.parts, indicator):
                sender.parts[indicator.code] = parts
            else:
                self._fault(line, f"có ô {PARTS} không đọc được")

    def _fault(self, line: Line, reason: str) -> None:
        self.senders.faults.add(reason, line.at)


def _parts(text: str, indicator: Indicator) -> tuple[float, ...]:
    """The parts in a text; none when they are not those of the row's way of totalling."""
    try:
        parts = read_parts(text)
    except ValueError:
        return ()
    return parts if are_parts(indicator, parts) else ()
