"""One rule, two readers: the workbook, recalculated by two programs, gives the reader's verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import pytest
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from cchc_xlsx.expression import Figures, code_of, is_previous
from cchc_xlsx.figures import Fill, state_formula, tabulate
from cchc_xlsx.form import Form, Rule
from cchc_xlsx.layout import (
    CHECKS_SHEET,
    RULE_STATUS,
    STATE,
    AppendixLayout,
    ChecksLayout,
)
from cchc_xlsx.reader import read
from cchc_xlsx.reader.entry import Entry as Understood
from cchc_xlsx.reader.entry import read_entry
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.submission import Submission
from cchc_xlsx.template import Content, write_template
from cchc_xlsx.verdicts import verdicts
from cchc_xlsx.words import BROKEN, HOLDS, LATER, UNTOLD
from cchc_xlsx.workbook.cells import Cell, CellKind
from tests.draws import COUNTED, EDGES
from tests.edges import Case, Entry, draw_cases
from tests.engines import Engine
from tests.office import stored_values

CASES_A_RULE = 60

WORKBOOKS = 8

Draw = Sequence[Sequence[Case]]
"""The cases of every live rule."""

Record = Callable[[str, object], None]
"""What pytest gives a test to record a property of its run."""

Outcome = bool | str
"""The rule holds, is broken, or `UNTOLD`."""


def live_rules(form: Form) -> list[Rule]:
    """The rules that the workbook checks itself."""
    rules = (form.rules[position] for position in ChecksLayout(form).order)
    return [rule for rule in rules if rule.check.is_live]


@pytest.fixture(scope="module")
def drawn(form: Form) -> Draw:
    """For every live rule its cases, the same in every run, whatever rules stand before it."""
    return [
        draw_cases(form, rule.check, CASES_A_RULE, Random(f"{EDGES} {rule.check.text}"))
        for rule in live_rules(form)
    ]


# --- the reader's side ----------------------------------------------------------------------


def understood(form: Form, name: str, entry: Entry) -> Understood:
    """What the reader makes of a cell."""
    if entry is None:
        cell = None
    elif isinstance(entry, str):
        cell = Cell(CellKind.TEXT, entry)
    else:
        cell = Cell(CellKind.NUMBER, f"{entry:.15g}", entry)
    return read_entry(cell, form.by_code[code_of(name)], "")


def figures_of(form: Form, cases: Sequence[Case]) -> Figures:
    """The figures of n cases of one rule."""
    columns = {name: [understood(form, name, case[name]) for case in cases] for name in cases[0]}
    return Figures(
        {
            name: np.array([np.nan if each.value is None else each.value for each in column])
            for name, column in columns.items()
        },
        {
            name: np.array([each.state for each in column], dtype=np.int8)
            for name, column in columns.items()
        },
    )


def opening_of(form: Form, case: Case) -> Fill:
    """The figures that a unit had when the period began."""
    return Fill(
        {
            code_of(name): understood(form, name, entry).value
            for name, entry in case.items()
            if is_previous(name)
        }
    )


def outcomes(form: Form, rule: Rule, cases: Sequence[Case]) -> list[Outcome]:
    """What the reader says of each case: the rule holds, is broken, or cannot be told."""
    values = rule.check.over(figures_of(form, cases))
    return [UNTOLD if np.isnan(value) else bool(value) for value in values]


# --- every rule at its edges, a line a case ---------------------------------------------------


@dataclass(frozen=True)
class Line:
    """Addresses in one row: the outcome, then for each figure the cells E, Y and Z of the form."""

    row: int
    names: tuple[str, ...]

    def _cell(self, name: str, part: int) -> str:
        return f"{get_column_letter(2 + 3 * self.names.index(name) + part)}{self.row}"

    def typed(self, name: str) -> str:
        return self._cell(name, 0)

    def value(self, name: str) -> str:
        return self._cell(name, 0 if is_previous(name) else 1)

    def state(self, name: str) -> str:
        return f"COUNT({self.typed(name)})" if is_previous(name) else self._cell(name, 2)


def lines(form: Form, drawn: Draw) -> Iterator[tuple[Line, Rule, Case, Outcome]]:
    """Every case on its line, with what the reader says of it."""
    row = 1
    for rule, cases in zip(live_rules(form), drawn, strict=True):
        for case, outcome in zip(cases, outcomes(form, rule, cases), strict=True):
            yield Line(row, rule.check.names), rule, case, outcome
            row += 1


def cells(form: Form, line: Line, rule: Rule, case: Case) -> Iterator[Entry]:
    """What stands in a line."""
    yield "=" + rule.check.to_excel(line, otherwise=f'"{UNTOLD}"')
    for name, entry in case.items():
        yield entry
        yield from (None, None) if is_previous(name) else copies(form, line, name)


def copies(form: Form, line: Line, name: str) -> tuple[str, str]:
    """The two hidden cells that the form has for an input: its figure and its state."""
    measure = form.by_code[name].measure
    assert measure is not None
    typed, value = line.typed(name), line.value(name)
    return f'=IF(COUNTBLANK({typed})=1,"",{typed})', state_formula(measure.kind, value)


def write_lines(form: Form, drawn: Draw, file: Path) -> None:
    """A sheet of nothing but cases; openpyxl stores no results that an engine might keep."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("rules")
    for line, rule, case, _ in lines(form, drawn):
        sheet.append(list(cells(form, line, rule, case)))
    book.save(file)


