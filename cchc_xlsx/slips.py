"""How a figure that was meant becomes another one: slips of the fingers and of the eye."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from cchc_xlsx.vietnamese import number_to_type

FRACTION = "tỷ lệ gõ thành số thập phân, như 0,72 thay cho 72"
TRANSPOSED = "hai chữ số liền nhau gõ đảo"
DOUBLED = "một chữ số gõ hai lần"
TENFOLD, TENTH = "thừa một chữ số 0", "thiếu một chữ số 0"
HUNDREDFOLD, HUNDREDTH = "thừa hai chữ số 0", "thiếu hai chữ số 0"
THOUSANDFOLD, THOUSANDTH = "thừa ba chữ số 0", "mất ba chữ số 0, có thể do dấu chấm hàng nghìn"
NEGATIVE = "thừa dấu trừ"
EXTRA, LOST = "thừa một chữ số", "thiếu một chữ số"

POWERS = ((10, TENFOLD, TENTH), (100, HUNDREDFOLD, HUNDREDTH), (1000, THOUSANDFOLD, THOUSANDTH))

RARE = frozenset({HUNDREDFOLD, HUNDREDTH, THOUSANDFOLD, THOUSANDTH})
"""Slips that are looked at only where no plainer one fits."""

WEAK = frozenset({EXTRA, LOST})
"""Slips that lead to so many figures that some fit by chance."""


def meant_by(typed: float, *, is_rate: bool) -> dict[float, str]:
    """The figures that somebody who typed this one may have meant, each with the slip.

    Of several slips that lead to one figure the most particular is told.
    """
    meant: dict[float, str] = {}
    for figure, slip in _candidates(typed, is_rate=is_rate):
        if figure != typed and (is_rate or figure == int(figure)):
            meant.setdefault(figure, slip)
    return meant


def _candidates(typed: float, *, is_rate: bool) -> Iterator[tuple[float, str]]:
    if typed < 0:
        yield -typed, NEGATIVE
        return
    if is_rate and 0 < typed <= 1:
        yield round(100 * typed, 9), FRACTION
    digits = number_to_type(typed).replace(",", ".")
    for power, too_large, too_small in POWERS:
        yield round(typed / power, 9), too_large
        yield round(typed * power, 9), too_small
    yield from ((figure, TRANSPOSED) for figure in _transposed(digits))
    yield from ((figure, DOUBLED) for figure in _without_one(digits, doubled=True))
    yield from ((figure, EXTRA) for figure in _without_one(digits, doubled=False))
    yield from ((figure, LOST) for figure in _with_one_more(digits))


def _transposed(digits: str) -> Iterator[float]:
    places = [at for at, letter in enumerate(digits) if letter != "."]
    for left, right in pairwise(places):
        letters = list(digits)
        letters[left], letters[right] = letters[right], letters[left]
        swapped = "".join(letters)
        if _is_typed(swapped):
            yield float(swapped)


def _without_one(digits: str, *, doubled: bool) -> Iterator[float]:
    for at, letter in enumerate(digits):
        rest = digits[:at] + digits[at + 1 :]
        if letter != "." and rest.strip(".") and (not doubled or digits[at - 1 : at] == letter):
            yield float(rest)


def _with_one_more(digits: str) -> Iterator[float]:
    if digits == "0":  # nothing at all was meant by it, not what is left of ten
        return
    for at in range(len(digits) + 1):
        for digit in "0123456789":
            longer = digits[:at] + digit + digits[at:]
            if _is_typed(longer):
                yield float(longer)


def _is_typed(digits: str) -> bool:
    """Whether somebody types a number so: with no zero in front."""
    return digits[0] != "0" or digits[1:2] in ("", ".")


def standing_out(meant: Mapping[float, str]) -> float | None:
    """The one figure of the likeliest slips; None where there are none or several."""
    ranks = {figure: (slip in RARE) + 2 * (slip in WEAK) for figure, slip in meant.items()}
    likeliest = [figure for figure, rank in ranks.items() if rank == min(ranks.values())]
    return likeliest[0] if len(likeliest) == 1 else None
