"""One level up and over time: totals of roll-ups, a year of its periods, rules on totals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from cchc_xlsx import api
from cchc_xlsx.additive import rules_for_totals
from cchc_xlsx.aggregate import Value
from cchc_xlsx.batch import Batch, OnePeriod, WholeYear
from cchc_xlsx.batch.roster_codes import under_roster_codes
from cchc_xlsx.consolidate import Consolidation, consolidate
from cchc_xlsx.figures import Fill, tabulate
from cchc_xlsx.form import Aggregate, Basis, Form, Kind, OverPeriods
from cchc_xlsx.layout import HIDDEN_SHEET
from cchc_xlsx.rollup import DIGEST, digest_of, read_hidden
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.submission import Reading, Submission
from cchc_xlsx.template import Content, write_template
from cchc_xlsx.total_checks import check_totals
from cchc_xlsx.upward import upward
from cchc_xlsx.year import whole_year, year_of
from tests.office import recalculate, stored_values

CASES = 100
Figures = dict[str, float | None]


def figures_of(form: Form) -> st.SearchStrategy[Figures]:
    """What one unit may report: blanks, zeros, counts, rates, answers."""
    by_kind: dict[Kind, Sequence[float | None]] = {
        Kind.COUNT: (None, 0, 1, 7, 250),
        Kind.PERCENT: (None, 0, 33.33, 72.5, 100),
        Kind.YES_NO: (None, 0, 1),
    }
    return st.fixed_dictionaries(
        {
            row.code: st.sampled_from(by_kind.get(row.measure.kind, (None, *row.measure.choices)))
            for row in form.inputs
            if row.measure
        }
    )


def same(one: Value, other: Value) -> bool:
    """Whether two totals are equal, but for the dust of binary fractions."""
    if isinstance(one, float | int) and isinstance(other, float | int):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    return one == other


def submission(form: Form, code: str, figures: Figures, period: str = "2022-Q3") -> Submission:
    unit = ReportingUnit(code, f"Sở {code}")
    fill = Fill(figures)
    return Submission(
        file=f"{code}_{period}.xlsx", sha256="", unit=unit, period=form.period(period), fill=fill
    )


def merged_of(form: Form, submissions: Sequence[Submission]) -> Consolidation:
    readings = tuple(map(Reading, submissions))
    return consolidate(Batch(form, readings), form.period("2022-Q3"))


def rolled_up(form: Form, code: str, leaves: Sequence[Submission]) -> Submission:
    """What a reader makes of the workbook that `merge --as` writes, without the workbook."""
    period = leaves[0].period
    assert period
    content = upward(merged_of(form, leaves), period, ReportingUnit(code, code))
    assert content.rollup
    return Submission(
        file=f"{code}.xlsx",
        sha256="",
        unit=ReportingUnit(code, code),
        period=content.period,
        fill=content.fill,
        parts=content.rollup.parts,
        leaves=content.rollup.leaves,
        speaks_for=content.rollup.speaks_for,
    )


def test_totals_of_roll_ups_are_the_totals_of_all_leaves(form: Form) -> None:
    @settings(max_examples=CASES, deadline=None)
    @given(st.lists(figures_of(form), min_size=2, max_size=7), st.integers(1, 6))
    def check(reported: list[Figures], cut: int) -> None:
        leaves = [submission(form, f"X{at}", each) for at, each in enumerate(reported)]
        groups = [group for group in (leaves[:cut], leaves[cut:]) if group]
        tops = [rolled_up(form, f"T{at}", group) for at, group in enumerate(groups)]
        once, twice = merged_of(form, leaves).totals, merged_of(form, tops).totals
        for code, total in once.items():
            assert same(twice[code].value, total.value), code
            assert (twice[code].reported, twice[code].expected) == (total.reported, len(leaves))

    check()


def test_a_roll_up_comes_back_from_its_file(form: Form, tmp_path: Path) -> None:
    """Through real files, and a figure that is changed on the way is told."""
    samples = Path(__file__).parent.parent / "samples"
    output = tmp_path / "tong-hop.xlsx"
    leaves = api.merge([samples / "filled"], output, as_unit="H99", as_name="Tỉnh mẫu")
    top = api.merge([tmp_path / "H99_2022-Q3.xlsx"], tmp_path / "lai.xlsx")
    assert not {each.rule for each in top.batch.findings} & {"W06", "W18"}
    assert {code: each.reported for code, each in top.totals.items()} == {
        code: each.reported for code, each in leaves.totals.items()
    }
    for code, total in leaves.totals.items():
        assert same(top.totals[code].value, total.value), code
    both = api.merge([tmp_path / "H99_2022-Q3.xlsx", samples / "filled"])
    assert both.totals["I.1.1"].value == leaves.totals["I.1.1"].value
    assert {each.rule for each in both.batch.findings} >= {"M12"}


def test_a_year_is_put_together_by_the_semantics_of_each_row(form: Form) -> None:
    """Each row worked out again in a few lines of its own, from 6T and Q3."""
    measures = {row.code: row.measure for row in form.inputs}

    def expected(code: str, first: Figures, last: Figures) -> float | None:
        row = form.by_code[code]
        filled = [each[code] for each in (first, last) if each[code] is not None]
        if not filled or row.basis is not Basis.IN_PERIOD:
            return last[code]
        if row.aggregate is Aggregate.SUM:
            return sum(each for each in filled if each is not None)
        if row.aggregate is Aggregate.WEIGHTED_MEAN:
            pairs = [(each[code], each[row.of[0]]) for each in (first, last)]
            both = [(a, b) for a, b in pairs if a is not None and b is not None]
            weight = sum(b for _, b in both)
            return sum(a * b for a, b in both) / weight if weight else None
        measure = measures[code]
        assert measure
        return measure.prevails if measure.prevails in filled else filled[-1]

    @settings(max_examples=CASES, deadline=None)
    @given(figures_of(form), figures_of(form))
    def check(first: Figures, last: Figures) -> None:
        sent = [submission(form, "X", last), submission(form, "X", first, "2022-6T")]
        (year,) = whole_year(form, year_of(form, 2022), sent)
        for code, value in year.fill.values.items():
            assert same(value, expected(code, first, last)), code

    check()


def test_a_year_of_roll_ups_is_the_roll_up_of_years(form: Form) -> None:
    """Where all report every period: rates, sums and stocks alike, blanks or not."""
    told = [row for row in form.inputs if row.over_periods is not OverPeriods.PREVAILING]

    @settings(max_examples=CASES // 2, deadline=None)
    @given(st.lists(st.tuples(figures_of(form), figures_of(form)), min_size=2, max_size=4))
    def check(reported: list[tuple[Figures, Figures]]) -> None:
        halves = [
            [submission(form, f"X{at}", each[half], period) for at, each in enumerate(reported)]
            for half, period in enumerate(("2022-6T", "2022-Q3"))
        ]
        tops = [rolled_up(form, "T", half) for half in halves]
        below = whole_year(form, year_of(form, 2022), [each for half in halves for each in half])
        above = whole_year(form, year_of(form, 2022), tops)
        once, twice = merged_of(form, below).totals, merged_of(form, above).totals
        for row in told:
            assert same(once[row.code].value, twice[row.code].value), row.code
            assert twice[row.code].reported <= once[row.code].reported, row.code

    check()


def year_of_one(form: Form, first: Figures, last: Fill) -> Consolidation:
    """The year of a unit with 6T and Q3; what is not named is 0."""
    zeros: Figures = {row.code: 0.0 for row in form.inputs}
    early = submission(form, "H99.03", zeros | first, "2022-6T")
    late = replace(
        submission(form, "H99.03", {}), fill=Fill({**zeros, **last.values}, last.unreadable)
    )
    batch = Batch(form, (Reading(early), Reading(late)), year=2022)
    return consolidate(batch, year_of(form, 2022))


def test_a_rate_of_a_year_is_of_one_period(form: Form) -> None:
    """6T says 50 and 10, Q3 a blank and 40: 40/50 would be nobody's 80 %."""
    merged = year_of_one(
        form, {"I.1.1": 50, "I.1.2": 10, "I.1": 20}, Fill({"I.1.1": None, "I.1.2": 40, "I.1": 80})
    )
    values = {code: merged.totals[code].value for code in ("I.1", "I.1.1", "I.1.2")}
    assert values == {"I.1": None, "I.1.1": None, "I.1.2": 40}
    assert merged.totals["I.1.1"].reported == 0


