"""The locked workbook, as openpyxl finds it in the file."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from cchc_xlsx.excel_limits import LONGEST_PROMPT, LONGEST_PROMPT_TITLE
from cchc_xlsx.form import Form, Kind
from cchc_xlsx.layout import (
    APPENDIX_SHEET,
    CHECKS_SHEET,
    GUIDE_SHEET,
    HIDDEN_SHEET,
    INFO_SHEET,
    LABEL,
    NOTE,
    PREVIOUS_COPY,
    STATE,
    STATUS,
    VALUE,
    AppendixLayout,
    ChecksLayout,
    info_row,
)
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.template import Content, write_template

UNIT = ReportingUnit("H99.01", "Sở Thử nghiệm")


@pytest.fixture(scope="module")
def blank_file(form: Form, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "blank.xlsx"
    write_template(Content(form, form.period("2022-Q3")), file)
    return file


@pytest.fixture(scope="module")
def blank(blank_file: Path) -> Workbook:
    return load_workbook(blank_file)


@pytest.fixture(scope="module")
def issued(form: Form, tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    """The workbook of a unit of the roster: office and period filled in and locked."""
    file = tmp_path_factory.mktemp("template") / "issued.xlsx"
    write_template(Content(form, form.period("2022-Q3"), UNIT), file, password="bí mật")
    return load_workbook(file)


def validations(sheet: Worksheet) -> dict[str, DataValidation]:
    """The data validation of each cell."""
    return {
        f"{column}{row}": validation
        for validation in sheet.data_validations.dataValidation
        for cells in validation.sqref.ranges
        for row, column in [(cells.min_row, "ABCDEFGH"[cells.min_col - 1])]
    }


def unlocked(sheet: Worksheet) -> set[str]:
    """The addresses of all unlocked cells."""
    return {
        cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked
    }


# --- sheets and locks -----------------------------------------------------------------------


def test_sheets_are_those_of_the_contract(blank: Workbook) -> None:
    states = {sheet.title: sheet.sheet_state for sheet in blank.worksheets}
    assert states == {
        INFO_SHEET: "visible",
        APPENDIX_SHEET: "visible",
        CHECKS_SHEET: "visible",
        GUIDE_SHEET: "visible",
        HIDDEN_SHEET: "veryHidden",
    }


def test_every_sheet_and_the_structure_are_locked(blank: Workbook, issued: Workbook) -> None:
    for book, has_password in ((blank, False), (issued, True)):
        assert book.security is not None
        assert book.security.lockStructure
        for sheet in book.worksheets:
            protection = sheet.protection
            assert protection.sheet, sheet.title
            assert (protection.password is not None) is has_password
            # False means that the action is not forbidden.
            assert not protection.formatRows
            assert not protection.autoFilter
            assert protection.insertRows
            assert protection.deleteRows
            assert protection.formatCells


def test_only_inputs_and_notes_are_unlocked(form: Form, blank: Workbook) -> None:
    layout = AppendixLayout(form)
    inputs = {f"{VALUE}{layout.row(row.code)}" for row in form.inputs}
    notes = {f"{NOTE}{layout.row(row.code)}" for row in form.indicators}
    assert unlocked(blank[APPENDIX_SHEET]) == inputs | notes
    assert len(inputs) == 153
    for sheet in (CHECKS_SHEET, GUIDE_SHEET, HIDDEN_SHEET):
        assert unlocked(blank[sheet]) == set()


def test_office_and_period_are_locked_once_issued(blank: Workbook, issued: Workbook) -> None:
    given = {f"C{info_row(key)}" for key in ("unit_code", "unit_name", "period")}
    assert given <= unlocked(blank[INFO_SHEET])
    assert not given & unlocked(issued[INFO_SHEET])
    assert unlocked(blank[INFO_SHEET]) - given == unlocked(issued[INFO_SHEET])
    assert issued[INFO_SHEET][f"C{info_row('unit_code')}"].value == "H99.01"
    assert issued[INFO_SHEET][f"C{info_row('period')}"].value == "Quý III năm 2022"


# --- data validation ------------------------------------------------------------------------


def test_every_input_is_validated_by_its_unit_of_measure(form: Form, blank: Workbook) -> None:
    layout = AppendixLayout(form)
    found = validations(blank[APPENDIX_SHEET])
    assert set(found) == {f"{VALUE}{layout.row(row.code)}" for row in form.inputs}
    for row in form.inputs:
        assert row.measure is not None
        rule = found[f"{VALUE}{layout.row(row.code)}"]
        bounds = (rule.type, rule.operator, rule.formula1, rule.formula2)
        match row.measure.kind:
            case Kind.COUNT:
                assert bounds == ("whole", "greaterThanOrEqual", "0", None), row.code
            case Kind.PERCENT:
                assert bounds == ("decimal", None, "0", "100"), row.code  # None means between
            case Kind.YES_NO | Kind.CHOICE:
                codes = ",".join(str(code) for code in row.measure.choices)
                assert bounds[0] == "list"
                assert bounds[2] == f'"{codes}"', row.code
        assert rule.errorStyle in (None, "stop")
        assert rule.showErrorMessage
        assert rule.showInputMessage
        assert rule.allowBlank


def test_prompts_name_the_unit_and_show_an_example(form: Form, blank: Workbook) -> None:
    layout = AppendixLayout(form)
    found = validations(blank[APPENDIX_SHEET])
    for row in form.inputs:
        assert row.measure is not None
        rule = found[f"{VALUE}{layout.row(row.code)}"]
        assert f"Ví dụ: {row.measure.example}" in str(rule.prompt)
        assert f"Ví dụ: {row.measure.example}" in str(rule.error)
        assert row.measure.noun in str(rule.error)
        for meaning in row.measure.choices.values():
            assert meaning in str(rule.prompt)
        assert len(str(rule.prompt)) <= LONGEST_PROMPT
        assert len(str(rule.error)) <= LONGEST_PROMPT
        assert len(str(rule.promptTitle)) <= LONGEST_PROMPT_TITLE
        assert len(str(rule.errorTitle)) <= LONGEST_PROMPT_TITLE


def test_period_and_date_are_validated(blank: Workbook) -> None:
    found = validations(blank[INFO_SHEET])
    period = found[f"C{info_row('period')}"]
    assert period.type == "list"
    assert period.formula1 == '"Quý I năm 2022,6 tháng đầu năm 2022,Quý III năm 2022,Năm 2022"'
    for key, least, most in (("report_day", 1, 31), ("report_month", 1, 12)):
        rule = found[f"C{info_row(key)}"]
        assert (rule.type, rule.formula1, rule.formula2) == ("whole", str(least), str(most))


# --- formulas -------------------------------------------------------------------------------

ALLOWED = """
    SUM IF AND OR NOT ROUND ABS MIN MAX MOD ISNUMBER ISBLANK COUNT COUNTA COUNTBLANK COUNTIF
    COUNTIFS SUMIFS IFERROR INDEX MATCH SUMPRODUCT SUBTOTAL HYPERLINK
