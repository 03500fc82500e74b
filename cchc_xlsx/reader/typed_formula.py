"""Formulas that staff type into input cells: worked out again when they are simple.

A stored result is never trusted: most programs leave it stale, some leave it out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from cchc_xlsx.errors import ExpressionError
from cchc_xlsx.expression import Expression, ValueType
from cchc_xlsx.rule_parser import parse

LONGEST = 1000
"""A longer formula in an input cell is nobody's simple sum."""

_RANGE = re.compile(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})")
_CELL = re.compile(r"\b([A-Z]{1,3})(\d{1,7})\b")
_SUM = re.compile(r"\bSUM\(([^()]*)\)")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)%")
_LEADING_PLUS = re.compile(r"(?<![\w)%\].])\+")


def same_formula(left: str, right: str) -> bool:
    """Whether two formulas are one, but for spaces, case and the $ of addresses."""
    return _plain(left) == _plain(right)


def _plain(formula: str) -> str:
    return re.sub(r"[\s$]", "", formula).upper()


def parse_typed(formula: str, column: str, codes: Mapping[int, str]) -> Expression | None:
    """A formula over figures as an expression, or None when it is not a simple one.

    `column` is the column of figures and `codes` names the code of each of its rows. A blank cell
    counts as 0 here, as it does in Excel; but a formula over nothing but blanks stays undecided.
    """
    text = _plain(formula).removeprefix("=")
    if len(text) > LONGEST:
        return None
    try:
        expression = parse(_translated(text, column, codes))
    except (ExpressionError, KeyError):
        return None
    return expression if expression.gives is ValueType.NUMBER else None


def _translated(text: str, column: str, codes: Mapping[int, str]) -> str:
    """The formula in the rule language. Raises `KeyError` for a cell that holds no figure."""

    def cells(match: re.Match[str]) -> str:
        if not match[1] == match[3] == column:
            raise KeyError(match[0])
        first, last = sorted((int(match[2]), int(match[4])))
        return ",".join(f"{column}{row}" for row in sorted(codes) if first <= row <= last)

    def figure(match: re.Match[str]) -> str:
        if match[1] != column:
            raise KeyError(match[0])
        return f"nz([{codes[int(match[2])]}])"

    text = _RANGE.sub(cells, text)
    text = _SUM.sub(lambda match: f"({'+'.join(match[1].split(','))})", text)
    text = _PERCENT.sub(r"(\1/100)", _LEADING_PLUS.sub("", text))
    return _CELL.sub(figure, text.replace("ROUND(", "round(").replace("ABS(", "abs("))
