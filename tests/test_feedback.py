"""A workbook that goes back: what is marked in it, what stays, and how it comes again."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from random import Random
from xml.etree import ElementTree

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from cchc_xlsx import api
from cchc_xlsx.errors import InputError, OutputError
from cchc_xlsx.form import Form
from cchc_xlsx.layout import (
    APPENDIX_SHEET,
    FIRST_OPINION_ROW,
    OPINION_ANSWER,
    OPINION_CELL,
    OPINION_MESSAGE,
    OPINIONS_SHEET,
    AppendixLayout,
)
from cchc_xlsx.output import file_names
from tests.command import run
from tests.office import recalculate, stored_values

SAMPLES = Path(__file__).parent.parent / "samples"
FAULTY = SAMPLES / "filled" / "H99.05_2022-Q3.xlsx"
ROSTER = SAMPLES / "roster.csv"


@pytest.fixture(scope="module")
def returned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The faulty sample as it goes back."""
    folder = tmp_path_factory.mktemp("returned")
    api.return_workbooks([FAULTY], folder, roster=ROSTER, due="20/9/2022", eml=True)
    return folder / FAULTY.name


def changed(file: Path, copy: Path, change: Callable[[Workbook], None]) -> Path:
    book = load_workbook(file)
    change(book)
    book.save(copy)
    return copy


def opinions(file: Path) -> list[dict[str, object]]:
    """The rows of the sheet, by column."""
    sheet = load_workbook(file)[OPINIONS_SHEET]
    rows = sheet.iter_rows(min_row=FIRST_OPINION_ROW, values_only=True)
    return [dict(zip("ABCDEF", row, strict=True)) for row in rows]


# --- what goes back ------------------------------------------------------------------------------


def test_the_sheet_in_front_lists_what_is_open_worst_first(returned: Path) -> None:
    book = load_workbook(returned)
    sheet = book.worksheets[0]
    assert (sheet.title, book.active) == (OPINIONS_SHEET, sheet)
    texts = [cell.value for row in sheet["B1:B4"] for cell in row]
    assert texts[1:] == [
        "Kính gửi: Sở Mẫu E (số liệu giả định)",
        "Quý III năm 2022",
        "Đề nghị gửi lại chậm nhất ngày 20/9/2022.",
    ]
    open_ones = [finding for finding in api.check([FAULTY]).findings if finding.is_open]
    rows = opinions(returned)
    assert {row[OPINION_MESSAGE] for row in rows} == {each.message for each in open_ones}
    assert [row["B"] for row in rows] == ["Lỗi"] * 4 + ["Cảnh báo"] * 5
    link = sheet[f"{OPINION_CELL}{FIRST_OPINION_ROW}"].hyperlink
    assert link is not None
    assert link.location == "'Phụ lục'!E172"
    assert sheet.protection.sheet
    assert not sheet[f"{OPINION_ANSWER}{FIRST_OPINION_ROW}"].protection.locked


def test_a_wrong_cell_is_coloured_and_says_what_is_wrong(returned: Path) -> None:
    cell = load_workbook(returned)[APPENDIX_SHEET]["E172"]
    assert cell.value == "khoảng 428"
    assert cell.fill.fgColor.rgb == "FFFF9B9B"
    assert cell.comment is not None
    assert "«khoảng 428», là số ước lượng" in cell.comment.text
    assert "Nhập lại ô này" in cell.comment.text


def look(sheet: Worksheet) -> dict[str, object]:
    """What a workbook holds besides texts, as far as openpyxl tells."""
    cells = (cell for row in sheet.iter_rows() for cell in row)
    return {
        "validations": sorted((str(each.sqref), each.type, each.formula1, each.prompt)
                              for each in sheet.data_validations.dataValidation),
        "highlights": sorted(str(each.sqref) for each in sheet.conditional_formatting),
        "widths": {key: each.width if not each.hidden else "hidden"
                   for key, each in sheet.column_dimensions.items()},
        "heights": {key: each.height for key, each in sheet.row_dimensions.items()},
        "locked": {cell.coordinate for cell in cells if cell.protection.locked},
        "protected": (sheet.protection.sheet, sheet.protection.password),
        "merged": sorted(str(each) for each in sheet.merged_cells.ranges),
        "print": (sheet.print_area, sheet.print_title_rows, sheet.sheet_state),
    }  # fmt: skip


