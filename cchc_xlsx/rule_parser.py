"""Texts of the rule language → expressions, by precedence climbing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from cchc_xlsx.errors import ExpressionError
from cchc_xlsx.expression import (
    COMPARISON_BINDING,
    COMPARISONS,
    FIGURE_FUNCTIONS,
    FUNCTIONS,
    NOTE_FUNCTIONS,
    OPERATORS,
    PREVIOUS,
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
    code_of,
    named,
)

LONGEST = 2000
"""Characters; a formula of Excel takes 8,192, and what it becomes there is longer."""

_TOKEN = re.compile(
    r"""
        (?P<number>\d+(?:\.\d+)?)
      | \[(?P<figure>[^\]\s]+)\]
      | (?P<word>[A-Za-z_]+)
      | "(?P<words>[^"]*)"
      | (?P<sign>=>|<=|>=|<>|[-+*/=<>(),])
      | (?P<space>\s+)
    """,
    re.VERBOSE,
)

_WORDS = {*FIGURE_FUNCTIONS, *FUNCTIONS, *NOTE_FUNCTIONS, "sum", PREVIOUS}
"""All functions of the language."""

_INFIX = {
    **dict.fromkeys(COMPARISONS, COMPARISON_BINDING),
    **{name: each.binding for name, each in OPERATORS.items() if name not in ("not", "neg")},
}
"""How tightly each operator between two operands binds."""


class Token(NamedTuple):
    """A lexical piece: what it is, its text, and the column (from 1) it begins in."""

    kind: str
    text: str
    column: int


def _tokens(text: str) -> Iterator[Token]:
    position = 0
    text = text.rstrip()
    for match in _TOKEN.finditer(text):
        if match.start() > position:
            break
        kind = str(match.lastgroup)
        if kind != "space":
            yield Token(kind, match[kind], position + 1)
        position = match.end()
    if position < len(text):
        raise ExpressionError(f"ký tự không hiểu được ở cột {position + 1}: «{text}»")
    yield Token("end", "", len(text) + 1)


@lru_cache(maxsize=1000)  # the messages of a form show the same figures over and over
def parse(text: str) -> Expression:
    """Parse a text of the rule language.

    Raises `ExpressionError` with the column and the reason when the text is not one.
    """
    if len(text) > LONGEST:
        raise ExpressionError(f"biểu thức dài quá {LONGEST} ký tự: «{text[:40]}…»")
    try:
        return Expression(text, _Parser(text).whole())
    except RecursionError as error:
        raise ExpressionError(f"biểu thức lồng nhau quá sâu: «{text[:40]}…»") from error


class _Parser:
    """Precedence climbing over the tokens of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._later = iter(list(_tokens(text)))
        self._next = next(self._later)

    def whole(self) -> Node:
        node = self._expression(0)
        if self._next.kind != "end":
            raise self._error(f"thừa «{self._next.text}»")
        return node

    def _take(self) -> Token:
        token, self._next = self._next, next(self._later)
        return token

    def _error(self, reason: str) -> ExpressionError:
        return ExpressionError(f"{reason} ở cột {self._next.column}: «{self._text}»")

    def _is_sign(self, sign: str) -> bool:
        return self._next.kind == "sign" and self._next.text == sign

    def _expect(self, sign: str) -> None:
        if not self._is_sign(sign):
            raise self._error(f"cần «{sign}»")
        self._take()

    def _expression(self, least_binding: int) -> Node:
        left = self._prefix()
        while (binding := self._infix_binding()) > least_binding:
            name = self._take().text
            # => groups to the right: a => b => c is a => (b => c)
            right = self._expression(binding - 1 if name == "=>" else binding)
            left = self._infix(name, left, right)
            if binding == COMPARISON_BINDING and self._infix_binding() == COMPARISON_BINDING:
                raise self._error("không so sánh liên tiếp; dùng and")
        return left

    def _infix_binding(self) -> int:
        """How tightly the next token binds as an operator between two operands; 0 if none."""
        is_operator = self._next.kind in ("sign", "word")
        return _INFIX.get(self._next.text, 0) if is_operator else 0

    def _infix(self, name: str, left: Node, right: Node) -> Node:
        if name in COMPARISONS:
            return Comparison(name, self._operation("-", left, right))
        return self._operation(name, left, right)

    def _operation(self, name: str, *operands: Node) -> Operation:
        takes = OPERATORS[name].takes
        for operand in operands:
            self._check_type(operand, takes)
        return Operation(name, operands)

    def _check_type(self, node: Node, wanted: ValueType) -> None:
        if node.gives is not wanted:
            raise self._error(f"cần {wanted.value}, gặp {node.gives.value}, trước")

    def _prefix(self) -> Node:
        token = self._next
        if token.kind == "number":
            return Constant(float(self._take().text))
        if token.kind == "figure":
            return Figure(self._take().text)
        if self._is_sign("-"):
            self._take()
            return self._operation("neg", self._expression(OPERATORS["neg"].binding))
        if token.kind == "word" and token.text == "not":
            self._take()
            return self._operation("not", self._expression(OPERATORS["not"].binding))
        if self._is_sign("("):
            self._take()
            inner = self._expression(0)
            self._expect(")")
            return inner
        if token.kind == "word":
            return self._call(self._take().text)
        raise self._error("cần một số, một mã chỉ tiêu [mã] hoặc một hàm")

    def _call(self, name: str) -> Node:
        if name not in _WORDS:
            raise self._error(f"không có hàm «{name}», trước")
        self._expect("(")
        if name in NOTE_FUNCTIONS:
            return self._note_call(name)
        arguments = [self._expression(0)]
        while self._is_sign(","):
            self._take()
            arguments.append(self._expression(0))
        self._expect(")")
        if name == "sum":
            return Sum(self._figures(name, arguments))
        if name == PREVIOUS:
            return self._previous(self._one_figure(name, arguments))
        if name in FIGURE_FUNCTIONS:
            return FigureCall(name, self._one_figure(name, arguments))
        return self._number_call(name, arguments)

    def _note_call(self, function: str) -> Node:
        """A function over the note of one row: ``counted([III.4.3.1], "bãi bỏ")``."""
        code = self._one_figure(function, [self._prefix()])
        if code != code_of(code):
            raise self._error(f"{function}() chỉ đọc ghi chú của kỳ này, trước")
        words = ""
        if NOTE_FUNCTIONS[function].takes_words:
            self._expect(",")
            words = " ".join(self._next.text.split())
            if self._next.kind != "words" or not words:
                raise self._error(f'{function}() cần lời phải tìm, ví dụ "bãi bỏ",')
            self._take()
        self._expect(")")
        return NoteCall(named(function, code, words))

    def _figures(self, function: str, arguments: Sequence[Node]) -> tuple[str, ...]:
        names = tuple(node.name for node in arguments if isinstance(node, Figure))
        if len(names) != len(arguments):
            raise self._error(f"{function}() chỉ nhận mã chỉ tiêu [mã], trước")
        return names

    def _one_figure(self, function: str, arguments: Sequence[Node]) -> str:
        if len(arguments) != 1:
            raise self._error(f"{function}() nhận đúng một mã chỉ tiêu, trước")
        return self._figures(function, arguments)[0]

    def _previous(self, name: str) -> Figure:
        if name != code_of(name):
            raise self._error(f"{PREVIOUS}() chỉ lùi lại một kỳ, trước")
        return Figure(named(PREVIOUS, name))

    def _number_call(self, name: str, arguments: list[Node]) -> Node:
        if name == "round" and len(arguments) == 1:
            arguments.append(Constant(0))
        if len(arguments) != (2 if name == "round" else 1):
            raise self._error(f"số đối số của {name}() không đúng, trước")
        for argument in arguments:
            self._check_type(argument, ValueType.NUMBER)
        return Call(name, tuple(arguments))
