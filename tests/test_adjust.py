"""Corrections by the coordinator: the typed row beside what becomes of it, and its trace."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from cchc_xlsx import api, checks
from cchc_xlsx.adjustments import HEADINGS, Row, Table, adjusted, read_rows
from cchc_xlsx.batch import Batch
from cchc_xlsx.consolidate import Consolidation, consolidate
from cchc_xlsx.errors import InputError, OutputError
from cchc_xlsx.figures import Fill
from cchc_xlsx.finding import Finding, Severity
from cchc_xlsx.form import Form
from cchc_xlsx.form_file import load_form
from cchc_xlsx.json_output import merge_document
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.submission import Reading, Submission
from cchc_xlsx.template import Content, write_template
from cchc_xlsx.workbook.cells import Cell, CellKind
from tests.command import run
from tests.office import recalculate, stored_values
from tests.small_form import write_small_form

WHO = "Nguyễn Văn A"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the small form."""
    return write_small_form(tmp_path_factory.mktemp("form") / "form")


@pytest.fixture
def inbox(small: Path, tmp_path: Path) -> Path:
    """A folder with the workbooks of two units."""
    return filled_inbox(small, tmp_path)


def filled_inbox(small: Path, beside: Path) -> Path:
    """Two units' workbooks. A2 of X02 is a figure that nobody can read."""
    folder = beside / "inbox"
    folder.mkdir()
    write(small, folder, "X01", {"A1": 10, "A2": 5, "A4": 72.5, "B1": 1, "B2": 1, "B3": 1})
    write(small, folder, "X02", {"A1": 20, "A2": "khoảng 6", "A4": 80, "B1": 0, "B2": 2})
    return folder


def write(
    small: Path,
    folder: Path,
    unit: str,
    entries: Mapping[str, float | str],
    period: str = "2025-H1",
) -> None:
    form = load_form(small)
    office = ReportingUnit(unit, f"Xã {unit}")
    content = Content(form, form.period(period), office, entries)
    write_template(content, folder / f"{unit}_{period}.xlsx")


@pytest.fixture(scope="module")
def form(small: Path) -> Form:
    """The small form, in the place of the one that all other tests share."""
    return load_form(small)


@pytest.fixture(scope="module")
def readings(small: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Reading, ...]:
    """What the two units sent."""
    return api.check([filled_inbox(small, tmp_path_factory.mktemp("inbox"))], form=small).readings


def typed_in(*lines: str) -> Table:
    """The table of a CSV file with these lines."""
    rows = read_rows("\n".join([";".join(HEADINGS), *lines]).encode(), True)
    assert not isinstance(rows, str)
    return Table("dieu-chinh.csv", rows)


def table(folder: Path, *rows: Sequence[str]) -> Path:
    """A CSV file with these corrections."""
    file = folder / "dieu-chinh.csv"
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream, delimiter=";").writerows([HEADINGS, *rows])
    return file


def merge(small: Path, inbox: Path, adjust: Path, output: Path | None = None) -> Consolidation:
    return api.merge([inbox], output, form=small, adjust=adjust, force=True)


def of_rule(merged: Consolidation, rule: str) -> list[Finding]:
    return [finding for finding in merged.batch.findings if finding.rule == rule]


def values(merged: Consolidation) -> dict[tuple[str, str], float | None]:
    return {
        (each.unit_code, code): value
        for each in merged.submissions
        for code, value in each.fill.values.items()
    }


# --- a row, and what becomes of it ----------------------------------------------------------

