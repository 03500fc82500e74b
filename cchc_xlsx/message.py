"""Sentences with figures in them, for the two readers of a rule.

``Số đã hoàn thành ({[I.1.2]}) lớn hơn số đề ra ({[I.1.1]}).`` holds expressions of the rule
language in braces. The reader of workbooks fills them in; the workbook itself joins them into a
live text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import repeat

from cchc_xlsx.errors import ExpressionError
from cchc_xlsx.excel_limits import LONGEST_LITERAL
from cchc_xlsx.expression import Addresses, Expression, Figures, ValueType, round_half_away
from cchc_xlsx.rule_parser import parse

FIGURE_DECIMALS = 2
UNTOLD = "…"
"""Stands for a figure that cannot be worked out, such as a division by zero."""

_WRITTEN = rf"(?:-?[0-9.,]+(?:E[+-]?[0-9]+)?|{UNTOLD})"
"""A figure in a sentence, however a machine writes it."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def excel_text(text: str) -> str:
    """A text constant of an Excel formula."""
    return '"' + text.replace('"', '""') + '"'


@dataclass(frozen=True)
class Message:
    """A parsed sentence: literal texts and expressions in turn."""

    text: str
    parts: tuple[str | Expression, ...]

    @property
    def expressions(self) -> Iterator[Expression]:
        """The expressions in it."""
        return (part for part in self.parts if isinstance(part, Expression))

    @property
    def sketch(self) -> str:
        """The sentence with a number of some length for each figure: how long it may get."""
        return "".join(part if isinstance(part, str) else "0000,00" for part in self.parts)

    def fill(self, figures: Figures, number: Callable[[float], str]) -> str:
        """The sentence for the first of the submissions, figures written by `number`."""
        return next(self.filled(figures, number))

    def filled(self, figures: Figures, number: Callable[[float], str]) -> Iterator[str]:
        """The sentence for each of the submissions, figures written by `number`."""

        def written(part: str | Expression) -> Iterable[str]:
            if isinstance(part, str):
                return repeat(part, figures.count)
            values = round_half_away(part.over(figures), FIGURE_DECIMALS).tolist()
            return (UNTOLD if math.isnan(value) else number(value) for value in values)

        return map("".join, zip(repeat("", figures.count), *map(written, self.parts), strict=True))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all its figures."""
        return tuple(name for expression in self.expressions for name in expression.names)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        pieces = (re.escape(part) if isinstance(part, str) else _WRITTEN for part in self.parts)
        return re.compile("".join(pieces))

    def matches(self, text: str) -> bool:
        """Whether a text is this sentence with some figures in it."""
        return self._pattern.fullmatch(text) is not None

    def to_excel(self, at: Addresses) -> str:
        """A live text: an Excel formula without its ``=``."""
        return "&".join(
            excel_text(part)
            if isinstance(part, str)
            else f'IFERROR(ROUND({part.root.to_excel(at)},{FIGURE_DECIMALS}),"{UNTOLD}")'
            for part in self.parts
        )


def parse_message(text: str) -> Message:
    """Parse a sentence with ``{expression}`` in it.

    Raises `ExpressionError` when a placeholder is not a number of the rule language, or when a
    literal piece is longer than Excel takes.
    """
    pieces = _PLACEHOLDER.split(text)
    parts: list[str | Expression] = []
    for position, piece in enumerate(pieces):
        if position % 2:
            parts.append(_figure(piece))
        elif piece:
            parts.append(_literal(piece))
    return Message(text, tuple(parts))


def _literal(piece: str) -> str:
    if len(piece) > LONGEST_LITERAL:
        raise ExpressionError(
            f"đoạn chữ dài {len(piece)} ký tự, Excel chỉ nhận {LONGEST_LITERAL}: «{piece[:40]}…»"
        )
    if "{" in piece or "}" in piece:
        raise ExpressionError(f"dấu ngoặc {{ }} không đủ cặp: «{piece}»")
    return piece


def _figure(piece: str) -> Expression:
    expression = parse(piece)
    if expression.gives is not ValueType.NUMBER:
        raise ExpressionError(f"trong {{ }} phải là một số: «{piece}»")
    return expression
