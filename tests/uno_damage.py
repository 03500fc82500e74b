"""Real damage: LibreOffice does to a filled workbook what staff do to it.

A script of its own for a Python that has `uno`, which the one of the tests need not have:
``python3 uno_damage.py SOURCE`` starts one office and does to SOURCE whatever its standard input
names, a damage and the file to write on each line. It imports nothing of the project, and nothing
that an old Python lacks, for the office may bring its own; `tests/damage.py` says what each damage
is called and what is to be expected of it.
"""

from __future__ import annotations

import importlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

FILTERS = {"xlsx": "Calc MS Excel 2007 XML", "ods": "calc8", "xls": "MS Excel 97"}
APPENDIX, INFO, CHECKS, GUIDE, HIDDEN = "Phụ lục", "Thông tin", "Kiểm tra", "Hướng dẫn", "_cchc"
VISIBLE = (INFO, APPENDIX, CHECKS, GUIDE)
HEADING, FIRST, LAST = 7, 9, 193
"""Rows of the appendix in the undamaged workbook, as Excel counts them."""

START = 60
"""Seconds that the office may take to answer for the first time."""


class Book:
    """An open workbook. Addresses are those of the undamaged one."""

    def __init__(self, desktop: Any, doc: Any) -> None:
        self.desktop = desktop
        self.result = self.doc = doc
        codes = self.sheet(APPENDIX).getCellRangeByName(f"A{FIRST}:A{LAST}").getDataArray()
        self.rows: dict[str, int] = {str(row[0]): FIRST + at for at, row in enumerate(codes)}

    def sheet(self, name: str) -> Any:
        return self.doc.Sheets.getByName(name)

    @property
    def appendix(self) -> Any:
        return self.sheet(APPENDIX)

    def range(self, address: str, sheet: str = APPENDIX) -> Any:
        return self.sheet(sheet).getCellRangeByName(address)

    def cell(self, code: str, column: str = "E") -> Any:
        """A cell in the row of an indicator; the input unless another column is named."""
        return self.range(f"{column}{self.rows[code]}").getCellByPosition(0, 0)

    def unprotect(self) -> None:
        """What staff have to do first; there is no password."""
        self.doc.unprotect("")
        for name in self.doc.Sheets.ElementNames:
            self.sheet(name).unprotect("")

    def cut(self, source: str, destination: str) -> None:
        """Cut and paste within the appendix."""
        target = self.range(destination).getCellByPosition(0, 0).getCellAddress()
        self.appendix.moveRange(target, self.range(source).getRangeAddress())

    def copy(self, source: str, destination: str) -> None:
        """Copy and paste within the appendix."""
        target = self.range(destination).getCellByPosition(0, 0).getCellAddress()
        self.appendix.copyRange(target, self.range(source).getRangeAddress())

    def insert_rows(self, row: int, count: int = 1) -> None:
        self.appendix.Rows.insertByIndex(row - 1, count)

    def insert_column(self, letter: str) -> None:
        self.appendix.Columns.insertByIndex(ord(letter) - ord("A"), 1)

    def new_workbook(self) -> Any:
        """The workbook that is saved instead: an empty one."""
        self.result = self.desktop.loadComponentFromURL(
            "private:factory/scalc", "_blank", 0, (_property("Hidden", True),)
        )
        return self.result


def _property(name: str, value: object) -> Any:
    made = importlib.import_module("uno").createUnoStruct("com.sun.star.beans.PropertyValue")
    made.Name, made.Value = name, value
    return made


def _struct(kind: str) -> Any:
    return importlib.import_module("uno").createUnoStruct(f"com.sun.star.{kind}")


def _enum(kind: str, name: str) -> Any:
    return importlib.import_module("uno").Enum(f"com.sun.star.{kind}", name)


# --- rows and columns -----------------------------------------------------------------------


def blank_rows_inserted(book: Book) -> None:
    """Three blank rows between two indicators."""
    book.unprotect()
    book.insert_rows(book.rows["I.1.2"], 3)