APPLIED = {
    "X01;A1;10;12": ("10 → 12", 12),
    "x01;A1;10;12": ("10 → 12", 12),
    "x01;A1;10;1.214": ("10 → 1214", 1214),
    "X01;A1;10 buổi;12 buổi": ("10 → 12", 12),
    "X01;A1;10;trống": ("10 → (trống)", None),
    "X01;A1;10;(trống)": ("10 → (trống)", None),
    "X01;A4;72.5;75,5%": ("72,5 → 75,5", 75.5),
    "X02;A2;;6": ("(không đọc được) → 6", 6),
    "X02;A2;(không đọc được);6": ("(không đọc được) → 6", 6),
    "X02;A2;khoảng 428;6": ("(không đọc được) → 6", 6),
    "X02;B3;;50": ("(trống) → 50", 50),
    "X02;B3;(trống);50": ("(trống) → 50", 50),
    "X01;A3;50;51": ("50 → 51", 51),
    "X01;B2;1 = Tốt;Khá": ("1 → 2", 2),
}
"""What is typed → what is told, and the figure."""


@pytest.mark.parametrize("typed", APPLIED)
def test_a_sound_row_is_applied_and_told(
    typed: str, form: Form, readings: tuple[Reading, ...]
) -> None:
    told, figure = APPLIED[typed]
    unit, code, *_ = typed.upper().split(";")
    after, (outcome,) = adjusted(form, readings, typed_in(f"{typed};gọi điện hỏi;{WHO}"))
    (reading,) = (each for each in after if each.submission.unit_code == unit)
    assert reading.submission.fill.values[code] == figure
    assert outcome.finding in reading.findings
    assert (outcome.finding.rule, outcome.finding.message) == (
        "M14",
        f"Đã điều chỉnh {code}: {told}. Lý do: «gọi điện hỏi». Người điều chỉnh: {WHO}.",
    )
    assert (outcome.finding.unit, outcome.finding.codes) == (unit, (code,))
    assert outcome.finding.cells == (reading.submission.cells[code],)


REFUSED = {
    f"X03;A1;10;12;gọi điện;{WHO}": "mã cơ quan «X03» không có tệp nào được tổng hợp",
    f";A1;10;12;gọi điện;{WHO}": "dòng chưa có mã cơ quan",
    f"X01;A9;10;12;gọi điện;{WHO}": "mã chỉ tiêu «A9» không có",
    f"X01;A;10;12;gọi điện;{WHO}": "hoặc là dòng không nhập số liệu",
    f"X01;A1;11;12;gọi điện;{WHO}": "tệp của cơ quan có 10, không phải số ghi ở cột «Số gốc»",
    f"X01;A1;;12;gọi điện;{WHO}": "tệp của cơ quan có 10",
    f"X02;B3;0;12;gọi điện;{WHO}": "tệp của cơ quan có (trống)",
    f"X02;A2;6;12;gọi điện;{WHO}": "ô trong tệp của cơ quan không đọc được",
    f"X01;A1;10,5;12;gọi điện;{WHO}": "cột «Số gốc»: Ô chứa «10,5», không phải là số nguyên",
    f"X01;A1;10;;gọi điện;{WHO}": "cột «Số mới» còn trống",
    f"X01;A1;10;khoảng 12;gọi điện;{WHO}": "cột «Số mới»: Ô chứa «khoảng 12», là số ước lượng",
    f"X01;A1;10;(không đọc được);gọi điện;{WHO}": "cột «Số mới»: Ô chứa",
    f"X01;B2;1;Rất tốt;gọi điện;{WHO}": "không phải là một trong các lựa chọn",
    f"X01;A1;10;12;;{WHO}": "cột «Lý do» còn trống",
    "X01;A1;10;12;gọi điện;": "cột «Người điều chỉnh» còn trống",
}
"""What is typed → why it is not applied."""


@pytest.mark.parametrize("typed", REFUSED)
def test_a_faulty_row_changes_nothing_and_says_why(
    typed: str, form: Form, readings: tuple[Reading, ...]
) -> None:
    after, (outcome,) = adjusted(form, readings, typed_in(typed))
    assert after == list(readings)
    finding = outcome.finding
    assert (finding.rule, finding.severity) == ("M15", Severity.ERROR)
    assert finding.message.startswith("Dòng 2 của bảng điều chỉnh (")
    assert REFUSED[typed] in finding.message
    assert finding.hint
    assert (finding.file, finding.cells) == ("dieu-chinh.csv", ("CSV!D2",))


