"""Nothing is lost and nothing moves: whatever is typed and whatever is done to the workbook.

Every text and every number that is typed is one of its kind, so that it can be found again: in the
figures, in the notes, or in a finding.
"""

from __future__ import annotations

import io
import json
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hypothesis import Phase, given, note, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from cchc_xlsx.batch import Batch
from cchc_xlsx.form_file import load_form
from cchc_xlsx.json_output import batch_document
from cchc_xlsx.layout import FIRST_ROW, AppendixLayout
from cchc_xlsx.reader import read
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.submission import Reading
from cchc_xlsx.template import Content, write_template

TOKEN = re.compile(r"(?<!\d)1\d{4}(?!\d)")
UNIT = ReportingUnit("H99.01", "Sở Thử nghiệm")
EXAMPLES = 40


FORM = load_form()


@cache
def issued() -> bytes:
    """The workbook as it was sent out."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "issued.xlsx"
        write_template(Content(FORM, FORM.period("2022-Q3"), UNIT), file)
        return file.read_bytes()


# --- what staff type -----------------------------------------------------------------------------

# A token is a number of five digits; each way of typing keeps it to be seen.
WAYS: list[Callable[[int], int | str]] = [
    lambda token: token,
    lambda token: f"{token}",
    lambda token: f"khoảng {token}",
    lambda token: f"{token} văn bản",
    lambda token: f" {token}\u00a0",
    lambda token: f"={token}+0",
    lambda token: f'=IF(A1="x",{token},0)',
    lambda token: f"ghi {token}",
]


@dataclass
class Desk:
    """A workbook that somebody is at, and the number of what is typed next."""

    book: Workbook
    last_row: int
    draw: Callable[[st.SearchStrategy[int]], int]
    token: int = 10_000

    @property
    def appendix(self) -> Worksheet:
        return next(sheet for sheet in self.book.worksheets if sheet.max_row > 150)

    def number(self, least: int, most: int) -> int:
        return self.draw(st.integers(least, most))

    def row(self) -> int:
        return self.number(FIRST_ROW, self.last_row)

    def new(self) -> int:
        self.token += 1
        return self.token


def type_figure(desk: Desk) -> None:
    way = WAYS[desk.number(0, len(WAYS) - 1)]
    desk.appendix.cell(desk.row(), 5, way(desk.new()))


def type_note(desk: Desk) -> None:
    desk.appendix.cell(desk.row(), 6).value = f"Kế hoạch số {desk.new()}"


# --- what is done to a workbook ------------------------------------------------------------------


def type_anywhere(desk: Desk) -> None:
    sheet = desk.book.worksheets[desk.number(0, len(desk.book.worksheets) - 2)]
    text = f"thêm {desk.new()}" if desk.number(0, 1) else f"={desk.new()}*2"
    sheet.cell(desk.number(1, 230), desk.number(7, 20)).value = text


def type_over_the_table(desk: Desk) -> None:
    desk.appendix.cell(desk.row(), desk.number(2, 4)).value = f"đè {desk.new()}"


def remark(desk: Desk) -> None:
    desk.appendix.cell(desk.row(), 5).comment = Comment(f"hỏi {desk.new()}", "ai đó")


def insert_rows(desk: Desk) -> None:
    desk.appendix.insert_rows(desk.row(), desk.number(1, 3))


def insert_columns(desk: Desk) -> None:
    desk.appendix.insert_cols(desk.number(1, 7))


def delete_a_row(desk: Desk) -> None:
    desk.appendix.delete_rows(desk.row())


def delete_the_codes(desk: Desk) -> None:
    """Once: without labels too it is no form any more, and is refused as a whole."""
    if any(cell.value == "I.1.1" for cell in desk.appendix["A"]):
        desk.appendix.delete_cols(1)


def clear_codes(desk: Desk) -> None:
    first = desk.row()
    for row in range(first, first + desk.number(1, 12)):
        desk.appendix.cell(row, 1).value = None


def exchange_visible_rows(desk: Desk) -> None:
    one, other = desk.row(), desk.row()
    for column in range(2, 7):
        left, right = desk.appendix.cell(one, column), desk.appendix.cell(other, column)
        left.value, right.value = right.value, left.value


def cut_and_paste(desk: Desk) -> None:
    source, target = (desk.appendix.cell(desk.row(), 5) for _ in range(2))
    if source is not target:
        target.value, source.value = source.value, None


def rename(desk: Desk) -> None:
    desk.appendix.title = f"Trang {desk.number(1, 9)}"


def lose_the_hidden_sheet(desk: Desk) -> None:
    if "_cchc" in desk.book.sheetnames:
        del desk.book["_cchc"]


DAMAGES = [
    *(type_anywhere, type_over_the_table, remark, insert_rows, insert_columns, delete_a_row),
    *(delete_the_codes, clear_codes, exchange_visible_rows, cut_and_paste, rename),
    lose_the_hidden_sheet,
]


# --- where it is found again ---------------------------------------------------------------------


def tokens_in(book: Workbook) -> dict[str, str]:
    """The texts with a token that still stand in the workbook, comments included, by their cell."""
    cells = [(sheet.title, cell) for sheet in book.worksheets
             for row in sheet.iter_rows() for cell in row]  # fmt: skip
    texts = {f"{name}!{cell.coordinate}": str(cell.value) for name, cell in cells}
    texts |= {f"{name}!{cell.coordinate} (nhận xét)": cell.comment.text
              for name, cell in cells if cell.comment}  # fmt: skip
    return {place: text for place, text in texts.items() if TOKEN.search(text)}


def is_told(text: str, said: str) -> bool:
    return all(token in said for token in TOKEN.findall(text))


def told(reading: Reading) -> str:
    """Everything that the JSON of `check` says, as one text."""
    return json.dumps(batch_document(Batch(FORM, (reading,))), ensure_ascii=False)


def misplaced(reading: Reading, sheet: Worksheet) -> list[str]:
    """The codes whose figure was taken from a row that carries another indicator's label."""
    labels = {indicator.label for indicator in FORM.indicators}
    wrong = []
    for code, value in reading.submission.fill.values.items():
        if value is None or code not in reading.submission.cells:
            continue
        row = int(re.sub(r"\D", "", reading.submission.cells[code].rpartition("!")[2]))
        texts = {str(cell.value) for cell in sheet[row] if cell.value is not None}
        if texts & labels and FORM.by_code[code].label not in texts:
            wrong.append(code)
    return wrong


@given(data=st.data())
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    # A workbook takes half a second: to make a failing one smaller takes longer than to read it.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
def test_nothing_typed_is_lost_or_moved(data: st.DataObject) -> None:
    book = load_workbook(io.BytesIO(issued()))
    desk = Desk(book, AppendixLayout(FORM).last_row, data.draw)
    for _ in range(desk.number(1, 25)):
        type_figure(desk)
    for _ in range(desk.number(0, 5)):
        type_note(desk)
    for damage in data.draw(st.lists(st.sampled_from(DAMAGES), max_size=4)):
        note(damage.__name__)
        damage(desk)
    file = io.BytesIO()
    book.save(file)

    reading = read(file.getvalue(), "damaged.xlsx", FORM)

    said = told(reading)
    lost = {place: text for place, text in tokens_in(book).items() if not is_told(text, said)}
    assert lost == {}
    assert misplaced(reading, desk.appendix) == []
