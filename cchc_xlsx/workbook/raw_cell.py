"""The cell of an ``.xlsx`` sheet as its XML says → the cell that it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from cchc_xlsx.excel_limits import LONGEST_CELL
from cchc_xlsx.workbook.cells import Cell, CellKind, Position, text_cell
from cchc_xlsx.workbook.number_format import PLAIN, NumberFormat, number_cell

HIGHEST_ROW, LAST_COLUMN = 1_048_576, 16_384
MOST_BLANKS = 1_000_000
"""Cells of one sheet that have a style and nothing else: whole columns may be formatted."""

SHARED = "s"
"""The type of a cell whose value is the number of a shared text."""


class SheetContent(NamedTuple):
    """The filled cells of a sheet, and its merged ranges as addresses."""

    cells: dict[Position, Cell]
    merged: tuple[str, ...]


class RawCell(NamedTuple):
    """A cell as its element says; `formula` is None where it has none."""

    type: str = "n"
    value: str = ""
    formula: str | None = None
    inline: str = ""


def cell_of(raw: RawCell, formatting: NumberFormat = PLAIN) -> Cell | None:
    """What a cell holds that refers to no shared text; None for a blank.

    A formula keeps its text, not its result.
    """
    if raw.formula is not None:
        text = raw.formula.strip()[:LONGEST_CELL]
        return Cell(CellKind.FORMULA, f"={text}", shown_as_percent=formatting.is_percent)
    if raw.type == "inlineStr":
        return text_cell(unescaped(raw.inline))
    if raw.type == "str":
        return text_cell(unescaped(raw.value))
    value = raw.value.strip()
    return _valued(raw.type, value, formatting) if value else None


def _valued(kind: str, value: str, formatting: NumberFormat) -> Cell:
    if kind == "e":
        return Cell(CellKind.ERROR, value)
    if kind == "b":
        return Cell(CellKind.BOOLEAN, "TRUE" if value == "1" else "FALSE")
    if kind == "d":
        return Cell(CellKind.DATE, value)
    try:
        number = float(value)
    except ValueError:
        return Cell(CellKind.TEXT, value)
    if number != number or abs(number) == float("inf"):
        return Cell(CellKind.TEXT, value)
    return number_cell(number, formatting)


def reformatted(cell: Cell, formatting: NumberFormat) -> Cell:
    """A plain cell under the number format of its style."""
    if cell.kind is CellKind.NUMBER:
        return number_cell(cell.number, formatting)
    if cell.kind is CellKind.FORMULA:
        return cell._replace(shown_as_percent=formatting.is_percent)
    return cell


def shared_cell(texts: Sequence[Cell | None], at: int) -> Cell | None:
    """The shared text of a number; an error where there is none of that number."""
    return texts[at] if 0 <= at < len(texts) else Cell(CellKind.ERROR, "#REF!")


_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
"""How a workbook writes characters that XML cannot hold, a carriage return for one."""


def unescaped(text: str) -> str:
    """A text without these escapes, and no longer than a cell."""
    text = text[:LONGEST_CELL]
    if "_x" not in text:
        return text
    plain = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    # Half a character is none, and no output could hold it.
    return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def whole_number(text: str | None) -> int:
    """A number written in digits alone; -1 for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() else -1
