"""The sheet `Biểu đồ`: rankings, each a table with a native chart of it, laid out for A4."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from cchc_xlsx.colours import HEADING
from cchc_xlsx.consolidate import Consolidation
from cchc_xlsx.layout import quoted
from cchc_xlsx.merged_layout import CHARTS_SHEET
from cchc_xlsx.spreadsheet import FONT, Book, Sheet, lines_needed, row_height
from cchc_xlsx.summary.ranking import Bar, Ranking, rankings
from cchc_xlsx.summary.totals_layout import TotalsLayout

_RANK, _NAME = "A", "B"
_AMOUNTS = "CDEF"
_LAST = "N"
_WIDTHS = {_RANK: 6.0, _NAME: 42.0} | dict.fromkeys(_AMOUNTS, 9.0) | dict.fromkeys("GHIJKLMN", 8.5)
"""The table takes as many of `_AMOUNTS` as it needs, the chart what is left up to `_LAST`."""

_LABEL = "O"
"""Hidden: the names as the chart shows them, each short enough for one line. LibreOffice leaves
out every second name where one of them wraps; the table beside has them in full."""

_SMALL = 11
_LINE = 0.8
"""A line in size `_SMALL`, in lines of the usual size."""

_SCALE = 68
"""Per cent, at which all columns are as wide as A4 landscape between the margins. Programs that
fit a sheet to the page's width ignore the breaks that keep a chart on one page."""

_PAGE = 665.0
"""Points that a page holds below its repeated first row, at this scale and with some room left."""

_LEAST_CHART = 230.0
"""Points below which a chart cannot be read, however few its bars."""

_MOST_LEFT = 0.46
"""The part of a chart's width that names may take."""

_ABOVE, _BELOW = 36.0, 30.0
"""Points above and below the bars, for title and legend."""

_LETTER = 4.9
"""Pixels of XlsxWriter that a letter of a name takes at most, on average."""

_DARK, _LIGHT, _WHITE, _LINES = "#44546A", "#C9D3E3", "#FFFFFF", "#404040"
_FILLS = (_DARK, _LIGHT, _WHITE)
_LABELS = (_WHITE, "#000000", "#000000")
"""Stacked series, each with the colour of its labels: still three on a printer without colours."""

_LEAST_LABELLED = 0.05
"""The part of the longest bar below which a stacked figure has no room for its label."""

_ROOM_FOR_LABELS = 1.12


@dataclass(frozen=True)
class _Piece:
    """As much of a ranking as stands on one page."""

    ranking: Ranking
    title: str
    bars: tuple[Bar, ...]
    remarks: tuple[str, ...]

    @property
    def headings(self) -> tuple[str, ...]:
        """Those of the columns with figures."""
        series = self.ranking.series
        return (*series, "Cộng") if len(series) > 1 else series

    @property
    def table_width(self) -> float:
        """In characters."""
        return sum(_WIDTHS[column] for column in (_RANK, _NAME, *_AMOUNTS[: len(self.headings)]))

    @property
    def lines(self) -> list[float]:
        """The height of each row beside the chart: title, headings, bars, empty ones."""
        title = 1.3 * lines_needed(self.title, self.table_width, bold=True)
        headings = max(
            lines_needed(text, _WIDTHS[_AMOUNTS[0]], bold=True) for text in self.headings
        )
        lines = [title, headings, *(_lines(bar) for bar in self.bars)]
        missing = _LEAST_CHART - sum(map(row_height, lines))
        return lines + [_LINE] * math.ceil(max(missing, 0) / row_height(_LINE))

    @property
    def remark_lines(self) -> list[float]:
        """The height of each remark."""
        return [_LINE * lines_needed(text, sum(_WIDTHS.values())) for text in self.remarks]

    @property
    def height(self) -> float:
        """In points, with the empty row that follows."""
        return sum(map(row_height, (*self.lines, *self.remark_lines, 1)))


def _lines(bar: Bar) -> float:
    return _LINE * lines_needed(bar.name, _WIDTHS[_NAME])


def write_charts(book: Book, sheet: Sheet, merged: Consolidation, layout: TotalsLayout) -> None:
    """Fill the sheet."""
    sheet.widths(_WIDTHS)
    sheet.hide(_LABEL)
    period = f" - {merged.period.name}" if merged.period else ""
    sheet.text(f"{_RANK}1", f"BIỂU ĐỒ{period}", book.style(bold=True, font_size=14))
    sheet.height(1, 1.5)
    writer = _Writer(book, sheet)
    for ranking in rankings(merged, layout):
        for piece in _pieces(ranking):
            writer.write(piece)
    sheet.page(landscape=True, repeat=(1, 1))
    sheet.raw.set_print_scale(_SCALE)
    sheet.raw.print_area(f"{_RANK}1:{_LAST}{writer.next_row}")
    sheet.raw.set_h_pagebreaks(writer.breaks)


