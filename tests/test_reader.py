"""What is typed in a cell, and what the reader makes of it: value and finding side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from cchc_xlsx.form import Form
from cchc_xlsx.layout import APPENDIX_SHEET, INFO_SHEET, AppendixLayout, info_row
from cchc_xlsx.reader import read
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.submission import Reading, Status
from cchc_xlsx.template import Content, write_template

UNIT = ReportingUnit("H99.01", "Sở Thử nghiệm")
Change = Callable[[Workbook], None]


@pytest.fixture(scope="module")
def issued(form: Form, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("reader") / "issued.xlsx"
    write_template(Content(form, form.period("2022-Q3"), UNIT), file)
    return file


@pytest.fixture
def changed(form: Form, issued: Path, tmp_path: Path) -> Callable[[Change], Reading]:
    """Reads the issued workbook after a change; openpyxl saves it without any stored result."""

    def read_changed(change: Change) -> Reading:
        book = load_workbook(issued)
        change(book)
        file = tmp_path / "changed.xlsx"
        book.save(file)
        return read(file.read_bytes(), file.name, form)

    return read_changed


def type_in(sheet: Worksheet, form: Form, entries: Mapping[str, Any]) -> None:
    """Type into input cells, by code."""
    for code, value in entries.items():
        sheet[f"E{AppendixLayout(form).row(code)}"] = value


def appendix(change: Callable[[Worksheet], None]) -> Change:
    return lambda book: change(book[APPENDIX_SHEET])


def typing(form: Form, entries: Mapping[str, Any]) -> Change:
    return appendix(lambda sheet: type_in(sheet, form, entries))


# code, what is typed, value, rule and severity of the finding, and a part of its message
TYPED: list[tuple[str, object, float | None, str, str]] = [
    ("I.1.1", 18, 18, "", ""),
    ("I.1.1", 0, 0, "", ""),
    ("I.1.1", None, None, "", ""),
    ("I.1.1", "   ", None, "", ""),
    ("I.1.1", "01", 1, "G10 warning", "đã hiểu là số 1"),
    ("I.1.1", "1.214", 1214, "G10 warning", "đã hiểu là số 1214"),
    ("I.1.1", "1\u00a0214", 1214, "G10 warning", "đã hiểu là số 1214"),
    ("I.1.1", "12 nhiệm vụ", 12, "G10 warning", "đã hiểu là số 12"),
    ("III.1.1", "12 TTHC", 12, "G10 warning", "đã hiểu là số 12"),
    (
        "I.1.1",
        1.214,
        None,
        "G07 error",
        "có thể là 1214 (đã gõ dấu chấm phân cách hàng nghìn) hoặc 1,214",
    ),
    (
        "I.1.1",
        2.5,
        None,
        "G07 error",
        "có thể là 2500 (đã gõ dấu chấm phân cách hàng nghìn) hoặc 2,5",
    ),
    ("I.1.1", 12.3456, None, "G06 error", "không phải là số nguyên"),
    ("I.1.1", 1e15, None, "G06 error", "lớn bất thường"),
    ("I.1.1", "1,214", None, "G06 error", "1,214"),
    ("I.1.1", "khoảng 428", None, "G06 error", "số ước lượng"),
    ("I.1.1", "x", None, "G06 error", "không phải là số"),
    ("I.1.1", True, None, "W03 error", "giá trị logic"),
    ("I.1.1", "#DIV/0!", None, "W03 error", "#DIV/0!"),
    ("I.1.1", datetime(2022, 9, 5), None, "W03 error", "ngày tháng"),
    ("I.1.1", "=12+6", 18, "W07 warning", "đã tính lại là 18"),
    ("I.1.1", "=E12+E13", None, "W03 error", "E12+E13"),  # over nothing but blanks
    ("I.1.1", "=VLOOKUP(1,A1:B9,2)", None, "W03 error", "VLOOKUP"),
    ("I.1.1", "=+12+6", 18, "W07 warning", "đã tính lại là 18"),
    ("I.1.1", "=SUM(10,8)", 18, "W07 warning", "đã tính lại là 18"),
    ("I.1.1", "=50%*10", 5, "W07 warning", "đã tính lại là 5"),
    ("I.1.1", "=4.35*100", 435, "W07 warning", "đã tính lại là 435"),
    ("I.1.1", 434.99999999999994, 435, "", ""),
    ("I.1.1", "=1.001", None, "W03 error", "1.001"),
    ("I.1.1", "=" + "(" * 900 + "1" + ")" * 900, None, "W03 error", "công thức"),
    ("I.1.1", "=5/2", None, "W03 error", "5/2"),
    ("I.1.1", "=E11", None, "W03 error", "E11"),  # refers to itself
    ("I.3.1", 72, 72, "", ""),
    ("I.3.1", 72.5, 72.5, "", ""),
    ("I.3.1", 0.72, 0.72, "", ""),  # the edit rule G08 questions it
    ("I.3.1", "72,5", 72.5, "G10 warning", "đã hiểu là số 72,5"),
    ("I.3.1", "72%", 72, "G10 warning", "đã hiểu là số 72"),
    ("I.3.1", "khoảng 70", None, "G06 error", "số ước lượng"),
    ("I.5", 1, 1, "", ""),
    ("I.5", "Có", 1, "G10 warning", "đã hiểu là 1 (Có)"),
    ("I.5", "không", 0, "G10 warning", "đã hiểu là 0"),
    ("I.5", "x", None, "G06 error", "không"),
    ("I.7.2", "Phát phiếu", 1, "G10 warning", "đã hiểu là 1 (Phát phiếu)"),
    ("I.7.2", 1.5, None, "G07 error", "1,5"),
    ("I.8", "Có vi phạm", 0, "G10 warning", "đã hiểu là 0"),
]


@pytest.mark.parametrize(("code", "typed", "value", "rule", "message"), TYPED)
def test_what_a_cell_says(
    form: Form,
    changed: Callable[[Change], Reading],
    code: str,
    typed: object,
    value: float | None,
    rule: str,
    message: str,
) -> None:
    reading = changed(typing(form, {code: typed}))
    fill = reading.submission.fill
    assert reading.submission.status is Status.ACCEPTED
    assert fill.values[code] == value
    assert [f"{each.rule} {each.severity}" for each in reading.findings] == [rule] * bool(rule)
    assert (code in fill.unreadable) == rule.endswith("error")
    for finding in reading.findings:
        assert message in finding.message
        assert finding.codes == (code,)
        assert finding.cells == (f"{APPENDIX_SHEET}!E{AppendixLayout(form).row(code)}",)
        assert finding.hint
        assert finding.file == "changed.xlsx"
        assert finding.unit == "H99.01"


def test_a_percent_format_says_what_is_shown(
    form: Form, changed: Callable[[Change], Reading]
) -> None:
    def change(sheet: Worksheet) -> None:
        cell = sheet[f"E{AppendixLayout(form).row('I.3.1')}"]
        cell.value, cell.number_format = 1.0, "0%"

    reading = changed(appendix(change))
    assert reading.submission.fill.values["I.3.1"] == 100
    assert [finding.rule for finding in reading.findings] == ["G11"]


def test_formulas_are_worked_out_again(form: Form, changed: Callable[[Change], Reading]) -> None:
    """The suggestions of the template hold no stored result here, and rest on one another."""
    reading = changed(
        typing(
            form,
            {"I.1.1": 18, "I.1.2": 13, "III.4.3.1": 100, "III.4.3.2": 2,
             "V.6.1": 1, "V.6.5.1": 2, "V.6.5.3": 3},
        )
    )  # fmt: skip
    values = reading.submission.fill.values
    assert {code: values[code] for code in ("I.1", "III.4.3", "V.6.5", "V.6", "VII.B.3")} == {
        "I.1": 72.22,
        "III.4.3": 102,
        "V.6.5": 5,
        "V.6": 6,
        "VII.B.3": None,
    }
    assert reading.findings == ()


def test_a_stored_result_is_never_trusted(form: Form, issued: Path, tmp_path: Path) -> None:
    content = Content(form, form.period("2022-Q3"), UNIT, entries={"I.1.1": 18, "I.1.2": 9})
    file = tmp_path / "stale.xlsx"
    write_template(content, file)
    book = load_workbook(file)
    book[APPENDIX_SHEET][f"E{AppendixLayout(form).row('I.1.2')}"] = 18
    book.save(file)
    assert read(file.read_bytes(), "stale.xlsx", form).submission.fill.values["I.1"] == 100


# --- the file as a whole --------------------------------------------------------------------


def other_unit_code(book: Workbook) -> None:
    book[INFO_SHEET][f"C{info_row('unit_code')}"] = "H99.02"


def odd_period(book: Workbook) -> None:
    book[INFO_SHEET][f"C{info_row('period')}"] = "quý ba"


def other_period(book: Workbook) -> None:
    book[INFO_SHEET][f"C{info_row('period')}"] = "Quý I năm 2022"


def other_form(book: Workbook) -> None:
    book[APPENDIX_SHEET]["A1"] = "cchc-xa-2025/1"


def no_appendix(book: Workbook) -> None:
    del book[APPENDIX_SHEET]


@pytest.mark.parametrize(
    ("change", "rule", "message"),
    [
        (other_unit_code, "W04", "phát hành cho «H99.01»"),
        (odd_period, "W04", "không rõ: «quý ba»"),
        (other_period, "W04", "phát hành cho kỳ «2022-Q3»"),
        (other_form, "W01", "cchc-xa-2025"),
        (no_appendix, "W01", "không chứa bảng Phụ lục"),
    ],
)
def test_what_cannot_be_used_is_rejected(
    changed: Callable[[Change], Reading], change: Change, rule: str, message: str
) -> None:
    reading = changed(change)
    (finding,) = reading.findings
    assert reading.submission.status is Status.REJECTED
    assert finding.rule == rule
    assert finding.severity == "error"
    assert message in finding.message
    assert finding.hint


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "không phải là tệp Excel"),
        (b"PK\x03\x04 broken", "không phải là tệp Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "tệp bị hỏng"),
        (b"%PDF-1.7", "không phải là tệp Excel"),
    ],
)
def test_bytes_that_are_no_workbook(form: Form, data: bytes, message: str) -> None:
    reading = read(data, "thư.xlsx", form)
    assert reading.submission.status is Status.REJECTED
    assert reading.findings[0].rule == "W05"
    assert message in reading.findings[0].message


# --- rows, notes, and what stands elsewhere -------------------------------------------------


def test_notes_are_read_for_headings_too(form: Form, changed: Callable[[Change], Reading]) -> None:
    def change(sheet: Worksheet) -> None:
        sheet[f"F{AppendixLayout(form).row('I.2')}"] = "  Kế hoạch số 28/KH-STNMT\n ngày 05/9/2022"
        sheet[f"F{AppendixLayout(form).row('I.1.1')}"] = 12

    assert changed(appendix(change)).submission.notes == {
        "I.2": "Kế hoạch số 28/KH-STNMT\nngày 05/9/2022",
        "I.1.1": "12",
    }


def test_figures_move_with_their_rows(form: Form, changed: Callable[[Change], Reading]) -> None:
    def change(sheet: Worksheet) -> None:
        type_in(sheet, form, {"I.1.1": 18, "I.1.2": 13, "VII.B.5.6": 1})
        sheet.insert_rows(AppendixLayout(form).row("I.1.2"), amount=3)

    values = changed(appendix(change)).submission.fill.values
    assert (values["I.1.1"], values["I.1.2"], values["VII.B.5.6"]) == (18, 13, 1)


def test_missing_and_doubled_rows_are_named(
    form: Form, changed: Callable[[Change], Reading]
) -> None:
    layout = AppendixLayout(form)

    def change(sheet: Worksheet) -> None:
        sheet[f"A{layout.row('I.1.2')}"] = sheet[f"C{layout.row('I.1.2')}"] = None
        sheet[f"A{layout.last_row + 3}"] = "I.1.1"
        sheet[f"E{layout.last_row + 3}"] = 7
        type_in(sheet, form, {"I.1.1": 18})

    reading = changed(appendix(change))
    said = [(finding.rule, finding.codes) for finding in reading.findings]
    assert ("W02", ("I.1.2",)) in said
    assert ("W02", ("I.1.1",)) in said
    assert "7" in next(each.message for each in reading.findings if each.codes == ("I.1.1",))
    assert reading.submission.fill.values["I.1.1"] is None
    assert "I.1.1" in reading.submission.fill.unreadable


def test_data_outside_the_inputs_is_named(form: Form, changed: Callable[[Change], Reading]) -> None:
    layout = AppendixLayout(form)
    heading, beside = f"E{layout.row('I.2')}", f"K{layout.row('I.1')}"
    below = f"C{layout.last_row + 2}"

    def change(sheet: Worksheet) -> None:
        sheet[heading], sheet[below], sheet[beside] = 5, "Ghi thêm", 9

    (finding,) = changed(appendix(change)).findings
    assert finding.rule == "W06"
    assert set(finding.cells) == {f"{APPENDIX_SHEET}!{cell}" for cell in (heading, below, beside)}
    assert "«Ghi thêm»" in finding.message


def copied_table(sheet: Worksheet) -> None:
    """Old figures pasted to the right, with their heading."""
    sheet["J7"], sheet["J11"] = "Kết quả thống kê", 99


def test_a_second_heading_does_not_lead_to_other_figures(
    form: Form, changed: Callable[[Change], Reading]
) -> None:
    def change(sheet: Worksheet) -> None:
        type_in(sheet, form, {"I.1.1": 18})
        copied_table(sheet)

    reading = changed(appendix(change))
    assert reading.submission.fill.values["I.1.1"] == 18
    assert [finding.cells for finding in reading.findings] == [("Phụ lục!J11",)]


def test_exchanged_codes_are_named(form: Form, changed: Callable[[Change], Reading]) -> None:
    """I.2.3 and IV.6.3 have one label and one unit: only the order gives them away."""
    layout = AppendixLayout(form)

    def change(sheet: Worksheet) -> None:
        sheet[f"A{layout.row('I.2.3')}"], sheet[f"A{layout.row('IV.6.3')}"] = "IV.6.3", "I.2.3"

    (finding,) = changed(appendix(change)).findings
    assert finding.rule == "W02"
    assert set(finding.codes) == {"I.2.3", "IV.6.3"}


def test_without_codes_rows_are_known_by_their_texts(
    form: Form, changed: Callable[[Change], Reading]
) -> None:
    """I.2.3 and IV.6.3 have one label and one unit: their place among the others tells them."""
    entries = {"I.1.1": 18, "I.2.3": 5, "IV.6.3": 7, "VII.B.5.6": 1}

    def change(sheet: Worksheet) -> None:
        type_in(sheet, form, entries)
        sheet.delete_cols(1)

    reading = changed(appendix(change))
    values = reading.submission.fill.values
    assert {code: values[code] for code in entries} == entries
    assert reading.submission.cells["I.1.1"] == "Phụ lục!D11"
    said = {finding.rule for finding in reading.findings}
    assert "W12" in said


def test_sorted_rows_without_codes_that_look_alike_are_not_guessed(
    form: Form, changed: Callable[[Change], Reading]
) -> None:
    layout = AppendixLayout(form)

    def change(sheet: Worksheet) -> None:
        type_in(sheet, form, {"I.1.1": 18, "I.1.2": 13, "I.2.3": 5, "IV.6.3": 7})
        first, second = layout.row("I.1.1"), layout.row("I.1.2")
        for column in "BCDEF":
            one, other = sheet[f"{column}{first}"], sheet[f"{column}{second}"]
            one.value, other.value = other.value, one.value
        sheet.delete_cols(1)

    reading = changed(appendix(change))
    values = reading.submission.fill.values
    assert [values[code] for code in ("I.1.1", "I.1.2")] == [18, 13]
    assert [values[code] for code in ("I.2.3", "IV.6.3")] == [None, None]
    (stray,) = (each for each in reading.findings if each.rule == "W06" and "«5»" in each.message)
    assert "«7»" in stray.message


def test_edited_twins_that_changed_places_are_not_guessed(
    form: Form, changed: Callable[[Change], Reading]
) -> None:
    """Each label is likelier the other's: nothing says that the rows are still in order."""
    first, second = (AppendixLayout(form).row(code) for code in ("V.6.2", "V.6.3"))

    def change(sheet: Worksheet) -> None:
        sheet[f"E{first}"], sheet[f"E{second}"] = 40001, 40002
        one, other = sheet[f"C{first}"].value, sheet[f"C{second}"].value
        sheet[f"C{first}"], sheet[f"C{second}"] = f"{other} (x)", f"{one} (y)"
        sheet.delete_cols(1)

    reading = changed(appendix(change))
    assert [reading.submission.fill.values[code] for code in ("V.6.2", "V.6.3")] == [None, None]
    assert all(
        token in " ".join(finding.message for finding in reading.findings)
        for token in ("40001", "40002")
    )


