"""The rules as one would write them by hand: a Python lambda for each, over a dictionary."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from cchc_xlsx.expression import (
    Call,
    Comparison,
    Constant,
    Expression,
    Figure,
    FigureCall,
    Node,
    NoteCall,
    Operation,
    Sum,
    ValueType,
)

Values = Mapping[str, object]
"""The figures of one report by the names that rules give them: None is a blank."""

UNREADABLE = object()
"""Stands in the dictionary for a figure that nobody can read."""

DUST = 5e-10


def as_lambda(check: Expression) -> Callable[[Values], bool | None]:
    """A rule as a lambda: True it holds, False it is broken, None it cannot be told."""
    untold = [
        f"v[{name!r}] is U" + (f" or v[{name!r}] is None" if name in check.needed else "")
        for name in check.names
    ]
    text = f"lambda v: None if {' or '.join(untold) or False} else {_spelled(check.root)}"
    names = {"U": UNREADABLE, "D": DUST, "half_away": _half_away}
    rule: Callable[[Values], bool | None] = eval(text, names)
    return _guarded(rule) if "/" in check.text else rule


def _guarded(rule: Callable[[Values], bool | None]) -> Callable[[Values], bool | None]:
    def guarded(values: Values) -> bool | None:
        try:
            return rule(values)
        except ZeroDivisionError:
            return None

    return guarded


_COMPARED = {
    **{"=": "abs({}) < D", "<>": "abs({}) >= D", "<=": "{} < D"},
    **{">=": "{} > -D", "<": "{} <= -D", ">": "{} >= D"},
}
_OPERATORS = {
    **{"=>": "({1} if {0} else True)", "or": "({0} | {1})", "and": "({0} & {1})"},
    **{"not": "(not {0})", "+": "({0} + {1})", "-": "({0} - {1})", "*": "({0} * {1})"},
    **{"/": "({0} / {1})", "neg": "(-{0})"},
}
_ASKED = {
    "nz": "(v[{!r}] or 0.0)",
    "filled": "(v[{!r}] is not None)",
    "blank": "(v[{!r}] is None)",
}
_CALLED = {"abs": "abs", "round": "half_away"}


def _spelled(node: Node) -> str:
    """An expression in Python."""
    match node:
        case Constant():
            return repr(node.value)
        case NoteCall() if node.gives is ValueType.LOGICAL:
            return f"(v[{node.name!r}] != 0)"
        case Figure() | NoteCall():
            return f"v[{node.name!r}]"
        case FigureCall():
            return _ASKED[node.function].format(node.name)
        case Sum():
            return f"({' + '.join(_ASKED['nz'].format(name) for name in node.names)})"
        case Operation():
            return _OPERATORS[node.name].format(*map(_spelled, node.operands))
        case Comparison():
            return f"({_COMPARED[node.sign].format(_spelled(node.difference))})"
        case Call():
            return f"{_CALLED[node.name]}({', '.join(map(_spelled, node.arguments))})"
    raise AssertionError(f"no Python for {node}")


def _half_away(number: float, digits: float = 0) -> float:
    scale = 10.0 ** int(digits)
    return math.copysign(math.floor(abs(number) * scale + 0.5) / scale, number)
