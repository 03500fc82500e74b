"""The cells that are most likely wrong: on a real sample, as properties, as others read them."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from cchc_xlsx.causes import told_once
from cchc_xlsx.checks import check
from cchc_xlsx.conditions import AtMostZero, must_hold
from cchc_xlsx.figures import Fill, tabulate, with_formulas
from cchc_xlsx.finding import Finding, Severity
from cchc_xlsx.form_file import load_form
from cchc_xlsx.previous import NO_PREVIOUS
from cchc_xlsx.reader import read
from cchc_xlsx.repairs import LARGEST, QUESTIONS, Patience
from cchc_xlsx.rule_parser import parse
from cchc_xlsx.slips import (
    DOUBLED,
    FRACTION,
    LOST,
    TENFOLD,
    TENTH,
    THOUSANDTH,
    TRANSPOSED,
    meant_by,
    standing_out,
)
from cchc_xlsx.submission import Reading, Submission, Suspect
from cchc_xlsx.suspects import COST, DOUBTFUL, FORCED, suspects
from tests.altered import CLEAN, FOLLOWING, altered
from tests.command import run

FORM = load_form()
FIGURES = read(CLEAN.read_bytes(), CLEAN.name, FORM).submission.fill.values


def checked(reading: Reading) -> Reading:
    """With what the form's rules find, and the suspects."""
    (found,) = check(FORM, [reading.submission])
    told = reading.with_findings(found)
    return told.with_suspects(suspects(FORM, told, NO_PREVIOUS))


def told(cells: dict[str, float | None]) -> Mapping[str, str]:
    """The hints of what is found in the clean sample with these figures, by rule."""
    reading = checked(read(altered(FORM, CLEAN, cells), "x.xlsx", FORM))
    return {finding.rule: finding.hint for finding in told_once(reading).findings}


def asked(fill: dict[str, float | None]) -> tuple[Suspect, ...]:
    """The suspects of a report with these figures."""
    submission = Submission(file="", sha256="", fill=Fill(fill))
    return checked(Reading(submission)).submission.suspects