def _pieces(ranking: Ranking) -> Iterator[_Piece]:
    """The ranking in as few pieces as fit on pages, all of about the same length."""
    for count in range(1, len(ranking.bars) + 2):  # one bar a page at worst
        pieces = list(_divided(ranking, count))
        if all(piece.height <= _PAGE for piece in pieces):
            break
    yield from pieces


def _divided(ranking: Ranking, count: int) -> Iterator[_Piece]:
    size = max(1, math.ceil(len(ranking.bars) / count))
    starts = range(0, len(ranking.bars) or 1, size)
    for number, start in enumerate(starts, start=1):
        title = ranking.title + (f" - phần {number}/{len(starts)}" if len(starts) > 1 else "")
        remarks = ranking.remarks if number == len(starts) else ()
        yield _Piece(ranking, title, ranking.bars[start : start + size], remarks)


@dataclass
class _Writer:
    """Writes pieces one below the other, and breaks the page where the next one does not fit."""

    book: Book
    sheet: Sheet
    next_row: int = 2
    used: float = 0.0
    breaks: list[int] = field(default_factory=list)

    def write(self, piece: _Piece) -> None:
        """Title, table, chart beside them, remarks below."""
        if self.used and self.used + piece.height > _PAGE:
            self.breaks.append(self.next_row - 1)
            self.used = 0.0
        self.used += piece.height
        top = self.next_row
        for line in (*piece.lines, *piece.remark_lines):
            self.sheet.height(self.next_row, line)
            self.next_row += 1
        self._write_table(piece, top)
        if piece.bars:
            self._insert_chart(piece, top)
        style = self.book.style(italic=True, font_size=_SMALL, text_wrap=True, valign="top")
        for at, remark in enumerate(piece.remarks, start=self.next_row - len(piece.remarks)):
            self.sheet.merged(f"{_RANK}{at}:{_LAST}{at}", remark, style)
        self.next_row += 1

    def _write_table(self, piece: _Piece, top: int) -> None:
        columns = _AMOUNTS[: len(piece.headings)]
        title = self.book.style(bold=True, font_size=13, text_wrap=True, valign="vcenter")
        self.sheet.merged(f"{_RANK}{top}:{columns[-1]}{top}", piece.title, title)
        edge: dict[str, Any] = {"border": 1, "font_size": _SMALL, "valign": "vcenter"}
        look = edge | {"text_wrap": True}
        heading = self.book.style(**look, bold=True, align="center", bg_color=HEADING)
        headings = ("Hạng", "Cơ quan", *piece.headings)
        for column, text in zip((_RANK, _NAME, *columns), headings, strict=True):
            self.sheet.text(f"{column}{top + 1}", text, heading)
        number = self.book.style(
            **edge, align="right", indent=1, num_format=_number_format(piece.ranking)
        )
        for at, bar in enumerate(piece.bars, start=top + 2):
            self.sheet.number(f"{_RANK}{at}", bar.rank, self.book.style(**look, align="center"))
            self.sheet.text(f"{_NAME}{at}", bar.name, self.book.style(**look))
            self.sheet.text(f"{_LABEL}{at}", _label(piece, bar), self.book.style())
            self._write_amounts(bar, at, columns, number)
        if piece.ranking.is_percent and piece.bars:
            cells = f"{columns[0]}{top + 2}:{columns[0]}{top + 1 + len(piece.bars)}"
            self.sheet.bars(cells, 0, 100, _LIGHT)

    def _write_amounts(self, bar: Bar, at: int, columns: str, style: Any) -> None:
        for column, amount in zip(columns, bar.amounts, strict=False):
            cell = f"{column}{at}"
            if amount.formula:
                value = "" if amount.value is None else amount.value
                self.sheet.formula(cell, amount.formula, value, style)
            elif amount.value is not None:
                self.sheet.number(cell, amount.value, style)
        if len(columns) > len(bar.amounts):
            cells = f"{columns[0]}{at}:{columns[len(bar.amounts) - 1]}{at}"
            self.sheet.formula(f"{columns[-1]}{at}", f"=SUM({cells})", bar.total, style)

    def _insert_chart(self, piece: _Piece, top: int) -> None:
        ranking = piece.ranking
        stacked = len(ranking.series) > 1
        chart = self.book.add_chart({"type": "bar", **({"subtype": "stacked"} if stacked else {})})
        assert chart is not None, "XlsxWriter knows no bar charts"
        first, last = top + 2, top + 1 + len(piece.bars)
        for at, (name, column) in enumerate(zip(ranking.series, _AMOUNTS, strict=False)):
            chart.add_series(
                {
                    "name": name,
                    "categories": f"={quoted(CHARTS_SHEET)}!${_LABEL}${first}:${_LABEL}${last}",
                    "values": f"={quoted(CHARTS_SHEET)}!${column}${first}:${column}${last}",
                    # What programs show that do not look into the cells.
                    "categories_data": [_label(piece, bar) for bar in piece.bars],
                    "values_data": [bar.amounts[at].value for bar in piece.bars],
                    "data_labels": _labels(piece, at),
                    "fill": {"color": _FILLS[at]},
                    "border": {"color": _LINES},
                    "gap": 40,
                }
            )
        longest = max(ranking.largest, 100.0 if ranking.is_percent else 1.0)
        chart.set_title({"name": piece.title, "name_font": {"name": FONT, "size": 13}})
        # Without the interval Excel leaves out names where it sees too little room.
        names = {"name": FONT, "size": 9}
        chart.set_y_axis({"reverse": True, "num_font": names, "interval_unit": 1})
        chart.set_x_axis(
            {
                "min": 0,
                "max": longest * _ROOM_FOR_LABELS,
                "major_gridlines": {"visible": False},
                "visible": False,
            }
        )
        chart.set_plotarea({"layout": _place_of_bars(piece)})
        legend = {"position": "bottom", "font": {"name": FONT, "size": 11}}
        chart.set_legend(legend if stacked else {"none": True})
        chart.show_hidden_data()
        chart.set_size({"width": _chart_width(piece), "height": _pixels(piece.lines)})
        self.sheet.raw.insert_chart(
            f"{_chart_column(piece)}{top}", chart, {"x_offset": _GAP, "y_offset": _GAP}
        )


