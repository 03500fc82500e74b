"""No file, however made, may bring the command down, cost much, reach out, or get into the output.

The large files of the corpus are each read by the real command in a process that is watched; the
small ones together by one such process, and one by one in the process of the tests.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from openpyxl import load_workbook

from cchc_xlsx import api
from cchc_xlsx.batch import Batch, BatchReader, read_batch
from cchc_xlsx.form import Form
from cchc_xlsx.form_file import load_form
from cchc_xlsx.intake import list_files
from cchc_xlsx.isolation import Isolation
from cchc_xlsx.json_output import batch_document
from cchc_xlsx.reader import read
from cchc_xlsx.submission import Status
from tests.hostile import CORPUS, FILLED, GOOD, Hostile, with_default_password
from tests.watched import ROOT, Outcome, watched

pytestmark = pytest.mark.soak

SECONDS, MEBIBYTES = 20, 1024

OTHER = FILLED / "H99.03_2022-Q3.xlsx"
"""A good workbook of another unit than the one that the hostile files were made of."""

LARGE = [hostile for hostile in CORPUS if hostile.alone]
SMALL = [hostile for hostile in CORPUS if not hostile.alone]


# --- what holds for every file --------------------------------------------------------------------

_CONTROLS = {*range(0x20), *range(0x7F, 0xA0)} - {ord("\n")}
_DIRECTIONS = {0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
_HALVES = set(range(0xD800, 0xE000))
_DANGEROUS = _CONTROLS | _DIRECTIONS | _HALVES


def strings(document: Any) -> Iterator[str]:
    """Every text of a JSON document."""
    if isinstance(document, str):
        yield document
    elif isinstance(document, dict):
        for key, value in document.items():
            yield from (key, *strings(value))
    elif isinstance(document, list):
        for value in document:
            yield from strings(value)


def dangerous(document: Any) -> set[str]:
    """The texts with a character that turns the direction round or steers a terminal."""
    return {text[:200] for text in strings(document) if _DANGEROUS & set(map(ord, text))}


def is_ours(opened: str, folder: Path) -> bool:
    """Whether a file is Python's, the project's, the system's own, or the input or output."""
    parts = (sys.prefix, sys.base_prefix, os.path.realpath(sys.prefix), str(ROOT), str(folder))
    system = ("/dev/null", "/etc/mime.types", "/etc/localtime", "/usr/share/zoneinfo", "/proc/")
    # A relative name is one of the libraries' own files in a folder on the path.
    return opened.startswith((*parts, *system)) or not opened.startswith("/")


