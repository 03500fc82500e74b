"""How much a finding moves what is consolidated: the largest share that its unit has in a total.

What nobody can read is in no total at all, however much it may be: it comes first.
"""

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
    totals = {
        row.code: sum(abs(_figure(each, row.code) or 0) for each in accepted)
        for row in form.inputs
        if row.aggregate is Aggregate.SUM
    }

    def own(reading: Reading) -> Reading:
        shares = {code: _share(_figure(reading, code), total) for code, total in totals.items()}
        shares |= dict.fromkeys(reading.submission.fill.unreadable, 1.0)
        findings = tuple(_with_weight(each, shares) for each in reading.findings)
        return replace(reading, findings=findings)

    return [own(each) if each.is_accepted else each for each in readings]


def _figure(reading: Reading, code: str) -> float | None:
    return reading.submission.fill.values.get(code)


def _share(figure: float | None, total: float) -> float:
    return abs(figure) / total if figure and total else 0.0


def _with_weight(finding: Finding, shares: Mapping[str, float]) -> Finding:
    return replace(
        finding, weight=max((shares.get(code, 0.0) for code in finding.codes), default=0)
    )