def test_rows_that_contradict_each_other_are_all_refused(
    form: Form, readings: tuple[Reading, ...]
) -> None:
    """Also the one that goes on from the other: Số gốc is what the unit reported."""
    lines = ["X01;A1;10;12;a;b", "x01;A1;12;13;a;b", "X01;A2;5;6;a;b", "X01;A2;5;6,0;a;b"]
    same = ["X01;B1;1;0;a;b", "X01;B1;Có;Không;a;b"]
    after, outcomes = adjusted(form, readings, typed_in(*lines, *same))
    refused = [each.finding for each in outcomes if not each.adjustment]
    assert [finding.cells for finding in refused] == [("CSV!D2",), ("CSV!D3",), ("CSV!D5",)]
    for finding in refused[:2]:
        assert "có dòng khác điều chỉnh cùng số liệu này thành số khác" in finding.message
    figures = after[0].submission.fill.values
    assert (figures["A1"], figures["A2"], figures["B1"]) == (10, 6, 0)


def test_a_fault_of_the_corrected_cell_alone_is_settled(
    small: Path, inbox: Path, tmp_path: Path
) -> None:
    before = api.merge([inbox], form=small)
    assert [finding.severity for finding in of_rule(before, "G06")] == [Severity.ERROR]
    merged = merge(small, inbox, table(tmp_path, ["X02", "A2", "", "6", "gọi điện", WHO]))
    assert [finding.severity for finding in of_rule(merged, "G06")] == [Severity.INFO]
    assert before.batch.has_failed()
    assert not merged.batch.has_failed()


def test_rules_see_the_corrected_figures(small: Path, inbox: Path, tmp_path: Path) -> None:
    """K01: no more held than planned. A3 suggests 100 * A2 / A1, and stays what the unit sent."""
    rows = (["X01", "A2", "5", "12", "đếm lại", WHO], ["X02", "A2", "", "25", "hỏi lại", WHO])
    merged = merge(small, inbox, table(tmp_path, *rows))
    assert [each.unit for each in of_rule(merged, "K01") if each.unit] == ["X01", "X02"]
    assert values(merged)["X01", "A3"] == 50


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PK\x03\x04", "không phải là tệp Excel"),
        ("Mã,Tên\nX01,Xã\n".encode(), "không thấy bảng có đủ các cột Mã cơ quan, Mã chỉ tiêu"),
        ("Mã cơ quan".encode("utf-16"), "UTF-8"),
        (None, "không có tệp hoặc thư mục này"),
    ],
)
def test_a_file_without_a_table_is_the_callers_mistake(
    content: bytes | None, reason: str, small: Path, inbox: Path, tmp_path: Path
) -> None:
    file = tmp_path / ("a.xlsx" if content and content.startswith(b"PK") else "a.csv")
    if content:
        file.write_bytes(content)
    with pytest.raises(InputError, match=reason) as refusal:
        merge(small, inbox, file)
    assert str(file) in str(refusal.value)


# --- nothing changes without a trace ---------------------------------------------------------


def reading(form: Form, unit: str, figures: Mapping[str, float | None]) -> Reading:
    office, period = ReportingUnit(unit, unit), form.period("2025-H1")
    submission = Submission(file=unit, sha256="", unit=office, period=period, fill=Fill(figures))
    return Reading(submission)


def row(unit: str, code: str, old: float | None, new: float | None) -> Row:
    before, after = (
        Cell(CellKind.TEXT, "(trống)") if figure is None else Cell(CellKind.NUMBER, "", figure)
        for figure in (old, new)
    )
    return Row(2, "Điều chỉnh!G2", unit, code, before, after, "lý do", WHO)


FIGURES: Mapping[str, list[float | None]] = {
    "count": [None, 0, 1, 7, 1214],
    "percent": [None, 0, 33.33, 72.5, 100],
    "yes_no": [None, 0, 1],
    "choice": [None, 1, 2, 3],
}


