"""`Nhật ký`, and the same workbook from the same inputs, byte for byte."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

from cchc_xlsx import __version__, api
from cchc_xlsx.adjustments import HEADINGS
from cchc_xlsx.form import Form
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.template import Content, write_template

SAMPLES = Path(__file__).parent.parent / "samples"
ROSTER = SAMPLES / "roster.csv"
FILES = [SAMPLES / "filled" / f"{unit}_2022-Q3.xlsx" for unit in ("H51.05", "H99.05")]
"""The samples with findings."""

TIME = re.compile(r"[0-9]{2}/[0-9]{1,2}/[0-9]{4} [0-9:]{8} \(UTC[+-][0-9]{2}:[0-9]{2}\)")


@pytest.fixture(scope="module")
def adjust(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A correction that is applied and one that is not."""
    file = tmp_path_factory.mktemp("adjust") / "dieu-chinh.csv"
    rows = ["H51.05,I.1.1,18,19,gõ nhầm,A", "H99.05,I.1.1,,19,gõ nhầm,A"]
    file.write_text("\n".join([",".join(HEADINGS), *rows]), encoding="utf-8")
    return file


def merge(output: Path, hash_seed: int, *options: object) -> Path:
    """Merge two samples in a process of its own."""
    command = [sys.executable, "-m", "cchc_xlsx", "merge", *FILES, "-o", output]
    subprocess.run(
        [*map(str, command), *map(str, options)],
        env=os.environ | {"PYTHONHASHSEED": str(hash_seed), "PYTHONPATH": str(SAMPLES.parent)},
        capture_output=True,
        timeout=120,
        check=False,
    )
    return output


def parts(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def journal(file: Path) -> list[tuple[str | None, ...]]:
    sheet = load_workbook(file)["Nhật ký"]
    return [
        tuple(None if value is None else str(value) for value in line)
        for line in sheet.iter_rows(min_row=4, values_only=True)
    ]


def test_reproducible_means_byte_for_byte(tmp_path: Path, adjust: Path) -> None:
    options = ("--units", ROSTER, "--adjust", adjust, "--reproducible")
    first = merge(tmp_path / "a.xlsx", 1, *options)
    time.sleep(1)
    second = merge(tmp_path / "b.xlsx", 2, *options)
    assert first.read_bytes() == second.read_bytes()
    assert journal(first)[0][1] == "Không ghi, theo tùy chọn --reproducible"
    with zipfile.ZipFile(first) as archive:
        assert {each.date_time[0] for each in archive.infolist()} == {1980}


def test_otherwise_only_the_time_differs_and_everything_used_is_told(
    form: Form, tmp_path: Path, adjust: Path
) -> None:
    options = ("--units", ROSTER, "--adjust", adjust, "--keep", "H51.05_2022-Q3.xlsx")
    first = merge(tmp_path / "a.xlsx", 1, *options)
    time.sleep(1)
    second = merge(tmp_path / "b.xlsx", 1, *options)
    one, other = parts(first), parts(second)
    differing = {name for name in one | other if one.get(name) != other.get(name)}
    assert differing == {"docProps/core.xml", "xl/sharedStrings.xml"}
    texts = [each["xl/sharedStrings.xml"].decode() for each in (one, other)]
    assert TIME.sub("", texts[0]) == TIME.sub("", texts[1])
    core = [re.sub(rb"[0-9T:-]{19}Z", b"", each["docProps/core.xml"]) for each in (one, other)]
    assert core[0] == core[1]

    lines = journal(first)
    assert TIME.fullmatch(str(lines[0][1]))
    told = {line[0]: line[1:] for line in lines if line[0] != "Tệp báo cáo"}
    assert told["Phần mềm"] == (f"cchc-xlsx {__version__}", None, None)
    assert told["Biểu mẫu"] == (
        f"{form.name} ({form.id}, phiên bản {form.version})", None, form.digest,
    )  # fmt: skip
    assert told["Kỳ báo cáo"] == ("Quý III năm 2022", None, None)
    assert told["--units"] == (f"Danh sách cơ quan: {ROSTER}", None, sha256(ROSTER))
    assert told["--adjust"] == (f"Bảng điều chỉnh: {adjust}", None, sha256(adjust))
    assert "--period" not in told
    assert str(told["--keep"][0]).endswith(": H51.05_2022-Q3.xlsx")
    assert (told["Số tệp"][0], told["Số liệu được điều chỉnh"][0]) == ("2", "1")
    assert (told["Số cơ quan chưa nộp"][0], told["Số tệp: không dùng được"][0]) == ("5", "0")
    files = [line[1:] for line in lines if line[0] == "Tệp báo cáo"]
    assert files == [(str(file), f"{file.name[:6]}: Đã tổng hợp", sha256(file)) for file in FILES]


def test_the_files_of_the_period_before_are_told(form: Form, tmp_path: Path) -> None:
    unit = ReportingUnit("H51.05", "Sở")
    earlier = tmp_path / "qi.xlsx"
    write_template(Content(form, form.period("2022-Q1"), unit, {"I.1.1": 5}), earlier)
    api.merge([FILES[0]], tmp_path / "a.xlsx", previous=earlier)
    lines = journal(tmp_path / "a.xlsx")
    told = [line[1:] for line in lines if line[0] == "Tệp kỳ trước"]
    assert told == [(str(earlier), "H51.05: quý I năm 2022", sha256(earlier))]
    (option,) = (line[1:] for line in lines if line[0] == "--previous")
    assert option == (f"Báo cáo kỳ trước: {earlier}", None, sha256(earlier))
    api.merge([FILES[0]], tmp_path / "b.xlsx", previous=tmp_path)
    (option,) = (line[1:] for line in journal(tmp_path / "b.xlsx") if line[0] == "--previous")
    assert option == (f"Báo cáo kỳ trước: {tmp_path}", None, None)


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
