"""Saved e-mails: one message (``.eml``, Outlook's ``.msg``) or a mailbox of them (``.mbox``).

Parsing is for a process of its own: see `cchc_xlsx.isolation`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import PurePosixPath

from cchc_xlsx.intake.archive import MOST_MEMBERS
from cchc_xlsx.intake.incoming import Origin
from cchc_xlsx.vietnamese import clean

MAIL, MAILBOX = ".eml", ".mbox"

_NEXT_MESSAGE = re.compile(rb"^From .*\r?\n", re.MULTILINE)
"""The line that begins each message of an mbox; one inside a message is written ``>From``."""

_HEADER = re.compile(rb"(?:[A-Za-z0-9-]{1,40}: [^\n]*\n(?:[ \t][^\n]*\n)*){2}")
_KNOWN_HEADER = re.compile(rb"^(?:From|Date|Subject|Received|MIME-Version): ", re.MULTILINE)


@dataclass(frozen=True)
class Mail:
    """A message: where it came from, and the files attached to it, each with a name of its own."""

    origin: Origin
    attachments: tuple[tuple[str, bytes], ...]


def looks_like_mail(data: bytes) -> bool:
    """Whether bytes begin as a message does."""
    head = data[:4096].replace(b"\r\n", b"\n")
    return bool(_HEADER.match(head) and _KNOWN_HEADER.search(head))


def looks_like_mailbox(data: bytes) -> bool:
    """Whether bytes begin as a mailbox does."""
    separator = _NEXT_MESSAGE.match(data[:4096])
    return separator is not None and looks_like_mail(data[separator.end() :])


def messages(data: bytes) -> tuple[bytes, ...]:
    """The messages of a mailbox; of too many the first ones, and one more than may be."""
    pieces = _NEXT_MESSAGE.split(data, maxsplit=MOST_MEMBERS + 1)
    return tuple(piece for piece in pieces if piece.strip())


def read_mail(data: bytes) -> Mail:
    """Read an internet message (RFC 5322); attached messages are looked through too."""
    message = message_from_bytes(data, policy=default)
    assert isinstance(message, EmailMessage)
    files = (
        (name, part.get_payload(decode=True))
        for part in message.walk()
        if (name := part.get_filename())
    )
    return Mail(_origin(message), _numbered((n, c) for n, c in files if isinstance(c, bytes)))


def read_outlook_mail(data: bytes) -> Mail:
    """Read a message that Outlook saved as ``.msg``."""
    # Imported here: hardly any run needs it.
    from oxmsg import Message

    message = Message.load(data)
    date = message.sent_date
    origin = Origin(
        clean(message.sender or ""), date.isoformat() if date else "", clean(message.subject)
    )
    files = ((each.file_name or "", each.file_bytes) for each in message.attachments)
    return Mail(origin, _numbered((name, content) for name, content in files if content))


def _numbered(files: Iterable[tuple[str, bytes]]) -> tuple[tuple[str, bytes], ...]:
    """The files with clean names; the second of one name is ``name (2).xlsx``."""
    seen: dict[str, int] = {}
    numbered = []
    for given, content in files:
        name = clean(given)
        seen[name] = seen.get(name, 0) + 1
        path = PurePosixPath(name)
        again = f"{path.stem} ({seen[name]}){path.suffix}"
        numbered.append((again if seen[name] > 1 else name, content))
    return tuple(numbered)


def _origin(message: EmailMessage) -> Origin:
    def header(name: str) -> str:
        return clean(str(message.get(name, "")))

    return Origin(header("From"), _date(header("Date")), header("Subject"))


def _date(text: str) -> str:
    try:
        return parsedate_to_datetime(text).isoformat()
    except (ValueError, TypeError):
        return text
