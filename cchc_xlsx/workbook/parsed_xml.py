"""Sheets and shared texts of an ``.xlsx`` workbook by way of an XML parser, whatever wrote them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cchc_xlsx.excel_limits import LONGEST_CELL
from cchc_xlsx.workbook.cells import (
    ADDRESS,
    MOST_CELLS,
    MOST_MERGES,
    Block,
    Cell,
    CellKind,
    Position,
    column_letters,
    column_number,
    text_cell,
)
from cchc_xlsx.workbook.number_format import PLAIN, NumberFormat
from cchc_xlsx.workbook.package import NotAWorkbook, local, parse
from cchc_xlsx.workbook.raw_cell import (
    HIGHEST_ROW,
    LAST_COLUMN,
    MOST_BLANKS,
    SHARED,
    RawCell,
    SheetContent,
    cell_of,
    shared_cell,
    unescaped,
    whole_number,
)

MOST_ARRAYS = 50
MOST_MOVED = 500_000
"""Characters of the shared formulas that are spelled out for other cells."""
_DEEPEST = 100

# --- shared texts ---------------------------------------------------------------------------------

_MARKS = {"strike": "gạch bỏ", "vertAlign": "viết nhỏ"}
_UNMARKED = ("0", "false", "baseline")
"""What a run of a text says of its looks when it means nothing by them."""


def parsed_texts(xml: bytes) -> list[Cell | None]:
    """The shared texts, without phonetic hints.

    A part that is struck out, or written as an exponent or an index, says so: 5² is no 52.
    """
    texts: list[Cell | None] = []
    pieces: list[str] = []
    open_tags: list[str] = []
    marks: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        open_tags.append(local(tag))
        if len(open_tags) > _DEEPEST:
            raise NotAWorkbook("cấu trúc bên trong tệp bất thường")
        if open_tags[-1] == "si":
            pieces.clear()
        elif open_tags[-1] in ("r", "t") and open_tags[-2:] != ["r", "t"]:
            marks.clear()
        elif open_tags[-1] in _MARKS and attributes.get("val") not in _UNMARKED:
            marks.append(_MARKS[open_tags[-1]])

    def end(tag: str) -> None:
        if open_tags.pop() == "si":
            if len(texts) >= MOST_CELLS:
                raise NotAWorkbook("cấu trúc bên trong tệp bất thường")
            texts.append(text_cell(unescaped("".join(pieces))))

    def data(text: str) -> None:
        if open_tags[-1] == "t" and "rPh" not in open_tags:
            pieces.append(f"[{marks[-1]}: {text}]" if marks else text)

    parse(xml, start, end, data)
    return texts


# --- the cells ------------------------------------------------------------------------------------


@dataclass
class _Raw:
    """A cell as its element says."""

    row: int
    column: str
    type: str
    style: int
    formula: str | None = None
    shared: str | None = None
    pieces: dict[str, list[str]] = field(default_factory=lambda: {"v": [], "f": [], "t": []})

    def text(self, tag: str) -> str:
        return "".join(self.pieces[tag])


def parsed_sheet(
    xml: bytes,
    texts: Sequence[Cell | None],
    formats: Sequence[NumberFormat],
    room: int,
    most_text: int,
) -> SheetContent:
    """The cells of a sheet, no more than there is `room` for, of `most_text` characters in all.

    `texts` are the shared texts, `formats` the number format of each style. Raises `NotAWorkbook`.
    """
    return _SheetParser(texts, formats, room, most_text).sheet(xml)


class _SheetParser:
    """Gathers the filled cells of one sheet."""

    def __init__(
        self,
        texts: Sequence[Cell | None],
        formats: Sequence[NumberFormat],
        room: int,
        most_text: int,
    ) -> None:
        self._texts = texts
        self._room = room
        self._most_text = most_text
        self._formats = formats
        self._cells: dict[Position, Cell] = {}
        self._masters: dict[str, tuple[str, str]] = {}
        self._arrays: list[str] = []
        self._merged: list[str] = []
        self._raw: _Raw | None = None
        self._tag = ""
        self._row = 0
        self._column = 0
        self._blanks = 0
        self._letters = self._moved = 0

    def sheet(self, xml: bytes) -> SheetContent:
        parse(xml, self._start, self._end, self._data)
        if len(self._arrays) > MOST_ARRAYS or len(self._merged) > MOST_MERGES:
            raise NotAWorkbook("cấu trúc bên trong tệp bất thường")
        self._spread({block: Block.parse(block) for block in self._arrays})
        return SheetContent(self._cells, tuple(self._merged))

    def _spread(self, blocks: Mapping[str, Block]) -> None:
        """Every cell of an array formula is a formula, though only the first one says so."""
        for (row, column), cell in list(self._cells.items()) if blocks else ():
            if cell.kind is not CellKind.FORMULA:
                at = column_number(column)
                holding = (
                    name for name, each in blocks.items() if row in each.rows and at in each.columns
                )
                if name := next(holding, ""):
                    self._cells[row, column] = Cell(CellKind.FORMULA, f"={{{name}}}")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = self._tag = local(name)
        if tag == "row":
            row = whole_number(attributes.get("r"))
            self._row, self._column = (row if row > 0 else self._row + 1), 0
        elif tag == "c":
            self._raw = self._cell(attributes)
        elif tag == "f" and self._raw:
            self._raw.formula = attributes.get("t", "normal")
            self._raw.shared = attributes.get("si")
            if self._raw.formula == "array" and ":" in attributes.get("ref", ""):
                self._arrays.append(attributes["ref"])
        elif tag == "mergeCell":
            self._merged.append(attributes.get("ref", ""))
        elif tag == "rPh":
            self._tag = ""

    def _cell(self, attributes: dict[str, str]) -> _Raw:
        """A cell at its address; one that gives none stands right of the one before."""
        match = ADDRESS.fullmatch(attributes.get("r", ""))
        if match:
            column, row = match[1], int(match[2])
            self._column = column_number(column)
        else:
            self._column += 1
            column, row = column_letters(self._column), self._row
        return _Raw(row, column, attributes.get("t", "n"), whole_number(attributes.get("s", "0")))

    def _data(self, text: str) -> None:
        if self._raw and self._tag in self._raw.pieces:
            self._raw.pieces[self._tag].append(text)

    def _end(self, name: str) -> None:
        self._tag = ""
        if local(name) != "c" or self._raw is None:
            return
        raw, self._raw = self._raw, None
        cell = self._cell_of(raw)
        if cell is None:
            self._blanks += 1
            if self._blanks > MOST_BLANKS:
                raise NotAWorkbook("cấu trúc bên trong tệp bất thường")
            return
        self._letters += len(cell.text)
        if (
            (raw.row, raw.column) in self._cells
            or len(self._cells) >= self._room
            or self._letters > self._most_text
            or not 1 <= raw.row <= HIGHEST_ROW
            or self._column > LAST_COLUMN
        ):
            raise NotAWorkbook("cấu trúc bên trong tệp bất thường")
        self._cells[raw.row, raw.column] = cell

    def _cell_of(self, raw: _Raw) -> Cell | None:
        if raw.type == SHARED and not raw.formula:
            return shared_cell(self._texts, whole_number(raw.text("v").strip()))
        formula = self._formula(raw) if raw.formula else None
        read = RawCell(raw.type, raw.text("v"), formula, raw.text("t"))
        return cell_of(read, self._format_of(raw))

    def _formula(self, raw: _Raw) -> str:
        """The text of a formula; of a shared one as it reads in its cell."""
        text = raw.text("f").strip()[:LONGEST_CELL]
        address = f"{raw.column}{raw.row}"
        if raw.shared is not None and text:
            self._masters[raw.shared] = (text, address)
        elif raw.shared in self._masters:
            text, origin = self._masters[raw.shared]
            self._moved += len(text)
            if self._moved > MOST_MOVED:
                raise NotAWorkbook("cấu trúc bên trong tệp bất thường")
            text = _moved(text, origin, address)
        return text

    def _format_of(self, raw: _Raw) -> NumberFormat:
        return self._formats[raw.style] if 0 <= raw.style < len(self._formats) else PLAIN


def _moved(formula: str, origin: str, destination: str) -> str:
    """A shared formula as it reads in another cell."""
    # Imported here: a workbook without shared formulas must not pay for it.
    from openpyxl.formula.translate import Translator

    return str(Translator(f"={formula}", origin=origin).translate_formula(destination))[1:]