@pytest.fixture(autouse=True)
def _no_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is: what is asked is counted, not timed."""
    monkeypatch.setattr("cchc_xlsx.repairs.SECONDS", math.inf)


# --- on a real sample -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sample", "cells", "expected"),
    [
        (CLEAN, {}, []),
        # A sum: each of the three may be wrong, and each has one figure that fits.
        (
            CLEAN,
            {"III.4.3.1": 129},
            [("III.4.3", 195), ("III.4.3.1", 120), ("III.4.3.2", 57)],
        ),
        # Five more rules tell which: 40 and 30 procedures are linked, so there are not 11.
        (CLEAN, {"III.4.3": 11}, [("III.4.3", 186)]),
        # A slip tells which: two digits transposed.
        (
            CLEAN,
            {"III.4.3.1": 210},
            [("III.4.3.1", 120), ("III.4.3", 276), ("III.4.3.2", -1)],
        ),
        (CLEAN, {"II.1": 1}, [("II.1", None)]),
        (CLEAN, {"VII.B.4.1": 1}, [("VII.B.4.1", None)]),
        (CLEAN, {"I.1": 0.7}, [("I.1", 70)]),
        (CLEAN, {"I.3.5": 11}, [("I.3.5", 1)]),
        (CLEAN, {"V.6": None, "V.6.1": 3}, [("V.6", 5)]),
        # Their departments (X19) tell that not the other numbers of units are wrong; any number
        # that is not less than those of the four levels (T08) would do.
        (CLEAN, {"IV.1.4": None}, [("IV.1.4", None)]),
        # Both ways round, until all dossiers received (X04) tell which.
        (CLEAN, {"VII.B.3.5": 15300}, [("VII.B.3.5", 1530)]),
        (
            CLEAN,
            {"VII.B.3.5": 15300, "III.7.1": 30000},
            [("VII.B.3.4", 21050), ("VII.B.3.5", 1530)],
        ),
        # The total follows its parts: not it is wrong. Which part, a slip that fits says, here
        # wrongly: 1 is no slip of anything.
        (FOLLOWING, {"III.4.3.1": 1}, [("III.4.3.2", 240), ("III.4.3.1", None)]),
        # Two errors that have nothing to do with each other: the more suspect first, then what
        # could be wrong in place of either.
        (CLEAN, {"III.4.3": 11, "I.1": 0.7}, [("I.1", 70), ("III.4.3", 186)]),
        (
            CLEAN,
            {"II.1": 1, "III.4.3.1": 210},
            [("III.4.3.1", 120), ("II.1", None), ("III.4.3", 276)],
        ),
    ],
    ids=lambda each: str(each) if isinstance(each, dict) else "",
)
def test_the_cells_most_likely_wrong(
    sample: Path, cells: dict[str, float | None], expected: list[tuple[str, float | None]]
) -> None:
    reading = checked(read(altered(FORM, sample, cells), "x.xlsx", FORM))
    told = [(each.code, each.suggestion) for each in reading.submission.suspects]
    possible = [each for each in expected if each[1] != -1]
    assert told == possible


def test_a_hint_names_the_cell_and_the_figure_once() -> None:
    hints = told({"III.4.3": 11})
    begins = "Nhiều khả năng sai: ô E59 (III.4.3). Nếu là 186 thì cả 6 kiểm tra đều đạt"
    assert hints["T01"].startswith(f"{begins} ({FORCED}). ")
    for rule in ("P11", "P12", "X01", "X02", "X03", "P13"):
        assert hints[rule].startswith("Cùng nguyên nhân: ô E59 (III.4.3). ")


def test_a_hint_names_the_cells_that_are_equally_suspect() -> None:
    (hint,) = told({"III.4.3.1": 129}).values()
    assert hint.startswith(
        "Nhiều khả năng sai một trong số: "
        "ô E59 (III.4.3), có thể là 195; ô E60 (III.4.3.1), có thể là 120; "
        f"ô E61 (III.4.3.2), có thể là 57 ({FORCED}). "
    )


def test_a_hint_says_nothing_where_nothing_stands_out() -> None:
    # So many dossiers were received that either number may be wrong.
    cells: dict[str, float | None] = {"VII.B.3.5": 99999, "III.7.1": 200000}
    assert len(asked({**FIGURES, **cells})) == 2
    assert not any("Nhiều khả năng" in hint for hint in told(cells).values())


def test_a_questioned_cell_comes_first() -> None:
    asked_about = asked({**FIGURES, "I.1": 0.9})
    assert asked_about[0].code == "I.1"
    assert asked_about[0].cost <= DOUBTFUL


# --- properties -------------------------------------------------------------------------------

HARD = [
    rule for rule in FORM.rules if rule.severity is Severity.ERROR and not rule.check.looks_back
]


def broken(fill: dict[str, float | None]) -> set[tuple[str, tuple[str, ...]]]:
    figures = tabulate(FORM, [Fill(fill)])
    return {(rule.id, rule.codes) for rule in HARD if rule.check.over(figures)[0] == 0}


def mended(fill: dict[str, float | None], suspect: Suspect) -> dict[str, float | None]:
    """With the suggestion in its cell, and added up again where the totals agreed before."""
    formulas = {row.code: row.formula for row in FORM.inputs if row.formula}
    agreeing = {
        code: formula
        for code, formula in formulas.items()
        if with_formulas(FORM, Fill(fill), {code: formula}).values[code] == fill[code]
    }
    changed = Fill({**fill, suspect.code: suspect.suggestion})
    return dict(with_formulas(FORM, changed, agreeing).values)


COUNTED = sorted({code for rule in HARD if not rule.each for code in rule.codes})


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(COUNTED), st.integers(0, 9999))
def test_one_error_is_mended_in_one_cell_and_suggestions_hold(code: str, typed: int) -> None:
    fill = {**FIGURES, code: float(typed)}
    found = asked(fill)
    faults = broken(fill)
    assert bool(found) == bool(faults)
    if found:
        assert code in {suspect.code for suspect in found}
    for suspect in found:
        rules = {rule for rule, _ in faults}
        assert set(suspect.repairs) <= rules
        assert suspect.cost <= 1
        if suspect.suggestion is not None:
            assert not broken(mended(fill, suspect))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(COUNTED), st.integers(0, 9999)), min_size=2, max_size=3))
def test_several_errors_have_suspects_whose_suggestions_repair(
    slips: list[tuple[str, int]],
) -> None:
    fill = {**FIGURES, **{code: float(typed) for code, typed in slips}}
    found = asked(fill)
    faults = broken(fill)
    assert bool(found) == bool(faults)
    for suspect in found:
        if suspect.suggestion is not None:
            # A rule of every row of a kind may be broken in another row still.
            left = {
                rule
                for rule, codes in broken(mended(fill, suspect))
                if len(codes) > 1 or suspect.code in codes
            }
            assert left.isdisjoint(suspect.repairs)


def test_only_rules_over_the_figures_are_asked() -> None:
    """A rule over notes names what is no figure; even a hard one is left out."""
    over_notes = next(rule for rule in FORM.rules if not rule.check.is_live)
    rule = replace(over_notes, declared=Severity.ERROR, trial=False)
    form = replace(FORM, rules=(*FORM.rules, rule))
    found = Finding(rule=rule.id, severity=Severity.ERROR, message="", codes=rule.codes)
    reading = Reading(Submission(file="", sha256="", fill=Fill(FIGURES)), (found,))
    assert suspects(form, reading, NO_PREVIOUS) == ()


def test_a_whole_submission_has_one_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every row wrong, in many groups: they all ask no more than one may."""
    fill: dict[str, float | None] = {code: at % 7 for at, code in enumerate(FIGURES)}
    patience = Patience(questions=40, until=math.inf)
    monkeypatch.setattr("cchc_xlsx.repairs.Patience", lambda: patience)
    some = asked(fill)
    assert patience.questions == 0
    patience.questions = 10 * QUESTIONS
    assert {each.code for each in some} < {each.code for each in asked(fill)}


