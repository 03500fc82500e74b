"""A workbook with its findings marked: cells coloured, comments in them, the sheet `Ý kiến`."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping

from openpyxl import load_workbook
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.workbook import Workbook

from cchc_xlsx.colours import INPUT, MARKED
from cchc_xlsx.feedback.opinions_sheet import Opinion, is_opinions, solid, write_opinions
from cchc_xlsx.feedback.preserved import preserved
from cchc_xlsx.finding import Finding
from cchc_xlsx.layout import REMARK_BEGINS, REMARK_ENDS, without_remark
from cchc_xlsx.spreadsheet import shortened
from cchc_xlsx.vietnamese import clean

_AUTHOR = "Sở Nội vụ"
_WIDTH, _LINE, _LETTERS = 360, 18, 52
"""Of a comment, in pixels: its width, the height of a line, and how many letters one holds."""

_LONGEST = 2_000
"""Letters of a comment of ours; the sheet `Ý kiến` has all."""


def annotate(data: bytes, opinion: Opinion) -> bytes:
    """The workbook with this opinion in place of an earlier one.

    `data` is an ``.xlsx`` workbook. Its texts, figures, formulas, validations, formats and locks
    stay as they are; a colour that the sender gave to a cell we mark is lost.
    """
    book = load_workbook(io.BytesIO(data), rich_text=True)
    _unmark(book)
    by_cell: dict[str, list[Finding]] = {}
    for finding in (each for each in opinion.findings if each.is_open):
        for address in finding.cells:
            by_cell.setdefault(address, []).append(finding)
    for cell, about in _existing(book, by_cell):
        cell.fill = solid(MARKED[about[0].severity])
        _remark(cell, about)
    write_opinions(book, opinion)
    # Excel works everything out anew when it opens the file.
    book.calculation.fullCalcOnLoad = True
    saved = io.BytesIO()
    book.save(saved)
    return preserved(saved.getvalue(), data)


def _existing(
    book: Workbook, by_cell: Mapping[str, list[Finding]]
) -> Iterator[tuple[Cell, list[Finding]]]:
    """The cells that can be marked: those covered by a merge cannot, nor those on lost sheets."""
    sheets = {clean(sheet.title): sheet for sheet in book.worksheets}
    for address, findings in by_cell.items():
        name, _, place = address.rpartition("!")
        cell = sheets[name][place] if name in sheets else None
        if isinstance(cell, Cell):
            yield cell, findings


def _remark(cell: Cell, findings: Iterable[Finding]) -> None:
    said = dict.fromkeys(
        f"- {finding.message}" + (f" {finding.hint}" if finding.hint else "")
        for finding in findings
    )
    theirs = cell.comment.text if cell.comment else ""
    ours = shortened("\n".join(said), _LONGEST)
    lines = [REMARK_BEGINS, *ours.splitlines(), REMARK_ENDS, *([theirs] if theirs else [])]
    needed = sum(1 + len(line) // _LETTERS for line in lines)
    cell.comment = Comment("\n".join(lines), _AUTHOR, height=needed * _LINE + 12, width=_WIDTH)


def _unmark(book: Workbook) -> None:
    """Take away what an earlier opinion left; what others wrote in a comment stays."""
    marks = {solid(colour).fgColor.rgb for colour in MARKED.values()}
    for sheet in book.worksheets:
        if is_opinions(sheet):
            continue
        for row in sheet.iter_rows():
            for cell in row:
                if cell.fill.fgColor.rgb in marks:
                    is_input = not cell.protection.locked
                    cell.fill = solid(INPUT) if is_input else PatternFill()
                if cell.comment:
                    theirs = without_remark(cell.comment.text).strip()
                    author = cell.comment.author
                    cell.comment = Comment(theirs, author) if theirs else None
