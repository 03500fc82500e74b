"""The order of findings: by severity, then by how much they move what is consolidated."""

from __future__ import annotations

from pathlib import Path

import pytest

from cchc_xlsx import api
from cchc_xlsx.finding import Finding
from cchc_xlsx.form import Form
from tests.altered import CLEAN, FOLLOWING, altered

CELLS: dict[str, float | str | None] = {
    "II.1": 1,  # P03, P04: half of what was on time
    "VII.B.3.6": 4000,  # X02: 4.000 of some 4.200
    "VII.B.3.4": "khoảng 428",  # G06
    "III.5.1": 0,  # P10, a warning: opinions settled, none received
}


@pytest.fixture(scope="module")
def said(form: Form, tmp_path_factory: pytest.TempPathFactory) -> tuple[Finding, ...]:
    """What is said about one workbook of three."""
    folder = tmp_path_factory.mktemp("weights")
    (folder / "x.xlsx").write_bytes(altered(form, FOLLOWING, CELLS))
    filled = FOLLOWING.parent
    batch = api.check([folder / "x.xlsx", CLEAN, filled / "H99.04_2022-Q3.xlsx"])
    (reading,) = (each for each in batch.readings if each.submission.unit_code == "H99.01")
    return reading.findings


def test_the_gravest_then_the_weightiest_come_first(said: tuple[Finding, ...]) -> None:
    assert [each.rule for each in said] == ["G06", "X02", "P03", "P04", "P10"]
    weights = {each.rule: each.weight for each in said}
    assert weights["G06"] == 1
    assert weights["P03"] <= 0.5 < 0.9 < weights["X02"] < 1


def test_of_one_workbook_alone_the_order_is_that_of_the_form(form: Form, tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_bytes(altered(form, FOLLOWING, CELLS))
    (reading,) = api.check([tmp_path / "x.xlsx"]).readings
    assert [each.rule for each in reading.findings] == ["G06", "P03", "P04", "X02", "P10"]
    assert {each.weight for each in reading.findings} == {0}
