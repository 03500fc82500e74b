"""The cells of an OpenDocument spreadsheet (``.ods``), read within bounds.

A reader of our own: those at hand fail on what Gnumeric and SheetJS write, and spell out whatever
number of repetitions a file claims.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time

from cchc_xlsx.excel_limits import LONGEST_CELL
from cchc_xlsx.vietnamese import format_date
from cchc_xlsx.workbook import Workbook
from cchc_xlsx.workbook.builder import (
    Room,
    SheetBuilder,
    WorkbookBuilder,
    address,
    out_of_bounds,
    stored_number,
)
from cchc_xlsx.workbook.cells import Block, Cell, CellKind, SheetCells, text_cell
from cchc_xlsx.workbook.kind import FileKind
from cchc_xlsx.workbook.moment import moment_of
from cchc_xlsx.workbook.number_format import PLAIN, NumberFormat
from cchc_xlsx.workbook.package import (
    LARGEST_PART,
    NotAWorkbook,
    Package,
    elements,
    local,
    parse,
    text_of,
)
from cchc_xlsx.workbook.parsed_xml import MOST_ARRAYS

Attributes = Mapping[str, str]
"""The attributes of an element, by their names without namespaces."""

_CONTENT, _STYLES, _META = "content.xml", "styles.xml", "meta.xml"
_MANIFEST = "META-INF/manifest.xml"


def read_ods(data: bytes, kind: FileKind) -> Workbook:
    """Read an OpenDocument spreadsheet. Formulas are spelled as Excel does.

    Raises `NotAWorkbook` for a package that is no spreadsheet, has a password, or is out of bounds.
    """
    package = Package.open(data)
    if package.has(_MANIFEST) and b"encryption-data" in package.read(_MANIFEST):
        raise NotAWorkbook(
            "tệp có mật khẩu mở. Mở tệp bằng LibreOffice, chọn File > Save As, "
            "bỏ chọn «Save with password», lưu lại"
        )
    styles = _Styles()
    if package.has(_STYLES):
        for tag, attributes in elements(package.read(_STYLES)):
            styles.add(tag, attributes)
    sheets = _ContentParser(styles).sheets(package.read(_CONTENT))
    return Workbook(kind, sheets, _modified(package))


def _modified(package: Package) -> datetime | None:
    return moment_of(text_of(package.read(_META), "date")) if package.has(_META) else None


# --- the content ----------------------------------------------------------------------------------

_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0 "
_EXTENSION = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "
"""LibreOffice repeats attributes under it; they must not hide those of the standard."""

_FOREIGN = frozenset({"tracked-changes", "shapes", "dde-links"})
"""Elements beside the rows in which cells or whole tables may stand that are not the sheet's."""
_EXTERNAL = "ta_extref"
"""The style of the tables in which LibreOffice keeps copies of other files."""


class _ContentParser:
    """Gathers the sheets of ``content.xml``."""

    def __init__(self, styles: _Styles) -> None:
        self._styles = styles
        self._book = WorkbookBuilder()
        self._spaces = Room(LARGEST_PART)
        self._sheet: _Sheet | None = None
        self._cell: _RawCell | None = None
        self._skipped = 0
        """How deep the parser is inside of something foreign."""

    def sheets(self, xml: bytes) -> tuple[SheetCells, ...]:
        parse(xml, self._start, self._end, self._data)
        return self._book.built()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = local(name)
        own = {local(key): text for key, text in attributes.items() if _EXTENSION not in key}
        if self._skipped or self._is_foreign(name, own):
            self._skipped += 1
        elif self._cell:
            self._start_in_cell(self._cell, tag, own)
        elif self._sheet:
            self._start_in_sheet(self._sheet, tag, own)
        elif tag == "table":
            self._sheet = _Sheet(self._book.sheet(own.get("name", "")), self._styles)
        else:
            self._styles.add(tag, own)

    def _is_foreign(self, name: str, attributes: Attributes) -> bool:
        """Whether an element holds nothing of the sheets: neither cells nor a cell's own text."""
        tag = local(name)
        if self._cell:
            return tag != "annotation" and not name.startswith(_TEXT)
        is_copy = attributes.get("style-name") == _EXTERNAL
        return tag in _FOREIGN or (tag == "table" and (is_copy or self._sheet is not None))

    def _start_in_sheet(self, sheet: _Sheet, tag: str, attributes: Attributes) -> None:
        if tag == "table-row":
            sheet.begin_row(_count(attributes, "number-rows-repeated"))
        elif tag in ("table-cell", "covered-table-cell"):
            self._cell = _RawCell(attributes)

    def _start_in_cell(self, cell: _RawCell, tag: str, attributes: Attributes) -> None:
        if tag == "p":
            cell.open_text.begin()
        elif tag == "annotation":
            cell.open_text = cell.comment
        elif tag in _CHARACTERS:
            count = min(_count(attributes, "c"), LONGEST_CELL)
            self._spaces.take(count)
            cell.open_text.add(_CHARACTERS[tag] * count)

    def _end(self, name: str) -> None:
        if self._skipped:
            self._skipped -= 1
        elif self._cell:
            self._end_in_cell(self._cell, local(name))
        elif self._sheet and local(name) == "table-row":
            self._sheet.end_row()
        elif local(name) == "table":
            self._sheet = None

    def _end_in_cell(self, cell: _RawCell, tag: str) -> None:
        if tag == "p":
            cell.open_text.end()
        elif tag == "annotation":
            cell.open_text = cell.content
        elif self._sheet and tag in ("table-cell", "covered-table-cell"):
            self._sheet.add(cell)
            self._cell = None

    def _data(self, text: str) -> None:
        if self._cell and not self._skipped:
            # Lines of the file itself mean nothing more than a space.
            self._cell.open_text.add(re.sub(r"[\t\r\n]+", " ", text))


