"""With what, and when, a consolidated workbook was made: what the sheet `Nhật ký` tells."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cchc_xlsx.vietnamese import format_date

_NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)
"""What a file that must tell no time of its own says, for it has to say something."""


@dataclass(frozen=True)
class Used:
    """An option as it was given; `value` is empty when it was not. A file has its SHA-256."""

    option: str
    meaning: str
    value: str = ""
    sha256: str = ""


@dataclass(frozen=True)
class Option:
    """An option of a command as the user types it, and in Vietnamese what it is for."""

    name: str
    meaning: str
    is_path: bool = False
    """Whether it names a file, or a folder, whose content counts."""

    def used(self, value: object) -> Used:
        """The option with the value that it was given. Raises `OSError` for an unreadable file."""
        digest = ""
        if self.is_path and value and (file := Path(str(value))).is_file():
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
        return Used(self.name, self.meaning, _in_words(value), digest)


def _in_words(value: object) -> str:
    if isinstance(value, str | Path):
        return str(value)
    if isinstance(value, Sequence):
        return ", ".join(map(str, value))
    return "có" if value is True else str(value or "")


@dataclass(frozen=True)
class Journal:
    """How a workbook was made: when, None if that must not show, and with which options.

    Options that do not change what is in the workbook are left out.
    """

    made: datetime | None = None
    options: tuple[Used, ...] = ()

    @property
    def created(self) -> datetime:
        """The moment for the properties of the document, which are in UTC."""
        return (self.made or _NO_TIME).astimezone(UTC)

    @property
    def made_in_words(self) -> str:
        """The moment to the second, with its zone: ``05/5/2022 14:30:09 (UTC+07:00)``."""
        if self.made is None:
            return "Không ghi, theo tùy chọn --reproducible"
        day = format_date(self.made.day, self.made.month, self.made.year)
        zone = f"{self.made:%z}"
        return f"{day} {self.made:%H:%M:%S} (UTC{zone[:3]}:{zone[3:]})"
