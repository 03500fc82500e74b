"""A consolidated workbook read back: the submissions it was made of, whatever was done to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from cchc_xlsx import api
from cchc_xlsx.consolidate import Consolidation, consolidate
from cchc_xlsx.finding import Finding
from cchc_xlsx.form import Form
from cchc_xlsx.form_file import load_form
from cchc_xlsx.isolation import Isolation
from cchc_xlsx.journal import Journal
from cchc_xlsx.reader.merged import MergedWorkbook, read_merged
from cchc_xlsx.reader.safe import SafeReader
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.submission import Submission
from cchc_xlsx.summary import write_summary
from cchc_xlsx.template import Content, write_template
from cchc_xlsx.vietnamese import fold
from tests.office import recalculate
from tests.small_form import write_small_form

SAMPLES = Path(__file__).parent.parent / "samples"
FIRST = SAMPLES / "filled" / "H51.05_2022-Q3.xlsx"


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Consolidation, Path]:
    output = tmp_path_factory.mktemp("merged") / "tong-hop.xlsx"
    return api.merge([SAMPLES / "filled"], output, roster=SAMPLES / "roster.csv"), output


def read_back(file: Path, form: Form) -> MergedWorkbook:
    found = read_merged(file.read_bytes(), file.name, form)
    assert found
    return found


def known(each: Submission) -> dict[str, object]:
    """What a consolidated workbook holds of a submission."""
    return {
        "unit": each.unit and (each.unit.code, each.unit.name),
        "period": each.period,
        "values": dict(each.fill.values),
        "notes": dict(each.notes),
        "cells": {code: each.cells[code] for code, value in each.fill.values.items() if value},
        "file": each.file,
        "sha256": each.sha256,
        "parts": dict(each.parts),
    }


def test_the_submissions_come_back_as_they_were(
    form: Form, merged: tuple[Consolidation, Path]
) -> None:
    consolidation, output = merged
    back = read_back(output, form)
    assert (back.tag, back.period) == (form.tag, consolidation.period)
    assert [known(each) for each in back.submissions] == list(map(known, consolidation.submissions))
    assert (back.findings, back.divergences) == ((), ())
    assert sum(len(each.notes) for each in back.submissions) > 10


@pytest.mark.libreoffice
def test_they_come_back_after_libreoffice_saved_the_workbook(
    form: Form, merged: tuple[Consolidation, Path], tmp_path: Path
) -> None:
    consolidation, output = merged
    (saved,) = recalculate([output], tmp_path)
    back = read_back(saved, form)
    assert [known(each) for each in back.submissions] == list(map(known, consolidation.submissions))
    assert (back.findings, back.divergences) == ((), ())


def test_parts_of_rolled_up_figures_come_back(
    form: Form, merged: tuple[Consolidation, Path], tmp_path: Path
) -> None:
    """I.1 is a rate: its parts are numerator and denominator; I.1.1 has a sum and a count."""
    parts = {"I.1": (13.0, 18.0, 1.0), "I.1.1": (18.0, 1.0)}
    batch = merged[0].batch
    first, *others = batch.readings
    rolled_up = replace(first, submission=replace(first.submission, parts=parts))
    again = consolidate(replace(batch, readings=(rolled_up, *others)), merged[0].period)
    write_summary(again, tmp_path / "a.xlsx", Journal())
    assert read_back(tmp_path / "a.xlsx", form).submissions[0].parts == parts


# --- what may be done to it -----------------------------------------------------------------------


class Small(NamedTuple):
    """A merge of a few rows by a few units."""

    form: Form
    merged: Consolidation
    output: Path


UNITS = 7


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Small:
    """Units U0 to U6 have 10 to 16 as A1, 5 as A2 (so a rate of their own as A3) and a note."""
    folder = tmp_path_factory.mktemp("small")
    form = load_form(write_small_form(folder / "form"))
    (folder / "inbox").mkdir()
    for at in range(UNITS):
        unit, entries = ReportingUnit(f"U{at}", f"Xã {at}"), {"A1": 10 + at, "A2": 5, "B2": 1}
        notes = {"A1": "đếm tay", "B3": f"chưa có ở xã {at}"}
        content = Content(form, form.period("2022-H1"), unit, entries, notes)
        write_template(content, folder / "inbox" / f"U{at}.xlsx")
    output = folder / "tong-hop.xlsx"
    return Small(form, api.merge([folder / "inbox"], output, form=folder / "form"), output)


Edit = Callable[[Workbook], None]


def edited(output: Path, tmp_path: Path, *edits: Edit) -> Path:
    book = load_workbook(output)
    for cell in (cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row):
        # Openpyxl puts the target of a link into a cell that holds nothing else.
        if cell.hyperlink and cell.value == cell.hyperlink.location:
            cell.value = None
    for edit in edits:
        edit(book)
    book.save(tmp_path / "edited.xlsx")
    return tmp_path / "edited.xlsx"


def lines(sheet: Worksheet) -> list[list[Any]]:
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def rewrite(sheet: Worksheet, rows: list[list[Any]]) -> None:
    sheet.delete_rows(1, sheet.max_row)
    for row in rows:
        sheet.append(row)


def sort_backwards(book: Workbook) -> None:
    for name in ("Dữ liệu", "Ghi chú"):
        rows = lines(book[name])
        rewrite(book[name], rows[:3] + rows[:2:-1])


def move_columns(book: Workbook) -> None:
    """The columns of `Dữ liệu` backwards, after one of somebody's own."""
    sheet = book["Dữ liệu"]
    rewrite(sheet, [["Việc cần làm", *reversed(row)] for row in lines(sheet)])


