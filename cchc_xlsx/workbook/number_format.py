"""What a number format makes of a number: a date, a percentage, or something misleading."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from cchc_xlsx.excel_limits import LONGEST_FORMAT
from cchc_xlsx.vietnamese import format_date
from cchc_xlsx.workbook.cells import Cell, CellKind


@dataclass(frozen=True)
class NumberFormat:
    """What a number format makes of a number."""

    is_date: bool = False
    is_percent: bool = False
    is_misleading: bool = False


PLAIN = NumberFormat()
BUILT_IN = {
    **dict.fromkeys((9, 10), NumberFormat(is_percent=True)),
    **dict.fromkeys((*range(14, 23), *range(27, 37), *range(45, 48)), NumberFormat(is_date=True)),
    **dict.fromkeys(range(50, 59), NumberFormat(is_date=True)),
}

_PRINTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]')
"""What a number format prints as it stands, and colours and conditions: none of it formats."""


def number_format(code: str) -> NumberFormat:
    """What a format code does."""
    # Only the first section, for positive numbers, counts; Excel takes no longer code.
    whole = code[:LONGEST_FORMAT].split(";")[0]
    formatting = _PRINTED.sub("", whole).lower()
    is_date = bool(re.search("[ymdhs]", formatting)) and "general" not in formatting
    shows_it = "general" in formatting or bool(re.search("[0#?@]", formatting))
    adds_digits = bool(re.search(r'"[^"]*[0-9][^"]*"|\\[0-9]', whole))
    scales = bool(re.search(r"[0#?],+(?![0#?,])", formatting))
    is_misleading = not is_date and (not shows_it or adds_digits or scales)
    return NumberFormat(is_date, "%" in formatting, is_misleading)


def number_cell(number: float, formatting: NumberFormat) -> Cell:
    """A cell with a number, or the date that its format makes of it."""
    if formatting.is_date:
        return Cell(CellKind.DATE, _date_text(number))
    # To the 15 digits that Excel keeps: what it shows as 435 is no fraction.
    text = format(number, ".15g")
    return Cell(CellKind.NUMBER, text, float(text), formatting.is_percent, formatting.is_misleading)


_DAY_0 = datetime(1899, 12, 30)


def _date_text(serial: float) -> str:
    """A date as people write it; the hours are told only where there are any."""
    try:
        moment = _DAY_0 + timedelta(days=serial)
    except OverflowError:
        return format(serial, ".15g")
    day = format_date(moment.day, moment.month, moment.year)
    return day if serial == int(serial) else f"{day} {moment:%H:%M}"
