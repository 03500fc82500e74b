"""The sheet `Tổng hợp`: the appendix's rows, their totals, and a column for each unit."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, groupby
from typing import Any, NamedTuple

from cchc_xlsx import over_periods
from cchc_xlsx.aggregate import Ranges, reported_formula, way_of
from cchc_xlsx.colours import AMBER, HEADING, INCOMPLETE, ITEM, SECTION
from cchc_xlsx.consolidate import Consolidation, Total
from cchc_xlsx.form import Basis, Indicator, Level
from cchc_xlsx.layout import MERGED_TAG
from cchc_xlsx.merged_layout import DATA_SHEET, UNITS_SHEET
from cchc_xlsx.spreadsheet import A3, FONT_SIZE, Book, Sheet, lines_needed
from cchc_xlsx.summary.drill_down import DrillDown
from cchc_xlsx.summary.totals_layout import (
    CODE,
    FIRST_ROW,
    HEADING_ROW,
    HEADINGS,
    LABEL,
    METHOD,
    REPORTED,
    STT,
    TOTAL,
    UNIT,
    TotalsLayout,
)
from cchc_xlsx.summary.unit_figures import UnitFigures, number_format
from cchc_xlsx.vietnamese import some_of

WIDTHS = {CODE: 11.0, STT: 6.0, LABEL: 48.0, UNIT: 13.0, METHOD: 18.0, TOTAL: 16.0, REPORTED: 10.0}
_WIDTH, _NARROW = 14.0, 9.0
_MOST_WIDE_UNITS = 8
"""Where there are more, their columns are narrow and the names above them turned."""

_TURNED_LINES = 13.0

_DOUBT = " (?)"
"""Follows a total that may be wrong."""
_UNLIKE = " (≠)"
"""Behind the difference of two totals over different numbers of units."""

_SMALL = 10
"""The size in which it is said how a row is consolidated."""
_REPEATED = (CODE, STT, LABEL)
"""The columns printed on every page. A text that is longer than they are would be cut there."""

_ROOM_FOR_MISSING = 50.0
"""Characters between the repeated columns and those of the units."""

_ROOM = 290.0
"""Characters that go side by side on A3 without becoming too small to read."""

_TINT = {Level.SECTION: SECTION, Level.ITEM: ITEM}
_INDENT = {Level.SUBSUB: 1}
_DEPTH = {Level.SECTION: 0, Level.ITEM: 1, Level.SUB: 2, Level.SUBSUB: 3}


def write_totals(
    book: Book, sheet: Sheet, merged: Consolidation, layout: TotalsLayout, places: DrillDown
) -> None:
    """Fill the sheet."""
    writer = _Writer(book, sheet, merged, layout, places)
    sheet.widths(writer.widths)
    writer.write_heading()
    writer.write_column_headings()
    for row in merged.form.indicators:
        writer.write_row(row)
    writer.highlight_incomplete()
    writer.write_remarks()
    sheet.raw.outline_settings(symbols_below=False)
    sheet.raw.freeze_panes(FIRST_ROW - 1, 3)
    sheet.raw.autofilter(f"{CODE}{FIRST_ROW - 1}:{layout.last_column}{layout.last_row}")
    sheet.page(
        landscape=True,
        paper=A3,
        repeat=(HEADING_ROW, FIRST_ROW - 1),
        columns=f"{_REPEATED[0]}:{_REPEATED[-1]}",
        pages_wide=writer.pages_wide,
    )


class _Watched(NamedTuple):
    """Totals whose looks depend on how many units reported: in which columns, and of how many."""

    columns: tuple[str, str]
    expected: int
    is_doubtful: bool


@dataclass(frozen=True)
class _Writer:
    """Writes the table from top to bottom."""

    book: Book
    sheet: Sheet
    merged: Consolidation
    layout: TotalsLayout
    places: DrillDown
    _watched: dict[_Watched, list[int]] = field(default_factory=dict)

    # --- above the table ------------------------------------------------------------------------

    def write_heading(self) -> None:
        merged, sheet = self.merged, self.sheet
        sheet.text(
            f"{CODE}1", f"{MERGED_TAG}/{merged.form.tag}", self.book.style(font_color="#808080")
        )
        title = f"TỔNG HỢP: {merged.form.title}"
        self._write_line(2, title, bold=True, font_size=14)
        period = merged.period.title if merged.period else "Chưa có số liệu"
        sheet.text(f"{CODE}3", period, self.book.style(bold=True))
        senders = f"Số đơn vị được tổng hợp: {len(merged.leaves)}/{merged.expected}."
        sheet.text(f"{CODE}4", senders, self.book.style())
        if missing := [unit.name for unit in merged.batch.missing_units]:
            # Right of the repeated columns a long text goes on, from page to page; but LibreOffice
            # shrinks the pages of a sheet until the longest text fits.
            units = len(self.layout.unit_codes) if self.layout.across else 0
            room = _ROOM_FOR_MISSING + _NARROW * units
            most = sum(width <= room for width in accumulate(len(name) + 2 for name in missing))
            said = f"Chưa nộp: {some_of(missing, max(most, 1))}."
            sheet.text(f"{UNIT}4", said, self.book.style())
        if not self.layout.across:
            said = f"Số liệu từng cơ quan ở trang {UNITS_SHEET}, mỗi cơ quan một dòng."
            self._write_line(5, said, bold=True, italic=True)

    def _write_line(self, at: int, text: str, *, font_size: int = FONT_SIZE, **look: Any) -> None:
        """A text over the repeated columns, as high as it needs: whole on every page."""
        cells, letters = f"{_REPEATED[0]}{at}:{_REPEATED[-1]}{at}", font_size / FONT_SIZE
        style = self.book.style(**look, font_size=font_size, text_wrap=True, valign="top")
        self.sheet.merged(cells, text, style)
        width = sum(WIDTHS[column] for column in _REPEATED) / letters
        bold = bool(look.get("bold"))
        self.sheet.height(at, letters * lines_needed(text, width, bold=bold))

    @property
    def _heading(self) -> dict[str, Any]:
        look = {"bold": True, "border": 1, "align": "center", "valign": "vcenter"}
        return look | {"text_wrap": True, "bg_color": HEADING}

    def write_column_headings(self) -> None:
        style = self.book.style(**self._heading)
        second = HEADING_ROW + 1
        for column, heading in HEADINGS.items():
            self.sheet.merged(f"{column}{HEADING_ROW}:{column}{second}", heading, style)
        if self.layout.previous and (before := self.merged.previous) and before.period:
            said = f"Kỳ trước: {before.period.name} ({len(before.units)} đơn vị)"
            for column, text in zip(self.layout.previous, (said, "Chênh lệch"), strict=True):
                self.sheet.merged(f"{column}{HEADING_ROW}:{column}{second}", text, style)
        for columns, group in zip(self.layout.group_columns, self.merged.groups, strict=True):
            # Not merged: a page may end between the two columns.
            for column, heading in zip(columns, ("Cộng nhóm", "Số đơn vị"), strict=True):
                self.sheet.text(f"{column}{HEADING_ROW}", group.name, style)
                self.sheet.text(f"{column}{second}", heading, style)
        self._write_unit_headings()

    def _write_unit_headings(self) -> None:
        across, lines = self.layout.across, [3.0]
        turned = {"rotation": 90} if self._is_turned else {}
        names = self.book.style(**self._heading, **turned)
        for at, unit in enumerate(self.merged.units if across else ()):
            assert across
            self.sheet.text(f"{across.column(at)}{HEADING_ROW}", unit.name, names)
            code = self.book.style(**self._heading)
            self.sheet.text(f"{across.column(at)}{HEADING_ROW + 1}", unit.code, code)
            lines.append(_TURNED_LINES if turned else lines_needed(unit.name, _WIDTH, bold=True))
        self.sheet.height(HEADING_ROW, max(lines))
        self.sheet.height(HEADING_ROW + 1, 2)

    @property
    def _is_turned(self) -> bool:
        return len(self.merged.units) > _MOST_WIDE_UNITS

    @property
    def _unit_width(self) -> float:
        """Of a unit's column, by what stands in it."""
        if not self._is_turned:
            return _WIDTH
        codes = (len(unit.code) + 3 for unit in self.merged.units)
        return min(max(_NARROW, *codes), _WIDTH)

    @cached_property
    def widths(self) -> dict[str, float]:
        """Of every column: the same in all workbooks, the last period, the units, the groups."""
        groups = [column for pair in self.layout.group_columns for column in pair]
        across = self.layout.across
        units = [across.column(at) for at in range(len(self.merged.units))] if across else []
        totals = dict.fromkeys([*(self.layout.previous or ()), *groups], _WIDTH)
        return WIDTHS | totals | dict.fromkeys(units, self._unit_width)

    @property
    def pages_wide(self) -> int:
        """Over how many pages the columns go when it is printed."""
        repeated = sum(WIDTHS[column] for column in _REPEATED)
        return max(1, math.ceil((sum(self.widths.values()) - repeated) / (_ROOM - repeated)))

    # --- one row --------------------------------------------------------------------------------

    def write_row(self, row: Indicator) -> None:
        at, style = self.layout.row(row.code), self.book.style(**_look(row))
        texts = {STT: row.stt, LABEL: row.label, UNIT: row.printed_unit, METHOD: self._method(row)}
        own: dict[str, dict[str, Any]] = {
            STT: {"align": "center"},
            LABEL: {"indent": _INDENT.get(row.level, 0)},
            METHOD: {"font_size": _SMALL},
        }
        self._write_code(row)
        for column, text in texts.items():
            look = _look(row) | own.get(column, {})
            self.sheet.text(f"{column}{at}", text, self.book.style(**look))
        if row.is_input:
            self._write_totals(row)
        else:
            for column in [each for each in self.widths if each not in (CODE, *texts)]:
                self.sheet.blank(f"{column}{at}", style)
        if row.is_input and self.layout.across:
            figures = self._figures.of_row(row, _look(row))
            cells = [figures.cell(each) for each in self.merged.submissions]
            self.sheet.raw.keep_run(f"{self.layout.across.column(0)}{at}", cells)
        self.sheet.height(at, max(self._lines(row, texts)), level=_DEPTH[row.level])

    def _lines(self, row: Indicator, texts: Mapping[str, str]) -> Iterator[float]:
        """How many lines each text of a row takes, and its total, which may be a list of counts."""
        bold = row.level in _TINT
        for column, text in texts.items():
            letters = _SMALL / FONT_SIZE if column == METHOD else 1.0
            yield letters * lines_needed(text, WIDTHS[column] / letters, bold=bold)
        if row.is_input:
            shown = way_of(row).shown(row, self.merged.totals[row.code].parts)
            if isinstance(shown, str):
                yield lines_needed(shown + _DOUBT, _WIDTH, bold=True)

    @cached_property
    def _figures(self) -> UnitFigures:
        return UnitFigures(self.book, self.sheet, self.merged, self.layout, self.places)

    def _write_code(self, row: Indicator) -> None:
        """The code; where the row has figures, a link to all of them."""
        cell, look = f"{CODE}{self.layout.row(row.code)}", _look(row)
        if target := self._target(row):
            self.sheet.link(cell, target, row.code, self.book.style(**look, font_color="#0563C1"))
        else:
            self.sheet.text(cell, row.code, self.book.style(**look))

    def _target(self, row: Indicator) -> str | None:
        """Where the figures of a row stand, if there are any: their lines, or the units' cells."""
        if not self.places.beside:
            return self.places.data.target(row.code)
        return self.layout.units_of(row.code) if row.is_input else None

    def _method(self, row: Indicator) -> str:
        """How the row is consolidated, with a mark when its total wants a caution."""
        if not row.is_input:
            return ""
        over_year = f"; {over_periods.in_words(row)}" if self.merged.batch.year else ""
        return way_of(row).name + over_year + (" (*)" if row.caution else "")

    # --- totals ---------------------------------------------------------------------------------

    def _write_totals(self, row: Indicator) -> None:
        count = len(self.merged.units)
        self._write_total(row, (TOTAL, REPORTED), self.merged.totals[row.code], 0, count)
        for columns, group in zip(self.layout.group_columns, self.merged.groups, strict=True):
            subtotal = self.merged.subtotal(row, group)
            self._write_total(row, columns, subtotal, group.first, group.last)
        if self.layout.previous and self.merged.previous:
            last = self.merged.previous.totals[row.code]
            self._write_previous(row, self.layout.previous, last)
        if row.caution:
            self.sheet.comment(f"{TOTAL}{self.layout.row(row.code)}", row.caution)

    def _write_total(
        self, row: Indicator, columns: tuple[str, str], total: Total, first: int, last: int
    ) -> None:
        """A total over the units from `first` up to `last`, and how many of them reported."""
        cell, reported = (f"{column}{self.layout.row(row.code)}" for column in columns)
        ranges = Ranges(
            self.layout.units_of(row.code, first, last),
            tuple(self.layout.others_of(code, first, last) for code in row.of),
            total.beyond,
        )
        look = _look(row) | {"bold": True, "align": "right", "indent": 1}
        look["num_format"] = number_format(row, total=True)
        doubt: dict[str, Any] = {}
        if self._is_doubtful(row, first, last):
            look["num_format"], doubt = _marked(look["num_format"], _DOUBT), {"bg_color": AMBER}
        style, way = self.book.style(**(look | doubt)), way_of(row)
        if target := self._target(row):
            self.sheet.link(cell, target, "", style)
        self.sheet.formula(cell, way.formula(row, ranges), way.shown(row, total.parts), style)
        self.sheet.formula(
            reported,
            f'={reported_formula(ranges)}&"/{total.expected}"',
            f"{total.reported}/{total.expected}",
            self.book.style(**_look(row), align="center"),
        )
        watched = _Watched(columns, total.expected, bool(doubt))
        self._watched.setdefault(watched, []).append(self.layout.row(row.code))

    def highlight_incomplete(self) -> None:
        """The count beside a total tells live whether it is complete."""
        for (columns, expected, is_doubtful), rows in self._watched.items():
            cells = " ".join(f"{columns[0]}{run[0]}:{columns[1]}{run[-1]}" for run in _runs(rows))
            condition = f'=${columns[1]}{rows[0]}<>"{expected}/{expected}"'
            ground = AMBER if is_doubtful else INCOMPLETE
            look = self.book.style(italic=True, border=4, bg_color=ground)
            self.sheet.highlight(cells, condition, look)

    def _write_previous(self, row: Indicator, columns: tuple[str, str], last: Total) -> None:
        """The total of the last period, and live how much it has changed since."""
        at, way = self.layout.row(row.code), way_of(row)
        before, change = (f"{column}{at}" for column in columns)
        now, shown = way.shown(row, self.merged.totals[row.code].parts), way.shown(row, last.parts)
        look = _look(row) | {"align": "right", "indent": 1}
        # Without wrapping, as in `UnitFigures`.
        unwrapped = look | {"text_wrap": False, "num_format": number_format(row, total=True)}
        number = self.book.style(**unwrapped)
        if isinstance(shown, str):
            self.sheet.text(before, shown, self.book.style(**look))
        else:
            self.sheet.number(before, shown, number)
        if not self._is_comparable(row):
            self.sheet.blank(change, number)
            return
        is_number = isinstance(now, float) and isinstance(shown, float)
        if self.merged.totals[row.code].reported != last.reported:
            unwrapped["num_format"] = _marked(unwrapped["num_format"], _UNLIKE)
            number = self.book.style(**unwrapped)
        formula = f'=IF(AND(ISNUMBER({TOTAL}{at}),ISNUMBER({before})),{TOTAL}{at}-{before},"")'
        self.sheet.formula(change, formula, float(now) - float(shown) if is_number else "", number)

    def _is_comparable(self, row: Indicator) -> bool:
        """Whether the last period counts a row over as much time as this one."""
        before, now = self.merged.previous, self.merged.period
        if row.basis is not Basis.IN_PERIOD or not (before and before.period and now):
            return True
        return before.period.months == now.months

    def _is_doubtful(self, row: Indicator, first: int, last: int) -> bool:
        """Whether a total rests on an error, or its row is named in a finding itself."""
        codes = (row.code, *row.of)
        rests_on_error = any(self.places.is_error_among(code, first, last) for code in codes)
        is_named = "" in self.places.mentions(row.code)
        is_whole = last - first == len(self.merged.units)
        return rests_on_error or (is_named and is_whole)

    # --- below the table ------------------------------------------------------------------------

    def write_remarks(self) -> None:
        for at, line in enumerate(self._remarks(), start=self.layout.last_row + 2):
            self._write_line(at, line, italic=True)

    def _remarks(self) -> Iterator[str]:
        """What the totals marked (*) cannot say, and what looks and links mean."""
        for row in self.merged.form.inputs:
            if row.caution:
                yield f"(*) {row.code} {row.label}: {row.caution}"
        yield (
            "Số tổng hợp in nghiêng, viền đứt, nền xám: chưa đủ đơn vị báo cáo chỉ tiêu đó "
            "(xem cột bên phải của số)."
        )
        yield (
            f"Số tổng hợp có dấu{_DOUBT}, nền vàng: có vấn đề ở số đó hoặc ở số liệu thành phần."
        )
        yield (
            "Ô trống: đơn vị chưa báo cáo chỉ tiêu đó, không được tính là 0. "
            "Ô đỏ: có lỗi; ô vàng: có cảnh báo hoặc có vi phạm (bấm vào ô để xem)."
        )
        before, now = self.merged.previous, self.merged.period
        if before:
            yield (
                f"Chênh lệch có dấu{_UNLIKE}: số đơn vị có số liệu của hai kỳ khác nhau, nên phần "
                "chênh lệch không chỉ do số liệu tăng hay giảm."
            )
        if before and before.period and now and before.period.months != now.months:
            yield (
                f"{before.period.title} và {now.name} có độ dài khác nhau: số phát sinh trong kỳ "
                "không tính chênh lệch."
            )
        where = UNITS_SHEET if self.places.beside else DATA_SHEET
        yield f"Bấm vào mã hoặc vào số tổng hợp để đến các số liệu thành phần ở trang {where}."
        yield (
            "Số đậm màu xanh trong khung xanh: người tổng hợp đã điều chỉnh; số gốc ở nhận xét của "
            "ô và ở trang Điều chỉnh."
        )


def _runs(rows: Sequence[int]) -> Iterator[list[int]]:
    """Ascending numbers, those that follow each other together."""
    for _, run in groupby(enumerate(rows), key=lambda each: each[1] - each[0]):
        yield [row for _, row in run]


def _marked(number_format: str, sign: str) -> str:
    """The same format with a sign after numbers and texts: it tells without colours, too."""
    number, text = f'{number_format}"{sign}"', f'@"{sign}"'
    return f"{number};-{number};{number};{text}"


def _look(row: Indicator) -> dict[str, Any]:
    look: dict[str, Any] = {"border": 1, "valign": "vcenter", "text_wrap": True}
    if row.level in _TINT:
        look |= {"bold": True, "bg_color": _TINT[row.level]}
    return look
