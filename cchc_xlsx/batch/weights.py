"""How much a finding moves what is consolidated: the largest share that its unit has in a total."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cchc_xlsx.finding import Finding
from cchc_xlsx.form import Aggregate, Form
from cchc_xlsx.submission import Reading


def weighed(form: Form, readings: Sequence[Reading]) -> list[Reading]:
    """The same, the findings of accepted submissions with their weight; of one alone all are 0."""
    accepted = [each for each in readings if each.is_accepted]
    if len(accepted) < 2:
        return list(readings)
    reported = [each.submission.fill.values for each in accepted]
    totals = {
        row.code: sum(abs(values.get(row.code) or 0) for values in reported)
        for row in form.inputs
        if row.aggregate is Aggregate.SUM
    }

    def own(reading: Reading) -> Reading:
        values = reading.submission.fill.values
        findings = tuple(_with_weight(each, values, totals) for each in reading.findings)
        return replace(reading, findings=findings)

    return [own(each) if each.is_accepted else each for each in readings]


def _with_weight(
    finding: Finding, values: Mapping[str, float | None], totals: Mapping[str, float]
) -> Finding:
    shares = (_share(values.get(code), totals.get(code)) for code in finding.codes)
    weight = max(shares, default=0.0)
    return replace(finding, weight=weight) if weight else finding


def _share(figure: float | None, total: float | None) -> float:
    return abs(figure) / total if figure and total else 0.0
