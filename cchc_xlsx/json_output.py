"""The JSON documents of `check`, `merge` and `compare`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from cchc_xlsx import __version__
from cchc_xlsx.aggregate import Value
from cchc_xlsx.batch import Batch
from cchc_xlsx.catalogue import Check, catalogue, formulas
from cchc_xlsx.finding import Finding, Severity
from cchc_xlsx.form import Aggregate, Form, Rule
from cchc_xlsx.submission import Status, Submission, Suspect

if TYPE_CHECKING:
    from cchc_xlsx.compare import Change, Comparison, Side
    from cchc_xlsx.consolidate import Consolidation, Total

SCHEMA = 1


def batch_document(batch: Batch) -> dict[str, Any]:
    """What `check --json` prints: submissions, findings, summary."""
    return {
        "schema": SCHEMA,
        "version": __version__,
        "form": batch.form.id,
        "period": batch.period.id if batch.period else None,
        "submissions": [_submission(batch.form, each) for each in batch.submissions],
        "findings": [_finding(finding) for finding in batch.findings],
        "summary": _summary(batch),
    }


def merge_document(merged: Consolidation) -> dict[str, Any]:
    """What `merge --json` prints: the same, with the totals by code."""
    totals = {
        indicator.code: _total(merged.totals[indicator.code], indicator.aggregate)
        for indicator in merged.form.inputs
    }
    period = merged.period.id if merged.period else None
    return batch_document(merged.batch) | {"period": period, "totals": totals}


def rules_document(form: Form, *, with_formulas: bool) -> dict[str, Any]:
    """What `rules --json` prints: every check, then the ids that are none."""
    excel = formulas(form) if with_formulas else {}
    return {
        "schema": SCHEMA,
        "version": __version__,
        "form": form.id,
        "rules": [_check(each, excel) for each in catalogue(form)],
        "withdrawn": [
            {"id": each.id, "into": each.into or None, "reason": each.reason}
            for each in form.withdrawn
        ],
    }


def _check(check: Check, excel: Mapping[Rule, str]) -> dict[str, Any]:
    document = {
        "id": check.id,
        "severity": check.severity.value,
        "trial": check.trial,
        "live": check.is_live,
        "meaning": check.meaning,
        "check": check.check or None,
        "message": check.message or None,
        "hint": check.hint or None,
        "codes": list(check.codes),
    }
    own = [
        {"codes": list(rule.codes), "formula": excel[rule]} for rule in check.rules if rule in excel
    ]
    return document | ({"formulas": own} if own else {})


def comparison_document(comparison: Comparison) -> dict[str, Any]:
    """What `compare --json` prints: both sides, the changes with the weightiest first."""
    return {
        "schema": SCHEMA,
        "version": __version__,
        "form": comparison.form.id,
        "old": _side(comparison.old),
        "new": _side(comparison.new),
        "units_came": [unit.code for unit in comparison.came],
        "units_gone": [unit.code for unit in comparison.gone],
        "changes": [_change(change) for change in comparison.changes],
        "findings": [_finding(finding) for finding in comparison.findings],
    }


def _side(side: Side) -> dict[str, Any]:
    period = side.merged.period
    return {
        "path": side.path,
        "period": period.id if period else None,
        "units": [{"code": unit.code, "name": unit.name} for unit in side.merged.units],
    }


def _change(change: Change) -> dict[str, Any]:
    difference, relative = change.difference, change.relative
    sides = {"old": change.old, "new": change.new}
    unreadable = [name for name, held in sides.items() if not held.is_readable]
    return {
        "unit": change.unit.code if change.unit else None,
        "code": change.indicator.code,
        "kind": change.kind.value,
        "old": _value(change.old.value),
        "new": _value(change.new.value),
        "difference": figure(difference),
        "relative": None if relative is None else round(relative, 2),
        "weight": round(change.weight, 4),
        "old_note": change.old.note,
        "new_note": change.new.note,
        **({"unreadable": unreadable} if unreadable else {}),
    }


def _submission(form: Form, each: Submission) -> dict[str, Any]:
    origin = {"origin": asdict(each.origin)} if each.origin else {}
    return {
        "file": each.file,
        "sha256": each.sha256,
        "status": each.status.value,
        "unit": {"code": each.unit.code, "name": each.unit.name} if each.unit else None,
        "period": each.period.id if each.period else None,
        "values": {row.code: figure(each.fill.values.get(row.code)) for row in form.inputs},
        "notes": dict(each.notes),
        "info": dict(each.info),
        **({"answers": [asdict(answer) for answer in each.answers]} if each.answers else {}),
        **({"adjusted": _adjusted(each)} if each.adjusted else {}),
        **({"suspects": [_suspect(suspect) for suspect in each.suspects]} if each.suspects else {}),
        **origin,
    }


def _suspect(each: Suspect) -> dict[str, Any]:
    """A cell that is most likely wrong; `suggestion` is null when no figure stands out."""
    return {
        "code": each.code,
        "cell": each.cell,
        "value": figure(each.value),
        "suggestion": figure(each.suggestion),
        "reason": each.reason,
        "repairs": list(each.repairs),
    }


def _adjusted(each: Submission) -> dict[str, Any]:
    """The corrections by code; the figures in `values` are the corrected ones."""
    return {
        code: {
            "original": figure(correction.original),
            "corrected": figure(correction.corrected),
            "reason": correction.reason,
            "who": correction.who,
        }
        for code, correction in each.adjusted.items()
    }


def figure(value: float | None) -> float | int | None:
    """Counts and codes are integers; a percentage is one too where it has no decimals."""
    if value is None:
        return None
    return int(value) if value == int(value) else value


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "file": finding.file,
        "unit": finding.unit,
        "rule": finding.rule,
        "severity": finding.severity.value,
        "codes": list(finding.codes),
        "cells": list(finding.cells),
        "message": finding.message,
        "hint": finding.hint,
        **({"explained": finding.explained} if finding.explained else {}),
    }


def _summary(batch: Batch) -> dict[str, Any]:
    return {
        "files": len(batch.submissions),
        **{status.value: len(batch.with_status(status)) for status in Status},
        "errors": batch.count(Severity.ERROR),
        "warnings": batch.count(Severity.WARNING),
        "explained": batch.explained,
        "missing_units": [unit.code for unit in batch.missing_units],
        "unknown_units": batch.unknown_units,
        "other_period": [each.file for each in batch.of_another_period],
    }


def _value(value: Value) -> Any:
    """A figure or a total; counts by choice have the choices as keys."""
    if isinstance(value, Mapping):
        return {str(choice): count for choice, count in value.items()}
    return figure(value)


def _total(total: Total, aggregate: Aggregate) -> dict[str, Any]:
    return {
        "value": _value(total.value),
        "aggregate": aggregate.value,
        "reported": total.reported,
        "expected": total.expected,
    }
