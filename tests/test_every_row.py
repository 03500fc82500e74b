"""Every row of the form totalled again by a few lines of pandas that know nothing of ours."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cchc_xlsx import api
from cchc_xlsx.aggregate import Value
from cchc_xlsx.batch import Batch
from cchc_xlsx.consolidate import Consolidation, consolidate
from cchc_xlsx.figures import Fill
from cchc_xlsx.form import Aggregate, Form, Indicator, Kind
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.submission import Reading, Submission

SAMPLES = Path(__file__).parent.parent / "samples"


def of_samples(form: Form) -> Consolidation:
    return api.merge([SAMPLES / "filled"], roster=SAMPLES / "roster.csv")


def of_31_random_units(form: Form) -> Consolidation:
    rng = np.random.default_rng(31)

    def drawn(row: Indicator) -> float | None:
        assert row.measure
        if rng.random() < 0.15:
            return None
        if row.measure.choices:
            return float(rng.choice(list(row.measure.choices)))
        is_rate = row.measure.kind is Kind.PERCENT
        return float(round(rng.random() * 100, 2) if is_rate else rng.integers(0, 500))

    readings = [
        Reading(
            Submission(
                file=f"X{at}.xlsx",
                sha256="",
                unit=ReportingUnit(f"X{at}", f"Sở {at}"),
                period=form.period("2022-Q3"),
                fill=Fill({row.code: drawn(row) for row in form.inputs}),
            )
        )
        for at in range(31)
    ]
    return consolidate(Batch(form, tuple(readings)), form.period("2022-Q3"))


def reckoned(row: Indicator, table: pd.DataFrame) -> Value:
    """The total of a row, from a table of units by codes."""
    own = table[row.code].dropna()
    if row.aggregate is Aggregate.COUNT_YES:
        return float((own == 1).sum())
    if row.aggregate is Aggregate.DISTRIBUTION:
        assert row.measure
        return {choice: int((own == choice).sum()) for choice in row.measure.choices}
    if row.aggregate is Aggregate.RATIO:
        both = table[list(row.of)].dropna()
        return float(100 * both[row.of[0]].sum() / both[row.of[1]].sum())
    if row.aggregate is Aggregate.WEIGHTED_MEAN:
        both = table[[row.code, *row.of]].dropna()
        return float((both[row.code] * both[row.of[0]]).sum() / both[row.of[0]].sum())
    if own.empty:
        return None
    return float(own.sum() if row.aggregate is Aggregate.SUM else own.mean())


@pytest.mark.parametrize("units", [of_samples, of_31_random_units])
def test_every_row(form: Form, units: object) -> None:
    """153 rows, 0 differ; ``-s`` prints the table."""
    assert callable(units)
    merged: Consolidation = units(form)
    codes = [row.code for row in form.inputs]
    table = pd.DataFrame([dict(each.fill.values) for each in merged.submissions], columns=codes)
    table = table.astype(float)
    assert len(codes) == 153
    for row in form.inputs:
        total, again = merged.totals[row.code].value, reckoned(row, table)
        print(row.code, row.aggregate.value, row.over_periods.value, total, again, sep="\t")
        if isinstance(again, float):
            assert total == pytest.approx(again), row.code
        else:
            assert total == again, row.code
        assert merged.totals[row.code].reported == table[row.code].count(), row.code
