"""Mails that Outlook saved (``.msg``), and the workbooks in them."""

from __future__ import annotations

import io
import json
from pathlib import Path

import olefile
import pytest

from cchc_xlsx.intake.incoming import Origin
from cchc_xlsx.intake.mail import read_outlook_mail
from cchc_xlsx.workbook import FileKind, kind_of
from tests.command import run
from tests.msg import SENT, Attachment, outlook_message
from tests.ole import compound_file
from tests.test_intake import archive

FILLED = Path(__file__).parent.parent / "samples" / "filled"
A, B = (FILLED / f"H99.0{number}_2022-Q3.xlsx" for number in (1, 2))

SUBJECT = "Gửi báo cáo quý III"
SENDER = '"Sở Mẫu A" <a@example.org>'
DATE = SENT.isoformat()


def mail(*attached: Attachment) -> bytes:
    return outlook_message(SUBJECT, "Sở Mẫu A", *attached)


# --- the container that the tests write -----------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, 64, 4095, 4096, 4097, 70_000, 3_000_000])
def test_the_container_is_sound(size: int) -> None:
    """What another library reads back, with every defect that it knows of raised."""
    content = bytes(at % 251 for at in range(size))
    streams = {"a": content, "folder/b": b"2", "folder/deeper/c": content, "z": b"4"}
    data = compound_file(streams)
    with olefile.OleFileIO(io.BytesIO(data), raise_defects=olefile.DEFECT_UNSURE) as container:
        assert {"/".join(path) for path in container.listdir()} == streams.keys()
        for path, written in streams.items():
            assert container.openstream(path).read() == written


def test_the_mail_is_a_sound_container() -> None:
    data = mail(Attachment("a.xlsx", A.read_bytes()))
    with olefile.OleFileIO(io.BytesIO(data), raise_defects=olefile.DEFECT_UNSURE) as container:
        stream = "__attach_version1.0_#00000000/__substg1.0_37010102"
        assert container.openstream(stream).read() == A.read_bytes()


# --- reading --------------------------------------------------------------------------------------


def test_a_mail_is_known_by_its_content() -> None:
    assert kind_of(mail()) is FileKind.OUTLOOK_MAIL


def test_a_mail_and_its_attachments() -> None:
    attached = (Attachment("Báo cáo.xlsx", b"1"), Attachment("Báo cáo.xlsx", b"2" * 9000))
    read = read_outlook_mail(mail(*attached))
    origin = Origin(SENDER, DATE, SUBJECT)
    assert [each.origin for each in read] == [origin, origin]
    assert [(each.name, each.content) for each in read] == [
        ("Báo cáo.xlsx", b"1"),
        ("Báo cáo (2).xlsx", b"2" * 9000),
    ]


def test_check_reads_through_a_mail(tmp_path: Path) -> None:
    packed = archive({"b.xlsx": B.read_bytes()})
    letter = mail(Attachment("a.xlsx", A.read_bytes()), Attachment("k.zip", packed))
    (tmp_path / "thư.msg").write_bytes(letter)
    document = json.loads(run("check", tmp_path, "--json"))
    found = {each["file"].rpartition("thư.msg")[2]: each for each in document["submissions"]}
    assert {name: each["unit"]["code"] for name, each in found.items()} == {
        "!a.xlsx": "H99.01",
        "!k.zip!b.xlsx": "H99.02",
    }
    origin = {"sender": SENDER, "date": DATE, "subject": SUBJECT}
    assert [each["origin"] for each in found.values()] == [origin, origin]
    assert {each["status"] for each in found.values()} == {"accepted"}