def rename_sheets(book: Workbook) -> None:
    for sheet in book.worksheets:
        sheet.title = f"{sheet.title} (2)"


def retype_headings(book: Workbook) -> None:
    """Without accents, in capitals."""
    for name, row in (("Dữ liệu", 3), ("Ghi chú", 3), ("Tình hình nộp", 3), ("Tổng hợp", 6)):
        for cell in book[name][row]:
            # The names of units stand among the headings of `Tổng hợp`.
            if isinstance(cell.value, str) and not cell.value.startswith("Xã"):
                cell.value = fold(cell.value).upper()


def insert_column(book: Workbook) -> None:
    """As for the previous period: a column before those of the units."""
    book["Tổng hợp"].insert_cols(8)
    book["Tổng hợp"]["H6"] = "Kỳ trước"


def lose_title(book: Workbook) -> None:
    book["Tổng hợp"]["A3"] = None


def lose(*sheets: str) -> Edit:
    def edit(book: Workbook) -> None:
        for sheet in sheets:
            book.remove(book[sheet])

    return edit


@pytest.mark.parametrize(
    "edits",
    [
        (sort_backwards, move_columns, rename_sheets),
        (retype_headings,),
        (insert_column, lose_title, lose("Vấn đề", "Biểu đồ")),
    ],
    ids=["rearranged", "headings", "columns and sheets"],
)
def test_harmless_changes_change_nothing(
    small: Small, edits: tuple[Edit, ...], tmp_path: Path
) -> None:
    _, consolidation, output = small
    back = read_back(edited(output, tmp_path, *edits), small.form)
    assert list(map(known, back.submissions)) == list(map(known, consolidation.submissions))
    assert (back.findings, back.divergences) == ((), ())


def test_without_the_list_of_senders_units_and_names_come_from_the_other_sheets(
    small: Small, tmp_path: Path
) -> None:
    _, consolidation, output = small
    back = read_back(edited(output, tmp_path, lose("Tình hình nộp", "Ghi chú")), small.form)
    units = {each.unit_code: each for each in consolidation.submissions}
    assert {each.unit_code for each in back.submissions} == units.keys()
    for each in back.submissions:
        assert each.unit == units[each.unit_code].unit
        assert each.fill.values == units[each.unit_code].fill.values
        # The notes of rows without a figure stand on `Ghi chú` only.
        assert set(each.notes.items()) <= set(units[each.unit_code].notes.items())