_GAP = 6
"""Pixels around a chart, so that its edge stays on its page."""


def _chart_column(piece: _Piece) -> str:
    return list(_WIDTHS)[2 + len(piece.headings)]


def _chart_width(piece: _Piece) -> int:
    """In the pixels of XlsxWriter, so that the chart ends where column `_LAST` does."""
    columns = list(_WIDTHS.values())[2 + len(piece.headings) :]
    return sum(int(width * 7 + 0.5) + 5 for width in columns) - 2 * _GAP


def _label(piece: _Piece, bar: Bar) -> str:
    """A name as the chart shows it."""
    letters = int(_MOST_LEFT * _chart_width(piece) / _LETTER)
    return textwrap.shorten(bar.name, letters, placeholder="…")


def _place_of_bars(piece: _Piece) -> dict[str, float]:
    """In parts of the chart; the same in all parts of a ranking, so that they compare."""
    longest = max(len(_label(piece, bar)) for bar in piece.ranking.bars)
    left = 0.03 + longest * _LETTER / _chart_width(piece)
    height = sum(map(row_height, piece.lines))
    return {
        "x": left,
        "y": _ABOVE / height,
        "width": 0.98 - left,
        "height": 1 - (_ABOVE + _BELOW) / height,
    }


def _pixels(lines: Sequence[float]) -> int:
    return int(sum(map(row_height, lines)) * 4 / 3) - _GAP


def _number_format(ranking: Ranking) -> str:
    return "0.00" if ranking.is_percent else "#,##0"


def _labels(piece: _Piece, at: int) -> dict[str, Any]:
    """The figures at the end of single bars, inside stacked ones where there is room for them."""
    ranking = piece.ranking
    font: dict[str, Any] = {"name": FONT, "size": 10}
    labels = {"value": True, "num_format": _number_format(ranking), "font": font}
    if len(ranking.series) == 1:
        return labels | {"position": "outside_end"}
    font["color"] = _LABELS[at]
    least = _LEAST_LABELLED * ranking.largest
    small = [(bar.amounts[at].value or 0.0) < least for bar in piece.bars]
    return labels | {
        "position": "center",
        # A figure may become 0 later: that needs no label either.
        "num_format": f"{_number_format(ranking)};;",
        "custom": [{"delete": True} if each else None for each in small],
    }