def test_a_formula_where_an_answer_belongs_is_refused(changed: Callable[[Change], Reading]) -> None:
    def change(book: Workbook) -> None:
        book[INFO_SHEET][f"C{info_row('report_number')}"] = '="27"&"4/BC"'

    (finding,) = changed(change).findings
    assert (finding.rule, finding.cells) == ("H06", (f"Thông tin!C{info_row('report_number')}",))


def test_formulas_typed_over_our_sheets_are_named(changed: Callable[[Change], Reading]) -> None:
    places = {"Hướng dẫn": "A5", "Kiểm tra": "B9", "_cchc": "D2", APPENDIX_SHEET: "G30"}

    def change(book: Workbook) -> None:
        for number, (sheet, cell) in enumerate(places.items(), start=50001):
            book[sheet][cell] = f"={number}+1"
        book[APPENDIX_SHEET]["A4"] = "họp 50005/2022"

    said = " ".join(finding.message for finding in changed(change).findings)
    assert {number for number in range(50001, 50006) if str(number) not in said} == set()


def test_a_lost_heading_is_found_by_what_stands_beside(
    form: Form, changed: Callable[[Change], Reading]
) -> None:
    def change(sheet: Worksheet) -> None:
        type_in(sheet, form, {"I.1.1": 18})
        sheet["E7"] = None
        sheet.delete_cols(1)

    assert changed(appendix(change)).submission.fill.values["I.1.1"] == 18


