"""A formula with its true value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LiveCell:
    """A formula, and what it gives: readers that do not recalculate show the value."""

    formula: str
    value: float | str
