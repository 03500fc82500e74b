"""A stamped workbook is the one that would have been written, part by part."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from cchc_xlsx import api
from cchc_xlsx.form import Form
from cchc_xlsx.form_file import load_form
from cchc_xlsx.layout import APPENDIX_SHEET, PREVIOUS
from cchc_xlsx.reader import read
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.submission import Reading
from cchc_xlsx.template import Content, write_template
from cchc_xlsx.template.stamp import Stamp
from cchc_xlsx.template.zip_archive import Piece, archive
from cchc_xlsx.vietnamese import clean
from tests.engines import Engine
from tests.office import stored_values
from tests.programs import OTHERS, Resaving
from tests.small_form import write_small_form

SAMPLES = Path(__file__).parent.parent / "samples"
UNIT = ReportingUnit("H99.01", "Sở Thử nghiệm & <Kiểm định>")

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
TERMS = "{http://purl.org/dc/terms/}"
STRINGS, PROPERTIES = "xl/sharedStrings.xml", "docProps/core.xml"


# --- a workbook, part by part -------------------------------------------------------------------


def parts_of(file: Path) -> dict[str, object]:
    """Every part as normalised XML; the cells hold their texts, the moment of creation is gone."""
    with zipfile.ZipFile(file) as opened:
        assert opened.testzip() is None
        roots = {name: ElementTree.fromstring(opened.read(name)) for name in opened.namelist()}
    strings = [text_of(string) for string in roots[STRINGS]]
    for cell in (cell for root in roots.values() for cell in shared(root)):
        value = cell.find(f"{MAIN}v")
        assert value is not None
        value.text = strings[int(value.text or "")]
    for moment in ("created", "modified"):
        found = roots[PROPERTIES].find(f"{TERMS}{moment}")
        assert found is not None
        found.text = ""
    return {name: text_of(root) for name, root in roots.items()} | {STRINGS: set(strings)}


def shared(root: ElementTree.Element) -> Iterator[ElementTree.Element]:
    """The cells of a sheet whose text stands among the shared strings."""
    return (cell for cell in root.iter(f"{MAIN}c") if cell.get("t") == "s")


def text_of(element: ElementTree.Element) -> str:
    return ElementTree.canonicalize(ElementTree.tostring(element, encoding="unicode"))


def assert_strings_are_counted(file: Path) -> None:
    with zipfile.ZipFile(file) as opened:
        sheets = [name for name in opened.namelist() if name.startswith("xl/worksheets/sheet")]
        table = ElementTree.fromstring(opened.read(STRINGS))
        cells = sum(len([*shared(ElementTree.fromstring(opened.read(name)))]) for name in sheets)
    assert (table.get("count"), table.get("uniqueCount")) == (str(cells), str(len(table)))


def both(content: Content, unit: ReportingUnit, folder: Path, password: str = "") -> list[Path]:
    """The workbook of a unit, written and stamped."""
    written, stamped = folder / "written.xlsx", folder / "stamped.xlsx"
    write_template(replace(content, unit=unit), written, password)
    Stamp(content, password).write(unit, stamped)
    return [written, stamped]


# --- the same parts -----------------------------------------------------------------------------

LETTERS = "aáăắâấbdđeêếghiklmnoôốơớ ƯỚƠỨYỸ 0123456789 &<>\"'();:,.-_=+@#{}%/\\[]  \U0001f3db"


def texts(letters: str, longest: int) -> st.SearchStrategy[str]:
    """Texts of every length: those of hypothesis itself are mostly shorter than a line."""
    lengths = st.integers(1, longest)
    return lengths.flatmap(lambda length: st.text(letters, min_size=length, max_size=length))


CODES = texts("AHXbkx0159._-", 120).map("H{}".format)
NAMES = texts(LETTERS, 500).map(clean).filter(bool)
OTHER_TEXTS = st.sampled_from(["Đạt", "Phụ lục", "Quý III năm 2022", "TRUE", "0", "A1", "&amp;"])
UNITS = (
    st.builds(ReportingUnit, CODES, NAMES)
    | CODES.map(lambda code: ReportingUnit(code, code))
    | st.builds(ReportingUnit, CODES, OTHER_TEXTS)
)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Content:
    form = load_form(write_small_form(tmp_path_factory.mktemp("form")))
    return Content(form, form.period("2022-H1"))


@pytest.fixture(scope="module")
def stamp(small: Content) -> Stamp:
    return Stamp(small)


@given(unit=UNITS)
@settings(deadline=None, max_examples=60, derandomize=True, phases=[Phase.generate])
def test_a_stamped_workbook_is_the_one_that_would_have_been_written(
    small: Content, stamp: Stamp, tmp_path_factory: pytest.TempPathFactory, unit: ReportingUnit
) -> None:
    folder = tmp_path_factory.mktemp("stamped")
    write_template(replace(small, unit=unit), folder / "written.xlsx")
    stamp.write(unit, folder / "stamped.xlsx")
    assert parts_of(folder / "stamped.xlsx") == parts_of(folder / "written.xlsx")
    assert_strings_are_counted(folder / "stamped.xlsx")


@pytest.mark.parametrize(
    "name",
    [" Sở ", "Sở\nNội  vụ", "Sở _x0041_", "So\u031b\u0309", "Sở\u200b"],
    ids=["spaces at the ends", "two lines", "an escape of Excel", "not composed", "invisible"],
)
def test_a_name_that_no_roster_gives_is_written_all_the_same(
    small: Content, tmp_path: Path, name: str
) -> None:
    for unit in (ReportingUnit("H1", name), ReportingUnit(name.strip(), "Sở")):
        written, stamped = both(small, unit, tmp_path)
        assert parts_of(stamped) == parts_of(written)


def test_a_filled_workbook_with_a_password_can_be_stamped_too(
    seed_content: Content, tmp_path: Path
) -> None:
    written, stamped = both(seed_content, UNIT, tmp_path, "bí mật")
    assert parts_of(stamped) == parts_of(written)
    assert_strings_are_counted(stamped)


# --- who opens it finds the same ----------------------------------------------------------------


def without_file(reading: Reading) -> Reading:
    submission = replace(reading.submission, file="", sha256="", modified=None)
    findings = tuple(replace(finding, file="") for finding in reading.findings)
    return replace(reading, submission=submission, findings=findings)


def test_the_reader_reads_the_same(form: Form, seed_content: Content, tmp_path: Path) -> None:
    written, stamped = (
        read(file.read_bytes(), file.name, form) for file in both(seed_content, UNIT, tmp_path)
    )
    assert stamped.is_accepted
    assert stamped.submission.unit == UNIT
    assert without_file(stamped) == without_file(written)


def test_it_is_calculated_the_same(engine: Engine, seed_content: Content, tmp_path: Path) -> None:
    files = both(seed_content, UNIT, tmp_path)
    written, stamped = map(stored_values, engine.recalculate(files, tmp_path / "out"))
    assert stamped == written
    assert stamped == stored_values(files[1])


@pytest.mark.programs
@pytest.mark.filterwarnings("ignore:Workbook contains no default style:UserWarning")
@pytest.mark.parametrize("program", [each for each in OTHERS if each.suffix == "xlsx"], ids=str)
def test_other_programs_open_it(seed_content: Content, tmp_path: Path, program: Resaving) -> None:
    (tmp_path / "out").mkdir()
    files = both(seed_content, UNIT, tmp_path)
    written, stamped = map(stored_values, program.save(files, tmp_path / "out"))
    assert stamped == written


# --- the command --------------------------------------------------------------------------------


def test_a_unit_with_a_report_before_still_sees_its_figures(form: Form, tmp_path: Path) -> None:
    roster, (report,) = tmp_path / "roster.csv", (SAMPLES / "earlier").glob("*.xlsx")
    known = read(report.read_bytes(), report.name, form).submission.unit
    assert known
    units = (known, ReportingUnit("H99.77", known.name))
    lines = ["Mã định danh,Tên cơ quan", *(f"{unit.code},{unit.name}" for unit in units)]
    roster.write_text("\n".join(lines), encoding="utf-8")
    issued = api.template(tmp_path / "out", "2022-Q3", roster=roster, previous=report)
    shown = [load_workbook(path)[APPENDIX_SHEET][f"{PREVIOUS}8"].value for path in issued.written]
    assert shown == ["6 tháng đầu năm 2022", None]


def test_a_name_on_the_command_line_is_cleaned_like_one_of_a_roster(
    form: Form, tmp_path: Path
) -> None:
    file = tmp_path / "a.xlsx"
    api.template(file, "2022-Q3", unit_code="H1", unit_name=" Sở \x02 Nội  vụ\n")
    assert read(file.read_bytes(), file.name, form).submission.unit == ReportingUnit(
        "H1", "Sở Nội vụ"
    )


# --- the archive --------------------------------------------------------------------------------

MEMBERS = st.dictionaries(
    st.from_regex(r"[a-z]{1,9}(/[a-z]{1,9}\.xml)?", fullmatch=True),
    st.lists(st.binary(max_size=200) | st.just(b"<c/>" * 40_000), max_size=5),
    max_size=5,
)


@given(members=MEMBERS)
@settings(deadline=None, derandomize=True)
def test_an_archive_holds_its_pieces_one_after_the_other(
    tmp_path_factory: pytest.TempPathFactory, members: dict[str, list[bytes]]
) -> None:
    file = tmp_path_factory.mktemp("archive") / "a.zip"
    file.write_bytes(archive({name: [*map(Piece.of, each)] for name, each in members.items()}))
    with zipfile.ZipFile(file) as opened:
        assert opened.testzip() is None
        content = {name: opened.read(name) for name in opened.namelist()}
    assert content == {name: b"".join(each) for name, each in members.items()}
