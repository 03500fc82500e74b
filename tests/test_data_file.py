"""More than 200 units: the lines of `Dữ liệu` stand in a file beside the workbook."""

from __future__ import annotations

import csv
import hashlib
import io
import shutil
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from cchc_xlsx import api
from cchc_xlsx.consolidate import Consolidation, consolidate
from cchc_xlsx.csv_text import csv_fields, unguarded
from cchc_xlsx.errors import InputError, OutputError
from cchc_xlsx.form import Form
from cchc_xlsx.form_file import load_form
from cchc_xlsx.journal import Journal
from cchc_xlsx.reader.merged import MergedWorkbook, read_merged
from cchc_xlsx.reader.merged.lines import _is_name
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.summary import write_data_file, write_summary
from cchc_xlsx.summary.lists import DATA_COLUMNS
from cchc_xlsx.template import Content, write_template
from cchc_xlsx.year import year_of
from tests.small_form import write_small_form
from tests.test_charts import consolidated
from tests.test_merged import known

UNITS = 201
NOTES = ("=1+1", "'trích dẫn", '- "gạch", đầu dòng', "@a; b", "hai dòng\ncòn đây")


class Many(NamedTuple):
    """A merge of more units than stand side by side."""

    form: Form
    merged: Consolidation
    output: Path

    @property
    def lines(self) -> Path:
        return self.output.with_name("tong-hop_du-lieu.csv")


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Many:
    folder = tmp_path_factory.mktemp("many")
    form = load_form(write_small_form(folder / "form"))
    (folder / "inbox").mkdir()
    for at in range(UNITS):
        unit = ReportingUnit(f"U{at:03}", f"Xã {at}")
        # One in ten has held more than it planned, which is an error.
        entries: dict[str, float | str] = {"A1": 10 + at, "A2": 999 if at % 10 == 5 else 5}
        content = Content(
            form, form.period("2025-H1"), unit, entries | {"A4": 72.45},
            {"A1": NOTES[at % len(NOTES)]},
        )  # fmt: skip
        write_template(content, folder / "inbox" / f"{unit.code}.xlsx")
    output = folder / "tong-hop.xlsx"
    return Many(form, api.merge([folder / "inbox"], output, form=folder / "form"), output)


def read_back(output: Path, form: Form) -> MergedWorkbook:
    found = read_merged(output.read_bytes(), output.name, form, output.parent)
    assert found
    return found


def moved(many: Many, folder: Path) -> Path:
    """The workbook and its file in another folder."""
    shutil.copy(many.lines, folder)
    return Path(shutil.copy(many.output, folder))


# --- what is written ------------------------------------------------------------------------------


def test_the_file_has_a_line_for_each_figure(many: Many) -> None:
    with many.lines.open(encoding="utf-8-sig", newline="") as file:
        heading, *lines = csv.reader(file)
    assert heading == [column.heading for column in DATA_COLUMNS]
    expected = many.merged.lines()
    assert [[*map(unguarded, (*line[:3], *line[6:]))] for line in lines] == [
        [each.unit, each.period, each.code, each.note, each.file, each.cell, "", ""]
        for each in expected
    ]
    assert [float(line[5]) for line in lines] == [each.value for each in expected]
    assert not any(field.startswith(("=", "-", "@")) for line in lines for field in line)


def test_the_sheet_names_the_file(many: Many) -> None:
    sheet = load_workbook(many.output)["Dữ liệu"]
    name, lines, sha256 = (cell.value for cell in sheet[4][:3])
    assert name == many.lines.name
    assert lines == len(many.merged.lines())
    assert sha256 == hashlib.sha256(many.lines.read_bytes()).hexdigest()
    assert sheet["A4"].hyperlink
    assert sheet["A4"].hyperlink.target == many.lines.name
    assert sheet.max_row == 4


def test_totals_lead_to_the_units(many: Many) -> None:
    book = load_workbook(many.output)
    rows = {str(row[0].value): row for row in book["Tổng hợp"].iter_rows(min_row=8)}
    code, total = rows["A1"][0], rows["A1"][5]
    for cell in (code, total):
        assert cell.hyperlink
        assert cell.hyperlink.location == f"'Theo cơ quan'!$C$7:$C${6 + UNITS}"
    assert rows["A"][0].hyperlink is None
    told = [str(row[0].value) for row in rows.values()]
    assert any(text.endswith("ở trang Theo cơ quan.") for text in told)
    units = book["Theo cơ quan"]
    assert [units[f"C{7 + at}"].value for at in (0, UNITS - 1)] == [10, 10 + UNITS - 1]
    assert units["C12"].hyperlink  # U005 has an error
    assert str(units["C12"].hyperlink.location).startswith("'Vấn đề'!A")


def test_the_same_figures_give_the_same_bytes(many: Many, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        beside = write_data_file(many.merged, tmp_path / name / "x.csv", "x.csv")
        write_summary(many.merged, tmp_path / name / "x.xlsx", Journal(), beside)
    for file in ("x.csv", "x.xlsx"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


# --- what it replaces -----------------------------------------------------------------------------


def test_an_existing_file_is_refused(many: Many, tmp_path: Path) -> None:
    output, lines = tmp_path / "x.xlsx", tmp_path / "x_du-lieu.csv"
    lines.write_text("của người khác", encoding="utf-8")
    inbox, form = many.output.parent / "inbox", many.output.parent / "form"
    with pytest.raises(OutputError, match=r"x_du-lieu\.csv.*--force"):
        api.merge([inbox], output, form=form)
    assert lines.read_text("utf-8") == "của người khác"
    assert not output.exists()
    merged = api.merge([inbox], output, form=form, force=True)
    back = read_back(output, many.form)
    assert [known(each) for each in back.submissions] == list(map(known, merged.submissions))
    assert not list(tmp_path.glob(".*"))


def test_it_takes_the_place_of_no_input(many: Many, tmp_path: Path) -> None:
    roster = tmp_path / "x_du-lieu.csv"
    roster.write_text("Mã định danh,Tên cơ quan\nU000,Xã 0\n", encoding="utf-8")
    inbox, form = many.output.parent / "inbox", many.output.parent / "form"
    with pytest.raises(OutputError, match="tệp đầu vào"):
        api.merge([inbox], tmp_path / "x.xlsx", form=form, roster=roster, force=True)
    assert roster.read_text("utf-8").startswith("Mã định danh")


# --- read back ------------------------------------------------------------------------------------


def test_the_submissions_come_back_as_they_were(many: Many, tmp_path: Path) -> None:
    back = read_back(moved(many, tmp_path), many.form)
    assert [known(each) for each in back.submissions] == list(map(known, many.merged.submissions))
    assert {each.notes["A1"] for each in back.submissions} == set(NOTES)
    assert (back.findings, back.divergences) == ((), ())


def test_parts_of_rolled_up_figures_come_back(many: Many, tmp_path: Path) -> None:
    parts = {"A3": (13.0, 18.0, 2.0), "A1": (10.0, 2.0)}
    first, *others = many.merged.batch.readings
    rolled_up = replace(first, submission=replace(first.submission, parts=parts))
    batch = replace(many.merged.batch, readings=(rolled_up, *others))
    again = consolidate(batch, many.merged.period)
    beside = write_data_file(again, tmp_path / "a.csv", "a.csv")
    write_summary(again, tmp_path / "a.xlsx", Journal(), beside)
    assert read_back(tmp_path / "a.xlsx", many.form).submissions[0].parts == parts


def test_a_missing_file_is_told(many: Many, tmp_path: Path) -> None:
    back = read_back(Path(shutil.copy(many.output, tmp_path)), many.form)
    assert back.is_unusable
    (finding,) = back.findings
    assert finding.rule == "W20"
    assert "không thấy tệp đó trong cùng thư mục" in finding.message
    assert "Chép tệp «tong-hop_du-lieu.csv» vào cùng thư mục" in finding.hint


def test_a_changed_file_is_told(many: Many, tmp_path: Path) -> None:
    output = moved(many, tmp_path)
    lines = tmp_path / many.lines.name
    lines.write_bytes(lines.read_bytes().replace(b",10,", b",11,", 1))
    (finding,) = read_back(output, many.form).findings
    assert "đã bị sửa" in finding.message
    assert "Dùng lại tệp «tong-hop_du-lieu.csv» ban đầu" in finding.hint


def test_commands_say_what_is_missing(many: Many, tmp_path: Path) -> None:
    form, alone = many.output.parent / "form", Path(shutil.copy(many.output, tmp_path))
    inbox = many.output.parent / "inbox"
    with pytest.raises(InputError, match="không thấy tệp đó trong cùng thư mục"):
        api.check([inbox / "U000.xlsx"], form=form, previous=alone)
    compared = api.compare(many.output, many.output, form=form)
    assert not compared.changes
    assert not compared.findings


def test_corrections_are_read_without_the_file(many: Many, tmp_path: Path) -> None:
    """They stand in the workbook; figures are those of the reports."""
    output = Path(shutil.copy(many.output, tmp_path))
    book = load_workbook(output)
    sheet = book["Điều chỉnh"]
    row: tuple[str | int, ...] = ("U000", "A1", 10, 12, "đếm lại", "N.V.A")
    for column, content in zip("ADFGHI", row, strict=True):
        sheet[f"{column}4"] = content
    book.save(output)
    inbox, form = many.output.parent / "inbox", many.output.parent / "form"
    merged = api.merge([inbox], output, form=form, adjust=output, force=True)
    assert merged.submissions[0].fill.values["A1"] == 12
    back = read_back(output, many.form)
    assert back.submissions[0].fill.values["A1"] == 12


# --- a year ---------------------------------------------------------------------------------------


def test_the_figures_of_a_year_are_values(many: Many, tmp_path: Path) -> None:
    names = {f"U{at:03}": f"Xã {at}" for at in range(UNITS)}
    halves = [
        consolidated(many.form, {code: {"A1": figure} for code in names}, names)
        for figure in (10, 20)
    ]
    second = many.form.period("2025-H2")
    readings = [*halves[0].batch.readings]
    for each in halves[1].batch.readings:
        submission = replace(each.submission, period=second, file=f"h2/{each.submission.file}")
        readings.append(replace(each, submission=submission))
    batch = replace(halves[0].batch, readings=tuple(readings), year=2025)
    merged = consolidate(batch, year_of(many.form, 2025))
    beside = write_data_file(merged, tmp_path / "x_du-lieu.csv", "x_du-lieu.csv")
    write_summary(merged, tmp_path / "x.xlsx", Journal(), beside)
    sheet = load_workbook(tmp_path / "x.xlsx")["Theo cơ quan"]
    assert sheet["C7"].value == 30
    assert "ghi bằng giá trị" in str(sheet["A2"].value)
    assert "x_du-lieu.csv" in str(sheet["A2"].value)
    back = read_back(tmp_path / "x.xlsx", many.form)
    assert back.year == 2025
    assert len(back.submissions) == 2 * UNITS
    assert {each.fill.values["A1"] for each in back.submissions} == {10, 20}


# --- names and fields -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["../a.csv", "a/b.csv", "b\\a.csv", "C:a.csv", "", "..", "a.xlsx"])
def test_no_file_of_another_folder_is_opened(name: str) -> None:
    assert not _is_name(name)


def test_a_plain_name_is_one() -> None:
    assert _is_name("tổng hợp 2022_du-lieu.csv")


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))))
def test_fields_come_back(texts: list[str]) -> None:
    (fields,) = csv.reader(io.StringIO(csv_fields("a", *texts), newline=""))
    assert list(map(unguarded, fields)) == ["a", *texts]