def test_the_same_figures_give_the_same_suspects() -> None:
    fill = {**FIGURES, "V.6": 40.0, "III.4.3": 7.0}
    assert asked(fill) == asked(fill) != ()


@settings(max_examples=12, deadline=None)
@example({"III.4.3": -0.0})
@given(st.dictionaries(st.sampled_from(sorted(FIGURES)), st.none() | st.floats(-1e11, 1e11)))
def test_nothing_that_is_typed_makes_it_stumble(cells: dict[str, float | None]) -> None:
    asked({**FIGURES, **cells})


@pytest.mark.parametrize("typed", [10 * LARGEST, 99_999_999_999.0])
def test_a_figure_of_absurd_size_is_the_suspect(typed: float) -> None:
    """However large: the programme sees `LARGEST`, the rules see the figure itself."""
    assert [each.code for each in asked({**FIGURES, "III.6.1": typed})] == ["III.6.1"]


# --- slips and conditions ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "is_rate", "meant", "slip"),
    [
        (210, False, 120, TRANSPOSED),
        (1120, False, 120, DOUBLED),
        (12, False, 120, TENTH),
        (1200, False, 120, TENFOLD),
        (1, False, 1000, THOUSANDTH),
        (129, False, 1239, LOST),
        (0.72, True, 72, FRACTION),
        (27.5, True, 72.5, TRANSPOSED),
    ],
)
def test_a_slip_is_named(typed: float, is_rate: bool, meant: float, slip: str) -> None:
    assert meant_by(typed, is_rate=is_rate)[meant] == slip


def test_a_zero_is_no_figure_that_lost_a_digit() -> None:
    assert meant_by(0, is_rate=False) == {}
    # Nobody types 05,5 for what would then have lost its first digit.
    assert 5.5 not in meant_by(0.5, is_rate=True)
    assert meant_by(0.5, is_rate=True)[10.5] == LOST


def test_a_zero_is_not_blamed_before_other_figures() -> None:
    found = asked({**FIGURES, "V.6.2": 0})
    assert {"V.6", "V.6.2", "V.6.5.2"} < {each.code for each in found}
    assert {(each.reason, each.cost) for each in found} == {(FORCED, COST)}


def test_a_figure_stands_out_only_alone() -> None:
    assert standing_out({}) is None
    assert standing_out({120: TRANSPOSED, 21: LOST}) == 120
    assert standing_out({120: TRANSPOSED, 2100: TENTH}) is None


def test_conditions_say_what_the_rule_says() -> None:
    codes = frozenset({"A", "B"})
    (root, *_) = must_hold(parse("[A] < [B]"), codes).parts  # type: ignore[union-attr]
    (compared,) = root.parts  # type: ignore[union-attr]
    assert compared.parts == (AtMostZero({("A",): 1.0, ("B",): -1.0, (): 1.0}),)  # type: ignore[union-attr]


# --- as others read them ----------------------------------------------------------------------


def test_the_json_and_the_console_tell_of_them(tmp_path: Path) -> None:
    path = tmp_path / "H99.03.xlsx"
    path.write_bytes(altered(FORM, CLEAN, {"III.4.3": 11}))
    (submission,) = json.loads(run("check", path, "--json", status=1))["submissions"]
    assert submission["suspects"] == [
        {
            "code": "III.4.3",
            "cell": "Phụ lục!E59",
            "value": 11,
            "suggestion": 186,
            "reason": FORCED,
            "repairs": ["T01", "P11", "P12", "X01", "X02", "X03"],
        }
    ]
    printed = " ".join(run("check", path, status=1).replace("│", " ").split())
    assert "Nhiều khả năng sai: ô E59 (III.4.3). Nếu là 186 thì cả 6 kiểm tra đều đạt" in printed


def test_a_clean_report_has_none() -> None:
    (submission,) = json.loads(run("check", CLEAN, "--json"))["submissions"]
    assert "suspects" not in submission


def test_what_goes_back_and_the_merged_workbook_tell_of_them(tmp_path: Path) -> None:
    inbox = tmp_path / "H99.03.xlsx"
    inbox.write_bytes(altered(FORM, CLEAN, {"III.4.3": 11}))
    run("return", inbox, "-o", tmp_path / "back", status=1)
    run("merge", inbox, "-o", tmp_path / "all.xlsx", status=1)
    for path, sheet in (
        (tmp_path / "back" / "H99.03.xlsx", "Ý kiến"),
        (tmp_path / "all.xlsx", "Vấn đề"),
    ):
        rows = load_workbook(path)[sheet].iter_rows(values_only=True)
        texts = [str(text) for row in rows for text in row if text]
        assert any(text.startswith("Nhiều khả năng sai: ô E59 (III.4.3).") for text in texts)
