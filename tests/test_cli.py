"""The command as others rely on it: exit status, JSON, Vietnamese words, no file changed."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cchc_xlsx.form_file import load_form
from cchc_xlsx.template import write_template
from samples.broken import examples
from tests.command import run, run_both

SAMPLES = Path(__file__).parent.parent / "samples"
FILLED, ROSTER = SAMPLES / "filled", SAMPLES / "roster.csv"
CLEAN, FAULTY = FILLED / "H99.01_2022-Q3.xlsx", FILLED / "H99.05_2022-Q3.xlsx"
SEED = FILLED / "H51.05_2022-Q3.xlsx"


# --- exit status ------------------------------------------------------------------------------


def test_status_0_when_there_is_no_error() -> None:
    assert "KHÔNG CÓ LỖI" in run("check", CLEAN)


def test_strict_counts_warnings(tmp_path: Path) -> None:
    doubtful = tmp_path / "xem-lai.xlsx"
    (example,) = (each for each in examples(load_form()) if each.rule == "X28")
    write_template(example.content, doubtful)
    run("check", CLEAN, "--strict")
    run("check", doubtful)
    run("check", doubtful, "--strict", status=1)


def test_status_1_when_there_is_an_error(tmp_path: Path) -> None:
    run("check", FAULTY, status=1)
    output = tmp_path / "tong-hop.xlsx"
    run("merge", FILLED, "-o", output, status=1)
    assert output.is_file()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["check", "khong-co.xlsx"], "Không có tệp hoặc thư mục «khong-co.xlsx»"),
        (["check", CLEAN, "--sai"], "Không có tùy chọn «--sai»"),
        (["check"], "Thiếu tên tệp hoặc thư mục (PATH)."),
        (["merge", CLEAN], "Thiếu --output"),
        (["template", "--period"], "Tùy chọn «--period» cần một giá trị"),
        (["template", "--period", "2022-Q2", "-o", "x.xlsx"], "Kỳ báo cáo «2022-Q2» không đúng"),
        (["template", "--period", "2022-Q3", "-o", "x.xlsx", "--form", "la"], "biểu mẫu «la»"),
        (
            ["template", "--period", "2022-Q3", "-o", "x.xlsx", "--unit-code", "H51.05"],
            "Mã cơ quan và tên cơ quan phải đi cùng nhau",
        ),
        (["check", CLEAN, "--units", CLEAN], "không thấy dòng tiêu đề"),
        (["lam-gi"], "--help"),
        ([], "--help"),
    ],
)
def test_status_2_when_it_cannot_run(arguments: list[object], message: str) -> None:
    output, error = run_both(*arguments, status=2)
    assert output == ""
    assert error.startswith("Lỗi: ")
    assert message in error
    assert len(error.splitlines()) == 1


def test_an_output_that_cannot_be_written(tmp_path: Path) -> None:
    blocked = tmp_path / "tệp"
    blocked.write_text("")
    _, error = run_both("merge", CLEAN, "-o", blocked / "x.xlsx", status=2)
    assert "Không ghi được" in error


# --- JSON ---------------------------------------------------------------------------------------


def test_check_json_is_the_contracts() -> None:
    document = json.loads(run("check", SEED, "--json", status=1))
    assert document.keys() == {
        "schema", "version", "form", "period", "submissions", "findings", "summary",
    }  # fmt: skip
    assert (document["schema"], document["form"], document["period"]) == (
        1, "cchc-so-2022", "2022-Q3",
    )  # fmt: skip
    (submission,) = document["submissions"]
    assert submission["sha256"] == hashlib.sha256(SEED.read_bytes()).hexdigest()
    assert submission["file"] == SEED.as_posix()
    assert submission["status"] == "accepted"
    assert submission["unit"] == {
        "code": "H51.05",
        "name": "Sở Tài nguyên và Môi trường tỉnh Sóc Trăng",
    }
    values = submission["values"]
    assert len(values) == 153
    assert (values["I.1"], values["I.2.1"], values["VII.B.1.1"]) == (72, None, 1214)
    assert all(value is None or isinstance(value, int) for value in values.values())
    assert submission["notes"]["VI.4"] == "Quyết định số 83/QĐ-STNMT ngày 30/6/2022"
    assert document["summary"] == {
        "files": 1, "accepted": 1, "rejected": 0, "superseded": 0,
        "errors": 1, "warnings": 22, "explained": 3,
        "missing_units": [], "unknown_units": [], "other_period": [],
    }  # fmt: skip


def test_the_seeds_own_findings() -> None:
    """What a careful reviewer sees in it, each in a finding that shows its figures."""
    findings = json.loads(run("check", SEED, "--json", status=1))["findings"]
    by_rule = {each["rule"]: each for each in findings}
    for rule, severity, figures in (
        ("X25", "error", "(23) (0)"),
        ("T10", "warning", "(1.214) 108 (1.106)"),
        ("N01", "warning", "4 5 08/STNMT-VP 50/STNMT-VP"),
        ("N07", "warning", "0 1"),
        ("X07", "warning", "(57) (36)"),
        ("X11", "warning", "(6) (27)"),
        ("X21", "warning", "6 0"),
        ("X24", "warning", "(112) (109) 3"),
        ("C14", "warning", "2"),
        ("C15", "warning", "114"),
        ("N04", "warning", "13/QĐ-STNMT"),
    ):
        assert by_rule[rule]["severity"] == severity
        assert set(figures.split()) <= set(
            re.split(r"[\s,;:.]+(?=\s|$)|\s", by_rule[rule]["message"])
        )
        assert by_rule[rule]["hint"]
        assert all(cell.startswith("Phụ lục!E") for cell in by_rule[rule]["cells"])
    blanks = [each for each in findings if each["rule"] == "B01"]
    assert len(blanks) == 4
    assert sum(len(each["codes"]) for each in blanks) == 38


def test_merge_json_adds_the_totals(tmp_path: Path) -> None:
    output = tmp_path / "t.xlsx"
    printed = run("merge", FILLED, "--units", ROSTER, "-o", output, "--json", status=1)
    document = json.loads(printed)
    assert len(document["totals"]) == 153
    assert document["summary"]["missing_units"] == ["H99.06"]
    assert document["totals"]["I.8"]["value"].keys() == {"0", "1"}
    for total in document["totals"].values():
        assert total.keys() == {"value", "aggregate", "reported", "expected"}
        assert total["expected"] == 7


def test_json_and_nothing_else_on_standard_output(tmp_path: Path) -> None:
    output, error = run_both("merge", FILLED, "-o", tmp_path / "t.xlsx", "--json", status=1)
    json.loads(output)
    assert error == ""


# --- template -----------------------------------------------------------------------------------


def test_one_workbook_for_each_unit_of_the_roster(tmp_path: Path) -> None:
    folder = tmp_path / "mẫu gửi đi"
    printed = run("template", "--period", "2022-NAM", "--units", ROSTER, "-o", folder)
    codes = ["H51.05", *(f"H99.0{number}" for number in range(1, 7))]
    assert sorted(path.name for path in folder.iterdir()) == [
        f"{code}_2022-NAM.xlsx" for code in codes
    ]
    assert len(printed.splitlines()) == 7
    checked = json.loads(run("check", folder, "--units", ROSTER, "--json"))
    assert [each["unit"]["code"] for each in checked["submissions"]] == codes
    assert checked["summary"]["missing_units"] == []


def test_an_existing_workbook_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "H99.03_2022-Q3.xlsx").write_text("đang điền dở")
    run("template", "--period", "2022-Q3", "--units", ROSTER, "-o", tmp_path, status=2)
    assert [path.name for path in tmp_path.iterdir()] == ["H99.03_2022-Q3.xlsx"]
    run("template", "--period", "2022-Q3", "--units", ROSTER, "-o", tmp_path, "--force")
    assert len(list(tmp_path.iterdir())) == 7


def test_forms_lists_the_shipped_form() -> None:
    assert run("forms").startswith("cchc-so-2022\tBáo cáo cải cách hành chính")


# --- words, and what a command must not do --------------------------------------------------------


@pytest.mark.parametrize("command", ["", "template", "check", "merge", "export", "forms"])
def test_help_is_vietnamese(command: str) -> None:
    printed = run(*command.split(), "--help")
    for english in ("Usage", "Options", "Arguments", "Commands", "Show", "required", "default"):
        assert english not in printed
    assert "Cách dùng:" in printed


def test_no_command_changes_an_input(tmp_path: Path) -> None:
    before = {file: file.read_bytes() for file in FILLED.iterdir()}
    run("check", FILLED, status=1)
    run("merge", FILLED, "-o", tmp_path / "t.xlsx", status=1)
    assert {file: file.read_bytes() for file in FILLED.iterdir()} == before


def test_an_output_never_takes_the_place_of_an_input(tmp_path: Path) -> None:
    for file in (CLEAN, SEED):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    taken = tmp_path / CLEAN.name
    _, error = run_both("merge", tmp_path, "-o", taken, "--force", status=2)
    assert "là một tệp đầu vào" in error
    assert taken.read_bytes() == CLEAN.read_bytes()
    # The output of the last merge may be replaced, though it lies among the inputs.
    run("merge", tmp_path, "-o", tmp_path / "tong-hop.xlsx", status=1)
    again = ["merge", tmp_path, "-o", tmp_path / "tong-hop.xlsx", "--force", "--json"]
    printed = run(*again, status=1)
    assert json.loads(printed)["summary"]["files"] == 2


def test_a_console_without_vietnamese_letters() -> None:
    command = [sys.executable, "-m", "cchc_xlsx", "check", str(SEED), "--json"]
    environment = os.environ | {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    done = subprocess.run(command, capture_output=True, env=environment, check=False, timeout=60)
    assert json.loads(done.stdout.decode("utf-8"))["submissions"][0]["notes"]["I.2"]