def test_what_nobody_can_read_in_the_last_report_is_not_filled_from_an_older_one(
    form: Form,
) -> None:
    merged = year_of_one(form, {"I.1.1": 50}, Fill({"I.1.1": None}, frozenset({"I.1.1"})))
    (year,) = merged.submissions
    assert year.fill.values["I.1.1"] is None
    assert year.fill.unreadable == {"I.1.1"}


def test_a_sum_over_periods_that_lacks_one_is_told(form: Form) -> None:
    """5 in 6T and a blank in Q3: 5 is the sum, and must not pass for the whole year's."""
    code = next(row.code for row in form.inputs if row.over_periods is OverPeriods.ADDED)
    merged = year_of_one(form, {code: 5}, Fill({code: None}))
    assert merged.totals[code].value == 5
    said = [each for each in merged.batch.findings if code in each.codes]
    assert [(each.rule, each.unit) for each in said] == [("M18", "H99.03"), ("M18", "")]
    assert "quý III năm 2022" in said[0].message


def read_together(form: Form, *sent: Submission, year: int | None = None) -> Batch:
    """What a merge takes of these, without their files."""
    scope = WholeYear(year) if year else OnePeriod()
    return Batch(form, tuple(scope.once(list(map(Reading, sent)))), year=year)


def test_a_unit_in_a_roll_up_is_not_counted_in_another_period_of_the_year(form: Form) -> None:
    """6T as a roll-up of X1 and X2, Q3 of X1 by itself: stocks would count X1 twice."""
    first = [submission(form, code, {"I.1.1": 5.0}, "2022-6T") for code in ("X1", "X2")]
    top = rolled_up(form, "T", first)
    batch = read_together(form, top, submission(form, "x1", {"I.1.1": 7.0}), year=2022)
    assert [each.unit_code for each in batch.accepted] == ["T"]
    (finding,) = batch.findings
    assert finding.rule == "M12"
    assert "x1 đã nằm trong" in finding.message
    again = replace(top, period=form.period("2022-Q3"))
    assert len(read_together(form, top, again, year=2022).accepted) == 2


