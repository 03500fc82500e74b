"""Edit rules as conditions that a mixed-integer programme can take.

A condition of the rule language becomes alternatives and conjunctions of polynomials compared with
0: negations are pushed inwards, ``abs`` is split into its two cases, quotients are multiplied out
for either sign of the divisor. What is no such thing raises `NotPolynomial`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from cchc_xlsx.expression import (
    Call,
    Comparison,
    Constant,
    Expression,
    Figure,
    FigureCall,
    Node,
    Operation,
    Sum,
    ValueType,
)

Monomial = tuple[str, ...]
"""The names of the figures that are multiplied, in order; the empty one stands for 1."""

Polynomial = Mapping[Monomial, float]

HIGHEST_DEGREE = 2
"""A rate times the number it is a rate of is as far as rules go."""

LEAST = 1e-4
"""What a number with decimals must differ by to be less or more than another."""


class NotPolynomial(Exception):
    """A condition that cannot be put this way. Never leaves the search for suspects."""


@dataclass(frozen=True)
class AtMostZero:
    """A polynomial is 0 or less."""

    polynomial: Polynomial


@dataclass(frozen=True)
class Filled:
    """A figure is there; or, if not `is_filled`, it is blank."""

    name: str
    is_filled: bool


@dataclass(frozen=True)
class Every:
    """All of these conditions; of none, what always holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Some:
    """At least one of these conditions; of none, what never holds."""

    parts: tuple[Condition, ...]


Condition = AtMostZero | Filled | Every | Some


@lru_cache(maxsize=1000)  # the rules of a form are asked about for submission after submission
def must_hold(check: Expression, whole: frozenset[str]) -> Condition:
    """What is needed for a rule to hold; `whole` are the figures that are whole numbers."""
    needed = tuple(Filled(name, is_filled=True) for name in check.needed)
    return Every((_Reader(whole).logical(check.root, wanted=True), *needed))


@lru_cache(maxsize=1000)
def must_not_break(check: Expression, whole: frozenset[str]) -> Condition:
    """What is needed for a rule to hold or to be one that cannot be told."""
    reader = _Reader(whole)
    root = reader.logical(check.root, wanted=True)
    untold = (Filled(name, is_filled=False) for name in check.needed)
    zero = (_equal_zero(divisor) for divisor in reader.divisors)
    return Some((root, *untold, *zero))


# --- numbers: quotients of polynomials, each under the conditions of its case -------------------


@dataclass(frozen=True)
class _Case:
    """A number as ``above / below``, wherever the conditions hold."""

    conditions: tuple[Condition, ...]
    above: Polynomial
    below: Polynomial


_ONE: Polynomial = {(): 1.0}


def _scaled(polynomial: Polynomial, factor: float) -> Polynomial:
    return {monomial: factor * number for monomial, number in polynomial.items()}


def _added(one: Polynomial, other: Polynomial) -> Polynomial:
    total = dict(one)
    for monomial, number in other.items():
        total[monomial] = total.get(monomial, 0.0) + number
    return {monomial: number for monomial, number in total.items() if number}


def _multiplied(one: Polynomial, other: Polynomial) -> Polynomial:
    total: Polynomial = {}
    for left, number in one.items():
        for right, times in other.items():
            total = _added(total, {tuple(sorted(left + right)): number * times})
    if any(len(monomial) > HIGHEST_DEGREE for monomial in total):
        raise NotPolynomial
    return total


def _equal_zero(polynomial: Polynomial) -> Condition:
    return Every((AtMostZero(polynomial), AtMostZero(_scaled(polynomial, -1))))


