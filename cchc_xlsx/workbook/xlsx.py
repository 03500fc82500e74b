"""An ``.xlsx`` workbook, read within bounds: its sheets, what their cells refer to, its properties.

A reader of our own, because those at hand either merge what must stay apart (blank, error value,
formula without a result) or take ten times as long; and because what is parsed in process must be
parsed within bounds. The cells themselves are read by `plain_xml.py` where the usual programs wrote
them, by `parsed_xml.py` in all other cases.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from operator import attrgetter

from cchc_xlsx.vietnamese import clean
from cchc_xlsx.workbook.cells import MOST_CELLS, MOST_SHEETS, Cell, SheetCells
from cchc_xlsx.workbook.comments import read_comments
from cchc_xlsx.workbook.moment import moment_of
from cchc_xlsx.workbook.number_format import BUILT_IN, PLAIN, NumberFormat, number_format
from cchc_xlsx.workbook.package import NotAWorkbook, Package, elements, text_of
from cchc_xlsx.workbook.parsed_xml import parsed_sheet, parsed_texts
from cchc_xlsx.workbook.plain_xml import plain_sheet, plain_texts
from cchc_xlsx.workbook.raw_cell import whole_number

MOST_TEXT = 25
"""Characters of the cells of one sheet, for each cell that the workbook may have: one shared text
may stand in very many of them."""

_TEXT = attrgetter("text")


def read_sheets(package: Package, most_cells: int = MOST_CELLS) -> list[SheetCells]:
    """The sheets in their order. Formulas keep their text, not a result.

    Raises `NotAWorkbook` for a package that is no workbook or is out of bounds.
    """
    book = _related(package, "", "officeDocument")
    targets = {key: target for key, _, target in package.related(book)}
    texts = _shared_texts(package, _related(package, book, "sharedStrings", ""))
    styles = _styles(package, _related(package, book, "styles", ""))
    listed = [(name, targets.get(key, "")) for name, key in _listed(package.read(book))]
    if not listed or len(listed) > MOST_SHEETS:
        raise NotAWorkbook("số trang bên trong tệp bất thường")
    sheets: list[SheetCells] = []
    room, most_text = most_cells, MOST_TEXT * most_cells
    longest = max(map(len, map(_TEXT, filter(None, texts))), default=1)
    for name, part in listed:
        if package.has(part) and not part.startswith("xl/chartsheets/"):
            xml = package.read(part)
            plain = plain_sheet(xml, texts, styles.special)
            # Only shared texts can be more than the bytes of the sheet.
            if plain is None or len(plain.cells) > min(room, most_text // longest):
                plain = parsed_sheet(xml, texts, styles.formats, room, most_text)
            room -= len(plain.cells)
            sheets.append(SheetCells(clean(name), *plain, read_comments(package, part)))
    return sheets


@lru_cache(16)
def _listed(book: bytes) -> tuple[tuple[str, str], ...]:
    """Name and identifier of every sheet, in their order."""
    sheets = (attributes for tag, attributes in elements(book) if tag == "sheet")
    return tuple((each.get("name", ""), each.get("id", "")) for each in sheets)


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


def _shared_texts(package: Package, part: str) -> Sequence[Cell | None]:
    """The shared texts as cells."""
    if not part or not package.has(part):
        return []
    xml = package.read(part)
    plain = plain_texts(xml)
    return parsed_texts(xml) if plain is None else plain


@dataclass(frozen=True)
class Styles:
    """The number format of each cell style; `special` are those that are not plain."""

    formats: tuple[NumberFormat, ...] = ()
    special: Mapping[int, NumberFormat] = field(default_factory=dict)


def _styles(package: Package, part: str) -> Styles:
    return _read_styles(package.read(part)) if part and package.has(part) else Styles()


@lru_cache(16)
def _read_styles(xml: bytes) -> Styles:
    known = dict(BUILT_IN)
    formats: list[NumberFormat] = []
    inside = ""
    for tag, attributes in elements(xml):
        if tag in ("cellXfs", "cellStyleXfs", "dxfs", "cellStyles"):
            inside = tag
        elif tag == "numFmt" and inside != "dxfs":
            known[whole_number(attributes.get("numFmtId"))] = number_format(
                attributes.get("formatCode", "")
            )
        elif tag == "xf" and inside == "cellXfs":
            formats.append(known.get(whole_number(attributes.get("numFmtId")), PLAIN))
    special = {at: each for at, each in enumerate(formats) if each != PLAIN}
    return Styles(tuple(formats), special)
