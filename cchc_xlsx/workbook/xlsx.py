"""The cells of an ``.xlsx`` workbook, read within bounds.

A reader of our own, because those at hand either merge what must stay apart (blank, error value,
formula without a result) or take ten times as long; and because what is parsed in process must be
parsed within bounds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from cchc_xlsx.excel_limits import LONGEST_CELL
from cchc_xlsx.vietnamese import clean
from cchc_xlsx.workbook.cells import (
    ADDRESS,
    MOST_CELLS,
    MOST_MERGES,
    MOST_SHEETS,
    Block,
    Cell,
    CellKind,
    Position,
    SheetCells,
    column_letters,
    column_number,
    text_cell,
)
from cchc_xlsx.workbook.comments import read_comments
from cchc_xlsx.workbook.moment import moment_of
from cchc_xlsx.workbook.number_format import (
    BUILT_IN,
    PLAIN,
    NumberFormat,
    number_cell,
    number_format,
)
from cchc_xlsx.workbook.package import (
    NotAWorkbook,
    Package,
    elements,
    local,
    parse,
    text_of,
)

MOST_BLANKS = 1_000_000
"""Cells of one sheet that have a style and nothing else: whole columns may be formatted."""
MOST_ARRAYS = 50
MOST_TEXT = 25
"""Characters of the cells of one sheet, for each cell that the workbook may have: one shared text
may stand in very many of them."""
MOST_MOVED = 500_000
"""Characters of the shared formulas that are spelled out for other cells."""
_DEEPEST = 100
_HIGHEST_ROW, _LAST_COLUMN = 1_048_576, 16_384


def read_sheets(package: Package, most_cells: int = MOST_CELLS) -> list[SheetCells]:
    """The sheets in their order. Formulas keep their text, not a result.

    Raises `NotAWorkbook` for a package that is no workbook or is out of bounds.
    """
    book = _related(package, "", "officeDocument")
    targets = {key: target for key, _, target in package.related(book)}
    texts = _shared_texts(package, _related(package, book, "sharedStrings", ""))
    formats = _formats(package, _related(package, book, "styles", ""))
    listed = [
        (attributes.get("name", ""), targets.get(attributes.get("id", ""), ""))
        for tag, attributes in elements(package.read(book))
        if tag == "sheet"
    ]
    if not listed or len(listed) > MOST_SHEETS:
        raise NotAWorkbook("số trang bên trong tệp bất thường")
    sheets: list[SheetCells] = []
    room = most_cells
    for name, part in listed:
        if package.has(part) and not part.startswith("xl/chartsheets/"):
            parser = _SheetParser(texts, formats, room, MOST_TEXT * most_cells)
            parsed = parser.sheet(clean(name), package.read(part))
            room -= len(parsed.cells)
            sheets.append(replace(parsed, comments=read_comments(package, part)))
    return sheets


def read_modified(package: Package) -> datetime | None:
    """When the workbook was last saved, as its properties say; None when they do not."""
    return moment_of(read_property(package, "modified"))


def read_property(package: Package, name: str) -> str:
    """A property of the document, such as ``category``; empty when there is none."""
    part = _related(package, "", "core-properties", "")
    return text_of(package.read(part), name) if part and package.has(part) else ""


def _related(package: Package, part: str, kind: str, otherwise: str | None = None) -> str:
    """The part of a kind that another refers to."""
    found = (target for _, its_kind, target in package.related(part) if its_kind == kind)
    target = next(found, otherwise)
    if target is None:
        raise NotAWorkbook("không phải là tệp Excel (.xlsx)")
    return target


# --- texts and formats that cells refer to ------------------------------------------------------


_MARKS = {"strike": "gạch bỏ", "vertAlign": "viết nhỏ"}
_UNMARKED = ("0", "false", "baseline")
"""What a run of a text says of its looks when it means nothing by them."""


def _shared_texts(package: Package, part: str) -> list[str]:
    """The shared strings, without phonetic hints.

    A part that is struck out, or written as an exponent or an index, says so: 5² is no 52.
    """
    if not part or not package.has(part):
        return []
    texts: list[str] = []
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
            texts.append(_unescaped("".join(pieces)))

    def data(text: str) -> None:
        if open_tags[-1] == "t" and "rPh" not in open_tags:
            pieces.append(f"[{marks[-1]}: {text}]" if marks else text)

    parse(package.read(part), start, end, data)
    return texts


def _formats(package: Package, part: str) -> list[NumberFormat]:
    """The number format of each cell style."""
    if not part or not package.has(part):
        return []
    known = dict(BUILT_IN)
    formats: list[NumberFormat] = []
    inside = ""
    for tag, attributes in elements(package.read(part)):
        if tag in ("cellXfs", "cellStyleXfs", "dxfs", "cellStyles"):
            inside = tag
        elif tag == "numFmt" and inside != "dxfs":
            known[_whole(attributes.get("numFmtId"))] = number_format(
                attributes.get("formatCode", "")
            )
        elif tag == "xf" and inside == "cellXfs":
            formats.append(known.get(_whole(attributes.get("numFmtId")), PLAIN))
    return formats


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else -1


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


class _SheetParser:
    """Gathers the filled cells of one sheet."""

    def __init__(
        self, texts: Sequence[str], formats: Sequence[NumberFormat], room: int, most_text: int
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

    def sheet(self, name: str, xml: bytes) -> SheetCells:
        parse(xml, self._start, self._end, self._data)
        if len(self._arrays) > MOST_ARRAYS or len(self._merged) > MOST_MERGES:
            raise NotAWorkbook("cấu trúc bên trong tệp bất thường")
        self._spread({block: Block.parse(block) for block in self._arrays})
        return SheetCells(name, self._cells, tuple(self._merged))

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
            row = _whole(attributes.get("r"))
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
        return _Raw(row, column, attributes.get("t", "n"), _whole(attributes.get("s", "0")))

    def _data(self, text: str) -> None:
        if self._raw and self._tag in self._raw.pieces:
            self._raw.pieces[self._tag].append(text)

    def _end(self, name: str) -> None:
        self._tag = ""
        if local(name) != "c" or self._raw is None:
            return
        raw, self._raw = self._raw, None
        cell = self._formula(raw) if raw.formula else self._value(raw)
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
            or not 1 <= raw.row <= _HIGHEST_ROW
            or self._column > _LAST_COLUMN
        ):
            raise NotAWorkbook("cấu trúc bên trong tệp bất thường")
        self._cells[raw.row, raw.column] = cell

    def _formula(self, raw: _Raw) -> Cell:
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
        is_percent = self._format_of(raw).is_percent
        return Cell(CellKind.FORMULA, f"={text}", shown_as_percent=is_percent)

    def _value(self, raw: _Raw) -> Cell | None:
        value = raw.text("v")
        if raw.type == "inlineStr":
            return text_cell(_unescaped(raw.text("t")))
        if raw.type == "s":
            at = _whole(value.strip())
            known = 0 <= at < len(self._texts)
            return text_cell(self._texts[at]) if known else Cell(CellKind.ERROR, "#REF!")
        if raw.type == "str":
            return text_cell(_unescaped(value))
        if not value.strip():
            return None
        if raw.type == "e":
            return Cell(CellKind.ERROR, value.strip())
        if raw.type == "b":
            return Cell(CellKind.BOOLEAN, "TRUE" if value.strip() == "1" else "FALSE")
        if raw.type == "d":
            return Cell(CellKind.DATE, value.strip())
        return self._number(raw, value.strip())

    def _number(self, raw: _Raw, value: str) -> Cell:
        try:
            number = float(value)
        except ValueError:
            return Cell(CellKind.TEXT, value)
        if number != number or abs(number) == float("inf"):
            return Cell(CellKind.TEXT, value)
        return number_cell(number, self._format_of(raw))

    def _format_of(self, raw: _Raw) -> NumberFormat:
        return self._formats[raw.style] if 0 <= raw.style < len(self._formats) else PLAIN


_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
"""How a workbook writes characters that XML cannot hold, a carriage return for one."""


def _unescaped(text: str) -> str:
    plain = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text[:LONGEST_CELL])
    # Half a character is none, and no output could hold it.
    return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _moved(formula: str, origin: str, destination: str) -> str:
    """A shared formula as it reads in another cell."""
    # Imported here: a workbook without shared formulas must not pay for it.
    from openpyxl.formula.translate import Translator

    return str(Translator(f"={formula}", origin=origin).translate_formula(destination))[1:]
