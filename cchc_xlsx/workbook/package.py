"""The zip archive of a workbook: its parts, inflated within bounds, and who refers to whom."""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import NamedTuple, cast
from xml.parsers import expat

from isal import isal_zlib

LARGEST_FILE = 10 * 2**20
LARGEST_PART = 20 * 2**20
LARGEST_WHOLE = 50 * 2**20
MOST_PARTS = 200
HIGHEST_RATIO = 100
RATIO_COUNTS_ABOVE = 100 * 2**10
"""Bounds for a file that staff send: our own workbooks inflate to 0.74 MB at no more than 38:1."""

MOST_ELEMENTS = 200_000
"""Of a part other than a sheet; our own styles have some 500."""


class NotAWorkbook(ValueError):
    """The bytes are not a workbook that can be read; the text says why, in Vietnamese."""


_HOLD_CELLS = ("xl/sharedstrings.xml", "xl/worksheets/sheet")
"""Begins the names of the parts that whoever reads a workbook has to inflate anyway."""


@dataclass
class Package:
    """An open archive. Its parts are read one by one; together they stay within the bounds."""

    archive: zipfile.ZipFile
    inflated: int = 0
    _contents: dict[str, bytes] = field(default_factory=dict, init=False, repr=False)

    @staticmethod
    def open(data: bytes) -> Package:
        """Open the bytes of a file. Raises `NotAWorkbook` when they are no sound archive."""
        package = Package(open_zip(data))
        members = package.archive.namelist()
        if len(members) > MOST_PARTS or len(members) != len(package._members):
            raise NotAWorkbook("cấu trúc bên trong tệp bất thường")
        return package

    @cached_property
    def _members(self) -> Mapping[str, zipfile.ZipInfo]:
        """The members by name; part names do not care for case."""
        return {info.filename.lower(): info for info in self.archive.infolist()}

    def has(self, part: str) -> bool:
        """Whether there is a part of this name."""
        return part.lower() in self._members

    def read(self, part: str) -> bytes:
        """The content of a part, inflated and counted once. Raises `NotAWorkbook`."""
        info = self._members.get(part.lower())
        if info is None:
            raise NotAWorkbook("thiếu thành phần bên trong tệp")
        if info.filename not in self._contents:
            self._contents[info.filename] = self._inflate(info)
        return self._contents[info.filename]

    def _inflate(self, info: zipfile.ZipInfo) -> bytes:
        content = inflated(self.archive, info, LARGEST_PART + 1)
        self.inflated += len(content)
        swollen = len(content) > HIGHEST_RATIO * max(info.compress_size, 1)
        if (
            len(content) > LARGEST_PART
            or self.inflated > LARGEST_WHOLE
            or (swollen and len(content) > RATIO_COUNTS_ABOVE)
        ):
            raise NotAWorkbook("nội dung bên trong tệp lớn bất thường")
        return content

    def holds(self, text: bytes) -> bool:
        """Whether a text stands in any part; all are inflated. Raises `NotAWorkbook`."""
        found = [text in self.read(part) for part in self._members]
        return any(found)

    def mentions(self, text: bytes) -> bool:
        """The same, no more inflated than has to be: those that hold cells are looked at first."""
        parts = sorted(self._members, key=lambda part: not part.startswith(_HOLD_CELLS))
        return any(text in self.read(part) for part in parts)

    def related(self, part: str) -> tuple[Related, ...]:
        """The parts that a part refers to."""
        folder, listing = _listing(part)
        return _related(folder, self.read(listing)) if self.has(listing) else ()


@lru_cache(1000)
def _listing(part: str) -> tuple[str, str]:
    """The folder of a part, and the part that lists whom it refers to."""
    folder, name = posixpath.split(part)
    return folder, posixpath.join(folder, "_rels", f"{name}.rels")


class Related(NamedTuple):
    """A part that another refers to: identifier, last word of the type, and name."""

    id: str
    kind: str
    part: str


@lru_cache(100)
def _related(folder: str, listing: bytes) -> tuple[Related, ...]:
    found: list[Related] = []
    for tag, attributes in elements(listing):
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            target = posixpath.join("/", folder, attributes.get("Target", ""))
            kind = attributes.get("Type", "").rpartition("/")[2]
            part = posixpath.normpath(target).lstrip("/")
            found.append(Related(attributes.get("Id", ""), kind, part))
    return tuple(found)


_LISTED = b"PK\x01\x02"
"""Begins the entry of each member in the list of an archive, and of archives stored inside."""

_MOST_LISTED = 100_000


