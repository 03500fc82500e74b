"""A mail as Outlook saves it (``.msg``, MS-OXMSG), with what this project reads of one."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.ole import compound_file

_TEXT, _BINARY, _TIME, _WHOLE = 0x001F, 0x0102, 0x0040, 0x0003

SUBJECT, SUBMITTED, SENDER_NAME, SENDER_ADDRESS = 0x0037, 0x0039, 0x0C1A, 0x0C1F
ATTACHED_DATA, ATTACHED_HOW, ATTACHED_NAME = 0x3701, 0x3705, 0x3707
_BY_VALUE = 1

_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
SENT = datetime(2022, 9, 19, 1, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Attachment:
    """A file in a mail."""

    name: str
    content: bytes


class _Properties:
    """The properties of a mail or an attachment: short values in a list, long ones in streams."""

    def __init__(self, folder: str, header: bytes) -> None:
        self._folder = folder
        self._list = header
        self.streams: dict[str, bytes] = {}

    def text(self, key: int, text: str) -> None:
        self._long(key, _TEXT, text.encode("utf-16-le", "surrogatepass"), 2)

    def binary(self, key: int, content: bytes) -> None:
        self._long(key, _BINARY, content, 0)

    def time(self, key: int, moment: datetime) -> None:
        ticks = (moment - _EPOCH) // timedelta(microseconds=1) * 10
        self._short(key, _TIME, struct.pack("<Q", ticks))

    def whole(self, key: int, number: int) -> None:
        self._short(key, _WHOLE, struct.pack("<Q", number))

    def packed(self) -> dict[str, bytes]:
        return {f"{self._folder}__properties_version1.0": self._list, **self.streams}

    def _long(self, key: int, kind: int, content: bytes, beyond: int) -> None:
        self.streams[f"{self._folder}__substg1.0_{key:04X}{kind:04X}"] = content
        self._short(key, kind, struct.pack("<Q", len(content) + beyond))

    def _short(self, key: int, kind: int, value: bytes) -> None:
        readable = 6
        self._list += struct.pack("<HHI", kind, key, readable) + value


def outlook_message(
    subject: str, sender: str, *attached: Attachment, address: str = "a@example.org"
) -> bytes:
    """A mail with attachments, sent at `SENT`."""
    count = len(attached)
    mail = _Properties("", bytes(8) + struct.pack("<4I", 0, count, 0, count) + bytes(8))
    mail.text(SUBJECT, subject)
    mail.text(SENDER_NAME, sender)
    mail.text(SENDER_ADDRESS, address)
    mail.time(SUBMITTED, SENT)
    streams = mail.packed()
    for number, each in enumerate(attached):
        attachment = _Properties(f"__attach_version1.0_#{number:08X}/", bytes(8))
        attachment.text(ATTACHED_NAME, each.name)
        attachment.whole(ATTACHED_HOW, _BY_VALUE)
        attachment.binary(ATTACHED_DATA, each.content)
        streams |= attachment.packed()
    return compound_file(streams)
