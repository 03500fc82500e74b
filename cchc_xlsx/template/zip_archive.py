"""A zip archive put together from what is deflated already, so that nothing is deflated twice."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Piece(NamedTuple):
    """Bytes of a member, and the same deflated; any piece may follow any other."""

    content: bytes
    deflated: bytes

    @classmethod
    def of(cls, content: bytes) -> Piece:
        """Deflate a piece."""
        squeeze = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        # Flushed so, the stream ends at a whole byte and says that more will come.
        return cls(content, squeeze.compress(content) + squeeze.flush(zlib.Z_SYNC_FLUSH))


_LAST_BLOCK = b"\x03\x00"
"""An empty block that is marked as the last one of a deflated stream."""

_ABOUT = struct.Struct("<5H3L2H")
"""Version, flags, method, time, day, CRC-32, deflated and full length, lengths of name and extra:
what an archive tells of a member both before it and in the list at its end."""

_IN_LIST = struct.Struct("<3H2L")
"""Length of a comment, disk, two kinds of attributes, offset."""

_END = struct.Struct("<4s4H2LH")

_VERSION, _DEFLATED, _FIRST_DAY = 20, 8, 1 << 5 | 1
"""Of the format: 2.0. Of the clock of zip: 1 January 1980, as Excel dates its parts."""


def archive(members: Mapping[str, Sequence[Piece]]) -> bytes:
    """The archive of these members, each the sum of its pieces; names are ASCII."""
    body, listing, offset = bytearray(), bytearray(), 0
    for name, pieces in members.items():
        about, spelt = _about(name, pieces), name.encode("ascii")
        listing += b"PK\x01\x02" + struct.pack("<H", _VERSION) + about
        listing += _IN_LIST.pack(0, 0, 0, 0, offset) + spelt
        body += b"PK\x03\x04" + about + spelt
        for piece in pieces:
            body += piece.deflated
        body += _LAST_BLOCK
        offset = len(body)
    count = len(members)
    end = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(listing), offset, 0)
    return bytes(body + listing + end)


def _about(name: str, pieces: Sequence[Piece]) -> bytes:
    check = 0
    for piece in pieces:
        check = zlib.crc32(piece.content, check)
    short = sum(len(piece.deflated) for piece in pieces) + len(_LAST_BLOCK)
    full = sum(len(piece.content) for piece in pieces)
    return _ABOUT.pack(_VERSION, 0, _DEFLATED, 0, _FIRST_DAY, check, short, full, len(name), 0)