def test_without_the_column_of_figures_it_is_rejected(
    changed: Callable[[Change], Reading],
) -> None:
    reading = changed(appendix(lambda sheet: sheet.delete_cols(5)))
    assert reading.submission.status is Status.REJECTED
    assert "Mất cột «Kết quả thống kê»" in reading.findings[0].message


def test_a_lost_unit_code_is_that_of_the_office_it_was_issued_to(
    form: Form,
    changed: Callable[[Change], Reading],
) -> None:
    def change(book: Workbook) -> None:
        del book[INFO_SHEET]

    reading = changed(change)
    assert reading.submission.status is Status.ACCEPTED
    assert reading.submission.unit_code == "H99.01"
    assert reading.submission.period == form.period("2022-Q3")
    assert "W14" in {finding.rule for finding in reading.findings}


def test_figures_of_a_rejected_workbook_are_kept(
    form: Form, changed: Callable[[Change], Reading]
) -> None:
    def change(book: Workbook) -> None:
        type_in(book[APPENDIX_SHEET], form, {"I.1.1": 18})
        other_period(book)

    reading = changed(change)
    assert reading.submission.status is Status.REJECTED
    assert reading.submission.fill.values["I.1.1"] == 18


def test_a_number_alone_in_a_note_is_named(
    form: Form, changed: Callable[[Change], Reading]
) -> None:
    row = AppendixLayout(form).row("I.1.1")

    def change(sheet: Worksheet) -> None:
        sheet[f"F{row}"] = 18

    (finding,) = changed(appendix(change)).findings
    assert finding.rule == "W13"
    assert f"Phụ lục!F{row} «18»" in finding.message


