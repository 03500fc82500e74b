"""The reader of cells: raw XML beside what it is read as, and openpyxl as a second opinion."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from openpyxl import load_workbook

from cchc_xlsx.workbook import read_workbook
from cchc_xlsx.workbook.cells import Cell, CellKind
from cchc_xlsx.workbook.number_format import number_cell, number_format
from cchc_xlsx.workbook.package import HIGHEST_RATIO, LARGEST_PART, NotAWorkbook
from tests.office import recalculate

SAMPLES = sorted((Path(__file__).parent.parent / "samples" / "filled").glob("*.xlsx"))

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def relations(**targets: str) -> str:
    listed = "".join(
        f'<Relationship Id="{kind}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for kind, target in targets.items()
    )
    return f'<Relationships xmlns="{PACKAGE}">{listed}</Relationships>'


STYLES = f"""<styleSheet xmlns="{MAIN}">
<numFmts><numFmt numFmtId="164" formatCode='0.0"%"'/><numFmt numFmtId="165" formatCode="0.00\\%"/>
<numFmt numFmtId="166" formatCode="[Red]0.0%;-0"/>
<numFmt numFmtId="167" formatCode="d &quot;days&quot;"/>
<numFmt numFmtId="168" formatCode="[h]:mm"/></numFmts>
<cellXfs><xf numFmtId="0"/><xf numFmtId="9"/><xf numFmtId="14"/><xf numFmtId="164"/>
<xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="167"/><xf numFmtId="168"/></cellXfs>
</styleSheet>"""

SHARED = f"""<sst xmlns="{MAIN}"><si><t>mot</t></si>
<si><r><t>hai </t></r><r><t>ba</t></r><rPh><t>x</t></rPh></si></sst>"""


def parts(sheet: str) -> dict[str, str]:
    """The parts of a workbook with one sheet."""
    return {
        "_rels/.rels": relations(officeDocument="xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="Trang" sheetId="1" r:id="worksheet"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(
            worksheet="worksheets/sheet1.xml", styles="styles.xml", sharedStrings="/xl/texts.xml"
        ),
        "xl/worksheets/sheet1.xml": sheet,
        "xl/styles.xml": STYLES,
        "xl/texts.xml": SHARED,
    }


def packed(members: Mapping[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def workbook(cells: str) -> bytes:
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>'
    return packed(parts(sheet))


def cells_of(data: bytes) -> Mapping[tuple[int, str], Cell]:
    (sheet,) = read_workbook(data).sheets
    return sheet.cells


def number(text: str, *, percent: bool = False) -> Cell:
    return Cell(CellKind.NUMBER, text, float(text), percent)


@pytest.mark.parametrize(
    ("xml", "cell"),
    [
        ('<c r="A1"/>', None),
        ('<c r="A1" s="1"/>', None),
        ('<c r="A1"><v></v></c>', None),
        ('<c r="A1" t="str"><v></v></c>', None),
        ('<c r="A1" t="inlineStr"><is><t>  </t></is></c>', None),
        ('<c r="A1"><v>18</v></c>', number("18")),
        ('<c r="A1" t="n"><v> 1.214 </v></c>', number("1.214")),
        ('<c r="A1"><v>1E3</v></c>', number("1000")),
        ('<c r="A1"><v>NaN</v></c>', Cell(CellKind.TEXT, "NaN")),
        ('<c r="A1"><v>1e999</v></c>', Cell(CellKind.TEXT, "1e999")),
        ('<c r="A1"><v>x</v></c>', Cell(CellKind.TEXT, "x")),
        ('<c r="A1" t="s"><v>0</v></c>', Cell(CellKind.TEXT, "mot")),
        ('<c r="A1" t="s"><v>1</v></c>', Cell(CellKind.TEXT, "hai ba")),
        ('<c r="A1" t="s"><v>99</v></c>', Cell(CellKind.ERROR, "#REF!")),
        ('<c r="A1" t="inlineStr"><is><t>a_x000D_b</t></is></c>', Cell(CellKind.TEXT, "a\rb")),
        ('<c r="A1" t="b"><v>1</v></c>', Cell(CellKind.BOOLEAN, "TRUE")),
        ('<c r="A1" t="e"><v>#DIV/0!</v></c>', Cell(CellKind.ERROR, "#DIV/0!")),
        ('<c r="A1" t="d"><v>2022-09-05</v></c>', Cell(CellKind.DATE, "2022-09-05")),
        ('<c r="A1" s="1"><v>0.72</v></c>', number("0.72", percent=True)),
        ('<c r="A1" s="2"><v>44809</v></c>', Cell(CellKind.DATE, "05/9/2022")),
        ('<c r="A1" s="3"><v>72</v></c>', number("72")),  # 0.0"%": the sign is only printed
        ('<c r="A1" s="4"><v>72</v></c>', number("72")),  # 0.00\\%: likewise
        ('<c r="A1" s="5"><v>0.72</v></c>', number("0.72", percent=True)),
        ('<c r="A1" s="6"><v>5</v></c>', Cell(CellKind.DATE, "04/01/1900")),
        ('<c r="A1" s="7"><v>5.5</v></c>', Cell(CellKind.DATE, "04/01/1900 12:00")),
        ('<c r="A1" s="77"><v>5</v></c>', number("5")),
        ('<c r="A1"><f>1+1</f><v>99</v></c>', Cell(CellKind.FORMULA, "=1+1")),
        ('<c r="A1"><f>1+1</f></c>', Cell(CellKind.FORMULA, "=1+1")),
        ('<c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c>', Cell(CellKind.FORMULA, "=1/0")),
        ('<c r="A1" t="str"><f>""</f><v></v></c>', Cell(CellKind.FORMULA, '=""')),
        ('<c r="A1"><f t="array">SUM(B1:B2)</f></c>', Cell(CellKind.FORMULA, "=SUM(B1:B2)")),
        ("<c><v>7</v></c>", number("7")),  # no address: the first cell of the first row
    ],
)  # fmt: skip
def test_a_cell(xml: str, cell: Cell | None) -> None:
    cells = cells_of(workbook(f'<row r="1">{xml}</row>'))
    assert cells.get((1, "A")) == cell
    assert len(cells) == (cell is not None)


def test_a_shared_formula_reads_as_in_its_own_cell() -> None:
    cells = cells_of(
        workbook(
            '<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0">B1+$C$1</f></c></row>'
            '<row r="2"><c r="A2"><f t="shared" si="0"/><v>9</v></c></row>'
        )
    )
    assert cells[2, "A"] == Cell(CellKind.FORMULA, "=B2+$C$1")


def test_every_cell_of_an_array_formula_is_a_formula() -> None:
    cells = cells_of(
        workbook(
            '<row r="1"><c r="A1"><f t="array" ref="A1:A2">B1:B2</f><v>1</v></c></row>'
            '<row r="2"><c r="A2"><v>2</v></c></row>'
            '<row r="3"><c r="A3"><v>3</v></c></row>'
        )
    )
    assert [cells[row, "A"].kind for row in (1, 2, 3)] == [
        CellKind.FORMULA, CellKind.FORMULA, CellKind.NUMBER,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "shown_otherwise"),
    [
        ("General", False),
        ("0", False),
        ("#,##0", False),
        ("#,##0.00", False),
        ("@", False),
        ("[Red]0;-0", False),
        ('0 "TTHC"', False),
        ("#,##0,", True),  # 18000 is shown as 18
        ('0"000"', True),  # 18 is shown as 18000
        (";;;", True),  # nothing is shown
        ('"18"', True),
        ('#,##0" nghìn"', True),  # 18 thousand
        ("-0", True),
        ("(0)", True),
        ("0*9", True),
        ("_(* #,##0_)", False),
    ],
)
def test_a_format_that_shows_another_figure(code: str, shown_otherwise: bool) -> None:
    styles = f"<numFmts><numFmt numFmtId='164' formatCode='{code}'/></numFmts>"
    sheet = workbook('<row r="1"><c r="A1" s="1"><v>18000</v></c></row>')
    with zipfile.ZipFile(io.BytesIO(sheet)) as archive:
        members = {name: archive.read(name).decode() for name in archive.namelist()}
    members["xl/styles.xml"] = (
        f'<styleSheet xmlns="{MAIN}">{styles}'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>'
    )
    assert cells_of(packed(members))[1, "A"].shown_otherwise is shown_otherwise


@pytest.mark.parametrize(
    ("code", "is_hidden"),
    [("0", False), ("##", True), ("0;-0;;@", True), ('_(* #,##0_);_(* (#,##0);_(* "-"??_)', False)],
)
def test_a_format_that_hides_a_zero(code: str, is_hidden: bool) -> None:
    assert number_cell(0.0, number_format(code)).shown_otherwise is is_hidden
    assert not number_cell(5.0, number_format(code)).shown_otherwise


def test_a_text_that_is_partly_struck_out_says_so() -> None:
    members = parts(
        f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c>'
        '<c r="B1" t="s"><v>1</v></c></row></sheetData></worksheet>'
    )
    members["xl/texts.xml"] = f"""<sst xmlns="{MAIN}">
