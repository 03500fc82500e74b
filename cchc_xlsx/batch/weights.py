"""How much a finding moves what is consolidated: the largest share that its unit has in a total.

What nobody can read is in no total at all, however much it may be: it comes first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cchc_xlsx.figures import Fill
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
        fill = reading.submission.fill
        findings = tuple(_with_weight(each, fill, totals) for each in reading.findings)
        return replace(reading, findings=findings)

    return [own(each) if each.is_accepted else each for each in readings]


def _with_weight(finding: Finding, fill: Fill, totals: Mapping[str, float]) -> Finding:
    weight = max((_share(code, fill, totals) for code in finding.codes), default=0.0)
    return replace(finding, weight=weight) if weight else finding


def _share(code: str, fill: Fill, totals: Mapping[str, float]) -> float:
    if code in fill.unreadable:
        return 1.0
    figure, total = fill.values.get(code), totals.get(code)
    return abs(figure) / total if figure and total else 0.0
