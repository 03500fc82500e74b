"""The form is data: a form that the product has never seen goes all the way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from cchc_xlsx.form_file import load_form
from cchc_xlsx.layout import AppendixLayout
from tests.command import run
from tests.office import recalculate, stored_values
from tests.small_form import write_small_form

ROSTER = "Mã;Tên cơ quan\nX01;Xã Một\nX02;Xã Hai\nX03;Xã Ba\n"

#        plan, held, rate, content, reading room, rank, satisfaction
FIGURES = {
    "X01": {"A1": 10, "A2": 5, "A4": 80, "B1": 1, "B2": 1, "B3": 70},
    "X02": {"A1": 30, "A2": 40, "A4": 50, "B1": 0, "B2": 3},
}

# A3: 100 * (5 + 40) / (10 + 30); A4: (80 * 5 + 50 * 40) / 45
TOTALS = {
    "A1": (40, "sum", 2),
    "A2": (45, "sum", 2),
    "A3": (112.5, "ratio", 2),
    "A4": (2400 / 45, "weighted_mean", 2),
    "B1": (1, "count_yes", 2),
    "B2": ({"1": 1, "2": 0, "3": 1}, "distribution", 2),
    "B3": (70, "mean", 1),
}


def fill(inbox: Path, form_folder: Path) -> None:
    layout = AppendixLayout(load_form(form_folder))
    for unit, figures in FIGURES.items():
        file = inbox / f"{unit}_2025-H1.xlsx"
        book = load_workbook(file)
        for code, value in figures.items():
            book["Phụ lục"][f"E{layout.row(code)}"] = value
        book.save(file)


@pytest.mark.libreoffice
def test_template_check_merge(tmp_path: Path) -> None:
    form = write_small_form(tmp_path / "form")
    roster = tmp_path / "roster.csv"
    roster.write_text(ROSTER, encoding="utf-8")
    inbox, merged = tmp_path / "inbox", tmp_path / "tong-hop.xlsx"

    run("template", "--form", form, "--period", "2025-H1", "--units", roster, "-o", inbox)
    (inbox / "X03_2025-H1.xlsx").unlink()
    fill(inbox, form)

    checked = run("check", inbox, "--form", form, "--json", status=1)
    findings = json.loads(checked)["findings"]
    assert [(each["unit"], each["rule"], each["message"]) for each in findings] == [
        ("X02", "K01", "Số buổi đã tổ chức (40) lớn hơn kế hoạch (30)."),
        ("X02", "K02", "Tỷ lệ 133,33 nằm ngoài 0–100."),
        (
            "X02",
            "B01",
            "Phần B Cơ sở vật chất: còn 1/3 chỉ tiêu để trống: «Mức hài lòng về cơ sở».",
        ),
    ]

    printed = run(
        "merge", inbox, "--form", form, "--units", roster, "-o", merged, "--json", status=1
    )
    document = json.loads(printed)
    assert document["form"] == "nha-van-hoa"
    assert document["summary"]["missing_units"] == ["X03"]
    assert {
        code: (total["value"], total["aggregate"], total["reported"])
        for code, total in document["totals"].items()
    } == {code: (pytest.approx(value), *rest) for code, (value, *rest) in TOTALS.items()}

    (again,) = recalculate([merged], tmp_path / "calculated")
    shown = stored_values(again)
    by_code = {
        str(shown[cell]): shown.get(cell.replace("!A", "!F"))
        for cell in shown
        if cell.startswith("Tổng hợp!A") and shown[cell] in TOTALS
    }
    assert by_code == {
        "A1": 40,
        "A2": 45,
        "A3": 112.5,
        "A4": pytest.approx(2400 / 45),
        "B1": "1/2",
        "B2": "Tốt: 1; Khá: 0; Yếu: 1",
        "B3": 70,
    }
