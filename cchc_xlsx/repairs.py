"""The least sets of cells whose change makes conditions hold: a mixed-integer programme.

Fellegi and Holt (1976): a record that breaks its edit rules is mended in the fewest fields, each
weighted by the trust in it. The programme is that of R's `errorlocate` (van der Loo and de Jonge,
2018): a binary for each cell says whether it changes. HiGHS solves it.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import highspy
import numpy as np

from cchc_xlsx.conditions import AtMostZero, Condition, Every, Filled, Monomial, Polynomial

TOLERANCE = 1e-7
"""HiGHS' own for rows and whole numbers is 1e-6, which is much beside figures of a million; with
1e-9 its presolve calls programmes infeasible that are not."""

LARGEST = 1e6
"""Larger figures are taken for this one. A binary is 0 or 1 give or take the tolerance: times a
bound of 1e11 that is room for any figure, and numbers so far apart can crash HiGHS."""

NODES = 200
"""Of the search tree, a question; those of real reports are answered at the root."""

_NO_SOLUTION = (
    highspy.HighsModelStatus.kInfeasible,
    highspy.HighsModelStatus.kUnboundedOrInfeasible,
)

QUESTIONS = 200
"""About what can be asked in a second; the worst reports are answered with half as many."""

SECONDS = 1.5
"""Of the processor, should it be slow: the last resort, for it is not the same each time."""


@dataclass
class Patience:
    """What all programmes of one submission may take together."""

    questions: int = QUESTIONS
    until: float = field(default_factory=lambda: time.thread_time() + SECONDS)

    @property
    def seconds(self) -> float:
        """How long the next question may take; 0 where there is to be none."""
        return max(self.until - time.thread_time(), 0.0) if self.questions else 0.0


@dataclass(frozen=True)
class Changeable:
    """A cell: its number (0 for a blank), what changing it costs, and what it can change to.

    The new number is between `least` and `most`. A cell that `may_empty` can also become blank. No
    number is beyond `LARGEST`.
    """

    number: float
    is_blank: bool
    cost: float
    least: float
    most: float
    is_whole: bool
    may_empty: bool


@dataclass(frozen=True)
class Repair:
    """Cells to change, what that costs, and one way to do it; None is a blank."""

    cost: float
    values: Mapping[str, float | None]


class _Term:
    """A linear term: columns of the programme with their factors, and a constant."""

    def __init__(self, factors: Mapping[int, float], constant: float = 0.0) -> None:
        self.factors = {column: factor for column, factor in factors.items() if factor}
        self.constant = constant

    def plus(self, other: _Term, times: float = 1.0) -> _Term:
        factors = dict(self.factors)
        for column, factor in other.factors.items():
            factors[column] = factors.get(column, 0.0) + times * factor
        return _Term(factors, self.constant + times * other.constant)


class Repairs:
    """The programme over some cells. Raises nothing; what it cannot solve in time has no repair."""

    def __init__(
        self,
        cells: Mapping[str, Changeable],
        conditions: Iterable[Condition],
        patience: Patience,
    ) -> None:
        self.cells, self.patience = cells, patience
        self.highs = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("mip_max_nodes", NODES),
            ("mip_rel_gap", 0.0),
            # Takes ten times as long as all else together, on programmes as small as these.
            ("mip_heuristic_run_feasibility_jump", False),
            ("mip_feasibility_tolerance", TOLERANCE),
            ("primal_feasibility_tolerance", TOLERANCE),
        ):
            self.highs.setOptionValue(option, value)
        self.bounds: list[tuple[float, float]] = []
        self.whole: list[int] = []
        self.rows: list[_Term] = []
        self.changes: dict[str, int] = {}
        self.news: dict[str, int] = {}
        self.blanks: dict[str, int] = {}
        self.products: dict[Monomial, _Term] = {}
        for name, cell in cells.items():
            self._add_cell(name, cell)
        for condition in conditions:
            self._require(condition)
        self._load()

    def _load(self) -> None:
        """Hand the columns and rows over, all at once: one by one takes most of the time."""
        low, high = np.array(self.bounds).reshape(-1, 2).T
        self.highs.addVars(len(self.bounds), low.copy(), high.copy())
        kinds = np.full(len(self.whole), int(highspy.HighsVarType.kInteger), dtype=np.uint8)
        self.highs.changeColsIntegrality(len(self.whole), np.array(self.whole, np.int32), kinds)
        lengths = [len(row.factors) for row in self.rows]
        columns = [column for row in self.rows for column in row.factors]
        factors = [factor for row in self.rows for factor in row.factors.values()]
        self.highs.addRows(
            len(self.rows),
            np.full(len(self.rows), -highspy.kHighsInf),
            np.array([-row.constant for row in self.rows], np.float64),
            len(columns),
            np.cumsum([0, *lengths[:-1]], dtype=np.int32),
            np.array(columns, np.int32),
            np.array(factors, np.float64),
        )

    # --- questions ----------------------------------------------------------------------------

    def cheapest(
        self, *, changed: Collection[str] = (), kept: Collection[str] = (), most: float = np.inf
    ) -> Repair | None:
        """The repair of least cost among those that change and keep these cells; None of none.

        Of cost `most` at most.
        """
        self._fix({self.changes[name]: (1.0, 1.0) for name in changed})
        self._fix({self.changes[name]: (0.0, 0.0) for name in kept})
        self._aim({self.changes[name]: cell.cost for name, cell in self.cells.items()})
        solution = self._solve()
        self._free({self.changes[name] for name in (*changed, *kept)})
        if solution is None:
            return None
        repair = self._repair(solution)
        return repair if repair.cost <= most else None

    def refuse(self, repair: Repair) -> None:
        """Never again answer with just this set of cells; those that cost nothing aside."""
        signs = {
            self.changes[name]: 1.0 if name in repair.values else -1.0
            for name, cell in self.cells.items()
            if cell.cost
        }
        changed = sum(sign > 0 for sign in signs.values())
        row = _Term(signs, 1.0 - changed)
        columns = np.array(list(row.factors), dtype=np.int32)
        factors = np.array(list(row.factors.values()), dtype=np.float64)
        self.highs.addRow(-highspy.kHighsInf, -row.constant, len(columns), columns, factors)

    def extent(self, name: str, among: Collection[str]) -> tuple[float, float] | None:
        """From where to where a cell's new number can be; None where it can be none at all.

        Only the cells `among` change, and those that cost nothing.
        """
        kept = [each for each, cell in self.cells.items() if each not in among and cell.cost]
        self._fix({self.changes[each]: (0.0, 0.0) for each in kept})
        self._fix({self.changes[name]: (1.0, 1.0)})
        if name in self.blanks:
            self._fix({self.blanks[name]: (0.0, 0.0)})
        ends = []
        for sign in (1.0, -1.0):
            self._aim({self.news[name]: sign})
            solution = self._solve()
            ends.append(None if solution is None else solution[self.news[name]])
        self._free({*self.changes.values(), *self.blanks.values()})
        low, high = ends
        return None if low is None or high is None else (low, high)

    def _fix(self, bounds: Mapping[int, tuple[float, float]]) -> None:
        for column, (low, high) in bounds.items():
            self.highs.changeColBounds(column, low, high)

    def _free(self, columns: Iterable[int]) -> None:
        self._fix({column: self.bounds[column] for column in columns})

    def _aim(self, costs: Mapping[int, float]) -> None:
        columns = np.arange(len(self.bounds), dtype=np.int32)
        factors = np.array([costs.get(column, 0.0) for column in range(len(columns))])
        self.highs.changeColsCost(len(columns), columns, factors)

    def _solve(self) -> Sequence[float] | None:
        seconds = self.patience.seconds
        if not seconds:
            return None
        self.patience.questions -= 1
        # HiGHS counts from the first question on.
        self.highs.setOptionValue("time_limit", self.highs.getRunTime() + seconds)
        self.highs.run()
        status = self.highs.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            solution: Sequence[float] = self.highs.getSolution().col_value
            return solution
        if status not in _NO_SOLUTION:
            self.patience.questions = 0  # the next would be as hard
        return None

    def _repair(self, solution: Sequence[float]) -> Repair:
        changed = [name for name, column in self.changes.items() if solution[column] > 0.5]
        return Repair(
            sum(self.cells[name].cost for name in changed),
            {name: self._value(name, solution) for name in changed},
        )

    def _value(self, name: str, solution: Sequence[float]) -> float | None:
        if name in self.blanks and solution[self.blanks[name]] > 0.5:
            return None
        new = solution[self.news[name]]
        return float(round(new)) if self.cells[name].is_whole else new

    # --- cells --------------------------------------------------------------------------------

    def _add_column(self, low: float, high: float, *, is_whole: bool) -> int:
        column = len(self.bounds)
        self.bounds.append((low, high))
        if is_whole:
            self.whole.append(column)
        return column

    def _add_cell(self, name: str, cell: Changeable) -> None:
        """Its number is ``number · (1 − change) + new``, and new is 0 unless it changes."""
        change = self._add_column(0, 1, is_whole=True)
        low, high = min(0.0, cell.least), max(0.0, cell.most)
        new = self._add_column(low, high, is_whole=cell.is_whole)
        self.changes[name], self.news[name] = change, new
        filled = _Term({change: 1})
        if cell.may_empty:
            blank = self._add_column(0, 1, is_whole=True)
            self.blanks[name] = blank
            filled = _Term({change: 1, blank: -1})
            self._at_most_zero(_Term({blank: 1, change: -1}))
        self._at_most_zero(_Term({new: 1}).plus(filled, -cell.most))
        self._at_most_zero(_Term({new: -1}).plus(filled, cell.least))

    def _number(self, name: str) -> _Term:
        cell = self.cells[name]
        change, new = self.changes[name], self.news[name]
        return _Term({change: -cell.number, new: 1}, cell.number)

    def _is_filled(self, name: str) -> _Term:
        """1 where the cell is filled, else 0."""
        if self.cells[name].is_blank:
            return _Term({self.changes[name]: 1})
        return _Term({self.blanks[name]: -1} if name in self.blanks else {}, 1)

    # --- conditions ---------------------------------------------------------------------------

    def _require(self, condition: Condition, where: int | None = None) -> None:
        """Rows that make a condition hold; where a binary is given, only if that is 1."""
        if isinstance(condition, AtMostZero):
            self._at_most_zero(self._linear(condition.polynomial), where)
        elif isinstance(condition, Filled):
            filled, factor = self._is_filled(condition.name), 1 if condition.is_filled else -1
            asked = _Term({}, 1 if condition.is_filled else 0)
            self._at_most_zero(asked.plus(filled, -factor), where)
        elif isinstance(condition, Every):
            for part in condition.parts:
                self._require(part, where)
        elif len(condition.parts) == 1:
            self._require(condition.parts[0], where)
        else:
            chosen = [self._add_column(0, 1, is_whole=True) for _ in condition.parts]
            for binary, part in zip(chosen, condition.parts, strict=True):
                self._require(part, binary)
            self._at_most_zero(_Term(dict.fromkeys(chosen, -1.0), 1), where)

    def _at_most_zero(self, term: _Term, where: int | None = None) -> None:
        if where is not None:
            # So large that the row says nothing while the binary is 0.
            slack = max(self._most(term), 0.0)
            term = term.plus(_Term({where: slack}, -slack))
        self.rows.append(term)

    def _most(self, term: _Term) -> float:
        """A number that a term never exceeds."""
        ends = (
            max(factor * end for end in self.bounds[column])
            for column, factor in term.factors.items()
        )
        return sum(ends, term.constant)

    def _linear(self, polynomial: Polynomial) -> _Term:
        term = _Term({})
        for monomial, factor in polynomial.items():
            term = term.plus(self._monomial(monomial), factor)
        return term

    def _monomial(self, names: Monomial) -> _Term:
        if not names:
            return _Term({}, 1)
        if len(names) == 1:
            return self._number(names[0])
        if names not in self.products:
            self.products[names] = self._product(*names)
        return self.products[names]

    def _product(self, one: str, other: str) -> _Term:
        """The product of two cells; right as long as one of them keeps its number.

        Where both change it is anything: whoever asks looks at the rules again.
        """
        ends = [low * high for low in self._ends(one) for high in self._ends(other)]
        product = _Term({self._add_column(min(ends), max(ends), is_whole=False): 1})
        for kept, free in ((one, other), (other, one)):
            exact = self._number(free)
            apart = product.plus(exact, -self.cells[kept].number)
            for sign in (1, -1):
                gap = _Term({}).plus(apart, sign)
                slack = max(self._most(gap), 0.0)
                self._at_most_zero(gap.plus(_Term({self.changes[kept]: -slack})))
        return product

    def _ends(self, name: str) -> tuple[float, float]:
        cell = self.cells[name]
        return min(0.0, cell.number, cell.least), max(0.0, cell.number, cell.most)
