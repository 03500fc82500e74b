"""The sheet `Có - Không`: every unit's answers to the yes/no questions at a glance."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from cchc_xlsx.colours import AMBER, HEADING
from cchc_xlsx.consolidate import Consolidation
from cchc_xlsx.form import Form, Indicator, Kind
from cchc_xlsx.spreadsheet import FONT_SIZE, LINE_HEIGHT, Book, Sheet, lines_needed
from cchc_xlsx.summary.totals_layout import TotalsLayout

_YES, _NO, _ADVERSE, _OTHER = "●", "○", "▲", "?"
"""Signs of the fonts of every office: they tell the answers apart where colours are not printed."""

_LOOKS: dict[str, dict[str, Any]] = {
    _YES: {"bg_color": "#548235", "font_color": "#FFFFFF"},
    _NO: {"bg_color": "#FFFFFF", "font_color": "#000000"},
    _ADVERSE: {"bg_color": "#C00000", "font_color": "#FFFFFF", "bold": True},
    _OTHER: {"bg_color": AMBER, "font_color": "#000000", "bold": True},
    "": {"bg_color": "#D9D9D9"},
}
_LEGEND = (
    f"{_YES} có, đã thực hiện, tốt; {_NO} không, chưa thực hiện; "
    f"{_ADVERSE} có vi phạm hoặc câu trả lời xấu khác;",
    f"{_OTHER} mã không có trong biểu mẫu; ô xám: chưa báo cáo.",
)

_CODES_ROW, _NAMES_ROW = 5, 6
_FIRST_ROW = _NAMES_ROW + 1
_CODE, _NAME = "A", "B"
_FIRST_COLUMN = 2
"""Counted from 0, as XlsxWriter does."""

_WIDTHS = {_CODE: 11.0, _NAME: 52.0}
_TURNED = 9
"""The size of the turned headings."""
_UNITS_ACROSS, _QUESTIONS_ACROSS = (4.0, 2), (5.5, 3)
"""The width of a column, and how many lines of a turned heading stand in it."""

_CELL = "\x00"
"""Stands for the cell of an answer in a formula that is the same for all cells."""

MOST_ACROSS = 32
"""Units that fit beside each other on A4; where there are more, they stand below each other."""


def write_answers(book: Book, sheet: Sheet, merged: Consolidation, layout: TotalsLayout) -> None:
    """Fill the sheet: questions by units, or units by questions where there are many units."""
    _Writer(book, sheet, merged, layout).write()


def _questions(form: Form) -> tuple[Indicator, ...]:
    """The rows answered with yes or no, and those where an answer can be bad."""
    return tuple(
        row
        for row in form.inputs
        if row.measure and (row.measure.kind is Kind.YES_NO or row.measure.adverse)
    )


def _signs(question: Indicator) -> Iterator[tuple[int, str]]:
    """The sign of each code that may be answered."""
    assert question.measure is not None
    for code in question.measure.choices:
        if code in question.measure.adverse:
            yield code, _ADVERSE
        elif question.measure.kind is Kind.YES_NO:
            yield code, _YES if code == 1 else _NO
        else:
            yield code, _YES


_LONGEST_TURNED = 80
_POINTS_A_WIDTH = 6 * _TURNED / FONT_SIZE
"""How much of a row's height text takes that fills one unit of a column's width."""


def _turned_height(texts: list[str], lines: int) -> float:
    """How high a row must be, in lines, for turned texts to take no more lines than this."""
    fitting = (
        width
        for width in range(8, _LONGEST_TURNED)
        if all(lines_needed(text, width) <= lines for text in texts)
    )
    return (next(fitting, _LONGEST_TURNED) + 1) * _POINTS_A_WIDTH / LINE_HEIGHT


@dataclass(frozen=True)
class _Entry:
    """What stands at an edge of the table: a question or a unit."""

    code: str
    name: str
    question: Indicator | None = None


@dataclass(frozen=True)
class _Writer:
    book: Book
    sheet: Sheet
    merged: Consolidation
    layout: TotalsLayout

    @cached_property
    def _edges(self) -> tuple[list[_Entry], list[_Entry]]:
        """What stands below each other, and what stands side by side."""
        questions = [_Entry(row.code, row.label, row) for row in _questions(self.merged.form)]
        units = [_Entry(unit.code, unit.name) for unit in self.merged.units]
        return (questions, units) if len(units) <= MOST_ACROSS else (units, questions)

    @property
    def _column(self) -> tuple[float, int]:
        _, across = self._edges
        return _QUESTIONS_ACROSS if across[0].question else _UNITS_ACROSS

    def write(self) -> None:
        """Title, legend, headings, answers, page."""
        down, across = self._edges
        self.sheet.text(
            f"{_CODE}1", "CÁC CÂU HỎI CÓ - KHÔNG", self.book.style(bold=True, font_size=14)
        )
        if not down or not across:
            self.sheet.text(f"{_CODE}3", "Chưa có số liệu.", self.book.style())
            return
        columns = [xl_col_to_name(_FIRST_COLUMN + at) for at in range(len(across))]
        self.sheet.widths(_WIDTHS | dict.fromkeys(columns, self._column[0]))
        for at, line in enumerate(_LEGEND, start=2):
            self.sheet.text(f"{_CODE}{at}", line, self.book.style(italic=True))
        self._write_headings(across, columns)
        for at, entry in enumerate(down, start=_FIRST_ROW):
            cells = [*self._edge(entry), *(self._answer(entry, other) for other in across)]
            self.sheet.row(at, lines_needed(entry.name, _WIDTHS[_NAME]), cells)
        last = _FIRST_ROW + len(down) - 1
        self._colour(f"{columns[0]}{_FIRST_ROW}:{columns[-1]}{last}", f"{columns[0]}{_FIRST_ROW}")
        self.sheet.raw.freeze_panes(_NAMES_ROW, _FIRST_COLUMN)
        self.sheet.page(landscape=True, repeat=(_CODES_ROW, _NAMES_ROW))

    def _write_headings(self, across: list[_Entry], columns: list[str]) -> None:
        look: dict[str, Any] = {"border": 1, "bg_color": HEADING, "text_wrap": True}
        flat = self.book.style(**look, bold=True, align="center", valign="vcenter")
        turned = self.book.style(
            **look, rotation=90, align="center", valign="bottom", font_size=_TURNED
        )
        for column, text in ((_CODE, "Mã"), (_NAME, self._heading)):
            self.sheet.merged(f"{column}{_CODES_ROW}:{column}{_NAMES_ROW}", text, flat)
        for column, entry in zip(columns, across, strict=True):
            self.sheet.text(f"{column}{_CODES_ROW}", entry.code, turned)
            self.sheet.text(f"{column}{_NAMES_ROW}", entry.name, turned)
        self.sheet.height(_CODES_ROW, _turned_height([entry.code for entry in across], 1))
        self.sheet.height(
            _NAMES_ROW, _turned_height([entry.name for entry in across], self._column[1])
        )

    @property
    def _heading(self) -> str:
        down, _ = self._edges
        return "Chỉ tiêu thống kê" if down[0].question else "Cơ quan"

    def _edge(self, entry: _Entry) -> Iterator[str]:
        look = self.book.look(border=1, text_wrap=True, valign="vcenter")
        yield self.sheet.raw.text(entry.code, look)
        yield self.sheet.raw.text(entry.name, look)

    def _answer(self, one: _Entry, other: _Entry) -> str:
        """The sign of an answer, as a formula over its cell in `Tổng hợp`; blank stays blank."""
        question, unit = (one.code, other.code) if one.question else (other.code, one.code)
        figure = self._figures[unit].get(question)
        return self.layout.looked_up(unit, question).join(self._around(question, figure))

    @cached_property
    def _around(self) -> Callable[[str, float | None], list[str]]:
        """For an answer to a question what stands around the places where its cell is named."""
        return cache(self._pieces)

    def _pieces(self, question: str, figure: float | None) -> list[str]:
        formula, value = f'"{_OTHER}"', "" if figure is None else _OTHER
        for code, sign in _signs(self.merged.form.by_code[question]):
            formula = f'IF({_CELL}={code},"{sign}",{formula})'
            value = sign if figure == code else value
        look = self.book.look(border=1, align="center", valign="vcenter")
        formula = f'=IF(COUNT({_CELL})=0,"",{formula})'
        return self.sheet.raw.formula(formula, value, look).split(_CELL)

    @cached_property
    def _figures(self) -> dict[str, Any]:
        return {each.unit_code: each.fill.values for each in self.merged.submissions}

    def _colour(self, cells: str, first: str) -> None:
        for sign, look in _LOOKS.items():
            self.sheet.highlight(cells, f'={first}="{sign}"', self.book.style(**look))
