"""Saved e-mails: one message (``.eml``, Outlook's ``.msg``) or a mailbox of them (``.mbox``).

Parsing is for a process of its own: see `cchc_xlsx.isolation`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from cchc_xlsx.intake.archive import MOST_MEMBERS
from cchc_xlsx.intake.incoming import Origin
from cchc_xlsx.vietnamese import clean

if TYPE_CHECKING:
    from email.message import MIMEPart

MAIL, MAILBOX = ".eml", ".mbox"

_NEXT_MESSAGE = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\r\n\r\n))From [^\n]*[0-9]{4}[^\n]*\n")
"""The line that begins each message of an mbox: after an empty one, and with a year in it."""

_HEADER = re.compile(rb"(?:[A-Za-z0-9-]{1,40}: [^\n]*\n(?:[ \t][^\n]*\n)*){2}")
_KNOWN_HEADER = re.compile(rb"^(?:From|Date|Subject|Received|MIME-Version): ", re.MULTILINE)


@dataclass(frozen=True)
class Attachment:
    """A file that came with a message; of a message within another one its own origin counts."""

    name: str
    content: bytes
    origin: Origin


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


def read_mail(data: bytes) -> tuple[Attachment, ...]:
    """Read an internet message (RFC 5322); attached messages are looked through too."""
    # Imported here, as all that parses mails: most runs read none.
    from email import message_from_bytes
    from email.message import EmailMessage
    from email.policy import default

    message = message_from_bytes(data, policy=default)
    assert isinstance(message, EmailMessage)
    return _numbered(_files(message, _origin(message)))


def _files(message: MIMEPart, origin: Origin) -> Iterator[Attachment]:
    if message.get_content_type() == "message/rfc822":
        for inner in message.iter_parts():
            yield from _files(inner, _origin(inner))
    elif message.is_multipart():
        for part in message.iter_parts():
            yield from _files(part, origin)
    elif (name := message.get_filename()) or message.get_content_maintype() == "application":
        content = message.get_payload(decode=True)
        if isinstance(content, bytes):
            yield Attachment(name or _NAMELESS, content, origin)


_NAMELESS = "tệp đính kèm"


def read_outlook_mail(data: bytes) -> tuple[Attachment, ...]:
    """Read a message that Outlook saved as ``.msg``.

    An attachment whose bytes are not in it, such as another message, is an empty file.
    """
    from oxmsg import Message

    message = Message.load(data)
    date = message.sent_date
    origin = Origin(
        clean(message.sender or ""), date.isoformat() if date else "", clean(message.subject)
    )
    return _numbered(
        Attachment(each.file_name or _NAMELESS, each.file_bytes or b"", origin)
        for each in message.attachments
    )


def _numbered(files: Iterable[Attachment]) -> tuple[Attachment, ...]:
    """The files with clean names; the second of one name is ``name (2).xlsx``."""
    seen: Counter[str] = Counter()
    numbered = []
    for file in files:
        name = clean(file.name) or _NAMELESS
        seen[name] += 1
        path = PurePosixPath(name)
        again = f"{path.stem} ({seen[name]}){path.suffix}"
        numbered.append(replace(file, name=again if seen[name] > 1 else name))
    return tuple(numbered)


def _origin(message: MIMEPart) -> Origin:
    def header(name: str) -> str:
        return clean(str(message.get(name, "")))

    return Origin(header("From"), _date(header("Date")), header("Subject"))


def _date(text: str) -> str:
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(text).isoformat()
    except (ValueError, TypeError):
        return text
