"""The cells of a binary workbook (``.xlsb``, MS-XLSB), read within bounds.

A part is a row of records: a kind, a length, and so many bytes. What a formula says is not
decompiled; its stored result is read, and the cell tells where it comes from.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from cchc_xlsx.excel_limits import LONGEST_CELL
from cchc_xlsx.workbook import Workbook
from cchc_xlsx.workbook.builder import (
    Room,
    SheetBuilder,
    WorkbookBuilder,
    stored_number,
)
from cchc_xlsx.workbook.cells import MOST_CELLS, Cell, CellKind, text_cell
from cchc_xlsx.workbook.kind import FileKind
from cchc_xlsx.workbook.number_format import BUILT_IN, PLAIN, NumberFormat, number_format
from cchc_xlsx.workbook.package import NotAWorkbook, Package
from cchc_xlsx.workbook.xlsx import read_modified

MOST_RECORDS = 500_000
"""Of a whole workbook, blank cells with a style included; our own have some 10,000."""

# The kinds of record that are read, by their names in the specification.
_ROW_HDR = 0
_CELL_BLANK, _CELL_ISST = 1, 7
_FMLA_STRING, _FMLA_ERROR = 8, 11
_SHORT_BLANK, _SHORT_ISST = 12, 18
_SST_ITEM = 19
_FMT, _XF = 44, 47
_CELL_R_STRING = 62
_BUNDLE_SH = 156
_MERGE_CELL = 176
_BEGIN_CELL_XFS, _END_CELL_XFS = 617, 618
_BEGIN_COMMENT, _COMMENT_TEXT = 635, 637


def read_xlsb(data: bytes, kind: FileKind) -> Workbook:
    """Read a binary workbook. Cells with a formula hold its stored result.

    Raises `NotAWorkbook` for a package that is no such workbook or is out of bounds.
    """
    package = Package.open(data)
    parts = _Parts(package)
    main = parts.related("").get("officeDocument", "xl/workbook.bin")
    related, targets = parts.related(main), {key: part for key, _, part in package.related(main)}
    texts = _shared_texts(parts, related.get("sharedStrings", ""))
    formats = _formats(parts, related.get("styles", ""))
    book = WorkbookBuilder()
    for name, key in _listed(parts, main):
        part, sheet = targets.get(key, ""), book.sheet(name)
        _SheetParser(sheet, texts, formats).read(parts.records(part))
        _add_comments(sheet, parts.records(parts.related(part).get("comments", "")))
    return Workbook(kind, book.built(), read_modified(package))


# --- records --------------------------------------------------------------------------------------


class _Bytes:
    """Bytes that are taken from the front. Raises `NotAWorkbook` when they run out."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def __bool__(self) -> bool:
        return self._at < len(self._data)

    def take(self, size: int) -> bytes:
        taken = self._data[self._at : self._at + size]
        if len(taken) < size:
            raise NotAWorkbook("tệp bị hỏng, không đọc được nội dung")
        self._at += size
        return taken

    def whole(self, size: int = 4) -> int:
        return int.from_bytes(self.take(size), "little")

    def span(self) -> range:
        """The numbers from 1 of some rows or columns, stored as the first and the last from 0."""
        return range(self.whole() + 1, self.whole() + 2)

    def packed(self, longest: int) -> int:
        """A number with seven bits in each byte; the eighth says that another one follows."""
        number = 0
        for at in range(longest):
            byte = self.whole(1)
            number |= (byte & 0x7F) << 7 * at
            if byte < 0x80:
                break
        return number

    def text(self) -> str:
        """A text after the number of its UTF-16 units; empty when there is none at all."""
        count = self.whole()
        return "" if count == _NO_TEXT else self.take(2 * count).decode("utf-16-le", "replace")

    def rich_text(self) -> str:
        """The text of one that may have formats and phonetic hints behind it."""
        self.take(1)
        return self.text()


_NO_TEXT = 0xFFFF_FFFF


@dataclass
class _Parts:
    """The parts of the package as records, counted together."""

    package: Package

    def __post_init__(self) -> None:
        self._room = Room(MOST_RECORDS)

    def related(self, part: str) -> Mapping[str, str]:
        """The parts that a part refers to, one of each kind."""
        return {kind: target for _, kind, target in self.package.related(part)}

    def records(self, part: str) -> Iterator[tuple[int, _Bytes]]:
        """Kind and content of each record; none where there is no such part."""
        stream = _Bytes(self.package.read(part) if self.package.has(part) else b"")
        while stream:
            self._room.take()
            kind, size = stream.packed(2), stream.packed(4)
            yield kind, _Bytes(stream.take(size))


# --- what cells refer to --------------------------------------------------------------------------


def _listed(parts: _Parts, main: str) -> Iterator[tuple[str, str]]:
    """Name and relation of each sheet, in their order."""
    for kind, record in parts.records(main):
        if kind == _BUNDLE_SH:
            record.take(8)
            key, name = record.text(), record.text()
            yield name, key


def _shared_texts(parts: _Parts, part: str) -> Sequence[str]:
    room = Room(MOST_CELLS)
    texts: list[str] = []
    for kind, record in parts.records(part):
        if kind == _SST_ITEM:
            room.take()
            texts.append(record.rich_text()[:LONGEST_CELL])
    return texts


def _formats(parts: _Parts, part: str) -> Sequence[NumberFormat]:
    """The number format of each cell style."""
    known = dict(BUILT_IN)
    formats: list[NumberFormat] = []
    inside = False
    for kind, record in parts.records(part):
        if kind == _FMT:
            key = record.whole(2)
            known[key] = number_format(record.text())
        elif kind in (_BEGIN_CELL_XFS, _END_CELL_XFS):
            inside = kind == _BEGIN_CELL_XFS
        elif kind == _XF and inside:
            record.take(2)
            formats.append(known.get(record.whole(2), PLAIN))
    return formats


def _add_comments(sheet: SheetBuilder, records: Iterator[tuple[int, _Bytes]]) -> None:
    for (before, place), (kind, record) in pairwise(records):
        if before == _BEGIN_COMMENT and kind == _COMMENT_TEXT:
            place.take(4)
            rows, columns = place.span(), place.span()
            sheet.comment(rows.start, columns.start, record.rich_text()[:LONGEST_CELL])


# --- the cells ------------------------------------------------------------------------------------


class _SheetParser:
    """Adds the cells of one sheet."""

    def __init__(
        self, sheet: SheetBuilder, texts: Sequence[str], formats: Sequence[NumberFormat]
    ) -> None:
        self._sheet = sheet
        self._texts = texts
        self._formats = formats
        self._row = self._column = 0

    def read(self, records: Iterator[tuple[int, _Bytes]]) -> None:
        for kind, record in records:
            if kind == _ROW_HDR:
                self._row, self._column = record.whole() + 1, 0
            elif kind == _MERGE_CELL:
                self._sheet.merge(record.span(), record.span())
            elif _SHORT_BLANK <= kind <= _SHORT_ISST:
                # A short one stands right of the one before.
                self._add(kind - _SHORT_BLANK + _CELL_BLANK, self._column + 1, record)
            elif kind in _VALUES or kind == _CELL_ISST:
                self._add(kind, record.whole() + 1, record)

    def _add(self, kind: int, column: int, record: _Bytes) -> None:
        self._column = column
        style = record.whole(3)
        record.take(1)
        formatting = self._formats[style] if style < len(self._formats) else PLAIN
        cell = self._shared(record) if kind == _CELL_ISST else _VALUES[kind](record, formatting)
        if cell and _FMLA_STRING <= kind <= _FMLA_ERROR:
            cell = cell._replace(from_formula=True)
        self._sheet.put(self._row, column, cell)

    def _shared(self, record: _Bytes) -> Cell | None:
        at = record.whole()
        is_known = at < len(self._texts)
        return text_cell(self._texts[at]) if is_known else Cell(CellKind.ERROR, "#REF!")


def _blank(_: _Bytes, __: NumberFormat) -> None:
    return None


def _packed_number(record: _Bytes, formatting: NumberFormat) -> Cell:
    """A number in 30 bits: a whole one or the front of a binary fraction, perhaps a hundredfold."""
    data = record.take(4)
    is_hundredfold, is_whole = data[0] & 1, data[0] & 2
    if is_whole:
        number: float = int.from_bytes(data, "little", signed=True) >> 2
    else:
        (number,) = struct.unpack("<d", bytes((0, 0, 0, 0, data[0] & 0xFC)) + data[1:])
    return stored_number(number / 100 if is_hundredfold else number, formatting)


def _number(record: _Bytes, formatting: NumberFormat) -> Cell:
    (number,) = struct.unpack("<d", record.take(8))
    return stored_number(number, formatting)


def _boolean(record: _Bytes, _: NumberFormat) -> Cell:
    return Cell(CellKind.BOOLEAN, "TRUE" if record.whole(1) else "FALSE")


_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}


def _error(record: _Bytes, _: NumberFormat) -> Cell:
    return Cell(CellKind.ERROR, _ERRORS.get(record.whole(1), "#VALUE!"))


def _text(record: _Bytes, _: NumberFormat) -> Cell | None:
    return text_cell(record.text())


def _rich_text(record: _Bytes, _: NumberFormat) -> Cell | None:
    return text_cell(record.rich_text())


# By kind: cells that hold a value, then formulas with the same values in another order.
_VALUES: Mapping[int, Callable[[_Bytes, NumberFormat], Cell | None]] = {
    **dict(enumerate((_blank, _packed_number, _error, _boolean, _number, _text), _CELL_BLANK)),
    **dict(enumerate((_text, _number, _boolean, _error), _FMLA_STRING)),
    _CELL_R_STRING: _rich_text,
}