_CHARACTERS = {"s": " ", "tab": "\t", "line-break": "\n"}
"""The elements that stand for characters which XML would take together."""


def _count(attributes: Attributes, name: str) -> int:
    """A number of repetitions. Raises `NotAWorkbook` for one that no program writes."""
    text = attributes.get(name, "1")
    if not re.fullmatch("[0-9]{1,10}", text):
        raise out_of_bounds()
    return int(text)


# --- styles ---------------------------------------------------------------------------------------


class _Styles:
    """What the styles of cells make of numbers, as far as the cells do not say it themselves."""

    def __init__(self) -> None:
        self._formats: dict[str, NumberFormat] = {}
        self._data_styles: dict[str, str] = {}
        self._open = ""

    def add(self, tag: str, attributes: Attributes) -> None:
        """Take in an element of the styles; they come in their order in the file."""
        name = attributes.get("name", "")
        if tag == "style" and attributes.get("family") == "table-cell":
            self._data_styles[name] = attributes.get("data-style-name", "")
        elif tag.endswith("-style"):
            self._open = name
            self._formats[name] = NumberFormat(is_percent=tag == "percentage-style")
        elif tag == "number" and attributes.get("display-factor", "1") != "1":
            self._formats[self._open] = NumberFormat(is_misleading=True)

    def format_of(self, style: str) -> NumberFormat:
        """What the style of a cell makes of a number."""
        return self._formats.get(self._data_styles.get(style, ""), PLAIN)


# --- texts ----------------------------------------------------------------------------------------


