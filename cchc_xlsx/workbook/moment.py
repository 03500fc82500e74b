"""Moments that files tell of themselves, made fit to be compared."""

from __future__ import annotations

from datetime import datetime

_FIRST, _LAST = 1980, 2200
"""Years: at the ends of time other zones have no such moment, and no file was saved there."""


def sound(moment: datetime | None) -> datetime | None:
    """The moment, one without a zone taken for this machine's; None when it cannot be right."""
    if moment is None or not _FIRST <= moment.year < _LAST:
        return None
    return moment if moment.tzinfo else moment.astimezone()


def moment_of(text: str) -> datetime | None:
    """The moment that a text in ISO 8601 tells; None when it tells none."""
    try:
        return sound(datetime.fromisoformat(text))
    except ValueError:
        return None
