"""Which edit rules make sense for totals: those that hold for a total if they hold for each unit.

Parts that do not exceed their whole in any unit do not exceed it in the sum; a bound on the number
of deputies of one office says nothing about the deputies of a province.
"""

from __future__ import annotations

from collections.abc import Set

from cchc_xlsx.expression import (
    Call,
    Comparison,
    Constant,
    Figure,
    FigureCall,
    Node,
    Operation,
    Sum,
)
from cchc_xlsx.form import Aggregate, Form, Rule

_RATES = {Aggregate.RATIO, Aggregate.WEIGHTED_MEAN, Aggregate.MEAN}


def rules_for_totals(form: Form) -> tuple[Rule, ...]:
    """The rules that a total must obey too, in the order of the form."""
    added = {row.code for row in form.inputs if row.aggregate is Aggregate.SUM}
    rates = {row.code for row in form.inputs if row.aggregate in _RATES}
    return tuple(
        rule
        for rule in form.rules
        if not rule.trial
        if _survives_adding(rule.check.root, added) or _bounds_a_rate(rule.check.root, rates)
    )


def _survives_adding(node: Node, added: Set[str]) -> bool:
    """Whether a condition that holds for two units holds for their sums."""
    if isinstance(node, Comparison):
        return node.sign != "<>" and _is_linear(node.difference, added)
    if isinstance(node, Operation) and node.name == "and":
        return all(_survives_adding(operand, added) for operand in node.operands)
    if isinstance(node, Operation) and node.name == "=>":
        premise, conclusion = node.operands
        # A sum is 0 where every count is; it is more than 0 where one of them is.
        if _compares_count(premise, "=", added):
            return _survives_adding(conclusion, added)
        return _compares_count(premise, ">", added) and _compares_count(conclusion, ">", added)
    return False


def _compares_count(node: Node, sign: str, added: Set[str]) -> bool:
    """Whether a condition compares one count, or several added up, with 0."""
    if not isinstance(node, Comparison) or node.sign != sign:
        return False
    count, zero = node.difference.operands
    return _is_zero(zero) and isinstance(count, _COUNTS) and _is_linear(count, added)


_COUNTS = (Figure, FigureCall, Sum)


def _is_zero(node: Node) -> bool:
    return isinstance(node, Constant) and node.value == 0


def _is_linear(node: Node, added: Set[str]) -> bool:
    """Whether a number made of several units' sums is the sum of the units' numbers."""
    if isinstance(node, _COUNTS):
        return node.gives.name == "NUMBER" and all(name in added for name, _ in node.figures())
    if isinstance(node, Operation):
        return _is_linear_operation(node, added)
    return _is_zero(node)


def _is_linear_operation(node: Operation, added: Set[str]) -> bool:
    operands = node.operands
    if node.name in ("+", "-", "neg"):
        return all(_is_linear(operand, added) for operand in operands)
    if node.name == "*":
        return any(
            _is_constant(one) and _is_linear(other, added)
            for one, other in (operands, operands[::-1])
        )
    return node.name == "/" and _is_linear(operands[0], added) and _is_constant(operands[1])


def _is_constant(node: Node) -> bool:
    if isinstance(node, Constant):
        return True
    parts = {Operation: "operands", Call: "arguments"}.get(type(node))
    return parts is not None and all(_is_constant(each) for each in getattr(node, parts))


def _bounds_a_rate(node: Node, rates: Set[str]) -> bool:
    """Whether a condition keeps one rate between constants: a mean of rates stays there."""
    if isinstance(node, Operation) and node.name == "and":
        return all(_bounds_a_rate(operand, rates) for operand in node.operands)
    if not isinstance(node, Comparison) or node.sign == "<>":
        return False
    rate, bound = node.difference.operands
    return isinstance(rate, Figure) and rate.name in rates and _is_constant(bound)
