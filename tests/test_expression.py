"""The rule language: a text, its Excel spelling and its values, side by side."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import reduce
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from cchc_xlsx import expression as language
from cchc_xlsx.errors import ExpressionError
from cchc_xlsx.expression import Figures, State, ValueType, code_of, is_previous, previous
from cchc_xlsx.figures import state_formula
from cchc_xlsx.form import Kind
from cchc_xlsx.rule_parser import parse
from tests.draws import COUNTED, EXPRESSIONS
from tests.engines import Engine
from tests.office import stored_values

Entry = float | str | None
"""What a cell holds: a number, None for a blank, or a text that nobody can read."""

Outcome = float | bool | None
"""What an expression gives; None where it cannot be told."""

UNREADABLE = "?"


@dataclass(frozen=True)
class Row:
    """Addresses in one row of a sheet: the figure [A] in column A, its state in column SA.

    The figure of the previous period is in column PA, where it is a number or a blank.
    """

    number: int

    def value(self, name: str) -> str:
        column = f"P{code_of(name)}" if is_previous(name) else name
        return f"{column}{self.number}"

    def state(self, name: str) -> str:
        cell = self.value(name)
        return f"COUNT({cell})" if is_previous(name) else f"S{cell}"


def figures(rows: Sequence[Mapping[str, Entry]]) -> Figures:
    """The figures of one submission a row."""
    columns = {code: [row[code] for row in rows] for code in rows[0]}
    return Figures(
        numbers={
            code: np.array([entry if isinstance(entry, float) else np.nan for entry in column])
            for code, column in columns.items()
        },
        states={
            code: np.array([_state(entry) for entry in column], dtype=np.int8)
            for code, column in columns.items()
        },
    )


def _state(entry: Entry) -> State:
    if entry is None:
        return State.BLANK
    return State.USABLE if isinstance(entry, float) else State.UNREADABLE


def outcomes(text: str, rows: Sequence[Mapping[str, Entry]]) -> list[Outcome]:
    """What our own reader makes of an expression, one outcome a row."""
    expression = parse(text)
    values = [None if np.isnan(value) else float(value) for value in expression.over(figures(rows))]
    if expression.gives is ValueType.NUMBER:
        return list(values)
    return [None if value is None else bool(value) for value in values]


# --- the Excel spelling ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "excel"),
    [
        # arithmetic keeps the parentheses that matter and no others
        ("[A] + [B] * [C]", "A2+B2*C2"),
        ("([A] + [B]) * [C]", "(A2+B2)*C2"),
        ("([A] * [B]) + [C]", "A2*B2+C2"),
        ("[A] - [B] - [C]", "A2-B2-C2"),
        ("[A] - ([B] - [C])", "A2-(B2-C2)"),
        ("[A] - ([B] + [C])", "A2-(B2+C2)"),
        ("[A] / [B] / [C]", "A2/B2/C2"),
        ("[A] / ([B] * [C])", "A2/(B2*C2)"),
        ("100*[A]/[B]", "100*A2/B2"),
        ("0.5", "0.5"),
        ("-[A] * [B]", "-A2*B2"),
        ("-([A] * [B])", "-(A2*B2)"),
        ("[A] - -[B]", "A2--B2"),
        # comparisons look at the rounded difference
        ("[A] = [B]", "ROUND(A2-B2,9)=0"),
        ("[A] <> [B]", "ROUND(A2-B2,9)<>0"),
        ("[A] <= [B] + 1", "ROUND(A2-(B2+1),9)<=0"),
        ("[A] >= 0", "ROUND(A2-0,9)>=0"),
        ("[A] < 1", "ROUND(A2-1,9)<0"),
        ("[A] > 1", "ROUND(A2-1,9)>0"),
        # not binds more tightly than and, that more than or, that more than =>
        ("filled([A]) or filled([B]) and filled([C])", "OR(SA2=1,AND(SB2=1,SC2=1))"),
        ("(filled([A]) or filled([B])) and filled([C])", "AND(OR(SA2=1,SB2=1),SC2=1)"),
        ("not filled([A]) and filled([B])", "AND(NOT(SA2=1),SB2=1)"),
        ("not [A] = 1 or blank([B])", "OR(NOT(ROUND(A2-1,9)=0),SB2=0)"),
        ("filled([A]) or blank([A]) => filled([B])", "IF(OR(SA2=1,SA2=0),SB2=1,TRUE)"),
        ("filled([A]) => filled([B]) => filled([C])", "IF(SA2=1,IF(SB2=1,SC2=1,TRUE),TRUE)"),
        ("(filled([A]) => filled([B])) => filled([C])", "IF(IF(SA2=1,SB2=1,TRUE),SC2=1,TRUE)"),
        # functions
        ("nz([A]) + sum([B], [C])", "SUM(A2)+SUM(B2,C2)"),
        ("abs([A] - [B])", "ABS(A2-B2)"),
        ("round([A])", "ROUND(A2,0)"),
        ("round(100 * [A] / [B], 2)", "ROUND(100*A2/B2,2)"),
        # the previous period
        ("[A] = prev([A]) + [B]", "ROUND(A2-(PA2+B2),9)=0"),
        ("nz(prev([A])) + sum(prev([B]), [B])", "SUM(PA2)+SUM(PB2,B2)"),
        ("filled(prev([A])) => blank(prev([B]))", "IF(COUNT(PA2)=1,COUNT(PB2)=0,TRUE)"),
    ],
)
def test_excel_spelling(text: str, excel: str) -> None:
    assert parse(text).root.to_excel(Row(2)) == excel


# What is meant where no parentheses are written, one line for every two neighbouring levels.
PRECEDENCE = [
    # equal levels group to the left, but for =>
    ("[A] + [B] - [C]", "([A] + [B]) - [C]"),
    ("[A] - [B] + [C]", "([A] - [B]) + [C]"),
    ("[A] - [B] - [C]", "([A] - [B]) - [C]"),
    ("[A] * [B] / [C]", "([A] * [B]) / [C]"),
    ("[A] / [B] * [C]", "([A] / [B]) * [C]"),
    ("[A] / [B] / [C]", "([A] / [B]) / [C]"),
    ("filled([A]) or filled([B]) or filled([C])", "(filled([A]) or filled([B])) or filled([C])"),
    ("filled([A]) and filled([B]) and blank([C])", "(filled([A]) and filled([B])) and blank([C])"),
    ("filled([A]) => filled([B]) => blank([C])", "filled([A]) => (filled([B]) => blank([C]))"),
    # the sign before products, products before sums
    ("-[A] * [B]", "(-[A]) * [B]"),
    ("[A] * -[B] / [C]", "([A] * (-[B])) / [C]"),
    ("-[A] - -[B]", "(-[A]) - (-[B])"),
    ("--[A]", "-(-[A])"),
    ("[A] + [B] * [C]", "[A] + ([B] * [C])"),
    ("[A] / [B] - [C]", "([A] / [B]) - [C]"),
    # sums before comparisons, on both sides
    ("[A] - 1 <= [B] + [C]", "([A] - 1) <= ([B] + [C])"),
    ("-[A] < [B] * [C]", "(-[A]) < ([B] * [C])"),
    # comparisons before not, not before and, and before or, or before =>
    ("not [A] = [B]", "not ([A] = [B])"),
    ("not not [A] <> 1", "not (not ([A] <> 1))"),
    ("not [A] = 1 and [B] > 1", "(not ([A] = 1)) and ([B] > 1)"),
    ("not [A] = 1 or [B] > 1", "(not ([A] = 1)) or ([B] > 1)"),
    ("[A] >= 0 and [A] <= 1", "([A] >= 0) and ([A] <= 1)"),
    ("filled([A]) or filled([B]) and blank([C])", "filled([A]) or (filled([B]) and blank([C]))"),
    ("filled([A]) and filled([B]) or blank([C])", "(filled([A]) and filled([B])) or blank([C])"),
    ("filled([A]) or filled([B]) => blank([C])", "(filled([A]) or filled([B])) => blank([C])"),
    ("filled([A]) => filled([B]) or blank([C])", "filled([A]) => (filled([B]) or blank([C]))"),
    ("not filled([A]) => filled([B])", "(not filled([A])) => filled([B])"),
    ("[A] = 0 => [B] = 0 and [C] = 0", "([A] = 0) => (([B] = 0) and ([C] = 0))"),
]


@pytest.mark.parametrize(("text", "meant"), PRECEDENCE)
def test_precedence(text: str, meant: str) -> None:
    assert parse(text).root == parse(meant).root


@pytest.mark.parametrize(
    ("text", "excel"),
    [
        ("1 + 1", 'IFERROR(1+1,"-")'),
        ("[A] / [B]", 'IF(MIN(SA2,SB2)<1,"-",IFERROR(A2/B2,"-"))'),
        ("[A] + [A]", 'IF(MIN(SA2)<1,"-",IFERROR(A2+A2,"-"))'),
        ("nz([A])", 'IF(MIN(SA2)<0,"-",IFERROR(SUM(A2),"-"))'),
        ("nz([A]) + [A]", 'IF(MIN(SA2)<1,"-",IFERROR(SUM(A2)+A2,"-"))'),
        ("[A] - prev([A])", 'IF(MIN(SA2,COUNT(PA2))<1,"-",IFERROR(A2-PA2,"-"))'),
        ("nz([A]) + [B]", 'IF(OR(MIN(SB2)<1,MIN(SA2)<0),"-",IFERROR(SUM(A2)+B2,"-"))'),
    ],
)
def test_excel_says_what_cannot_be_told(text: str, excel: str) -> None:
    assert parse(text).to_excel(Row(2), otherwise='"-"') == excel


@pytest.mark.parametrize(
    ("text", "codes", "needed"),
    [
        ("1 + 1", (), ()),
        ("[I.1.2] <= [I.1.1]", ("I.1.2", "I.1.1"), ("I.1.2", "I.1.1")),
        ("[B] + [A] + [B]", ("B", "A"), ("B", "A")),
        ("nz([A]) > 0 => filled([B])", ("A", "B"), ()),
        ("sum([A], [B]) <= [C] or blank([D])", ("A", "B", "C", "D"), ("C",)),
        ("nz([A]) = [A]", ("A",), ("A",)),
        # a rule is about the form's own codes, be it that it looks back at them
        ("[A] = prev([A]) + [B]", ("A", "B"), ("A", "prev A", "B")),
        ("[A] > nz(prev([B]))", ("A", "B"), ("A",)),
    ],
)
def test_what_it_names_and_needs(
    text: str, codes: tuple[str, ...], needed: tuple[str, ...]
) -> None:
    expression = parse(text)
    assert (expression.codes, expression.needed) == (codes, needed)


# --- the values, by our reader and by LibreOffice -------------------------------------------

BLANK = None

# An expression, then for some entries of [A] and [B] what it gives.
VALUES: list[tuple[str, list[tuple[Entry, Entry, Outcome]]]] = [
    (
        "[A] <= [B]",
        [
            (1.0, 2.0, True),
            (2.0, 2.0, True),
            (3.0, 2.0, False),
            (BLANK, 2.0, None),
            (3.0, BLANK, None),
            (UNREADABLE, 2.0, None),
            (3.0, UNREADABLE, None),
        ],
    ),
    ("[A] < [B]", [(1.0, 2.0, True), (2.0, 2.0, False), (3.0, 2.0, False)]),
    ("[A] >= [B]", [(1.0, 2.0, False), (2.0, 2.0, True), (3.0, 2.0, True)]),
    ("[A] > [B]", [(1.0, 2.0, False), (2.0, 2.0, False), (3.0, 2.0, True)]),
    ("[A] <> [B]", [(1.0, 2.0, True), (2.0, 2.0, False)]),
    # the dust of binary fractions does not count, a real difference does
    ("[A] + 0.2 = [B]", [(0.1, 0.3, True), (0.1, 0.300001, False)]),
    ("[A] + 0.2 > [B]", [(0.1, 0.3, False)]),
    # at the ninth decimal too halves go away from zero
    ("[A] >= [B]", [(-5e-10, 0.0, False), (-4.9e-10, 0.0, True)]),
    (
        "100 * [A] / [B]",
        [(13.0, 18.0, 1300 / 18), (0.0, 5.0, 0.0), (1.0, 0.0, None), (0.0, 0.0, None)],
    ),
    ("[A] - [B] - 1", [(5.0, 2.0, 2.0)]),
    ("[A] - ([B] - 1)", [(5.0, 2.0, 4.0)]),
    ("12 / [A] / [B]", [(3.0, 2.0, 2.0)]),
    ("12 / ([A] / [B])", [(3.0, 2.0, 8.0), (0.0, 2.0, None), (3.0, 0.0, None)]),
    ("-[A] * -[B]", [(3.0, 2.0, 6.0)]),
    ("2 - -[A]", [(3.0, BLANK, 5.0)]),
    # a blank is not a zero, unless the rule says so
    ("nz([A]) + nz([B])", [(1.0, 2.0, 3.0), (1.0, BLANK, 1.0), (BLANK, BLANK, 0.0)]),
    ("sum([A], [B])", [(1.0, 2.0, 3.0), (BLANK, 2.0, 2.0), (BLANK, BLANK, 0.0)]),
    ("sum([A], [B]) + nz([A])", [(1.0, UNREADABLE, None), (UNREADABLE, 2.0, None)]),
    ("filled([A])", [(0.0, BLANK, True), (BLANK, BLANK, False), (UNREADABLE, BLANK, None)]),
    ("blank([A])", [(0.0, BLANK, False), (BLANK, BLANK, True), (UNREADABLE, BLANK, None)]),
    ("nz([A]) = [A]", [(0.0, BLANK, True), (BLANK, BLANK, None)]),
    # where one side cannot be told, neither can and, or, not
    ("1 / [A] > 0 or [B] = 1", [(1.0, 0.0, True), (0.0, 1.0, None), (0.0, 0.0, None)]),
    ("1 / [A] > 0 and [B] = 1", [(1.0, 0.0, False), (0.0, 0.0, None), (1.0, 1.0, True)]),
    ("not 1 / [A] > [B]", [(1.0, 0.0, False), (1.0, 1.0, True), (0.0, 1.0, None)]),
    # only => looks at its conclusion where its premise holds and nowhere else
    (
        "[B] > 0 => [A] / [B] <= 1",
        [(1.0, 2.0, True), (3.0, 2.0, False), (3.0, 0.0, True), (3.0, BLANK, None)],
    ),
    ("1 / [A] > 0 => [B] = 1", [(0.0, 1.0, None), (1.0, 1.0, True), (1.0, 0.0, False)]),
    ("[A] = 1 => [B] = 1 => [A] = [B] + 1", [(1.0, 1.0, False), (1.0, 0.0, True)]),
    ("([A] = 1 => [B] = 1) => [A] = 2", [(0.0, 0.0, False), (1.0, 0.0, True)]),
    # halves go away from zero
    ("round([A])", [(2.5, BLANK, 3.0), (-2.5, BLANK, -3.0), (2.4999, BLANK, 2.0)]),
    ("round([A], 2)", [(1.005, BLANK, 1.01), (-1.005, BLANK, -1.01), (72.2222, BLANK, 72.22)]),
    # what is left of a difference is no half, be it nearly one
    ("round([A] - [B], 2)", [(1.005, 1.0, 0.0), (1.015, 1.0, 0.01), (1.125, 1.0, 0.13)]),
    ("abs([A] - [B])", [(1.0, 3.0, 2.0), (3.0, 1.0, 2.0)]),
]


# The same for entries of [A] and what stood there in the previous period.
LOOKING_BACK: list[tuple[str, list[tuple[Entry, Entry, Outcome]]]] = [
    (
        "[A] = prev([A]) + 1",
        [(5.0, 4.0, True), (5.0, 5.0, False), (5.0, BLANK, None), (BLANK, 4.0, None)],
    ),
    ("[A] - prev([A])", [(5.0, 7.0, -2.0), (5.0, BLANK, None)]),
    ("100 * [A] / prev([A])", [(5.0, 4.0, 125.0), (5.0, 0.0, None)]),
    ("nz(prev([A])) + nz([A])", [(5.0, BLANK, 5.0), (BLANK, 4.0, 4.0)]),
    ("sum([A], prev([A]))", [(5.0, 4.0, 9.0), (BLANK, 4.0, 4.0)]),
    ("filled(prev([A])) => [A] >= prev([A])", [(5.0, 4.0, True), (3.0, 4.0, False)]),
    ("blank(prev([A])) or [A] = 0", [(5.0, BLANK, True), (5.0, 0.0, False)]),
]

CASES = [
    (text, {"A": a, other: b}, outcome)
    for other, table in (("B", VALUES), (previous("A"), LOOKING_BACK))
    for text, cases in table
    for a, b, outcome in cases
]


@pytest.mark.parametrize("text", list(dict.fromkeys(text for text, _, _ in CASES)))
def test_values(text: str) -> None:
    rows = [row for own, row, _ in CASES if own == text]
    expected = [outcome for own, _, outcome in CASES if own == text]
    assert outcomes(text, rows) == pytest.approx(expected)


def calculated(
    engine: Engine, cases: Sequence[tuple[str, Mapping[str, Entry]]], folder: Path
) -> list[Outcome]:
    """What a spreadsheet program makes of expressions, each with its entries in a row."""
    book = Workbook()
    sheet = book.create_sheet("values", 0)
    for number, (text, entries) in enumerate(cases, start=1):
        row = Row(number)
        for name, entry in entries.items():
            sheet[row.value(name)] = entry
            if not is_previous(name):
                sheet[row.state(name)] = state_formula(Kind.PERCENT, row.value(name))
        sheet[f"D{number}"] = "=" + parse(text).to_excel(row, otherwise='"-"')
    book.save(folder / "values.xlsx")
    (file,) = engine.recalculate([folder / "values.xlsx"], folder / "out")
    shown = stored_values(file)
    return [_outcome(shown[f"values!D{number}"]) for number, _ in enumerate(cases, start=1)]


def _outcome(shown: object) -> Outcome:
    """What a cell shows; openpyxl has whole numbers as integers."""
    assert isinstance(shown, bool | int | float) or shown == "-", shown
    return shown if isinstance(shown, bool) else None if isinstance(shown, str) else float(shown)


def test_every_engine_gives_the_same_values(engine: Engine, tmp_path: Path) -> None:
    found = calculated(engine, [(text, entries) for text, entries, _ in CASES], tmp_path)
    assert found == pytest.approx([outcome for *_, outcome in CASES])


# --- what is refused ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "cần một số, một mã chỉ tiêu [mã] hoặc một hàm ở cột 1"),
        ("[A] <=", "cần một số, một mã chỉ tiêu [mã] hoặc một hàm ở cột 7"),
        ("* [A]", "cần một số, một mã chỉ tiêu [mã] hoặc một hàm ở cột 1"),
        ("[A]& [B]", "ký tự không hiểu được ở cột 4"),
        ("[A B] = 1", "ký tự không hiểu được ở cột 1"),
        ("[A", "ký tự không hiểu được ở cột 1"),
        ("[A] = 1,5", "thừa «,» ở cột 8"),
        ("[A] 2", "thừa «2» ở cột 5"),
        ("[A] = 1 AND [B] = 1", "thừa «AND» ở cột 9"),
        ("([A] + 1", "cần «)» ở cột 9"),
        ("[A] + 1)", "thừa «)» ở cột 8"),
        ("()", "cần một số, một mã chỉ tiêu [mã] hoặc một hàm ở cột 2"),
        ("[A] + * [B]", "cần một số, một mã chỉ tiêu [mã] hoặc một hàm ở cột 7"),
        ("=> filled([A])", "cần một số, một mã chỉ tiêu [mã] hoặc một hàm ở cột 1"),
        ("not", "cần một số, một mã chỉ tiêu [mã] hoặc một hàm ở cột 4"),
        ("sum()", "cần một số, một mã chỉ tiêu [mã] hoặc một hàm ở cột 5"),
        ("sum([A],)", "cần một số, một mã chỉ tiêu [mã] hoặc một hàm ở cột 9"),
        ("[]", "ký tự không hiểu được ở cột 1"),
        (".5", "ký tự không hiểu được ở cột 1"),
        ("1.", "ký tự không hiểu được ở cột 2"),
        ("[A] ≤ [B]", "ký tự không hiểu được ở cột 5"),
        ("[A] == [B]", "cần một số, một mã chỉ tiêu [mã] hoặc một hàm ở cột 6"),
        ("1e3", "thừa «e» ở cột 2"),
        ("[A] [B]", "thừa «B» ở cột 5"),
        ("[A] not [B]", "thừa «not» ở cột 5"),
        ("nz [A]", "cần «(» ở cột 4"),
        ("sum([A] [B])", "cần «)» ở cột 9"),
        ("abs([A]", "cần «)» ở cột 8"),
        ("0 <= [A] <= 100", "không so sánh liên tiếp; dùng and ở cột 10"),
        ("[A] = [B] = [C]", "không so sánh liên tiếp; dùng and ở cột 11"),
        ("neg([A])", "không có hàm «neg», trước ở cột 4"),
        ("TRUE", "không có hàm «TRUE», trước ở cột 5"),
        ("min([A], [B])", "không có hàm «min», trước ở cột 4"),
        ("abs 2", "cần «(» ở cột 5"),
        ("abs([A], [B])", "số đối số của abs() không đúng, trước ở cột 14"),
        ("round([A], 1, 2)", "số đối số của round() không đúng, trước ở cột 17"),
        ("nz([A], [B])", "nz() nhận đúng một mã chỉ tiêu, trước ở cột 13"),
        ("round()", "cần một số, một mã chỉ tiêu [mã] hoặc một hàm ở cột 7"),
        ("nz(1)", "nz() chỉ nhận mã chỉ tiêu [mã], trước ở cột 6"),
        ("blank([A], [B])", "blank() nhận đúng một mã chỉ tiêu, trước ở cột 16"),
        ("prev([A], [B])", "prev() nhận đúng một mã chỉ tiêu, trước ở cột 15"),
        ("filled(1)", "filled() chỉ nhận mã chỉ tiêu [mã], trước ở cột 10"),
        ("prev([A] + 1)", "prev() chỉ nhận mã chỉ tiêu [mã], trước ở cột 14"),
        ("prev(prev([A]))", "prev() chỉ lùi lại một kỳ, trước ở cột 16"),
        ("[prev A]", "ký tự không hiểu được ở cột 1"),
        ("sum([A], 1)", "sum() chỉ nhận mã chỉ tiêu [mã], trước ở cột 12"),
        ("[A] and [B] = 1", "cần đúng hoặc sai, gặp một số, trước ở cột 16"),
        ("[A] + ([B] = 1)", "cần một số, gặp đúng hoặc sai, trước ở cột 16"),
        ("-filled([A])", "cần một số, gặp đúng hoặc sai, trước ở cột 13"),
        ("[A] => [B]", "cần đúng hoặc sai, gặp một số, trước ở cột 11"),
        ("filled([A]) or 1", "cần đúng hoặc sai, gặp một số, trước ở cột 17"),
        ("round(filled([A]))", "cần một số, gặp đúng hoặc sai, trước ở cột 19"),
        ("not [A]", "cần đúng hoặc sai, gặp một số, trước ở cột 8"),
        ("abs([A] = 1)", "cần một số, gặp đúng hoặc sai, trước ở cột 13"),
        ("filled([A]) = filled([B])", "cần một số, gặp đúng hoặc sai, trước ở cột 26"),
    ],
)
def test_refused(text: str, reason: str) -> None:
    with pytest.raises(ExpressionError) as error:
        parse(text)
    assert str(error.value) == f"{reason}: «{text}»"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1 + " * 500 + "1", "biểu thức dài quá 2000 ký tự"),
        ("(" * 999 + "1" + ")" * 999, "biểu thức lồng nhau quá sâu"),
        ("-" * 1999 + "1", "biểu thức lồng nhau quá sâu"),
    ],
)
def test_what_is_too_much_is_quoted_in_part(text: str, reason: str) -> None:
    with pytest.raises(ExpressionError) as error:
        parse(text)
    assert str(error.value) == f"{reason}: «{text[:40]}…»"


# --- the grammar in docs/design.md ----------------------------------------------------------

RULE_LANGUAGE = (Path(__file__).parents[1] / "docs" / "design.md").read_text(encoding="utf-8")


def test_the_grammar_names_every_word_and_sign() -> None:
    (grammar,) = re.findall(r"```ebnf\n(.*?)```", RULE_LANGUAGE, re.DOTALL)
    named = set(re.findall(r'"([^"]+)"', re.sub(r"\(\*.*?\*\)", "", grammar)))
    operators = {"-" if name == "neg" else name for name in language.OPERATORS}
    functions = {*language.FUNCTIONS, *language.FIGURE_FUNCTIONS, *language.NOTE_FUNCTIONS}
    functions |= {"sum", language.PREVIOUS}
    assert named == operators | functions | {*language.COMPARISONS, *"()[],."}


def test_the_table_of_precedence_is_that_of_the_operators() -> None:
    lines = re.findall(r"^\| (\d)[^|]* \| ([^|]+) \| (\w+) → (\w+) \|", RULE_LANGUAGE, re.MULTILINE)
    told = {
        ("neg" if "(sign)" in signs else sign): (int(binding), takes, gives)
        for binding, signs, takes, gives in lines
        for sign in re.findall(r"`([^`]+)`", signs)
    }
    comparison = (language.COMPARISON_BINDING, "number", "logical")
    assert told == dict.fromkeys(language.COMPARISONS, comparison) | {
        name: (operator.binding, operator.takes.name.lower(), operator.gives.name.lower())
        for name, operator in language.OPERATORS.items()
    }


# --- random expressions against a naive evaluator -------------------------------------------

Tree = tuple[Any, ...]
"""A name and its operands: ``("+", ("figure", "A"), ("number", 1.0))``."""

CODES = ("A", "B", "C", previous("A"))


def plainly_rounded(x: float, digits: float) -> float:
    """Of the 15 digits that Excel keeps; halves away from zero."""
    last = Decimal(1).scaleb(-int(digits))
    return float(Decimal(f"{x:.15g}").quantize(last, ROUND_HALF_UP, Context(prec=400)))


PLAIN: dict[str, Callable[..., Outcome]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": lambda a, b: a / b if b else None,
    "neg": operator.neg,
    "abs": abs,
    "round": lambda x, digits: plainly_rounded(x, digits),
    "=": lambda a, b: plainly_rounded(a - b, 9) == 0,
    "<>": lambda a, b: plainly_rounded(a - b, 9) != 0,
    "<=": lambda a, b: plainly_rounded(a - b, 9) <= 0,
    ">=": lambda a, b: plainly_rounded(a - b, 9) >= 0,
    "<": lambda a, b: plainly_rounded(a - b, 9) < 0,
    ">": lambda a, b: plainly_rounded(a - b, 9) > 0,
    "=>": lambda a, b: b,  # where a holds
    "and": lambda a, b: a and b,
    "or": lambda a, b: a or b,
    "not": operator.not_,
}

COMPARISONS = ("=", "<>", "<=", ">=", "<", ">")

# Each level binds more tightly than the one above it.
BINDING = {
    name: level
    for level, names in enumerate(
        [["=>"], ["or"], ["and"], ["not"], COMPARISONS, ["+", "-"], ["*", "/"], ["neg"]]
    )
    for name in names
}


def spelled(tree: Tree, least: int = 0) -> str:
    """The text of a tree, with parentheses only where it binds less tightly than `least`."""
    level = BINDING.get(tree[0], len(BINDING))
    return f"({_bare(tree, level)})" if level < least else _bare(tree, level)


def _bare(tree: Tree, level: int) -> str:
    match tree:
        case ("number", value):
            return f"{value:g}"
        case ("figure", code):
            return language.spelled(code)
        case ("nz" | "filled" | "blank" | "sum" as name, *codes):
            return f"{name}({', '.join(map(language.spelled, codes))})"
        case ("neg", operand):
            return f"-{spelled(operand, level)}"
        case ("not", operand):
            return f"not {spelled(operand, level)}"
        case ("=>", premise, conclusion):
            return f"{spelled(premise, level + 1)} => {spelled(conclusion, level)}"
        case (name, left, right) if name in COMPARISONS:
            return f"{spelled(left, level + 1)} {name} {spelled(right, level + 1)}"
        case (name, left, right) if name in BINDING:
            return f"{spelled(left, level)} {name} {spelled(right, level + 1)}"
    name, *operands = tree
    return f"{name}({', '.join(map(spelled, operands))})"


def in_full(tree: Tree) -> str:
    """The text of a tree with every operation in parentheses."""
    match tree:
        case ("neg" | "not" as name, operand):
            return f"({'-' if name == 'neg' else name} {in_full(operand)})"
        case (name, left, right) if name in BINDING:
            return f"({in_full(left)} {name} {in_full(right)})"
        case ("abs" | "round" as name, *operands):
            return f"{name}({', '.join(map(in_full, operands))})"
        case _:
            return spelled(tree)


def worth(tree: Tree, row: Mapping[str, Entry], *, stops_early: bool = False) -> Outcome:
    """What a tree gives for one row, worked out the simplest way there is.

    With `stops_early` as by a program whose `or` and `and` end with the operand that decides.
    """
    named = dict(_named(tree))
    if UNREADABLE in [row[code] for code in named]:
        return None
    if None in [row[code] for code, needed in _named(tree) if needed]:
        return None
    filled = {code: entry for code, entry in row.items() if isinstance(entry, float)}
    return _worth(tree, filled, stops_early)


def _named(tree: Tree) -> Iterator[tuple[str, bool]]:
    match tree:
        case ("number", _):
            return
        case ("figure", code):
            yield code, True
        case ("nz" | "filled" | "blank" | "sum", *codes):
            yield from ((code, False) for code in codes)
        case (_, *operands):
            for operand in operands:
                yield from _named(operand)


def _worth(tree: Tree, filled: Mapping[str, float], stops_early: bool) -> Outcome:
    match tree:
        case ("number", value):
            return float(value)
        case ("figure", code):
            return filled[code]
        case ("nz" | "sum", *codes):
            return reduce(operator.add, (filled.get(code, 0.0) for code in codes))
        case ("filled", code):
            return code in filled
        case ("blank", code):
            return code not in filled
        case ("=>", premise, _) if _worth(premise, filled, stops_early) is False:
            return True
        case ("or" | "and" as name, first, _) if stops_early and _worth(
            first, filled, stops_early
        ) is (name == "or"):
            return _worth(first, filled, stops_early)
        case (name, *operands):
            values = [_worth(operand, filled, stops_early) for operand in operands]
            return None if None in values else PLAIN[name](*values)
    return None


a_code = st.sampled_from(CODES)
a_constant = st.tuples(st.just("number"), st.sampled_from([0.0, 0.5, 1.0, 2.0, 100.0]))
numbers: st.SearchStrategy[Tree] = st.recursive(
    st.one_of(
        st.tuples(st.sampled_from(["figure", "nz"]), a_code),
        st.tuples(st.just("sum"), a_code, a_code),
        a_constant,
    ),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["+", "-", "*", "/"]), inner, inner),
        st.tuples(st.sampled_from(["neg", "abs"]), inner),
        st.tuples(st.just("round"), inner, st.sampled_from([("number", 0.0), ("number", 2.0)])),
    ),
    max_leaves=6,
)
logicals: st.SearchStrategy[Tree] = st.recursive(
    st.one_of(
        st.tuples(st.sampled_from(COMPARISONS), numbers, numbers),
        st.tuples(st.sampled_from(["filled", "blank"]), a_code),
    ),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["=>", "or", "and"]), inner, inner),
        st.tuples(st.just("not"), inner),
    ),
    max_leaves=6,
)
ENTRIES: Sequence[Entry] = (BLANK, UNREADABLE, 0.0, 1.0, 2.0, 3.0, 18.0, 72.5, -1.0, 0.1, 0.2)
an_entry = st.sampled_from(ENTRIES)
some_rows = st.lists(st.fixed_dictionaries(dict.fromkeys(CODES, an_entry)), min_size=1, max_size=4)


@given(tree=numbers | logicals, rows=some_rows)
def test_random_expressions(tree: Tree, rows: list[dict[str, Entry]]) -> None:
    text = spelled(tree)
    assert parse(text).root == parse(in_full(tree)).root
    assert outcomes(text, rows) == pytest.approx([worth(tree, row) for row in rows])


# --- random expressions, in the spreadsheet programs --------------------------------------------

TREES, ROWS = 500, 5

LARGE_AND_SMALL: Sequence[Entry] = (0.005, 1.005, 33.33, 49.5, 1214.0, 999_999_999.0, -0.5)

Drawn = Sequence[tuple[Tree, Mapping[str, Entry]]]
"""Expressions, each with its entries."""


@pytest.fixture(scope="module")
def drawn() -> Drawn:
    """Expressions that hypothesis thinks of, each over a few rows; the same in every run."""
    trees: list[Tree] = []

    @settings(
        max_examples=TREES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(tree=numbers | logicals)
    def collect(tree: Tree) -> None:
        trees.append(tree)

    seed(EXPRESSIONS)(collect)()
    random = Random(EXPRESSIONS)
    return [(tree, drawn_row(random)) for tree in trees for _ in range(ROWS)]


def drawn_row(random: Random) -> dict[str, Entry]:
    """What stood there in the previous period is a number or nothing."""
    entries = [*ENTRIES, *LARGE_AND_SMALL]
    readable = [entry for entry in entries if entry != UNREADABLE]
    return {code: random.choice(readable if is_previous(code) else entries) for code in CODES}


def names_in(tree: Tree) -> set[str]:
    """The operators and functions of a tree."""
    operands = [operand for operand in tree[1:] if isinstance(operand, tuple)]
    return {tree[0]}.union(*map(names_in, operands))


def test_random_expressions_agree(
    drawn: Drawn, engine: Engine, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    cases = [(spelled(tree), row) for tree, row in drawn]
    ours = [outcome for text, row in cases for outcome in outcomes(text, [row])]
    as_excel = [worth(tree, row) for tree, row in drawn]
    due = [worth(tree, row, stops_early=engine.stops_early) for tree, row in drawn]
    found = calculated(engine, cases, tmp_path)
    differing = [
        (*case, here, there)
        for case, here, there in zip(cases, due, found, strict=True)
        if type(here) is not type(there) or there != pytest.approx(here)
    ]
    told = sum(outcome is not None for outcome in ours)
    early = sum(here != there for here, there in zip(as_excel, due, strict=True))
    record_property(
        COUNTED,
        f"{engine.name}: {len(cases)} cases of expression x input, {told} told, "
        f"{len(differing)} differ; stopped early: {early}; seed of the draw: {EXPRESSIONS}",
    )
    assert ours == pytest.approx(as_excel)
    assert not differing


def test_random_expressions_have_every_operator_and_function(drawn: Drawn) -> None:
    everything = {
        *language.OPERATORS, *language.COMPARISONS, *language.FUNCTIONS,
        *language.FIGURE_FUNCTIONS, "sum", "figure", "number",
    }  # fmt: skip
    assert set().union(*(names_in(tree) for tree, _ in drawn)) == everything
