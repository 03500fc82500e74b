"""Figures at the edges of an edit rule, drawn from the rule's own expression.

Every comparison of the rule is solved for every figure in it, so that both sides are equal; then
the figure is moved a little to one side or the other. Some cases are spoiled by blanks and by what
nobody can read. So every rule is led to hold, to break and to be untold, where that is decided.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle
from random import Random

import numpy as np
from numpy.typing import NDArray

from cchc_xlsx.expression import (
    Comparison,
    Expression,
    Figures,
    Node,
    Numbers,
    State,
    code_of,
    is_previous,
)
from cchc_xlsx.form import LARGEST, Form, Kind

Entry = float | str | None
"""What somebody left in a cell: a number, a text, or nothing."""

Case = Mapping[str, Entry]
"""An entry for every name in a rule; those of the previous period are numbers or blank."""

ORDINARY: Mapping[Kind, Sequence[float]] = {
    Kind.COUNT: (0, 0, 1, 2, 3, 7, 10, 60, 200, 201, 1214, 999_999_999, -1),
    Kind.PERCENT: (0, 0.5, 0.72, 1, 33.33, 50, 50.5, 66.67, 72.5, 99.99, 100, 100.01, 250, -1),
    Kind.YES_NO: (0, 1, 2, -1),
    Kind.CHOICE: (0, 1, 2, 3, -1),
}

# Blanks, fractions where things are counted, both sides of the largest figure, texts.
SPOILED: Sequence[Entry] = (
    *[None] * 6, 1.214, 0.1, LARGEST - 1.0, float(LARGEST), -float(LARGEST), "khoảng 428", "x",
)  # fmt: skip

# On the edge, a step off, by the last decimal that a person types, by half of what a comparison
# sees, far off.
NUDGES = (0, 1, -1, 0.01, -0.01, 5e-10, -5e-10, 0.5, -0.5, 10, -10)
WHOLE_NUDGES = tuple(nudge for nudge in NUDGES if nudge == int(nudge))


def draw_cases(form: Form, check: Expression, count: int, random: Random) -> list[Case]:
    """So many cases at the edges of a rule."""
    numbers = {
        name: np.array(random.choices(ORDINARY[_kind(form, name)], k=count), dtype=np.float64)
        for name in check.names
    }
    edges = [
        (comparison, name)
        for comparison in comparisons(check.root)
        for name in dict.fromkeys(name for name, _ in comparison.figures())
    ]
    # Every edge has its share of the cases, in turn; one share stays as it was drawn.
    turn, share = np.divmod(np.arange(count), len(edges) + 1)
    for mine, (comparison, name) in enumerate(edges):
        near = _near(_kind(form, name), _solved(comparison, name, numbers), turn)
        numbers[name] = np.where(share == mine, near, numbers[name])
    rows = zip(*(numbers[name].tolist() for name in check.names), strict=True)
    cases = [dict(zip(check.names, map(_as_stored, row), strict=True)) for row in rows]
    sound, blanked = count * 2 // 3, count * 5 // 6
    # Each name is left blank alone, in turn, before anything is spoiled at random.
    blanks = zip(cycle(check.names), cases[sound:blanked], strict=False)
    return [
        *cases[:sound],
        *({**case, name: None} for name, case in blanks),
        *(_spoiled(case, random) for case in cases[blanked:]),
    ]


def _near(kind: Kind, edge: Numbers, turn: NDArray[np.int_]) -> Numbers:
    """Figures on the edge or beside it, each time another way."""
    nudges = WHOLE_NUDGES if kind.is_whole else NUDGES
    near: Numbers = edge + np.take(nudges, turn, mode="wrap")
    return np.rint(near) if kind.is_whole else near


def comparisons(node: Node) -> Iterator[Comparison]:
    """The comparisons in an expression, the innermost ones too."""
    if isinstance(node, Comparison):
        yield node
    for part in vars(node).values():
        for inner in part if isinstance(part, tuple) else (part,):
            if hasattr(inner, "to_excel"):
                yield from comparisons(inner)


def _kind(form: Form, name: str) -> Kind:
    measure = form.by_code[code_of(name)].measure
    assert measure is not None
    return measure.kind


def _solved(comparison: Comparison, name: str, numbers: Mapping[str, Numbers]) -> Numbers:
    """The figure that makes both sides equal, by Newton's method; as it was where there is none."""
    states = {each: np.full(len(column), State.USABLE) for each, column in numbers.items()}

    def difference(figure: Numbers) -> Numbers:
        return comparison.difference.over(Figures({**numbers, name: figure}, states))

    figure = numbers[name]
    with np.errstate(all="ignore"):
        for _ in range(4):
            here = difference(figure)
            closer = figure - here / (difference(figure + 1) - here)
            figure = np.where(np.isfinite(closer), closer, figure)
    return figure


def _as_stored(number: float) -> float:
    """To the 15 digits that a workbook keeps."""
    return float(format(number, ".15g"))


def _spoiled(case: Case, random: Random) -> Case:
    """With one entry, two or all of them exchanged for what no rule may be fooled by."""
    how_many = min(random.choice((1, 1, 2, len(case))), len(case))
    return {
        **case,
        **{
            name: None if is_previous(name) else random.choice(SPOILED)
            for name in random.sample(list(case), how_many)
        },
    }
