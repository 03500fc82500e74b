"""One cause is told once: totals and their parts, blanks, cells that explain several findings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from cchc_xlsx import api
from cchc_xlsx.finding import Finding
from cchc_xlsx.form import Form
from tests.altered import FOLLOWING, altered


def found(
    form: Form,
    folder: Path,
    cells: Mapping[str, float | str | None],
    notes: Mapping[str, str] | None = None,
    sample: Path = FOLLOWING,
) -> tuple[Finding, ...]:
    """What is said about a sample with other contents in some cells."""
    path = folder / "x.xlsx"
    path.write_bytes(altered(form, sample, cells, notes))
    return api.check([path]).readings[0].findings


def blanks(findings: tuple[Finding, ...]) -> list[tuple[str, ...]]:
    return [finding.codes for finding in findings if finding.rule == "B01"]


# --- totals and their parts -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "rules", "blank"),
    [
        # The template's own total cannot be worked out: that is no blank of the sender's.
        ({"III.4.3.1": "khoảng 98"}, ["G06"], []),
        ({"VII.B.3.2": "x"}, ["G06"], []),
        ({"III.4.3.1": None}, ["B01"], [("III.4.3.1",)]),
        ({"III.4.3.1": None, "III.4.3.2": None}, ["B01"], [("III.4.3.1", "III.4.3.2")]),
        # Typed over: its figure is held against the parts once they can be read.
        ({"III.4.3": 142, "III.4.3.1": "khoảng 98"}, ["G06"], []),
        # A total of what is filled can be worked out, so that a cleared one is a blank.
        ({"V.6": None}, ["B01"], [("V.6",)]),
    ],
    ids=str,
)
def test_a_total_whose_part_is_lost_is_not_told_beside_it(
    form: Form,
    tmp_path: Path,
    cells: Mapping[str, float | str | None],
    rules: list[str],
    blank: list[tuple[str, ...]],
) -> None:
    findings = found(form, tmp_path, cells)
    assert [finding.rule for finding in findings] == rules
    assert blanks(findings) == blank


def test_an_item_is_blank_as_a_whole_though_its_total_is_not_asked_for(
    form: Form, tmp_path: Path
) -> None:
    rows = [code for code, item in form.item_of.items() if item in ("I.1", "I.2")]
    (finding,) = found(form, tmp_path, {code: None for code in rows if code != "I.1"})
    assert "I.1" not in finding.codes
    assert "chưa nhập mục 1 «Tỷ lệ hoàn thành Kế hoạch CCHC năm" in finding.message
    assert "nhập dở" not in finding.message
