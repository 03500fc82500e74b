"""What a form is: its indicators, their units of measure, its periods and its edit rules.

Nothing here knows a code, a label or a rule of any particular form; those are data, loaded by
`cchc_xlsx.form_file`.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import MAXYEAR, MINYEAR, date, timedelta
from enum import StrEnum
from functools import cached_property

from cchc_xlsx.errors import InputError
from cchc_xlsx.expression import Expression, is_of_note, parts_of
from cchc_xlsx.finding import Severity
from cchc_xlsx.message import Message
from cchc_xlsx.vietnamese import format_date


class Kind(StrEnum):
    """The kinds of unit of measure."""

    COUNT = "count"
    PERCENT = "percent"
    YES_NO = "yes_no"
    CHOICE = "choice"

    @property
    def is_whole(self) -> bool:
        """Whether only whole numbers can be meant."""
        return self is not _PERCENT  # asked for every cell; an enumeration is slow to look into


_PERCENT = Kind.PERCENT


class Level(StrEnum):
    """How deep a row stands in the appendix."""

    SECTION = "section"
    ITEM = "item"
    SUB = "sub"
    SUBSUB = "subsub"


class Aggregate(StrEnum):
    """How a row is consolidated over reporting units."""

    NONE = "none"
    SUM = "sum"
    RATIO = "ratio"
    WEIGHTED_MEAN = "weighted_mean"
    MEAN = "mean"
    COUNT_YES = "count_yes"
    DISTRIBUTION = "distribution"


class Basis(StrEnum):
    """Over which time a row counts."""

    NONE = "none"
    IN_PERIOD = "in_period"
    POINT_IN_TIME = "point_in_time"
    CUMULATIVE = "cumulative"


class OverPeriods(StrEnum):
    """How a row's figures of several periods become one."""

    NONE = "none"
    ADDED = "added"
    LAST = "last"
    PREVAILING = "prevailing"
    RECALCULATED = "recalculated"


_IN_PERIOD = {
    Aggregate.NONE: OverPeriods.NONE,
    Aggregate.SUM: OverPeriods.ADDED,
    Aggregate.COUNT_YES: OverPeriods.PREVAILING,
    Aggregate.DISTRIBUTION: OverPeriods.PREVAILING,
}
"""What happens within a period is put together after its kind; all the others are recalculated."""


LARGEST = 10**12
"""Figures of this size or larger are taken for slips: Excel keeps only 15 digits."""


@dataclass(frozen=True)
class Measure:
    """A unit of measure.

    `noun` names it in messages (``người``); `choices` are the codes of a code list with their
    meaning, in the order of the form; `adverse` those of them that report something bad;
    `prevails` is the one that stands for several different ones (one "Có" in a year makes it
    "Có"), None where none does.
    """

    id: str
    kind: Kind
    noun: str
    example: str
    choices: Mapping[int, str]
    adverse: frozenset[int]
    prevails: int | None


@dataclass(frozen=True)
class Indicator:
    """One row of the appendix, whether it takes a value or is a heading.

    `of` names the rows that `aggregate` needs: numerator and denominator of a ratio, the weight
    of a weighted mean. `caution` is the Vietnamese remark that must stand beside its total.
    """

    code: str
    stt: str
    level: Level
    label: str
    printed_unit: str
    measure: Measure | None
    aggregate: Aggregate
    of: tuple[str, ...]
    caution: str
    basis: Basis
    formula: Expression | None

    @property
    def is_input(self) -> bool:
        """Whether the row takes a value."""
        return self.measure is not None

    @property
    def title(self) -> str:
        """Its label as a sentence quotes it: without the dash before it or a colon behind."""
        return self.label.lstrip("-– ").rstrip(":., ")

    @property
    def over_periods(self) -> OverPeriods:
        """How its figures of several periods become one."""
        if self.basis is Basis.IN_PERIOD:
            return _IN_PERIOD.get(self.aggregate, OverPeriods.RECALCULATED)
        return OverPeriods.LAST if self.is_input else OverPeriods.NONE


@dataclass(frozen=True)
class Declaration:
    """A rule as the form writes it: ``[*]`` stands for each row of the kind `each`, if any.

    `changed` says in what it differs from the catalogue of rules that it was taken from.
    """

    each: Kind | None
    check: str
    message: str
    changed: str


