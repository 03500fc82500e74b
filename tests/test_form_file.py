"""A faulty form is refused when it is loaded: each change to a good one beside what is said."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from cchc_xlsx.errors import FormError
from cchc_xlsx.form_file import load_form

FORM = """\
id = "thu"
version = "1"
name = "Biểu mẫu thử"
title = "BIỂU MẪU THỬ"
periods = [
  { id = "NAM", name = "năm {year}", begins = "1/1", ends = "31/12" },
]
measures = [
  { id = "nguoi", kind = "count", noun = "người" },
  { id = "ty_le", kind = "percent", noun = "%" },
  { id = "co_khong", kind = "yes_no", noun = "Có/Không", choices = { 1 = "Có", 0 = "Không" } },
]
"""

INDICATORS = """\
indicators = [
  { code = "A", level = "section", label = "Nhân sự" },
  { code = "A.1", level = "item", label = "Số người", measure = "nguoi", total = "sum", basis = "in_period" },
  { code = "A.2", level = "item", label = "Số nữ", measure = "nguoi", total = "sum", basis = "point_in_time" },
  { code = "A.3", level = "item", label = "Tỷ lệ nữ", measure = "ty_le", total = "ratio", of = ["A.2", "A.1"], basis = "cumulative", formula = "100 * [A.2] / [A.1]" },
]
"""  # noqa: E501 - one row, one line, as in a real form

RULES = """\
[[rule]]
id = "R1"
check = "[A.2] <= [A.1]"
severity = "error"
message = "Số nữ ({[A.2]}) lớn hơn số người ({[A.1]})."
reason = "Nữ là một phần của số người."