def test_everything_else_is_untouched(returned: Path) -> None:
    """Cells and their stored results, validations, formats, protection, print settings."""
    before, after = load_workbook(FAULTY), load_workbook(returned)
    assert after.sheetnames == [OPINIONS_SHEET, *before.sheetnames]
    assert after.security.lockStructure
    for sheet in before.worksheets:
        assert look(after[sheet.title]) == look(sheet)
    own = {cell: value for cell, value in stored_values(returned).items() if "Ý kiến!" not in cell}
    assert own == stored_values(FAULTY)


@pytest.mark.libreoffice
def test_libreoffice_opens_it_and_calculates_the_same(returned: Path, tmp_path: Path) -> None:
    (saved,) = recalculate([returned], tmp_path)
    assert stored_values(saved) == stored_values(returned)


def test_the_letter_and_the_draft(returned: Path) -> None:
    text = returned.with_suffix(".txt").read_text("utf-8")
    assert text.startswith("Kính gửi: Sở Mẫu E (số liệu giả định)\n")
    assert "4 lỗi phải sửa và 5 nội dung cần xem lại" in text
    assert "1. [Lỗi] Phụ lục!E172: Ô chứa «khoảng 428», là số ước lượng." in text
    assert "chậm nhất ngày 20/9/2022" in text
    draft = message_from_bytes(returned.with_suffix(".eml").read_bytes(), policy=default)
    assert (draft["To"], draft["X-Unsent"]) == ("h99.05@example.org", "1")
    (attached,) = draft.iter_attachments()
    assert attached.get_filename() == FAULTY.name
    assert attached.get_content() == returned.read_bytes()


# --- how it comes again --------------------------------------------------------------------------


def test_the_marks_do_not_confuse_the_reader(returned: Path) -> None:
    before, after = api.check([FAULTY]), api.check([returned])
    assert after.submissions[0].content == before.submissions[0].content
    assert [(each.rule, each.cells, each.message) for each in after.findings] == [
        (each.rule, each.cells, each.message) for each in before.findings
    ]


def test_an_answer_explains_a_warning_and_no_error(returned: Path, tmp_path: Path) -> None:
    def answer(book: Workbook) -> None:
        sheet = book[OPINIONS_SHEET]
        for row in range(FIRST_OPINION_ROW, sheet.max_row + 1):
            sheet[f"{OPINION_ANSWER}{row}"] = f"Đã kiểm tra, dòng {row}"

    again = changed(returned, tmp_path / "again.xlsx", answer)
    batch = api.check([again])
    assert (batch.explained, [each.rule for each in batch.findings if each.is_open]) == (
        5, ["G06", "T01", "P26", "Q01"]
    )  # fmt: skip
    run("check", again, "--strict", status=1)


def test_a_corrected_workbook_is_clean_also_under_strict(
    form: Form, returned: Path, tmp_path: Path
) -> None:
    """The office mends what is an error, and explains what is a warning."""
    right = {"VII.B.3.4": 428, "I.1": 72, "VII.B.3.2.3": 60, "III.4.3": 116}

    def mend(book: Workbook) -> None:
        sheet, layout = book[APPENDIX_SHEET], AppendixLayout(form)
        for code, value in right.items():
            sheet[f"E{layout.row(code)}"] = value
        answers = book[OPINIONS_SHEET]
        for at in range(FIRST_OPINION_ROW, answers.max_row + 1):
            if answers[f"B{at}"].value == "Cảnh báo":
                answers[f"{OPINION_ANSWER}{at}"] = "Đúng như vậy"

    again = changed(returned, tmp_path / "again.xlsx", mend)
    assert [each.rule for each in api.check([again]).findings if each.is_open] == []
    run("check", again, "--strict", status=0)


