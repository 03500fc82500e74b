"""The period before: which report counts as it, what it makes us ask, what each unit is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from cchc_xlsx import api
from cchc_xlsx.changes import check_changes, is_jump
from cchc_xlsx.errors import InputError
from cchc_xlsx.figures import Fill
from cchc_xlsx.finding import Finding, Severity
from cchc_xlsx.form import Basis, Form
from cchc_xlsx.layout import (
    APPENDIX_SHEET,
    CHECKS_SHEET,
    INFO_SHEET,
    INFO_VALUE,
    OPENING,
    PREVIOUS,
    PREVIOUS_COPY,
    PREVIOUS_LEGEND,
    RULE_MESSAGE,
    RULE_STATUS,
    SIGNER,
    VALUE,
    AppendixLayout,
    ChecksLayout,
    info_row,
)
from cchc_xlsx.previous import Previous
from cchc_xlsx.reader import read
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.submission import Submission
from cchc_xlsx.template import Content, write_template
from cchc_xlsx.words import BROKEN, HOLDS, UNTOLD
from tests.command import run_both
from tests.office import recalculate, stored_values

UNIT = ReportingUnit("H99.01", "Sở Mẫu A")
OTHER = ReportingUnit("H99.02", "Sở Mẫu B")


def submission(
    form: Form, period: str, values: Mapping[str, float | None], unit: ReportingUnit = UNIT
) -> Submission:
    return Submission(
        file=f"{unit.code}_{period}.xlsx",
        sha256="",
        unit=unit,
        period=form.period(period),
        fill=Fill(values),
    )


def reports(form: Form, *periods: str) -> Previous:
    """Reports of one unit, each with its own period in a figure of its own."""
    return Previous.of(
        submission(form, period, {"I.1.1": float(at)}) for at, period in enumerate(periods)
    )


# --- which report -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "begins", "ends", "months"),
    [
        ("2022-Q1", date(2021, 12, 15), date(2022, 3, 14), 3),
        ("2022-6T", date(2021, 12, 15), date(2022, 6, 14), 6),
        ("2022-Q3", date(2022, 6, 15), date(2022, 9, 14), 3),
        ("2022-NAM", date(2021, 12, 15), date(2022, 12, 14), 12),
    ],
)
def test_windows(form: Form, period: str, begins: date, ends: date, months: int) -> None:
    window = form.period(period)
    assert (window.begins, window.ends, window.months) == (begins, ends, months)


def test_nothing_at_all_is_refused() -> None:
    with pytest.raises(InputError, match="không có báo cáo nào dùng được"):
        Previous.of([])


@pytest.mark.parametrize("year", ["0000", "0001", "9999"])
def test_a_year_that_no_calendar_has_stops_nothing(form: Form, year: str) -> None:
    before = reports(form, "2022-Q1")
    for kind in form.period_kinds:
        before.opening(UNIT.code, form.period(f"{year}-{kind.id}"))


ALL = ("2021-Q3", "2021-NAM", "2022-Q1", "2022-6T", "2022-Q3", "2022-NAM")


@pytest.mark.parametrize(
    ("period", "sent", "last", "opening", "in_period", "cumulative"),
    [
        # shown and compared with points in time; at its end this one begins; of the same length;
        # of the same year
        ("2022-Q1", ALL, "2021-NAM", "2021-NAM", "2021-Q3", ""),
        ("2022-6T", ALL, "2022-Q1", "2021-NAM", "", "2022-Q1"),
        ("2022-Q3", ALL, "2022-6T", "2022-6T", "2022-Q1", "2022-6T"),
        ("2022-NAM", ALL, "2022-Q3", "2021-NAM", "2021-NAM", "2022-Q3"),
        ("2022-Q3", ("2022-Q1",), "2022-Q1", "", "2022-Q1", "2022-Q1"),
        ("2022-Q3", ("2022-Q3", "2022-NAM"), "", "", "", ""),  # the same one, and a later one
        ("2022-6T", ("2022-6T", "2022-Q1"), "2022-Q1", "", "", "2022-Q1"),
    ],
)
def test_which_report_is_the_previous_one(
    form: Form,
    period: str,
    sent: tuple[str, ...],
    last: str,
    opening: str,
    in_period: str,
    cumulative: str,
) -> None:
    before, when = reports(form, *sent), form.period(period)

    def name(report: Submission | None) -> str:
        return report.period.id if report and report.period else ""

    at_opening = before.opening(UNIT.code, when).values.get("I.1.1")
    assert name(before.last(UNIT.code, when)) == last
    assert ("" if at_opening is None else sent[int(at_opening)]) == opening
    assert name(before.comparable(UNIT.code, when, Basis.POINT_IN_TIME)) == last
    assert name(before.comparable(UNIT.code, when, Basis.IN_PERIOD)) == in_period
    assert name(before.comparable(UNIT.code, when, Basis.CUMULATIVE)) == cumulative
    assert before.comparable(UNIT.code, when, Basis.NONE) is None
    assert {code: name(each) for code, each in before.before(when).items()} == (
        {UNIT.code: last} if last else {}
    )
    assert before.last(OTHER.code, when) is None


def test_a_unit_is_known_however_its_code_is_written(form: Form) -> None:
    assert reports(form, "2022-Q1").last("h99.01", form.period("2022-Q3"))


# --- what it makes us ask -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last", "figure", "expected"),
    [
        (12, 428, True),
        (428, 12, True),
        (10, 30, False),  # three times is not beyond
        (10, 31, True),
        (30, 10, False),
        (31, 10, True),
        (1, 10, False),  # small numbers: a change of 9
        (1, 11, True),
        (0, 9, False),
        (0, 10, True),
        (428, 0, True),
        (428, 428, False),
    ],
)
def test_a_jump(last: float, figure: float, expected: bool) -> None:
    assert is_jump(last, figure) is expected


# I.2.1 counts in the period, III.6.1 at a point in time, I.1.2 and IV.1.6 add up over the year;
# I.1 is a rate that adds up, III.6.3 one at a point in time; VII.A.1 is a question, I.8 a code
# list.
@pytest.mark.parametrize(
    ("before", "last", "period", "figures", "expected"),
    [
        ("2022-Q1", {"I.2.1": 12}, "2022-Q3", {"I.2.1": 120}, "G09 I.2.1"),
        ("2022-Q1", {"I.2.1": 12}, "2022-Q3", {"I.2.1": 36}, ""),
        ("2022-Q1", {"I.2.1": 120}, "2022-Q3", {"I.2.1": 12}, "G09 I.2.1"),
        ("2022-6T", {"I.2.1": 12}, "2022-Q3", {"I.2.1": 120}, ""),  # six months, three months
        ("2021-6T", {"I.2.1": 12}, "2022-6T", {"I.2.1": 120}, "G09 I.2.1"),
        ("2022-Q1", {"I.2.1": None}, "2022-Q3", {"I.2.1": 120}, ""),
        ("2022-Q1", {"I.2.1": 12}, "2022-Q3", {"I.2.1": None}, ""),
        ("2022-Q1", {}, "2022-Q3", {"I.2.1": 120}, ""),
        ("2022-6T", {"III.6.1": 12}, "2022-Q3", {"III.6.1": 120}, "G09 III.6.1"),
        ("2021-NAM", {"III.6.1": 12}, "2022-Q3", {"III.6.1": 120}, "G09 III.6.1"),
        ("2022-6T", {"III.6.3": 12}, "2022-Q3", {"III.6.3": 90}, ""),  # a rate
        ("2022-6T", {"I.1.2": 12}, "2022-Q3", {"I.1.2": 11}, "G12 I.1.2"),
        ("2022-6T", {"I.1.2": 12}, "2022-Q3", {"I.1.2": 12}, ""),
        ("2022-6T", {"I.1.2": 120}, "2022-Q3", {"I.1.2": 12}, "G12 I.1.2"),  # told once
        ("2022-6T", {"I.1.2": 12}, "2022-Q3", {"I.1.2": 120}, "G09 I.1.2"),
        ("2021-NAM", {"I.1.2": 12}, "2022-Q1", {"I.1.2": 3}, ""),  # a new year
        ("2022-6T", {"I.1": 60.0}, "2022-Q3", {"I.1": 55.5}, "G12 I.1"),
        ("2022-6T", {"VII.A.1": 1}, "2022-Q3", {"VII.A.1": 0}, "G12 VII.A.1"),
        ("2022-Q1", {"I.8": 1}, "2022-Q3", {"I.8": 0}, ""),
    ],
)
def test_figures_in_findings_out(
    form: Form,
    before: str,
    last: Mapping[str, float | None],
    period: str,
    figures: Mapping[str, float | None],
    expected: str,
) -> None:
    previous = Previous.of([submission(form, before, last)])
    found = check_changes(form, submission(form, period, figures), previous)
    assert "; ".join(f"{each.rule} {each.codes[0]}" for each in found) == expected


def test_a_change_is_told_with_both_figures_and_both_periods(form: Form) -> None:
    previous = Previous.of([submission(form, "2022-Q1", {"III.7.1": 1214})])
    now = submission(form, "2022-Q3", {"III.7.1": 12140})
    (finding,) = check_changes(form, now, previous)
    assert finding.message == (
        "«Số lượng hồ sơ TTHC do cơ quan, đơn vị tiếp nhận» tăng bất thường: từ 1.214 (quý I năm "
        "2022) lên 12.140 (quý III năm 2022)."
    )
    assert "Ghi chú" in finding.hint


def test_what_could_not_be_read_then_is_not_known_now(form: Form) -> None:
    then = submission(form, "2022-6T", {})
    unreadable = Submission(
        file=then.file,
        sha256="",
        unit=then.unit,
        period=then.period,
        fill=Fill({}, frozenset({"III.4.3"})),
    )
    before = Previous.of([unreadable])
    assert before.opening(UNIT.code, form.period("2022-Q3")) == Fill({})


# --- with files ---------------------------------------------------------------------------------

LAST = {"III.4.3.1": 100, "III.4.3.2": 20, "III.6.1": 40, "I.1.2": 12, "I.2.1": 5, "III.6.3": 72.5}
NOW = {"III.4.3.1": 103, "III.4.3.2": 20, "III.4.1": 5, "III.4.2": 1, "III.6.1": 4, "I.1.2": 11}
# 120 + 5 - 1 is 124, not 123; 4 is a tenth of 40; 11 is less than 12.
ASKED = {("G09", "III.6.1"), ("G12", "I.1.2"), ("C24", "III.4.3")}


def write(
    form: Form,
    folder: Path,
    period: str,
    entries: Mapping[str, float | str],
    *,
    unit: ReportingUnit = UNIT,
    notes: Mapping[str, str] | None = None,
    info: Mapping[str, str | int] | None = None,
) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / f"{unit.code}_{period}.xlsx"
    write_template(Content(form, form.period(period), unit, entries, notes or {}, info or {}), file)
    return file


@pytest.fixture(scope="module")
def before(form: Form, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the last periods; of the unit's two reports the later one counts."""
    folder = tmp_path_factory.mktemp("ky-truoc")
    info = {SIGNER: "Giám đốc", "contact_1.C": "Ông A", "report_number": "12/BC"}
    write(form, folder, "2022-6T", LAST, info=info)
    write(form, folder, "2022-Q1", {"III.6.1": 7})
    return folder