[[rule]]
id = "R2"
each = "count"
check = "[*] >= 0"
severity = "warning"
message = "{[*]} là số âm."
hint = "Nhập lại."
reason = "Số đếm được không âm."
"""

CHARTS = """\
charts = [
  { title = "Tỷ lệ nữ", measure = "ty_le", series = { "Nữ" = "100 * [A.2] / [A.1]" } },
  { title = "Số người", measure = "nguoi", series = { "Người" = "[A.1]", "Nữ" = "[A.2]" } },
]
"""

GOOD = {
    "form.toml": FORM, "indicators.toml": INDICATORS, "rules.toml": RULES, "charts.toml": CHARTS,
}  # fmt: skip

PLAIN_NAME = "chỉ được gồm chữ không dấu, số, dấu chấm, gạch"
ONE_YEAR = "«name» phải chứa {year} đúng một lần và không có dấu { } nào khác"
A_NUMBER = "«formula» phải cho một số từ các chỉ tiêu khác"
A_CHARTED_NUMBER = "«series» phải cho một số từ các chỉ tiêu"
A_MEASURE = "«measure» phải là một đơn vị đếm hoặc tỷ lệ trong form.toml"
A_TEXT = "biểu thức trong «series» phải là đoạn chữ, nhiều nhất 255 ký tự"
NO_KIND = ", dòng 3: không có mục «kind»."
EMPTY_NAME = ", dòng 3: «title» hoặc một tên trong «series» để trống."
SERIES = ', dòng 2: «series» phải là tên = "biểu thức", từ 1 đến {} tên.'
NOT_AN_INPUT = "không có chỉ tiêu nhận số liệu nào mang mã"


def write_form(folder: Path, texts: dict[str, str]) -> Path:
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def refusal(folder: Path) -> str:
    """What is said of the form in a folder, the folder itself left out."""
    with pytest.raises(FormError) as error:
        load_form(folder)
    return str(error.value).removeprefix(f"{folder}/")


def test_a_good_form(tmp_path: Path) -> None:
    form = load_form(write_form(tmp_path, GOOD))
    assert form.tag == "thu/1"
    assert form.period("2024-NAM").title == "Năm 2024"
    assert [row.code for row in form.inputs] == ["A.1", "A.2", "A.3"]
    assert [(rule.id, rule.check.text, rule.each) for rule in form.rules] == [
        ("R1", "[A.2] <= [A.1]", False),
        ("R2", "[A.1] >= 0", True),
        ("R2", "[A.2] >= 0", True),
    ]


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        # form.toml
        ("form.toml", 'id = "thu"', 'ten = "thu"', ": không có mục «ten»."),
        ("form.toml", 'id = "thu"', "id = 5", ": thiếu «id» (một đoạn chữ)."),
        ("form.toml", "periods", "contacts", ": «contacts» phải là một danh sách đoạn chữ."),
        ("form.toml", "năm {year}", "năm nay", f", dòng 6: {ONE_YEAR}."),
        ("form.toml", "năm {year}", "năm {year} {x}", f", dòng 6: {ONE_YEAR}."),
        ("form.toml", "năm {year}", "năm {year} {", f", dòng 6: {ONE_YEAR}."),
        (
            "form.toml",
            "31/12",
            "99/99",
            ", dòng 6: «ends» phải là ngày/tháng, ví dụ 15/12: «99/99».",
        ),
        ("form.toml", 'id = "thu"', 'id = "a/b"', f": «id» {PLAIN_NAME}: «a/b»."),
        ("form.toml", 'ends = "31/12"', 'end = "31/12"', ", dòng 6: không có mục «end»."),
        (
            "form.toml",
            '"percent"',
            '"rate"',
            ", dòng 10: «kind» là «rate», phải là một trong: count, percent, yes_no, choice.",
        ),
        ("form.toml", '"ty_le"', '"nguoi"', ", dòng 10: mã «nguoi» đã có ở dòng 9."),
        (
            "form.toml",
            'noun = "%"',
            'noun = "%", choices = { 1 = "Có" }',
            ", dòng 10: «choices» dành riêng cho loại yes_no và choice, và bắt buộc ở đó.",
        ),
        ("form.toml", "{ 1 =", "{ 2 =", ", dòng 11: loại yes_no phải có đúng hai mã 1 và 0."),
        (
            "form.toml",
            '"Không" }',
            '"Không" }, adverse = [2]',
            ", dòng 11: «adverse» nêu mã không có trong «choices».",
        ),
        # indicators.toml
        ("indicators.toml", '"A.2", level', '"A.1", level', ", dòng 4: mã «A.1» đã có ở dòng 3."),
        ("indicators.toml", "label", "nhan", ", dòng 2: không có mục «nhan»."),
        ("indicators.toml", 'code = "A",', "", ", dòng 2: thiếu «code» (một đoạn chữ)."),
        (
            "indicators.toml",
            '"ty_le"',
            '"tyle"',
            ", dòng 5: không có đơn vị tính «tyle» trong form.toml.",
        ),
        (
            "indicators.toml",
            '"section"',
            '"phan"',
            ", dòng 2: «level» là «phan», phải là một trong: section, item, sub, subsub.",
        ),
        (
            "indicators.toml",
            '"ratio"',
            '"tong"',
            ", dòng 5: «total» là «tong», phải là một trong: "
            "none, sum, ratio, weighted_mean, mean, count_yes, distribution.",
        ),
        (
            "indicators.toml",
            '"cumulative"',
            '"nam"',
            ", dòng 5: «basis» là «nam», phải là một trong: "
            "none, in_period, point_in_time, cumulative.",
        ),
        (
            "indicators.toml",
            '["A.2", "A.1"]',
            '["A.2"]',
            ", dòng 5: total = ratio cần 2 mã trong «of».",
        ),
        ("indicators.toml", '["A.2", "A.1"]', '["A.2", "A"]', f", dòng 5: {NOT_AN_INPUT} «A»."),
        (
            "indicators.toml",
            'label = "Nhân sự"',
            'label = "Nhân sự", total = "sum"',
            ", dòng 2: dòng không có «measure» thì không có «total».",
        ),
        (
            "indicators.toml",
            'label = "Nhân sự"',
            'label = "Nhân sự", formula = "[A.1]"',
            ", dòng 2: dòng không nhận số liệu thì không có «formula».",
        ),
        ("indicators.toml", "/ [A.1]", "/ [A.9]", f", dòng 5: {NOT_AN_INPUT} «A.9»."),
        ("indicators.toml", "/ [A.1]", "<= [A.1]", f", dòng 5: {A_NUMBER}."),
        ("indicators.toml", "100 * [A.2] / [A.1]", "100", f", dòng 5: {A_NUMBER}."),
        ("indicators.toml", '"A.2", level', '"", level', f", dòng 4: «code» {PLAIN_NAME}: «»."),
        (
            "indicators.toml",
            '"ratio", of = ["A.2", "A.1"]',
            '"count_yes"',
            ", dòng 5: total = count_yes không dùng được cho loại percent.",
        ),
        (
            "indicators.toml",
            "/ [A.1]",
            "/ [A.3]",
            ", dòng 5: công thức của «A.3» tham chiếu vòng tròn đến chính nó.",
        ),
        (
            "indicators.toml",
            '"in_period"',
            '"in_period", formula = "[A.3] + [A.2]"',
            ", dòng 3: công thức của «A.1» tham chiếu vòng tròn đến chính nó.",
        ),
        # rules.toml
        ("rules.toml", "[[rule]]", "[[luat]]", ": không có mục «luat»."),
        ("rules.toml", '"R2"', '"W03"', ", dòng 8: mã quy tắc «W03» dành riêng cho việc đọc tệp."),
        ("rules.toml", '"{[*]} là số âm."', '""', ", dòng 8: «message» để trống."),
        ("rules.toml", '"R2"', '"R1"', ", dòng 8: mã «R1» đã có ở dòng 1."),
        ("rules.toml", "hint", "huong_dan", ", dòng 8: không có mục «huong_dan»."),
        ("rules.toml", "<= [A.1]", "<= [A.9]", f", dòng 1: {NOT_AN_INPUT} «A.9»."),
        ("rules.toml", "<= [A.1]", "<= [A]", f", dòng 1: {NOT_AN_INPUT} «A»."),
        (
            "rules.toml",
            "<= [A.1]",
            "+ [A.1]",
            ", dòng 1: «check» phải là một điều kiện đúng hoặc sai.",
        ),
        ("rules.toml", "[A.2] <= [A.1]", "1 <= 2", ", dòng 1: «check» không nêu chỉ tiêu nào."),
        (
            "rules.toml",
            "[A.2] <= [A.1]",
            "[A.2] <= ",
            ", dòng 1: «check»: cần một số, một mã chỉ tiêu [mã] hoặc một hàm ở cột 9: "
            "«[A.2] <= ».",
        ),
        ("rules.toml", "[*] >= 0", "[A.1] >= 0", ", dòng 8: quy tắc có «each» phải dùng [*]."),
        ("rules.toml", 'each = "count"\n', "", f", dòng 8: {NOT_AN_INPUT} «*»."),
        (
            "rules.toml",
            '"warning"',
            '"fatal"',
            ", dòng 8: «severity» là «fatal», phải là một trong: error, warning, info.",
        ),
        (
            "rules.toml",
            "Số nữ (",
            "x" * 256,
            f", dòng 1: «message»: đoạn chữ dài 256 ký tự, Excel chỉ nhận 255: «{'x' * 40}…».",
        ),
        (
            "rules.toml",
            "({[A.1]})",
            "({[A.1])",
            ", dòng 1: «message»: dấu ngoặc { } không đủ cặp: «) lớn hơn số người ({[A.1]).».",
        ),
        (
            "rules.toml",
            "({[A.1]})",
            "({[A.1] = 0})",
            ", dòng 1: «message»: trong { } phải là một số: «[A.1] = 0».",
        ),
        (
            "rules.toml",
            "({[A.1]})",
            "({[A.3]})",
            ", dòng 1: «message» cần [A.3], «check» thì không; hãy dùng nz([A.3]).",
        ),
        (
            "rules.toml",
            "({[A.1]})",
            "({nz([A.3])})",
            ", dòng 1: «message» nêu [A.3] mà «check» không xét.",
        ),
        (
            "rules.toml",
            "<= [A.1]",
            "<= nz([A.1])",
            ", dòng 1: «message» cần [A.1], «check» thì không; hãy dùng nz([A.1]).",
        ),
        (
            "rules.toml",
            "Nhập lại.",
            "x" * 256,
            ", dòng 8: «hint» dài 256 ký tự, nhiều nhất là 255.",
        ),
        # charts.toml
        ("charts.toml", "charts =", "bieu_do =", ": không có mục «bieu_do»."),
        ("charts.toml", '"Số người", m', '"Số người", kind = "bar", m', NO_KIND),
        ("charts.toml", '"Số người"', '" "', EMPTY_NAME),
        ("charts.toml", '"Người" =', '"" =', EMPTY_NAME),
        ("charts.toml", '"ty_le"', '"co_khong"', f", dòng 2: {A_MEASURE}."),
        ("charts.toml", '"ty_le"', '"tyle"', f", dòng 2: {A_MEASURE}."),
        (
            "charts.toml",
            'series = { "Người"',
            'serie = { "Người"',
            ", dòng 3: không có mục «serie».",
        ),
        ("charts.toml", '{ "Nữ" = "100 * [A.2] / [A.1]" }', '"[A.2]"', SERIES.format(1)),
        ("charts.toml", '[A.1]" } },\n  {', '[A.1]", "x" = "[A.1]" } },\n  {', SERIES.format(1)),
        ("charts.toml", '[A.1]", "Nữ', '[A.9]", "Nữ', f", dòng 3: {NOT_AN_INPUT} «A.9»."),
        ("charts.toml", "/ [A.1]", "<= [A.1]", f", dòng 2: {A_CHARTED_NUMBER}."),
        ("charts.toml", "100 * [A.2] / [A.1]", "100", f", dòng 2: {A_CHARTED_NUMBER}."),
        (
            "charts.toml",
            "/ [A.1]",
            "/ nz([A.1])",
            ", dòng 2: «series» không dùng nz, sum: thiếu số liệu thì không vẽ, không tính là 0.",
        ),
        ("charts.toml", '"[A.2]" } }', "2 } }", f", dòng 3: {A_TEXT}."),
        ("charts.toml", "100 * [A.2]", "1 + " * 64 + "[A.2]", f", dòng 2: {A_TEXT}."),
        (
            "charts.toml",
            "100 * [A.2] / [A.1]",
            "[A.2",
            ", dòng 2: «series»: ký tự không hiểu được ở cột 1: «[A.2».",
        ),
    ],
)
def test_a_faulty_form(tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
    assert old in GOOD[file]
    folder = write_form(tmp_path, GOOD | {file: GOOD[file].replace(old, new)})
    assert refusal(folder) == f"{file}{said}"


def test_a_file_that_is_not_toml(tmp_path: Path) -> None:
    folder = write_form(tmp_path, GOOD | {"rules.toml": "[[rule]]\nid = R1\n"})
    assert refusal(folder).startswith("rules.toml: sai cú pháp TOML: ")
    assert "line 2, column 6" in refusal(folder)


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    write_form(tmp_path, GOOD)
    (tmp_path / "indicators.toml").write_bytes(INDICATORS.encode("utf-16"))
    assert refusal(tmp_path) == "indicators.toml: tệp phải là văn bản UTF-8."


def test_a_file_that_is_missing(tmp_path: Path) -> None:
    write_form(tmp_path, GOOD)
    (tmp_path / "rules.toml").unlink()
    assert refusal(tmp_path) == "rules.toml: không đọc được tệp (không có tệp hoặc thư mục này)."


def test_charts_change_nothing_about_the_workbook(tmp_path: Path) -> None:
    form = load_form(write_form(tmp_path, GOOD))
    assert [(chart.title, *chart.series) for chart in form.charts] == [
        ("Tỷ lệ nữ", "Nữ"),
        ("Số người", "Người", "Nữ"),
    ]
    (tmp_path / "charts.toml").unlink()
    without = load_form(tmp_path)
    assert without.charts == ()
    assert without.digest == form.digest


def test_a_form_that_nobody_knows() -> None:
    with pytest.raises(FormError) as error:
        load_form("cchc-2099")
    assert str(error.value) == "Không có biểu mẫu «cchc-2099». Biểu mẫu có sẵn: cchc-so-2022."


def test_a_wheel_brings_the_forms(tmp_path: Path) -> None:
    project = Path(__file__).parent.parent
    # Where the builder is not installed, pip fetches it; that takes longer.
    quick = ["--no-build-isolation"] if find_spec("hatchling") else []
    pip = [sys.executable, "-m", "pip", "--quiet", "wheel", "--no-deps", "-w", str(tmp_path)]
    subprocess.run([*pip, *quick, str(project)], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    installed = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(installed)
    load = "from cchc_xlsx.form_file import *; print(*shipped_forms().values(), load_form().tag)"
    words = subprocess.run(
        [sys.executable, "-c", load], cwd=installed, check=True, capture_output=True, text=True
    ).stdout.split()
    assert words == [str(installed / "cchc_xlsx/workbook_templates/cchc-so-2022"), "cchc-so-2022/1"]
