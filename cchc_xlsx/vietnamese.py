"""How people in Vietnamese offices type numbers and text.

Vietnam writes 1.214 for one thousand two hundred and fourteen and 72,5 for seventy-two and a half,
but a spreadsheet set to English teaches its user the opposite. What was typed as text therefore has
to be read with care. The functions here accept what can mean only one thing and refuse the rest,
each time with a short Vietnamese clause saying why, meant to follow the quoted text in a finding:
«khoảng 428» là số ước lượng. None of them raises an exception, whatever the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache

# Control characters other than spaces, soft hyphens, joiners, direction marks, variation selectors.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u180e"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufffe\uffff]"
)

# Marks on a letter. One on a digit stays, so that a digit struck out this way is no number.
_ACCENTS = re.compile(r"(?<=[^\W\d_])[\u0300-\u036f]+")

# The crossed d, with its two look-alikes eth and African d, and the dashes and minus signs.
_LOOK_ALIKES = str.maketrans(
    dict.fromkeys("\u0111\u00f0\u0256", "d")
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
)

_BEYOND_LATIN = 0x1F00


class _Bare(dict[int, int | str]):
    """Letters without their accents, each found when it is first asked for."""

    def __missing__(self, code: int) -> int | str:
        if code >= _BEYOND_LATIN:
            return code
        return self.setdefault(code, unicodedata.normalize("NFD", chr(code))[0])


_BARE = _Bare(_LOOK_ALIKES | str.maketrans(dict.fromkeys("\u0110\u00d0\u0189", "D")))

# The full-width forms of the ASCII characters, which East Asian keyboards type.
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}

# Anything that begins and ends like a number; which number it is, if any, is found out later.
_NUMBER = re.compile("-?[0-9](?:[0-9., ]*[0-9])?")

# Plain digits, or groups of three that are all separated by the same dot or space.
_WHOLE = re.compile(r"-?(?:[0-9]+|[1-9][0-9]{0,2}(?:(?:\.[0-9]{3})+|(?: [0-9]{3})+))")
_WHOLE_OR_DECIMAL = re.compile("-?[1-9][0-9]{0,2},[0-9]{3}")
_DECIMAL = re.compile("-?[0-9]+[.,][0-9]+")
_PERCENT = re.compile("[0-9]{1,12}(?:[.,][0-9]{1,15})?")

_MOST_DIGITS = 12

# Ways to say that there is none, folded, as a number and the rest.
_NONE = {
    ("", "khong"),
    ("", "khong co"),
    ("", "khong phat sinh"),
    ("0", "(khong)"),
}

_TOO_LARGE = f"là số quá lớn (hơn {_MOST_DIGITS} chữ số)"
_UNCLEAR = "không rõ là số nào"

_ABOUT = "[~<>≈≤≥±]|(?:khoang|chung|uoc|gan|hon|tren|duoi|it nhat|toi thieu|toi da) "

# Why a folded text is refused: the first pattern that fits all of it tells the reason.
_REASONS = {
    f"(?:{_ABOUT}).*[0-9].*": "là số ước lượng",
    "=.*": "là công thức gõ thành chữ",
    "[0-9]+(?: ?[-/] ?[0-9]+)+": "giống ngày tháng, phân số hoặc khoảng giá trị",
    "-[0-9]+(?:[.,][0-9]+)?(?: ?%)?": "là số âm",
    "[0-9]{13,}.*": _TOO_LARGE,
    "[0-9][0-9., ]*": _UNCLEAR,
    "-?[0-9].*": "có nội dung khác ngoài số và đơn vị",
    ".*": "không phải là số",
}


@dataclass(frozen=True)
class Typed:
    """What a text typed in a number cell means.

    `value` is the number understood, None when the text is refused. `reading` is a Vietnamese
    clause for the finding: what the text was understood as, or why it was refused.
    """

    value: float | None
    reading: str


def clean(text: str) -> str:
    """Return the text in NFC without invisible characters, each run of spaces made one space.

    No-break spaces, tabs and line breaks count as spaces; none is left at either end.
    """
    if not (text.isascii() and text.isprintable()):  # codes and formulas are, and need no more
        text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    return " ".join(text.split())


def clean_lines(text: str) -> str:
    """Return the text cleaned line by line; lines that are left empty are dropped."""
    lines = (clean(line) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def printable(text: str) -> str:
    """Return the text as it is, on one line and without what steers a terminal or hides letters."""
    return re.sub(r"\s", " ", _INVISIBLE.sub("", text))


@lru_cache(maxsize=1000)  # labels are folded file after file, notes several times
def fold(text: str) -> str:
    """Return the text for matching labels: clean, lower case, without accents, đ as d, dashes as -.

    NFC and NFD then agree, and so do the two places of a tone mark, hoá and hóa.
    """
    letters = unicodedata.normalize("NFD", clean(text).lower())
    plain = _ACCENTS.sub("", letters).translate(_LOOK_ALIKES)
    return plain if plain.isascii() else clean(plain)


def bare(text: str) -> str:
    """Return the text letter by letter without accents, đ as d, dashes as -, in its own case.

    What is found in it stands at the same place in the text itself, which has to be in NFC.
    """
    return text.translate(_BARE)


def read_count(text: str, noun: str) -> Typed:
    """Read a whole number, perhaps followed by `noun`, the unit it counts, such as "thủ tục".

    A dot or a space may separate thousands. A comma may not: 1,214 is 1214 to an English
    spreadsheet and a little over one to a Vietnamese reader, so it is refused. Negative numbers
    are understood; whether one makes sense is for the caller to say.
    """
    number, rest = _split(text)
    if (number, rest) in _NONE:
        return _understood(0)
    if number and rest in ("", fold(noun)):
        return _read_whole(number)
    return _refused(text)


def read_percent(text: str) -> Typed:
    """Read a percentage, with or without its sign; the value is in percent, 72.5 for "72,5%".

    Comma and dot both mark decimals, for a percentage needs no thousands. "Không có" is refused:
    it may mean 0% as well as that there was nothing to take a percentage of.
    """
    number, rest = _split(text)
    if rest in ("", "%") and _PERCENT.fullmatch(number):
        return _understood(float(number.replace(",", ".")))
    return _refused(text)


def read_choice(text: str, choices: Mapping[int, str]) -> Typed:
    """Read one of the choices, a mapping of codes to labels such as {1: "Có", 0: "Không"}.

    The code, the label or both of them will do; the value is the code. A cross or a tick is
    refused: on paper it marks the box it stands in, and here all answers share one cell.
    """
    typed = _tighten(text)
    codes = [code for code, label in choices.items() if typed in _spellings(code, label)]
    if len(codes) == 1:
        return Typed(float(codes[0]), f"đã hiểu là {codes[0]} ({choices[codes[0]]})")
    listed = ", ".join(f"{code} = {label}" for code, label in choices.items())
    return Typed(None, f"không phải là một trong các lựa chọn {listed}")


def number_to_type(value: float) -> str:
    """Return a number as it is typed into a cell in Vietnam: 1214, 72,5, with all its decimals.

    A negative zero, which calculations leave and files may hold, is 0.
    """
    return _in_vietnamese(f"{Decimal(str(value)):zf}")


def format_number(value: float) -> str:
    """Return the number as written in Vietnam: 1.214 and 72,5.

    At most two decimals are kept, the last one rounded half away from zero, without trailing zeros.
    """
    if abs(value) < _EXACT and value == int(value):
        return f"{int(value):,}".replace(",", ".")
    with localcontext(rounding=ROUND_HALF_UP):
        return _in_vietnamese(f"{Decimal(str(value)):z,.2f}")


_EXACT = 10**15
"""Smaller numbers are written with all digits that they have."""


def some_of(
    names: Sequence[str], most: int, others: str = "cơ quan khác", separator: str = ", "
) -> str:
    """The first names, and how many others there are: ``A, B và 3 cơ quan khác``."""
    more = f" và {len(names) - most} {others}" if len(names) > most else ""
    return separator.join(names[:most]) + more


def format_date(day: int, month: int, year: int) -> str:
    """Return the date as official documents write it under Nghị định 30/2020/NĐ-CP: 05/5/2022.

    Days below 10 and the months 1 and 2 take a leading zero, the months 3 to 9 do not.
    """
    month_digits = f"{month:02}" if month < 3 else f"{month}"
    return f"{day:02}/{month_digits}/{year}"


def read_date(text: str) -> tuple[int, int, int] | None:
    """Read a day such as 20/9/2022 or 2022-09-20; day, month and year, or None if it is none."""
    day_first = re.fullmatch(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})", text.strip())
    year_first = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", text.strip())
    if day_first:
        day, month, year = (int(part) for part in day_first.groups())
    elif year_first:
        year, month, day = (int(part) for part in year_first.groups())
    else:
        return None
    try:
        date(year, month, day)
    except ValueError:
        return None
    return day, month, year


def format_moment(moment: datetime) -> str:
    """Return a moment in the time of this machine: 05/5/2022 14:30."""
    here = moment.astimezone()
    return f"{format_date(here.day, here.month, here.year)} {here:%H:%M}"


def _split(text: str) -> tuple[str, str]:
    """Return the number the text begins with and what follows it, folded; either may be empty.

    A number ends with its line, lest the two lines 1 and 214 be taken for 1 214.
    """
    lines = "\n".join(_fold_typed(line) for line in text.splitlines()).strip()
    match = _NUMBER.match(lines)
    number = match[0] if match else ""
    return number, clean(lines.removeprefix(number))


def _fold_typed(text: str) -> str:
    """Return the text folded, with full-width characters made ASCII."""
    return fold(text.translate(_FULL_WIDTH))


def _read_whole(number: str) -> Typed:
    """Read a whole number of which it is known only that it is made of digits, dots and so on."""
    digits = re.sub("[., ]", "", number)
    if len(digits.lstrip("-")) > _MOST_DIGITS:
        return Typed(None, _TOO_LARGE)
    if _WHOLE.fullmatch(number):
        return _understood(int(digits))
    if _WHOLE_OR_DECIMAL.fullmatch(number):
        return Typed(None, f"có thể là {digits} (dấu phẩy phân cách hàng nghìn) hoặc {number}")
    return Typed(None, "không phải là số nguyên" if _DECIMAL.fullmatch(number) else _UNCLEAR)


def _spellings(code: int, label: str) -> set[str]:
    """Return every way of typing a choice, tightened."""
    name = _tighten(label)
    ways = [
        {digits, f"{digits}={name}", f"{name}={digits}", f"{digits}-{name}"}
        for digits in (f"{code}", f"{code:02}")
    ]
    return {name}.union(*ways)


def _tighten(text: str) -> str:
    """Return the text folded, without spaces around = and -."""
    return re.sub(" ?([=-]) ?", r"\1", _fold_typed(text))


def _understood(value: float) -> Typed:
    """Return the value with a reading that shows it as it is to be typed: 1214, 72,5."""
    return Typed(float(value), f"đã hiểu là số {number_to_type(value)}")


def _refused(text: str) -> Typed:
    """Return the refusal of a text that is no number, with the reason."""
    folded = _fold_typed(text)
    return Typed(None, next(why for like, why in _REASONS.items() if re.fullmatch(like, folded)))


def _in_vietnamese(english: str) -> str:
    """Return 1,214.50 as 1.214,5."""
    whole, _, fraction = english.partition(".")
    fraction = fraction.rstrip("0")
    return whole.replace(",", ".") + (f",{fraction}" if fraction else "")
