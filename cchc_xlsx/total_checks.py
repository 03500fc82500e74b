"""A consolidation → findings about its totals: they obey the rules too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cchc_xlsx.additive import rules_for_totals
from cchc_xlsx.consolidate import Consolidation
from cchc_xlsx.expression import Figures
from cchc_xlsx.figures import Fill, tabulate
from cchc_xlsx.finding import Finding, Severity
from cchc_xlsx.form import Aggregate, Indicator, Rule
from cchc_xlsx.reading_rules import NOT_THE_QUOTIENT
from cchc_xlsx.vietnamese import format_number


def check_totals(merged: Consolidation) -> list[Finding]:
    """What is odd about the totals: a broken rule, a rate that its two sums do not give."""
    figures = tabulate(merged.form, [_totals(merged)])
    return [*_broken(merged, figures), *_rates(merged)]


def _totals(merged: Consolidation) -> Fill:
    """The totals that are numbers, as if one unit had reported them."""
    return Fill(
        {
            code: None if isinstance(total.value, Mapping) else total.value
            for code, total in merged.totals.items()
        }
    )


def _broken(merged: Consolidation, figures: Figures) -> Iterator[Finding]:
    for rule in rules_for_totals(merged.form):
        if rule.check.over(figures)[0] == 0:
            yield Finding(
                rule=rule.id,
                severity=max(rule.severity, Severity.WARNING, key=lambda each: each.rank),
                message=f"Số tổng hợp: {rule.message.fill(figures, format_number)}"
                f" {_because(merged, rule)}",
                hint="Xem lại số liệu của các cơ quan ở những chỉ tiêu này.",
                codes=rule.codes,
            )


def _because(merged: Consolidation, rule: Rule) -> str:
    """Whose figures break the rule; where nobody's do, blanks make the totals uneven."""
    broken = {
        finding.unit
        for finding in merged.batch.findings
        if finding.rule == rule.id and finding.codes == rule.codes
    }
    names = [unit.name for unit in merged.units if unit.code in broken]
    if names:
        return f"Do số liệu của: {', '.join(names)}."
    return "Không cơ quan nào tự vi phạm: có cơ quan để trống một trong các chỉ tiêu này."


_NOTICEABLE = 0.005
"""Percentage points; what shows when a rate is rounded to two decimals."""


def _rates(merged: Consolidation) -> Iterator[Finding]:
    for row in merged.form.inputs:
        if row.aggregate is Aggregate.RATIO:
            yield from _rate(merged, row)


def _rate(merged: Consolidation, row: Indicator) -> Iterator[Finding]:
    """A word on a rate that a reader would work out otherwise from the two totals above it."""
    rate, numerator, denominator = (merged.totals[code].value for code in (row.code, *row.of))
    if not isinstance(rate, float) or not isinstance(numerator, float):
        return
    if isinstance(denominator, float) and denominator:
        worked_out = 100 * numerator / denominator
        if abs(worked_out - rate) > _NOTICEABLE:
            yield NOT_THE_QUOTIENT.finding(
                f"Tỷ lệ tổng hợp «{row.title}» là {format_number(rate)}, chỉ tính trên các cơ quan "
                "báo cáo đủ cả tử số và mẫu số; tính từ hai tổng số là "
                f"{format_number(worked_out)}.",
                "Đề nghị các cơ quan báo cáo đủ cả hai số.",
                codes=(row.code, *row.of),
            )
