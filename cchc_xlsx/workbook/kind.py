"""What kind of file bytes are: told by their content, never by a name."""

from __future__ import annotations

from enum import Enum
from zipfile import ZipFile

from cchc_xlsx.workbook.package import LOCAL_HEADER, NotAWorkbook, inflated, open_zip

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Begins every file of Microsoft's older container: ``.xls``, ``.msg``, and what is encrypted."""

ZIP_MAGIC = b"PK"
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument."
_CALC = _OPEN_DOCUMENT + b"spreadsheet"


class FileKind(Enum):
    """The kinds of file that are opened; the value is how a person calls it."""

    XLSX = "tệp Excel (.xlsx)"
    XLSM = "tệp Excel có macro (.xlsm)"
    XLSB = "tệp Excel nhị phân (.xlsb)"
    XLS = "tệp Excel 97-2003 (.xls)"
    ODS = "tệp OpenDocument (.ods)"
    ENCRYPTED = "tệp Excel có mật khẩu"
    ARCHIVE = "tệp nén (.zip)"
    OUTLOOK_MAIL = "thư Outlook (.msg)"
    OTHER = "tệp khác"

    @property
    def is_workbook(self) -> bool:
        """Whether it may hold a filled form."""
        return self not in (FileKind.ARCHIVE, FileKind.OUTLOOK_MAIL, FileKind.OTHER)


_BEGIN_OFFICE_FILES = {b"[Content_Types].xml", b"_rels/.rels"}


def begins_as_office_file(data: bytes) -> bool:
    """Whether the first member of an archive is one that the files of Office begin with.

    Told without opening the archive; somebody may have made another that begins like it.
    """
    if not data.startswith(ZIP_MAGIC) or len(data) < LOCAL_HEADER.size:
        return False
    _, length, _ = LOCAL_HEADER.unpack_from(data)
    return data[LOCAL_HEADER.size : LOCAL_HEADER.size + length] in _BEGIN_OFFICE_FILES


def kind_of(data: bytes) -> FileKind:
    """The kind of a file. A broken one is `OTHER`, for nothing tells what it was."""
    if data.startswith(OLE_MAGIC):
        return _ole_kind(data)
    if not data.startswith(ZIP_MAGIC):
        return FileKind.OTHER
    try:
        with open_zip(data) as archive:
            return kind_in(archive)
    except NotAWorkbook:
        return FileKind.OTHER


def kind_in(archive: ZipFile) -> FileKind:
    """The kind of a file that is an archive, by its members."""
    names = {name.lower() for name in archive.namelist()}
    if "mimetype" in names:
        return FileKind.ODS if _mime(archive) == _CALC else FileKind.OTHER
    if not names & {"[content_types].xml", "xl/workbook.xml"}:
        return FileKind.ARCHIVE
    folders = {name.partition("/")[0] for name in names}
    if folders & {"word", "ppt"}:
        return FileKind.OTHER
    if "xl/workbook.bin" in names:
        return FileKind.XLSB
    return FileKind.XLSM if "xl/vbaproject.bin" in names else FileKind.XLSX


def _mime(archive: ZipFile) -> bytes:
    """How a file names its own type, as far as we know such names."""
    try:
        return inflated(archive, archive.getinfo("mimetype"), len(_CALC))
    except (KeyError, NotAWorkbook):
        return b""


_OLE_STREAMS = {
    "__properties_version1.0": FileKind.OUTLOOK_MAIL,
    "WordDocument": FileKind.OTHER,
    "PowerPoint Document": FileKind.OTHER,
    "EncryptedPackage": FileKind.ENCRYPTED,
    "Workbook": FileKind.XLS,
    "Book": FileKind.XLS,
}
"""A stream of the container, and what it means; what contains another kind comes first."""


def _ole_kind(data: bytes) -> FileKind:
    # The directory of the container stands in it as plain UTF-16: nothing needs to be parsed.
    named = (kind for name, kind in _OLE_STREAMS.items() if _entry(name) in data)
    return next(named, FileKind.OTHER)


def _entry(name: str) -> bytes:
    return name.encode("utf-16-le") + b"\0\0"