def test_two_roll_ups_that_share_a_unit_tell_which_and_what_is_left_out(form: Form) -> None:
    units = [submission(form, code, {"I.1.1": 5.0}) for code in ("X1", "X2", "X3", "X4", "X5")]
    one, other = rolled_up(form, "T1", units[:3]), rolled_up(form, "T2", units[2:])
    batch = read_together(form, one, other)
    (finding,) = batch.findings
    assert "Số liệu của X3 đã nằm trong tệp tổng hợp T1.xlsx (T1)" in finding.message
    assert "còn thiếu số liệu của X4, X5" in finding.message
    roster = tuple(ReportingUnit(code, code) for code in ("X1", "X4", "Y"))
    missing = [unit.code for unit in replace(batch, roster=roster).missing_units]
    assert missing == ["X4", "Y"], "X1 is in the roll-up that counts"


def test_codes_in_another_case_are_one_unit(form: Form) -> None:
    """Without a roster: the spelling of the first file stands for all."""
    sent = [
        submission(form, "H99.03", {"I.1.1": 5.0}, "2022-6T"),
        submission(form, "h99.03", {"I.1.1": 7.0}),
    ]
    readings = under_roster_codes(list(map(Reading, sent)), ())
    assert {each.submission.unit_code for each in readings} == {"H99.03"}
    merged = consolidate(Batch(form, tuple(readings), year=2022), year_of(form, 2022))
    assert merged.totals["I.1.1"].value == 7


def hidden_of(form: Form, **changed: str) -> dict[str, str]:
    """What a roll-up of two units carries along, some of it changed and the digest made to fit."""
    figures: Figures = {row.code: 1.0 for row in form.inputs}
    content = upward(
        merged_of(form, [submission(form, code, figures) for code in ("X1", "X2")]),
        form.period("2022-Q3"),
        ReportingUnit("T", "T"),
    )
    assert content.rollup
    rows = {**content.rollup.hidden(), **changed}
    del rows[DIGEST]
    return {**rows, DIGEST: digest_of(rows)}


IMPOSSIBLE = {
    "below 0": {"parts.I.7.3": "1=-2;-2;2"},
    "half a unit": {"parts.I.1.1": "2=2;0.5"},
    "half a paper": {"parts.I.1.1": "2=1.6;2"},
    "half a base": {"parts.I.1": "100=1.5;1.5;2"},
    "more yes than answers": {"parts.I.5": "1=1000;2"},
    "more choices than answers": {"parts.I.8": "1=78;0;0;2"},
    "more than the units": {"parts.I.1.1": "2=2;3"},
    "another figure": {"parts.I.1.1": "2=3;2"},
    "no number": {"parts.I.1.1": "2=nan;2"},
    "for nobody": {"speaks_for": "0"},
    "for fewer than sent": {"speaks_for": "1"},
    "for more than there are": {"speaks_for": "999999999"},
    "for a number of 400 digits": {"speaks_for": "9" * 400},
    "for a power": {"speaks_for": "²"},
    "one unit twice": {"leaves": "X1 x1"},
    "of nobody": {"leaves": ""},
    "an endless gap": {"uncovered": "0001-01-01/9999-12-31"},
    "a gap before its beginning": {"uncovered": "2022-03-01/2022-02-01"},
    "no day": {"uncovered": "mai"},
}


@pytest.mark.parametrize("what", IMPOSSIBLE)
def test_what_no_units_can_have_reported_is_not_believed(form: Form, what: str) -> None:
    """Even when somebody has made the digest fit: there are no parts then."""
    rollup = read_hidden(form, hidden_of(form, **IMPOSSIBLE[what]))
    assert rollup
    assert not rollup.is_sound
    assert rollup.parts == {}


def test_what_was_written_is_believed(form: Form) -> None:
    rollup = read_hidden(form, hidden_of(form, uncovered="2022-09-15/2022-12-14"))
    assert rollup
    assert rollup.is_sound
    assert (rollup.leaves, rollup.speaks_for) == (("X1", "X2"), 2)
    assert len(rollup.uncovered) == 91
    assert read_hidden(form, {"form": form.id}) is None


def with_hidden(source: Path, target: Path, key: str, value: str | None) -> Path:
    """The workbook with another value in a row of its very hidden sheet."""
    book = load_workbook(source)
    for code, cell in book[HIDDEN_SHEET].iter_rows(max_col=2):
        if code.value == key:
            cell.value = value
    book.save(target)
    return target


def test_hidden_parts_that_were_changed_are_told(form: Form, tmp_path: Path) -> None:
    """I.1 with parts a thousand times as large comes to the same figure, and is found all the same.

    Without parts the rate of one unit would be 3 of 4, its base; the total is that.
    """
    leaves = [submission(form, code, {"I.1.1": 4.0, "I.1.2": 3.0, "I.1": 75.0}) for code in "AB"]
    top = tmp_path / "top.xlsx"
    merged, period = merged_of(form, leaves), form.period("2022-Q3")
    write_template(upward(merged, period, ReportingUnit("T", "T")), top)
    assert [each for each in api.check([top]).findings if each.rule == "W18"] == []
    for key, value in (("parts.I.1", "75=6000;8000;2"), (DIGEST, "x"), ("leaves", None)):
        changed = with_hidden(top, tmp_path / "changed.xlsx", key, value)
        (finding,) = (each for each in api.check([changed]).findings if each.rule == "W18")
        assert "đã bị sửa" in finding.message
        total = api.merge([changed]).totals["I.1"]
        assert (total.value, total.reported) == (75, 1)


def test_a_year_sent_upwards_tells_what_it_does_not_cover(form: Form, tmp_path: Path) -> None:
    """6T and Q3 rolled up as a year; the level above, and the one above that, hear of the rest."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for period in ("2022-6T", "2022-Q3"):
        unit = ReportingUnit("H99.01", "Sở A")
        content = Content(form, form.period(period), unit, entries={"I.1.1": 5.0})
        write_template(content, inbox / f"{period}.xlsx")
    api.merge([inbox], tmp_path / "a.xlsx", year=2022, as_unit="T1", as_name="T1")
    api.merge([tmp_path / "T1_2022-NAM.xlsx"], tmp_path / "b.xlsx", as_unit="T2", as_name="T2")
    findings = api.check([tmp_path / "T2_2022-NAM.xlsx"]).findings
    (gap,) = (each for each in findings if each.rule == "M18")
    assert "15/9/2022 – 14/12/2022" in gap.message


@pytest.mark.libreoffice
def test_a_year_is_live_and_names_what_is_missing(form: Form, tmp_path: Path) -> None:
    """6T covers Q1; nobody has reported after 14/9; the formulas are right in LibreOffice."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for period, number in (("2022-Q1", 5), ("2022-6T", 12), ("2022-Q3", 30)):
        for code in ("H99.01", "H99.02"):
            entries = {row.code: float(number) for row in form.inputs if row.measure
                       and row.measure.kind is Kind.COUNT}  # fmt: skip
            entries |= {"I.5": float(period == "2022-6T"), "I.7.3": 50.0 + number}
            content = Content(form, form.period(period), ReportingUnit(code, code), entries=entries)
            write_template(content, inbox / f"{code}_{period}.xlsx")
    merged = api.merge([inbox], tmp_path / "nam.xlsx", year=2022)
    rows = {each.basis: each.code for each in form.inputs if each.aggregate is Aggregate.SUM}
    assert merged.totals[rows[Basis.IN_PERIOD]].value == 2 * (12 + 30)
    assert merged.totals[rows[Basis.POINT_IN_TIME]].value == 2 * 30
    assert merged.totals["I.5"].value == 2
    assert merged.totals["I.7.3"].value == pytest.approx((62 * 12 + 80 * 30) / 42)
    said = {each.rule: each.message for each in merged.batch.findings}
    assert "15/9/2022 – 14/12/2022" in said["M18"]
    assert "M17" in said
    protection = load_workbook(tmp_path / "nam.xlsx")["Dữ liệu"].protection
    assert protection.sheet, "sorting it would exchange the figures that formulas name"
    assert not protection.autoFilter, "filters stay usable"
    (recalculated,) = recalculate([tmp_path / "nam.xlsx"], tmp_path / "lo")
    before, after = stored_values(tmp_path / "nam.xlsx"), stored_values(recalculated)
    assert before.keys() <= after.keys() | {cell for cell, value in before.items() if not value}
    for cell, value in before.items():
        assert value in ("", None) or after[cell] == pytest.approx(value), cell


def test_rules_on_totals_survive_adding(form: Form) -> None:
    """What holds for two units holds for their sums: else the rule says nothing of a total."""
    counts = [row.code for row in form.inputs if row.aggregate is Aggregate.SUM]
    rules = [rule for rule in rules_for_totals(form) if set(rule.codes) <= set(counts)]
    assert len(rules) > 20
    rng = np.random.default_rng(20224)
    for rule in rules:
        drawn = [{code: float(rng.integers(0, 4)) for code in rule.codes} for _ in range(300)]
        figures = tabulate(form, [Fill(each) for each in drawn])
        holding = [each for each, told in zip(drawn, rule.check.over(figures), strict=True) if told]
        sums = [
            Fill({code: one[code] + other[code] for code in rule.codes})
            for one, other in pairwise(holding)
        ]
        if sums:
            assert rule.check.over(tabulate(form, sums)).all(), rule.id


def test_a_broken_total_is_told_with_whose_figures_break_it(form: Form) -> None:
    blank: Figures = {row.code: None for row in form.inputs}
    uneven = [blank | {"I.1.1": 5.0}, blank | {"I.1.2": 6.0}]
    merged = merged_of(form, [submission(form, f"X{at}", each) for at, each in enumerate(uneven)])
    (finding,) = (each for each in check_totals(merged) if each.rule == "P01")
    assert "để trống" in finding.message