def row_with_text_inserted(book: Book) -> None:
    """A row of the office's own, with label, figure and note, in the middle of the table."""
    book.unprotect()
    row = book.rows["IV.1.3"]
    book.insert_rows(row)
    texts = {"C": "Số tổ công tác liên ngành", "D": "Tổ", "F": "Sở tự bổ sung dòng này"}
    for column, text in texts.items():
        book.range(f"{column}{row}").setString(text)
    book.range(f"E{row}").setValue(31)


def rows_inserted_at_top(book: Book) -> None:
    """Two rows above everything, one with a text."""
    book.unprotect()
    book.insert_rows(1, 2)
    book.range("C1").setString("Kính gửi: Sở Nội vụ tỉnh Sóc Trăng")


def rows_inserted_above_the_table(book: Book) -> None:
    """Two rows between the official heading and the table, one with a text."""
    book.unprotect()
    book.insert_rows(HEADING, 2)
    book.range(f"C{HEADING}").setString("Số liệu tính đến ngày 14/9/2022")


def text_below_and_between(book: Book) -> None:
    """A remark in an inserted row, and names below the table as on paper."""
    book.unprotect()
    row = book.rows["III.4"]
    book.insert_rows(row)
    book.range(f"C{row}").setString("(Số liệu phần này do Văn phòng Sở cung cấp)")
    book.range(f"C{LAST + 4}").setString("NGƯỜI LẬP BIỂU")
    book.range(f"E{LAST + 4}").setString("GIÁM ĐỐC")


def column_inserted_left_of_codes(book: Book) -> None:
    """A blank column left of A."""
    book.unprotect()
    book.insert_column("A")


def column_inserted_before_value(book: Book) -> None:
    """A column between unit and figure, with last quarter's figure of one row."""
    book.unprotect()
    book.insert_column("E")
    book.range(f"E{HEADING}").setString("Kỳ trước")
    book.range(f"E{book.rows['I.1.1']}").setValue(16)


def column_inserted_after_label(book: Book) -> None:
    """A blank column between label and unit."""
    book.unprotect()
    book.insert_column("D")


def column_inserted_before_note(book: Book) -> None:
    """A column between figure and note, with a heading and a text."""
    book.unprotect()
    book.insert_column("F")
    book.range(f"F{HEADING}").setString("Lý do")
    book.range(f"F{book.rows['I.1.2']}").setString("Chờ phê duyệt kinh phí")


def indicator_row_deleted(book: Book) -> None:
    """A row with a figure is deleted."""
    book.unprotect()
    book.appendix.Rows.removeByIndex(book.rows["I.3.2"] - 1, 1)


def empty_indicator_row_deleted(book: Book) -> None:
    """A row in which nothing was reported is deleted."""
    book.unprotect()
    book.appendix.Rows.removeByIndex(book.rows["IV.3.2"] - 1, 1)


def heading_row_deleted(book: Book) -> None:
    """A row that is a heading and holds nothing is deleted."""
    book.unprotect()
    book.appendix.Rows.removeByIndex(book.rows["I.4"] - 1, 1)


def blank_column_deleted(book: Book) -> None:
    """Column H, where nothing stands, is deleted."""
    book.unprotect()
    book.appendix.Columns.removeByIndex(ord("H") - ord("A"), 1)


def indicator_row_doubled(book: Book) -> None:
    """A row is copied and inserted again below, with another figure."""
    book.unprotect()
    row = book.rows["I.1.1"]
    book.insert_rows(row + 1)
    book.copy(f"A{row}:Z{row}", f"A{row + 1}")
    book.range(f"E{row + 1}").setValue(19)


def _sort(book: Book, first: str, last: str, by: int) -> None:
    field = _struct("table.TableSortField")
    field.Field, field.IsAscending = by, True
    fields = importlib.import_module("uno").Any("[]com.sun.star.table.TableSortField", (field,))
    book.range(f"{first}{FIRST}:{last}{LAST}").sort(
        (_property("SortFields", fields), _property("ContainsHeader", False))
    )


