"""Reads files that anybody may have made: only what carries our tag is parsed in this process."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path

from cchc_xlsx.form import Form
from cchc_xlsx.intake import is_own_output
from cchc_xlsx.isolation import Isolation, WorkerDied
from cchc_xlsx.layout import MERGED_TAG
from cchc_xlsx.reader import read, unreadable
from cchc_xlsx.reader.merged import MergedWorkbook, read_merged
from cchc_xlsx.submission import Reading, Submission
from cchc_xlsx.workbook import FileKind, NotAWorkbook, kind_of
from cchc_xlsx.workbook.package import LARGEST_FILE, Package


class SafeReader:
    """Reads files of one form, in another process where nobody vouches for them."""

    def __init__(self, form: Form, isolation: Isolation) -> None:
        self._form = form
        self._isolation = isolation

    def read(self, data: bytes, file: str) -> Reading:
        """What `reader.read` says of the bytes; a process that they bring down is a finding."""
        if carries_tag(data, self._form):
            return read(data, file, self._form)
        try:
            return self._isolation.call(read, data, file, self._form)
        except WorkerDied as death:
            empty = Submission(file=file, sha256=hashlib.sha256(data).hexdigest())
            return unreadable(empty, f"nội dung bất thường, {death}")

    def read_merged(
        self, data: bytes, file: str, folder: Path | None = None
    ) -> MergedWorkbook | None:
        """What `reader.merged.read_merged` says of the bytes; None as well when it dies of them.

        What says of itself that it is ours is no filled workbook: then a finding says that it
        cannot be read.
        """
        merged = None
        if kind_of(data) is not FileKind.XLSX or _holds(data, MERGED_TAG):
            with suppress(WorkerDied):
                merged = self._isolation.call(read_merged, data, file, self._form, folder)
        return MergedWorkbook.unusable(file) if merged is None and is_own_output(data) else merged


def carries_tag(data: bytes, form: Form) -> bool:
    """Whether bytes are an ``.xlsx`` within all bounds that names the form: most likely ours."""
    return kind_of(data) is FileKind.XLSX and _holds(data, f"{form.id}/")


def _holds(data: bytes, text: str) -> bool:
    """Whether an archive is within all bounds and a text stands in any part of it."""
    try:
        return len(data) <= LARGEST_FILE and Package.open(data).holds(text.encode())
    except NotAWorkbook:
        return False