def test_a_second_return_replaces_the_first(returned: Path, tmp_path: Path) -> None:
    def mend(book: Workbook) -> None:
        book[APPENDIX_SHEET]["E172"] = 428
        book[OPINIONS_SHEET][f"{OPINION_ANSWER}{FIRST_OPINION_ROW + 2}"] = "Đang kiểm tra lại"

    again = changed(returned, tmp_path / "H99.05.xlsx", mend)
    api.return_workbooks([again], tmp_path / "out")
    twice = tmp_path / "out" / "H99.05.xlsx"
    book = load_workbook(twice)
    assert book.sheetnames.count(OPINIONS_SHEET) == 1
    mended = book[APPENDIX_SHEET]["E172"]
    assert (mended.fill.fgColor.rgb, mended.comment) == ("FFFFF9E1", None)
    assert {row[OPINION_ANSWER] for row in opinions(twice)} == {None, "Đang kiểm tra lại"}
    assert all("khoảng 428" not in str(row[OPINION_MESSAGE]) for row in opinions(twice))


def test_answers_live_through_a_second_return(returned: Path, tmp_path: Path) -> None:
    """Also those that answered a warning, which is nothing to be done any more."""

    def answer(book: Workbook) -> None:
        sheet = book[OPINIONS_SHEET]
        for row in range(FIRST_OPINION_ROW, sheet.max_row + 1):
            sheet[f"{OPINION_ANSWER}{row}"] = f"Đã kiểm tra, dòng {row}"

    once = changed(returned, tmp_path / "a.xlsx", answer)
    api.return_workbooks([once], tmp_path / "out")
    twice = tmp_path / "out" / "a.xlsx"
    assert [row[OPINION_ANSWER] for row in opinions(twice)] == [
        row[OPINION_ANSWER] for row in opinions(once)
    ]
    assert api.check([twice]).explained == api.check([once]).explained == 5
    marked = load_workbook(twice)[APPENDIX_SHEET]["E158"]
    assert (marked.fill.fgColor.rgb, marked.comment) == ("FFFFF9E1", None)


def test_an_answer_to_what_is_mended_is_not_thrown_away(returned: Path, tmp_path: Path) -> None:
    def mend_and_answer(book: Workbook) -> None:
        book[APPENDIX_SHEET]["E172"] = 428
        book[OPINIONS_SHEET][f"{OPINION_ANSWER}{FIRST_OPINION_ROW}"] = "Số quý trước cũng sai"

    file = changed(returned, tmp_path / "a.xlsx", mend_and_answer)
    for folder in ("1", "2"):
        api.return_workbooks([file], tmp_path / folder)
        file = tmp_path / folder / "a.xlsx"
        (row,) = (row for row in opinions(file) if row["B"] == "Đã xong")
        assert row[OPINION_ANSWER] == "Số quý trước cũng sai"
        assert "khoảng 428" in str(row[OPINION_MESSAGE])


def test_a_sheet_of_the_sender_that_is_called_so_stays(returned: Path, tmp_path: Path) -> None:
    def own_sheet(book: Workbook) -> None:
        book.create_sheet(OPINIONS_SHEET)["A2"] = 12345

    file = changed(FAULTY, tmp_path / "a.xlsx", own_sheet)
    api.return_workbooks([file], tmp_path / "out")
    book = load_workbook(tmp_path / "out" / "a.xlsx")
    assert book[OPINIONS_SHEET]["A2"].value == 12345
    assert book.worksheets[0].title == f"{OPINIONS_SHEET}1"
    renamed = changed(returned, tmp_path / "b.xlsx", lambda book: rename(book, "Góp ý"))
    api.return_workbooks([renamed], tmp_path / "out")
    assert "Góp ý" not in load_workbook(tmp_path / "out" / "b.xlsx").sheetnames


def rename(book: Workbook, name: str) -> None:
    book[OPINIONS_SHEET].title = name


def test_what_is_typed_on_the_sheet_and_in_our_comments_is_named(
    returned: Path, tmp_path: Path
) -> None:
    def type_around(book: Workbook) -> None:
        sheet = book[OPINIONS_SHEET]
        sheet["F3"], sheet["C2"], sheet["H20"] = "gọi 30001", "gọi 30002", "gọi 30003"
        comment = book[APPENDIX_SHEET]["E172"].comment
        assert comment is not None
        first, *rest = comment.text.splitlines()
        comment.text = "\n".join([first, "đúng là 30004", *rest, "xem thêm 30005"])

    file = changed(returned, tmp_path / "a.xlsx", type_around)
    said = " ".join(finding.message for finding in api.check([file]).findings)
    assert {token for token in range(30001, 30006) if str(token) in said} == set(
        range(30001, 30006)
    )


