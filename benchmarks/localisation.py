"""How often the cell that is called most likely wrong is the one that is wrong.

Run ``python benchmarks/localisation.py --reports 1000 --seed 2026``. It invents reports that keep
every hard rule of the form, plants one or two slips of each kind in them, asks for the suspects
and prints the table of docs/dinh-vi-loi.md. The same seed makes the same table.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))  # runs without being installed

from cchc_xlsx.expression import Figures, State  # noqa: E402
from cchc_xlsx.figures import Fill, is_usable, rounded  # noqa: E402
from cchc_xlsx.finding import Finding, Severity  # noqa: E402
from cchc_xlsx.form import Form, Indicator, Kind, Rule  # noqa: E402
from cchc_xlsx.form_file import load_form  # noqa: E402
from cchc_xlsx.previous import NO_PREVIOUS  # noqa: E402
from cchc_xlsx.submission import Reading, Submission  # noqa: E402
from cchc_xlsx.suspects import suspects  # noqa: E402

Report = dict[str, float]
"""Figures by code; every row is filled."""

MEDIAN, SPREAD = 30.0, 1.3
"""Counts are drawn from a log-normal distribution: most are tens, some are thousands."""

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
        return [rule for rule in hard if _is_about_figures(rule)]

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

    def _is_settled(self, report: Report) -> bool:
        """Draw cells of broken rules anew, each time the best of several, until none is left."""
        broken = self.broken(report)
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

    def broken(self, report: Report) -> list[Rule]:
        """The hard rules that do not hold."""
        return [rule for rule in self.rules if _is_broken(rule, report).any()]

    def _tried(self, code: str, report: Report) -> NDArray[np.float64]:
        """Figures that may mend a cell: drawn anew, parts of those beside it, its formula."""
        row = self.form.by_code[code]
        tried = [self._drawn(row, TRIES)]
        others = [each for rule in self.naming[code] for each in rule.codes if each != code]
        if others and row.measure and row.measure.kind is Kind.COUNT:
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


def _is_about_figures(rule: Rule) -> bool:
    """Whether a rule asks nothing of notes or of the previous period."""
    return rule.check.is_live and not rule.check.looks_back


def _is_broken(rule: Rule, report: Mapping[str, float | NDArray[np.float64]]) -> NDArray[np.bool_]:
    told = rule.check.over(_figures({code: report[code] for code in rule.codes}))
    return np.equal(told, 0)


def _figures(report: Mapping[str, float | NDArray[np.float64]]) -> Figures:
    columns = np.broadcast_arrays(*map(np.atleast_1d, report.values()))
    numbers = dict(zip(report, columns, strict=True))
    usable = {code: np.full(len(each), State.USABLE, np.int8) for code, each in numbers.items()}
    return Figures(numbers, usable)


# --- slips ----------------------------------------------------------------------------------------


def _is_count(row: Indicator) -> bool:
    return row.measure is not None and row.measure.kind is Kind.COUNT


def _is_rate(row: Indicator) -> bool:
    return row.measure is not None and row.measure.kind is Kind.PERCENT


Slip = Callable[[np.random.Generator, Form, Report, Indicator], float | None]
"""What is typed for the figure of a row; None where this slip makes no other figure of it."""


def _transposed(
    random: np.random.Generator, _: Form, report: Report, row: Indicator
) -> float | None:
    digits = list(str(int(report[row.code])))
    places = [at for at in range(len(digits) - 1) if digits[at] != digits[at + 1]]
    if not _is_count(row) or not places:
        return None
    at = int(random.choice(places))
    digits[at], digits[at + 1] = digits[at + 1], digits[at]
    return float("".join(digits))


def _doubled(random: np.random.Generator, _: Form, report: Report, row: Indicator) -> float | None:
    digits = str(int(report[row.code]))
    at = int(random.integers(len(digits)))
    return float(digits[:at] + digits[at] + digits[at:]) if _is_count(row) else None


def _lost(random: np.random.Generator, _: Form, report: Report, row: Indicator) -> float | None:
    digits = str(int(report[row.code]))
    at = int(random.integers(len(digits)))
    is_long = len(digits) > 1 and _is_count(row)
    return float(digits[:at] + digits[at + 1 :]) if is_long else None


def _times(factor: float) -> Slip:
    def typed(_: np.random.Generator, __: Form, report: Report, row: Indicator) -> float | None:
        return report[row.code] * factor if _is_count(row) else None

    return typed


def _thousands(_: np.random.Generator, __: Form, report: Report, row: Indicator) -> float | None:
    """1.000 for 1000, which a spreadsheet takes for 1."""
    number = report[row.code]
    return number / 1000 if _is_count(row) and number >= 1000 and number % 1000 == 0 else None


def _fraction(_: np.random.Generator, __: Form, report: Report, row: Indicator) -> float | None:
    return round(report[row.code] / 100, 6) if _is_rate(row) else None


def _neighbour(_: np.random.Generator, form: Form, report: Report, row: Indicator) -> float | None:
    at = form.inputs.index(row)
    beside = form.inputs[at - 1 if at else 1]
    return report[beside.code] if _is_count(row) and _is_count(beside) else None


def _another(random: np.random.Generator, _: Form, __: Report, row: Indicator) -> float | None:
    drawn = float(np.floor(random.lognormal(np.log(MEDIAN), SPREAD)))
    return drawn if _is_count(row) else None


SLIPS: Mapping[str, Slip] = {
    "đảo hai chữ số": _transposed,
    "gõ một chữ số hai lần": _doubled,
    "thiếu một chữ số": _lost,
    "thừa một chữ số 0 (×10)": _times(10),
    "×100": _times(100),
    "×1000": _times(1000),
    "thiếu một chữ số 0 (÷10)": _times(0.1),
    "dấu chấm hàng nghìn (÷1000)": _thousands,
    "tỷ lệ gõ thành phân số": _fraction,
    "số của dòng trên": _neighbour,
    "một số bất kỳ": _another,
}


# --- the measurement ------------------------------------------------------------------------------


@dataclass
class Tally:
    """What became of the slips of one kind."""

    planted: int = 0
    silent: int = 0
    among: int = 0
    first: int = 0
    suggested: int = 0
    right: int = 0
    listed: int = 0
    naive_listed: int = 0
    naive_chance: float = 0.0
    slowest: float = 0.0


@dataclass(frozen=True)
class Trial:
    """Plants slips in reports and tallies what the suspects say about them."""

    inventor: Inventor
    random: np.random.Generator

    def plant(self, report: Report, slip: Slip, count: int) -> Report | None:
        """The figures that slips change in a report; None where the slip makes none."""
        form = self.inventor.form
        changed: Report = {}
        for at in self.random.permutation(len(form.inputs)):
            row = form.inputs[int(at)]
            typed = slip(self.random, form, report, row)
            kind = row.measure.kind if row.measure else Kind.COUNT
            if typed is not None and typed != report[row.code] and is_usable(kind, typed):
                changed[row.code] = typed
            if len(changed) == count:
                return changed
        return None

    def tally(self, tally: Tally, report: Report, changed: Report) -> None:
        """Ask for the suspects in a report with these slips."""
        wrong = {**report, **changed}
        tally.planted += len(changed)
        broken = self.inventor.broken(wrong)
        named = {code for rule in broken for code in rule.codes}
        tally.silent += len(changed.keys() - named)
        told = changed.keys() & named
        if not told:
            return
        began = time.perf_counter()
        found = suspects(self.inventor.form, self._reading(wrong, broken), NO_PREVIOUS)
        tally.slowest = max(tally.slowest, time.perf_counter() - began)
        codes = [suspect.code for suspect in found]
        tally.among += len(told & set(codes))
        # Of n planted slips, the first n suspects are the first guess.
        tally.first += len(told & set(codes[: len(told)]))
        tally.listed += len(codes) * len(told)
        tally.naive_listed += len(named) * len(told)
        tally.naive_chance += len(told) * len(told) / len(named)
        for suspect in found:
            if suspect.code in told and suspect.suggestion is not None:
                tally.suggested += 1
                tally.right += abs(suspect.suggestion - report[suspect.code]) < 0.006

    def _reading(self, report: Report, broken: Iterable[Rule]) -> Reading:
        findings = tuple(
            Finding(rule=rule.id, severity=rule.severity, message="", codes=rule.codes)
            for rule in (*broken, *self._warnings(report))
        )
        return Reading(Submission(file="", sha256="", fill=Fill(report)), findings)

    def _warnings(self, report: Report) -> Iterator[Rule]:
        for rule in self.inventor.form.rules:
            is_told = rule.severity is Severity.WARNING and _is_about_figures(rule)
            if is_told and _is_broken(rule, report).any():
                yield rule


def main() -> int:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1976)
    arguments = parser.parse_args()
    form = load_form()
    inventor = Inventor(form, np.random.default_rng(arguments.seed))
    trial = Trial(inventor, np.random.default_rng(arguments.seed + 1))
    reports = [inventor.report() for _ in range(arguments.reports)]
    for count in (1, 2):
        tallies = {name: Tally() for name in SLIPS}
        for at, report in enumerate(reports):
            # Each report carries one kind of slip after the other.
            name = list(SLIPS)[at % len(SLIPS)]
            if changed := trial.plant(report, SLIPS[name], count):
                trial.tally(tallies[name], report, changed)
        _print(count, tallies)
    return 0


def _print(count: int, tallies: Mapping[str, Tally]) -> None:
    word = "Một lỗi" if count == 1 else "Hai lỗi"
    heads = (
        *(f"{word} trong một báo cáo", "số lỗi", "không phá quy tắc nào", "trong danh sách"),
        *("đứng đầu", "số ô nêu ra", "có gợi ý", "gợi ý đúng"),
        *("mọi ô của các quy tắc bị phá: số ô", "đoán trúng"),
    )
    print(f"| {' | '.join(heads)} |")
    print("| --- |" + " --: |" * 9)
    whole = Tally()
    for tally in tallies.values():
        for name, value in vars(tally).items():
            setattr(whole, name, getattr(whole, name) + value)
    whole.slowest = max(tally.slowest for tally in tallies.values())
    for name, tally in {**tallies, "**tất cả**": whole}.items():
        told = tally.planted - tally.silent
        if not told:
            print(f"| {name} | {tally.planted} | {tally.silent} |" + " – |" * 7)
            continue
        print(
            f"| {name} | {tally.planted} | {tally.silent} | {tally.among / told:.0%} "
            f"| {tally.first / told:.0%} | {tally.listed / told:.1f} "
            f"| {tally.suggested / told:.0%} | {tally.right / max(tally.suggested, 1):.0%} "
            f"| {tally.naive_listed / told:.1f} | {tally.naive_chance / told:.0%} |"
        )
    print(f"\nslowest: {whole.slowest:.2f} s\n", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
