"""Filled workbooks to measure with: as large as real ones, every figure and every office invented.

The four clean samples are varied: a figure is drawn anew wherever that changes the outcome of no
rule, notes cite other numbers and days. So many different reports are written; each is then
stamped with the code and the name of many units. Every `FAULTY`-th report has one wrong figure.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))  # runs without being installed

from cchc_xlsx.expression import Figures, Numbers, State  # noqa: E402
from cchc_xlsx.form import Form, Indicator, Kind, Rule  # noqa: E402
from cchc_xlsx.form_file import load_form  # noqa: E402
from cchc_xlsx.roster import ReportingUnit  # noqa: E402
from cchc_xlsx.template import Content  # noqa: E402
from cchc_xlsx.template.stamp import Stamp  # noqa: E402
from samples.build import contents  # noqa: E402

DIFFERENT = 250
"""How many different reports are written: so many that no row with an answer is still remembered
when its report comes again."""

FAULTY = 20
WRONG, TOO_MANY = "III.4.3", 10
"""Every so many a report counts so many procedures too many, which breaks a hard rule."""

SEED = 20229


def units(count: int) -> list[ReportingUnit]:
    """Invented reporting units."""
    return [
        ReportingUnit(f"H98.{at // 1000:02}.{at % 1000:03}", f"Cơ quan Mẫu số {at} (giả định)")
        for at in range(count)
    ]


def write_roster(path: Path, listed: Sequence[ReportingUnit]) -> Path:
    """A table of reporting units, as `--units` takes it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["Mã định danh", "Tên cơ quan"])
        rows.writerows((unit.code, unit.name) for unit in listed)
    return path


def write_workbooks(folder: Path, count: int, different: int = DIFFERENT) -> Path:
    """One filled workbook for each of `count` units in a folder, which is made."""
    folder.mkdir(parents=True)
    shares = [range(share, different, 2) for share in range(2)]
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(_write_share, [folder] * 2, [count] * 2, [different] * 2, shares))
    return folder


def _write_share(folder: Path, count: int, different: int, numbers: Sequence[int]) -> None:
    form, listed = load_form(), units(count)
    reports = reports_of(form, different)
    for number in numbers:
        stamp = Stamp(reports[number])
        for unit in listed[number::different]:
            stamp.write(unit, folder / f"{unit.code}_{reports[number].period.id}.xlsx")


# --- reports --------------------------------------------------------------------------------------


def reports_of(form: Form, count: int) -> list[Content]:
    """Different reports for the period of the samples."""
    chance = np.random.default_rng(SEED)
    clean = [each for each in contents(form) if not _is_odd(each)]
    share = -(-count // len(clean))
    varied = [_variations(form, sample, share, chance) for sample in clean]
    reports = [report for of_each_sample in zip(*varied, strict=True) for report in of_each_sample]
    return [
        _with_fault(report) if at % FAULTY == 0 else report
        for at, report in enumerate(reports[:count])
    ]


def _is_odd(sample: Content) -> bool:
    """Whether a sample holds a text in place of a figure, or is the real one."""
    is_invented = sample.unit is not None and sample.unit.code.startswith("H99")
    return not is_invented or any(isinstance(entry, str) for entry in sample.entries.values())


def _variations(
    form: Form, sample: Content, count: int, chance: np.random.Generator
) -> list[Content]:
    """A sample with other figures, as far as no rule is then told otherwise, and other notes."""
    figures = {code: np.full(count, float(entry)) for code, entry in sample.entries.items()}
    for row in form.inputs:
        if row.code in figures and row.measure and row.measure.kind is Kind.COUNT:
            drawn = chance.poisson(figures[row.code] + 1).astype(np.float64)
            before = _outcomes(form, figures, row)
            after = _outcomes(form, {**figures, row.code: drawn}, row)
            is_same = ((before == after) | (np.isnan(before) & np.isnan(after))).all(axis=0)
            figures[row.code] = np.where(is_same, drawn, figures[row.code])
    return [
        replace(
            sample,
            unit=None,
            entries={code: float(numbers[at]) for code, numbers in figures.items()},
            notes=_notes(form, sample, chance),
        )
        for at in range(count)
    ]


def _outcomes(form: Form, figures: Mapping[str, Numbers], row: Indicator) -> Numbers:
    """What becomes of every rule over figures that names a row, by rule and report."""
    naming = (rule for rule in form.rules if row.code in rule.codes and _is_about_figures(rule))
    return np.stack([rule.check.over(_only(figures, rule.codes)) for rule in naming])


def _is_about_figures(rule: Rule) -> bool:
    return rule.check.is_live and not rule.check.looks_back


def _only(figures: Mapping[str, Numbers], codes: Sequence[str]) -> Figures:
    """The figures of these rows; those that a sample has not are blank."""
    count = len(next(iter(figures.values())))
    numbers = {code: figures.get(code, np.full(count, np.nan)) for code in codes}
    blank = {code: np.isnan(each) for code, each in numbers.items()}
    states = {
        code: np.where(each, State.BLANK, State.USABLE).astype(np.int8)
        for code, each in blank.items()
    }
    return Figures(numbers, states)


NOTED = 5
"""Every so many a row has a note, as in the real report, of which 33 rows of 185 have one."""

DAYS = (1, 4, 5, 6, 7, 8, 11, 12, 13, 14, 15, 18, 19, 20, 21, 22, 25, 26, 27, 28, 29)
"""The working days of July 2022."""

_NUMBER = re.compile(r"\b[1-9][0-9]{1,3}(?=/[A-ZĐ])")


def _notes(form: Form, sample: Content, chance: np.random.Generator) -> dict[str, str]:
    """The notes of a sample with documents of other numbers, and some more."""
    noted = [row.code for row in form.inputs[::NOTED]]
    # Numbers go up with the days, and no day is a Sunday: these notes give no cause for a remark.
    more = {
        code: f"Số liệu theo Báo cáo số {100 + 5 * at + chance.integers(5)}/BC-SM ngày "
        f"{DAYS[at * len(DAYS) // len(noted)]:02}/7/2022"
        for at, code in enumerate(noted)
    }
    own = {
        code: _NUMBER.sub(lambda match: str(int(match[0]) + int(chance.integers(1, 9))), note)
        for code, note in sample.notes.items()
    }
    return more | own


def _with_fault(report: Content) -> Content:
    counted = report.fill.values[WRONG]
    assert counted is not None, f"every sample counts its procedures ({WRONG})"
    return replace(report, entries={**report.entries, WRONG: counted + TOO_MANY})