<si><r><rPr><strike/></rPr><t>12</t></r><r><rPr><strike val="0"/></rPr><t>15</t></r></si>
<si><r><t>5</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>2</t></r></si></sst>"""
    cells = cells_of(packed(members))
    assert cells[1, "A"].text == "[gạch bỏ: 12]15"
    assert cells[1, "B"].text == "5[viết nhỏ: 2]"


def test_elements_may_carry_a_prefix() -> None:
    sheet = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row><x:c r="B3"><x:v>5</x:v></x:c>'
        "</x:row></x:sheetData></x:worksheet>"
    )
    assert cells_of(packed(parts(sheet))) == {(3, "B"): number("5")}


# --- a second opinion -------------------------------------------------------------------------


def openpyxl_cells(data: bytes) -> dict[tuple[str, int, str], str]:
    return {
        (sheet.title, cell.row, cell.column_letter): str(cell.value)
        for sheet in load_workbook(io.BytesIO(data)).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None and str(cell.value).strip()
    }


def our_cells(data: bytes) -> dict[tuple[str, int, str], str]:
    return {
        (sheet.name, row, column): cell.text
        for sheet in read_workbook(data).sheets
        for (row, column), cell in sheet.cells.items()
    }


@pytest.mark.libreoffice
def test_openpyxl_reads_the_same(tmp_path: Path) -> None:
    """The samples as XlsxWriter wrote them, and as LibreOffice saved them again."""
    for file in (*SAMPLES, *recalculate(SAMPLES, tmp_path)):
        data = file.read_bytes()
        ours, theirs = our_cells(data), openpyxl_cells(data)
        assert len(ours) > 2000
        assert ours == theirs, file


# --- what is refused ----------------------------------------------------------------------------


def hostile() -> dict[str, bytes]:
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'
    good = parts(sheet)
    twice = io.BytesIO(packed(good))
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(twice, "a") as archive:
        archive.writestr("xl/workbook.xml", good["xl/workbook.xml"])
    bomb = good | {"xl/worksheets/sheet1.xml": sheet + " " * (LARGEST_PART + 1)}
    entities = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]>' + sheet
    same = '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>'
    return {
        "empty": b"",
        "no archive": b"PK\x03\x04 nothing",
        "old Excel, or encrypted": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),
        "an archive of nothing": packed({}),
        "no workbook": packed({"a.txt": "xin chào"}),
        "a part is missing": packed({k: v for k, v in good.items() if k != "xl/workbook.xml"}),
        "cut XML": packed(good | {"xl/worksheets/sheet1.xml": sheet[:-5]}),
        "a member twice": twice.getvalue(),
        "too large a part": packed(bomb),
        "swollen": packed(good | {"xl/styles.xml": STYLES + " " * (HIGHEST_RATIO * 2**14)}),
        "too many parts": packed(good | {f"x/{at}": "" for at in range(300)}),
        "entities": packed(good | {"xl/worksheets/sheet1.xml": entities}),
        "one address twice": workbook(same),
        "an encrypted member": packed(good).replace(b"\x14\x00\x00\x00", b"\x14\x00\x01\x00"),
    }


@pytest.mark.parametrize("name", list(hostile()))
def test_what_is_no_sound_workbook_is_refused(name: str) -> None:
    with pytest.raises(NotAWorkbook) as refusal:
        read_workbook(hostile()[name])
    assert str(refusal.value)
