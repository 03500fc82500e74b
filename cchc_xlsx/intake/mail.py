"""The attachments of saved e-mails: one (``.eml``) or a mailbox of them (``.mbox``)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import PurePosixPath

from cchc_xlsx.intake.incoming import Incoming, Origin
from cchc_xlsx.vietnamese import clean

LARGEST_MAIL = 50 * 2**20

_NEXT_MESSAGE = re.compile(rb"^From .*\r?\n", re.MULTILINE)
"""The line that begins each message of an mbox; one inside a message is written ``>From``."""


def attachments(outer: Incoming, data: bytes) -> Iterator[Incoming]:
    """The files attached to a mail, with the mail as their origin."""
    message = message_from_bytes(data, policy=default)
    assert isinstance(message, EmailMessage)
    mail = replace(outer, origin=_origin(message))
    seen: dict[str, int] = {}
    for part in message.walk():
        name = part.get_filename()
        if name:
            name = clean(name)
            seen[name] = seen.get(name, 0) + 1
            content = part.get_payload(decode=True)
            yield mail.member(_numbered(name, seen[name]), partial(bytes, content or b""))


def _numbered(name: str, number: int) -> str:
    """The second attachment of one name is ``name (2).xlsx``."""
    if number == 1:
        return name
    path = PurePosixPath(name)
    return f"{path.stem} ({number}){path.suffix}"


def messages(outer: Incoming, data: bytes) -> Iterator[Incoming]:
    """The mails of a mailbox, each as a file of its own."""
    pieces = [piece for piece in _NEXT_MESSAGE.split(data) if piece.strip()]
    for number, piece in enumerate(pieces, start=1):
        yield outer.member(f"{number}.eml", partial(bytes, piece))


def _origin(message: EmailMessage) -> Origin:
    def header(name: str) -> str:
        return clean(str(message.get(name, "")))

    return Origin(header("From"), _date(header("Date")), header("Subject"))


def _date(text: str) -> str:
    try:
        return parsedate_to_datetime(text).isoformat()
    except (ValueError, TypeError):
        return text