class _Text:
    """Paragraphs as they are read, joined by lines, as long as a cell may be."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._room = LONGEST_CELL
        self._depth = 0
        self._has_begun = False

    def begin(self) -> None:
        self._depth += 1
        if self._has_begun:
            self.add("\n")
        self._has_begun = True

    def end(self) -> None:
        self._depth -= 1

    def add(self, text: str) -> None:
        """Add to the open paragraph; what stands between paragraphs only lays out the file."""
        if self._depth and self._room:
            self._pieces.append(text[: self._room])
            self._room -= len(self._pieces[-1])

    def __str__(self) -> str:
        return "".join(self._pieces)


# --- rows and cells -------------------------------------------------------------------------------


@dataclass
class _RawCell:
    """A cell as its element says. `open_text` is the text that paragraphs are added to."""

    attributes: Attributes
    content: _Text = field(default_factory=_Text)
    comment: _Text = field(default_factory=_Text)

    def __post_init__(self) -> None:
        self.open_text = self.content

    def block(self, name: str, row: int, column: int) -> Block:
        """The range that its attributes give it, of which it is the first cell."""
        rows, columns = (_count(self.attributes, name.format(each)) for each in ("rows", "columns"))
        return Block(range(row, row + rows), range(column, column + columns))


class _Sheet:
    """Puts the cells of a sheet where their rows and repetitions say."""

    def __init__(self, built: SheetBuilder, styles: _Styles) -> None:
        self._built = built
        self._styles = styles
        self._row = self._column = 1
        self._row_repeats = 1
        self._filled: list[tuple[range, Cell]] = []
        self._matrices: list[Block] = []

    def begin_row(self, repeats: int) -> None:
        self._row_repeats = repeats
        self._column = 1
        self._filled.clear()

    def add(self, raw: _RawCell) -> None:
        """Add the next cell of the open row."""
        repeats = _count(raw.attributes, "number-columns-repeated")
        cell = _cell(raw, self._styles.format_of(raw.attributes.get("style-name", "")))
        if cell:
            self._filled.append((range(self._column, self._column + repeats), cell))
        merged = raw.block("number-{}-spanned", self._row, self._column)
        self._built.merge(merged.rows, merged.columns)
        self._built.comment(self._row, self._column, str(raw.comment))
        if "number-matrix-rows-spanned" in raw.attributes:
            self._matrices.append(raw.block("number-matrix-{}-spanned", self._row, self._column))
        if len(self._matrices) > MOST_ARRAYS:
            raise out_of_bounds()
        self._column += repeats

    def end_row(self) -> None:
        """Close the row and those that repeat it; blank ones cost nothing, however many."""
        last = self._row + self._row_repeats
        for row in range(self._row, last) if self._filled else ():
            for columns, cell in self._filled:
                for column in columns:
                    self._built.put(row, column, self._in_matrix(row, column, cell))
        self._row = last
        self._filled.clear()

    def _in_matrix(self, row: int, column: int, cell: Cell) -> Cell:
        """Every cell of an array formula is a formula, though only the first one says so."""
        for block in self._matrices:
            if row in block.rows and column in block.columns and cell.kind is not CellKind.FORMULA:
                return Cell(CellKind.FORMULA, f"={{{address(block.rows, block.columns)}}}")
        return cell


# --- what a cell holds ----------------------------------------------------------------------------

_ERROR = re.compile(r"#N/A|#[A-Z0-9/]+[!?]|Err:[0-9]{3}")
"""How programs write errors: as a text, and as a formula that is nothing else."""


def _cell(raw: _RawCell, formatting: NumberFormat) -> Cell | None:
    value_type = raw.attributes.get("value-type", "string")
    if value_type == "percentage":
        formatting = replace(formatting, is_percent=True)
    formula = excel_formula(raw.attributes.get("formula", ""))
    if _ERROR.fullmatch(formula.removeprefix("=")):
        return Cell(CellKind.ERROR, formula.removeprefix("="))
    if formula:
        return Cell(CellKind.FORMULA, formula, shown_as_percent=formatting.is_percent)
    return _VALUES.get(value_type, _string)(raw, formatting)


def _string(raw: _RawCell, _: NumberFormat) -> Cell | None:
    text = raw.attributes.get("string-value", str(raw.content))
    return Cell(CellKind.ERROR, text) if _ERROR.fullmatch(text) else text_cell(text)


def _number(raw: _RawCell, formatting: NumberFormat) -> Cell | None:
    value = raw.attributes.get("value", "")
    try:
        return stored_number(float(value), formatting)
    except ValueError:
        return text_cell(value)


def _boolean(raw: _RawCell, _: NumberFormat) -> Cell:
    is_true = raw.attributes.get("boolean-value") == "true"
    return Cell(CellKind.BOOLEAN, "TRUE" if is_true else "FALSE")


def _date(raw: _RawCell, _: NumberFormat) -> Cell:
    try:
        moment = datetime.fromisoformat(raw.attributes.get("date-value", ""))
    except ValueError:
        return Cell(CellKind.DATE, str(raw.content))
    day = format_date(moment.day, moment.month, moment.year)
    return Cell(CellKind.DATE, day if moment.time() == time() else f"{day} {moment:%H:%M}")


def _time(raw: _RawCell, _: NumberFormat) -> Cell:
    return Cell(CellKind.DATE, str(raw.content))


_VALUES: Mapping[str, Callable[[_RawCell, NumberFormat], Cell | None]] = {
    **dict.fromkeys(("float", "percentage", "currency"), _number),
    "boolean": _boolean,
    "date": _date,
    "time": _time,
}


# --- formulas -------------------------------------------------------------------------------------

_PREFIX = re.compile(r"\A(?:[A-Za-z]+:)?=")
"""Which dialect a formula is written in: ``of:=``, ``oooc:=``, ``msoxl:=`` or none."""
_REFERENCE = re.compile(r"\[([^\[\]]*)\]")


def excel_formula(formula: str) -> str:
    """A formula in Excel's spelling, with its ``=``; empty when there is none.

    ``of:=SUM([.E14:.E15];[$'Thông tin'.$C$6])`` becomes ``=SUM(E14:E15,'Thông tin'!$C$6)``.
    """
    if not formula:
        return ""
    # Every other piece stands between quotation marks; one doubled inside a text makes an empty
    # piece outside of it.
    pieces = _PREFIX.sub("", formula[:LONGEST_CELL]).split('"')
    pieces[::2] = [_spelled(piece) for piece in pieces[::2]]
    return "=" + '"'.join(pieces)


def _spelled(piece: str) -> str:
    return _REFERENCE.sub(_reference, piece).replace(";", ",")


def _reference(match: re.Match[str]) -> str:
    return ":".join(_corner(corner) for corner in match[1].split(":"))


def _corner(corner: str) -> str:
    sheet, _, cell = corner.rpartition(".")
    return f"{sheet.removeprefix('$')}!{cell}" if sheet else cell
