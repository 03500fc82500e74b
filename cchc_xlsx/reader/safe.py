"""Reads files that anybody may have made: only what carries our tag is parsed in this process."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from cchc_xlsx.form import Form
from cchc_xlsx.intake import is_own_output, is_own_package
from cchc_xlsx.isolation import Isolation, WorkerDied
from cchc_xlsx.layout import MERGED_TAG
from cchc_xlsx.reader import OURS, read, unreadable
from cchc_xlsx.reader.encoded import encoded
from cchc_xlsx.submission import Reading, Submission
from cchc_xlsx.workbook import FileKind, NotAWorkbook, kind_of, open_xlsx
from cchc_xlsx.workbook.package import LARGEST_FILE, Package
from cchc_xlsx.workers import packed, unpacked

if TYPE_CHECKING:
    from cchc_xlsx.reader.merged import MergedWorkbook


class SafeReader:
    """Reads files of one form, in another process where nobody vouches for them."""

    def __init__(self, form: Form, isolation: Isolation) -> None:
        self._form = form
        self._isolation = isolation

    def read(self, data: bytes, file: str) -> Reading:
        """What `reader.read` says of the bytes; a process that they bring down is a finding.

        What says of itself that it is the output of a merge is read no further.
        """
        return _read_ours(data, file, self._form) or self.read_apart(data, file)

    def read_apart(self, data: bytes, file: str) -> Reading:
        """The same, in the other process whoever made the file."""
        try:
            return self._isolation.call(_read_any, data, file, self.packed_form)
        except WorkerDied as death:
            return unreadable(_empty(data, file), f"nội dung bất thường, {death}")

    @cached_property
    def packed_form(self) -> bytes:
        """The form as it goes to another process."""
        return packed(self._form)

    def read_merged(self, data: bytes, file: str) -> MergedWorkbook | None:
        """What `reader.merged.read_merged` says of the bytes; None as well when it dies of them.

        What says of itself that it is ours is no filled workbook: then a finding says that it
        cannot be read.
        """
        # Imported here: filled workbooks are read without it.
        from cchc_xlsx.reader.merged import MergedWorkbook, read_merged

        merged = None
        if kind_of(data) is not FileKind.XLSX or _holds(data, MERGED_TAG):
            with suppress(WorkerDied):
                merged = self._isolation.call(read_merged, data, file, self._form)
        return MergedWorkbook.unusable(file) if merged is None and is_own_output(data) else merged


def read_ours(form: Form, contents: Sequence[bytes]) -> list[bytes | None]:
    """The readings of files without a name, as bytes (see `reader.encoded`).

    None for those that nobody vouches for: they need a process with a memory cap and a deadline.
    """
    readings = (_read_ours(content, "", form) for content in contents)
    return [encoded(reading) if reading else None for reading in readings]


def read_ours_elsewhere(packed_form: bytes, contents: Sequence[bytes]) -> list[bytes | None]:
    """The same in any process, here or on another machine; the form as `workers.packed` has it."""
    return read_ours(unpacked(packed_form), contents)


def _read_ours(data: bytes, file: str, form: Form) -> Reading | None:
    """The reading of a file that may be parsed in any process; None where nobody vouches for it."""
    package = open_xlsx(data)
    if package and is_own_package(package):
        return Reading(_empty(data, file)).rejected(OURS)
    if package and len(data) <= LARGEST_FILE and _mentions(package, _tag(form)):
        return read(data, file, form, package)
    return None


def _read_any(data: bytes, file: str, packed_form: bytes) -> Reading:
    """The reading of any file, in the other process."""
    form: Form = unpacked(packed_form)
    return _read_ours(data, file, form) or read(data, file, form)


def carries_tag(data: bytes, form: Form) -> bool:
    """Whether bytes are an ``.xlsx`` within all bounds that names the form: most likely ours."""
    return kind_of(data) is FileKind.XLSX and _holds(data, _tag(form))


def _tag(form: Form) -> str:
    """What the tag of any version of a form begins with."""
    return f"{form.id}/"


def _holds(data: bytes, text: str) -> bool:
    """Whether an archive is within all bounds and a text stands in any part of it."""
    try:
        return len(data) <= LARGEST_FILE and Package.open(data).holds(text.encode())
    except NotAWorkbook:
        return False


def _mentions(package: Package, text: str) -> bool:
    """Whether a text stands in any part of an archive, which is within bounds up to there."""
    try:
        return package.mentions(text.encode())
    except NotAWorkbook:
        return False


def _empty(data: bytes, file: str) -> Submission:
    return Submission(file=file, sha256=hashlib.sha256(data).hexdigest())
