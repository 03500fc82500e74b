"""Rosters as offices keep them, beside the units read or the reason for refusing them."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from cchc_xlsx.errors import RosterError
from cchc_xlsx.roster import ReportingUnit, load_roster

UNITS = (
    ReportingUnit("H99.01", "Sở A", "H99", "a@example.org"),
    ReportingUnit("000.18.29.H51", "Sở B"),
)


@pytest.mark.parametrize(
    "text",
    [
        "Mã định danh,Tên cơ quan,Mã cơ quan cấp trên,Thư điện tử\n"
        "H99.01,Sở A,H99,a@example.org\n000.18.29.H51,Sở B,,\n",
        "DANH SÁCH;;;\n;;;\nMÃ;TÊN ĐƠN VỊ;CẤP TRÊN;EMAIL\n"
        "H99.01;Sở A;H99;a@example.org\n;;;\n000.18.29.H51; Sở  B ;;\n",
        "Thu dien tu\tTen co quan\tMa\tCap tren\n"
        "a@example.org\tSở A\tH99.01\tH99\n\tSở B\t000.18.29.H51\t\n",
    ],
    ids=["commas", "semicolons, a title above, blank lines", "tabs, another order, no accents"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_csv_roster(tmp_path: Path, text: str, encoding: str) -> None:
    file = tmp_path / "ds.csv"
    file.write_text(text, encoding=encoding)
    assert load_roster(file) == UNITS


def test_an_excel_roster(tmp_path: Path) -> None:
    file = tmp_path / "ds.xlsx"
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("Danh sách")
        sheet.write_row("B3", ["STT", "Mã định danh", "Tên cơ quan", "Cấp trên", "Email"])
        sheet.write_row("B4", [1, "H99.01", "Sở A", "H99", "a@example.org"])
        sheet.write_row("B5", [2, "000.18.29.H51", "Sở B"])
    assert load_roster(file) == UNITS


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "không thấy dòng tiêu đề"),
        ("Tên\nSở A\n".encode(), "không thấy dòng tiêu đề"),
        ("Mã,Tên\n".encode(), "không có cơ quan nào"),
        ("Mã,Tên\nH99.01,\n".encode(), "cơ quan thứ 1 thiếu mã hoặc tên"),
        ("Mã,Tên\nH99.01,A\nh99.01,B\n".encode(), "mã cơ quan bị trùng: H99.01, h99.01"),
        ("Mã,Tên\n../x,A\n".encode(), "«../x» chỉ được gồm"),
        ("Mã,Tên\nH1,A\n".encode("utf-16"), "UTF-8"),
    ],
)
def test_a_roster_that_cannot_be_used(tmp_path: Path, data: bytes, message: str) -> None:
    file = tmp_path / "ds.csv"
    file.write_bytes(data)
    with pytest.raises(RosterError) as refusal:
        load_roster(file)
    assert message in str(refusal.value)
    assert "ds.csv" in str(refusal.value)


def test_the_systems_own_words_are_vietnamese(tmp_path: Path) -> None:
    with pytest.raises(RosterError, match="không có tệp hoặc thư mục này"):
        load_roster(tmp_path / "khong-co.csv")
    with pytest.raises(RosterError, match="đây là một thư mục"):
        load_roster(tmp_path)