def test_correcting_is_the_same_as_reporting_otherwise(form: Form) -> None:
    """Totals and findings of corrected figures are those of the same figures reported at once."""
    kinds = {each.code: each.measure.kind for each in form.inputs if each.measure}
    unit = st.fixed_dictionaries(
        {code: st.sampled_from(FIGURES[kind]) for code, kind in kinds.items()}
    )

    @settings(max_examples=60, deadline=None)
    @given(st.lists(unit, min_size=1, max_size=4), st.data())
    def check(reported: list[dict[str, float | None]], data: st.DataObject) -> None:
        wanted = [
            {
                code: data.draw(st.sampled_from([figure, *FIGURES[kinds[code]]]))
                for code, figure in figures.items()
            }
            for figures in reported
        ]
        rows = [
            row(f"X{at}", code, figures[code], new)
            for at, (figures, corrected) in enumerate(zip(reported, wanted, strict=True))
            for code, new in corrected.items()
            if new != figures[code]
        ]
        readings = [reading(form, f"X{at}", figures) for at, figures in enumerate(reported)]
        corrected, outcomes = adjusted(form, readings, Table("a.xlsx", tuple(rows)))
        at_once = [reading(form, f"X{at}", figures) for at, figures in enumerate(wanted)]
        after, expected = (
            consolidate(Batch(form, tuple(each)), None) for each in (corrected, at_once)
        )
        assert after.totals == expected.totals
        assert [list(each) for each in checks.check(form, after.batch.accepted)] == [
            list(each) for each in checks.check(form, expected.batch.accepted)
        ]
        # And the trace leads back to what was reported.
        assert all(each.adjustment for each in outcomes)
        for each, figures in zip(after.batch.accepted, reported, strict=True):
            originals = {code: each.adjusted[code].original for code in each.adjusted}
            assert {**each.fill.values, **originals} == figures

    check()


def test_figures_that_were_rolled_up_are_corrected_where_they_come_from(form: Form) -> None:
    rolled_up = reading(form, "X01", {"A1": 10})
    parts = {"A1": (10.0, 2.0)}
    rolled_up = replace(rolled_up, submission=replace(rolled_up.submission, parts=parts))
    table = Table("a.xlsx", (row("X01", "A1", 10, 12),))
    (after,), (outcome,) = adjusted(form, [rolled_up], table)
    assert "được cộng từ các cơ quan cấp dưới" in outcome.finding.message
    assert after.submission == rolled_up.submission


# --- the workbook: fill the sheet, run again ----------------------------------------------------


def fill(file: Path, *rows: Sequence[Any]) -> None:
    """Type corrections into the first empty rows of the sheet `Điều chỉnh`, as in Excel."""
    book = load_workbook(file)
    sheet = book["Điều chỉnh"]
    first = next(at for at in range(4, sheet.max_row + 1) if not sheet[f"A{at}"].value)
    for at, typed in enumerate(rows, start=first):
        for column, value in zip("ADFGHI", typed, strict=True):
            sheet[f"{column}{at}"] = value
    book.save(file)


CORRECTIONS = (("X01", "A1", 10, 12, "gõ nhầm", WHO), ("X02", "A2", None, "6", "hỏi lại", WHO))


def figure_cells(sheet: Worksheet) -> dict[tuple[str, str], Any]:
    """The units' cells of `Tổng hợp`: X01 in column H, X02 in I, the form's rows from row 8."""
    return {
        (unit, str(sheet[f"A{at}"].value)): sheet[f"{letters}{at}"]
        for letters, unit in (("H", "X01"), ("I", "X02"))
        for at in range(8, 17)
    }


