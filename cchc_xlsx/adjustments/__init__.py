"""Corrections by the coordinator: a table of them → readings with the corrected figures.

A correction names the figure that it replaces, the reason and the person. It is applied to that
very figure only, and the original is kept beside it: nobody's figure changes without a trace.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace

from cchc_xlsx.adjustments.judge import Judge, JudgedRow
from cchc_xlsx.adjustments.table import (
    HEADINGS,
    Row,
    Table,
    corrections_in,
    load_adjustments,
    read_rows,
)
from cchc_xlsx.figures import Fill
from cchc_xlsx.finding import Finding, Severity
from cchc_xlsx.form import Form
from cchc_xlsx.submission import Reading

__all__ = [
    "HEADINGS",
    "JudgedRow",
    "Row",
    "Table",
    "adjusted",
    "corrections_in",
    "load_adjustments",
    "read_rows",
]


def adjusted(
    form: Form, readings: Sequence[Reading], table: Table
) -> tuple[list[Reading], tuple[JudgedRow, ...]]:
    """The readings with corrected figures, and what became of each row.

    A row that was applied is named in a finding of its reading. The original figures are compared
    each time, so a table goes on working as long as the units' figures stay what they were.
    """
    accepted = [each.submission for each in readings if each.is_accepted]
    judged = tuple(map(Judge(form, accepted, table).judged, table.rows))
    corrected = [
        _corrected(each, [row for row in judged if row.submission is each.submission])
        for each in readings
    ]
    return corrected, judged


def _corrected(reading: Reading, judged: Sequence[JudgedRow]) -> Reading:
    """The reading with the corrections that were applied to it."""
    applied = [each for each in judged if each.adjustment]
    if not applied:
        return reading
    submission = reading.submission
    corrections = {each.row.code: each.adjustment for each in applied if each.adjustment}
    values = {code: each.corrected for code, each in corrections.items()}
    fill = Fill(
        {**submission.fill.values, **values}, submission.fill.unreadable - corrections.keys()
    )
    findings = [_settled(finding, corrections.keys()) for finding in reading.findings]
    return replace(
        reading,
        submission=replace(submission, fill=fill, adjusted=corrections),
        findings=(*findings, *(each.finding for each in applied)),
    )


def _settled(finding: Finding, codes: Set[str]) -> Finding:
    """What was found in the cells of these figures alone: somebody has decided it by now."""
    is_settled = bool(finding.codes) and codes >= set(finding.codes)
    return replace(finding, severity=Severity.INFO) if is_settled else finding