def open_zip(data: bytes) -> zipfile.ZipFile:
    """Open a zip archive whose list of members is of sane length. Raises `NotAWorkbook`."""
    # Counted, for an archive can tell its length in several ways.
    if data.count(_LISTED) > _MOST_LISTED:
        raise NotAWorkbook("cấu trúc bên trong tệp bất thường")
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except Exception as error:  # a broken archive raises more than its library has names for
        raise NotAWorkbook("không phải là tệp Excel, hoặc tệp bị hỏng") from error


_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The library inflates others (bzip2, LZMA) whole, whatever it is asked for."""

_ISAL_ERROR = cast(type[Exception], isal_zlib.error)  # annotated as if it were one
_BROKEN = (zipfile.BadZipFile, _ISAL_ERROR, EOFError, OSError, ValueError, struct.error)


def inflated(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    """The first bytes of a member; no more than `most` are ever inflated. Raises `NotAWorkbook`."""
    if info.compress_type not in _METHODS:
        raise NotAWorkbook("tệp được nén bằng phương pháp không đọc được")
    try:
        stored = _stored(archive, info)
        if info.compress_type == zipfile.ZIP_STORED:
            content = stored[:most]
        else:
            content = isal_zlib.decompressobj(-zlib.MAX_WBITS).decompress(stored, most)
    except _BROKEN as error:
        raise NotAWorkbook("tệp bị hỏng, không giải nén được") from error
    is_whole = len(content) == info.file_size and isal_zlib.crc32(content) == info.CRC
    if len(content) < most and not is_whole:
        raise NotAWorkbook("tệp bị hỏng, không giải nén được")
    return content


LOCAL_HEADER = struct.Struct("<4s22xHH")
"""Before the name of a member: how it begins, the lengths of its name and of what follows that."""

_LOCAL, _IS_ENCRYPTED = b"PK\x03\x04", 1


def _stored(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """The bytes of a member as they are stored; raises one of `_BROKEN`.

    The library would inflate them with zlib, which takes three times as long as ISA-L.
    """
    file = archive.fp
    if file is None or info.flag_bits & _IS_ENCRYPTED:
        raise ValueError
    file.seek(info.header_offset)
    magic, name, extra = LOCAL_HEADER.unpack(file.read(LOCAL_HEADER.size))
    if magic != _LOCAL:
        raise zipfile.BadZipFile
    file.seek(name + extra, io.SEEK_CUR)
    stored: bytes = file.read(info.compress_size)
    return stored


_LONGEST_NAMESPACE = 1000
"""The parser spells a namespace out in each name; a long one makes much of a small part."""


def _new_parser() -> expat.XMLParserType:
    """An XML parser that knows no DTD and so no entities."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartNamespaceDeclHandler = _refuse_long_namespace
    return parser


def _refuse_doctype(*_: object) -> None:
    raise NotAWorkbook("tệp chứa khai báo DTD không được phép")


def _refuse_long_namespace(_: str | None, namespace: str | None) -> None:
    if namespace and len(namespace) > _LONGEST_NAMESPACE:
        raise NotAWorkbook("cấu trúc bên trong tệp bất thường")


def parse(
    xml: bytes,
    start: Callable[[str, dict[str, str]], object],
    end: Callable[[str], object] | None = None,
    data: Callable[[str], object] | None = None,
) -> None:
    """Tell of each element of a part, its end and its text. Raises `NotAWorkbook` for no XML.

    Before the name of an element or attribute stand its namespace and a space, see `local`.
    """
    parser = _new_parser()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = data
    try:
        parser.Parse(xml, True)
    except NotAWorkbook:
        raise
    except (expat.ExpatError, ValueError, LookupError) as error:  # the latter for odd encodings
        raise NotAWorkbook("tệp bị hỏng, không đọc được nội dung") from error


def local(name: str) -> str:
    """The name of an element or attribute without its namespace."""
    return name.rpartition(" ")[2]


def elements(xml: bytes) -> list[tuple[str, dict[str, str]]]:
    """Every element of a small part, with its attributes, in the order in which they begin."""
    found: list[tuple[str, dict[str, str]]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if len(found) >= MOST_ELEMENTS:
            raise NotAWorkbook("cấu trúc bên trong tệp bất thường")
        found.append((local(tag), {local(name): value for name, value in attributes.items()}))

    parse(xml, start)
    return found


def text_of(xml: bytes, element: str) -> str:
    """The text of the first element of a name; empty when there is none."""
    pieces: list[str] = []
    depth = 0

    def start(tag: str, _: dict[str, str]) -> None:
        nonlocal depth
        if depth or (local(tag) == element and not pieces):
            depth += 1

    def end(_: str) -> None:
        nonlocal depth
        depth = max(0, depth - 1)

    def data(text: str) -> None:
        if depth:
            pieces.append(text)

    parse(xml, start, end, data)
    return "".join(pieces).strip()
