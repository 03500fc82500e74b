"""Cells taken apart without a parser are those that the parser reads, or None at all."""

from __future__ import annotations

import gc
import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cchc_xlsx.workbook.cells import MOST_CELLS, Cell, CellKind
from cchc_xlsx.workbook.number_format import NumberFormat
from cchc_xlsx.workbook.package import NotAWorkbook, Package
from cchc_xlsx.workbook.parsed_xml import parsed_sheet, parsed_texts
from cchc_xlsx.workbook.plain_xml import plain_sheet, plain_texts
from cchc_xlsx.workbook.raw_cell import SheetContent
from tests.office import recalculate

SAMPLES = sorted((Path(__file__).parent.parent / "samples" / "filled").glob("*.xlsx"))
TEXTS = [Cell(CellKind.TEXT, "một"), Cell(CellKind.TEXT, "hai"), None]
FORMATS = (NumberFormat(), NumberFormat(is_percent=True), NumberFormat(is_date=True))
SPECIAL = {at: each for at, each in enumerate(FORMATS) if each != NumberFormat()}

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="x"><sheetData>'
TAIL = '</sheetData><mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells></worksheet>'


def sheet(rows: str) -> bytes:
    return f"{HEAD}{rows}{TAIL}".encode()


def by_parser(xml: bytes, texts: Sequence[Cell | None] = TEXTS) -> SheetContent:
    return parsed_sheet(xml, texts, FORMATS, room=200_000, most_text=5_000_000)


PLAIN = {
    "numbers": '<row r="1"><c r="A1"><v>1.5</v></c><c r="B1" s="1"><v>0.72</v></c></row>',
    "a date": '<row r="1"><c r="A1" s="2"><v>44820</v></c></row>',
    "shared texts": '<row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1" t="s"><v>0</v></c></row>',
    "a blank shared text": '<row r="1"><c r="A1" t="s"><v>2</v></c><c r="B1"><v>3</v></c></row>',
    "a formula": '<row r="2"><c r="H2" t="str"><f>IF(A1&lt;2,"Đạt","")</f><v>Đạt</v></c></row>',
    "LibreOffice's": '<row r="2"><c r="H2" s="1" t="n"><f aca="false">1+1</f><v>2</v></c></row>',
    "errors": '<row r="1"><c r="A1" t="e"><v>#DIV/0!</v></c><c r="B1" t="b"><v>1</v></c></row>',
    "blanks": '<row r="1"/><row r="2" ht="20"><c r="A2" s="3"/><c r="B2"/></row><row r="3"></row>',
    "an escape": '<row r="1"><c r="A1" t="str"><v>a_x000D_b</v></c></row>',
    "nothing": "",
}


@pytest.mark.parametrize("rows", PLAIN.values(), ids=PLAIN)
def test_what_the_usual_programs_write_needs_no_parser(rows: str) -> None:
    assert plain_sheet(sheet(rows), TEXTS, SPECIAL) == by_parser(sheet(rows))


UNUSUAL = {
    "an inline text": '<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>',
    "a shared formula": '<row r="1"><c r="A1"><f t="shared" si="0" ref="A1:A2">1</f></c></row>',
    "an array": '<row r="1"><c r="A1"><f t="array" ref="A1:A2">1</f><v>1</v></c></row>',
    "no address": "<row><c><v>1</v></c></row>",
    "other quotes": "<row r='1'><c r='A1'><v>1</v></c></row>",
    "a prefix": '<x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row>',
    "white space": '<row r="1">\n<c r="A1"><v>1</v></c></row>',
    "a comment": '<row r="1"><!-- --><c r="A1"><v>1</v></c></row>',
    "CDATA": '<row r="1"><c r="A1"><v><![CDATA[1]]></v></c></row>',
    "a numbered letter": '<row r="1"><c r="A1" t="str"><v>&#65;</v></c></row>',
    "a carriage return": '<row r="1"><c r="A1" t="str"><v>a\rb</v></c></row>',
    "a control character": '<row r="1"><c r="A1" t="str"><v>a\x01b</v></c></row>',
    "our own mark": '<row r="1"><c r="A1"\x00</c></row>',
    "a text beyond the last": '<row r="1"><c r="A1" t="s"><v>9</v></c></row>',
    "a cell twice": '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
    "a row beyond the last": '<row r="1048577"><c r="A1048577"><v>1</v></c></row>',
    "a column beyond the last": '<row r="1"><c r="XFE1"><v>1</v></c></row>',
    "rows within rows": '<row r="1"><row r="2"><c r="A2"><v>1</v></c></row></row>',
    "no end of a row": '<row r="1"><c r="A1"><v>1</v></c>',
    "an attribute twice": '<row r="1" r="1"><c r="A1"><v>1</v></c></row>',
    "an undeclared prefix": '<row r="1" x14ac:dyDescent="1"><c r="A1"><v>1</v></c></row>',
    "no name of an attribute": '<row r="1" 1a="2"><c r="A1"><v>1</v></c></row>',
    "a long namespace": f'<row r="1" xmlns:a="{"u" * 1001}"><c r="A1"><v>1</v></c></row>',
}


