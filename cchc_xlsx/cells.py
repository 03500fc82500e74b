"""The cells of a workbook, as its bytes hold them: a value, an error and a formula kept apart.

A reader of our own, because those at hand either merge what must stay apart (blank, error value,
formula without a result) or take ten times as long; and because what is parsed in process must be
parsed within bounds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from functools import cached_property

from cchc_xlsx.excel_limits import LONGEST_CELL
from cchc_xlsx.package import NotAWorkbook, Package, elements, local, new_parser, parse
from cchc_xlsx.vietnamese import format_date

MOST_SHEETS = 30
MOST_CELLS = 200_000
MOST_BLANKS = 1_000_000
"""Cells of one sheet that have a style and nothing else: whole columns may be formatted."""
MOST_ARRAYS = 50
MOST_MERGES = 5_000


class CellKind(Enum):
    """What a cell holds; a blank cell is not listed at all."""

    NUMBER = "number"
    TEXT = "text"
    FORMULA = "formula"
    ERROR = "error"
    BOOLEAN = "boolean"
    DATE = "date"


@dataclass(frozen=True)
class Cell:
    """A filled cell. `text` is its content as text; `number` is set for numbers only."""

    kind: CellKind
    text: str
    number: float = 0.0
    shown_as_percent: bool = False
    shown_otherwise: bool = False
    """Whether its number format hides, scales or adds digits: 18000 may be shown as 18."""


Position = tuple[int, str]
"""Row from 1 and column letters."""


@dataclass(frozen=True)
class Block:
    """A range of cells, by the numbers of its rows and columns; both ends belong to it."""

    rows: range
    columns: range

    @staticmethod
    def parse(address: str) -> Block:
        """The range at an address such as ``E21:E22``; an empty one when it is none."""
        first, _, last = address.partition(":")
        corners = [_ADDRESS.fullmatch(corner) for corner in (first, last or first)]
        rows = [int(corner[2]) for corner in corners if corner]
        columns = [_number_of(corner[1]) for corner in corners if corner]
        if len(rows) < 2:
            return Block(range(0), range(0))
        return Block(range(rows[0], rows[1] + 1), range(columns[0], columns[1] + 1))

    def holds(self, row: int, column: str) -> bool:
        """Whether a cell lies in it."""
        return row in self.rows and _number_of(column) in self.columns


@dataclass(frozen=True)
class SheetCells:
    """The filled cells of one sheet."""

    name: str
    cells: Mapping[Position, Cell]
    merged: tuple[str, ...] = ()
    """The merged ranges, as addresses: ``E21:E22``."""

    def text(self, row: int, column: str) -> str:
        """The content of a cell as text; empty when it is blank."""
        cell = self.cells.get((row, column))
        return cell.text if cell else ""

    def address(self, row: int, column: str) -> str:
        """A cell as findings name it: ``Phụ lục!E14``."""
        return f"{self.name}!{column}{row}"

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns that hold anything, in their order."""
        letters = {column for _, column in self.cells}
        return tuple(sorted(letters, key=lambda each: (len(each), each)))

    def column(self, letters: str) -> Iterator[tuple[int, str]]:
        """Row and text of the filled cells of a column, downwards."""
        rows = sorted(row for row, column in self.cells if column == letters)
        return ((row, self.cells[row, letters].text) for row in rows)


def read_cells(data: bytes) -> list[SheetCells]:
    """The sheets of an ``.xlsx`` workbook, in their order. Formulas keep their text, not a result.

    Raises `NotAWorkbook` for anything else.
    """
    package = Package.open(data)
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
    return [
        _SheetParser(texts, formats).sheet(name, package.read(part))
        for name, part in listed
        if package.has(part) and not part.startswith("xl/chartsheets/")
    ]


def _related(package: Package, part: str, kind: str, otherwise: str | None = None) -> str:
    """The part of a kind that another refers to."""
    found = (target for _, its_kind, target in package.related(part) if its_kind == kind)
    target = next(found, otherwise)
    if target is None:
        raise NotAWorkbook("không phải là tệp Excel (.xlsx)")
    return target


# --- texts and formats that cells refer to ------------------------------------------------------


def _shared_texts(package: Package, part: str) -> list[str]:
    """The shared strings; phonetic hints are left out of them."""
    if not part or not package.has(part):
        return []
    texts: list[str] = []
    pieces: list[str] = []
    open_tags: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        open_tags.append(local(tag))
        if open_tags[-1] == "si":
            pieces.clear()

    def end(tag: str) -> None:
        if open_tags.pop() == "si":
            if len(texts) >= MOST_CELLS:
                raise NotAWorkbook("cấu trúc bên trong tệp bất thường")
            texts.append("".join(pieces)[:LONGEST_CELL])

    def data(text: str) -> None:
        if open_tags[-1] == "t" and "rPh" not in open_tags:
            pieces.append(text)

    parser = new_parser()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = data
    parse(parser, package.read(part))
    return texts


@dataclass(frozen=True)
class _Format:
    """What a number format makes of a number."""

    is_date: bool = False
    is_percent: bool = False
    is_misleading: bool = False


_PLAIN = _Format()
_BUILT_IN = {
    **dict.fromkeys((9, 10), _Format(is_percent=True)),
    **dict.fromkeys((*range(14, 23), *range(27, 37), *range(45, 48)), _Format(is_date=True)),
    **dict.fromkeys(range(50, 59), _Format(is_date=True)),
}

_PRINTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]')
"""What a number format prints as it stands, and colours and conditions: none of it formats."""


def _format(code: str) -> _Format:
    # Only the first section, for positive numbers, counts.
    whole = code.split(";")[0]
    formatting = _PRINTED.sub("", whole).lower()
    is_date = bool(re.search("[ymdhs]", formatting)) and "general" not in formatting
    shows_it = "general" in formatting or bool(re.search("[0#?@]", formatting))
    adds_digits = bool(re.search(r'"[^"]*[0-9][^"]*"|\\[0-9]', whole))
    scales = bool(re.search(r"[0#?],+(?![0#?,])", formatting))
    is_misleading = not is_date and (not shows_it or adds_digits or scales)
    return _Format(is_date, "%" in formatting, is_misleading)


def _formats(package: Package, part: str) -> list[_Format]:
    """The number format of each cell style."""
    if not part or not package.has(part):
        return []
    known = dict(_BUILT_IN)
    formats: list[_Format] = []
    inside = ""
    for tag, attributes in elements(package.read(part)):
        if tag in ("cellXfs", "cellStyleXfs", "dxfs", "cellStyles"):
            inside = tag
        elif tag == "numFmt" and inside != "dxfs":
            known[_whole(attributes.get("numFmtId"))] = _format(attributes.get("formatCode", ""))
        elif tag == "xf" and inside == "cellXfs":
            formats.append(known.get(_whole(attributes.get("numFmtId")), _PLAIN))
    return formats


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else -1


# --- the cells ------------------------------------------------------------------------------------

_ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


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

    def __init__(self, texts: Sequence[str], formats: Sequence[_Format]) -> None:
        self._texts = texts
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

    def sheet(self, name: str, xml: bytes) -> SheetCells:
        parser = new_parser()
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._data
        parse(parser, xml)
        if len(self._arrays) > MOST_ARRAYS or len(self._merged) > MOST_MERGES:
            raise NotAWorkbook("cấu trúc bên trong tệp bất thường")
        for block in self._arrays:
            self._spread(block)
        return SheetCells(name, self._cells, tuple(self._merged))

    def _spread(self, block: str) -> None:
        """Every cell of an array formula is a formula, though only the first one says so."""
        cells = Block.parse(block)
        for (row, column), cell in list(self._cells.items()):
            if cells.holds(row, column) and cell.kind is not CellKind.FORMULA:
                self._cells[row, column] = Cell(CellKind.FORMULA, f"={{{block}}}")

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
        match = _ADDRESS.fullmatch(attributes.get("r", ""))
        if match:
            column, row = match[1], int(match[2])
            self._column = _number_of(column)
        else:
            self._column += 1
            column, row = _letters_of(self._column), self._row
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
        if (raw.row, raw.column) in self._cells or len(self._cells) >= MOST_CELLS:
            raise NotAWorkbook("cấu trúc bên trong tệp bất thường")
        self._cells[raw.row, raw.column] = cell

    def _formula(self, raw: _Raw) -> Cell:
        text = raw.text("f").strip()[:LONGEST_CELL]
        address = f"{raw.column}{raw.row}"
        if raw.shared is not None and text:
            self._masters[raw.shared] = (text, address)
        elif raw.shared in self._masters:
            text = _moved(*self._masters[raw.shared], address)
        is_percent = self._format_of(raw).is_percent
        return Cell(CellKind.FORMULA, f"={text}", shown_as_percent=is_percent)

    def _value(self, raw: _Raw) -> Cell | None:
        value = raw.text("v")
        if raw.type == "inlineStr":
            return _text(raw.text("t"))
        if raw.type == "s":
            at = _whole(value.strip())
            known = 0 <= at < len(self._texts)
            return _text(self._texts[at]) if known else Cell(CellKind.ERROR, "#REF!")
        if raw.type == "str":
            return _text(value)
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
        text, formatting = format(number, ".15g"), self._format_of(raw)
        if formatting.is_date:
            return Cell(CellKind.DATE, _date_text(number))
        # To the 15 digits that Excel keeps: what it shows as 435 is no fraction.
        return Cell(
            CellKind.NUMBER, text, float(text), formatting.is_percent, formatting.is_misleading
        )

    def _format_of(self, raw: _Raw) -> _Format:
        return self._formats[raw.style] if 0 <= raw.style < len(self._formats) else _PLAIN


_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
"""How a workbook writes characters that XML cannot hold, a carriage return for one."""


def _text(text: str) -> Cell | None:
    plain = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text[:LONGEST_CELL])
    return Cell(CellKind.TEXT, plain) if plain.strip() else None


def _moved(formula: str, origin: str, destination: str) -> str:
    """A shared formula as it reads in another cell."""
    # Imported here: a workbook without shared formulas must not pay for it.
    from openpyxl.formula.translate import Translator

    return str(Translator(f"={formula}", origin=origin).translate_formula(destination))[1:]


_DAY_0 = datetime(1899, 12, 30)


def _date_text(serial: float) -> str:
    """A date as people write it; the hours are told only where there are any."""
    try:
        moment = _DAY_0 + timedelta(days=serial)
    except OverflowError:
        return format(serial, ".15g")
    day = format_date(moment.day, moment.month, moment.year)
    return day if serial == int(serial) else f"{day} {moment:%H:%M}"


def _number_of(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _letters_of(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
