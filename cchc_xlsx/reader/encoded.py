"""A reading as bytes, as it comes from another process and out of the cache.

Decoding takes nothing on trust: it gives a reading of exactly these types, or says that it cannot.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import msgspec

from cchc_xlsx.finding import Finding
from cchc_xlsx.submission import Reading, Submission


class _Encoded(msgspec.Struct, array_like=True, frozen=True):
    """The addresses stand apart: they are the same in nearly all files of a form."""

    submission: Submission
    cells: msgspec.Raw
    note_cells: msgspec.Raw
    findings: tuple[Finding, ...]


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(_Encoded)
_ADDRESSES = msgspec.msgpack.Decoder(dict[str, str])


def encoded(reading: Reading) -> bytes:
    """The bytes of a reading. Raises `ValueError` for a text that is no Unicode."""
    submission = reading.submission
    cells, note_cells = (
        msgspec.Raw(_ENCODER.encode(each)) for each in (submission.cells, submission.note_cells)
    )
    bare = replace(submission, cells={}, note_cells={})
    return _ENCODER.encode(_Encoded(bare, cells, note_cells, reading.findings))


def decoded(data: bytes) -> Reading:
    """The reading. Addresses are shared between readings, or ten thousand would fill the memory.

    Raises `ValueError` for bytes that are none.
    """
    each = _DECODER.decode(data)
    cells, note_cells = (_addresses(bytes(raw)) for raw in (each.cells, each.note_cells))
    return Reading(replace(each.submission, cells=cells, note_cells=note_cells), each.findings)


@lru_cache(64)
def _addresses(data: bytes) -> dict[str, str]:
    return _ADDRESSES.decode(data)
