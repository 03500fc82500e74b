"""`Biểu đồ` and `Có - Không`: what is drawn, in which order, and who is named instead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.chart.bar_chart import BarChart
from openpyxl.worksheet.worksheet import Worksheet

from cchc_xlsx import api
from cchc_xlsx.batch import Batch
from cchc_xlsx.consolidate import Consolidation, consolidate
from cchc_xlsx.figures import Fill
from cchc_xlsx.finding import Severity
from cchc_xlsx.form import Form
from cchc_xlsx.form_file import load_form
from cchc_xlsx.journal import Journal
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.submission import Reading, Status, Submission
from cchc_xlsx.summary import write_summary
from cchc_xlsx.summary.totals_layout import TotalsLayout
from tests.office import recalculate, stored_values
from tests.small_form import write_small_form
from tests.test_true_values import differences

CHARTS = """
charts = [
  { title = "Tỷ lệ thực hiện", measure = "phan_tram", series = { "Tỷ lệ" = "100 * [A2] / [A1]" } },
  { title = "Số buổi", measure = "buoi", series = { "Kế hoạch" = "[A1]", "Đã tổ chức" = "[A2]" } },
]
"""

NAMES = {"X01": "Xã Một", "X02": "Xã Hai", "X03": "Xã Ba", "X04": "Xã Bốn"}

#        plan, held, reading room, rank
FIGURES: Mapping[str, dict[str, float | None]] = {
    "X01": {"A1": 10, "A2": 4, "B1": 1, "B2": 1},
    "X02": {"A1": 40, "A2": 36, "B1": 0, "B2": 3},
    "X03": {"A1": 20, "B1": None, "B2": 7},
    "X04": {"A1": 0, "A2": 0},
}


@pytest.fixture
def form(tmp_path: Path) -> Form:
    """The small form with two charts, in which rank 3 is a bad answer."""
    folder = write_small_form(tmp_path / "form")
    (folder / "charts.toml").write_text(CHARTS, encoding="utf-8")
    head = folder / "form.toml"
    text = head.read_text("utf-8").replace('3 = "Yếu" }', '3 = "Yếu" }, adverse = [3]')
    head.write_text(text, encoding="utf-8")
    return load_form(folder)


def consolidated(
    form: Form,
    figures: Mapping[str, Mapping[str, float | None]],
    names: Mapping[str, str] = NAMES,
    roster: tuple[ReportingUnit, ...] = (),
    rejected: tuple[str, ...] = (),
) -> Consolidation:
    period = form.period("2025-H1")
    sent = [
        Submission(
            file=f"{code}.xlsx",
            sha256="",
            status=Status.REJECTED if code in rejected else Status.ACCEPTED,
            unit=ReportingUnit(code, names[code]),
            period=period,
            fill=Fill({row.code: values.get(row.code) for row in form.inputs}),
        )
        for code, values in figures.items()
    ]
    return consolidate(Batch(form, tuple(map(Reading, sent)), roster), period)


# --- what a workbook's charts show ----------------------------------------------------------------


@dataclass(frozen=True)
class Drawn:
    """A chart as openpyxl reads it: its bars by name, in order, one number a series."""

    title: str
    series: list[str]
    bars: list[tuple[str, list[object]]]
    rows: tuple[int, int]


def cells(book: Mapping[str, object], reference: str) -> list[object]:
    """The stored values of a range on `Biểu đồ`."""
    match = re.fullmatch(r"'?Biểu đồ'?!\$([A-Z]+)\$(\d+):\$\1\$(\d+)", reference)
    assert match, reference
    column, first, last = match.groups()
    return [book.get(f"Biểu đồ!{column}{row}") for row in range(int(first), int(last) + 1)]


def charts_of(book: Workbook) -> list[Any]:
    """The charts that openpyxl finds: it has no public name for them."""
    sheet: Any = book["Biểu đồ"]
    assert all(isinstance(chart, BarChart) for chart in sheet._charts)
    return list(sheet._charts)


def drawn(file: Path) -> list[Drawn]:
    values = stored_values(file)
    return [_drawn(chart, values) for chart in charts_of(load_workbook(file))]


def _drawn(chart: Any, values: Mapping[str, object]) -> Drawn:
    names = cells(values, chart.series[0].cat.strRef.f)
    columns = [cells(values, each.val.numRef.f) for each in chart.series]
    return Drawn(
        title="".join(run.t for line in chart.title.tx.rich.p for run in line.r or ()),
        series=[each.tx.v or each.tx.strRef.strCache.pt[0].v for each in chart.series],
        bars=[(str(name), list(numbers)) for name, *numbers in zip(names, *columns, strict=True)],
        rows=(chart.anchor._from.row + 1, chart.anchor.to.row + 1),
    )


def written(merged: Consolidation, folder: Path) -> Path:
    file = folder / "tong-hop.xlsx"
    write_summary(merged, file, Journal())
    return file


def texts(file: Path, sheet: str = "Biểu đồ") -> list[str]:
    found: Worksheet = load_workbook(file)[sheet]
    return [str(cell.value) for row in found.iter_rows() for cell in row if cell.value is not None]


def test_the_forms_charts_are_ranked(form: Form, tmp_path: Path) -> None:
    file = written(consolidated(form, FIGURES), tmp_path)
    rate, count = drawn(file)[:2]
    assert (rate.title, rate.series) == ("Tỷ lệ thực hiện", ["Tỷ lệ"])
    # No figure of X03, and nothing to divide by in X04: neither is drawn as 0.
    assert rate.bars == [("Xã Hai", [90]), ("Xã Một", [40])]
    assert "Chưa có số liệu (2): Xã Ba; Xã Bốn." in texts(file)
    assert (count.title, count.series) == ("Số buổi", ["Kế hoạch", "Đã tổ chức"])
    assert count.bars == [
        ("Xã Hai", [40, 36]),
        ("Xã Ba", [20, None]),
        ("Xã Một", [10, 4]),
        ("Xã Bốn", [0, 0]),
    ]


def test_equal_figures_share_a_rank(form: Form, tmp_path: Path) -> None:
    figures = {"X01": 10, "X02": 40, "X03": 40, "X04": 5}
    held: dict[str, dict[str, float | None]] = {
        code: {"A1": 50, "A2": each} for code, each in figures.items()
    }
    sheet = load_workbook(written(consolidated(form, held), tmp_path))["Biểu đồ"]
    ranks = [(row[0].value, row[1].value) for row in sheet.iter_rows(min_row=4, max_row=7)]
    assert ranks == [(1, "Xã Hai"), (1, "Xã Ba"), (3, "Xã Một"), (4, "Xã Bốn")]


@pytest.mark.libreoffice
def test_tables_and_answers_follow_the_totals_sheet(form: Form, tmp_path: Path) -> None:
    """Stored values are true; a figure changed in `Tổng hợp` changes table and answer."""
    file = written(consolidated(form, FIGURES), tmp_path)
    book = load_workbook(file)
    totals = book["Tổng hợp"]
    layout = TotalsLayout(form, tuple(FIGURES))
    totals[layout.cell("X01", "A2")] = 5
    totals[layout.cell("X01", "B1")] = 0
    for chart in charts_of(book):
        chart.visible_cells_only = False  # which openpyxl forgets; the names stand in column O
    changed = tmp_path / "changed.xlsx"
    book.save(changed)
    again, other = recalculate([file, changed], tmp_path / "calculated")
    assert differences(file, again) == {}
    assert drawn(other)[0].bars == [("Xã Hai", [90]), ("Xã Một", [50])]
    assert answers(file)["X01", "B1"] == "●"
    assert answers(other)["X01", "B1"] == "○"


def test_who_has_sent_is_counted_by_the_office_above(form: Form, tmp_path: Path) -> None:
    roster = tuple(
        ReportingUnit(code, NAMES[code], parent)
        for code, parent in (("X01", "P1"), ("X02", "P1"), ("X03", "P2"), ("X04", "P2"))
    )
    sent = {code: FIGURES[code] for code in ("X01", "X02", "X03")}
    merged = consolidated(form, sent, roster=roster, rejected=("X02",))
    file = written(merged, tmp_path)
    (chart,) = (each for each in drawn(file) if each.title.startswith("Tình hình nộp"))
    assert chart.series == ["Đã tổng hợp", "Có nộp, không dùng được", "Chưa nộp"]
    assert chart.bars == [("Nhóm P1", [1, 1, 0]), ("Nhóm P2", [1, 0, 1])]
    assert "Chưa nộp (1): Xã Bốn." in texts(file)
    assert "Có nộp, không dùng được (1): Xã Hai." in texts(file)


def test_findings_are_those_of_the_verdict(tmp_path: Path) -> None:
    samples = Path(__file__).parent.parent / "samples"
    file = tmp_path / "tong-hop.xlsx"
    merged = api.merge([samples / "filled"], file, roster=samples / "roster.csv")
    charts = {each.title: each for each in drawn(file)}
    assert len(charts) == len(merged.form.charts) + 3
    findings = charts["Số lỗi và cảnh báo của từng cơ quan"]
    counted = [sum(int(str(bar[at])) for _, bar in findings.bars) for at in (0, 1)]
    # Those about the totals are no unit's.
    of_totals = sum(not each.unit and bool(each.codes) for each in merged.batch.counting)
    warnings = merged.batch.count(Severity.WARNING) - of_totals
    assert counted == [merged.batch.count(Severity.ERROR), warnings]
    for chart in charts.values():
        lengths = [sum(float(str(each or 0)) for each in bar) for _, bar in chart.bars]
        assert "Tình hình nộp" in chart.title or lengths == sorted(lengths, reverse=True)


def test_no_chart_is_cut_by_a_page(form: Form, tmp_path: Path) -> None:
    """120 units: parts of a ranking follow each other, each whole within one page."""
    names = {
        f"X{at:03}": f"Ủy ban nhân dân xã có tên dài đến hơn một dòng {at}" for at in range(120)
    }
    figures: dict[str, dict[str, float | None]] = {
        code: {"A1": 200, "A2": at} for at, code in enumerate(names)
    }
    file = written(consolidated(form, figures, names), tmp_path)
    sheet = load_workbook(file)["Biểu đồ"]
    parts = [each for each in drawn(file) if each.title.startswith("Tỷ lệ thực hiện")]
    assert parts[0].title == f"Tỷ lệ thực hiện - phần 1/{len(parts)}"
    lengths = [bar[0] for each in parts for _, bar in each.bars]
    assert lengths == [at / 2 for at in range(119, -1, -1)]
    last_rows = [0, *(each.id for each in sheet.row_breaks.brk), sheet.max_row]
    pages = [range(above + 1, last + 1) for above, last in pairwise(last_rows)]
    for each in drawn(file):
        assert sum(set(each.rows) <= set(page) for page in pages) == 1, each.title
    assert sheet.page_setup.scale
    scale = sheet.page_setup.scale / 100
    for page in pages:
        height = sum(sheet.row_dimensions[row].height or 15 for row in page)
        repeated = sheet.row_dimensions[1].height or 15
        assert (height + repeated) * scale < (210 / 25.4 - 2 * 0.79) * 72


def test_of_very_many_units_the_ends_are_drawn_and_the_rest_is_said(
    form: Form, tmp_path: Path
) -> None:
    names = {f"X{at:03}": f"Xã {at}" for at in range(250)}
    figures: dict[str, dict[str, float | None]] = {
        code: {"A1": 250, "A2": at} for at, code in enumerate(names)
    }
    file = written(consolidated(form, figures, names), tmp_path)
    parts = [each for each in drawn(file) if each.title.startswith("Tỷ lệ thực hiện")]
    shown = [name for each in parts for name, _ in each.bars]
    assert shown == [f"Xã {at}" for at in (*range(249, 199, -1), *range(49, -1, -1))]
    said = [text for text in texts(file) if text.startswith("Có 250 dòng; chỉ vẽ 50 dòng đầu")]
    assert said


def test_a_form_without_charts(tmp_path: Path) -> None:
    form = load_form(write_small_form(tmp_path / "form"))
    titles = [each.title for each in drawn(written(consolidated(form, FIGURES), tmp_path))]
    assert titles == ["Tình hình nộp báo cáo (số cơ quan)", "Số chỉ tiêu đã nhập (trên 7)"]


def test_nothing_to_draw(form: Form, tmp_path: Path) -> None:
    file = written(consolidated(form, {}), tmp_path)
    assert drawn(file) == []
    assert "Chưa có số liệu." in texts(file, "Có - Không")


# --- the answers ----------------------------------------------------------------------------------


def answers(file: Path) -> dict[tuple[str, str], str]:
    """The sign of each unit and question, whichever way the table stands."""
    rows = list(load_workbook(file, data_only=True)["Có - Không"].iter_rows(min_row=5))
    across = [str(cell.value) for cell in rows[0][2:]]
    table = {
        (str(row[0].value), other): str(cell.value or "")
        for row in rows[2:]
        for other, cell in zip(across, row[2:], strict=True)
    }
    turned = {(other, one): sign for (one, other), sign in table.items()}
    return table | turned


def test_answers_by_unit(form: Form, tmp_path: Path) -> None:
    shown = answers(written(consolidated(form, FIGURES), tmp_path))
    expected = {
        #       reading room, rank: 3 is bad, 7 is no rank
        "X01": ("●", "●"),
        "X02": ("○", "▲"),
        "X03": ("", "?"),
        "X04": ("", ""),
    }
    assert {unit: (shown[unit, "B1"], shown[unit, "B2"]) for unit in FIGURES} == expected


def test_many_units_stand_below_each_other(form: Form, tmp_path: Path) -> None:
    names = {f"X{at:03}": f"Xã {at}" for at in range(40)}
    figures: dict[str, dict[str, float | None]] = {
        code: {"B1": at % 2} for at, code in enumerate(names)
    }
    file = written(consolidated(form, figures, names), tmp_path)
    sheet = load_workbook(file)["Có - Không"]
    assert [cell.value for cell in sheet[5]][2:] == ["B1", "B2"]
    assert (sheet["A7"].value, sheet.freeze_panes) == ("X000", "C7")
    shown = answers(file)
    assert [shown[code, "B1"] for code in names] == ["○", "●"] * 20
