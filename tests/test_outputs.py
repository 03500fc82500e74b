"""What commands write over, and what they refuse to: inputs of every kind stay what they were."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from cchc_xlsx import api
from cchc_xlsx.errors import CchcError, InputError, OutputError, RosterError
from cchc_xlsx.excel_limits import LONGEST_CELL
from cchc_xlsx.form import Form
from cchc_xlsx.form_file import load_form
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.template import Content, write_template
from tests.small_form import write_small_form

HEADINGS = ["Mã cơ quan", "Mã chỉ tiêu", "Số gốc", "Số mới", "Lý do", "Người điều chỉnh", "Kỳ"]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the small form."""
    return write_small_form(tmp_path_factory.mktemp("form") / "form")


@pytest.fixture
def desk(small: Path, tmp_path: Path) -> Path:
    """A folder: `in` with X1 and X2 of 2022-H2, `truoc` with X1 of 2022-H1, roster, corrections."""
    form = load_form(small)
    for folder, period, units in (("in", "2022-H2", "12"), ("truoc", "2022-H1", "1")):
        (tmp_path / folder).mkdir()
        for each in units:
            fill(form, tmp_path / folder / f"X{each}.xlsx", f"X{each}", period)
    sheet("Mã định danh,Tên cơ quan", "X1,Xã 1", "X2,Xã 2").save(tmp_path / "ds.xlsx")
    table = sheet(",".join(HEADINGS), "X1,A1,10,12,gõ nhầm,Người sửa,")
    table.save(tmp_path / "sua.xlsx")
    return tmp_path


def fill(form: Form, file: Path, unit: str, period: str, note: str = "") -> None:
    entries = {"A1": 10, "A2": 5, "B1": 1, "B2": 1, "B3": 50}
    office = ReportingUnit(unit, f"Xã {unit}")
    notes = {"A1": note} if note else {}
    write_template(Content(form, form.period(period), office, entries, notes), file)


def sheet(*lines: str) -> Workbook:
    book = Workbook()
    for line in lines:
        assert book.active
        book.active.append(line.split(","))
    return book


def digests(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(each): hashlib.sha256(each.read_bytes()).hexdigest() for each in files}


# --- merge -----------------------------------------------------------------------------------

Case = dict[str, Any]
TAKEN: dict[str, Case] = {
    "a report": {"output": "in/X1.xlsx"},
    "the roll-up over a report": {"output": "in/t.xlsx", "as_unit": "X9", "report": "X9_2022-H2"},
    "the roll-up over the corrections": {
        "output": "t.xlsx", "as_unit": "X9", "adjust": "X9_2022-H2.xlsx"
    },
    "both of one name": {"output": "X9_2022-H2.xlsx", "as_unit": "X9"},
    "an earlier report": {"output": "truoc/X1.xlsx", "previous": "truoc"},
    "the earlier report": {"output": "truoc/X1.xlsx", "previous": "truoc/X1.xlsx"},
    "the roster": {"output": "ds.xlsx", "roster": "ds.xlsx"},
    "somebody's table": {"output": "sua.xlsx", "adjust": "sua.xlsx"},
}  # fmt: skip


@pytest.mark.parametrize("case", TAKEN)
def test_merge_writes_over_no_input(small: Path, desk: Path, case: str) -> None:
    """With `--force`; nothing is written at all."""
    options = dict(TAKEN[case])
    output = desk / options.pop("output")
    if name := options.pop("report", ""):
        (desk / "in" / "X1.xlsx").rename(desk / "in" / f"{name}.xlsx")
    paths = {key: desk / options.pop(key) for key in ("adjust", "previous", "roster")
             if key in options}  # fmt: skip
    if "adjust" in paths and not paths["adjust"].exists():
        shutil.copy(desk / "sua.xlsx", paths["adjust"])
    name = {"as_name": "Cấp trên"} if options else {}
    before = digests(desk)
    with pytest.raises(OutputError):
        api.merge([desk / "in"], output, form=small, force=True, **paths, **options, **name)
    assert digests(desk) == before


def test_merge_replaces_what_it_has_written_itself(small: Path, desk: Path) -> None:
    """Output, roll-up and corrections among the inputs, again and again."""
    output = desk / "in" / "tong-hop.xlsx"
    for adjust in (desk / "sua.xlsx", output, output):
        merged = api.merge(
            [desk / "in"], output, form=small, as_unit="X9", as_name="Huyện", adjust=adjust,
            force=True,
        )  # fmt: skip
        assert merged.totals["A1"].value == 22
        assert (desk / "in" / "X9_2022-H2.xlsx").is_file()