# What is typed over a line of `Dữ liệu`; the rule and the words of the finding; the figure read.
FAULTS: list[tuple[str, Any, str, str, float | None]] = [
    ("Số liệu", "khoảng 72", "G06", "là số ước lượng", None),
    ("Số liệu", "=70+2", "W03", "công thức", None),
    ("Số liệu", 10**13, "G06", "lớn bất thường", None),
    ("Số liệu", None, "", "", None),
    ("Mã chỉ tiêu", "I.99", "W20", "có mã chỉ tiêu mà biểu mẫu không có", None),
    ("Mã chỉ tiêu", "A", "W20", "có số liệu ở dòng tiêu đề", None),
    ("Mã cơ quan", "../x", "W20", "không có mã cơ quan hợp lệ", None),
    ("Mã cơ quan", None, "W20", "không có mã cơ quan hợp lệ", None),
    ("Kỳ", "2021-H1", "W20", "không thuộc kỳ của tệp tổng hợp", None),
    ("Thành phần", "1;2;3", "W20", "có ô Thành phần không đọc được", 1),
    ("Thành phần", "nan;1", "W20", "có ô Thành phần không đọc được", 1),
]


def test_lines_that_cannot_be_used_are_named(small: Small, tmp_path: Path) -> None:
    typed_over: dict[int, tuple[str, str]] = {}

    def type_over(book: Workbook) -> None:
        """Each into a line of its own: A1 and A2 of all units but U0."""
        sheet = book["Dữ liệu"]
        column: dict[Any, Any] = {cell.value: cell.column for cell in sheet[3]}
        rows: dict[Any, Any] = {
            (line[0].value, line[2].value): line[0].row for line in sheet.iter_rows(min_row=4)
        }
        free = ((f"U{at}", code) for at in range(1, UNITS) for code in ("A1", "A2"))
        for (heading, content, *_), key in zip(FAULTS, free, strict=False):
            sheet.cell(rows[key], column["Số liệu"]).value = 1
            sheet.cell(rows[key], column[heading]).value = content
            typed_over[rows[key]] = key
        sheet.append([*lines(sheet)[rows["U0", "A1"] - 1][:5], 73])

    back = read_back(edited(small.output, tmp_path, type_over), small.form)
    by_unit = {each.unit_code: each for each in back.submissions}
    for (_, content, rule, said, figure), (row, key) in zip(
        FAULTS, typed_over.items(), strict=True
    ):
        unit, code = key
        assert by_unit[unit].fill.values[code] == figure, content
        told = [each for each in back.findings if row in rows_of(each)]
        assert [each.rule for each in told] == ([rule] if rule else []), content
        assert all(said in each.message and each.file == "edited.xlsx" for each in told), content
    (twice,) = (each for each in back.findings if "lặp lại" in each.message)
    assert twice.rule == "W20"
    assert by_unit["U0"].fill.unreadable == {"A1"}
    assert by_unit["U0"].fill.values["A2"] == 5


def rows_of(finding: Finding) -> set[int]:
    return {int(re.sub(r".*![A-Z]+", "", cell)) for cell in finding.cells}


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lose("Dữ liệu"), "không còn trang Dữ liệu"),
        (lambda book: book["Tổng hợp"].__setitem__("A1", "cchc-tong-hop/khac/1"), "«khac/1»"),
    ],
    ids=["no data", "another form"],
)
def test_a_workbook_that_cannot_be_used_says_why(
    small: Small, edit: Edit, said: str, tmp_path: Path
) -> None:
    back = read_back(edited(small.output, tmp_path, edit), small.form)
    (finding,) = back.findings
    assert said in finding.message
    assert back.submissions == ()


# --- Tổng hợp typed over --------------------------------------------------------------------------

TYPED = {"A1": 75, "A2": None, "A3": "=10+3", "B2": "bốn"}


def test_figures_typed_over_on_the_sheet_of_totals_are_told(small: Small, tmp_path: Path) -> None:
    def type_over(book: Workbook) -> None:
        sheet = book["Tổng hợp"]
        at = next(cell.column for cell in sheet[7] if cell.value == "U0")
        for row in sheet.iter_rows(min_row=8):
            if row[0].value in TYPED:
                row[at - 1].value = TYPED[str(row[0].value)]

    back = read_back(edited(small.output, tmp_path, type_over), small.form)
    told = {each.code: (each.unit, each.figure, each.shown) for each in back.divergences}
    figures = {"A1": 10, "A2": 5, "A3": 50, "B2": 1}
    assert told == {code: ("U0", figures[code], shown) for code, shown in TYPED.items()}
    assert re.fullmatch("Tổng hợp![A-Z]+9", back.divergences[0].cell)