@pytest.fixture(scope="module")
def now(form: Form, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ky-nay")
    write(form, folder, "2022-Q3", NOW)
    write(form, folder, "2022-Q3", {"I.2.1": 3}, unit=OTHER)
    return folder


def about_changes(findings: list[Finding]) -> set[tuple[str, str]]:
    return {(each.rule, each.codes[0]) for each in findings if each.rule in ("G09", "G12", "C24")}


def test_check_asks_about_changes(now: Path, before: Path) -> None:
    assert about_changes(api.check([now]).findings) == set()
    batch = api.check([now], previous=before)
    assert about_changes(batch.findings) == ASKED
    (rule,) = (each for each in batch.findings if each.rule == "C24")
    assert "(123) khác số đầu kỳ (120) cộng số công bố mới (5)" in rule.message
    assert rule.codes == ("III.4.3", "III.4.1", "III.4.2")
    assert rule.cells == ("Phụ lục!E59", "Phụ lục!E57", "Phụ lục!E58")
    (alone,) = batch.general
    assert (alone.rule, alone.severity) == ("M13", Severity.INFO)
    assert alone.message == "Không có số liệu kỳ trước của 1 cơ quan: H99.02."


def test_merge_has_the_previous_figures(form: Form, now: Path, before: Path) -> None:
    merged = api.merge([now], previous=before)
    assert about_changes(merged.batch.findings) == ASKED
    last = merged.batch.previous.before(form.period("2022-Q3"))
    assert {code: each.fill.values["III.4.3"] for code, each in last.items()} == {"H99.01": 120}


def test_a_difference_between_other_numbers_of_units_is_marked(
    now: Path, before: Path, tmp_path: Path
) -> None:
    """One of the two units has reported before."""
    merged = api.merge([now], tmp_path / "tong-hop.xlsx", previous=before)
    assert merged.previous is not None
    sheet = load_workbook(tmp_path / "tong-hop.xlsx")["Tổng hợp"]
    marked = {
        sheet.cell(row, 1).value: "(≠)" in sheet.cell(row, 9).number_format
        for row in range(8, sheet.max_row + 1)
    }
    assert sheet.cell(6, 9).value == "Chênh lệch"
    for code, total in merged.totals.items():
        if merged.form.by_code[code].basis is not Basis.IN_PERIOD:
            assert marked[code] == (total.reported != merged.previous.totals[code].reported)
    assert set(marked.values()) == {True, False}


def test_a_consolidated_workbook_is_a_previous_period(
    form: Form, tmp_path: Path, now: Path, before: Path
) -> None:
    folder = tmp_path / "ky-truoc"
    folder.mkdir()
    last = folder / f"{UNIT.code}_2022-6T.xlsx"
    last.write_bytes((before / last.name).read_bytes())
    merged = folder / "tong-hop.xlsx"
    api.merge([last], merged)
    asked = api.check([now], previous=merged)
    assert about_changes(asked.findings) == ASKED
    # In the folder of the reports it is passed over.
    beside = api.check([now], previous=folder)
    assert beside.findings == asked.findings


def test_a_word_in_the_note_explains_a_change(form: Form, tmp_path: Path, before: Path) -> None:
    said = {"III.6.1": "Đã đơn giản hóa theo Quyết định số 5", "III.4.1": "gồm 1 TTHC nội bộ"}
    file = write(form, tmp_path, "2022-Q3", NOW, notes=said)
    batch = api.check([file], previous=before)
    explained = {
        each.rule: each.explained for each in batch.findings if each.rule in ("G09", "G12", "C24")
    }
    assert explained == {"G09": said["III.6.1"], "G12": "", "C24": said["III.4.1"]}


def test_what_goes_back_asks_too(now: Path, before: Path, tmp_path: Path) -> None:
    feedback = api.return_workbooks([now], tmp_path, previous=before)
    (text,) = (path for path in feedback.written if path.name == "H99.01_2022-Q3.txt")
    assert "tăng bất thường" not in text.read_text("utf-8")
    assert "giảm bất thường: từ 40 (6 tháng đầu năm 2022) xuống 4" in text.read_text("utf-8")


def test_a_period_that_is_not_before_is_refused(form: Form, tmp_path: Path, now: Path) -> None:
    for period in ("2022-Q3", "2022-NAM"):
        write(form, tmp_path / "previous", period, LAST)
    previous, output = tmp_path / "previous", tmp_path / "out.xlsx"
    said = "kỳ trước quý III năm 2022; các tệp đã cho là của quý III năm 2022, năm 2022."
    with pytest.raises(InputError, match=said):
        api.check([now], previous=previous)
    with pytest.raises(InputError, match=said):
        api.merge([now], output, previous=previous)
    with pytest.raises(InputError, match=said):
        api.return_workbooks([now], output, previous=previous)
    with pytest.raises(InputError, match=said):
        api.template(output, "2022-Q3", unit_code="H99.01", unit_name="A", previous=previous)
    assert not output.exists()


def test_a_fresh_form_shows_them_too(form: Form, tmp_path: Path, before: Path) -> None:
    sent = write(form, tmp_path / "sent", "2022-Q3", NOW)
    row = AppendixLayout(form).row("I.2.1")
    book = load_workbook(sent)
    book[APPENDIX_SHEET].delete_rows(row)
    book.save(sent)
    api.return_workbooks([sent], tmp_path / "back", previous=before)
    fresh = load_workbook(tmp_path / "back" / sent.name)[APPENDIX_SHEET]
    assert fresh[f"{PREVIOUS}{row}"].value == LAST["I.2.1"]


def test_a_file_that_cannot_be_compared_with_is_named(
    form: Form, tmp_path: Path, now: Path
) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"not a workbook")
    with pytest.raises(InputError, match="không có báo cáo nào dùng được"):
        api.check([now], previous=tmp_path)
    write(form, tmp_path, "2022-6T", LAST)
    unusable, _ = api.check([now], previous=tmp_path).general
    assert (unusable.rule, unusable.severity) == ("M19", Severity.WARNING)
    assert f"1 tệp của kỳ trước: {tmp_path}/a.xlsx" in unusable.message