def test_the_senders_own_comment_stays(tmp_path: Path) -> None:
    def comment(book: Workbook) -> None:
        book[APPENDIX_SHEET]["E172"].comment = Comment("Chờ số liệu của Văn phòng", "ai đó")

    file = changed(FAULTY, tmp_path / "a.xlsx", comment)
    api.return_workbooks([file], tmp_path / "1")
    api.return_workbooks([tmp_path / "1" / "a.xlsx"], tmp_path / "2")
    said = load_workbook(tmp_path / "2" / "a.xlsx")[APPENDIX_SHEET]["E172"].comment
    assert said is not None
    assert said.text.count("KIỂM TRA BÁO CÁO") == 1
    assert said.text.endswith("Chờ số liệu của Văn phòng")
    (stray,) = (each for each in api.check([tmp_path / "2" / "a.xlsx"]).findings
                if each.rule == "W06")  # fmt: skip
    assert "Phụ lục!E172 «Chờ số liệu của Văn phòng»" in stray.message


# --- what cannot be annotated --------------------------------------------------------------------


def without_codes(book: Workbook) -> None:
    book[APPENDIX_SHEET].delete_cols(1)


def test_a_damaged_workbook_goes_back_as_a_fresh_form(tmp_path: Path) -> None:
    file = changed(FAULTY, tmp_path / "hỏng.xlsx", without_codes)
    before = api.check([file]).submissions[0]
    api.return_workbooks([file], tmp_path / "out", roster=ROSTER)
    fresh = tmp_path / "out" / "hỏng.xlsx"
    assert "biểu mẫu mới" in fresh.with_suffix(".txt").read_text("utf-8")
    after = api.check([fresh])
    submission = after.submissions[0]
    assert submission.fill.values == before.fill.values
    assert submission.notes == before.notes
    assert submission.unit == before.unit
    assert load_workbook(fresh)[APPENDIX_SHEET]["A11"].value == "I.1.1"
    assert {"W08", "W12"}.isdisjoint(finding.rule for finding in after.findings)


def test_a_fresh_form_names_its_own_cells(tmp_path: Path) -> None:
    """Without the column of codes all that was sent stood one column further left."""

    def damage(book: Workbook) -> None:
        book[APPENDIX_SHEET]["F11"] = "Kế hoạch số 12/KH-SMH ngày 31/02/2022"
        without_codes(book)

    file = changed(FAULTY, tmp_path / "a.xlsx", damage)
    assert {"Phụ lục!E11"} == {
        cell
        for finding in api.check([file]).findings
        if finding.rule == "N11"
        for cell in finding.cells
    }
    api.return_workbooks([file], tmp_path / "out")
    rows = opinions(tmp_path / "out" / "a.xlsx")
    hint = next(str(row["E"]) for row in rows if "Tổng số TTHC đang có" in str(row["D"]))
    assert hint.startswith("Nhiều khả năng sai")
    assert all(f"ô {cell} (" in hint for cell in ("E59", "E60", "E61"))
    (of_note,) = (row for row in rows if "Ngày không có trong lịch" in str(row["D"]))
    assert of_note[OPINION_CELL] == "F11"


def second_appendix(book: Workbook) -> None:
    copy = book.copy_worksheet(book[APPENDIX_SHEET])
    copy.title, copy["E11"] = "Bản cũ", 7777


def exchanged_rows(book: Workbook) -> None:
    sheet = book[APPENDIX_SHEET]
    for column in "ABCDEF":
        one, other = sheet[f"{column}11"], sheet[f"{column}12"]
        one.value, other.value = other.value, one.value


@pytest.mark.parametrize(
    ("damage", "doubtful"),
    [(second_appendix, {"I.1.1"}), (exchanged_rows, {"I.1.1", "I.1.2"})],
)
def test_a_fresh_form_leaves_out_what_cannot_be_believed(
    tmp_path: Path, damage: Callable[[Workbook], None], doubtful: set[str]
) -> None:
    """Sent back untouched, it must not make a figure right that was in doubt."""
    file = changed(FAULTY, tmp_path / "a.xlsx", damage)
    api.return_workbooks([file], tmp_path / "out")
    fresh = tmp_path / "out" / "a.xlsx"
    before, after = (api.check([each]).submissions[0].fill.values for each in (file, fresh))
    assert {code for code in before if before[code] != after[code]} >= doubtful
    assert all(after[code] is None for code in doubtful)
    (told,) = (row for row in opinions(fresh) if "để trống vì chưa chắc" in str(row["D"]))
    assert all(str(int(before[code] or 0)) in str(told["D"]) for code in doubtful)