def test_no_totals_are_compared_where_the_units_are_no_columns(
    small: Small, tmp_path: Path
) -> None:
    def turn(book: Workbook) -> None:
        table = lines(book["Tổng hợp"])[5:]
        turned = [list(row) for row in zip(*table, strict=True)]
        rewrite(book["Tổng hợp"], [[f"cchc-tong-hop/{small.form.tag}"], *turned])

    back = read_back(edited(small.output, tmp_path, turn), small.form)
    assert len(back.submissions) == UNITS
    assert back.divergences == ()


# --- a year ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Small:
    """H1 and H2 of U0 and U1 put together, 10 and 20 as A1; U1 has sent nothing for H2 but blanks.

    The small form has no period that is a whole year.
    """
    folder = tmp_path_factory.mktemp("year")
    form = load_form(write_small_form(folder / "form"))
    (folder / "inbox").mkdir()
    for period, figure in (("2022-H1", 10), ("2022-H2", 20)):
        for code in ("U0", "U1"):
            is_blank = (code, period) == ("U1", "2022-H2")
            entries = {} if is_blank else {"A1": figure, "A2": 5, "B2": 1}
            content = Content(
                form, form.period(period), ReportingUnit(code, f"Xã {code}"), entries,
                {"A1": f"đếm tay {period}"},
            )  # fmt: skip
            write_template(content, folder / "inbox" / f"{code}_{period}.xlsx")
    output = folder / "nam.xlsx"
    merged = api.merge([folder / "inbox"], output, form=folder / "form", year=2022)
    return Small(form, merged, output)


def test_the_periods_of_a_year_come_back(year: Small) -> None:
    form, consolidation, output = year
    back = read_back(output, form)
    assert (back.year, back.period) == (2022, consolidation.period)
    assert list(map(known, back.submissions)) == list(map(known, consolidation.sources))
    assert (back.findings, back.divergences) == ((), ())


def test_a_figure_of_a_year_that_was_typed_over_is_told(year: Small, tmp_path: Path) -> None:
    def type_over(book: Workbook) -> None:
        sheet = book["Tổng hợp"]
        at = next(cell.column for cell in sheet[7] if cell.value == "U0")
        row = next(row for row in sheet.iter_rows(min_row=8) if row[0].value == "A1")
        assert str(row[at - 1].value).startswith("=SUM(")
        row[at - 1].value = 75

    back = read_back(edited(year.output, tmp_path, type_over), year.form)
    assert [(each.code, each.figure, each.shown) for each in back.divergences] == [("A1", 30, 75)]


def test_two_years_are_compared_by_their_figures(year: Small, tmp_path: Path) -> None:
    """The same without H2: A1 of U0 was 30 and is 10."""
    inbox, form = year.output.parent / "inbox", year.output.parent / "form"
    other = tmp_path / "khac.xlsx"
    api.merge([*inbox.glob("*H1.xlsx")], other, form=form, year=2022)
    comparison = api.compare(year.output, other, form=form)
    changed = {each.indicator.code for each in comparison.changes if each.unit}
    assert "A1" in changed
    assert not api.compare(year.output, year.output, form=form).changes


# --- anybody's bytes ------------------------------------------------------------------------------


def test_other_bytes_are_no_consolidated_workbook(
    form: Form, merged: tuple[Consolidation, Path]
) -> None:
    data = merged[1].read_bytes()
    with Isolation() as isolation:
        reader = SafeReader(form, isolation)
        assert reader.read_merged(data, "a") == read_merged(data, "a", form)
        for other in (FIRST.read_bytes(), b"", b"PK", data[:3000], data[:-3000]):
            assert reader.read_merged(other, "a") is None


@pytest.mark.soak
def test_hundreds_of_units_are_within_the_bounds(
    form: Form, merged: tuple[Consolidation, Path], tmp_path: Path
) -> None:
    """More cells than a workbook of one unit may have."""

    def multiply(book: Workbook) -> None:
        sheet = book["Dữ liệu"]
        rows = lines(sheet)[3:156]
        for unit in range(140):
            for at, code in enumerate(row.code for row in form.inputs):
                sheet.append([f"U{unit}", "2022-Q3", code, *rows[at][3:5], 1, "a", "b", "c"])

    back = read_back(edited(merged[1], tmp_path, multiply), form)
    assert len(back.submissions) == 146