@dataclass(frozen=True)
class Rule:
    """An edit rule over the figures of one submission.

    A rule that is written once for every row of a kind (``each``) becomes one `Rule` a row, all
    with the same `id`. A rule on `trial` is no more than information until the next version of
    the form; `declared` is the severity that it will have then, and that of any other rule.
    """

    id: str
    check: Expression
    declared: Severity
    message: Message
    hint: str
    reason: str
    trial: bool
    written: Declaration

    @property
    def each(self) -> bool:
        """Whether it was written for every row of a kind."""
        return self.written.each is not None

    @property
    def severity(self) -> Severity:
        """How grave it is that the rule is broken."""
        return Severity.INFO if self.trial else self.declared

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes it looks at; the first is the row it is about."""
        return self.check.codes


@dataclass(frozen=True)
class Withdrawn:
    """An id of the catalogue that is no rule: what it asked is in the rule `into`, if in any."""

    id: str
    into: str
    reason: str


@dataclass(frozen=True)
class Chart:
    """A chart of the consolidated workbook: what it compares between reporting units.

    `series` holds an expression by the name it is shown under; several are stacked.
    """

    title: str
    measure: Measure
    series: Mapping[str, Expression]


@dataclass(frozen=True)
class PeriodKind:
    """A kind of reporting period: `name` holds ``{year}``, the window is day/month to day/month."""

    id: str
    name: str
    begins: str
    ends: str


@dataclass(frozen=True)
class Period:
    """A reporting period of a form, such as ``2022-Q3``."""

    year: int
    kind: PeriodKind

    @property
    def id(self) -> str:
        """Its code: ``2022-Q3``."""
        return f"{self.year}-{self.kind.id}"

    @property
    def name(self) -> str:
        """Its name in the words of the form: ``quý III năm 2022``."""
        return self.kind.name.format(year=self.year)

    @property
    def title(self) -> str:
        """Its name as it begins a line: ``Quý III năm 2022``."""
        return self.name[0].upper() + self.name[1:]

    @cached_property
    def begins(self) -> date:
        """The first day of its window, which may lie in the year before."""
        first = _day_of(self.kind.begins, self.year)
        return first if first <= self.ends else _day_of(self.kind.begins, self.year - 1)

    @cached_property
    def ends(self) -> date:
        """The last day of its window, which lies in its year."""
        return _day_of(self.kind.ends, self.year)

    @property
    def months(self) -> int:
        """How long its window is."""
        after = self.ends + timedelta(days=1)
        return (after.year - self.begins.year) * 12 + after.month - self.begins.month

    @property
    def window(self) -> str:
        """Its window in words: ``15/6/2022 – 14/9/2022``."""
        return window_in_words(self.begins, self.ends)


def _day_of(day_and_month: str, year: int) -> date:
    """A day and month, ``15/12``, of a year; the 29th of February is the 28th where there is none.

    A file may name any year of four digits; calendars are reckoned with as far as they go.
    """
    day, month = map(int, day_and_month.split("/"))
    reckoned = min(max(year, MINYEAR + 1), MAXYEAR - 1)
    return date(reckoned, month, min(day, monthrange(reckoned, month)[1]))


def window_in_words(begins: date, ends: date) -> str:
    """A span of days: ``15/6/2022 – 14/9/2022``."""
    first, last = (format_date(day.day, day.month, day.year) for day in (begins, ends))
    return f"{first} – {last}"


def spans(days: Iterable[date]) -> list[tuple[date, date]]:
    """Days as spans without a gap: the first and the last day of each."""
    runs: list[tuple[date, date]] = []
    for day in sorted(days):
        if runs and runs[-1][1] + timedelta(days=1) == day:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def spans_in_words(days: Iterable[date]) -> str:
    """Days in words: each span of them as a window."""
    return "; ".join(window_in_words(begins, ends) for begins, ends in spans(days))


def days_between(begins: date, ends: date) -> set[date]:
    """All days of a span."""
    return {begins + timedelta(days=at) for at in range((ends - begins).days + 1)}


@dataclass(frozen=True)
class Form:
    """A form: everything that a workbook, a check and a consolidation need to know of it.

    `indicators`, `rules` and `charts` keep the order of the definition. `digest` is the SHA-256
    of the definition's files, so that two versions with one name are told apart; charts are not
    in it, for they change nothing about the workbook that staff fill.
    """

    id: str
    version: str
    name: str
    title: str
    digest: str
    contacts: tuple[str, ...]
    period_kinds: tuple[PeriodKind, ...]
    indicators: tuple[Indicator, ...]
    rules: tuple[Rule, ...]
    charts: tuple[Chart, ...] = ()
    withdrawn: tuple[Withdrawn, ...] = ()

    @property
    def tag(self) -> str:
        """What a workbook of this form carries to be known by."""
        return f"{self.id}/{self.version}"

    @cached_property
    def inputs(self) -> tuple[Indicator, ...]:
        """The rows that take a value, in order."""
        return tuple(indicator for indicator in self.indicators if indicator.is_input)

    @cached_property
    def by_code(self) -> Mapping[str, Indicator]:
        """The rows by their code."""
        return {indicator.code: indicator for indicator in self.indicators}

    @cached_property
    def inputs_by_section(self) -> Mapping[str, tuple[Indicator, ...]]:
        """For each section's code the rows under it that take a value, in order."""
        sections: dict[str, list[Indicator]] = {}
        section = self.indicators[0].code
        for indicator in self.indicators:
            section = indicator.code if indicator.level is Level.SECTION else section
            if indicator.is_input:
                sections.setdefault(section, []).append(indicator)
        return {code: tuple(indicators) for code, indicators in sections.items()}

    @cached_property
    def item_of(self) -> Mapping[str, str]:
        """For each input's code that of the item it stands under, or is."""
        items: dict[str, str] = {}
        item = ""
        for indicator in self.indicators:
            item = indicator.code if indicator.level in (Level.SECTION, Level.ITEM) else item
            if indicator.is_input:
                items[indicator.code] = item
        return items

    @cached_property
    def live_rules_naming(self) -> Mapping[str, tuple[int, ...]]:
        """For each input's code the positions in `rules` of those that Excel checks and name it."""
        naming: dict[str, list[int]] = {indicator.code: [] for indicator in self.inputs}
        for position, rule in enumerate(self.rules):
            for code in rule.codes if rule.check.is_live else ():
                naming[code].append(position)
        return {code: tuple(positions) for code, positions in naming.items()}

    @cached_property
    def with_hard_rules(self) -> Form:
        """The same form with those rules alone that a report must not break."""
        hard = (rule for rule in self.rules if rule.severity is Severity.ERROR)
        return replace(self, rules=tuple(hard))

    @cached_property
    def hard_rules(self) -> frozenset[str]:
        """The ids of the rules that it is an error to break."""
        return frozenset(rule.id for rule in self.with_hard_rules.rules)

    @cached_property
    def live_rules(self) -> frozenset[str]:
        """The ids of the rules that Excel checks too."""
        return frozenset(rule.id for rule in self.rules if rule.check.is_live)

    @cached_property
    def rules_alike(self) -> tuple[tuple[int, ...], ...]:
        """The positions in `rules` of those that ask the same of other figures, together."""
        alike: dict[str, list[int]] = {}
        for position, rule in enumerate(self.rules):
            alike.setdefault(rule.check.shape, []).append(position)
        return tuple(map(tuple, alike.values()))

    @cached_property
    def note_figures(self) -> tuple[str, ...]:
        """The names of everything that the rules ask of notes, once each."""
        names = (name for rule in self.rules for name in rule.check.names if is_of_note(name))
        return tuple(dict.fromkeys(names))

    @cached_property
    def questions_to_notes(self) -> Mapping[str, Sequence[tuple[int, str, str]]]:
        """What the rules ask of the note of each row: place in `note_figures`, function, words."""
        asked: dict[str, list[tuple[int, str, str]]] = {}
        for at, name in enumerate(self.note_figures):
            function, code, words = parts_of(name)
            asked.setdefault(code, []).append((at, function, words))
        return asked

    def period(self, text: str) -> Period:
        """The period with this code. Raises `InputError` when the form has no such period."""
        year, _, kind_id = text.partition("-")
        kinds = {kind.id: kind for kind in self.period_kinds}
        if not (year.isascii() and year.isdigit() and len(year) == 4) or kind_id not in kinds:
            examples = ", ".join(f"2022-{kind}" for kind in kinds)
            raise InputError(f"Kỳ báo cáo «{text}» không đúng. Ví dụ kỳ đúng: {examples}.")
        return Period(int(year), kinds[kind_id])

    def periods_named(self, text: str) -> tuple[Period, ...]:
        """The periods of the years that a text names."""
        years = {int(year) for year in re.findall(r"\b[0-9]{4}\b", text)}
        return tuple(period for year in sorted(years) for period in self.periods_of(year))

    def periods_of(self, year: int) -> tuple[Period, ...]:
        """All periods of a year, in order."""
        return tuple(Period(year, kind) for kind in self.period_kinds)