@pytest.mark.parametrize("rows", UNUSUAL.values(), ids=UNUSUAL)
def test_all_else_is_left_to_the_parser(rows: str) -> None:
    assert plain_sheet(sheet(rows), TEXTS, SPECIAL) is None


def test_cells_beside_the_table_of_cells_are_left_to_the_parser() -> None:
    xml = sheet("").replace(b"<mergeCells", b'<c r="A9"><v>9</v></c><mergeCells')
    assert plain_sheet(xml, TEXTS, SPECIAL) is None


@pytest.mark.parametrize("around", ["<!-- {} -->", "<x><![CDATA[{}]]></x>", "<?x {} ?>"])
def test_rows_that_are_none_are_left_to_the_parser(around: str) -> None:
    begin, end = "<sheetData>", "</sheetData>"
    rows = around.format(f'{begin}<row r="1"><c r="A1"><v>7</v></c></row>{end}')
    assert sheet("").count(f"{begin}{end}".encode()) == 1
    xml = sheet("").replace(f"{begin}{end}".encode(), f"{rows}<sheetData/>".encode())
    assert plain_sheet(xml, TEXTS, SPECIAL) is None
    assert not by_parser(xml).cells


@pytest.mark.parametrize("attributes", [' count="1" count="1"', ' a:b="1"'])
def test_shared_texts_that_are_no_sound_xml_are_left_to_the_parser(attributes: str) -> None:
    xml = f'<?xml version="1.0" encoding="UTF-8"?><sst{attributes}><si><t>a</t></si></sst>'
    assert plain_texts(xml.encode()) is None


def test_more_shared_texts_than_a_workbook_may_have_are_left_to_the_parser() -> None:
    xml = f'<?xml version="1.0" encoding="UTF-8"?><sst>{"<si><t/></si>" * (MOST_CELLS + 1)}</sst>'
    assert plain_texts(xml.encode()) is None


def test_a_part_that_declares_a_type_is_left_to_the_parser() -> None:
    xml = sheet("").replace(b"<worksheet", b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet')
    assert plain_sheet(xml, TEXTS, SPECIAL) is None


# --- the whole space of inputs --------------------------------------------------------------------

texts = st.text(st.sampled_from("aĐ 1&<>\"'\n\t_x0D\x01\r]"), max_size=8)
escaped = texts.map(lambda text: text.replace("&", "&amp;").replace("<", "&lt;"))
contents = st.one_of(
    st.floats().map(lambda number: f"<v>{number!r}</v>"),
    st.integers().map(lambda number: f"<v>{number}</v>"),
    escaped.map(lambda text: f"<v>{text}</v>"),
    st.tuples(escaped, escaped).map(lambda pair: f"<f>{pair[0]}</f><v>{pair[1]}</v>"),
    st.just(""),
)
types = st.sampled_from(["", ' t="s"', ' t="n"', ' t="str"', ' t="b"', ' t="e"', ' t="d"'])
cells = st.tuples(st.sampled_from("ABC"), st.integers(0, 3), types, contents)


def row(number: int, drawn: Sequence[tuple[str, int, str, str]]) -> str:
    inside = "".join(
        f'<c r="{column}{number}" s="{style}"{kind}>{content}</c>'
        for column, style, kind, content in drawn
    )
    return f'<row r="{number}" spans="1:3">{inside}</row>'


@settings(max_examples=400)
@given(st.lists(st.lists(cells, max_size=3, unique_by=lambda cell: cell[0]), max_size=3))
def test_whatever_is_read_without_a_parser_is_what_it_reads(
    rows: list[list[tuple[str, int, str, str]]],
) -> None:
    xml = sheet("".join(row(number, drawn) for number, drawn in enumerate(rows, start=1)))
    plain = plain_sheet(xml, TEXTS, SPECIAL)
    if plain is not None:
        assert plain == by_parser(xml)


ODD = b'<>/="& \x00\r\nc0aA;r'


def damaged(chance: random.Random, xml: bytes) -> bytes:
    """A part with a few bytes changed, lost or doubled."""
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(xml))
        end = at + chance.choice([0, 1, 1, 5, 30])
        new = chance.choice([b"", bytes([chance.choice(ODD)]), xml[at:end] * 2])
        xml = xml[:at] + new + xml[end:]
    return xml


