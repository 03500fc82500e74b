"""What a number format makes of a number: a date, a percentage, or something misleading."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from cchc_xlsx.excel_limits import LONGEST_FORMAT
from cchc_xlsx.vietnamese import fold, format_date
from cchc_xlsx.workbook.cells import Cell, CellKind


@dataclass(frozen=True)
class NumberFormat:
    """What a number format makes of a number."""

    is_date: bool = False
    is_percent: bool = False
    is_misleading: bool = False
    hides_zero: bool = False


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
    adds_digits = bool(re.search(r'"[^"]*[0-9][^"]*"|[\\*][0-9]', whole)) or _adds(whole)
    scales = bool(re.search(r"[0#?],+(?![0#?,])", formatting))
    is_misleading = not is_date and (not shows_it or adds_digits or scales)
    return NumberFormat(is_date, "%" in formatting, is_misleading, _hides_zero(code))


_SCALE = re.compile(r"nghin|ngan|trieu|\bty\b|tram|thousand|million")
_SIGN = re.compile(r"(?:\[[^\]]*\])*[-(]")


def _adds(section: str) -> bool:
    """Whether a format puts a word such as nghìn, or a sign, beside every number."""
    said = " ".join(re.findall(r'"([^"]*)"', section))
    return bool(_SCALE.search(fold(said)) or _SIGN.match(section))


_UNSEEN = re.compile(r"_.|\*.|\[[^\]]*\]|[#?,.\s\"]")
"""What a number format shows of a zero: padding, colours, and places for digits that it lacks."""


def _hides_zero(code: str) -> bool:
    """Whether a zero is shown as nothing: by a section of its own, or for want of a digit."""
    sections = code[:LONGEST_FORMAT].split(";")
    return not _UNSEEN.sub("", sections[2] if len(sections) > 2 else sections[0])


def number_cell(number: float, formatting: NumberFormat) -> Cell:
    """A cell with a number, or the date that its format makes of it."""
    # To the 15 digits that Excel keeps: what it shows as 435 is no fraction.
    text = format(number, ".15g")
    if formatting.is_date:
        return Cell(CellKind.DATE, _date_text(float(text)))
    is_otherwise = formatting.is_misleading or (formatting.hides_zero and not number)
    return Cell(CellKind.NUMBER, text, float(text), formatting.is_percent, is_otherwise)


_DAY_0 = datetime(1899, 12, 30)


def _date_text(serial: float) -> str:
    """A date as people write it; the hours are told only where there are any."""
    try:
        moment = _DAY_0 + timedelta(days=serial)
    except OverflowError:
        return format(serial, ".15g")
    day = format_date(moment.day, moment.month, moment.year)
    return day if serial == int(serial) else f"{day} {moment:%H:%M}"