"""


def formulas(book: Workbook) -> dict[str, str]:
    return {
        f"{sheet.title}!{cell.coordinate}": cell.value
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and cell.value.startswith("=")
    }


def test_only_functions_that_work_everywhere(blank: Workbook) -> None:
    for cell, formula in formulas(blank).items():
        without_texts = re.sub(r'"[^"]*"', "", formula)
        used = set(re.findall(r"([A-Z][A-Z0-9.]*)\(", without_texts))
        assert used <= set(ALLOWED.split()), f"{cell}: {used}"
        assert len(formula) <= 8192, cell


def test_defining_formulas_are_suggested_in_unlocked_cells(form: Form, blank: Workbook) -> None:
    layout = AppendixLayout(form)
    suggested = {
        row.code
        for row in form.inputs
        if str(blank[APPENDIX_SHEET][f"{VALUE}{layout.row(row.code)}"].value or "").startswith("=")
    }
    assert suggested == {"I.1", "III.4.3", "V.6", "V.6.5", "VII.B.3"}


def test_each_input_has_a_status_and_a_hidden_state(form: Form, blank: Workbook) -> None:
    sheet, layout = blank[APPENDIX_SHEET], AppendixLayout(form)
    for row in form.inputs:
        at = layout.row(row.code)
        assert str(sheet[f"{STATUS}{at}"].value).startswith("=IF(")
        assert str(sheet[f"{STATE}{at}"].value).startswith("=IF(COUNTBLANK(")
    # openpyxl lists neighbouring columns of one width under the first of them.
    hidden = sheet.column_dimensions[PREVIOUS_COPY]
    assert hidden.hidden
    assert (hidden.min, hidden.max) == (23, 26)
    assert sheet.column_dimensions["A"].hidden


def test_no_formula_names_an_input_cell(blank: Workbook) -> None:
    """Cutting and pasting between inputs takes along every formula that names one of them."""
    address = r"\$?[A-Z]+\$?\d+"
    inputs = unlocked(blank[APPENDIX_SHEET])
    for cell, formula in formulas(blank).items():
        single = re.sub(f"{address}:{address}", "", formula)
        on_other_sheets = re.findall(f"'{APPENDIX_SHEET}'!({address})", single)
        on_this = re.findall(address, re.sub(f"'[^']+'!{address}", "", single))
        named = [*on_other_sheets, *(on_this if cell.startswith(APPENDIX_SHEET) else [])]
        assert not {each.replace("$", "") for each in named} & inputs, cell


def test_every_rule_has_a_line_with_a_link_to_its_cell(form: Form, blank: Workbook) -> None:
    sheet, layout, appendix = blank[CHECKS_SHEET], ChecksLayout(form), AppendixLayout(form)
    for position, rule in enumerate(form.rules):
        at = layout.row(position)
        target = f"{VALUE}{appendix.row(rule.codes[0])}"
        assert sheet[f"A{at}"].value == rule.id
        link = sheet[f"D{at}"].hyperlink
        assert link is not None
        assert link.location == f"'{APPENDIX_SHEET}'!{target}"
    assert layout.last_row == sheet.max_row


# --- the page -------------------------------------------------------------------------------


def test_the_appendix_prints_on_a4_portrait_one_page_wide(form: Form, blank: Workbook) -> None:
    sheet, last = blank[APPENDIX_SHEET], AppendixLayout(form).last_row
    assert sheet.page_setup.paperSize == 9
    assert sheet.page_setup.orientation in (None, "default", "portrait")
    assert sheet.page_setup.fitToWidth in (None, 1)
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.print_title_rows == "$7:$8"
    assert sheet.print_area == f"'{APPENDIX_SHEET}'!$B$1:$F${last}"
    assert sheet.oddHeader is not None
    assert "&P" in str(sheet.oddHeader.center.text)


def test_rows_are_high_enough_for_their_labels(form: Form, blank: Workbook) -> None:
    sheet, layout = blank[APPENDIX_SHEET], AppendixLayout(form)
    for row in form.indicators:
        height = sheet.row_dimensions[layout.row(row.code)].height
        lines = len(row.label) / (sheet.column_dimensions[LABEL].width * 1.3)
        assert height >= 16 * lines, row.code


def test_labels_and_units_are_the_forms(form: Form, blank: Workbook) -> None:
    sheet, layout = blank[APPENDIX_SHEET], AppendixLayout(form)
    for row in form.indicators:
        at = layout.row(row.code)
        printed = [sheet[f"{column}{at}"].value or "" for column in "ABCD"]
        assert printed == [row.code, row.stt, row.label, row.printed_unit]


def test_no_part_of_the_file_says_more_than_it_should(blank_file: Path) -> None:
    with zipfile.ZipFile(blank_file) as archive:
        names = archive.namelist()
    assert not [name for name in names if "vba" in name or "externalLink" in name]