def rows_sorted_by_label(book: Book) -> None:
    """Whole rows, hidden columns too, sorted by label."""
    book.unprotect()
    _sort(book, "A", "Z", 2)


def rows_sorted_by_value(book: Book) -> None:
    """Whole rows, hidden columns too, sorted by figure."""
    book.unprotect()
    _sort(book, "A", "Z", 4)


def visible_columns_sorted(book: Book) -> None:
    """Only the columns that can be seen are sorted by label: the codes in A stay where they are."""
    book.unprotect()
    _sort(book, "B", "F", 1)


def two_visible_rows_exchanged(book: Book) -> None:
    """Two rows change places in the columns that can be seen: their codes stay."""
    book.unprotect()
    one, other = book.rows["III.5.1"], book.rows["III.6.1"]
    for source, destination in ((one, LAST + 20), (other, one), (LAST + 20, other)):
        book.cut(f"B{source}:F{source}", f"B{destination}")


def rows_and_columns_hidden(book: Book) -> None:
    """A section's rows and the column of notes are hidden."""
    book.unprotect()
    book.range(f"A{book.rows['II']}:A{book.rows['III']}").Rows.IsVisible = False
    book.appendix.Columns.getByName("F").IsVisible = False


def hidden_columns_shown(book: Book) -> None:
    """The hidden columns are shown."""
    book.unprotect()
    for column in "AGYZ":
        book.appendix.Columns.getByName(column).IsVisible = True


def filter_applied(book: Book) -> None:
    """The table is filtered: only rows with a figure are shown."""
    book.unprotect()
    table = book.range(f"B{FIRST - 1}:H{LAST}")
    descriptor = table.createFilterDescriptor(True)
    field = _struct("sheet.TableFilterField")
    field.Field, field.Operator = 3, _enum("sheet.FilterOperator", "NOT_EMPTY")
    descriptor.ContainsHeader = True
    descriptor.setFilterFields((field,))
    table.filter(descriptor)


# --- sheets ---------------------------------------------------------------------------------


def saved_again(book: Book) -> None:
    """Nothing but opened and saved."""


def sheet_renamed(book: Book) -> None:
    """The sheet of the appendix has another name."""
    book.unprotect()
    book.appendix.Name = "PL quý III (2)"


def sheet_moved_to_front(book: Book) -> None:
    """The sheet of the appendix stands first."""
    book.unprotect()
    book.doc.Sheets.moveByName(APPENDIX, 0)


def _copy_sheets(book: Book, names: Iterable[str]) -> None:
    book.unprotect()
    target = book.new_workbook()
    own = target.Sheets.ElementNames
    for name in names:
        target.Sheets.importSheet(book.doc, name, target.Sheets.Count)
    for name in own:
        target.Sheets.removeByName(name)


def appendix_copied_alone(book: Book) -> None:
    """The sheet of the appendix alone in a new workbook."""
    _copy_sheets(book, [APPENDIX])


def visible_sheets_copied(book: Book) -> None:
    """All sheets that can be seen in a new workbook: the hidden one is lost."""
    _copy_sheets(book, VISIBLE)


def other_sheets_deleted(book: Book) -> None:
    """The sheets Kiểm tra and Hướng dẫn are deleted."""
    book.unprotect()
    for name in (CHECKS, GUIDE):
        book.doc.Sheets.removeByName(name)


def info_sheet_deleted(book: Book) -> None:
    """The sheet Thông tin is deleted: who reports, and for when."""
    book.unprotect()
    book.doc.Sheets.removeByName(INFO)


def appendix_copied_within(book: Book) -> None:
    """A second copy of the appendix with the same figures."""
    book.unprotect()
    book.doc.Sheets.copyByName(APPENDIX, "Phụ lục (2)", 2)


def second_appendix_with_other_figures(book: Book) -> None:
    """A second copy of the appendix, in which two figures are others."""
    appendix_copied_within(book)
    book.range(f"E{book.rows['I.1.1']}", "Phụ lục (2)").setValue(9918)
    book.range(f"E{book.rows['IV.4.1']}", "Phụ lục (2)").setValue(9977)


