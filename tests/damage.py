"""What staff do to a workbook before they send it back, made with real programs.

`DAMAGES` is the table: what is done, by which program, and what the reader is to make of it.
``python -m tests.damage`` makes every file, reads it and prints the table in Markdown.

Above all nothing may be lost. Every figure and note that was typed is read under its own code or
named in a finding with its cell, also when the file is rejected; and no figure is ever read under
another code than that of the row where it stands.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from types import TracebackType

from cchc_xlsx.finding import Finding, Severity
from cchc_xlsx.form import Form
from cchc_xlsx.form_file import load_form, shipped_forms
from cchc_xlsx.reader import read
from cchc_xlsx.reading_rules import KNOWN_BY_TEXT, OTHER_FORMAT
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.submission import Reading, Status
from cchc_xlsx.template import Content, write_template
from cchc_xlsx.vietnamese import clean, number_to_type
from tests import office, programs, uno_damage
from tests.small_form import write_small_form

SAMPLE = Path(__file__).parent.parent / "samples" / "filled" / "H51.05_2022-Q3.xlsx"
UNIT = ReportingUnit("H51.05", "Sở Tài nguyên và Môi trường tỉnh Sóc Trăng")
TIMEOUT = 120
"""Seconds that one damage may take."""


class Program(StrEnum):
    """What a damaged file was made with."""

    OFFICE = "LibreOffice"
    GNUMERIC = "Gnumeric"
    EXCELJS = "ExcelJS"
    SHEETJS = "SheetJS"
    LIBRARY = "cchc_xlsx"


class Outcome(StrEnum):
    """What became of a damaged file."""

    UNDERSTOOD = "understood"
    """Every figure and note is read; there may be warnings, but no error."""
    NAMED = "named"
    """Something is not usable, or a person has to confirm it; findings name it."""
    REFUSED = "refused"
    """The whole file is rejected, and a finding says why."""


UNDERSTOOD, NAMED, REFUSED = Outcome


@dataclass(frozen=True)
class Damage:
    """One row of the table.

    `name` is the function that does it: of `uno_damage` for LibreOffice, else of this module.
    `figures` and `notes` say what differs from the original afterwards because the user wanted it
    so: a figure cut and pasted stands elsewhere, a deleted one nowhere (None). `texts` is what the
    damage itself typed and the reader therefore has to show; `codes` are codes a finding must name.
    `rules` must be among the findings; where none is given and all is understood, there is none.
    """

    name: str
    title: str
    outcome: Outcome
    rules: str = ""
    program: Program = Program.OFFICE
    format: str = "xlsx"
    figures: Mapping[str, float | None] = field(default_factory=dict)
    notes: Mapping[str, str | None] = field(default_factory=dict)
    texts: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    is_of_this_form: bool = True

    @property
    def id(self) -> str:
        """What pytest calls it."""
        return f"{self.name}-{self.program}-{self.format}"


# --- the table ------------------------------------------------------------------------------

TWINS: Mapping[str, float] = uno_damage.TWINS

DAMAGES: tuple[Damage, ...] = (
    # Rows and columns.
    Damage("blank_rows_inserted", "Chèn ba dòng trống giữa bảng", UNDERSTOOD),
    Damage(
        "row_with_text_inserted", "Chèn một dòng tự thêm, có nhãn, số và ghi chú", UNDERSTOOD,
        "W06", texts=("Số tổ công tác liên ngành", "31", "Sở tự bổ sung dòng này"),
    ),
    Damage(
        "rows_inserted_at_top", "Chèn hai dòng trên cùng, có chữ", UNDERSTOOD, "W06",
        texts=("Kính gửi: Sở Nội vụ tỉnh Sóc Trăng",),
    ),
    Damage(
        "rows_inserted_above_the_table", "Chèn hai dòng trên tiêu đề bảng, có chữ", UNDERSTOOD,
        "W06", texts=("Số liệu tính đến ngày 14/9/2022",),
    ),
    Damage(
        "text_below_and_between", "Gõ chữ giữa các dòng và dưới bảng", UNDERSTOOD, "W06",
        texts=("(Số liệu phần này do Văn phòng Sở cung cấp)", "NGƯỜI LẬP BIỂU", "GIÁM ĐỐC"),
    ),
    Damage("column_inserted_left_of_codes", "Chèn cột bên trái cột A", UNDERSTOOD),
    Damage("column_inserted_after_label", "Chèn cột trống giữa nhãn và đơn vị tính", UNDERSTOOD),
    Damage(
        "column_inserted_before_value", "Chèn cột «Kỳ trước» trước cột số liệu", UNDERSTOOD, "W06",
        texts=("Kỳ trước", "16"),
    ),
    Damage(
        "column_inserted_before_note", "Chèn cột «Lý do» giữa số liệu và ghi chú", UNDERSTOOD,
        "W06", texts=("Lý do", "Chờ phê duyệt kinh phí"),
    ),
    Damage(
        "indicator_row_deleted", "Xóa một dòng chỉ tiêu có số", NAMED, "W02",
        figures={"I.3.2": None}, codes=("I.3.2",),
    ),
    Damage(
        "empty_indicator_row_deleted", "Xóa một dòng chỉ tiêu để trống", NAMED, "W02",
        codes=("IV.3.2",),
    ),
    Damage("heading_row_deleted", "Xóa một dòng đề mục", UNDERSTOOD),
    Damage("blank_column_deleted", "Xóa cột trống H", UNDERSTOOD),
    Damage(
        "indicator_row_doubled", "Chép thêm một dòng chỉ tiêu với số khác", NAMED, "W02",
        texts=("19",), codes=("I.1.1",),
    ),
    Damage("rows_sorted_by_label", "Sắp xếp cả dòng theo nhãn", NAMED, "W02"),
    Damage("rows_sorted_by_value", "Sắp xếp cả dòng theo số liệu", NAMED, "W02"),
    Damage("visible_columns_sorted", "Sắp xếp riêng các cột nhìn thấy (B–F)", NAMED, "W12"),
    Damage(
        "two_visible_rows_exchanged", "Đổi chỗ hai dòng ở các cột nhìn thấy", NAMED, "W02",
        codes=("III.5.1", "III.6.1"),
    ),
    Damage("rows_and_columns_hidden", "Ẩn dòng và cột", UNDERSTOOD),
    Damage("hidden_columns_shown", "Hiện các cột ẩn", UNDERSTOOD),
    Damage("filter_applied", "Lọc bảng, chỉ hiện dòng có số", UNDERSTOOD),
    # Sheets.
    Damage("sheet_renamed", "Đổi tên trang Phụ lục", UNDERSTOOD),
    Damage("sheet_moved_to_front", "Đưa trang Phụ lục lên đầu", UNDERSTOOD),
    Damage("appendix_copied_alone", "Chép riêng trang Phụ lục sang tệp mới", REFUSED, "W04"),
    Damage("visible_sheets_copied", "Chép các trang nhìn thấy sang tệp mới", UNDERSTOOD, "W08"),
    Damage("other_sheets_deleted", "Xóa trang Kiểm tra và Hướng dẫn", UNDERSTOOD),
    # The hidden sheet still says for whom and for when the workbook was issued.
    Damage("info_sheet_deleted", "Xóa trang Thông tin", UNDERSTOOD, "W14"),
    Damage("appendix_copied_within", "Thêm một bản sao trang Phụ lục, số như cũ", UNDERSTOOD),
    Damage(
        "second_appendix_with_other_figures", "Thêm một bản sao trang Phụ lục, số khác", REFUSED,
        "W02", texts=("9918", "9977"),
    ),
    Damage("protection_removed", "Bỏ khóa mọi trang", UNDERSTOOD),
    # Codes.
    Damage("code_column_deleted", "Xóa cột mã (A) bị ẩn", NAMED, "W12"),
    Damage("code_column_cleared", "Xóa trắng cột mã, mất cả nhãn biểu mẫu", NAMED, "W12"),
    Damage("ten_codes_cleared", "Xóa mã của mười dòng", NAMED, "W12"),
    Damage("code_cell_deleted_upwards", "Xóa một ô mã, các mã dưới dồn lên", NAMED, "W12"),
    Damage("codes_filled_down", "Kéo một mã xuống ba dòng dưới", NAMED, "W12"),
    Damage(
        "codes_deleted_and_rows_sorted", "Xóa cột mã, sắp xếp theo nhãn", NAMED, "W12",
        figures=TWINS,
    ),
    Damage(
        "codes_and_twin_rows_deleted", "Xóa cột mã, xóa năm dòng, chèn một dòng có chữ", NAMED,
        "W02 W12", figures={"IV.6.3": 209}, notes={"I.2": None, "I.2.1": None},
        texts=("(Số liệu do Thanh tra Sở cung cấp)",),
        codes=("I.2.1", "I.2.2", "I.2.3", "I.2.4"),
    ),
    Damage(
        "codes_deleted_and_labels_edited", "Xóa cột mã, sửa nhãn hai chỉ tiêu", NAMED, "W12",
        texts=("Tổng số nhiệm vụ trong kế hoạch năm", "Số công chức đã chuyển đổi"),
    ),
    Damage(
        "visible_table_with_heading", "Chép bảng nhìn thấy sang tệp mới (giá trị)", REFUSED,
        "W04 W12",
    ),
    Damage(
        "visible_table_without_heading", "Chép bảng nhìn thấy, không có tiêu đề cột", REFUSED,
        "W04 W12",
    ),
    Damage(
        "visible_table_on_a_new_sheet", "Chép bảng nhìn thấy sang trang mới, xóa trang cũ", NAMED,
        "W12",
    ),
    Damage("visible_table_in_nfd", "Như trên, nhãn ở dạng Unicode tổ hợp (NFD)", NAMED, "W12"),
    Damage("visible_table_with_old_tones", "Như trên, dấu kiểu cũ (hoá, uỷ)", NAMED, "W12"),
    Damage("visible_table_in_capitals", "Như trên, nhãn viết hoa", NAMED, "W12"),
    # Printed texts.
    Damage(
        "labels_edited", "Sửa nhãn hai chỉ tiêu", UNDERSTOOD, "W10",
        texts=("Tổng số nhiệm vụ trong kế hoạch năm", "Số công chức đã chuyển đổi"),
    ),
    Damage(
        "units_edited", "Sửa đơn vị tính hai chỉ tiêu", UNDERSTOOD, "W10",
        texts=("Nghìn văn bản", "Biên chế"),
    ),
    Damage("stt_edited", "Sửa số thứ tự", UNDERSTOOD, "W06", texts=("2a", "1.1")),
    Damage(
        "value_heading_edited", "Sửa tiêu đề cột số liệu", UNDERSTOOD, "W06",
        texts=("Thực hiện quý III",),
    ),
    # Input cells.
    Damage(
        "input_cut_onto_blank_input", "Cắt dán một số sang ô nhập khác (đang trống)", UNDERSTOOD,
        figures={"I.1.2": None, "I.2.1": 13},
    ),
    Damage(
        "block_cut_one_row_down", "Cắt dán năm số xuống một dòng", UNDERSTOOD,
        figures={"IV.1.1": None, "IV.1.2": 5, "IV.1.3": 2, "IV.1.4": 4, "IV.1.5": 4, "IV.1.6": 23},
    ),
    Damage("input_cut_onto_heading", "Cắt dán một số vào dòng đề mục", NAMED, "W06"),
    Damage("validation_pasted_away", "Dán đè ô thường, mất kiểm tra khi nhập", UNDERSTOOD),
    Damage(
        "simple_formulas", "Gõ công thức =12+6, =SUM(E88:E89)", UNDERSTOOD, "W07",
        figures={"IV.4.1": 119},
    ),
    Damage(
        "absurd_formulas", "Gõ VLOOKUP, NOW(), liên kết tệp khác", NAMED, "W03",
        figures={"I.1.1": None, "I.1.2": None, "I.1.3": None},
        texts=("VLOOKUP", "NOW()", "Sheet1"), codes=("I.1.1", "I.1.2", "I.1.3"),
    ),
    Damage(
        "error_formulas", "Công thức cho #DIV/0!, #N/A", NAMED, "W03",
        figures={"I.1.1": None, "I.1.2": None}, texts=("1/0", "NA()"), codes=("I.1.1", "I.1.2"),
    ),
    Damage("inputs_merged", "Gộp ba ô số liệu", UNDERSTOOD, "W11"),
    Damage(
        "date_typed", "Gõ 5/9 thành ngày tháng", NAMED, "W03", figures={"I.1.1": None},
        texts=("05/9/2022",), codes=("I.1.1",),
    ),
    Damage("texts_with_spaces", "Số dạng chữ, có dấu cách", UNDERSTOOD, "G10"),
    Damage("texts_with_no_break_spaces", "Số dạng chữ, dấu cách không ngắt", UNDERSTOOD, "G10"),
    Damage("texts_in_full_width", "Số dạng chữ, chữ số rộng (１８)", UNDERSTOOD, "G10"),
    Damage("texts_with_dots", "Số dạng chữ, dấu chấm hàng nghìn", UNDERSTOOD, "G10"),
    Damage(
        "texts_with_commas", "Số dạng chữ, dấu phẩy hàng nghìn", NAMED, "G06",
        figures={"VII.B.1.1": None, "VII.B.1.1.1": None}, texts=("1,214", "1,106"),
    ),
    Damage("texts_with_percent_signs", "Tỷ lệ dạng chữ, có dấu %", UNDERSTOOD, "G10"),
    Damage("texts_after_an_apostrophe", "Số sau dấu nháy đơn", NAMED, "G06 G10"),
    Damage("texts_with_words", "Số kèm chữ: «khoảng 61», «18 nhiệm vụ»", NAMED, "G06 G10"),
    Damage("percent_format", "Gõ 72% vào ô tỷ lệ", UNDERSTOOD, "G11"),
    # Beside the inputs.
    Damage(
        "values_typed_in_note_column", "Gõ số vào cột Ghi chú", UNDERSTOOD, "W13",
        figures={"I.1.1": None, "I.1.2": None}, notes={"I.1.1": "18", "I.1.2": "13"},
    ),
    Damage(
        "note_typed_in_status_column", "Gõ giải trình vào cột Kiểm tra", UNDERSTOOD, "W06",
        texts=("Đã giải trình với Sở Nội vụ",),
    ),
    Damage(
        "values_typed_right_of_the_table", "Gõ số kỳ trước bên phải bảng", UNDERSTOOD, "W06",
        texts=("1601", "1602"),
    ),
    Damage(
        "text_over_other_sheets", "Gõ đè lên trang Kiểm tra và Hướng dẫn", UNDERSTOOD, "W06",
        texts=("Đã sửa theo góp ý", "Sở giải trình sau", "Liên hệ chị Lan phòng Tổ chức"),
    ),
    Damage(
        "text_over_labels_of_info", "Gõ đè lên nhãn trang Thông tin", UNDERSTOOD, "W06",
        texts=("Ngày ký (dự kiến)", "Báo cáo thay cho bản đã gửi ngày 10/9"),
    ),
    Damage(
        "comments_added", "Chú thích (comment) ở các ô", UNDERSTOOD, "W06",
        texts=tuple(text for *_, text in uno_damage.COMMENTS),
    ),
    Damage(
        "period_changed", "Sửa kỳ báo cáo ở trang Thông tin", REFUSED, "W04",
        texts=("quý I năm 2022",),
    ),
    Damage("unit_code_cleared", "Xóa mã cơ quan ở trang Thông tin", UNDERSTOOD, "W14"),
    # Errors as such, which LibreOffice only makes from formulas.
    *(
        Damage(
            "error_values", "Ô số liệu chứa #DIV/0!, #N/A", NAMED, "W03", program,
            figures={"I.1.1": None, "I.1.2": None}, texts=("#DIV/0!", "#N/A"),
            codes=("I.1.1", "I.1.2"),
        )
        for program in (Program.EXCELJS, Program.SHEETJS)
    ),
    # Other forms, versions and periods.
    Damage(
        "older_version", "Tệp của phiên bản cũ, thiếu một chỉ tiêu", NAMED, "W02 W08",
        Program.LIBRARY, figures={"I.3.3": None}, codes=("I.3.3",),
    ),
    Damage(
        "newer_version", "Tệp của phiên bản mới, thêm một chỉ tiêu", UNDERSTOOD, "W06 W08",
        Program.LIBRARY, texts=("Số buổi tọa đàm về CCHC", "3117", "Mới bổ sung từ quý IV"),
    ),
    Damage(
        "other_form", "Tệp của biểu mẫu khác", REFUSED, "W01", Program.LIBRARY,
        is_of_this_form=False,
    ),
    Damage("other_period", "Tệp của kỳ khác, đúng biểu mẫu", UNDERSTOOD, "", Program.LIBRARY),
    # Saved by other programs and in other formats.
    Damage("saved_again", "Chỉ mở và lưu lại", UNDERSTOOD),
    Damage("saved_again", "Chỉ mở và lưu lại", UNDERSTOOD, format="ods"),
    Damage("saved_again", "Chỉ mở và lưu lại", UNDERSTOOD, format="xls"),
    *(
        Damage(
            "saved_again", "Chỉ mở và lưu lại", UNDERSTOOD, "", Program(each.program), each.suffix
        )
        for each in programs.OTHERS
    ),
    Damage("blank_rows_inserted", "Chèn ba dòng trống giữa bảng", UNDERSTOOD, format="ods"),
    Damage("code_column_deleted", "Xóa cột mã (A) bị ẩn", NAMED, "W12", format="ods"),
    Damage("inputs_merged", "Gộp ba ô số liệu", UNDERSTOOD, "W11", format="ods"),
    Damage("texts_with_dots", "Số dạng chữ, dấu chấm hàng nghìn", UNDERSTOOD, "G10", format="ods"),
    Damage(
        "simple_formulas", "Gõ công thức =12+6, =SUM(E88:E89)", UNDERSTOOD, "W07", format="ods",
        figures={"IV.4.1": 119},
    ),
    # An .xls file holds no formula that could be worked out again, only its result.
    Damage(
        "simple_formulas", "Gõ công thức =12+6, =SUM(E88:E89)", UNDERSTOOD, "W15", format="xls",
        figures={"IV.4.1": 119},
    ),
    Damage(
        "comments_added", "Chú thích (comment) ở các ô", UNDERSTOOD, "W06", format="ods",
        texts=tuple(text for *_, text in uno_damage.COMMENTS),
    ),
)  # fmt: skip


# --- making the files -----------------------------------------------------------------------


class OfficeSession:
    """One LibreOffice for all damages, driven by `uno_damage` under a Python that has `uno`."""

    def __enter__(self) -> OfficeSession:
        python = python_with_uno()
        if python is None:
            raise office.OfficeError("No Python with uno (Debian: python3-uno) was found.")
        # A copy, for the office puts a lock beside what it opens: two could not open one file.
        self._folder = tempfile.TemporaryDirectory()
        source = shutil.copy(SAMPLE, self._folder.name)
        self._process = subprocess.Popen(
            [python, uno_damage.__file__, source],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            encoding="utf-8", start_new_session=True, env=_environment(),
        )  # fmt: skip
        return self

    def make(self, name: str, target: Path) -> None:
        """Write one damaged file. Raises `OfficeError` when LibreOffice does not."""
        assert self._process.stdin
        assert self._process.stdout
        timer = threading.Timer(TIMEOUT, self._kill)
        timer.start()
        try:
            print(f"{name}\t{target}", file=self._process.stdin, flush=True)
            answer = self._process.stdout.readline()
        finally:
            timer.cancel()
        fault = json.loads(answer) if answer else "LibreOffice ended or took too long"
        if fault:
            raise office.OfficeError(f"{name}: {fault}")

    def _kill(self) -> None:
        # The office is a child of the script, and its soffice a child of a shell script.
        os.killpg(self._process.pid, signal.SIGKILL)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._kill()
        self._folder.cleanup()


def _environment() -> dict[str, str]:
    """Ours without what would lead another Python to the packages of this one."""
    ours = {key: text for key, text in os.environ.items() if not key.startswith("PYTHON")}
    return ours | {"PYTHONUTF8": "1"}


@cache
def python_with_uno() -> str | None:
    """A Python that can drive LibreOffice: one on the PATH, or the office's own."""
    folders = os.environ.get("PATH", "").split(os.pathsep)
    if soffice := shutil.which("soffice"):
        folders.append(str(Path(soffice).resolve().parent))
    found = (shutil.which(name, path=each) for each in folders for name in ("python3", "python"))
    return next((python for python in dict.fromkeys(found) if python and _has_uno(python)), None)


