"""Reads files that anybody may have made: only what carries our tag is parsed in this process."""

from __future__ import annotations

import hashlib

from cchc_xlsx.form import Form
from cchc_xlsx.isolation import Isolation, WorkerDied
from cchc_xlsx.reader import read, unreadable
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


def carries_tag(data: bytes, form: Form) -> bool:
    """Whether bytes are an ``.xlsx`` within all bounds that names the form: most likely ours."""
    if len(data) > LARGEST_FILE or kind_of(data) is not FileKind.XLSX:
        return False
    try:
        return Package.open(data).holds(f"{form.id}/".encode())
    except NotAWorkbook:
        return False
