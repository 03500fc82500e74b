"""Cells and shared texts as the usual programs write them, taken apart without an XML parser.

Most rows of a filled workbook are those of the form: the same bytes in every file that one program
saved, but for the numbers of their shared texts. So a part is cut into its rows at C speed and each
different one is understood once; of a row with an answer, each different cell.
Whatever does not look exactly as expected is left to the parser (`xlsx.py`), which reads the same
of it or refuses it: None says so. `tests/test_plain_xml.py` holds the two together.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import NamedTuple, TypeVar

from cchc_xlsx.workbook.cells import (
    MOST_CELLS,
    MOST_MERGES,
    Cell,
    Position,
    column_number,
    text_cell,
)
from cchc_xlsx.workbook.number_format import NumberFormat
from cchc_xlsx.workbook.package import NotAWorkbook, local, parse
from cchc_xlsx.workbook.raw_cell import (
    HIGHEST_ROW,
    LAST_COLUMN,
    RawCell,
    SheetContent,
    cell_of,
    reformatted,
    unescaped,
)

LARGEST = 4 * 2**20
"""Bytes of a part that is read in this way; the largest of ours has 0.3 MB."""

_MOST_REMEMBERED = 20_000
_MOST_ROWS = 4_000
_MOST_SHEETS = 200
_LONGEST_REMEMBERED, _LARGEST_REMEMBERED = 4_096, 2**19
"""Pieces, rows, sheets; bytes of a piece or row, and of a sheet. A workbook of ours has 4,600
pieces, 550 rows, 5 sheets, no piece of more than 1,500 bytes. A note more or less makes other
sheets of all behind it, for it moves the numbers of their texts."""

_DECLARED = re.compile(rb'<\?xml version="1\.0" encoding="UTF-8"[^<>]*\?>', re.IGNORECASE)
"""How a part begins whose bytes are UTF-8."""

_TEXT = rb"([^<\x00-\x08\x0b-\x1f]*)"
"""Text between two tags; a carriage return would have to become a new line."""

Piece = TypeVar("Piece")


class _Unusual(Exception):
    """A part looks otherwise than expected."""


# --- sheets ---------------------------------------------------------------------------------------


def plain_sheet(
    xml: bytes, texts: Sequence[Cell | None], formats: Mapping[int, NumberFormat]
) -> SheetContent | None:
    """The cells of a sheet; None when it has to be read by the parser.

    `texts` are the shared texts, `formats` the number formats of the styles that have a special
    one.
    """
    begin, end = xml.find(_BEFORE_ROWS) + len(_BEFORE_ROWS), xml.find(_AFTER_ROWS)
    if not len(_BEFORE_ROWS) <= begin <= end or len(xml) > LARGEST or not _DECLARED.match(xml):
        return None
    is_short = len(xml) <= _LARGEST_REMEMBERED
    try:
        rows = (_remembered_rows if is_short else _Rows)(_rows(xml[begin:end]))
        outside = b"".join((xml[:begin], rows.tags, xml[end:]))
        around = (_remembered_around if is_short else _around)(outside)
        if around.rows != rows.count:  # they stand in a comment, or beside others
            return None
        return SheetContent(rows.cells(texts, formats), around.merged)
    except (_Unusual, NotAWorkbook, IndexError):
        return None


_BEFORE_ROWS, _AFTER_ROWS = b"<sheetData>", b"</sheetData>"

_ATTRIBUTES = rb'(?: [\w:]+="[ !#-%\'-;=-~]*")*'
_ROW = re.compile(
    rb"(?P<attributes>" + _ATTRIBUTES + rb")(?:/>|>(?P<cells>(?:<c .*)?)</row>)", re.DOTALL
)
_SHARED = re.compile(rb' t="s"><v>([0-9]{1,7})</v>(?=</c>)')
"""How a cell names a shared text: by a number that is another one in every file."""

_END = b'<c r="A1" t="s"><v>0</v></c>'
"""Put behind a row, so that what lies between two shared texts always looks the same."""

_PLACE = rb'r="([A-Z]{1,3})([0-9]{1,7})"(?: s="([0-9]{1,5})")?'
_SHARED_CELL = re.compile(_PLACE)
_CELL = re.compile(
    _PLACE + rb'(?: t="(n|str|b|e)")?'
    rb'(?:/>|>(?:(<f)(?: aca="false")?>' + _TEXT + rb"</f>)?(?:<v>" + _TEXT + rb"</v>)?</c>)"
)  # fmt: skip

_Found = tuple[Position, Cell | None, int]
"""A filled cell: its place, what it holds (None for a shared text), its style."""


Formats = Mapping[int, NumberFormat]
Cells = dict[Position, Cell]
Texts = Sequence[Cell | None]


class _Filled(ABC):
    """The filled cells of a row or sheet by their place, kept until their texts change.

    They are the same object again as long as they are the same. `texts` are the numbers of the
    shared ones.
    """

    def __init__(self, texts: Sequence[int]) -> None:
        self.texts = texts
        self._pick = _picker(texts)
        self._last: tuple[object, object, Cells] | None = None

    def cells(self, texts: Texts, formats: Formats) -> Cells:
        """The cells, where these are all texts. Raises `IndexError` for one that there is not."""
        shared = self._pick(texts)
        last = self._last
        if last is None or last[0] != shared or last[1] is not formats:
            last = self._last = (shared, formats, self._worked_out(texts, formats))
        return last[2]

    @abstractmethod
    def _worked_out(self, texts: Texts, formats: Formats) -> Cells: ...


class _Row(_Filled):
    """A row as its bytes say. `number` is its own, 0 where no cell is filled; `tag` begins it."""

    def __init__(self, piece: bytes) -> None:
        match = _ROW.fullmatch(piece)
        if not match:
            raise _Unusual
        texts, self._found = _found(match["cells"] or b"")
        super().__init__(texts)
        numbers = {number for (number, _), _, _ in self._found}
        if len(numbers) > 1:
            raise _Unusual
        self.number = max(numbers, default=0)
        self.tag = b"<row%b/>" % match["attributes"]

    def _worked_out(self, texts: Texts, formats: Formats) -> Cells:
        following = iter(self.texts)
        cells: Cells = {}
        for position, content, style in self._found:
            cell = content or texts[next(following)]
            if content and style in formats:
                cell = reformatted(content, formats[style])
            if cell:  # a shared text may be empty
                cells[position] = cell
        return cells


class _Rows(_Filled):
    """The rows of a sheet: how many there are, and what begins each."""

    def __init__(self, rows: tuple[_Row, ...]) -> None:
        super().__init__([text for row in rows for text in row.texts])
        numbers = [row.number for row in rows if row.number]
        if numbers != sorted(set(numbers)):
            raise _Unusual
        self._rows, self.count = rows, len(rows)
        self.tags = b"".join(row.tag for row in rows)

    def _worked_out(self, texts: Texts, formats: Formats) -> Cells:
        cells: Cells = {}
        for row in self._rows:
            cells.update(row.cells(texts, formats))
        return cells


def _picker(numbers: Sequence[int]) -> Callable[[Texts], Texts]:
    """What picks the shared texts of these numbers."""
    if len(numbers) > 1:
        return itemgetter(*numbers)
    return lambda texts: [texts[number] for number in numbers]


def _rows(body: bytes) -> tuple[_Row, ...]:
    before, *pieces = body.split(b"<row")
    if before:
        raise _Unusual
    return tuple(_each(pieces, _Row, _remembered_row))


def _found(row: bytes) -> tuple[list[int], list[_Found]]:
    """The numbers of the shared texts of a row in their order, and its filled cells."""
    between = _SHARED.split(row + _END)
    found = list(chain.from_iterable(_each(between[:-1:2], _cells, _remembered_cells)))
    found.pop()
    if len({position for position, _, _ in found}) < len(found):
        raise _Unusual
    return [int(number) for number in between[1:-2:2]], found


def _cells(between: bytes) -> tuple[_Found, ...]:
    """The cells from behind one shared text up to the next, with the place of that."""
    before, *pieces = between.split(b"<c ")
    if before not in (b"", b"</c>") or not pieces:
        raise _Unusual
    shared = pieces.pop()
    position, style = _place(_SHARED_CELL.fullmatch(shared))
    return (*filter(None, map(_remembered_cell, pieces)), (position, None, style))


def _cell(piece: bytes) -> _Found | None:
    """A cell; None for a blank."""
    match = _CELL.fullmatch(piece)
    position, style = _place(match)
    _, _, _, kind, is_formula, formula, value = match.groups(b"") if match else ()
    typed = _plain(formula) if is_formula else None
    cell = cell_of(RawCell(kind.decode() or "n", _plain(value), typed))
    return (position, cell, style) if cell else None


def _place(match: re.Match[bytes] | None) -> tuple[Position, int]:
    """Where a cell stands, and its style."""
    if not match:
        raise _Unusual
    column, row = match[1].decode(), int(match[2])
    if not 1 <= row <= HIGHEST_ROW or column_number(column) > LAST_COLUMN:
        raise _Unusual
    return (row, column), int(match[3] or 0)


_remembered_rows = lru_cache(_MOST_SHEETS)(_Rows)
_remembered_row = lru_cache(_MOST_ROWS)(_Row)
_remembered_cells = lru_cache(_MOST_REMEMBERED)(_cells)
_remembered_cell = lru_cache(_MOST_REMEMBERED)(_cell)


class _Around(NamedTuple):
    """What the parser says of a sheet without its cells: how many rows, which merged ranges."""

    rows: int
    merged: tuple[str, ...]


def _around(outside: bytes) -> _Around:
    """What stands outside the cells. Raises `NotAWorkbook` for what is no sound XML."""
    rows = 0
    merged: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal rows
        tag = local(name)
        if tag == "c":
            raise _Unusual
        rows += tag == "row"
        if tag == "mergeCell":
            merged.append(attributes.get("ref", ""))

    parse(outside, start)
    if len(merged) > MOST_MERGES:
        raise _Unusual
    return _Around(rows, tuple(merged))


_remembered_around = lru_cache(100)(_around)


# --- shared texts ---------------------------------------------------------------------------------


def plain_texts(xml: bytes) -> list[Cell | None] | None:
    """The shared texts as cells; None when they have to be read by the parser."""
    before, *pieces = xml.removesuffix(_AFTER_TEXTS).split(b"<si>")
    is_whole = xml.endswith(_AFTER_TEXTS) and _BEFORE_TEXTS.fullmatch(before)
    if len(xml) > LARGEST or not 0 < len(pieces) <= MOST_CELLS or not is_whole:
        return None
    try:
        parse(before + _AFTER_TEXTS, lambda name, attributes: None)
        return _each(pieces, _text, _remembered_text)
    except (_Unusual, NotAWorkbook):
        return None


_BEFORE_TEXTS = re.compile(_DECLARED.pattern + rb"\s*<sst" + _ATTRIBUTES + rb">", re.IGNORECASE)
_AFTER_TEXTS = b"</sst>"
_SHARED_TEXT = re.compile(rb'<t(?: xml:space="preserve")?(?:/>|>' + _TEXT + rb"</t>)</si>")


def _text(piece: bytes) -> Cell | None:
    match = _SHARED_TEXT.fullmatch(piece)
    if not match:
        raise _Unusual
    return text_cell(unescaped(_plain(match[1] or b"")))


_remembered_text = lru_cache(_MOST_REMEMBERED)(_text)


# --- both -----------------------------------------------------------------------------------------


def _each(
    pieces: Sequence[bytes],
    understand: Callable[[bytes], Piece],
    remembered: Callable[[bytes], Piece],
) -> list[Piece]:
    """Every piece understood, remembered where all are short enough for that."""
    longest = max(map(len, pieces), default=0)
    return list(map(remembered if longest <= _LONGEST_REMEMBERED else understand, pieces))


_ENTITY = re.compile("&(?:(lt|gt|amp|quot|apos);)?")
_MEANING = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_NEVER = re.compile("\ufffe|\uffff|]]>")


def _plain(xml: bytes) -> str:
    """The characters of a text. Raises `_Unusual` for what XML forbids, or spells otherwise."""
    try:
        text = xml.decode()
    except UnicodeDecodeError as error:
        raise _Unusual from error
    if _NEVER.search(text):
        raise _Unusual
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(entity: re.Match[str]) -> str:
    if not entity[1]:
        raise _Unusual
    return _MEANING[entity[1]]