def _has_uno(python: str) -> bool:
    command = [python, "-c", "import uno"]
    try:
        done = subprocess.run(command, capture_output=True, env=_environment(), timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


NODE = {
    Program.EXCELJS: """
const {Workbook} = require('exceljs');
const [source, target] = process.argv.slice(1);
const book = new Workbook();
book.xlsx.readFile(source).then(() => {
  const sheet = book.getWorksheet('Phụ lục');
  sheet.getCell('E11').value = {error: '#DIV/0!'};
  sheet.getCell('E12').value = {error: '#N/A'};
}).then(() => book.xlsx.writeFile(target));
""",
    Program.SHEETJS: """
const XLSX = require('xlsx');
const [source, target] = process.argv.slice(1);
const book = XLSX.readFile(source);
const sheet = book.Sheets['Phụ lục'];
sheet['E11'] = {t: 'e', v: 0x07};
sheet['E12'] = {t: 'e', v: 0x2A};
XLSX.writeFile(book, target);
""",
}
"""Error values in inputs, the only damage that LibreOffice does not make."""


def _make_with_node(program: Program, target: Path) -> Path:
    command = ["node", "-e", NODE[program], str(SAMPLE), str(target)]
    subprocess.run(command, check=True, capture_output=True, timeout=TIMEOUT)
    return target


def _save_again(damage: Damage, folder: Path) -> Path:
    """The original as another program saves it."""
    by_name = {(each.program, each.suffix): each for each in programs.OTHERS}
    (file,) = by_name[damage.program, damage.format].save([SAMPLE], folder)
    return file


def has_program(program: Program) -> bool:
    """Whether a program is on this machine."""
    if program is Program.LIBRARY:
        return True
    if program is Program.OFFICE:
        return office.is_installed() and python_with_uno() is not None
    return not programs.missing()


def _write_filled(
    of: Form, target: Path, period: str = "2022-Q3", more: Content | None = None
) -> None:
    """The original's figures in a workbook of another form or period."""
    figures = {code: value for code, value in original().figures.items() if code in of.by_code}
    notes = {code: note for code, note in original().notes.items() if code in of.by_code}
    if more:
        figures |= {code: float(value) for code, value in more.entries.items()}
        notes |= more.notes
    write_template(Content(of, of.period(period), UNIT, figures, notes), target)


def _changed_form(folder: Path, change: Callable[[str], str], version: str) -> Form:
    """The shipped form as another version, its table of indicators changed."""
    copy = folder / f"form-{version}"
    shutil.copytree(shipped_forms()["cchc-so-2022"], copy)
    head, rows = copy / "form.toml", copy / "indicators.toml"
    text = head.read_text(encoding="utf-8")
    head.write_text(text.replace('version = "1"', f'version = "{version}"'), encoding="utf-8")
    rows.write_text(change(rows.read_text(encoding="utf-8")), encoding="utf-8")
    return load_form(copy)


def older_version(target: Path) -> None:
    """A workbook of the form before it had the indicator I.3.3."""

    def change(text: str) -> str:
        return re.sub(r'(?m)^  { code = "I\.3\.3",.*\n', "", text)

    _write_filled(_changed_form(target.parent, change, "0"), target)


def newer_version(target: Path) -> None:
    """A workbook of the form after it got one more indicator, I.3.6."""
    row = (
        '  { code = "I.3.6", level = "sub", label = "Số buổi tọa đàm về CCHC", unit = "Buổi", '
        'measure = "tin_bai", total = "sum", basis = "in_period" },\n'
    )

    def change(text: str) -> str:
        return re.sub(r'(?m)^(  { code = "I\.3\.5",.*\n)', lambda found: found[1] + row, text)

    newer = _changed_form(target.parent, change, "2")
    more = Content(
        newer, newer.period("2022-Q3"), entries={"I.3.6": 3117},
        notes={"I.3.6": "Mới bổ sung từ quý IV"},
    )  # fmt: skip
    _write_filled(newer, target, more=more)


def other_form(target: Path) -> None:
    """A workbook of another form altogether."""
    other = load_form(write_small_form(target.parent / "small-form"))
    write_template(Content(other, other.period("2025-H1"), UNIT, {"A1": 10, "A2": 5}), target)


def other_period(target: Path) -> None:
    """A workbook of the right form for another period."""
    _write_filled(form(), target, "2022-6T")


LIBRARY: dict[str, Callable[[Path], None]] = {
    make.__name__: make for make in (older_version, newer_version, other_form, other_period)
}


def make(damage: Damage, folder: Path, libreoffice: OfficeSession | None) -> Path:
    """The damaged file. `libreoffice` is needed for what LibreOffice does."""
    target = folder / damage.program / f"{damage.name}.{damage.format}"
    target.parent.mkdir(parents=True, exist_ok=True)
    if damage.program is Program.OFFICE:
        assert libreoffice is not None, f"{damage.id} needs LibreOffice"
        libreoffice.make(damage.name, target)
    elif damage.program is Program.LIBRARY:
        LIBRARY[damage.name](target)
    elif damage.name == "saved_again":
        return _save_again(damage, target.parent)
    else:
        _make_with_node(damage.program, target)
    return target


# --- what came of it ------------------------------------------------------------------------


@dataclass(frozen=True)
class Typed:
    """What somebody typed into a workbook: figures and notes by code."""

    figures: Mapping[str, float]
    notes: Mapping[str, str]


@cache
def form() -> Form:
    """The form of the original."""
    return load_form()


@cache
def original() -> Typed:
    """What stands in the undamaged workbook."""
    submission = read(SAMPLE.read_bytes(), SAMPLE.name, form()).submission
    values = submission.fill.values
    figures = {code: value for code, value in values.items() if value is not None}
    return Typed(figures, dict(submission.notes))


@dataclass(frozen=True)
class Result:
    """A damaged file as it was read."""

    damage: Damage
    reading: Reading

    # --- what should be there ---------------------------------------------------------------

    @cached_property
    def typed(self) -> Typed:
        """The figures and notes that stand in the file, by the code of the row they stand in."""
        if not self.damage.is_of_this_form:
            return Typed({}, {})
        figures = {**original().figures, **self.damage.figures}
        notes = {**original().notes, **self.damage.notes}
        return Typed(
            {code: value for code, value in figures.items() if value is not None},
            {code: clean(note) for code, note in notes.items() if note is not None},
        )

    # --- what was read ----------------------------------------------------------------------

    @cached_property
    def values(self) -> Mapping[str, float]:
        """The figures that were read."""
        values = self.reading.submission.fill.values
        return {code: value for code, value in values.items() if value is not None}

    @cached_property
    def notes(self) -> Mapping[str, str]:
        """The notes that were read."""
        return {code: clean(note) for code, note in self.reading.submission.notes.items()}

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of the findings, each once, in order."""
        return tuple(sorted({finding.rule for finding in self.reading.findings}))

    @property
    def outcome(self) -> Outcome:
        """What became of the file."""
        if self.reading.submission.status is Status.REJECTED:
            return REFUSED
        findings = self.reading.findings
        # Rows known by their text alone are read, but a person has to confirm them.
        open_questions = any(
            each.severity is Severity.ERROR or each.rule == KNOWN_BY_TEXT.id for each in findings
        )
        same = (self.values, self.notes) == (self.typed.figures, self.typed.notes)
        return UNDERSTOOD if same and not open_questions else NAMED

    # --- nothing is lost, nothing is moved --------------------------------------------------

    @cached_property
    def moved(self) -> dict[str, float]:
        """Figures under a code in whose row they do not stand: the gravest failure."""
        typed = self.typed.figures
        return {code: value for code, value in self.values.items() if value != typed.get(code)}

    @cached_property
    def moved_notes(self) -> dict[str, str]:
        """Notes under a code in whose row they do not stand."""
        typed = self.typed.notes
        return {code: note for code, note in self.notes.items() if note != typed.get(code)}

    @cached_property
    def lost(self) -> dict[str, str]:
        """Figures that are neither read under their code nor named with their cell."""
        typed = self.typed.figures
        unread = {
            code: number_to_type(value)
            for code, value in typed.items()
            if self.values.get(code) != value
        }
        return self._unnamed(unread)

    @cached_property
    def lost_notes(self) -> dict[str, str]:
        """Notes that are neither read under their code nor named with their cell."""
        typed = self.typed.notes
        return self._unnamed(
            {code: note for code, note in typed.items() if self.notes.get(code) != note}
        )

    def _unnamed(self, unread: Mapping[str, str]) -> dict[str, str]:
        """Those that no finding names; of n equal texts, n cells have to be named."""
        room = Counter({text: len(self._cells_naming(text)) for text in unread.values()})
        lost: dict[str, str] = {}
        for code, text in unread.items():
            room[text] -= 1
            if room[text] < 0:
                lost[code] = text
        return lost

    def _cells_naming(self, text: str) -> set[str]:
        return {
            cell
            for finding in self.reading.findings
            for cell, said in said_of_cells(finding)
            if says(said, text)
        }

    @cached_property
    def hidden_texts(self) -> list[str]:
        """What the damage typed and no finding, note or answer shows."""
        submission = self.reading.submission
        shown = [
            *(finding.message for finding in self.reading.findings),
            *submission.notes.values(),
            *submission.info.values(),
        ]
        return [text for text in self.damage.texts if not any(says(each, text) for each in shown)]

    @cached_property
    def unnamed_codes(self) -> list[str]:
        """Codes that a finding should have named."""
        named = {code for finding in self.reading.findings for code in finding.codes}
        return [code for code in self.damage.codes if code not in named]

    @property
    def false_alarms(self) -> list[str]:
        """What is said about a file about which nothing is to be said, but for its format."""
        silent = self.damage.outcome is UNDERSTOOD and not self.damage.rules
        return [rule for rule in self.rules if rule != OTHER_FORMAT.id] if silent else []

    def faults(self) -> Iterator[str]:
        """What is not as the table says, the gravest first."""
        lists: dict[str, Mapping[str, object] | list[str]] = {
            "figures moved": self.moved,
            "notes moved": self.moved_notes,
            "figures lost": self.lost,
            "notes lost": self.lost_notes,
            "typed, but shown nowhere": self.hidden_texts,
            "codes in no finding": self.unnamed_codes,
        }
        for what, found in lists.items():
            if found:
                yield f"{len(found)} {what}: {found}"
        if self.outcome is not self.damage.outcome:
            yield f"{self.outcome}, not {self.damage.outcome}"
        wanted = set(self.damage.rules.split())
        if self.false_alarms:
            yield f"false alarms: {', '.join(self.false_alarms)}"
        missing = wanted - set(self.rules)
        if missing:
            yield f"no finding of {', '.join(sorted(missing))}; there are {', '.join(self.rules)}"


def said_of_cells(finding: Finding) -> Iterator[tuple[str, str]]:
    """Each cell of a finding with the part of the message that is about it.

    A finding about one cell is all about it; one about several has to name each before its text.
    """
    if len(finding.cells) == 1:
        yield finding.cells[0], finding.message
        return
    places = [
        (found.start(), cell)
        for cell in finding.cells
        for found in [re.search(rf"{re.escape(cell)}(?!\d)", finding.message)]
        if found
    ]
    for (start, cell), (end, _) in pairwise([*sorted(places), (len(finding.message), "")]):
        yield cell, finding.message[start + len(cell) : end]


def says(message: str, text: str) -> bool:
    """Whether a text stands in a message, as a whole word; spaces and case do not matter."""
    wanted = re.escape(clean(text).casefold())
    return bool(re.search(rf"(?<![\w.,]){wanted}(?!\w|[.,]\d)", clean(message).casefold()))


def result(damage: Damage, file: Path) -> Result:
    """A damaged file, read."""
    return Result(damage, read(file.read_bytes(), file.name, form()))


# --- the table, printed ---------------------------------------------------------------------

HEADINGS: list[str] = ["damage", "made with", "outcome", "rules", "lost", "moved", "as expected"]


def markdown(results: Sequence[Result]) -> str:
    """The table as it goes into a report."""
    rows = [HEADINGS, ["---" for _ in HEADINGS], *map(_row, results)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _row(result: Result) -> list[str]:
    damage = result.damage
    return [
        damage.title,
        f"{damage.program} (.{damage.format})",
        str(result.outcome),
        " ".join(result.rules),
        str(len(result.lost) + len(result.lost_notes)),
        str(len(result.moved) + len(result.moved_notes)),
        "; ".join(result.faults()).replace("|", "/")[:300] or "✓",
    ]


def main() -> None:
    """Make and read everything that can be made on this machine, and print the table."""
    damages = [damage for damage in DAMAGES if has_program(damage.program)]
    with tempfile.TemporaryDirectory() as folder, OfficeSession() as libreoffice:
        made = [result(each, make(each, Path(folder), libreoffice)) for each in damages]
    print(markdown(made))
    lost = sum(len(each.lost) + len(each.lost_notes) for each in made)
    moved = sum(len(each.moved) + len(each.moved_notes) for each in made)
    print(f"\n{len(made)} damaged files, {lost} figures and notes lost, {moved} moved.")
    missing = sorted({damage.program for damage in DAMAGES if not has_program(damage.program)})
    if missing:
        print(f"Not on this machine: {', '.join(missing)}.", file=sys.stderr)


if __name__ == "__main__":
    main()