def test_a_previous_workbook_is_not_the_output(small: Path, desk: Path) -> None:
    earlier = desk / "h1.xlsx"
    api.merge([desk / "truoc"], earlier, form=small)
    with pytest.raises(OutputError, match="tệp đầu vào"):
        api.merge([desk / "in"], earlier, form=small, previous=earlier, force=True)


@pytest.mark.parametrize("command", ["template", "export", "compare", "return"])
def test_the_other_commands_write_over_no_input(small: Path, desk: Path, command: str) -> None:
    roster = desk / "X1_2022-H2.xlsx"
    shutil.copy(desk / "ds.xlsx", roster)
    shutil.copy(desk / "ds.xlsx", desk / "ds.csv")
    (desk / "ds.csv").write_text("Mã định danh,Tên cơ quan\nX1,Xã 1\n", encoding="utf-8-sig")
    before = digests(desk)
    calls: dict[str, Callable[[], object]] = {
        "template": lambda: api.template(desk, "2022-H2", form=small, roster=roster, force=True),
        "export": lambda: api.export(
            [desk / "in"], desk / "ds.csv", form=small, roster=desk / "ds.csv", force=True
        ),
        "compare": lambda: api.compare(
            desk / "truoc", desk / "in", desk / "in" / "X1.xlsx", form=small, force=True
        ),
        "return": lambda: api.return_workbooks(
            [desk / "in"], desk / "in", form=small, previous=desk / "truoc", force=True
        ),
    }
    if command == "return":
        load_and_break(desk / "in" / "X1.xlsx")
        before = digests(desk)
    with pytest.raises(OutputError, match="tệp đầu vào"):
        calls[command]()
    assert digests(desk) == before


def load_and_break(file: Path) -> None:
    """A figure that nobody can read, so that the workbook goes back."""
    book = load_workbook(file)
    cells = (cell for row in book["Phụ lục"].iter_rows() for cell in row)
    next(cell for cell in cells if cell.value == 10).value = "khoảng 10"
    book.save(file)


# --- corrections ------------------------------------------------------------------------------


@pytest.fixture
def corrected(small: Path, desk: Path) -> Path:
    """A merged workbook with a correction."""
    output = desk / "tong-hop.xlsx"
    api.merge([desk / "in"], output, form=small, adjust=desk / "sua.xlsx")
    return output


def merge_again(small: Path, desk: Path, output: Path, adjust: Path | None = None) -> None:
    api.merge([desk / "in"], output, form=small, adjust=adjust, force=True)


def test_another_table_does_not_take_the_corrections_away(
    small: Path, desk: Path, corrected: Path
) -> None:
    with pytest.raises(OutputError, match="có 1 dòng đã ghi"):
        merge_again(small, desk, corrected, desk / "sua.xlsx")


def lose_corrections(file: Path) -> None:
    book = load_workbook(file)
    del book["Điều chỉnh"]
    book.save(file)


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-3000])


@pytest.mark.parametrize("damage", [lose_corrections, cut])
def test_corrections_that_cannot_be_read_may_be_there(
    small: Path, desk: Path, corrected: Path, damage: Callable[[Path], None]
) -> None:
    damage(corrected)
    for adjust in (None, desk / "sua.xlsx"):
        with pytest.raises(OutputError, match="không rõ ở đó có dòng điều chỉnh nào"):
            merge_again(small, desk, corrected, adjust)


def other_form(book: Workbook) -> None:
    book["Tổng hợp"]["A1"] = "cchc-tong-hop/khac/1"


def no_data(book: Workbook) -> None:
    del book["Dữ liệu"]


def no_totals(book: Workbook) -> None:
    del book["Tổng hợp"]


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (other_form, "«khac/1»"),
        (no_data, "không còn trang Dữ liệu"),
        (no_totals, "không phải là tệp tổng hợp"),
    ],
)
def test_corrections_come_from_a_workbook_of_this_form(
    small: Path, desk: Path, corrected: Path, edit: Callable[[Workbook], None], said: str
) -> None:
    book = load_workbook(corrected)
    edit(book)
    book.save(desk / "khac.xlsx")
    with pytest.raises(InputError, match=said):
        merge_again(small, desk, desk / "moi.xlsx", desk / "khac.xlsx")


ROWS = {
    "X1,A1,10,12,vì,ai,nửa cuối năm 2022": "M14",
    "X1,A1,10,12,vì,ai,Nửa cuối năm 2022": "M14",
    "X1,A1,10,12,vì,ai,2022-h2": "M14",
    "X1,A1,10,12,vì,ai,nửa đầu năm 2022": "M15",
    "X1,A1,10,10,vì,ai,": "M15",
}


