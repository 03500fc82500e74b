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
        package = open_xlsx(data)
        if package and is_own_package(package):
            return Reading(_empty(data, file)).rejected(OURS)
        if package and len(data) <= LARGEST_FILE and _mentions(package, _tag(self._form)):
            return read(data, file, self._form, package)
        return self.read_apart(data, file)

    def read_apart(self, data: bytes, file: str) -> Reading:
        """The same, in the other process whoever made the file."""
        try:
            return self._isolation.call(_read_here, data, file, self.packed_form)
        except WorkerDied as death:
            return unanswered(data, death, file)

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


def read_each(reader: SafeReader, contents: Sequence[bytes]) -> list[bytes]:
    """The readings of files without a name, as bytes (see `reader.encoded`)."""
    return [encoded(reader.read(content, "")) for content in contents]


def read_elsewhere(packed_form: bytes, contents: Sequence[bytes]) -> list[bytes]:
    """The same in any process, here or on another machine; the form as `workers.packed` has it."""
    with Isolation() as isolation:
        return read_each(SafeReader(unpacked(packed_form), isolation), contents)


def _read_here(data: bytes, file: str, packed_form: bytes) -> Reading:
    return read(data, file, unpacked(packed_form))


def unanswered(data: bytes, death: WorkerDied, file: str = "") -> Reading:
    """The reading of a file that the other process died of."""
    return unreadable(_empty(data, file), f"nội dung bất thường, {death}")


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