def test_notes_are_read_as_they_are_shown(form: Form, changed: Callable[[Change], Reading]) -> None:
    first = AppendixLayout(form).row("I.1.1")

    def change(sheet: Worksheet) -> None:
        type_in(sheet, form, {"I.1.1": 18, "I.1.2": 13})
        sheet[f"F{first}"], sheet[f"F{first + 1}"] = 0.5, 2.5
        sheet[f"F{first}"].number_format = "0%"

    assert changed(appendix(change)).submission.notes == {"I.1.1": "50%", "I.1.2": "2,5"}


def test_a_formula_for_a_note_and_an_edited_heading_are_named(
    changed: Callable[[Change], Reading],
) -> None:
    def change(sheet: Worksheet) -> None:
        sheet["F11"], sheet["E7"] = '="Theo QĐ "&E13', "Kết quả (nghìn)"

    said = {finding.rule: finding.message for finding in changed(appendix(change)).findings}
    assert 'Phụ lục!F11 «="Theo QĐ "&E13»' in said["W17"]
    assert "«Kết quả (nghìn)»" in said["W10"]


def test_comments_and_texts_over_locked_sheets_are_named(
    changed: Callable[[Change], Reading],
) -> None:
    def change(book: Workbook) -> None:
        book[APPENDIX_SHEET]["E11"].comment = Comment("Số này tạm tính", "ai đó")
        book["Kiểm tra"]["E9"] = "Đơn vị đã xem"
        book["Hướng dẫn"]["A5"] = "Liên hệ phòng Tổng hợp"

    said = " ".join(finding.message for finding in changed(change).findings)
    assert "Phụ lục!E11 «Số này tạm tính»" in said
    assert "Kiểm tra!E9 «Đơn vị đã xem»" in said
    assert "Hướng dẫn!A5 «Liên hệ phòng Tổng hợp»" in said


