"""How the consolidated workbook looks, on paper too: nothing is cut, doubt is told without colour.

The pictures in `docs/images` show the rest.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from cchc_xlsx import api
from cchc_xlsx.form import Basis, Form, OverPeriods
from cchc_xlsx.form_file import load_form
from cchc_xlsx.over_periods import in_words
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.spreadsheet import Book
from cchc_xlsx.summary.plain_table import Column, FileLink, write_table
from cchc_xlsx.template import Content, write_template
from tests.small_form import write_small_form
from tests.test_charts import charts_of, consolidated, written

SAMPLES = Path(__file__).parent.parent / "samples"

UNITS = 12
"""More than stand side by side in wide columns."""


@pytest.fixture
def small_form(tmp_path: Path) -> Form:
    return load_form(write_small_form(tmp_path / "form"))


def many(form: Form, folder: Path) -> Path:
    """Units under two offices, of which the roster knows one."""
    parents = ["X000", "P2"]
    roster = tuple(ReportingUnit(f"X{at:03}", f"Xã {at}", parents[at % 2]) for at in range(UNITS))
    names = {unit.code: unit.name for unit in roster}
    figures: dict[str, dict[str, float | None]] = {code: {"A1": 200} for code in names}
    return written(consolidated(form, figures, names, roster), folder)


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("looks") / "tong-hop.xlsx"
    earlier = SAMPLES / "earlier"
    api.merge([SAMPLES / "filled"], output, roster=SAMPLES / "roster.csv", previous=earlier)
    return output


def width(sheet: Worksheet, column: str) -> float:
    """Of a column; neighbours of one width share one record."""
    for each in sheet.column_dimensions.values():
        if (each.min or 0) <= sheet[f"{column}1"].column <= (each.max or 0):
            return round(each.width)
    raise KeyError(column)


def test_only_the_columns_of_units_are_narrow(small_form: Form, tmp_path: Path) -> None:
    sheet = load_workbook(many(small_form, tmp_path))["Tổng hợp"]
    columns = {str(cell.value): cell.column_letter for cell in sheet[7] if cell.value}
    assert width(sheet, columns["X003"]) == 10
    assert width(sheet, columns["Cộng nhóm"]) == width(sheet, columns["Số đơn vị"]) == 15


def test_groups_have_the_name_of_their_office_or_say_that_they_are_one(
    small_form: Form, tmp_path: Path
) -> None:
    sheet = load_workbook(many(small_form, tmp_path))["Tổng hợp"]
    named = [above.value for above, below in zip(sheet[6], sheet[7], strict=True)
             if below.value == "Cộng nhóm"]  # fmt: skip
    assert named == ["Xã 0", "Nhóm P2"]


@pytest.mark.parametrize("units", [3, 201])
def test_no_text_runs_out_of_the_columns_that_are_printed_on_every_page(
    small_form: Form, tmp_path: Path, units: int
) -> None:
    names = {f"X{at:03}": f"Xã {at}" for at in range(units)}
    figures: dict[str, dict[str, float | None]] = {code: {"A1": 2} for code in names}
    book = load_workbook(written(consolidated(small_form, figures, names), tmp_path))
    for sheet in [book["Tổng hợp"], *(book[each] for each in ("Theo cơ quan",) if units > 200)]:
        repeated = str(sheet.print_title_cols).replace("$", "").split(":")[1]
        merged = {str(each).split(":")[0] for each in sheet.merged_cells.ranges}
        last = sheet[f"{repeated}1"].column
        room = sum(width(sheet, get_column_letter(at)) for at in range(1, last + 1))
        for row in sheet.iter_rows(max_col=last):
            for cell in row:
                if isinstance(cell.value, str) and not cell.alignment.wrap_text:
                    assert len(cell.value) < room, cell.value
                elif isinstance(cell.value, str) and cell.coordinate not in merged:
                    assert cell.border.left.style, f"{cell.value} stands alone in its column"


def test_doubt_is_told_without_colour(merged: Path) -> None:
    sheet = load_workbook(merged)["Tổng hợp"]
    rows = {str(sheet[f"A{at}"].value): at for at in range(8, sheet.max_row + 1)}
    formats = {code: sheet[f"F{rows[code]}"].number_format for code in ("I.1.1", "I.1.3")}
    doubtful = '#,##0" (?)"'
    assert formats == {
        "I.1.1": f'{doubtful};-{doubtful};{doubtful};@" (?)"',
        "I.1.3": "#,##0",
    }
    legend = [str(cell.value) for cell in sheet["A"] if "(?)" in str(cell.value)]
    assert len(legend) == 1


def test_a_list_of_cells_is_short_and_the_pointer_shows_all_of_it(merged: Path) -> None:
    sheet = load_workbook(merged)["Vấn đề"]
    told = {row[3].value: row[6] for row in sheet.iter_rows(min_row=4)}
    (cell,) = (cell for text, cell in told.items() if "TTHC đang có hiệu lực (118)" in str(text))
    assert cell.value == "Phụ lục!E59 và 2 ô nữa"
    assert cell.hyperlink
    assert cell.hyperlink.tooltip == "Phụ lục!E59, E60, E61"
    for each in told.values():
        assert each.value is None or len(str(each.value)) <= 26 or not each.hyperlink
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (8, "landscape")


def test_small_parts_of_a_bar_have_no_label(small_form: Form, tmp_path: Path) -> None:
    folder = tmp_path / "form"
    (folder / "charts.toml").write_text(
        'charts = [{ title = "Số buổi", measure = "buoi",'
        ' series = { "Kế hoạch" = "[A1]", "Đã tổ chức" = "[A2]" } }]',
        encoding="utf-8",
    )
    figures: dict[str, dict[str, float | None]] = {
        "X01": {"A1": 90, "A2": 10}, "X02": {"A1": 50, "A2": 4}, "X03": {"A1": 3, "A2": None},
    }  # fmt: skip
    file = written(consolidated(load_form(folder), figures), tmp_path)
    chart = charts_of(load_workbook(file))[0]
    hidden = [[each.idx for each in series.dLbls.dLbl] for series in chart.series]
    assert hidden == [[2], [1, 2]]


def test_numbers_keep_away_from_the_text_beside_them(tmp_path: Path) -> None:
    with Book(tmp_path / "a.xlsx") as book:
        link = FileLink("a", "a.xlsx", "", tip="hai")
        columns = (Column("Số", 9), Column("Tệp", 9))
        write_table(book, book.sheet("a"), "A", columns, [(1234.0, link)])
    sheet = load_workbook(tmp_path / "a.xlsx")["a"]
    alignment = sheet["A4"].alignment
    assert (alignment.horizontal, alignment.indent) == ("right", 1)


def test_how_a_year_is_made_names_the_answer_that_prevails(form: Form) -> None:
    assert in_words(form.by_code["I.5"]) == "có kỳ nào «Có» thì cả năm «Có»"
    assert in_words(form.by_code["I.8"]) == "có kỳ nào «Có vi phạm» thì cả năm «Có vi phạm»"
    assert in_words(form.by_code["I.1.1"]) == "lấy số của kỳ cuối"


def test_choices_of_which_none_prevails_are_those_of_the_last_period(small_form: Form) -> None:
    row = replace(small_form.by_code["B2"], basis=Basis.IN_PERIOD)
    assert row.over_periods is OverPeriods.PREVAILING
    assert row.measure
    assert row.measure.prevails is None
    assert in_words(row) == "lấy số của kỳ cuối"


def test_the_page_of_adjustments_ends_soon_after_the_last_one(merged: Path) -> None:
    sheet = load_workbook(merged)["Điều chỉnh"]
    assert sheet.print_area == "'Điều chỉnh'!$A$1:$J$18"


def test_corrected_figures_have_thousands(form: Form, tmp_path: Path) -> None:
    unit = ReportingUnit("H99.01", "Sở")
    write_template(
        Content(form, form.period("2022-Q3"), unit, {"VII.B.1.1": 5728}), tmp_path / "a.xlsx"
    )
    table = tmp_path / "dieu-chinh.csv"
    table.write_text(
        "Mã cơ quan,Mã chỉ tiêu,Số gốc,Số mới,Lý do,Người điều chỉnh\n"
        "H99.01,VII.B.1.1,5728,5733,thiếu,A\n",
        encoding="utf-8",
    )
    output = tmp_path / "tong-hop.xlsx"
    api.merge([tmp_path / "a.xlsx"], output, adjust=table)
    sheet = load_workbook(output)["Điều chỉnh"]
    assert [sheet[cell].value for cell in ("F4", "G4")] == [5728, 5733]
    assert {sheet[cell].number_format for cell in ("F4", "G4")} == {"#,##0"}
    assert sheet.print_area == "'Điều chỉnh'!$A$1:$J$19"
    # They are read back as they are.
    again = api.merge([tmp_path / "a.xlsx"], adjust=output)
    assert again.batch.adjusted == 1