def test_every_rule_agrees_at_its_edges(
    form: Form, drawn: Draw, engine: Engine, tmp_path: Path, record_property: Record
) -> None:
    file = tmp_path / "rules.xlsx"
    write_lines(form, drawn, file)
    (calculated,) = engine.recalculate([file], tmp_path / "calculated")
    shown = stored_values(calculated)
    compared = [
        (rule.check.text, case, shown[f"rules!A{line.row}"], outcome)
        for line, rule, case, outcome in lines(form, drawn)
    ]
    differing = [each for each in compared if each[2] != each[3]]
    told = sum(outcome != UNTOLD for *_, outcome in compared)
    record_property(
        COUNTED,
        f"{engine.name}: {len(compared)} cases of rule x input, {told} told, "
        f"{len(differing)} differ; seed of the draw: {EDGES}",
    )
    assert not differing
    assert len(compared) >= 10_000


def test_each_rule_was_seen_to_hold_to_break_and_untold(form: Form, drawn: Draw) -> None:
    """The draw is worth something only if it leads every single rule everywhere."""
    seen = {
        rule.check.text: set(outcomes(form, rule, cases))
        for rule, cases in zip(live_rules(form), drawn, strict=True)
    }
    assert {text: each for text, each in seen.items() if len(each) < 3} == {}


# --- whole workbooks of the template ----------------------------------------------------------


def put_together(drawn: Draw, random: Random) -> Case:
    """One workbook full: cases of rules that do not share a row, those over many rows first."""
    entries: dict[str, Entry] = {}
    for cases in sorted(random.sample(drawn, len(drawn)), key=lambda cases: len(cases[0]) == 1):
        case = random.choice(cases)
        if entries.keys().isdisjoint(case):
            entries |= case
    return entries


def contents(form: Form, drawn: Draw) -> list[Content]:
    """The same workbooks in every run, each with an earlier report for the rules to look back."""
    random, drawn_contents = Random(EDGES), []
    for number in range(WORKBOOKS):
        entries = put_together(drawn, random)
        opening = opening_of(form, entries)
        last = Submission(file="", sha256="", period=form.period("2022-6T"), fill=opening)
        drawn_contents.append(
            Content(
                form,
                form.period("2022-Q3"),
                ReportingUnit(f"H99.{number:03}", "Sở Thử nghiệm"),
                {
                    name: entry
                    for name, entry in entries.items()
                    if entry is not None and not is_previous(name)
                },
                previous=last,
                opening=opening,
            )
        )
    return drawn_contents


def expected(form: Form, fill: Fill, opening: Fill) -> dict[str, object]:
    """What the workbook has to show: the state of every input, a word for every rule."""
    figures = tabulate(form, [fill], [opening])
    rows, checks = AppendixLayout(form), ChecksLayout(form)
    outcome = verdicts(form, figures)[:, 0]
    words = {
        f"{CHECKS_SHEET}!{RULE_STATUS}{checks.row(position)}": LATER
        if not form.rules[position].check.is_live
        else UNTOLD
        if np.isnan(outcome[position])
        else HOLDS
        if outcome[position]
        else BROKEN[form.rules[position].severity]
        for position in checks.order
    }
    states = {rows.name(row.code, STATE): int(figures.states[row.code][0]) for row in form.inputs}
    return {**states, **words}


def test_whole_workbooks_agree(
    form: Form, drawn: Draw, engine: Engine, tmp_path: Path, record_property: Record
) -> None:
    written = contents(form, drawn)
    files = [tmp_path / f"{number}.xlsx" for number, _ in enumerate(written)]
    for content, file in zip(written, files, strict=True):
        write_template(content, file)
    compared, differing = 0, []
    calculated = engine.recalculate(files, tmp_path / "calculated")
    for content, file, again in zip(written, files, calculated, strict=True):
        submission = read(file.read_bytes(), file.name, form).submission
        shown, due = stored_values(again), expected(form, submission.fill, content.opening)
        compared += len(due)
        differing += [
            (file.name, cell, shown[cell], word)
            for cell, word in due.items()
            if shown[cell] != word
        ]

        # The engine saved it; nothing of what was typed is lost or read differently.
        resaved = read(again.read_bytes(), again.name, form).submission
        assert resaved.fill == submission.fill
        assert resaved.unit == submission.unit

    record_property(
        COUNTED,
        f"{engine.name}: {compared} states and verdicts in workbooks, {len(differing)} differ",
    )
    assert not differing
