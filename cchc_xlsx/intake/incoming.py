"""A file that came in, wherever it came from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Origin:
    """The mail that brought a file: sender and subject as written, date in ISO 8601."""

    sender: str
    date: str
    subject: str


@dataclass(frozen=True)
class Incoming:
    """A file to read: its name as findings print it, and how to get at its bytes.

    A member of an archive or a mail is named ``inbox.zip!H51.05.xlsx`` and has no `path`.
    """

    name: str
    data: Callable[[], bytes]
    """Its bytes. Raises `OSError` or `NotAWorkbook` when they cannot be had."""

    path: Path | None = None
    origin: Origin | None = None

    def member(self, name: str, data: Callable[[], bytes]) -> Incoming:
        """A file inside this one; it came by the same mail."""
        return Incoming(f"{self.name}!{name}", data, origin=self.origin)
