"""The cells that are most likely wrong where a submission breaks hard rules.

The least set of cells whose change makes all hard rules hold (see `repairs`), and for each of its
cells those that could change instead. A figure is suggested only where one stands out; no figure
is ever changed.

A total that agrees with its parts follows them: who mends a part adds up again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from importlib.util import find_spec
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from cchc_xlsx.additive import rules_for_totals
from cchc_xlsx.conditions import Condition, NotPolynomial, must_hold, must_not_break
from cchc_xlsx.expression import (
    Call,
    Comparison,
    Constant,
    Expression,
    Figure,
    FigureCall,
    Figures,
    Node,
    Operation,
    State,
    ValueType,
)
from cchc_xlsx.figures import SUGGESTION_DECIMALS, rests_on, rounded, tabulate
from cchc_xlsx.finding import Severity
from cchc_xlsx.form import Basis, Form, Indicator, Kind, Rule
from cchc_xlsx.previous import Previous
from cchc_xlsx.slips import WEAK, meant_by, standing_out
from cchc_xlsx.submission import Reading, Suspect
from cchc_xlsx.verdicts import verdicts

if TYPE_CHECKING:
    from cchc_xlsx.repairs import Changeable, Patience, Repair, Repairs

MOST_SUSPECTS = 12
"""Of one set of rules that hang together; more tell nobody anything."""

COST, DOUBTFUL, BLANK = 1.0, 0.75, 0.6
"""What changing a cell costs: less where its typing is questioned already, or where it is blank; a
total that follows its parts costs nothing. Two cells always cost more than one."""

FORCED_SLIP, SLIP, WEAK_SLIP, COPIED = 0.5, 0.3, 0.2, 0.3
"""How much an explanation of the figure that was typed makes a cell more suspect: most where it
leads to the only figure that fits, least for a slip that leads to many."""

FORCED = "giá trị duy nhất khớp với các ô còn lại"
FORMULA = "tính từ các ô liên quan"
NEIGHBOUR = "số đang nhập trùng với dòng liền kề"
LAST_PERIOD = "số đang nhập trùng với kỳ trước"
TO_EMPTY = "chỉ đạt khi để trống"

HIGHEST_RATE = 200.0
LEAST_LIMIT = 1000.0
"""A new rate is at most the one; a new count at most twice all the others and the other more, and
never more than `repairs.LARGEST`."""

LEAST_TELLING = 10
"""Smaller figures are the same, or a slip away, by chance too often."""


Values = Mapping[str, float | None]
"""Figures by code; None is a blank."""


def suspects(form: Form, reading: Reading, previous: Previous) -> tuple[Suspect, ...]:
    """The cells most likely wrong, best first; none where every hard rule holds.

    First those of the least set, one for each error that there must be, then what could be wrong
    in their place. None either where HiGHS is not installed.
    """
    if not reading.breaks_any(form.hard_rules) or find_spec("highspy") is None:
        return ()
    report = _Report(form, reading, previous)
    found = [group.suspects() for group in report.groups()]
    best = chain.from_iterable(leading for leading, _ in found)
    others = chain.from_iterable(beside for _, beside in found)
    return (*report.in_order(best), *report.in_order(others))


# --- one report -------------------------------------------------------------------------------


def _figures(values: Values) -> Figures:
    """The figures of one submission."""
    return Figures(
        {code: np.array([np.nan if each is None else each]) for code, each in values.items()},
        {
            code: np.array([State.BLANK if each is None else State.USABLE], dtype=np.int8)
            for code, each in values.items()
        },
    )


class _Report:
    """A submission, the hard rules over its readable figures, and the totals that follow."""

    def __init__(self, form: Form, reading: Reading, previous: Previous) -> None:
        submission = reading.submission
        unreadable = submission.fill.unreadable
        self.form, self.submission = form, submission
        hard = form.with_hard_rules
        told = verdicts(hard, tabulate(form, [submission.fill]))[:, 0].tolist()
        self.outcomes: Mapping[int, float] = dict(zip(map(id, hard.rules), told, strict=True))
        self.values: Values = {
            row.code: submission.fill.values.get(row.code)
            for row in form.inputs
            if row.code not in unreadable
        }
        self.rules = [
            rule
            for rule in (rules_for_totals(hard) if submission.leaves else hard.rules)
            if _is_of(rule, self.values)
        ]
        self.places = {row.code: at for at, row in enumerate(form.inputs)}
        self.whole = frozenset(
            row.code for row in form.inputs if row.measure and row.measure.kind.is_whole
        )
        self.definitions = dict(self._definitions())
        self.doubtful = {
            finding.codes[0]
            for finding in reading.findings
            if len(finding.codes) == 1 and finding.severity is not Severity.INFO
        } - {rule.codes[0] for rule in self.rules if rule.each and self.is_broken(rule)}
        told = {(finding.rule, finding.codes) for finding in reading.findings}
        self.questioned = [
            rule
            for rule in form.rules
            if rule.severity is not Severity.ERROR
            and (rule.id, rule.codes) in told
            and _is_of(rule, self.values)
        ]
        last = submission.period and previous.last(submission.unit_code, submission.period)
        self.last: Values = last.fill.values if last else {}

    @cached_property
    def patience(self) -> Patience:
        """What is left to all its groups."""
        from cchc_xlsx.repairs import Patience

        return Patience()

    def is_broken(self, rule: Rule) -> bool:
        """Whether a rule does not hold."""
        return self.outcome(rule) == 0

    def outcome(self, rule: Rule) -> float:
        """1 where a rule holds, 0 where it is broken, NaN where it cannot be told."""
        return self.outcomes[id(rule)]

    def eased(self, values: Values) -> tuple[str, ...]:
        """The ids of what is questioned, but is not once figures are these."""
        changed = {**self.values, **values}
        held = (rule.id for rule in self.questioned if _outcome(rule, rule.codes, changed) != 0)
        return tuple(dict.fromkeys(held))

    def in_order(self, found: Iterable[Suspect]) -> list[Suspect]:
        """The most suspect first; those that are equally so, in the order of the form."""
        return sorted(found, key=lambda suspect: (suspect.cost, self.places[suspect.code]))

    def pick(self, codes: Iterable[str]) -> Values:
        """The figures of these rows."""
        return {code: self.values[code] for code in codes}

    def _definitions(self) -> Iterator[tuple[str, Expression]]:
        """The formulas of the rows that agree with them, those that rest on others last."""
        formulas = {row.code: row.formula for row in self.form.inputs if row.formula}
        for code in sorted(formulas, key=lambda each: len(rests_on(each, formulas))):
            formula, value = formulas[code], self.values.get(code)
            if value is not None and self.values.keys() >= set(formula.codes):
                (result,) = formula.over(_figures(self.pick(formula.codes)))
                if not np.isnan(result) and rounded(result) == rounded(value):
                    yield code, formula

    def groups(self) -> Iterator[_Group]:
        """The rules that hang together with broken ones."""
        broken = [rule for rule in self.rules if self.is_broken(rule)]
        while broken:
            codes = self._connected(set(broken[0].codes))
            yield _Group(self, codes, [each for each in self.rules if each.codes[0] in codes])
            broken = [rule for rule in broken if codes.isdisjoint(rule.codes)]

    def _connected(self, codes: set[str]) -> set[str]:
        """These rows and all that rules and formulas connect with them."""
        edges = [set(rule.codes) for rule in self.rules]
        edges += [{code, *formula.codes} for code, formula in self.definitions.items()]
        while True:
            reached = codes.union(*(edge for edge in edges if not codes.isdisjoint(edge)))
            if reached == codes:
                return codes
            codes = reached


# --- rules that hang together -------------------------------------------------------------------


class _Group:
    """Hard rules that share figures, some of them broken."""

    def __init__(self, report: _Report, codes: Collection[str], rules: Sequence[Rule]) -> None:
        self.report, self.rules = report, rules
        self.rows = [row for row in report.form.inputs if row.code in codes]
        self.values = report.pick(row.code for row in self.rows)
        self.definitions = {
            code: formula for code, formula in report.definitions.items() if code in codes
        }
        self.named = [frozenset(rule.codes) for rule in rules]
        self.before = [report.outcome(rule) for rule in rules]

    def suspects(self) -> tuple[list[Suspect], list[Suspect]]:
        """The best for each cell of the least set, and what could change instead of one of them."""
        least = self._least()
        if least is None:
            return [], []
        best: list[Suspect] = []
        others: list[Suspect] = []
        cells = self._chosen(least)
        for code in cells:
            ranked = self._in_its_place([each for each in cells if each != code], least)
            best += ranked[:1]
            others += ranked[1:]
        found: dict[str, Suspect] = {}
        in_order = self.report.in_order
        for suspect in (*in_order(best), *in_order(others)):
            found.setdefault(suspect.code, suspect)
        told = list(found.values())[:MOST_SUSPECTS]
        leading = {each.code for each in best}
        return (
            [each for each in told if each.code in leading],
            [each for each in told if each.code not in leading],
        )

    def _chosen(self, repair: Repair) -> list[str]:
        """The cells that a repair changes, but for totals that only follow."""
        return [code for code in repair.values if code not in self.definitions]

    def _least(self) -> Repair | None:
        """The cheapest repair that the rules themselves confirm."""
        for _ in range(MOST_SUSPECTS):
            repair = self.repairs.cheapest()
            if repair is None or self._is_confirmed(repair):
                return repair
            self.repairs.refuse(repair)
        return None

    def _in_its_place(self, kept: Sequence[str], least: Repair) -> list[Suspect]:
        """Every cell that makes a repair together with those `kept` of the least, best first."""
        most = sum(self._cost(row) for row in self.rows if row.code in kept) + COST
        found: list[Suspect] = []
        tried: list[str] = []
        repair: Repair | None = least
        while repair and len(tried) < MOST_SUSPECTS:
            more = set(self._chosen(repair)) - set(kept)
            if not more:  # cheaper than the least: the solver is exact to its tolerance only
                self.repairs.refuse(repair)
            tried += more
            if repair is least or self._is_confirmed(repair):
                found += [self._suspect(code, kept) for code in more]
            repair = self.repairs.cheapest(changed=kept, kept=tried, most=most)
        return self.report.in_order(found)

    # --- the programme ----------------------------------------------------------------------------

    @cached_property
    def repairs(self) -> Repairs:
        """The programme over these cells. Raises `ImportError` where HiGHS is not installed."""
        # Imported here: few submissions break hard rules.
        from cchc_xlsx.repairs import LARGEST, Repairs

        conditions = [*self._conditions()]
        emptied = {code for rule in self.rules for code in _asked_whether_filled(rule.check.root)}
        total = sum(abs(each or 0) for each in self.values.values())
        largest = min(2 * total + LEAST_LIMIT, LARGEST)
        cells = {row.code: self._changeable(row, row.code in emptied, largest) for row in self.rows}
        return Repairs(cells, conditions, self.report.patience)

    def _conditions(self) -> Iterator[Condition]:
        """What the rules ask; one that no such programme can take is only looked at afterwards."""
        whole = self.report.whole
        for rule, before in zip(self.rules, self.before, strict=True):
            with suppress(NotPolynomial):
                yield (must_hold if before == 0 else must_not_break)(rule.check, whole)
        for code, formula in self.definitions.items():
            with suppress(NotPolynomial):
                yield must_not_break(_agrees(code, formula), whole)

    def _changeable(self, row: Indicator, may_empty: bool, largest: float) -> Changeable:
        from cchc_xlsx.repairs import LARGEST, Changeable

        assert row.measure is not None, f"{row.code} takes no value"
        kind, value = row.measure.kind, self.values[row.code]
        choices: list[float] = [*row.measure.choices] or [0, largest]
        return Changeable(
            number=min(max(value or 0.0, -LARGEST), LARGEST),
            is_blank=value is None,
            cost=self._cost(row),
            least=min(choices),
            most=HIGHEST_RATE if kind is Kind.PERCENT else max(choices),
            is_whole=kind.is_whole,
            may_empty=may_empty and value is not None,
        )

    def _cost(self, row: Indicator) -> float:
        if row.code in self.definitions:
            return 0.0
        if self.values[row.code] is None:
            return BLANK
        return DOUBTFUL if row.code in self.report.doubtful else COST

    # --- what becomes of the rules ----------------------------------------------------------------

    def _followed(self, changes: Values) -> Values:
        """These changes and those of the totals that follow."""
        changed = dict(changes)
        for code, formula in self.definitions.items():
            if not changed.keys().isdisjoint(formula.codes):
                changed[code] = _worked_out(formula, {**self.values, **changed})
        return changed

    def _outcomes(self, changes: Values) -> list[float]:
        """What the rules give once these figures are changed and the totals follow."""
        changed = self._followed(changes)
        values = {**self.values, **changed}
        told = zip(self.rules, self.named, self.before, strict=True)
        return [
            before if changed.keys().isdisjoint(named) else _outcome(rule, named, values)
            for rule, named, before in told
        ]

    def _is_confirmed(self, repair: Repair) -> bool:
        """Whether the rules themselves say so."""
        chosen = self._chosen(repair)
        outcomes = self._outcomes({code: self._inside(code, repair, chosen) for code in chosen})
        told = zip(self.before, outcomes, strict=True)
        return all(now == 1 if was == 0 else now != 0 for was, now in told)

    def _inside(self, code: str, repair: Repair, chosen: Sequence[str]) -> float | None:
        """The new figure; of a rate one that is not on the edge of what the rules allow."""
        value = repair.values[code]
        if value is None or code in self.report.whole:
            return value
        extent = self.repairs.extent(code, chosen)
        return sum(extent) / 2 if extent else value

    def _mended(self, outcomes: Sequence[float]) -> tuple[str, ...]:
        """The ids of the broken rules that hold now."""
        told = zip(self.rules, self.before, outcomes, strict=True)
        return tuple(dict.fromkeys(rule.id for rule, was, now in told if was == 0 and now == 1))

    # --- one suspect ------------------------------------------------------------------------------

    def _suspect(self, code: str, kept: Sequence[str]) -> Suspect:
        """A cell that makes a repair together with those `kept`."""
        row = self.report.form.by_code[code]
        suggestion, reason, evidence = self._meant(row, kept)
        repairs: tuple[str, ...] = ()
        eases: tuple[str, ...] = ()
        if suggestion is not None:
            repairs = self._mended_alone(code, suggestion, kept)
            eases = self.report.eased(self._followed({code: suggestion}))
        if not repairs:
            suggestion = None
            eases = ()
            touched = self._with_totals(code)
            repairs = self._mended([not touched.isdisjoint(named) for named in self.named])
        cell = self.report.submission.cells.get(code, "")
        cost = self._cost(row) - evidence
        value = self.values[code]
        return Suspect(code, cell, value, suggestion, reason, repairs, cost, eases)

    def _mended_alone(self, code: str, value: float, kept: Sequence[str]) -> tuple[str, ...]:
        """The broken rules that hold with this figure; none if it breaks another one."""
        outcomes = self._outcomes({code: value})
        told = zip(self.named, self.before, outcomes, strict=True)
        breaks = any(now == 0 != was and named.isdisjoint(kept) for named, was, now in told)
        return () if breaks else self._mended(outcomes)

    def _with_totals(self, code: str) -> set[str]:
        """A cell and the totals that follow it."""
        touched = {code}
        for total, formula in self.definitions.items():
            if not touched.isdisjoint(formula.codes):
                touched.add(total)
        return touched

    def _meant(self, row: Indicator, kept: Sequence[str]) -> tuple[float | None, str, float]:
        """The figure that stands out for a cell, why, and how much that tells."""
        assert row.measure is not None, f"{row.code} takes no value"
        extent = self.repairs.extent(row.code, [row.code, *kept])
        if extent is None:
            return None, TO_EMPTY if self.report.patience.seconds else "", 0.0
        low, high = (round(end, 6) for end in extent)
        typed = self.values[row.code]
        is_rate = row.measure.kind is Kind.PERCENT
        slips = {} if typed is None else meant_by(typed, is_rate=is_rate)
        fitting = {figure: slip for figure, slip in slips.items() if low <= figure <= high}
        copied = self._copied(row)
        if low == high:
            slip = slips.get(low, "")
            reason = slip or copied or FORCED
            return low, reason, _evidence(slip, FORCED_SLIP) if slip else COPIED * bool(copied)
        likely = standing_out(fitting)
        # Of one digit nearly every figure is a slip away.
        if likely is not None and typed and (is_rate or typed >= LEAST_TELLING):
            return likely, fitting[likely], _evidence(fitting[likely], SLIP)
        if row.formula and set(kept).isdisjoint(row.formula.codes):
            result = _worked_out(row.formula, self.values)
            if result is not None and low <= result <= high:
                return result, FORMULA, 0.0
        return None, copied, COPIED * bool(copied)

    def _copied(self, row: Indicator) -> str:
        """Where the figure that was typed seems to have been taken from, if it does."""
        value = self.values[row.code]
        if value is None or value < LEAST_TELLING:
            return ""
        inputs = self.report.form.inputs
        at = inputs.index(row)
        beside = (inputs[each].code for each in (at - 1, at + 1) if 0 <= each < len(inputs))
        if any(self.report.values.get(code) == value for code in beside):
            return NEIGHBOUR
        # What there is at a point in time is often the same as before.
        is_same = self.report.last.get(row.code) == value and row.basis is not Basis.POINT_IN_TIME
        return LAST_PERIOD if is_same else ""


def _is_of(rule: Rule, values: Values) -> bool:
    """Whether a rule asks for these figures alone: not for another report, not for a note."""
    return not rule.check.looks_back and rule.check.is_live and values.keys() >= set(rule.codes)


def _evidence(slip: str, plain: float) -> float:
    return WEAK_SLIP if slip in WEAK else plain


def _outcome(rule: Rule, codes: Iterable[str], values: Values) -> float:
    return float(rule.check.over(_figures({code: values[code] for code in codes}))[0])


def _worked_out(formula: Expression, values: Values) -> float | None:
    (result,) = formula.over(_figures({code: values[code] for code in formula.codes}))
    return None if np.isnan(result) else rounded(float(result))


def _agrees(code: str, formula: Expression) -> Expression:
    """The condition that a figure is what its formula gives, rounded as it is typed."""
    apart = Operation("-", (Figure(code), formula.root))
    half = Constant(0.5 * 10**-SUGGESTION_DECIMALS)
    within = Operation("-", (Call("abs", (apart,)), half))
    return Expression("", Comparison("<=", within))


def _asked_whether_filled(node: Node) -> Iterator[str]:
    """The figures of which a condition asks whether they are filled."""
    if isinstance(node, FigureCall) and node.gives is ValueType.LOGICAL:
        yield node.name
    elif isinstance(node, Operation):
        for operand in node.operands:
            yield from _asked_whether_filled(operand)