def protection_removed(book: Book) -> None:
    """Nothing is protected any longer."""
    book.unprotect()


# --- codes ----------------------------------------------------------------------------------


def code_column_deleted(book: Book) -> None:
    """The hidden column of codes is deleted."""
    book.unprotect()
    book.appendix.Columns.removeByIndex(0, 1)


def code_column_cleared(book: Book) -> None:
    """The codes are cleared, the column stays; the form's tag too."""
    book.unprotect()
    book.range(f"A1:A{LAST}").clearContents(1023)


def ten_codes_cleared(book: Book) -> None:
    """The codes of ten rows are cleared."""
    book.unprotect()
    first = book.rows["III.4.1"]
    book.range(f"A{first}:A{first + 9}").clearContents(1023)


def code_cell_deleted_upwards(book: Book) -> None:
    """One code is deleted and the ones below move up: every further row has its neighbour's."""
    book.unprotect()
    cells = book.range(f"A{book.rows['IV.2.1']}").getRangeAddress()
    book.appendix.removeRange(cells, _enum("sheet.CellDeleteMode", "UP"))


def codes_filled_down(book: Book) -> None:
    """A code is copied over those of the three rows below."""
    book.unprotect()
    row = book.rows["I.1.1"]
    for below in range(row + 1, row + 4):
        book.copy(f"A{row}", f"A{below}")


TWINS = {"I.2.3": 107.0, "IV.6.3": 209.0}
"""Figures of two rows that have one label and one unit: without codes the order tells them."""


def codes_deleted_and_rows_sorted(book: Book) -> None:
    """The codes are deleted and the rows sorted by label; two rows have one label."""
    for code, value in TWINS.items():
        book.cell(code).setValue(value)
    visible_columns_sorted(book)
    book.appendix.Columns.removeByIndex(0, 1)


def codes_and_twin_rows_deleted(book: Book) -> None:
    """The codes are deleted, and five rows, among them one of two with one label; one is new."""
    book.unprotect()
    book.cell("IV.6.3").setValue(TWINS["IV.6.3"])
    row = book.rows["IV.6.2"]
    book.insert_rows(row)
    book.range(f"C{row}").setString("(Số liệu do Thanh tra Sở cung cấp)")
    book.appendix.Rows.removeByIndex(book.rows["I.2"] - 1, 5)
    book.appendix.Columns.removeByIndex(0, 1)


def codes_deleted_and_labels_edited(book: Book) -> None:
    """The labels of two rows are edited and the codes deleted."""
    labels_edited(book)
    book.appendix.Columns.removeByIndex(0, 1)


def _values_only(book: Book, address: str, target: Any, row: int = 1) -> None:
    """Paste a range of the appendix as values."""
    data = book.range(address).getDataArray()
    width, height = len(data[0]), len(data)
    target.getCellRangeByPosition(0, row - 1, width - 1, row + height - 2).setDataArray(data)


def visible_table_with_heading(book: Book) -> None:
    """The table that can be seen (B to F), with its heading, as values in a new workbook."""
    _values_only(book, f"B{HEADING}:F{LAST}", book.new_workbook().Sheets.getByIndex(0))


def visible_table_without_heading(book: Book) -> None:
    """The same without the heading."""
    _values_only(book, f"B{FIRST}:F{LAST}", book.new_workbook().Sheets.getByIndex(0))


def visible_table_on_a_new_sheet(book: Book) -> None:
    """The table that can be seen as values on a new sheet; the locked sheet is deleted."""
    book.unprotect()
    book.doc.Sheets.insertNewByName("Sheet1", 1)
    _values_only(book, f"B{HEADING}:F{LAST}", book.sheet("Sheet1"), row=3)
    book.doc.Sheets.removeByName(APPENDIX)


def _respell(book: Book, spell: Callable[[str], str]) -> None:
    """`visible_table_on_a_new_sheet`, with every third label spelled in another way."""
    visible_table_on_a_new_sheet(book)
    # Column B of the new sheet; the heading takes two rows.
    labels = book.range(f"B5:B{5 + LAST - FIRST}", "Sheet1")
    texts = [row[0] for row in labels.getDataArray()]
    texts[::3] = [spell(text) for text in texts[::3]]
    labels.setDataArray(tuple((text,) for text in texts))


