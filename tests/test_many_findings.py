"""A merge of many files: what is printed stays short, and so does the head of `Tổng hợp`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest
from openpyxl import load_workbook

from cchc_xlsx.console.findings import MOST_TOLD
from cchc_xlsx.console.verdict import MOST_NAMES
from cchc_xlsx.form_file import load_form
from tests.command import run
from tests.many import write_many
from tests.small_form import write_small_form

SENT, EXPECTED = 10 * (MOST_TOLD + 1), 400
"""Every tenth file breaks the hard rule, so that one more does than are told of."""


class Merged(NamedTuple):
    """What a merge printed, and the workbook it wrote."""

    printed: str
    output: Path


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Merged:
    folder = tmp_path_factory.mktemp("many")
    form = write_small_form(folder / "form")
    write_many(folder / "inbox", load_form(form), SENT)
    roster = folder / "roster.csv"
    lines = (f"X{at:03},Xã số {at}\n" for at in range(EXPECTED))
    roster.write_text("Mã định danh,Tên cơ quan\n" + "".join(lines), encoding="utf-8")
    output = folder / "tong-hop.xlsx"
    arguments = ["--form", form, "--units", roster, "-o", output]
    return Merged(run("merge", folder / "inbox", *arguments, status=1), output)


def words(printed: str) -> str:
    return " ".join(printed.replace("│", " ").split())


def test_files_with_errors_are_told_but_not_all(merged: Merged) -> None:
    told = re.findall(r"X\d{3}\.xlsx · đã nhận", words(merged.printed))
    assert len(told) == MOST_TOLD
    assert all(int(each[1:4]) % 10 == 0 for each in told)


def test_of_all_else_it_says_how_much_there_is_and_where(merged: Merged) -> None:
    said = words(merged.printed)
    assert f"{SENT - MOST_TOLD} tệp khác: xem trang «Vấn đề» của tệp tổng hợp." in said
    assert "vấn đề khác của cả đợt: xem trang «Vấn đề» của tệp tổng hợp." in said
    missing = EXPECTED - SENT
    assert f"X{SENT + MOST_NAMES - 1} và {missing - MOST_NAMES} cơ quan khác." in said


def test_the_workbook_has_every_finding(merged: Merged) -> None:
    rows = load_workbook(merged.output)["Vấn đề"].iter_rows(min_row=4, values_only=True)
    missing = sum("chưa nộp" in str(row[3]) for row in rows)
    assert missing == EXPECTED - SENT


def test_the_head_of_the_totals_names_no_more_than_fit(merged: Merged) -> None:
    said = load_workbook(merged.output)["Tổng hợp"]["D4"].value
    assert isinstance(said, str)
    assert re.fullmatch(r"Chưa nộp: (Xã số \d+, )*Xã số \d+ và \d+ cơ quan khác\.", said)
    assert len(said) < 90
