"""The workbook as it is written: cells and rows as XML of our own, within what Excel takes."""

from __future__ import annotations

import math
import textwrap
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from cchc_xlsx.excel_limits import LONGEST_CELL, MOST_LINKS, MOST_ROWS
from cchc_xlsx.spreadsheet import Book, lines_needed, shortened
from cchc_xlsx.summary.plain_table import Column, Link, write_table

letters = st.sampled_from("ab  cđ-–/.,\n\t\u00a0\u2003\u0301") | st.characters()
words = st.lists(st.text("abcđê-/", min_size=1, max_size=12), max_size=40).map(" ".join)


@given(st.text(letters, max_size=200) | words, st.floats(1, 60), st.booleans())
def test_lines_are_those_of_textwrap(text: str, width: float, bold: bool) -> None:
    fitting = max(1, math.floor(width * (1.02 if bold else 1.12)))
    wrapped = [max(1, len(textwrap.wrap(line, fitting))) for line in text.splitlines()]
    assert lines_needed(text, width, bold=bold) == (sum(wrapped) or 1)


@given(st.text(st.sampled_from("aộ😀"), max_size=30), st.integers(12, 20))
def test_a_shortened_text_has_as_many_units_as_excel_counts(text: str, most: int) -> None:
    cut = shortened(text, most)
    assert len(cut.encode("utf-16-le")) // 2 <= most
    is_cut = len(text.encode("utf-16-le")) // 2 > most
    assert cut.endswith("… (cắt bớt)") if is_cut else cut == text


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53))
def test_a_number_is_written_exactly(number: float) -> None:
    xml = Book(Path("unwritten.xlsx")).sheet("A").raw.number(number, 0)
    assert float(xml.partition("<v>")[2].partition("</v>")[0]) == number


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_what_is_no_number_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="no number"):
        Book(Path("unwritten.xlsx")).sheet("A").raw.number(number, 0)


def test_cells_come_in_any_order_and_rows_follow(tmp_path: Path) -> None:
    with Book(tmp_path / "a.xlsx") as book:
        sheet, style = book.sheet("A"), book.style()
        sheet.number("C2", 3, style)
        sheet.text("A2", 'a & <b> "c"\n', style)
        sheet.formula("B2", '=IF(C2>2,"a&b","")', "a&b", style)
        sheet.text("C2", "in place of 3", style)
        sheet.text("AA1", "x", style)
        sheet.row(3, 1, [sheet.raw.text("đầu", 0), sheet.raw.number(4.5, 0)])
        sheet.row(4, 2, [sheet.raw.text("", 0), sheet.raw.text("cuối", 0)])
    cells = load_workbook(tmp_path / "a.xlsx")["A"]
    assert [cell.value for cell in cells[2]][:3] == [
        'a & <b> "c"\n', '=IF(C2>2,"a&b","")', "in place of 3",
    ]  # fmt: skip
    assert cells["AA1"].value == "x"
    assert [[cell.value for cell in row][:2] for row in cells["A3:B4"]] == [
        ["đầu", 4.5],
        [None, "cuối"],
    ]
    assert cells.row_dimensions[4].height == 36


def test_the_same_cells_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        with Book(tmp_path / name) as book:
            book.set_properties({"created": datetime(2022, 9, 20)})
            book.sheet("A").text("A1", "một", book.style(bold=True))
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_no_sheet_has_more_links_and_rows_than_excel_takes(tmp_path: Path) -> None:
    rows = ([Link("a", "'A'!A1")] for _ in range(MOST_ROWS))
    with Book(tmp_path / "a.xlsx", large=True) as book:
        sheet = book.sheet("A")
        last = write_table(book, sheet, "DÒNG", [Column("Dòng", 8)], rows)
        with pytest.raises(RuntimeError, match="no sheet has"):
            sheet.row(MOST_ROWS + 1, 1, [sheet.raw.text("a", 0)])
    assert last == MOST_ROWS
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        xml = archive.read("xl/worksheets/sheet1.xml")
        texts = archive.read("xl/sharedStrings.xml").decode()
    assert xml.count(b"<row ") == MOST_ROWS - 1  # the second one is empty
    assert xml.count(b"<hyperlink ") == MOST_LINKS
    assert "DÒNG (chỉ ghi được 1048576 dòng mà Excel cho phép, còn 3 dòng)" in texts


def test_a_text_of_astral_letters_fits(tmp_path: Path) -> None:
    with Book(tmp_path / "a.xlsx") as book:
        book.sheet("A").text("A1", "😀" * LONGEST_CELL, book.style())
    assert str(load_workbook(tmp_path / "a.xlsx")["A"]["A1"].value).endswith("(cắt bớt)")