def visible_table_in_nfd(book: Book) -> None:
    """Labels typed on another machine: accents as characters of their own."""
    _respell(book, lambda text: unicodedata.normalize("NFD", text))


def visible_table_with_old_tones(book: Book) -> None:
    """Labels with the tone mark on the other vowel."""
    pairs = (("óa", "oá"), ("òa", "oà"), ("ủy", "uỷ"), ("úy", "uý"), ("ùy", "uỳ"), ("hóa", "hoá"))

    def spell(text: str) -> str:
        for new, old in pairs:
            text = text.replace(new, old)
        return text

    _respell(book, spell)


def visible_table_in_capitals(book: Book) -> None:
    """Labels in capitals."""
    _respell(book, str.upper)


# --- printed texts --------------------------------------------------------------------------


def labels_edited(book: Book) -> None:
    """The labels of two rows are edited."""
    book.unprotect()
    book.cell("I.1.1", "C").setString("Tổng số nhiệm vụ trong kế hoạch năm")
    book.cell("V.5.2", "C").setString("Số công chức đã chuyển đổi")


def units_edited(book: Book) -> None:
    """The units of two rows are edited."""
    book.unprotect()
    book.cell("VII.B.1.1", "D").setString("Nghìn văn bản")
    book.cell("IV.2.1", "D").setString("Biên chế")


def stt_edited(book: Book) -> None:
    """The numbering is edited."""
    book.unprotect()
    book.cell("I.2", "B").setString("2a")
    book.cell("I.1.1", "B").setString("1.1")


def value_heading_edited(book: Book) -> None:
    """The heading above the figures is edited."""
    book.unprotect()
    book.range(f"E{HEADING}").setString("Thực hiện quý III")


# --- input cells ----------------------------------------------------------------------------


def input_cut_onto_blank_input(book: Book) -> None:
    """A figure is cut and pasted onto another input, which was blank; nothing is unprotected."""
    book.cut(f"E{book.rows['I.1.2']}", f"E{book.rows['I.2.1']}")


def block_cut_one_row_down(book: Book) -> None:
    """Five figures are cut and pasted one row further down."""
    first, last = book.rows["IV.1.1"], book.rows["IV.1.5"]
    book.cut(f"E{first}:E{last}", f"E{first + 1}")


def input_cut_onto_heading(book: Book) -> None:
    """A figure is cut and pasted into a row that takes none."""
    book.unprotect()
    book.cut(f"E{book.rows['I.1.3']}", f"E{book.rows['I.2']}")


def validation_pasted_away(book: Book) -> None:
    """A plain cell is pasted over inputs, then the figures are typed again."""
    book.unprotect()
    for code, value in (("I.1.1", 18), ("IV.2.1", 61), ("VII.B.3.10", 308)):
        book.copy("J1", f"E{book.rows[code]}")
        book.cell(code).setValue(value)


def simple_formulas(book: Book) -> None:
    """Sums typed into inputs."""
    book.cell("I.1.1").setFormula("=12+6")
    first = book.rows["IV.2.1"]
    book.cell("IV.4.1").setFormula(f"=SUM(E{first}:E{first + 1})")


def absurd_formulas(book: Book) -> None:
    """Formulas that nobody can work out again."""
    book.cell("I.1.1").setFormula('=VLOOKUP("x";C9:E20;3;0)')
    book.cell("I.1.2").setFormula("=NOW()")
    book.cell("I.1.3").setFormula("='file:///so-lieu.xlsx'#$Sheet1.B7")


def error_formulas(book: Book) -> None:
    """Formulas that give an error value."""
    book.cell("I.1.1").setFormula("=1/0")
    book.cell("I.1.2").setFormula("=NA()")