def listing(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


NOTHING = "Lỗi: Không tìm thấy tệp báo cáo nào"
"""What is said, in one line, of a file in which others are packed, none of them a report."""


def assert_harmless(outcome: Outcome, folder: Path) -> None:
    """That a run kept every promise."""
    assert "Traceback" not in outcome.errors
    assert outcome.status in (0, 1) or outcome.errors.startswith(NOTHING), outcome.errors
    assert outcome.errors == "" or outcome.status == 2
    assert outcome.seconds < SECONDS
    assert outcome.mebibytes < MEBIBYTES
    assert outcome.connected == ()
    assert outcome.started <= {sys.executable}
    assert not {each for each in outcome.opened if not is_ours(each, folder)}
    if outcome.status < 2:
        document = json.loads(outcome.output)
        assert document["submissions"]
        assert not dangerous(document)
        assert all(finding["message"] for finding in document["findings"])


# --- large ones, each by the real command ---------------------------------------------------------


@pytest.mark.parametrize("hostile", LARGE, ids=lambda hostile: hostile.name)
def test_a_large_file_costs_little(hostile: Hostile, tmp_path: Path) -> None:
    folder, watch = tmp_path / "in", tmp_path / "watch"
    folder.mkdir()
    watch.mkdir()
    file = folder / hostile.name
    file.write_bytes(hostile.make())
    outcome = watched(watch, "check", file, "--json")
    assert_harmless(outcome, tmp_path)
    assert [path.name for path in folder.iterdir()] == [hostile.name]


# --- small ones, one by one -----------------------------------------------------------------------


Checked = Callable[[Path], Batch]


@pytest.fixture(scope="module")
def checked() -> Iterator[Checked]:
    """Checks a file as the command does, with one other process for all of them."""
    form = load_form()
    with Isolation() as isolation:
        reader = BatchReader(form, isolation)

        def check(file: Path) -> Batch:
            return read_batch(list_files([file]), reader)

        yield check


@pytest.fixture
def no_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> NoReturn:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.parametrize("hostile", SMALL, ids=lambda hostile: hostile.name)
@pytest.mark.usefixtures("no_connections")
def test_a_small_file_is_read_or_rejected(
    hostile: Hostile, tmp_path: Path, checked: Checked
) -> None:
    file = tmp_path / hostile.name
    file.write_bytes(hostile.make())
    before = listing(tmp_path)
    began = time.monotonic()
    batch = checked(file)
    assert time.monotonic() - began < SECONDS
    assert listing(tmp_path) == before
    document = json.loads(json.dumps(batch_document(batch), allow_nan=False))
    assert batch.submissions
    assert all(each.status is Status.ACCEPTED or is_explained(batch) for each in batch.submissions)
    assert not dangerous(document)


def is_explained(batch: Batch) -> bool:
    return bool(batch.findings) and all(finding.message for finding in batch.findings)


# --- all the small ones and a good one, merged by the real command --------------------------------


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path, Path]:
    """The document of a merge of everything, its workbook, and that of the good file alone."""
    root = tmp_path_factory.mktemp("merged")
    folder, watch = root / "in", root / "watch"
    folder.mkdir()
    watch.mkdir()
    for hostile in SMALL:
        (folder / hostile.name).write_bytes(hostile.make())
    (folder / OTHER.name).write_bytes(OTHER.read_bytes())
    for file in folder.iterdir():
        # Of one age, so that of several workbooks of one unit none is the newest.
        os.utime(file, (1_600_000_000, 1_600_000_000))
    before = listing(folder)
    output, alone = root / "tong-hop.xlsx", root / "mot-tep.xlsx"
    outcome = watched(watch, "merge", folder, "-o", output, "--json")
    assert outcome.status == 1, outcome.errors
    assert outcome.errors == ""
    assert outcome.mebibytes < MEBIBYTES
    assert outcome.connected == ()
    assert outcome.started <= {sys.executable}
    assert not {each for each in outcome.opened if not is_ours(each, root)}
    assert listing(folder) == before
    assert {path.name for path in root.iterdir()} == {"in", "watch", output.name}
    api.merge([OTHER], alone)
    return json.loads(outcome.output), output, alone


def test_a_good_file_among_hostile_ones_counts_as_if_alone(
    merged: tuple[Any, Path, Path], form: Form
) -> None:
    document, output, alone = merged
    accepted = [each for each in document["submissions"] if each["status"] == "accepted"]
    assert [Path(each["file"]).name for each in accepted] == [OTHER.name]
    values = read(OTHER.read_bytes(), "a", form).submission.fill.values
    for code, total in document["totals"].items():
        assert total["reported"] == (values[code] is not None), code
        if total["aggregate"] == "sum":
            assert total["value"] == values[code]
    # Nothing of an input is a formula; links lead out of the workbook to the inputs alone.
    assert formulas(output) <= formulas(alone)
    inputs = {path.relative_to(output.parent).as_posix() for path in listing(output.parent / "in")}
    assert links_outwards(output) <= inputs


def formulas(workbook: Path) -> set[str]:
    return {str(cell.value) for cell in cells(workbook) if cell.data_type == "f"}


def links_outwards(workbook: Path) -> set[str]:
    links = (cell.hyperlink for cell in cells(workbook))
    return {link.target for link in links if link and link.target}


def cells(workbook: Path) -> Iterator[Any]:
    for sheet in load_workbook(workbook).worksheets:
        for row in sheet.iter_rows():
            yield from row


# --- what only looks hostile ----------------------------------------------------------------------


def test_a_workbook_that_excel_protected_from_writing_reads_as_the_plain_one(form: Form) -> None:
    plain = read(GOOD.read_bytes(), "a.xlsx", form)
    opened = read(with_default_password(), "a.xlsx", form)
    assert opened.is_accepted
    assert opened.submission.content == plain.submission.content
    assert opened.findings == plain.findings


@pytest.mark.parametrize("name", ["utf_16.xlsx", "zip64_and_sizes_behind_the_data.xlsx"])
def test_what_is_unusual_and_sound_reads_as_the_plain_one(form: Form, name: str) -> None:
    (hostile,) = (each for each in CORPUS if each.name == name)
    plain = read(GOOD.read_bytes(), "a.xlsx", form)
    assert read(hostile.make(), "a.xlsx", form).submission.content == plain.submission.content
