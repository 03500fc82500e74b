"""Microsoft's compound file (OLE2, MS-CFB), written as plainly as it can be: for tests only.

The entries of a folder hang one to the right of the other, in the order that the specification
wants: a tree that leans, which every reader walks through all the same.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

SECTOR = 512
FREE, END, TABLE, NONE = 0xFFFF_FFFF, 0xFFFF_FFFE, 0xFFFF_FFFD, 0xFFFF_FFFF

_SMALL, _SMALL_SECTOR = 4096, 64
"""Streams shorter than this stand in sectors of this size, all of which make one more stream."""

_STORAGE, _STREAM, _ROOT = 1, 2, 5
_UNUSED = bytes(68) + struct.pack("<3I", NONE, NONE, NONE) + bytes(48)
_LINKS = SECTOR // 4
_MOST_TABLES = 109


@dataclass
class _Entry:
    """An entry of the directory: a storage with others in it, or a stream."""

    name: str
    kind: int
    content: bytes = b""
    children: list[_Entry] = field(default_factory=list)
    start: int = END
    child: int = NONE
    right: int = NONE

    def packed(self) -> bytes:
        name = (self.name + "\0").encode("utf-16-le")
        links = struct.pack("<BB3I", self.kind, 1, NONE, self.right, self.child)
        place = struct.pack("<IQ", self.start, len(self.content))
        return name.ljust(64, b"\0") + struct.pack("<H", len(name)) + links + bytes(36) + place


class _Sectors:
    """Sectors of one size, and which one follows each."""

    def __init__(self, size: int) -> None:
        self._size = size
        self.content = bytearray()
        self.links: list[int] = []

    def add(self, content: bytes) -> int:
        """Add a chain of sectors; returns the number of the first."""
        if not content:
            return END
        first, count = len(self.links), -(-len(content) // self._size)
        self.content += content.ljust(count * self._size, b"\0")
        self.links += [*range(first + 1, first + count), END]
        return first


def compound_file(streams: Mapping[str, bytes], next_of: Mapping[int, int] | None = None) -> bytes:
    """A file with these streams, by their paths: ``folder/name``.

    `next_of` overrides what the table says to follow a sector, for files that are broken.
    """
    entries = _numbered(_tree(streams))
    sectors, small = _Sectors(SECTOR), _Sectors(_SMALL_SECTOR)
    for entry in entries:
        entry.start = (small if len(entry.content) < _SMALL else sectors).add(entry.content)
    entries[0].content = bytes(small.content)
    entries[0].start = sectors.add(entries[0].content)
    small_table = sectors.add(_table(small.links))
    packed = b"".join(entry.packed() for entry in entries)
    directory = sectors.add(packed + _UNUSED * (-len(entries) % 4))
    tables = -(-len(sectors.links) // (_LINKS - 1))
    first = len(sectors.links)
    for sector, following in (next_of or {}).items():
        sectors.links[sector] = following
    table = _table([*sectors.links, *[TABLE] * tables])
    small_count = -(-len(small.links) // _LINKS)
    return _header(directory, first, tables, small_table, small_count) + sectors.content + table


def _table(links: Sequence[int]) -> bytes:
    filled = [*links, *[FREE] * (-len(links) % _LINKS)]
    return struct.pack(f"<{len(filled)}I", *filled)


def _tree(streams: Mapping[str, bytes]) -> _Entry:
    root = _Entry("Root Entry", _ROOT)
    for path, content in streams.items():
        *folders, name = path.split("/")
        at = root
        for folder in folders:
            found = next((each for each in at.children if each.name == folder), None)
            at = found or _added(at, _Entry(folder, _STORAGE))
        _added(at, _Entry(name, _STREAM, content))
    return root


def _added(storage: _Entry, entry: _Entry) -> _Entry:
    storage.children.append(entry)
    return entry


def _numbered(root: _Entry) -> Sequence[_Entry]:
    """All entries in the order of the directory, linked by their numbers in it."""
    entries = [root]
    for storage in entries:  # grows while it is walked through
        children = sorted(storage.children, key=lambda each: (len(each.name), each.name.upper()))
        storage.child = len(entries) if children else NONE
        for number, child in enumerate(children, start=len(entries)):
            child.right = NONE if child is children[-1] else number + 1
        entries.extend(children)
    return entries


def _header(directory: int, table: int, tables: int, small_table: int, small_count: int) -> bytes:
    assert tables <= _MOST_TABLES, "a larger file needs more than the header"
    magic = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    sizes = struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    places = (0, tables, directory, 0, _SMALL, small_table, small_count, END, 0)
    listed = [*range(table, table + tables), *[FREE] * (_MOST_TABLES - tables)]
    return magic + sizes + struct.pack(f"<9I{_MOST_TABLES}I", *places, *listed)