class _Reader:
    """Reads the tree of one rule; `divisors` gathers what it divides by."""

    def __init__(self, whole: frozenset[str]) -> None:
        self.whole = whole
        self.divisors: list[Polynomial] = []

    # --- logical nodes ------------------------------------------------------------------------

    def logical(self, node: Node, *, wanted: bool) -> Condition:
        """The condition that a node is true, or, if not `wanted`, that it is false."""
        if isinstance(node, Comparison):
            sign = node.sign if wanted else _OPPOSITE[node.sign]
            return Some(tuple(self._compared(case, sign) for case in self.cases(node.difference)))
        if isinstance(node, FigureCall) and node.gives is ValueType.LOGICAL:
            return Filled(node.name, is_filled=(node.function == "filled") is wanted)
        if not isinstance(node, Operation):
            raise NotPolynomial
        if node.name == "not":
            return self.logical(node.operands[0], wanted=not wanted)
        first, second = node.operands
        parts = (
            self.logical(first, wanted=wanted is not (node.name == "=>")),
            self.logical(second, wanted=wanted),
        )
        return Every(parts) if (node.name == "and") is wanted else Some(parts)

    def _compared(self, case: _Case, sign: str) -> Condition:
        """A case, with its number compared with 0."""
        if _is_constant(case.below):
            compared = self._signed(_scaled(case.above, 1 / case.below[()]), sign)
        else:
            flipped = _scaled(case.above, -1)
            compared = Some(
                (
                    Every((self._signed(case.below, ">"), self._signed(case.above, sign))),
                    Every((self._signed(case.below, "<"), self._signed(flipped, sign))),
                )
            )
        return Every((*case.conditions, compared))

    def _signed(self, polynomial: Polynomial, sign: str) -> Condition:
        """A polynomial compared with 0."""
        least = 1.0 if self._is_whole(polynomial) else LEAST
        less = AtMostZero(_added(polynomial, {(): least}))
        more = AtMostZero(_added(_scaled(polynomial, -1), {(): least}))
        conditions: Mapping[str, Condition] = {
            "<=": AtMostZero(polynomial),
            ">=": AtMostZero(_scaled(polynomial, -1)),
            "=": _equal_zero(polynomial),
            "<": less,
            ">": more,
            "<>": Some((less, more)),
        }
        return conditions[sign]

    def _is_whole(self, polynomial: Polynomial) -> bool:
        return all(
            number == int(number) and self.whole.issuperset(monomial)
            for monomial, number in polynomial.items()
        )

    # --- number nodes -------------------------------------------------------------------------

    def cases(self, node: Node) -> list[_Case]:
        """The number that a node gives, case by case."""
        if isinstance(node, Constant):
            return [_Case((), {(): node.value} if node.value else {}, _ONE)]
        if isinstance(node, Figure | FigureCall):
            return [_Case((), {(node.name,): 1.0}, _ONE)]
        if isinstance(node, Sum):
            return [_Case((), {(name,): 1.0 for name in node.names}, _ONE)]
        if isinstance(node, Call):
            return list(self._called(node))
        if isinstance(node, Operation) and node.name == "neg":
            return [
                _Case(case.conditions, _scaled(case.above, -1), case.below)
                for case in self.cases(node.operands[0])
            ]
        if isinstance(node, Operation) and node.name in _ARITHMETIC:
            first, second = (self.cases(operand) for operand in node.operands)
            if node.name == "/":
                self.divisors += [case.above for case in second if not _is_constant(case.above)]
            return [_ARITHMETIC[node.name](one, other) for one in first for other in second]
        raise NotPolynomial

    def _called(self, node: Call) -> Iterator[_Case]:
        """The absolute value; a whole number rounded is itself, all other roundings are refused."""
        for case in self.cases(node.arguments[0]):
            if node.name == "abs":
                for sign, factor in ((">=", 1), ("<=", -1)):
                    guard = self._compared(_Case((), case.above, case.below), sign)
                    above = _scaled(case.above, factor)
                    yield _Case((*case.conditions, guard), above, case.below)
            elif _is_constant(case.below) and self._is_whole(case.above) and case.below[()] == 1:
                yield case
            else:
                raise NotPolynomial


_OPPOSITE = {"=": "<>", "<>": "=", "<=": ">", ">": "<=", ">=": "<", "<": ">="}


def _is_constant(polynomial: Polynomial) -> bool:
    return set(polynomial) == {()}


def _sum(one: _Case, other: _Case) -> _Case:
    above = _added(_multiplied(one.above, other.below), _multiplied(other.above, one.below))
    return _Case(one.conditions + other.conditions, above, _multiplied(one.below, other.below))


def _difference(one: _Case, other: _Case) -> _Case:
    return _sum(one, _Case(other.conditions, _scaled(other.above, -1), other.below))


def _product(one: _Case, other: _Case) -> _Case:
    return _Case(
        one.conditions + other.conditions,
        _multiplied(one.above, other.above),
        _multiplied(one.below, other.below),
    )


def _quotient(one: _Case, other: _Case) -> _Case:
    if not other.above:
        raise NotPolynomial
    return _product(one, _Case(other.conditions, other.below, other.above))


_ARITHMETIC: Mapping[str, Callable[[_Case, _Case], _Case]] = {
    "+": _sum,
    "-": _difference,
    "*": _product,
    "/": _quotient,
}