def test_the_loop_of_the_coordinator(small: Path, inbox: Path, tmp_path: Path) -> None:
    """Merge, fill in the sheet, merge over the same file, and once more: nothing is typed twice."""
    output = inbox / "tong-hop.xlsx"
    api.merge([inbox], output, form=small)
    fill(output, *CORRECTIONS)
    for _ in range(2):
        merged = merge(small, inbox, output, output)
        assert merged.batch.adjusted == 2
        assert not merged.batch.has_failed()
    book = load_workbook(output)
    lines = book["Điều chỉnh"].iter_rows(min_row=4, max_row=6, values_only=True)
    assert [(line[0], *line[2:4], *line[5:]) for line in lines] == [
        ("X01", "2025-H1", "A1", 10, 12, "gõ nhầm", WHO, "Đã điều chỉnh"),
        ("X02", "2025-H1", "A2", "(không đọc được)", 6, "hỏi lại", WHO, "Đã điều chỉnh"),
        (None, None, None, None, None, None, None, None),
    ]
    cells = figure_cells(book["Tổng hợp"])
    marked = {key: cell.comment.text for key, cell in cells.items() if cell.comment}
    assert marked == {
        ("X01", "A1"): f"Số gốc 10 (đơn vị báo cáo), điều chỉnh thành 12: gõ nhầm – {WHO}",
        ("X02", "A2"): "Số gốc (không đọc được) (đơn vị báo cáo), điều chỉnh thành 6: "
        f"hỏi lại – {WHO}",
    }
    assert cells["X01", "A1"].value == 12
    blue = {key for key, cell in cells.items() if cell.font.color and cell.font.color.rgb}
    assert {key for key in blue if cells[key].font.color.rgb == "FF0B4EA2"} == set(marked)
    data = book["Dữ liệu"].iter_rows(min_row=4, values_only=True)
    originals = {(line[0], line[2]): (line[5], line[10]) for line in data if line[10]}
    assert originals == {("X01", "A1"): (12, "10"), ("X02", "A2"): (6, "(không đọc được)")}


def test_a_correction_outlives_no_new_figure(small: Path, inbox: Path, tmp_path: Path) -> None:
    """The unit sends the right figure itself: the row is refused and says what to do."""
    output = tmp_path / "tong-hop.xlsx"
    api.merge([inbox], output, form=small)
    fill(output, *CORRECTIONS)
    write(small, inbox, "X01", {"A1": 12})
    merged = merge(small, inbox, output, output)
    (finding,) = of_rule(merged, "M15")
    assert "có 12, không phải số ghi ở cột «Số gốc»" in finding.message
    assert finding.hint.startswith("Nếu cơ quan đã gửi số đúng thì xóa dòng này")
    kept = load_workbook(output)["Điều chỉnh"]
    assert [kept[f"{column}4"].value for column in "ADFG"] == ["X01", "A1", 10, 12]
    assert finding.message in str(kept["J4"].value)


def test_corrections_are_not_overwritten_unless_they_are_taken_over(
    small: Path, inbox: Path, tmp_path: Path
) -> None:
    output = tmp_path / "tong-hop.xlsx"
    api.merge([inbox], output, form=small)
    api.merge([inbox], output, form=small, force=True)
    fill(output, *CORRECTIONS)
    with pytest.raises(OutputError, match="có 2 dòng đã ghi ở trang Điều chỉnh"):
        api.merge([inbox], output, form=small, force=True)
    assert load_workbook(output)["Điều chỉnh"]["A4"].value == "X01"


def test_a_fresh_workbook_holds_no_correction(small: Path, inbox: Path, tmp_path: Path) -> None:
    output = tmp_path / "tong-hop.xlsx"
    api.merge([inbox], output, form=small)
    merged = merge(small, inbox, output, output)
    assert merged.batch.adjusting == ()
    assert not of_rule(merged, "M15") + of_rule(merged, "M16")


def test_a_figure_typed_over_is_named_and_not_used(
    small: Path, inbox: Path, tmp_path: Path
) -> None:
    """A1 of both units: that of X01 is in `Điều chỉnh` too, so only X02 wants a word."""
    output = tmp_path / "tong-hop.xlsx"
    api.merge([inbox], output, form=small)
    fill(output, CORRECTIONS[0])
    book = load_workbook(output)
    cells = figure_cells(book["Tổng hợp"])
    cells["X01", "A1"].value, cells["X02", "A1"].value = 12, 21
    book.save(output)
    merged = merge(small, inbox, output, output)
    # openpyxl writes the target of a link into a blank cell, here A2 of X02.
    (finding,) = (each for each in of_rule(merged, "M16") if each.codes == ("A1",))
    assert (finding.unit, finding.codes, finding.severity) == ("X02", ("A1",), Severity.WARNING)
    assert "X02 A1 ở trang Tổng hợp bị sửa thẳng thành 21, số liệu là 20" in finding.message
    assert (values(merged)["X01", "A1"], values(merged)["X02", "A1"]) == (12, 20)