def parts(file: Path) -> tuple[list[Cell | None], list[bytes], bytes]:
    """The shared texts of a workbook, its sheets, and the part that holds the texts."""
    package = Package.open(file.read_bytes())
    shared = package.read("xl/sharedStrings.xml")
    names = [name for name in package.archive.namelist() if name.startswith("xl/worksheets/sheet")]
    return parsed_texts(shared), [package.read(name) for name in names], shared


@pytest.mark.parametrize("seed", range(40))
def test_damaged_parts_are_never_read_otherwise(seed: int) -> None:
    chance = random.Random(seed)
    known, sheets, shared = parts(SAMPLES[seed % len(SAMPLES)])
    for _ in range(10):
        xml = damaged(chance, chance.choice(sheets))
        plain = plain_sheet(xml, known, {})
        if plain is not None:
            assert plain == parsed_sheet(xml, known, (), 200_000, 5_000_000)
        xml = damaged(chance, shared)
        in_texts = plain_texts(xml)
        if in_texts is not None:
            assert in_texts == parsed_texts(xml)


# --- real files -----------------------------------------------------------------------------------


def test_our_own_workbooks_need_no_parser() -> None:
    for file in SAMPLES:
        known, sheets, shared = parts(file)
        assert plain_texts(shared) == known
        for xml in sheets:
            assert plain_sheet(xml, known, {}) == parsed_sheet(xml, known, (), 200_000, 5_000_000)


@pytest.mark.libreoffice
def test_what_libreoffice_saves_needs_no_parser(tmp_path: Path) -> None:
    for file in recalculate(SAMPLES[:2], tmp_path):
        known, sheets, shared = parts(file)
        assert plain_texts(shared) == known
        for xml in sheets:
            assert plain_sheet(xml, known, {}) == parsed_sheet(xml, known, (), 200_000, 5_000_000)


def test_sheets_that_are_forgotten_hold_themselves_in_no_circle() -> None:
    """Garbage in circles is looked for seldom while files are read."""
    gc.collect()
    gc.disable()
    try:
        for number in range(300):
            rows = f'<row r="1"><c r="A1"><v>{number}</v></c></row>'
            assert plain_sheet(sheet(rows), TEXTS, SPECIAL)
        assert not gc.collect()
    finally:
        gc.enable()


def test_a_part_beyond_the_bound_is_left_to_the_parser() -> None:
    xml = sheet('<row r="1"><c r="A1"><v>1</v></c></row>' + " " * (4 * 2**20))
    assert plain_sheet(xml, TEXTS, SPECIAL) is None


def test_too_many_merged_ranges_are_refused_as_by_the_parser() -> None:
    xml = sheet("").replace(
        b"</mergeCells>", b'<mergeCell ref="A1:B1"/>' * 5_001 + b"</mergeCells>"
    )
    assert plain_sheet(xml, TEXTS, SPECIAL) is None
    with pytest.raises(NotAWorkbook):
        by_parser(xml)
