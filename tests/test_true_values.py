"""Every formula is written with its true value: LibreOffice, made to recalculate, changes none."""

from __future__ import annotations

from pathlib import Path

import pytest

from cchc_xlsx import api
from cchc_xlsx.form import Form
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.template import Content, write_template
from tests.office import recalculate, stored_values

UNIT = ReportingUnit("H99.01", "Sở Thử nghiệm")


def same(left: object, right: object) -> bool:
    """Equal, but for the last digits of a fraction; a blank and an empty text are one."""
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left == pytest.approx(right, rel=1e-12)
    return (left or "") == (right or "")


def differences(written: Path, calculated: Path) -> dict[str, tuple[object, object]]:
    before, after = stored_values(written), stored_values(calculated)
    return {
        cell: (before.get(cell), after.get(cell))
        for cell in before.keys() | after.keys()
        if not same(before.get(cell), after.get(cell))
    }


def contents(form: Form, seed_content: Content) -> dict[str, Content]:
    period = form.period("2022-Q3")
    return {
        "blank": Content(form, period),
        "issued": Content(form, period, UNIT),
        "seed": seed_content,
        "faulty": Content(
            form,
            period,
            UNIT,
            entries={
                "I.1": 0.72, "I.1.1": 18, "I.1.2": 19, "I.3.1": "72,5%", "III.4.3": 103,
                "III.4.3.1": 102, "III.4.3.2": 0, "VII.B.1.1": 1.214, "II.1": "khoảng 3", "I.8": 7,
            },
            notes={"I.1": "=1+1", "I.2": "+84 0", "II.1": "Câu thứ nhất.\nCâu thứ hai."},
            info={"report_number": "05/12", "report_day": 31, "report_month": 2,
                  "report_year": 2022, "signer_title": "Giám đốc"},
        ),
        "formulas": Content(
            form,
            period,
            UNIT,
            entries={"I.1.1": 3, "I.1.2": 2, "V.6.1": 1, "V.6.5.2": 4, "III.4.3.1": 5},
            info={"report_day": 5, "report_month": 9, "report_year": 2022},
        ),
    }  # fmt: skip


@pytest.mark.libreoffice
def test_stored_values_are_true(form: Form, seed_content: Content, tmp_path: Path) -> None:
    (tmp_path / "written").mkdir()
    files = []
    for name, content in contents(form, seed_content).items():
        files.append(tmp_path / "written" / f"{name}.xlsx")
        write_template(content, files[-1])
    for file, again in zip(files, recalculate(files, tmp_path / "calculated"), strict=True):
        assert differences(file, again) == {}, file.name
        errors = {cell for cell, value in stored_values(again).items() if str(value)[:1] == "#"}
        assert errors == set(), file.name


@pytest.mark.libreoffice
def test_totals_stored_in_the_consolidated_workbook_are_true(
    form: Form, seed_content: Content, tmp_path: Path
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for name, content in contents(form, seed_content).items():
        unit = ReportingUnit(f"H99.{name}", f"Sở {name}")
        sent = Content(form, content.period, unit, content.entries, content.notes)
        write_template(sent, inbox / f"{name}.xlsx")
    merged = tmp_path / "tong-hop.xlsx"
    api.merge([inbox], merged)
    (again,) = recalculate([merged], tmp_path / "calculated")
    assert differences(merged, again) == {}