@pytest.mark.libreoffice
def test_the_sheet_works_after_libreoffice_saved_it(
    small: Path, inbox: Path, tmp_path: Path
) -> None:
    """The same corrections are applied, and the names beside the codes are calculated."""
    output = tmp_path / "tong-hop.xlsx"
    api.merge([inbox], output, form=small)
    fill(output, *CORRECTIONS)
    (saved,) = recalculate([output], tmp_path / "saved")
    shown = stored_values(saved)
    assert [shown.get(f"Điều chỉnh!{cell}") for cell in ("B4", "E4", "B5", "E5")] == [
        "Xã X01", "Số buổi sinh hoạt theo kế hoạch", "Xã X02", "Số buổi đã tổ chức",
    ]  # fmt: skip
    plain, again = (merge(small, inbox, file) for file in (output, saved))
    assert values(again) == values(plain)
    assert again.batch.adjusted == 2
    assert not of_rule(again, "M15") + of_rule(again, "M16")


def test_of_a_year_the_period_says_which_figure(small: Path, inbox: Path, tmp_path: Path) -> None:
    """X01 sent two halves of a year: 10 and 30 meetings planned."""
    write(small, inbox, "X01", {"A1": 30}, "2025-H2")
    file = tmp_path / "dieu-chinh.csv"
    rows = [
        "X01;2025-H2;A1;30;31;a;b",
        "X01;;A2;5;6;a;b",
        "X02;;A1;20;21;a;b",
        "X02;2025-H2;A1;20;21;a;b",
    ]
    heading = ";".join((HEADINGS[0], "Kỳ", *HEADINGS[1:]))
    file.write_text("\n".join((heading, *rows)), encoding="utf-8")
    output = tmp_path / "nam.xlsx"
    merged = api.merge([inbox], output, form=small, year=2025, adjust=file)
    assert (values(merged)["X01", "A1"], values(merged)["X02", "A1"]) == (41, 21)
    several, none = of_rule(merged, "M15")
    assert "cơ quan có số liệu của nhiều kỳ (2025-H1, 2025-H2)" in several.message
    assert "«X02» không có tệp nào của kỳ 2025-H2 được tổng hợp" in none.message
    comment = figure_cells(load_workbook(output)["Tổng hợp"])["X01", "A1"].comment
    assert comment.text == (
        "Nửa cuối năm 2025: Số gốc 30 (đơn vị báo cáo), điều chỉnh thành 31: a – b"
    )
    again = api.merge([inbox], output, form=small, year=2025, adjust=output, force=True)
    assert values(again) == values(merged)
    assert not of_rule(again, "M16")


def test_json_and_the_console_tell_it(small: Path, inbox: Path, tmp_path: Path) -> None:
    file = table(
        tmp_path, ["X01", "A1", "10", "trống", "a", WHO], ["X02", "A2", "", "6", "b", WHO],
        ["X02", "A1", "1", "2", "c", WHO],
    )  # fmt: skip
    document = merge_document(merge(small, inbox, file))
    assert [each["adjusted"] for each in document["submissions"]] == [
        {"A1": {"original": 10, "corrected": None, "reason": "a", "who": WHO}},
        {"A2": {"original": None, "corrected": 6, "reason": "b", "who": WHO}},
    ]
    assert document["submissions"][0]["values"]["A1"] is None
    options = ("--form", small, "--adjust", file, "-o", tmp_path / "a.xlsx")
    printed = run("merge", inbox, *options, status=1)
    assert "Đã điều chỉnh 2 số liệu; 1 dòng điều chỉnh chưa áp dụng được, xem M15." in printed
