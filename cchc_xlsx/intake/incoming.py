"""A file that came in, wherever it came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
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
    """A file to read: its name as findings print it, and its bytes.

    `fault` is a Vietnamese clause that says why they cannot be had, empty where they can. `path` is
    that of the file itself, or of the archive or mail that it came in. `time` is when the file
    itself was last changed, as far as the folder or the archive knows. A member of an archive or a
    mail is named ``inbox.zip!H51.05.xlsx``.
    """

    name: str
    path: Path
    time: datetime | None = None
    origin: Origin | None = None
    content: bytes = b""
    fault: str = ""

    def member(self, name: str, time: datetime | None = None) -> Incoming:
        """A file inside this one; it came by the same mail. Its name is made safe to print."""
        named = f"{self.name}!{printable(name)}"
        return Incoming(named, self.path, time, self.origin)


class Why(Enum):
    """Why a file is not read."""

    MAY_BE_A_REPORT = "in a form that is not read"
    NO_TABLE = "no table at all"
    HIDDEN = "a hidden file, or the lock file of one that is open"
    OWN_OUTPUT = "the workbook of an earlier merge"


@dataclass(frozen=True)
class PassedOver:
    """A file that is not read: its name as findings print it, and the reason."""

    name: str
    why: Why