# --- what each unit is shown ----------------------------------------------------------------------


def issue(before: Path, output: Path) -> Path:
    api.template(
        output, "2022-Q3", unit_code=UNIT.code, unit_name=UNIT.name, previous=before, force=True
    )
    return output


@pytest.fixture(scope="module")
def issued(before: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return issue(before, tmp_path_factory.mktemp("mau") / "H99.01.xlsx")


def test_a_unit_sees_its_own_last_figures(form: Form, issued: Path) -> None:
    book = load_workbook(issued)
    sheet, layout = book[APPENDIX_SHEET], AppendixLayout(form)
    shown = {row.code: sheet[f"{PREVIOUS}{layout.row(row.code)}"] for row in form.inputs}
    figures = {code: cell.value for code, cell in shown.items() if cell.value is not None}
    assert figures == {**LAST, "III.4.3": 120}
    assert all(cell.protection.locked for cell in shown.values())
    assert (sheet["G7"].value, sheet["G8"].value) == ("Số liệu kỳ trước", "6 tháng đầu năm 2022")
    assert sheet["H6"].value == PREVIOUS_LEGEND
    assert sheet.print_area == f"'{APPENDIX_SHEET}'!$B$1:$F${layout.last_row}"
    assert not sheet.column_dimensions[PREVIOUS].hidden
    assert sheet.column_dimensions[PREVIOUS_COPY].hidden

    # Nothing of it is in an input, and only what rarely changes is offered again.
    inputs = [sheet[f"{VALUE}{layout.row(row.code)}"].value for row in form.inputs]
    assert all(value is None or str(value).startswith("=") for value in inputs)
    colours = {code: cell.fill.fgColor.rgb for code, cell in shown.items()}
    assert colours["III.6.1"] != colours["I.2.1"]
    info = book[INFO_SHEET]
    assert info[f"{INFO_VALUE}{info_row(SIGNER)}"].value == "Giám đốc"
    assert not info[f"{INFO_VALUE}{info_row(SIGNER)}"].protection.locked
    assert info[f"{INFO_VALUE}{info_row('report_number')}"].value is None
    assert "Ông A" in {cell.value for row in info.iter_rows() for cell in row}


def test_without_a_last_period_nothing_of_it_stands_there(form: Form, tmp_path: Path) -> None:
    file = write(form, tmp_path, "2022-Q3", {})
    book = load_workbook(file)
    sheet, checks = book[APPENDIX_SHEET], book[CHECKS_SHEET]
    for column in (PREVIOUS, PREVIOUS_COPY, OPENING):
        assert not any(cell.value for cell in sheet[column])
    assert sheet.column_dimensions[PREVIOUS].hidden
    rows = {rule.id: ChecksLayout(form).row(at) for at, rule in enumerate(form.rules)}
    assert checks.row_dimensions[rows["C24"]].hidden
    assert not checks.row_dimensions[rows["T01"]].hidden


def test_a_unit_without_a_report_is_named(tmp_path: Path, before: Path) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text("Mã,Tên\nH99.01,Sở Mẫu A\nH99.02,Sở Mẫu B\n", "utf-8")
    call = ("template", "--period", "2022-Q3", "--units", roster, "-o", tmp_path / "mau")
    printed, error = run_both(*call, "--previous", before)
    assert len(printed.splitlines()) == 2
    assert "Không có số liệu kỳ trước của 1 cơ quan: H99.02." in error
    _, error = run_both(
        "template", "--period", "2022-Q3", "--previous", before, "-o", tmp_path / "x", status=2
    )
    assert "--previous cần biết cơ quan" in error


def typed_into(file: Path, cells: Mapping[str, float | str], output: Path) -> Path:
    book = load_workbook(file)
    for cell, value in cells.items():
        book[APPENDIX_SHEET][cell] = value
    book.save(output)
    return output


def test_the_column_is_never_taken_for_figures(form: Form, issued: Path, tmp_path: Path) -> None:
    layout = AppendixLayout(form)
    entries = {f"{VALUE}{layout.row(code)}": value for code, value in NOW.items()}
    filled = typed_into(issued, entries, tmp_path / "filled.xlsx")
    plain = write(form, tmp_path, "2022-Q3", NOW)
    with_column, without = (read(each.read_bytes(), each.name, form) for each in (filled, plain))
    assert with_column.submission.fill == without.submission.fill
    assert [each.rule for each in with_column.findings] == [each.rule for each in without.findings]
    # What somebody types there is named, and changes nothing.
    row = layout.row("I.2.1")
    typed: dict[str, float | str] = {
        f"{PREVIOUS}{row}": 6,
        f"{PREVIOUS}{row + 1}": 7,
        f"{PREVIOUS}9": "xem lại",
    }
    changed = typed_into(filled, typed, tmp_path / "typed.xlsx")
    reading = read(changed.read_bytes(), "typed.xlsx", form)
    assert reading.submission.fill == without.submission.fill
    (stray,) = (each for each in reading.findings if each.rule == "W06")
    assert set(stray.cells) == {f"{APPENDIX_SHEET}!{cell}" for cell in typed}


# --- one rule, two readers ------------------------------------------------------------------------

# III.4.3 now, when the period began, newly published, abolished; then what rule C24 says.
ROLLED_FORWARD: list[tuple[float, float | None, float, float, str]] = [
    (124, 120, 5, 1, HOLDS),
    (123, 120, 5, 1, BROKEN[Severity.WARNING]),
    (120, None, 5, 1, UNTOLD),
]


@pytest.mark.libreoffice
def test_libreoffice_opens_a_workbook_that_looks_back(form: Form, tmp_path: Path) -> None:
    """More figures are drawn in test_parity; here the column is seen to come back unharmed."""
    row = ChecksLayout(form).row(next(at for at, r in enumerate(form.rules) if r.id == "C24"))
    period, files = form.period("2022-Q3"), []
    for number, (stock, then, new, gone, _) in enumerate(ROLLED_FORWARD):
        before = Previous.of([submission(form, "2022-6T", {"III.4.3": then, "I.2.1": 5})])
        last, opening = before.last(UNIT.code, period), before.opening(UNIT.code, period)
        entries = {"III.4.3": stock, "III.4.1": new, "III.4.2": gone}
        files.append(tmp_path / f"{number}.xlsx")
        content = Content(form, period, UNIT, entries, previous=last, opening=opening)
        write_template(content, files[-1])
    resaved = recalculate(files, tmp_path / "again")
    for (*_, expected), file, again in zip(ROLLED_FORWARD, files, resaved, strict=True):
        for values in (stored_values(file), stored_values(again)):
            assert values[f"{CHECKS_SHEET}!{RULE_STATUS}{row}"] == expected
            message = str(values.get(f"{CHECKS_SHEET}!{RULE_MESSAGE}{row}") or "")
            assert ("khác số đầu kỳ (120)" in message) is (expected == BROKEN[Severity.WARNING])
        first, second = (read(each.read_bytes(), each.name, form) for each in (file, again))
        assert first.submission.fill == second.submission.fill
        assert "W06" not in {each.rule for each in (*first.findings, *second.findings)}


# --- what is lost of a consolidated workbook ------------------------------------------------------


@pytest.fixture(scope="module")
def consolidated(tmp_path_factory: pytest.TempPathFactory, form: Form) -> Path:
    """Two units in the first half of 2022."""
    folder = tmp_path_factory.mktemp("earlier")
    (folder / "in").mkdir()
    for code in ("H99.01", "H99.02"):
        content = Content(
            form, form.period("2022-6T"), ReportingUnit(code, code), entries={"I.1.1": 5.0}
        )
        write_template(content, folder / "in" / f"{code}.xlsx")
    api.merge([folder / "in"], folder / "6t.xlsx")
    return folder / "6t.xlsx"


def damaged(file: Path, target: Path, damage: Callable[[Workbook], None]) -> Path:
    book = load_workbook(file)
    damage(book)
    book.save(target)
    return target


def other_period_for_one(book: Workbook) -> None:
    """All lines of the first unit are said to be of the first quarter."""
    for row in book["Dữ liệu"].iter_rows(min_row=4):
        if row[0].value == "H99.01":
            row[1].value = "2022-Q1"


def test_lines_that_were_lost_are_told_and_leave_no_report(
    form: Form, consolidated: Path, tmp_path: Path
) -> None:
    lost = damaged(consolidated, tmp_path / "lost.xlsx", other_period_for_one)
    content = Content(form, form.period("2022-Q3"), UNIT, entries={"I.1.1": 5.0})
    write_template(content, tmp_path / "now.xlsx")
    said = {each.rule: each for each in api.check([tmp_path / "now.xlsx"], previous=lost).findings}
    assert said["W20"].file.endswith("lost.xlsx")
    assert UNIT.code == "H99.01"
    assert UNIT.code in said["M13"].message


DAMAGES: dict[str, tuple[Callable[[Workbook], None], str]] = {
    "no data": (lambda book: book.remove(book["Dữ liệu"]), "không còn trang Dữ liệu"),
    "another form": (
        lambda book: book["Tổng hợp"].__setitem__("A1", "cchc-tong-hop/khac/1"), "«khac/1»"
    ),
    "no totals": (lambda book: book.remove(book["Tổng hợp"]), "không phải là tệp tổng hợp"),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_consolidated_workbook_says_why(
    now: Path, consolidated: Path, tmp_path: Path, damage: str
) -> None:
    edit, said = DAMAGES[damage]
    with pytest.raises(InputError, match=said):
        api.check([now], previous=damaged(consolidated, tmp_path / "x.xlsx", edit))
