"""How often the cell that is called most likely wrong is the one that is wrong.

Run ``python benchmarks/localisation.py --write``. It invents 2,000 reports that keep every hard
rule of the form, plants one and two slips of each kind in every one of them, asks for the suspects
in 200 of those of each kind that break a rule, and writes the table of docs/dinh-vi-loi.md. The
same seed makes the same table, however many processes share the work.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, fields, replace
from functools import cached_property, partial
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))  # runs without being installed

from cchc_xlsx.changes import check_changes  # noqa: E402
from cchc_xlsx.checks import check  # noqa: E402
from cchc_xlsx.expression import Figures, State  # noqa: E402
from cchc_xlsx.figures import Fill, is_usable, rounded  # noqa: E402
from cchc_xlsx.finding import Severity  # noqa: E402
from cchc_xlsx.form import Form, Indicator, Kind, Rule  # noqa: E402
from cchc_xlsx.form_file import load_form  # noqa: E402
from cchc_xlsx.previous import NO_PREVIOUS, Previous  # noqa: E402
from cchc_xlsx.roster import ReportingUnit  # noqa: E402
from cchc_xlsx.submission import Reading, Submission, Suspect  # noqa: E402
from cchc_xlsx.suspects import suspects  # noqa: E402

PAGE = ROOT / "docs" / "dinh-vi-loi.md"

Report = dict[str, float]
"""Figures by code; every row is filled."""

MEDIAN, SPREAD = 30.0, 1.3
"""Counts are drawn from a log-normal distribution: most are tens, some are thousands."""

CHANGE = 0.3
"""The spread of a count from one period to the next."""

TRIES = 48
"""How many figures are tried in a cell of a broken rule."""


# --- reports that keep every hard rule ----------------------------------------------------------


@dataclass(frozen=True)
class Inventor:
    """Invents reports: random figures, then one cell of a broken rule at a time drawn anew."""

    form: Form
    random: np.random.Generator

    @cached_property
    def rules(self) -> list[Rule]:
        """The hard rules."""
        hard = (rule for rule in self.form.rules if rule.severity is Severity.ERROR)
        return [rule for rule in hard if rule.check.is_live and not rule.check.looks_back]

    @cached_property
    def naming(self) -> Mapping[str, list[Rule]]:
        """The hard rules that name a row."""
        inputs = self.form.inputs
        return {row.code: [rule for rule in self.rules if row.code in rule.codes] for row in inputs}

    def report(self) -> Report:
        """A report with every row filled, in which every hard rule holds."""
        while True:
            report = {row.code: float(self._drawn(row, 1)[0]) for row in self.form.inputs}
            if self._is_settled(report):
                return report

    def report_before(self, report: Report) -> Report:
        """The figures of an earlier period, not unlike these."""
        random = self.random.lognormal(0, CHANGE, len(report))
        drawn = zip(self.form.inputs, random, strict=True)
        return {
            row.code: float(np.floor(report[row.code] * change))
            if is_count(row)
            else report[row.code]
            for row, change in drawn
        }

    def holds(self, report: Report, code: str) -> bool:
        """Whether the hard rules over a row do."""
        return not any(_is_broken(rule, report).any() for rule in self.naming[code])

    def _is_settled(self, report: Report) -> bool:
        """Draw cells of broken rules anew, each time the best of several, until none is left."""
        broken = [rule for rule in self.rules if _is_broken(rule, report).any()]
        for _ in range(400):
            if not broken:
                return True
            rule = broken[self.random.integers(len(broken))]
            code = rule.codes[self.random.integers(len(rule.codes))]
            tried = self._tried(code, report)
            counts = sum(_is_broken(rule, {**report, code: tried}) for rule in self.naming[code])
            report[code] = float(self.random.choice(tried[counts == np.min(counts)]))
            others = [each for each in broken if code not in each.codes]
            broken = others + [each for each in self.naming[code] if _is_broken(each, report).any()]
        return False

    def _tried(self, code: str, report: Report) -> NDArray[np.float64]:
        """Figures that may mend a cell: drawn anew, parts of those beside it, its formula."""
        row = self.form.by_code[code]
        tried = [self._drawn(row, TRIES)]
        others = [each for rule in self.naming[code] for each in rule.codes if each != code]
        if others and is_count(row):
            beside = np.array([report[each] for each in others])
            parts = self.random.choice(beside, TRIES) * self.random.random(TRIES)
            tried += [np.floor(parts), np.floor(beside)]
        if row.formula:
            result = row.formula.over(_figures({each: report[each] for each in row.formula.codes}))
            tried += [np.array([rounded(float(each))]) for each in result if not np.isnan(each)]
        return np.concatenate(tried)

    def _drawn(self, row: Indicator, size: int) -> NDArray[np.float64]:
        assert row.measure is not None, f"{row.code} takes no value"
        if row.measure.choices:
            return self.random.choice([*map(float, row.measure.choices)], size)
        if row.measure.kind is Kind.PERCENT:
            return np.round(100 * self.random.beta(6, 2, size), int(self.random.integers(2)))
        return np.floor(self.random.lognormal(np.log(MEDIAN), SPREAD, size))


def _is_broken(rule: Rule, report: Mapping[str, float | NDArray[np.float64]]) -> NDArray[np.bool_]:
    told = rule.check.over(_figures({code: report[code] for code in rule.codes}))
    return np.equal(told, 0)


def _figures(report: Mapping[str, float | NDArray[np.float64]]) -> Figures:
    columns = np.broadcast_arrays(*map(np.atleast_1d, report.values()))
    numbers = dict(zip(report, columns, strict=True))
    usable = {code: np.full(len(each), State.USABLE, np.int8) for code, each in numbers.items()}
    return Figures(numbers, usable)


def is_count(row: Indicator) -> bool:
    """Whether a row counts something."""
    return row.measure is not None and row.measure.kind is Kind.COUNT


# --- slips ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Desk:
    """Where somebody types: the figures that are meant, and those of the period before."""

    inventor: Inventor
    unit: ReportingUnit
    meant: Report
    before: Report

    @property
    def random(self) -> np.random.Generator:
        """What draws the slips."""
        return self.inventor.random


Slip = Callable[[Desk, Indicator], tuple[float, float] | None]
"""What is meant in a row and what is typed for it; None where this slip makes nothing of it."""


def _digits(typed: Callable[[np.random.Generator, str], str]) -> Slip:
    """A slip in the digits of a count; "" where it makes none of them."""

    def slip(desk: Desk, row: Indicator) -> tuple[float, float] | None:
        meant = desk.meant[row.code]
        digits = typed(desk.random, str(int(meant))) if is_count(row) else ""
        return (meant, float(digits)) if digits else None

    return slip


def _transposed(random: np.random.Generator, digits: str) -> str:
    places = [at for at in range(len(digits) - 1) if digits[at] != digits[at + 1]]
    if not places:
        return ""
    at = int(random.choice(places))
    return digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]


def _doubled(random: np.random.Generator, digits: str) -> str:
    at = int(random.integers(len(digits)))
    return digits[:at] + digits[at] + digits[at:]


def _lost(random: np.random.Generator, digits: str) -> str:
    at = int(random.integers(len(digits)))
    return digits[:at] + digits[at + 1 :]


def _times(factor: float) -> Slip:
    def slip(desk: Desk, row: Indicator) -> tuple[float, float] | None:
        meant = desk.meant[row.code]
        return (meant, meant * factor) if is_count(row) else None

    return slip


def _thousands(desk: Desk, row: Indicator) -> tuple[float, float] | None:
    """1.000 for 1000, which a spreadsheet takes for 1; of other thousands it makes a fraction."""
    typed = float(desk.random.integers(1, 10))
    if not is_count(row) or not desk.inventor.holds(
        {**desk.meant, row.code: 1000 * typed}, row.code
    ):
        return None
    return 1000 * typed, typed


def _fraction(desk: Desk, row: Indicator) -> tuple[float, float] | None:
    meant = desk.meant[row.code]
    is_rate = row.measure is not None and row.measure.kind is Kind.PERCENT
    return (meant, round(meant / 100, 6)) if is_rate else None


def _neighbour(desk: Desk, row: Indicator) -> tuple[float, float] | None:
    inputs = desk.inventor.form.inputs
    at = inputs.index(row) + int(desk.random.choice((-1, 1)))
    if not (0 <= at < len(inputs) and is_count(row) and is_count(inputs[at])):
        return None
    return desk.meant[row.code], desk.meant[inputs[at].code]


def _last_period(desk: Desk, row: Indicator) -> tuple[float, float] | None:
    return (desk.meant[row.code], desk.before[row.code]) if is_count(row) else None


def _another(desk: Desk, row: Indicator) -> tuple[float, float] | None:
    drawn = float(np.floor(desk.random.lognormal(np.log(MEDIAN), SPREAD)))
    return (desk.meant[row.code], drawn) if is_count(row) else None


LAST_PERIOD = "số của kỳ trước"

SLIPS: Mapping[str, Slip] = {
    "đảo hai chữ số": _digits(_transposed),
    "gõ một chữ số hai lần": _digits(_doubled),
    "thiếu một chữ số": _digits(_lost),
    "dấu chấm hàng nghìn (÷1000)": _thousands,
    "thừa một chữ số 0 (×10)": _times(10),
    "thừa hai chữ số 0 (×100)": _times(100),
    "thừa ba chữ số 0 (×1000)": _times(1000),
    "thiếu một chữ số 0 (÷10)": _times(0.1),
    "tỷ lệ gõ thành số thập phân": _fraction,
    "số của dòng liền kề": _neighbour,
    LAST_PERIOD: _last_period,
    "một số bất kỳ": _another,
}


@dataclass(frozen=True)
class Planted:
    """A report with slips: what was meant in the cells that are wrong, and all that is typed."""

    unit: ReportingUnit
    meant: Report
    typed: Report


def plant(desk: Desk, slip: Slip, count: int) -> Planted | None:
    """So many slips in a report; None where the slip makes fewer."""
    form = desk.inventor.form
    meant: Report = {}
    typed: Report = {}
    for at in desk.random.permutation(len(form.inputs)):
        row = form.inputs[int(at)]
        kind = row.measure.kind if row.measure else Kind.COUNT
        slipped = slip(replace(desk, meant={**desk.meant, **meant}), row)
        if slipped and slipped[0] != slipped[1] and is_usable(kind, slipped[1]):
            meant[row.code], typed[row.code] = slipped
        if len(typed) == count:
            return Planted(desk.unit, meant, {**desk.meant, **typed})
    return None


# --- the measurement ------------------------------------------------------------------------------


@dataclass
class Tally:
    """What became of the slips of one kind.

    `told` of those `planted` break a rule; of these `asked` were looked for. All from `among` on
    counts these alone.
    """

    planted: int = 0
    told: int = 0
    asked: int = 0
    among: int = 0
    first: int = 0
    listed: int = 0
    suggested: int = 0
    right: int = 0
    naive_listed: int = 0
    naive_chance: float = 0.0

    def add(self, other: Tally) -> None:
        """Add up."""
        for each in fields(Tally):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))

    def count(self, wrong: Report, found: Iterable[Suspect], named: set[str]) -> None:
        """Count what was found in a report: of n slips the first n suspects are the first guess."""
        told = wrong.keys() & named
        by_code = {suspect.code: suspect for suspect in found}
        self.asked += len(told)
        self.among += len(told & by_code.keys())
        self.first += len(told & set([*by_code][: len(told)]))
        self.listed += len(by_code) * len(told)
        self.naive_listed += len(named) * len(told)
        self.naive_chance += len(told) * len(told) / len(named)
        suggested = {
            code: suspect.suggestion
            for code, suspect in by_code.items()
            if code in told and suspect.suggestion is not None
        }
        self.suggested += len(suggested)
        self.right += sum(abs(each - wrong[code]) < 0.006 for code, each in suggested.items())


COUNTS = (1, 2)

Tallies = dict[tuple[str, int], Tally]
"""A tally by kind of slip and how many of them are in one report."""

AT_A_TIME = 20
"""Reports that one process takes; each such share has random numbers of its own."""


@dataclass(frozen=True)
class Share:
    """A share of the measurement: so many reports, so many of each kind asked about."""

    seed: int
    number: int
    reports: int
    asked: int


@dataclass
class Outcome:
    """What a share came to, and the processor seconds of its slowest search."""

    tallies: Tallies = field(default_factory=dict)
    slowest: float = 0.0

    def add(self, other: Outcome) -> None:
        """Add up."""
        for key, tally in other.tallies.items():
            self.tallies.setdefault(key, Tally()).add(tally)
        self.slowest = max(self.slowest, other.slowest)


PERIOD, PERIOD_BEFORE = "2022-Q3", "2022-6T"


def measure(share: Share) -> Outcome:
    """Invent reports, plant every kind of slip in each, ask about some that break a rule."""
    form = load_form()
    inventor = Inventor(form, np.random.default_rng([share.seed, share.number]))
    units = [ReportingUnit(f"H99.{at:02}", "Sở Mẫu") for at in range(share.reports)]
    meant = {unit: inventor.report() for unit in units}
    desks = [Desk(inventor, unit, each, inventor.report_before(each))
             for unit, each in meant.items()]  # fmt: skip
    outcome = Outcome()
    for name, count in product(SLIPS, COUNTS):
        slipped = [each for desk in desks if (each := plant(desk, SLIPS[name], count))]
        # What is odd beside the last period is left to the kind that is about it.
        previous = _before(form, desks) if name == LAST_PERIOD else NO_PREVIOUS
        tally = outcome.tallies[name, count] = Tally()
        told = list(_told(form, slipped, previous, tally))
        for planted, reading in told[: share.asked]:
            began = time.process_time()
            found = suspects(form, reading, previous)
            outcome.slowest = max(outcome.slowest, time.process_time() - began)
            tally.count(planted.meant, found, _named(reading))
    return outcome


def _told(
    form: Form, slipped: Sequence[Planted], previous: Previous, tally: Tally
) -> Iterator[tuple[Planted, Reading]]:
    """The reports with slips that break a rule, as `check` has them before it seeks suspects."""
    submissions = [_submission(form, each.unit, each.typed, PERIOD) for each in slipped]
    found = check(form, submissions, previous)
    for planted, submission, own in zip(slipped, submissions, found, strict=True):
        changes = check_changes(form, submission, previous)
        reading = Reading(submission, (*own, *changes))
        seen = planted.meant.keys() & _named(reading)
        tally.planted += len(planted.meant)
        tally.told += len(seen)
        if seen:
            yield planted, reading


def _before(form: Form, desks: Iterable[Desk]) -> Previous:
    reports = [_submission(form, each.unit, each.before, PERIOD_BEFORE) for each in desks]
    return Previous.of(reports)


def _submission(form: Form, unit: ReportingUnit, figures: Report, period: str) -> Submission:
    fill = Fill(figures)
    return Submission(file="", sha256="", unit=unit, period=form.period(period), fill=fill)


def _named(reading: Reading) -> set[str]:
    """All cells of the broken hard rules: the naive answer."""
    broken = (each for each in reading.findings if each.severity is Severity.ERROR)
    return {code for finding in broken for code in finding.codes}


# --- the page -------------------------------------------------------------------------------------

HEADS = (
    "số lỗi",
    "phá quy tắc",
    "số lỗi được xét",
    "trong danh sách",
    "đứng đầu",
    "số ô nêu ra",
    "có gợi ý",
    "gợi ý đúng",
    "mọi ô của các quy tắc bị phá: số ô",
    "đoán trúng",
)
TITLES = {1: "Một lỗi trong một báo cáo", 2: "Hai lỗi trong một báo cáo"}
ALL = "**tất cả**"
BEGIN, END = "<!-- benchmarks/localisation.py viết từ đây -->", "<!-- đến đây -->"


def table(tallies: Tallies, count: int) -> Iterator[str]:
    """The lines of a table: a line for each kind of slip, and one for all."""
    yield f"| {' | '.join((TITLES[count], *HEADS))} |"
    yield "| --- |" + " --: |" * len(HEADS)
    whole = Tally()
    for name in SLIPS:
        whole.add(tallies[name, count])
        yield _line(name, tallies[name, count])
    yield _line(ALL, whole)
    yield ""


def _line(name: str, tally: Tally) -> str:
    asked, suggested = max(tally.asked, 1), max(tally.suggested, 1)
    cells = (
        name,
        _number(tally.planted),
        f"{tally.told / max(tally.planted, 1):.0%}",
        _number(tally.asked),
        f"{tally.among / asked:.0%}",
        f"{tally.first / asked:.0%}",
        _decimal(tally.listed / asked),
        f"{tally.suggested / asked:.0%}",
        f"{tally.right / suggested:.0%}",
        _decimal(tally.naive_listed / asked),
        f"{tally.naive_chance / asked:.0%}",
    )
    return f"| {' | '.join(cells)} |"


def _number(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _decimal(number: float) -> str:
    return f"{number:.1f}".replace(".", ",")


def written(outcome: Outcome, reports: int, seed: int) -> str:
    """What the page has between its two marks."""
    lines = [
        f"{_number(reports)} báo cáo giả định, `--seed {seed}`; lần tìm lâu nhất mất "
        f"{_decimal(outcome.slowest)} giây tính toán.",
        "",
        *(line for count in COUNTS for line in table(outcome.tallies, count)),
    ]
    return "\n".join(lines)


def _write(text: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    block = re.compile(f"(?<={re.escape(BEGIN)}\n).*(?={re.escape(END)})", re.DOTALL)
    PAGE.write_text(block.sub(lambda _: text, page), encoding="utf-8")


def main() -> int:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=2000)
    parser.add_argument("--asked", type=int, default=200, help="reports of each kind")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--write", action="store_true", help="put the table into the docs")
    arguments = parser.parse_args()
    numbers = range(-(-arguments.reports // AT_A_TIME))
    asked = max(arguments.asked // len(numbers), 1)
    share = partial(Share, arguments.seed, reports=AT_A_TIME, asked=asked)
    outcome = Outcome()
    with ProcessPoolExecutor(arguments.processes) as pool:
        shares = [share(number=number) for number in numbers]
        for at, each in enumerate(pool.map(measure, shares), start=1):
            outcome.add(each)
            print(f"{at}/{len(numbers)}", file=sys.stderr, end="\r", flush=True)
    text = written(outcome, len(numbers) * AT_A_TIME, arguments.seed)
    print(text)
    if arguments.write:
        _write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