def inputs_merged(book: Book) -> None:
    """Three inputs are merged into one cell; what stood in them is kept beneath."""
    book.unprotect()
    first = book.rows["I.3.2"]
    book.range(f"E{first}:E{first + 2}").merge(True)


def date_typed(book: Book) -> None:
    """5/9 typed into an input: the office makes a date of it."""
    cell = book.cell("I.1.1")
    cell.setValue(44809)
    locale = _struct("lang.Locale")
    cell.NumberFormat = book.doc.NumberFormats.getStandardFormat(2, locale)


def _type_texts(book: Book, texts: dict[str, str]) -> None:
    for code, text in texts.items():
        book.cell(code).setString(text)


TEXTS: dict[str, dict[str, str]] = {
    "texts_with_spaces": {"I.1.1": " 18 ", "VII.B.1.1": "1 214"},
    "texts_with_no_break_spaces": {"I.1.1": "\u00a018", "VII.B.1.1": "1\u00a0214"},
    "texts_in_full_width": {"I.1.1": "１８", "VII.B.1.1": "１２１４"},
    "texts_with_dots": {"VII.B.1.1": "1.214", "VII.B.1.1.1": "1.106"},
    "texts_with_commas": {"VII.B.1.1": "1,214", "VII.B.1.1.1": "1,106"},
    "texts_with_percent_signs": {"I.1": "72%", "I.3.1": "77 %"},
    "texts_after_an_apostrophe": {"I.1.1": "18", "I.1.2": "'13"},
    "texts_with_words": {"IV.2.1": "khoảng 61", "I.1.1": "18 nhiệm vụ"},
}
"""What is typed as text, by damage and code."""


def texts_with_spaces(book: Book) -> None:
    """Figures as text, with spaces around and between."""
    _type_texts(book, TEXTS["texts_with_spaces"])


def texts_with_no_break_spaces(book: Book) -> None:
    """Figures as text, pasted from a web page with no-break spaces."""
    _type_texts(book, TEXTS["texts_with_no_break_spaces"])


def texts_in_full_width(book: Book) -> None:
    """Figures as text in full-width digits."""
    _type_texts(book, TEXTS["texts_in_full_width"])


def texts_with_dots(book: Book) -> None:
    """Figures as text with dots between the thousands."""
    _type_texts(book, TEXTS["texts_with_dots"])


def texts_with_commas(book: Book) -> None:
    """Figures as text with commas between the thousands: they may mean two things."""
    _type_texts(book, TEXTS["texts_with_commas"])


def texts_with_percent_signs(book: Book) -> None:
    """Rates as text with a percent sign."""
    _type_texts(book, TEXTS["texts_with_percent_signs"])


def texts_after_an_apostrophe(book: Book) -> None:
    """Figures as text after an apostrophe; once the apostrophe itself is in the text."""
    _type_texts(book, TEXTS["texts_after_an_apostrophe"])


def texts_with_words(book: Book) -> None:
    """Figures with words: an estimate, and one with its unit."""
    _type_texts(book, TEXTS["texts_with_words"])


def percent_format(book: Book) -> None:
    """72% typed into a rate: the office stores 0.72 under a % format."""
    cell = book.cell("I.1")
    cell.setValue(0.72)
    cell.NumberFormat = book.doc.NumberFormats.getStandardFormat(128, _struct("lang.Locale"))


# --- beside the inputs ----------------------------------------------------------------------


def values_typed_in_note_column(book: Book) -> None:
    """Figures of two rows stand in the column of notes, one column too far right."""
    for code in ("I.1.1", "I.1.2"):
        book.cell(code, "F").setValue(book.cell(code).getValue())
        book.cell(code).setString("")


def note_typed_in_status_column(book: Book) -> None:
    """A remark is typed over a live check."""
    book.unprotect()
    book.cell("I.1.2", "H").setString("Đã giải trình với Sở Nội vụ")


def values_typed_right_of_the_table(book: Book) -> None:
    """Figures of another period stand right of the table."""
    book.unprotect()
    book.cell("I.1.1", "J").setValue(1601)
    book.cell("I.1.2", "J").setValue(1602)


