"""A workbook of a known frame is read as one that is looked through from the beginning."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cchc_xlsx import reader
from cchc_xlsx.form_file import load_form
from cchc_xlsx.reader.frame import Frames
from cchc_xlsx.submission import Reading, Submission
from cchc_xlsx.workbook import FileKind, Workbook, read_workbook
from cchc_xlsx.workbook.cells import Cell, CellKind, Position
from tests.office import recalculate

SAMPLES = sorted((Path(__file__).parent.parent / "samples" / "filled").glob("*.xlsx"))
FORM = load_form("cchc-so-2022")


@contextmanager
def frames(known: Frames) -> Iterator[None]:
    before, reader._frames = reader._frames, known
    try:
        yield
    finally:
        reader._frames = before


def read(book: Workbook, known: Frames) -> Reading:
    with frames(known):
        return reader._read(book, FORM, Submission(file="a.xlsx", sha256=""))


@cache
def books() -> tuple[Workbook, ...]:
    return tuple(read_workbook(file.read_bytes()) for file in SAMPLES)


@cache
def known() -> Frames:
    """The frame of the samples."""
    frames = Frames()
    read(books()[1], frames)
    return frames


def with_cell(book: Workbook, sheet: int, at: Position, cell: Cell | None) -> Workbook:
    """The workbook with one cell changed, or blank."""
    cells = {**book.sheets[sheet].cells, at: cell} if cell else dict(book.sheets[sheet].cells)
    if cell is None:
        cells.pop(at, None)
    sheets = list(book.sheets)
    sheets[sheet] = replace(sheets[sheet], cells=cells)
    return replace(book, sheets=tuple(sheets))


def test_the_samples_have_one_frame() -> None:
    for book in books():
        assert known().understood(book, FORM) is not None


@pytest.mark.parametrize("at", range(len(SAMPLES)))
def test_a_known_frame_changes_nothing(at: int) -> None:
    assert read(books()[at], known()) == read(books()[at], Frames())


NUMBER, TEXT = Cell(CellKind.NUMBER, "7", 7.0), Cell(CellKind.TEXT, "khác")
CHANGES = {
    "a figure": (1, (10, "E"), NUMBER, True),
    "a figure gone": (1, (10, "E"), None, True),
    "a note": (1, (10, "F"), TEXT, True),
    "a number in a note": (1, (26, "F"), NUMBER, True),
    "an answer": (0, (5, "C"), TEXT, True),
    "another unit": (4, (6, "B"), TEXT, True),
    "a figure beside a heading": (1, (9, "E"), NUMBER, False),
    "a label": (1, (10, "C"), TEXT, False),
    "a code": (1, (10, "A"), TEXT, False),
    "a code gone": (1, (10, "A"), None, False),
    "a heading": (1, (7, "E"), TEXT, False),
    "beside the table": (1, (10, "J"), NUMBER, False),
    "below the table": (1, (300, "B"), TEXT, False),
    "a figure of an earlier period": (1, (10, "G"), NUMBER, False),
    "a check": (2, (10, "B"), TEXT, False),
    "the guide": (3, (2, "A"), TEXT, False),
    "the form's version": (4, (2, "B"), TEXT, False),
}


@pytest.mark.parametrize(("sheet", "at", "cell", "same"), CHANGES.values(), ids=CHANGES)
def test_one_cell_changed(sheet: int, at: Position, cell: Cell | None, same: bool) -> None:
    book = with_cell(books()[1], sheet, at, cell)
    assert (known().understood(book, FORM) is not None) == same
    assert read(book, known()) == read(book, Frames())


def test_another_sheet_a_merged_range_a_comment_another_form() -> None:
    book = books()[1]
    info, appendix, *others = book.sheets
    for sheets in (
        (*book.sheets, replace(appendix, name="Bản sao")),
        (info, replace(appendix, merged=(*appendix.merged, "E10:E11")), *others),
        (info, replace(appendix, comments={(10, "E"): "hỏi lại"}), *others),
        (info, replace(appendix, name="Phụ lục (2)"), *others),
    ):
        changed = replace(book, sheets=sheets)
        assert known().understood(changed, FORM) is None
        assert read(changed, known()) == read(changed, Frames())
    assert known().understood(book, replace(FORM, digest="khác")) is None


cells = st.one_of(
    st.none(),
    st.integers(-5, 3000).map(lambda each: Cell(CellKind.NUMBER, str(each), float(each))),
    st.sampled_from(["Đạt", "I.1", "1.214", "khoảng 428", "Tiêu đề", "unit_name"]).map(
        lambda text: Cell(CellKind.TEXT, text)
    ),
    st.sampled_from(["=1+1", "=E10+E11", '=IF(1,"","")']).map(
        lambda text: Cell(CellKind.FORMULA, text)
    ),
)
places = st.tuples(st.integers(0, 4), st.tuples(st.integers(1, 200), st.sampled_from("ABCDEFGHWZ")))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(SAMPLES) - 1), st.lists(st.tuples(places, cells), max_size=4))
def test_whatever_is_changed(
    at: int, changes: list[tuple[tuple[int, Position], Cell | None]]
) -> None:
    book = books()[at]
    for (sheet, place), cell in changes:
        book = with_cell(book, sheet, place, cell)
    assert read(book, known()) == read(book, Frames())


@pytest.mark.libreoffice
def test_a_pasted_figure_is_compared_with_each_answer() -> None:
    """The template shows the figure once more; its value may be pasted there."""
    row, answer = 10, Cell(CellKind.NUMBER, "7", 7.0)
    pasted = with_cell(with_cell(books()[1], 1, (row, "E"), answer), 1, (row, "Y"), answer)
    other = with_cell(pasted, 1, (row, "E"), Cell(CellKind.NUMBER, "8", 8.0))
    frames = Frames()
    read(pasted, frames)
    assert read(other, frames) == read(other, Frames())
    assert read(other, frames) != read(pasted, frames)


def test_a_frame_is_of_one_kind_of_file() -> None:
    """LibreOffice stores 0 for live texts in an .xls: nothing there, something elsewhere."""
    stray = with_cell(books()[1], 1, (60, "M"), Cell(CellKind.NUMBER, "0", 0.0))
    frames = Frames()
    read(replace(stray, kind=FileKind.XLS), frames)
    assert read(stray, frames) == read(stray, Frames())


def test_what_libreoffice_saves_has_a_frame_of_its_own(tmp_path: Path) -> None:
    first, second = (
        read_workbook(file.read_bytes()) for file in recalculate(SAMPLES[1:3], tmp_path)
    )
    frames = Frames()
    assert read(first, frames) == read(first, Frames())
    assert frames.understood(second, FORM) is not None
    assert read(second, frames) == read(second, Frames())
