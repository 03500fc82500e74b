"""The members of a ``.zip`` archive."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial

from cchc_xlsx.intake.incoming import Incoming
from cchc_xlsx.workbook.package import LARGEST_FILE, NotAWorkbook

MOST_MEMBERS = 5_000
_CONTENT_TYPES = "[Content_Types].xml"
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


def is_archive(data: bytes) -> bool:
    """Whether bytes are a zip archive and not a workbook, which is one in disguise."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _CONTENT_TYPES not in archive.namelist()
    except _BROKEN:
        return False


def members(outer: Incoming, data: bytes) -> Iterator[Incoming]:
    """The files in an archive; each is inflated only when it is asked for, within bounds."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    listed = [info for info in archive.infolist() if not info.is_dir()]
    if len(listed) > MOST_MEMBERS:
        raise NotAWorkbook(f"tệp nén chứa hơn {MOST_MEMBERS} tệp")
    for info in listed:
        yield outer.member(_readable(info), partial(_inflated, archive, info))


def _inflated(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    if info.flag_bits & 0x1:
        raise NotAWorkbook("tệp nén có mật khẩu")
    try:
        with archive.open(info) as stream:
            content = stream.read(LARGEST_FILE + 1)
    except _BROKEN as error:
        raise NotAWorkbook("tệp nén bị hỏng, không giải nén được") from error
    if len(content) > LARGEST_FILE:
        raise NotAWorkbook(f"tệp lớn hơn {LARGEST_FILE // 2**20} MB")
    return content


def _readable(info: zipfile.ZipInfo) -> str:
    """The member's name; old programs write UTF-8 without saying so."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename
