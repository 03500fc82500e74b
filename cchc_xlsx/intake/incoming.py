"""A file that came in, wherever it came from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from cchc_xlsx.vietnamese import format_moment, printable
from cchc_xlsx.workbook.moment import moment_of


@dataclass(frozen=True)
class Origin:
    """The mail that brought a file: sender and subject as written, date in ISO 8601."""

    sender: str
    date: str
    subject: str

    @property
    def sent(self) -> datetime | None:
        """When it was sent; None when the mail does not say so in a way that can be compared."""
        return moment_of(self.date)

    @property
    def in_words(self) -> str:
        """The mail in one line: ``Thư của …, gửi …: …``; the time is that of this machine."""
        when = format_moment(self.sent) if self.sent else self.date
        return f"Thư của {self.sender}, gửi {when}: {self.subject}"


@dataclass(frozen=True)
class Incoming:
    """A file to read: its name as findings print it, and how to get at its bytes.

    A member of an archive or a mail is named ``inbox.zip!H51.05.xlsx`` and has no `path`. `time` is
    when the file itself was last changed, as far as the folder or the archive knows.
    """

    name: str
    data: Callable[[], bytes]
    """Its bytes. Raises `OSError` or `NotAWorkbook` when they cannot be had."""

    path: Path | None = None
    time: datetime | None = None
    origin: Origin | None = None

    def member(
        self, name: str, data: Callable[[], bytes], time: datetime | None = None
    ) -> Incoming:
        """A file inside this one; it came by the same mail. Its name is made safe to print."""
        return replace(self, name=f"{self.name}!{printable(name)}", data=data, path=None, time=time)
