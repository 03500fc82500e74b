"""The rule language: one text, two readers.

An expression such as ``[I.1.2] <= [I.1.1]`` is parsed once and then read twice: as an Excel
formula that lives in the workbook, and as a calculation over arrays that the reader of
workbooks runs. The two spellings of each operator stand side by side in `OPERATORS`,
`COMPARISONS` and `FUNCTIONS`.

Decided here once, for both readers:

* A figure is usable, blank or unreadable (`State`). An expression *needs* every figure that it
  names outside ``nz``, ``filled``, ``blank`` and ``sum``. It cannot be told when a figure it
  needs is blank, or when any figure it names is unreadable.
* A division by zero cannot be told either; only ``=>`` is lazy: where its premise is false, the
  expression holds whatever the conclusion would give.
* Comparisons look at the difference rounded to `DECIMALS` places, so that neither reader sees
  the dust of binary fractions; see `DUST`.
* The figure that a row had when the period began, ``prev([III.4.3])``, is a figure like any other,
  under a name of its own: see `named`. It is blank where nobody knows it.
* So is what the note of a row tells, ``documents([I.1.3])``: blank where it tells nothing. Excel
  cannot read a note, so an expression that names one has no Excel spelling: see `NOTE_FUNCTIONS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum
from functools import cached_property, reduce
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

DECIMALS = 9

DUST = 4.999999999999994e-10
"""The largest difference that is none once it is rounded to `DECIMALS` places as Excel rounds."""

Numbers = NDArray[np.float64]
States = NDArray[np.int8]


class State(IntEnum):
    """Whether a figure can be calculated with. The numbers stand in the workbook too."""

    USABLE = 1
    BLANK = 0
    UNREADABLE = -1


class ValueType(Enum):
    """The types of the rule language: what an operator takes, what an expression gives."""

    NUMBER = "một số"
    LOGICAL = "đúng hoặc sai"


PREVIOUS = "prev"
"""The word of the rule language for a figure of the previous period."""


def named(function: str, code: str, words: str = "") -> str:
    """The name of a figure that a function of the rule language finds for the row `code`.

    Like a code, but no code of a form: those have no space.
    """
    return f"{function} {code} {words}".rstrip()


def previous(code: str) -> str:
    """The name of the figure that the row `code` had when the period began."""
    return named(PREVIOUS, code)


def parts_of(name: str) -> tuple[str, str, str]:
    """The function that finds a figure (empty for one of this period), its code, its words."""
    if " " not in name:
        return "", name, ""
    function, code, *words = name.split(" ", 2)
    return function, code, "".join(words)


def is_previous(name: str) -> bool:
    """Whether this is the name of a figure of the previous period."""
    return parts_of(name)[0] == PREVIOUS


def is_of_note(name: str) -> bool:
    """Whether this is the name of what a note tells."""
    return parts_of(name)[0] in NOTE_FUNCTIONS


def code_of(name: str) -> str:
    """The code of the row that a figure belongs to, whatever function finds it."""
    return parts_of(name)[1]


def spelled(name: str) -> str:
    """A figure as the rule language writes it."""
    function, code, words = parts_of(name)
    arguments = f'[{code}], "{words}"' if words else f"[{code}]"
    return f"{function}({arguments})" if function else arguments


@dataclass(frozen=True)
class Figures:
    """The figures of n submissions: for each name an array of n numbers and one of n states.

    The name of a figure is the code of its row, or what `named` makes of that. A number is NaN
    wherever its state is not `State.USABLE`. Where expressions of one shape are worked out
    together, each array has a row of n for each of them.
    """

    numbers: Mapping[str, Numbers]
    states: Mapping[str, States]

    def of(self, at: NDArray[np.intp], names: Iterable[str]) -> Figures:
        """These figures of these submissions alone."""
        named = tuple(names)
        return Figures(
            {name: self.numbers[name][at] for name in named},
            {name: self.states[name][at] for name in named},
        )

    @property
    def count(self) -> int:
        """How many submissions there are."""
        return next((states.shape[-1] for states in self.states.values()), 0)


class Addresses(Protocol):
    """Where the figures stand in a workbook, by their names."""

    def value(self, name: str) -> str:
        """The cell that holds the figure."""

    def state(self, name: str) -> str:
        """What gives its `State`: a cell, or a call of a function."""


# --- the two spellings of every operator ----------------------------------------------------


@dataclass(frozen=True)
class Operator:
    """An operator: how tightly it binds, what it takes and gives, and its two spellings."""

    binding: int
    takes: ValueType
    gives: ValueType
    excel: str
    arrays: Callable[..., Numbers]
    is_call: bool = False

    def spell(self, *operands: str) -> str:
        """The Excel spelling with the operands put in."""
        return self.excel.format(*operands)


def _divide(a: Numbers, b: Numbers) -> Numbers:
    quotient: Numbers = np.where(b == 0, np.nan, a / b)
    return quotient


def _implies(premise: Numbers, conclusion: Numbers) -> Numbers:
    return np.where(premise == 0, 1.0, np.minimum(premise, conclusion))


def round_half_away(x: Numbers, digits: Numbers | float = 0) -> Numbers:
    """Round as Excel does: halves go away from zero, and 1.005 counts as a half."""
    scale = np.power(10.0, np.trunc(digits))
    scaled: Numbers = np.abs(x) * scale
    # Nearly all figures are whole already, which takes a fifth of the time to see.
    is_whole = (np.floor(scaled) == scaled) & (scaled < _ALL_DIGITS_KEPT)
    if not np.all(is_whole | np.isnan(scaled)):
        scaled = np.floor(_near_halves_kept(scaled) + 0.5)
    return np.sign(x) * scaled / scale


_ALL_DIGITS_KEPT = 1e13
"""Of a whole number below this Excel keeps all digits, so that it is near no half."""


def _near_halves_kept(x: Numbers) -> Numbers:
    """To the 15 digits that Excel keeps: 100.49999999999999 is 100.5, 0.49999999999989 no half.

    Away from halves these digits decide nothing and are left alone, for they take time.
    """
    near = np.abs(x - np.floor(x) - 0.5) <= x * 1e-14
    kept = x.copy()
    kept[near] = [float(format(number, ".15g")) for number in x[near].tolist()]
    return kept


_NUMBER, _LOGICAL = ValueType.NUMBER, ValueType.LOGICAL

# A logical is 1, 0 or NaN: the greater of two is "or", the lesser "and", NaN where one is NaN.
OPERATORS: Mapping[str, Operator] = {
    "=>": Operator(1, _LOGICAL, _LOGICAL, "IF({0},{1},TRUE)", _implies, is_call=True),
    "or": Operator(2, _LOGICAL, _LOGICAL, "OR({0},{1})", np.maximum, is_call=True),
    "and": Operator(3, _LOGICAL, _LOGICAL, "AND({0},{1})", np.minimum, is_call=True),
    "not": Operator(4, _LOGICAL, _LOGICAL, "NOT({0})", lambda a: 1 - a, is_call=True),
    "+": Operator(6, _NUMBER, _NUMBER, "{0}+{1}", np.add),
    "-": Operator(6, _NUMBER, _NUMBER, "{0}-{1}", np.subtract),
    "*": Operator(7, _NUMBER, _NUMBER, "{0}*{1}", np.multiply),
    "/": Operator(7, _NUMBER, _NUMBER, "{0}/{1}", _divide),
    "neg": Operator(8, _NUMBER, _NUMBER, "-{0}", np.negative),
}  # fmt: skip

COMPARISON_BINDING = 5

COMPARISONS: Mapping[str, tuple[str, Callable[[Numbers], NDArray[np.bool_]]]] = {
    # sign: (Excel's spelling of it, for the rounded difference; what is asked of the difference)
    "=": ("=", lambda difference: np.abs(difference) <= DUST),
    "<>": ("<>", lambda difference: np.abs(difference) > DUST),
    "<=": ("<=", lambda difference: difference <= DUST),
    ">=": (">=", lambda difference: difference >= -DUST),
    "<": ("<", lambda difference: difference < -DUST),
    ">": (">", lambda difference: difference > DUST),
}

FUNCTIONS: Mapping[str, tuple[str, Callable[..., Numbers]]] = {
    "abs": ("ABS({0})", np.abs),
    "round": ("ROUND({0},{1})", round_half_away),
}


# NumPy takes five times as long to compare with a member of an enumeration.
_USABLE, _BLANK = int(State.USABLE), int(State.BLANK)


def _usable_or_zero(figures: Figures, name: str) -> Numbers:
    return np.where(figures.states[name] == _USABLE, figures.numbers[name], 0.0)


def _has_state(state: int) -> Callable[[Figures, str], Numbers]:
    return lambda figures, name: (figures.states[name] == state).astype(np.float64)


# SUM of a single cell gives 0 for a blank and for the "" of an undecided formula, where a plain
# reference to "" would be an error.
FIGURE_FUNCTIONS: Mapping[
    str, tuple[ValueType, Callable[[Addresses, str], str], Callable[[Figures, str], Numbers]]
] = {
    "nz": (_NUMBER, lambda at, name: f"SUM({at.value(name)})", _usable_or_zero),
    "filled": (_LOGICAL, lambda at, name: f"{at.state(name)}=1", _has_state(_USABLE)),
    "blank": (_LOGICAL, lambda at, name: f"{at.state(name)}=0", _has_state(_BLANK)),
}


@dataclass(frozen=True)
class NoteFunction:
    """A function over the note of a row: what it gives, and whether it takes words to look for."""

    gives: ValueType
    takes_words: bool = False


NOTE_FUNCTIONS: Mapping[str, NoteFunction] = {
    "documents": NoteFunction(_NUMBER),
    "outside": NoteFunction(_NUMBER),
    "listed": NoteFunction(_NUMBER),
    "places": NoteFunction(_NUMBER),
    "counted": NoteFunction(_NUMBER, takes_words=True),
    "said": NoteFunction(_LOGICAL, takes_words=True),
    "noted": NoteFunction(_LOGICAL),
}
"""What the rule language can ask of a note; `note_figures` answers. Excel has no spelling of it."""


# --- what an expression consists of ---------------------------------------------------------


class Node(Protocol):
    """A part of an expression."""

    @property
    def gives(self) -> ValueType:
        """What it gives."""

    @property
    def binding(self) -> int:
        """How tightly its Excel spelling binds; 9 needs no parentheses anywhere."""

    @property
    def is_strict(self) -> bool:
        """Whether it gives NaN wherever one of its figures is not usable, and so is NaN."""

    def to_excel(self, at: Addresses) -> str:
        """Its Excel spelling, without a leading ``=``."""

    def over(self, figures: Figures) -> Numbers:
        """Its values over n submissions; a logical is 1 or 0; NaN cannot be told.

        What is the same for all of them may be a single one.
        """

    def figures(self) -> Iterator[tuple[str, bool]]:
        """The names of its figures in order, each with whether it is needed."""


_ATOM = 9


@dataclass(frozen=True)
class Constant:
    """A number written out."""

    value: float
    gives: ValueType = _NUMBER
    binding: int = _ATOM
    is_strict: bool = True

    def to_excel(self, at: Addresses) -> str:
        return format(self.value, ".15g")

    def over(self, figures: Figures) -> Numbers:
        return np.array([self.value])

    def figures(self) -> Iterator[tuple[str, bool]]:
        return iter(())


@dataclass(frozen=True)
class Figure:
    """A figure of the form, ``[I.1.2]`` or ``prev([I.1.2])``."""

    name: str
    gives: ValueType = _NUMBER
    binding: int = _ATOM
    is_strict: bool = True

    def to_excel(self, at: Addresses) -> str:
        return at.value(self.name)

    def over(self, figures: Figures) -> Numbers:
        return figures.numbers[self.name]

    def figures(self) -> Iterator[tuple[str, bool]]:
        yield self.name, True


@dataclass(frozen=True)
class FigureCall:
    """``nz``, ``filled`` or ``blank`` of a figure, which then is not needed."""

    function: str
    name: str
    is_strict: bool = False

    @property
    def gives(self) -> ValueType:
        return FIGURE_FUNCTIONS[self.function][0]

    @property
    def binding(self) -> int:
        return _ATOM if self.gives is _NUMBER else COMPARISON_BINDING

    def to_excel(self, at: Addresses) -> str:
        return FIGURE_FUNCTIONS[self.function][1](at, self.name)

    def over(self, figures: Figures) -> Numbers:
        return FIGURE_FUNCTIONS[self.function][2](figures, self.name)

    def figures(self) -> Iterator[tuple[str, bool]]:
        yield self.name, False


@dataclass(frozen=True)
class NoteCall:
    """What the note of a row tells: ``documents([I.1.3])``."""

    name: str
    is_strict: bool = True

    @property
    def gives(self) -> ValueType:
        return NOTE_FUNCTIONS[parts_of(self.name)[0]].gives

    @property
    def binding(self) -> int:
        return _ATOM

    def to_excel(self, at: Addresses) -> str:
        raise AssertionError(f"{spelled(self.name)} has no Excel spelling; ask Expression.is_live")

    def over(self, figures: Figures) -> Numbers:
        return figures.numbers[self.name]

    def figures(self) -> Iterator[tuple[str, bool]]:
        yield self.name, True


@dataclass(frozen=True)
class Sum:
    """``sum([A], [B], …)``: those that are filled, added up; none of them is needed."""

    names: tuple[str, ...]
    gives: ValueType = _NUMBER
    binding: int = _ATOM
    is_strict: bool = False

    def to_excel(self, at: Addresses) -> str:
        return f"SUM({','.join(at.value(name) for name in self.names)})"

    def over(self, figures: Figures) -> Numbers:
        return reduce(np.add, (_usable_or_zero(figures, name) for name in self.names))

    def figures(self) -> Iterator[tuple[str, bool]]:
        return ((name, False) for name in self.names)


@dataclass(frozen=True)
class Operation:
    """An operator of `OPERATORS` with its one or two operands."""

    name: str
    operands: tuple[Node, ...]

    @property
    def operator(self) -> Operator:
        return OPERATORS[self.name]

    @property
    def gives(self) -> ValueType:
        return self.operator.gives

    @property
    def binding(self) -> int:
        return _ATOM if self.operator.is_call else self.operator.binding

    @property
    def is_strict(self) -> bool:
        return self.name != "=>" and all(each.is_strict for each in self.operands)

    def to_excel(self, at: Addresses) -> str:
        return self.operator.spell(*self._spelled(at))

    def _spelled(self, at: Addresses) -> Iterator[str]:
        """The operands, in parentheses where they bind less tightly than the operator."""
        for position, operand in enumerate(self.operands):
            text = operand.to_excel(at)
            loose = operand.binding < self.binding + (position > 0)
            yield f"({text})" if loose and not self.operator.is_call else text

    def over(self, figures: Figures) -> Numbers:
        return self.operator.arrays(*(operand.over(figures) for operand in self.operands))

    def figures(self) -> Iterator[tuple[str, bool]]:
        return (named for operand in self.operands for named in operand.figures())


@dataclass(frozen=True)
class Comparison:
    """Two numbers compared by their rounded difference."""

    sign: str
    difference: Operation
    gives: ValueType = _LOGICAL
    binding: int = COMPARISON_BINDING

    @property
    def is_strict(self) -> bool:
        return self.difference.is_strict

    def to_excel(self, at: Addresses) -> str:
        return f"ROUND({self.difference.to_excel(at)},{DECIMALS}){COMPARISONS[self.sign][0]}0"

    def over(self, figures: Figures) -> Numbers:
        difference = self.difference.over(figures)
        # A number less itself is 0, or NaN where it cannot be told: faster than to ask which.
        holds = difference - difference
        holds += COMPARISONS[self.sign][1](difference)
        return holds

    def figures(self) -> Iterator[tuple[str, bool]]:
        return self.difference.figures()


@dataclass(frozen=True)
class Call:
    """A function of `FUNCTIONS` over numbers."""

    name: str
    arguments: tuple[Node, ...]
    gives: ValueType = _NUMBER
    binding: int = _ATOM

    @property
    def is_strict(self) -> bool:
        return all(each.is_strict for each in self.arguments)

    def to_excel(self, at: Addresses) -> str:
        return FUNCTIONS[self.name][0].format(*(part.to_excel(at) for part in self.arguments))

    def over(self, figures: Figures) -> Numbers:
        return FUNCTIONS[self.name][1](*(part.over(figures) for part in self.arguments))

    def figures(self) -> Iterator[tuple[str, bool]]:
        return (named for part in self.arguments for named in part.figures())


# --- an expression as a whole ---------------------------------------------------------------

_CODE = re.compile(r"\[[^\]\s]+\]")


@dataclass(frozen=True)
class Expression:
    """A parsed text of the rule language."""

    text: str
    root: Node

    @property
    def gives(self) -> ValueType:
        """What it gives."""
        return self.root.gives

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of all its figures, once each, in order."""
        return tuple(dict.fromkeys(name for name, _ in self.root.figures()))

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Every code it names, once each, in order; for a figure of the previous period as well."""
        return tuple(dict.fromkeys(code_of(name) for name in self.names))

    @cached_property
    def needed(self) -> tuple[str, ...]:
        """The names of the figures without which it cannot be told."""
        return tuple(dict.fromkeys(name for name, needed in self.root.figures() if needed))

    @cached_property
    def looks_back(self) -> bool:
        """Whether it names a figure of the previous period."""
        return any(is_previous(name) for name in self.names)

    @cached_property
    def is_live(self) -> bool:
        """Whether Excel can work it out: it asks nothing of a note."""
        return not any(is_of_note(name) for name in self.names)

    @property
    def shape(self) -> str:
        """Its text with numbers for codes: the same for all that ask the same of other figures."""
        places: dict[str, int] = {}
        return _CODE.sub(lambda code: f"[{places.setdefault(code[0], len(places))}]", self.text)

    def over(self, figures: Figures) -> Numbers:
        """Its values over n submissions; NaN where it cannot be told."""
        # What overflows is no figure; whoever asked for it need not read NumPy's English.
        with np.errstate(all="ignore"):
            values = self.root.over(figures)
            if not self.asks_for_states:
                return values
            return np.where(self._is_told(figures), values, np.nan)

    @cached_property
    def asks_for_states(self) -> bool:
        """Whether the numbers alone, NaN where there is none, do not say if it can be told."""
        return not (self.names and self.root.is_strict)

    def _is_told(self, figures: Figures) -> NDArray[np.bool_]:
        told = (figures.states[name] >= least for name, least in self._least.items())
        return reduce(np.logical_and, told, np.ones(figures.count, dtype=np.bool_))

    @cached_property
    def _least(self) -> Mapping[str, int]:
        """For each name the least state with which it can be told."""
        return dict.fromkeys(self.names, _BLANK) | dict.fromkeys(self.needed, _USABLE)

    def to_excel(self, at: Addresses, *, otherwise: str) -> str:
        """An Excel formula without its ``=``; it gives `otherwise` where it cannot be told."""
        return self.guarded(at, self.root.to_excel(at), otherwise=otherwise)

    def guarded(self, at: Addresses, formula: str, *, otherwise: str) -> str:
        """`formula` (built around `root`), but `otherwise` where the expression cannot be told."""
        whole = f"IFERROR({formula},{otherwise})"
        untold = self._untold(at)
        return f"IF({untold},{otherwise},{whole})" if untold else whole

    def _untold(self, at: Addresses) -> str:
        needed = set(self.needed)
        optional = [name for name in self.names if name not in needed]
        conditions = [
            f"MIN({','.join(at.state(name) for name in names)})<{least}"
            for names, least in ((self.needed, State.USABLE), (optional, State.BLANK))
            if names
        ]
        return f"OR({','.join(conditions)})" if len(conditions) > 1 else "".join(conditions)
