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


# --- cells that explain several findings --------------------------------------------------------


def hints(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    """The rules in order with the first sentence of their hints."""
    return [(each.rule, each.hint.partition(". ")[0]) for each in findings]


def test_a_cell_that_explains_several_is_told_in_full_once(form: Form, tmp_path: Path) -> None:
    beside = "Cùng nguyên nhân: ô E59 (III.4.3)"
    assert hints(found(form, tmp_path, {"III.4.3": 14, "II.1": 1})) == [
        # P03 and P04, of another cause, do not come between, though it is their place.
        ("T01", "Nhiều khả năng sai: ô E59 (III.4.3)"),
        *((rule, beside) for rule in ("P11", "X01", "X02", "X03")),
        ("P03", "Nhiều khả năng sai: ô E38 (II.1)"),
        ("P04", "Cùng nguyên nhân: ô E38 (II.1)"),
        # The warning that the right figure settles comes with the other warnings.
        ("P13", beside),
    ]


def test_a_warning_that_the_figure_does_not_settle_has_a_cause_of_its_own(
    form: Form, tmp_path: Path
) -> None:
    findings = found(form, tmp_path, {"III.7.1": 184, "III.7.2": 1800000})
    said = dict(hints(findings))
    assert said["X04"].startswith("Nhiều khả năng sai: ô E71 (III.7.1)")
    assert "nguyên nhân" not in said["X24"]


def test_a_rate_typed_as_a_fraction_is_told_once(form: Form, tmp_path: Path) -> None:
    (finding,) = found(form, tmp_path, {"I.1": 0.8125})
    assert finding.rule == "Q01"
    assert "Nếu là 81,25 thì kiểm tra này đạt" in finding.hint
    # Another rate of the kind, which no error is about, is asked about.
    both = found(form, tmp_path, {"I.1": 0.8125, "I.3.1": 0.72})
    assert [(each.rule, each.codes[0]) for each in both] == [("Q01", "I.1"), ("G08", "I.3.1")]


def test_a_figure_that_is_none_is_told_alone(form: Form, tmp_path: Path) -> None:
    """The rules over several cells see it too; they would all be broken."""
    (finding,) = found(form, tmp_path, {"III.4.3": -142})
    assert (finding.rule, finding.codes) == ("G02", ("III.4.3",))


# --- what takes blanks for zeros ----------------------------------------------------------------

ALL_OF_IV = [f"IV.{item}.{row}" for item, rows in enumerate((10, 5, 4, 2, 3, 4, 5), start=1)
             for row in range(1, rows + 1)]  # fmt: skip


def test_a_blank_item_is_not_taken_for_zeros_beside_its_blanks(form: Form, tmp_path: Path) -> None:
    findings = found(form, tmp_path, dict.fromkeys(ALL_OF_IV))
    assert [finding.rule for finding in findings] == ["B01"]
    # No staff there, so the sender says: then two units of full autonomy are odd.
    explained = dict.fromkeys(ALL_OF_IV, "không có")
    said = found(form, tmp_path, dict.fromkeys(ALL_OF_IV), explained)
    assert {"X15", "X16", "X20", "B01"} <= {finding.rule for finding in said}


def test_blanks_in_an_item_that_was_begun_are_asked_about(form: Form, tmp_path: Path) -> None:
    findings = found(form, tmp_path, {"IV.4.1": None})
    assert {finding.rule for finding in findings} == {"X15", "B01"}
    zeros = found(form, tmp_path, {"IV.4.1": 0, "IV.4.2": 0})
    assert "X15" in {finding.rule for finding in zeros}