def text_over_other_sheets(book: Book) -> None:
    """Remarks typed over cells of Kiểm tra and Hướng dẫn."""
    book.unprotect()
    book.range("F9", CHECKS).setString("Đã sửa theo góp ý")
    book.range("B10", CHECKS).setString("Sở giải trình sau")
    book.range("A6", GUIDE).setString("Liên hệ chị Lan phòng Tổ chức")


def text_over_labels_of_info(book: Book) -> None:
    """Remarks typed on Thông tin beside the questions and over one."""
    book.unprotect()
    book.range("B9", INFO).setString("Ngày ký (dự kiến)")
    book.range("G5", INFO).setString("Báo cáo thay cho bản đã gửi ngày 10/9")


COMMENTS: tuple[tuple[str, str, str], ...] = (
    (APPENDIX, "E12", "Số này chưa gồm 2 nhiệm vụ chuyển tiếp"),
    (APPENDIX, "C15", "Đề nghị Sở Nội vụ hướng dẫn thêm"),
    (INFO, "C5", "Sở mới đổi tên từ tháng 8"),
    (CHECKS, "B8", "Cảnh báo này không đúng với đơn vị"),
)


def comments_added(book: Book) -> None:
    """Comments on an input, a label, an answer and a check."""
    book.unprotect()
    for sheet, address, text in COMMENTS:
        at = book.range(address, sheet).getCellByPosition(0, 0).getCellAddress()
        book.sheet(sheet).Annotations.insertNew(at, text)


def period_changed(book: Book) -> None:
    """Another period is typed on Thông tin than the one that the workbook was issued for."""
    book.unprotect()
    book.range("C7", INFO).setString("quý I năm 2022")


def unit_code_cleared(book: Book) -> None:
    """The code of the office is cleared on Thông tin."""
    book.unprotect()
    book.range("C6", INFO).setString("")


# --- the script -----------------------------------------------------------------------------


class Office:
    """A headless LibreOffice with a profile of its own, driven through a pipe."""

    def __enter__(self) -> Office:
        self._profile = tempfile.mkdtemp(prefix="uno-damage-")
        pipe = Path(self._profile).name
        self._process = subprocess.Popen(
            ["soffice", "--headless", "--norestore", "--nologo",
             f"--accept=pipe,name={pipe};urp;",
             f"-env:UserInstallation={Path(self._profile).as_uri()}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.desktop = self._connect(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        return self

    def _connect(self, url: str) -> Any:
        uno = importlib.import_module("uno")
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext(
            "com.sun.star.bridge.UnoUrlResolver", local
        )
        deadline = time.monotonic() + START
        while True:
            try:
                context = resolver.resolve(url)
                break
            except Exception:  # the office is not up yet; its exception is known to uno alone
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
        return context.ServiceManager.createInstanceWithContext(
            "com.sun.star.frame.Desktop", context
        )

    def __exit__(self, *_: object) -> None:
        # It may be gone already, and then says so with an exception.
        try:
            self.desktop.terminate()
            self._process.wait(30)
        except Exception:
            self._process.kill()
        shutil.rmtree(self._profile, ignore_errors=True)

    def damage(self, source: Path, act: Callable[[Book], None], target: Path) -> None:
        """Open, damage, save under another name."""
        hidden = _property("Hidden", True)
        doc = self.desktop.loadComponentFromURL(source.as_uri(), "_blank", 0, (hidden,))
        book = Book(self.desktop, doc)
        try:
            act(book)
            kind = _property("FilterName", FILTERS[target.suffix[1:]])
            book.result.storeToURL(target.as_uri(), (kind,))
        finally:
            for opened in {id(each): each for each in (book.result, doc)}.values():
                opened.close(True)


def main(source: str) -> None:
    """Do the jobs of standard input, one a line; answer each with a line of JSON: what failed."""
    with Office() as office:
        for line in sys.stdin:
            name, target = line.rstrip("\n").split("\t")
            answer = ""
            try:
                office.damage(Path(source), globals()[name], Path(target))
            except Exception:
                answer = traceback.format_exc()
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