def test_a_merged_input_is_named(form: Form, changed: Callable[[Change], Reading]) -> None:
    first, last = (AppendixLayout(form).row(code) for code in ("I.3.2", "I.3.3"))
    reading = changed(appendix(lambda sheet: sheet.merge_cells(f"E{first}:E{last}")))
    assert [(each.rule, each.codes) for each in reading.findings] == [("W11", ("I.3.2", "I.3.3"))]


def test_a_second_appendix_with_other_figures(
    form: Form, changed: Callable[[Change], Reading]
) -> None:
    def change(book: Workbook) -> None:
        copy = book.copy_worksheet(book[APPENDIX_SHEET])
        copy.title = "Bản cũ"
        type_in(book[APPENDIX_SHEET], form, {"I.1.1": 18})
        type_in(copy, form, {"I.1.1": 99})

    reading = changed(change)
    assert reading.submission.status is Status.REJECTED
    assert "Phụ lục!E11 «18» và Bản cũ!E11 «99»" in reading.findings[0].message


def test_a_date_in_a_note_stays_a_date(form: Form, changed: Callable[[Change], Reading]) -> None:
    def change(sheet: Worksheet) -> None:
        cell = sheet[f"F{AppendixLayout(form).row('I.2')}"]
        cell.value, cell.number_format = datetime(2022, 9, 5), "dd/mm/yyyy"

    assert changed(appendix(change)).submission.notes == {"I.2": "05/9/2022"}


def test_a_lost_hidden_sheet_is_named(changed: Callable[[Change], Reading]) -> None:
    def change(book: Workbook) -> None:
        del book["_cchc"]

    reading = changed(change)
    assert reading.submission.status is Status.ACCEPTED
    assert [finding.rule for finding in reading.findings] == ["W08"]
