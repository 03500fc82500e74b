"""Folders, archives and mails as they come in, and the files that are found in them."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from cchc_xlsx.errors import InputError
from cchc_xlsx.intake import Incoming, Origin, PassedOver, Why, is_own_output, list_files
from cchc_xlsx.isolation import Isolation
from tests.command import run


@dataclass(frozen=True)
class Gathered:
    """What was found in some files."""

    found: list[Incoming | PassedOver]

    @property
    def files(self) -> list[Incoming]:
        opened = [each for each in self.found if isinstance(each, Incoming)]
        return [each for each in opened if not is_own_output(each.content)]

    @property
    def own(self) -> list[str]:
        opened = [each for each in self.found if isinstance(each, Incoming)]
        return [each.name for each in opened if is_own_output(each.content)]

    def passed_over(self, why: Why) -> list[str]:
        over = [each for each in self.found if isinstance(each, PassedOver)]
        return [each.name for each in over if each.why is why]


Gather = Callable[[Sequence[Path]], Gathered]

FILLED = Path(__file__).parent.parent / "samples" / "filled"
A, B = (FILLED / f"H99.0{number}_2022-Q3.xlsx" for number in (1, 2))


@pytest.fixture(scope="module")
def gather() -> Iterator[Gather]:
    """Opens files as a command does."""
    with Isolation() as isolation:
        yield lambda paths: Gathered([*list_files(paths).opened(isolation)])


def archive(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return buffer.getvalue()


def mail(*attached: tuple[str, bytes], subject: str = "Báo cáo quý III") -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "Sở Mẫu A <a@example.org>", subject
    message["Date"] = "Mon, 19 Sep 2022 08:30:00 +0700"
    message.set_content("Kính gửi Sở Nội vụ.")
    for name, content in attached:
        message.add_attachment(content, "application", "octet-stream", filename=name)
    return message.as_bytes()


ORIGIN = Origin("Sở Mẫu A <a@example.org>", "2022-09-19T08:30:00+07:00", "Báo cáo quý III")


def names(files: list[Incoming], folder: Path) -> list[str]:
    return [file.name.removeprefix(f"{folder.as_posix()}/") for file in files]


def test_a_folder(tmp_path: Path, gather: Gather) -> None:
    merged = tmp_path / "tong-hop.xlsx"
    run("merge", A, "-o", merged, status=0)
    for name in ("b/2.xlsx", "a/1.XLSX", "~$3.xlsx", ".an/4.xlsx", "5.txt", "6.et", "7.pdf"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "khong-duoi").write_bytes(A.read_bytes())
    intake = gather([tmp_path, tmp_path / "b" / "2.xlsx"])
    assert names(intake.files, tmp_path) == ["a/1.XLSX", "b/2.xlsx", "khong-duoi"]
    assert [Path(name).name for name in intake.passed_over(Why.MAY_BE_A_REPORT)] == [
        "6.et",
        "7.pdf",
    ]
    assert [Path(name).name for name in intake.passed_over(Why.NO_TABLE)] == ["5.txt"]
    hidden = [Path(name).name for name in intake.passed_over(Why.HIDDEN)]
    assert hidden == ["4.xlsx", "~$3.xlsx"]
    assert [Path(name).name for name in intake.own] == ["tong-hop.xlsx"]


def test_a_file_that_is_named_is_read_whatever_its_name(tmp_path: Path, gather: Gather) -> None:
    (tmp_path / "gui lai.dat").write_bytes(A.read_bytes())
    (file,) = gather([tmp_path / "gui lai.dat"]).files
    assert file.content == A.read_bytes()


def test_nothing_to_read(tmp_path: Path, gather: Gather) -> None:
    with pytest.raises(InputError, match="Không tìm thấy"):
        gather([tmp_path])
    with pytest.raises(InputError, match="khong-co"):
        gather([tmp_path / "khong-co"])


def test_an_archive_with_an_archive_in_it(tmp_path: Path, gather: Gather) -> None:
    inner = archive({"b.xlsx": b"2", "c.txt": b"3"})
    packed = archive({"so/a.xlsx": b"1", "inner.zip": inner, "__MACOSX/d.xlsx": b"4"})
    (tmp_path / "inbox.zip").write_bytes(packed)
    intake = gather([tmp_path])
    assert names(intake.files, tmp_path) == ["inbox.zip!so/a.xlsx", "inbox.zip!inner.zip!b.xlsx"]
    assert len(intake.passed_over(Why.NO_TABLE)) == len(intake.passed_over(Why.HIDDEN)) == 1
    assert [file.content for file in intake.files] == [b"1", b"2"]
    assert [file.path for file in intake.files] == [tmp_path / "inbox.zip"] * 2


@pytest.mark.parametrize("first", ["_rels/.rels", "_rels/.rels.bak", "[Content_Types].xml.xlsx"])
def test_an_archive_that_begins_like_a_workbook(first: str, tmp_path: Path, gather: Gather) -> None:
    (tmp_path / "inbox.zip").write_bytes(archive({first: b"0", "a.xlsx": b"1"}))
    assert b"1" in [file.content for file in gather([tmp_path]).files]


def test_an_archive_is_known_by_its_content(tmp_path: Path, gather: Gather) -> None:
    """A workbook is a zip archive too, and may have been renamed to .zip."""
    (tmp_path / "bao cao.zip").write_bytes(A.read_bytes())
    (file,) = gather([tmp_path]).files
    assert file.name.endswith("bao cao.zip")
    assert file.content == A.read_bytes()


def test_a_mail_with_attachments(tmp_path: Path, gather: Gather) -> None:
    packed = archive({"b.xlsx": b"2"})
    letter = mail(("Báo cáo.xlsx", b"1"), ("Báo cáo.xlsx", b"3"), ("kèm.zip", packed))
    (tmp_path / "thu.eml").write_bytes(letter)
    intake = gather([tmp_path])
    assert names(intake.files, tmp_path) == [
        "thu.eml!Báo cáo.xlsx",
        "thu.eml!Báo cáo (2).xlsx",
        "thu.eml!kèm.zip!b.xlsx",
    ]
    assert [file.origin for file in intake.files] == [ORIGIN] * 3


def test_a_forwarded_mail_keeps_its_own_date(tmp_path: Path, gather: Gather) -> None:
    """Who forwards an old report does not make it a new one."""
    forward = EmailMessage()
    forward["From"], forward["Date"] = "b@example.org", "Fri, 30 Sep 2022 08:00:00 +0700"
    forward.set_content("Chuyển tiếp.")
    forward.add_attachment(message_from_bytes(mail(("a.xlsx", b"1")), policy=default))
    (tmp_path / "chuyen.eml").write_bytes(forward.as_bytes())
    (file,) = gather([tmp_path]).files
    assert file.origin == ORIGIN


def test_an_attachment_without_a_name_is_not_lost(tmp_path: Path, gather: Gather) -> None:
    letter = message_from_bytes(mail(("a.xlsx", A.read_bytes())), policy=default)
    assert isinstance(letter, EmailMessage)
    (part,) = letter.iter_attachments()
    del part["Content-Disposition"]
    (tmp_path / "thu.eml").write_bytes(letter.as_bytes())
    (file,) = gather([tmp_path]).files
    assert names([file], tmp_path) == ["thu.eml!tệp đính kèm"]
    assert file.content == A.read_bytes()


def test_a_mailbox(tmp_path: Path, gather: Gather) -> None:
    letters = (mail(("a.xlsx", b"1")), mail(("b.xlsx", b"2"), subject="Gửi lại"))
    box = b"".join(b"From a@example.org Mon Sep 19 2022\n" + letter + b"\n" for letter in letters)
    (tmp_path / "hop thu.mbox").write_bytes(box)
    intake = gather([tmp_path])
    assert names(intake.files, tmp_path) == [
        "hop thu.mbox!1.eml!a.xlsx",
        "hop thu.mbox!2.eml!b.xlsx",
    ]
    assert [file.origin.subject for file in intake.files if file.origin] == [
        "Báo cáo quý III",
        "Gửi lại",
    ]


def test_a_broken_or_locked_archive_is_a_finding(tmp_path: Path, gather: Gather) -> None:
    (tmp_path / "hong.zip").write_bytes(archive({"a.xlsx": b"1" * 100})[:60])
    locked = bytearray(archive({"a.xlsx": A.read_bytes()}))
    locked[locked.index(b"PK\x03\x04") + 6] |= 1
    locked[locked.rindex(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "khoa.zip").write_bytes(bytes(locked))
    broken, member = gather([tmp_path]).files
    assert broken.name.endswith("hong.zip")
    assert "mật khẩu" in member.fault


def test_check_reads_through_a_mail(tmp_path: Path) -> None:
    packed = archive({"b.xlsx": B.read_bytes()})
    (tmp_path / "thu.eml").write_bytes(mail(("a.xlsx", A.read_bytes()), ("k.zip", packed)))
    document = json.loads(run("check", tmp_path, "--json"))
    found = {each["file"].rpartition("thu.eml")[2]: each for each in document["submissions"]}
    assert {name: each["unit"]["code"] for name, each in found.items()} == {
        "!a.xlsx": "H99.01",
        "!k.zip!b.xlsx": "H99.02",
    }
    assert found["!a.xlsx"]["origin"] == {
        "sender": ORIGIN.sender,
        "date": ORIGIN.date,
        "subject": ORIGIN.subject,
    }
