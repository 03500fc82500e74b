"""A reading as bytes, as it comes from another process and out of the cache.

Decoding takes nothing on trust: it gives a reading of exactly these types, or says that it cannot.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from sys import intern

import msgspec
import numpy as np

from cchc_xlsx.figures import Fill
from cchc_xlsx.finding import Finding
from cchc_xlsx.submission import Reading, Submission


class _Encoded(msgspec.Struct, array_like=True, frozen=True):
    """Codes and addresses stand apart: they are the same in nearly all files of a form.

    So do the figures, as the doubles of an array, NaN for a blank.
    """

    submission: Submission
    codes: msgspec.Raw
    numbers: bytes
    cells: msgspec.Raw
    note_cells: msgspec.Raw
    findings: tuple[Finding, ...]


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(_Encoded)
_CODES = msgspec.msgpack.Decoder(tuple[str, ...])
_ADDRESSES = msgspec.msgpack.Decoder(dict[str, str])
_DOUBLES = np.dtype("<f8")


def encoded(reading: Reading) -> bytes:
    """The bytes of a reading. Raises `ValueError` for a text that is no Unicode."""
    submission = reading.submission
    fill = submission.fill
    codes, cells, note_cells = (
        msgspec.Raw(_ENCODER.encode(each))
        for each in ([*fill.values], submission.cells, submission.note_cells)
    )
    bare = replace(submission, fill=replace(fill, values={}), cells={}, note_cells={})
    numbers = fill.numbers.astype(_DOUBLES).tobytes()
    return _ENCODER.encode(_Encoded(bare, codes, numbers, cells, note_cells, reading.findings))


def decoded(data: bytes) -> Reading:
    """The reading. Addresses are shared between readings, or ten thousand would fill the memory.

    Raises `ValueError` for bytes that are none.
    """
    each = _DECODER.decode(data)
    cells, note_cells = (_addresses(bytes(raw)) for raw in (each.cells, each.note_cells))
    numbers = np.frombuffer(each.numbers, _DOUBLES)
    fill = Fill.of(_codes(bytes(each.codes)), numbers, each.submission.fill.unreadable)
    submission = replace(each.submission, fill=fill, cells=cells, note_cells=note_cells)
    return Reading(submission, each.findings)


@lru_cache(64)
def _codes(data: bytes) -> tuple[str, ...]:
    return tuple(map(intern, _CODES.decode(data)))


@lru_cache(64)
def _addresses(data: bytes) -> dict[str, str]:
    return _ADDRESSES.decode(data)