def test_long_texts_are_cut_and_say_so(tmp_path: Path) -> None:
    random = Random(1)  # a text that repeats itself is taken for a zip bomb

    def type_long(book: Workbook) -> None:
        for row in range(30, 70):
            words = (f"{random.randrange(10**9)}" for _ in range(1200))
            book["Hướng dẫn"][f"C{row}"] = " ".join(words)

    file = changed(FAULTY, tmp_path / "a.xlsx", type_long)
    api.return_workbooks([file], tmp_path / "out")
    sheet = load_workbook(tmp_path / "out" / "a.xlsx").worksheets[0]
    assert all((each.height or 0) <= 409 for each in sheet.row_dimensions.values())
    assert len((tmp_path / "out" / "a.txt").read_text("utf-8")) < 10_000


def test_every_part_of_what_goes_back_is_sound_xml(tmp_path: Path) -> None:
    def type_oddly(book: Workbook) -> None:
        book[APPENDIX_SHEET]["E172"] = "abc_xFFFF_def_xD800_ _x0001_ <&>"

    file = changed(FAULTY, tmp_path / "a.xlsx", type_oddly)
    api.return_workbooks([file], tmp_path / "out")
    with zipfile.ZipFile(tmp_path / "out" / "a.xlsx") as archive:
        for name in archive.namelist():
            ElementTree.fromstring(archive.read(name))


def test_a_file_that_is_no_form_gets_a_letter_alone(tmp_path: Path) -> None:
    book = Workbook()
    book.create_sheet("Lịch").append(["Ngày họp", "Nội dung"])
    book.save(tmp_path / "lịch.xlsx")
    written = api.return_workbooks([tmp_path / "lịch.xlsx"], tmp_path / "out").written
    assert [path.name for path in written] == ["lịch.txt"]


def test_a_workbook_without_findings_stays_here(tmp_path: Path) -> None:
    clean = SAMPLES / "filled" / "H99.01_2022-Q3.xlsx"
    assert api.return_workbooks([clean], tmp_path / "out").written == ()
    assert not (tmp_path / "out").exists()


# --- names, days, refusals -----------------------------------------------------------------------


def test_outputs_have_names_of_their_own() -> None:
    sources = ["a/x.xlsx", "b/X.xlsx", "hộp.zip!so/x.xlsx", 'm.eml!"../..\\1:2.xlsx', "..."]
    assert list(file_names(sources).values()) == ["x", "X (2)", "x (3)", "_1_2", "tep"]


def test_nothing_is_replaced_without_being_asked(returned: Path) -> None:
    with pytest.raises(OutputError, match="--force"):
        api.return_workbooks([FAULTY], returned.parent)


def test_an_input_is_never_replaced(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    file.write_bytes(FAULTY.read_bytes())
    with pytest.raises(OutputError, match="tệp đầu vào"):
        api.return_workbooks([file], tmp_path, force=True)
    assert file.read_bytes() == FAULTY.read_bytes()


def test_what_went_back_and_was_not_touched_is_a_copy(returned: Path) -> None:
    """Whoever keeps it beside the original does not supersede the original with it."""
    statuses = [each.status.value for each in api.check([returned, FAULTY]).submissions]
    assert sorted(statuses) == ["accepted", "superseded"]
    before, after = (api.check([file]).submissions[0].modified for file in (FAULTY, returned))
    assert before == after is not None


def test_a_day_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"«31/2/2022»"):
        api.return_workbooks([FAULTY], tmp_path, due="31/2/2022")


def test_a_quoted_formula_stays_a_text(tmp_path: Path) -> None:
    def type_formula(book: Workbook) -> None:
        book[APPENDIX_SHEET]["E172"] = '=HYPERLINK("http://example.org","428")'

    file = changed(FAULTY, tmp_path / "a.xlsx", type_formula)
    api.return_workbooks([file], tmp_path / "out")
    data = io.BytesIO((tmp_path / "out" / "a.xlsx").read_bytes())
    with zipfile.ZipFile(data) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
