"""Bytes that nobody meant: whatever they are, they cost their own file alone, and little time."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from cchc_xlsx.form import Form
from cchc_xlsx.reader import read
from cchc_xlsx.submission import Status

GOOD = Path(__file__).parent.parent / "samples" / "filled" / "H99.01_2022-Q3.xlsx"
SECONDS = 20


def flipped(random: Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(random.randint(1, 20)):
        changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def cut(random: Random, data: bytes) -> bytes:
    return data[: random.randrange(len(data))]


def doubled(random: Random, data: bytes) -> bytes:
    first, last = sorted(random.randrange(len(data)) for _ in range(2))
    return data[:last] + data[first:]


def repacked(random: Random, data: bytes) -> bytes:
    """The members with their contents exchanged, dropped, or changed before they are packed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    first, second = random.sample(sorted(members), 2)
    match random.randrange(3):
        case 0:
            members[first], members[second] = members[second], members[first]
        case 1:
            del members[first]
        case _:
            members[first] = flipped(random, members[first])
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize("mutate", [flipped, cut, doubled, repacked])
def test_a_mutated_workbook_is_read_or_rejected(
    form: Form, mutate: Callable[[Random, bytes], bytes]
) -> None:
    data, random = GOOD.read_bytes(), Random(20223)
    for _ in range(60):
        began = time.monotonic()
        reading = read(mutate(random, data), "a.xlsx", form)
        assert time.monotonic() - began < SECONDS
        assert reading.submission.status in (Status.ACCEPTED, Status.REJECTED)
        assert reading.is_accepted or reading.findings


def swollen(part: str, xml: str) -> bytes:
    """The good workbook with one part replaced; stored, so that no ratio gives it away."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(GOOD) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, xml if name == part else old.read(name))
    return buffer.getvalue()


MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SHEET = "xl/worksheets/sheet2.xml"


def sheet(rows: str) -> str:
    return f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>"


def incompressible(count: int) -> str:
    random = Random(1)
    return "".join(f'<c s="{random.randrange(10**6)}"/>' for _ in range(count))


@pytest.mark.parametrize(
    ("part", "xml"),
    [
        (SHEET, sheet(f"<row>{incompressible(900_000)}</row>")),
        (SHEET, sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')),
        (SHEET, sheet("<row>" + '<c r="A1"><f>' + "(" * 100_000 + "</f></c></row>")),
        ("xl/styles.xml", f"<styleSheet {MAIN}>" + "<a/>" * 300_000 + "</styleSheet>"),
        ("xl/sharedStrings.xml", f"<sst {MAIN}>" + "<si/>" * 300_000 + "</sst>"),
        ("xl/sharedStrings.xml", f"<sst {MAIN}><si><t>{'x' * 10**6}</t></si></sst>"),
    ],
    ids=["many blanks", "far cell", "deep formula", "many styles", "many texts", "long text"],
)
def test_a_swollen_workbook_takes_little_time(form: Form, part: str, xml: str) -> None:
    began = time.monotonic()
    reading = read(swollen(part, xml), "a.xlsx", form)
    assert time.monotonic() - began < SECONDS
    assert reading.findings