@pytest.mark.parametrize("row", ROWS)
def test_what_becomes_of_a_correction(small: Path, desk: Path, row: str) -> None:
    sheet(",".join(HEADINGS), row).save(desk / "sua.xlsx")
    merged = api.merge([desk / "in"], form=small, adjust=desk / "sua.xlsx")
    rules = {each.rule for each in merged.batch.findings} & {"M14", "M15"}
    assert rules == {ROWS[row]}


# --- options that make no sense ---------------------------------------------------------------

REFUSED: dict[str, tuple[Case, type[CchcError], str]] = {
    **{f"year {year}": ({"year": year}, InputError, f"Năm «{year}» không đúng")
       for year in (0, -5, 1, 99999)},
    "csv": ({"output": "a.csv"}, OutputError, "đuôi .xlsx"),
    "ods": ({"output": "a.ods"}, OutputError, "đuôi .xlsx"),
    "a name of nobody": ({"as_name": "Huyện"}, InputError, "--as-name cần đi cùng --as"),
    "an endless name": ({"as_unit": "X9", "as_name": "X" * 501}, InputError, "dài quá 500"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_merge_refuses(small: Path, desk: Path, what: str) -> None:
    options, error, said = REFUSED[what]
    output = desk / options.get("output", "a.xlsx")
    others = {key: value for key, value in options.items() if key != "output"}
    with pytest.raises(error, match=said):
        api.merge([desk / "in"], output, form=small, **others)
    assert not output.exists()


def test_template_and_compare_write_workbooks_only(small: Path, desk: Path) -> None:
    with pytest.raises(OutputError, match=r"đuôi \.xlsx"):
        api.template(desk / "a.ods", "2022-H2", form=small)
    with pytest.raises(OutputError, match=r"đuôi \.xlsx"):
        api.compare(desk / "truoc", desk / "in", desk / "a.csv", form=small)


def test_an_endless_name_in_the_roster_is_refused(small: Path, desk: Path) -> None:
    sheet("Mã định danh,Tên cơ quan", f"X1,{'X' * 501}").save(desk / "ds.xlsx")
    with pytest.raises(RosterError, match="dài quá 500 ký tự"):
        api.merge([desk / "in"], form=small, roster=desk / "ds.xlsx")


# --- notes that go upwards ---------------------------------------------------------------------


def test_notes_that_do_not_go_into_one_cell_are_told(small: Path, desk: Path) -> None:
    form = load_form(small)
    for at in range(1, 5):
        fill(form, desk / "in" / f"X{at}.xlsx", f"X{at}", "2022-H2", note=f"{at}" * 10_000)
    merged = api.merge([desk / "in"], desk / "t.xlsx", form=small, as_unit="X9", as_name="Huyện")
    (told,) = (each for each in merged.batch.findings if each.rule == "M20")
    assert told.codes == ("A1",)
    assert "ghi chú của X4" in told.message
    (top,) = api.check([desk / "X9_2022-H2.xlsx"], form=small).accepted
    assert len(top.notes["A1"]) <= LONGEST_CELL
    assert "X3: 333" in top.notes["A1"]
    assert "xem trang Ghi chú của tệp tổng hợp" in top.notes["A1"]


# --- compare ------------------------------------------------------------------------------------


def test_a_lost_sheet_of_notes_is_told(small: Path, corrected: Path, tmp_path: Path) -> None:
    book = load_workbook(corrected)
    del book["Ghi chú"]
    book.save(tmp_path / "mat.xlsx")
    comparison = api.compare(tmp_path / "mat.xlsx", corrected, form=small)
    assert "W20" in {each.rule for each in comparison.findings}


# --- links --------------------------------------------------------------------------------------


def links(file: Path) -> Iterator[str]:
    for cells in load_workbook(file)["Dữ liệu"].iter_rows():
        for cell in cells:
            if cell.hyperlink and cell.hyperlink.target:
                yield cell.hyperlink.target


def test_a_percent_sign_in_a_path_is_itself(small: Path, desk: Path) -> None:
    folder = desk / "a%20b 100%"
    folder.mkdir()
    shutil.copy(desk / "in" / "X1.xlsx", folder / "c%41.xlsx")
    api.merge([folder], desk / "t.xlsx", form=small)
    assert {each.partition("#")[0] for each in links(desk / "t.xlsx")} == {
        "a%2520b%20100%25/c%2541.xlsx"
    }
