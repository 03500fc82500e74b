"""The members of a ``.zip`` archive."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from cchc_xlsx.intake.incoming import Incoming
from cchc_xlsx.workbook.package import LARGEST_FILE, NotAWorkbook, inflated, open_zip

MOST_MEMBERS = 5_000
LARGEST_CONTENT = 200 * 2**20
"""Of all members of one archive together, inflated."""


def members(outer: Incoming) -> Iterator[tuple[Incoming, Callable[[], bytes]]]:
    """The files in an archive, and what inflates each within bounds when it is asked for."""
    archive = open_zip(outer.content)
    listed = [info for info in archive.infolist() if not info.is_dir()]
    if len(listed) > MOST_MEMBERS:
        raise NotAWorkbook(f"tệp nén chứa hơn {MOST_MEMBERS} tệp")
    if sum(info.file_size for info in listed) > LARGEST_CONTENT:
        raise NotAWorkbook(f"nội dung tệp nén lớn hơn {LARGEST_CONTENT // 2**20} MB")
    for info in listed:
        yield outer.member(_readable(info), _time(info)), partial(_inflated, archive, info)


def _inflated(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    if info.flag_bits & 0x1:
        raise NotAWorkbook("tệp nén có mật khẩu")
    if info.file_size > LARGEST_FILE:
        raise NotAWorkbook(f"tệp lớn hơn {LARGEST_FILE // 2**20} MB")
    # What is longer than the archive says is cut off by the library, and so is broken.
    return inflated(archive, info, LARGEST_FILE + 1)


def _time(info: zipfile.ZipInfo) -> datetime | None:
    """When a member was last changed, in the local time of whoever packed it: taken for ours."""
    try:
        return datetime(*info.date_time).astimezone()
    except (ValueError, OverflowError, OSError):
        return None


def _readable(info: zipfile.ZipInfo) -> str:
    """The member's name; old programs write UTF-8 without saying so."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename
