"""Workbooks in other formats: what programs make of a filled one, and each format byte by byte."""

from __future__ import annotations

import io
import struct
import time
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import md5
from pathlib import Path

import pytest
from msoffcrypto.method.rc4 import DocumentRC4

from cchc_xlsx.form import Form
from cchc_xlsx.reader import read
from cchc_xlsx.workbook import FileKind, SheetCells, read_workbook
from cchc_xlsx.workbook.cells import Cell, CellKind
from cchc_xlsx.workbook.ods import excel_formula
from cchc_xlsx.workbook.package import NotAWorkbook
from tests.programs import LIBREOFFICE, OTHERS, Resaving
from tests.test_cells import number, relations

FILLED = Path(__file__).parent.parent / "samples" / "filled"
SAMPLES = [FILLED / "H51.05_2022-Q3.xlsx", FILLED / "H99.01_2022-Q3.xlsx"]

SECONDS = 10


# --- what programs make of a filled workbook ------------------------------------------------------


def marked() -> list[object]:
    return [
        *(pytest.param(each, id=str(each), marks=pytest.mark.libreoffice) for each in LIBREOFFICE),
        *(pytest.param(each, id=str(each), marks=pytest.mark.programs) for each in OTHERS),
    ]


@pytest.mark.parametrize("resaving", marked())
def test_a_workbook_saved_by_another_program_reads_the_same(
    form: Form, resaving: Resaving, tmp_path: Path
) -> None:
    for file, output in zip(SAMPLES, resaving.save(SAMPLES, tmp_path), strict=True):
        sent = read(file.read_bytes(), file.name, form)
        came_back = read(output.read_bytes(), output.name, form)
        assert came_back.is_accepted, came_back.findings
        assert came_back.submission.content == sent.submission.content
        assert came_back.submission.unit == sent.submission.unit
        assert came_back.submission.period == sent.submission.period
        # Where formulas keep their text, nothing more has to be said than about the original; so
        # the template's own suggestions are recognised.
        if resaving.suffix in ("xlsx", "ods"):
            assert [each.rule for each in came_back.findings] == [
                each.rule for each in sent.findings
            ]


# --- OpenDocument ---------------------------------------------------------------------------------


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


OASIS = "urn:oasis:names:tc:opendocument:xmlns"
NAMESPACES = " ".join(
    f'xmlns:{prefix}="{OASIS}:{name}:1.0"'
    for prefix, name in {
        "office": "office",
        "table": "table",
        "text": "text",
        "style": "style",
        "number": "datastyle",
        "draw": "drawing",
        "meta": "meta",
    }.items()
) + (
    ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
)

STYLES = f"""<office:styles {NAMESPACES}>
<number:percentage-style style:name="N1"><number:number/></number:percentage-style>
<number:number-style style:name="N2"><number:number number:display-factor="1000"/>
</number:number-style></office:styles>"""

CELL_STYLES = """
<style:style style:name="ce1" style:family="table-cell" style:data-style-name="N1"/>
<style:style style:name="ce2" style:family="table-cell" style:data-style-name="N2"/>"""

META = f"<office:meta {NAMESPACES}><dc:date>2022-09-15T08:30:00.5</dc:date></office:meta>"


def ods_parts(tables: str) -> dict[str, str | bytes]:
    content = f"""<office:document-content {NAMESPACES}>
    <office:automatic-styles>{CELL_STYLES}</office:automatic-styles>
    <office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>
    </office:document-content>"""
    return {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": content,
        "styles.xml": STYLES,
        "meta.xml": META,
    }


def ods(rows: str) -> bytes:
    return zipped(ods_parts(f'<table:table table:name="Trang">{rows}</table:table>'))


def ods_row(cells: str) -> bytes:
    return ods(f"<table:table-row>{cells}</table:table-row>")


def sheet_of(data: bytes) -> SheetCells:
    (sheet,) = read_workbook(data).sheets
    return sheet


@pytest.mark.parametrize(
    ("attributes", "content", "cell"),
    [
        ("", "", None),
        ("", "<text:p/>", None),
        ("", "  a  ", None),  # only paragraphs are text
        ("", "<text:p>một</text:p>", Cell(CellKind.TEXT, "một")),
        (
            'office:value-type="string"',
            "<text:p>a</text:p><text:p/><text:p>b</text:p>",
            Cell(CellKind.TEXT, "a\n\nb"),
        ),
        (
            'office:value-type="string"',
            "<text:p>a<text:s text:c='3'/>b<text:tab/>c<text:line-break/>d</text:p>",
            Cell(CellKind.TEXT, "a   b\tc\nd"),
        ),
        (
            'office:value-type="string"',
            "<text:p>a<text:span>b</text:span>\n<text:a>c</text:a></text:p>",
            Cell(CellKind.TEXT, "ab c"),
        ),
        (
            'office:value-type="string" office:string-value="ẩn"',
            "<text:p/>",
            Cell(CellKind.TEXT, "ẩn"),
        ),
        (
            'office:value-type="string"',
            "<text:p>a<draw:frame><text:p>hình</text:p></draw:frame></text:p>",
            Cell(CellKind.TEXT, "a"),
        ),
        ('office:value-type="float" office:value="18"', "<text:p>18,0</text:p>", number("18")),
        (
            'office:value-type="float" office:value="18" table:style-name="ce1"',
            "",
            number("18", percent=True),
        ),
        (
            'office:value-type="float" office:value="18" table:style-name="ce2"',
            "",
            Cell(CellKind.NUMBER, "18", 18.0, shown_otherwise=True),
        ),
        (
            'office:value-type="currency" office:value="1e3"',
            "<text:p>1.000 đ</text:p>",
            number("1000"),
        ),
        (
            'office:value-type="percentage" office:value="0.72"',
            "<text:p>72%</text:p>",
            number("0.72", percent=True),
        ),
        ('office:value-type="float" office:value="x"', "", Cell(CellKind.TEXT, "x")),
        ('office:value-type="float" office:value="1e999"', "", Cell(CellKind.ERROR, "#NUM!")),
        (
            'office:value-type="boolean" office:boolean-value="true"',
            "",
            Cell(CellKind.BOOLEAN, "TRUE"),
        ),
        (
            'office:value-type="date" office:date-value="2022-09-05"',
            "",
            Cell(CellKind.DATE, "05/9/2022"),
        ),
        (
            'office:value-type="date" office:date-value="2022-09-05T12:00:00"',
            "",
            Cell(CellKind.DATE, "05/9/2022 12:00"),
        ),
        (
            'office:value-type="date" office:date-value="?"',
            "<text:p>5.9</text:p>",
            Cell(CellKind.DATE, "5.9"),
        ),
        (
            'office:value-type="time" office:time-value="PT12H"',
            "<text:p>12:00</text:p>",
            Cell(CellKind.DATE, "12:00"),
        ),
        (
            'office:value-type="string" calcext:value-type="error"',
            "<text:p>Err:502</text:p>",
            Cell(CellKind.ERROR, "Err:502"),
        ),
        ('office:value-type="string"', "<text:p>#DIV/0!</text:p>", Cell(CellKind.ERROR, "#DIV/0!")),
        ('table:formula="of:=#N/A"', "<text:p>#N/A</text:p>", Cell(CellKind.ERROR, "#N/A")),
        (
            'table:formula="of:=[.B1]+1" office:value-type="float" office:value="9"',
            "",
            Cell(CellKind.FORMULA, "=B1+1"),
        ),
        (
            'table:formula="of:=[.B1]" office:value-type="percentage" office:value="9"',
            "",
            Cell(CellKind.FORMULA, "=B1", shown_as_percent=True),
        ),
    ],
)
def test_a_cell_of_ods(attributes: str, content: str, cell: Cell | None) -> None:
    cells = sheet_of(ods_row(f"<table:table-cell {attributes}>{content}</table:table-cell>")).cells
    assert cells.get((1, "A")) == cell
    assert len(cells) == (cell is not None)


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("", ""),
        ("of:=SUM([.E14:.E15];2)", "=SUM(E14:E15,2)"),
        ("oooc:=[.E14]-[.$E$15]", "=E14-$E$15"),
        ("msoxl:=SUM(E14,E15)", "=SUM(E14,E15)"),
        ("=[.E14]", "=E14"),
        ("[.E14]>=2", "=E14>=2"),
        ("of:=[$'Thông tin'.$C$6]", "='Thông tin'!$C$6"),
        ("of:=[Trang1.A1:Trang1.B2]", "=Trang1!A1:Trang1!B2"),
        ("of:='Phụ lục'![.$Z$90]", "='Phụ lục'!$Z$90"),  # as SheetJS writes it
        ('of:=IF([.A1]="a;[.B2]""c;";"";2)', '=IF(A1="a;[.B2]""c;","",2)'),
        ("of:=[.#REF!]+1", "=#REF!+1"),
        ("of:=" + "[" * 100_000, "=" + "[" * 32_763),
    ],
)
def test_a_formula_is_spelled_as_in_excel(written: str, read_as: str) -> None:
    assert excel_formula(written) == read_as


ONE = '<table:table-cell office:value-type="float" office:value="1"/>'


def test_repetitions_of_ods() -> None:
    repeated = ONE.replace("/>", ' table:number-columns-repeated="2"/>')
    sheet = sheet_of(
        ods(
            '<table:table-row table:number-rows-repeated="3"><table:table-cell'
            ' table:number-columns-repeated="16384"/></table:table-row>'
            f'<table:table-row table:number-rows-repeated="2"><table:covered-table-cell/>{repeated}'
            "</table:table-row>"
            f"<table:table-header-rows><table:table-row>{ONE}</table:table-row>"
            "</table:table-header-rows><table:table-row-group><table:table-row-group>"
            f"<table:table-row>{ONE}</table:table-row></table:table-row-group></table:table-row-group>"
        )
    )
    assert list(sheet.cells) == [
        (4, "B"), (4, "C"), (5, "B"), (5, "C"), (6, "A"), (7, "A"),
    ]  # fmt: skip


def test_merged_cells_comments_and_matrices_of_ods() -> None:
    sheet = sheet_of(
        ods(
            '<table:table-row><table:table-cell table:number-columns-spanned="2">'
            "<office:annotation><dc:creator>Lan</dc:creator><text:p>xem</text:p><text:p>lại</text:p>"
            "</office:annotation><text:p>gộp</text:p></table:table-cell>"
            "<table:covered-table-cell/></table:table-row>"
            '<table:table-row><table:table-cell table:formula="of:=[.B1:.B2]"'
            ' table:number-matrix-rows-spanned="2" table:number-matrix-columns-spanned="1"/>'
            f"</table:table-row><table:table-row>{ONE}</table:table-row>"
        )
    )
    assert sheet.merged == ("A1:B1",)
    assert sheet.comments == {(1, "A"): "xem\nlại"}
    assert sheet.cells == {
        (1, "A"): Cell(CellKind.TEXT, "gộp"),
        (2, "A"): Cell(CellKind.FORMULA, "=B1:B2"),
        (3, "A"): Cell(CellKind.FORMULA, "={A2:A3}"),
    }


def test_what_is_no_sheet_of_ods_is_left_out() -> None:
    table = f"<table:table><table:table-row>{ONE}</table:table-row></table:table>"
    copy = table.replace("<table:table>", '<table:table table:style-name="ta_extref">')
    workbook = read_workbook(
        zipped(
            ods_parts(
                f"<table:tracked-changes>{table}</table:tracked-changes>"
                f'<table:table table:name="Trang"><table:shapes>{table}</table:shapes>'
                f"<table:table-row><table:table-cell>{table}<text:p>a</text:p></table:table-cell>"
                f"</table:table-row></table:table>{copy}"
            )
        )
    )
    assert [(sheet.name, len(sheet.cells)) for sheet in workbook.sheets] == [("Trang", 1)]
    assert workbook.kind is FileKind.ODS
    assert workbook.modified == datetime(2022, 9, 15, 8, 30, 0, 500_000, UTC)


# --- binary workbooks -----------------------------------------------------------------------------


CODES = {50: "General", 164: "0.0%", 165: "dd/mm/yyyy", 166: "#,##0,"}
"""Formats by their keys; Gnumeric gives its own the keys of built-in ones, here that of a date."""


def record(kind: int, *content: bytes) -> bytes:
    """A record of MS-XLSB: kind, length and content."""
    data = b"".join(content)
    return packed_number(kind) + packed_number(len(data)) + data


def packed_number(value: int) -> bytes:
    low, high = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + packed_number(high) if high else bytes([low])


def short(*values: int) -> bytes:
    return struct.pack(f"<{len(values)}H", *values)


def whole(*values: int) -> bytes:
    return struct.pack(f"<{len(values)}I", *values)


def wide(text: str) -> bytes:
    return whole(len(text)) + text.encode("utf-16-le")


def xlsb_parts(sheet: bytes) -> dict[str, str | bytes]:
    formats = b"".join(record(44, short(key), wide(code)) for key, code in CODES.items())
    styles = b"".join(record(47, short(0, key)) for key in (0, *CODES, 9))
    return {
        "[Content_Types].xml": "",
        "_rels/.rels": relations(officeDocument="xl/workbook.bin"),
        "xl/workbook.bin": record(156, whole(0, 1), wide("worksheet"), wide("Trang")),
        "xl/_rels/workbook.bin.rels": relations(
            worksheet="worksheets/sheet1.bin", styles="styles.bin", sharedStrings="texts.bin"
        ),
        "xl/styles.bin": formats + record(47, bytes(4)) + record(617) + styles + record(618),
        "xl/texts.bin": record(19, b"\0", wide("mot")),
        "xl/worksheets/sheet1.bin": sheet,
        "xl/worksheets/_rels/sheet1.bin.rels": relations(comments="../comments1.bin"),
        "xl/comments1.bin": record(635, whole(0, 4, 4, 1, 1), bytes(16))
        + record(637, b"\1", wide("xem lại"), bytes(8)),
    }


def xlsb(*records: bytes) -> bytes:
    return zipped(xlsb_parts(record(0, whole(0), bytes(13)) + b"".join(records)))


def head(column: int = 0, style: int = 0) -> bytes:
    """How the record of a cell begins: column and style."""
    return whole(column, style)


def real(value: float) -> bytes:
    return struct.pack("<d", value)


@pytest.mark.parametrize(
    ("kind", "content", "cell"),
    [
        (1, head(), None),
        (2, head() + struct.pack("<i", 18 << 2 | 2), number("18")),
        (2, head() + struct.pack("<i", -1214 << 2 | 3), number("-12.14")),
        (2, head() + real(1.5)[4:], number("1.5")),
        (2, head(style=2) + real(0.75)[4:], number("0.75", percent=True)),
        (3, head() + b"\x07", Cell(CellKind.ERROR, "#DIV/0!")),
        (3, head() + b"\x99", Cell(CellKind.ERROR, "#VALUE!")),
        (5, head(style=1) + real(435), number("435")),
        (4, head() + b"\1", Cell(CellKind.BOOLEAN, "TRUE")),
        (5, head() + real(1.214), number("1.214")),
        (5, head(style=3) + real(44809), Cell(CellKind.DATE, "05/9/2022")),
        (5, head(style=4) + real(1), Cell(CellKind.NUMBER, "1", 1.0, shown_otherwise=True)),
        (5, head(style=5) + real(1), number("1", percent=True)),
        (5, head(style=99) + real(1), number("1")),
        (5, head() + real(float("nan")), Cell(CellKind.ERROR, "#NUM!")),
        (6, head() + wide("một"), Cell(CellKind.TEXT, "một")),
        (6, head() + wide("  "), None),
        (7, head() + whole(0), Cell(CellKind.TEXT, "mot")),
        (7, head() + whole(1), Cell(CellKind.ERROR, "#REF!")),
        (8, head() + wide("a") + bytes(10), Cell(CellKind.TEXT, "a", from_formula=True)),
        (9, head() + real(2) + bytes(10), Cell(CellKind.NUMBER, "2", 2.0, from_formula=True)),
        (10, head() + b"\0", Cell(CellKind.BOOLEAN, "FALSE", from_formula=True)),
        (11, head() + b"\x2a", Cell(CellKind.ERROR, "#N/A", from_formula=True)),
        (13, whole(0) + struct.pack("<i", 5 << 2 | 2), number("5")),  # the short form of 2
        (17, whole(0) + wide("b"), Cell(CellKind.TEXT, "b")),
        (62, head() + b"\1" + wide("c") + bytes(8), Cell(CellKind.TEXT, "c")),
    ],
)
def test_a_cell_of_xlsb(kind: int, content: bytes, cell: Cell | None) -> None:
    cells = sheet_of(xlsb(record(kind, content))).cells
    assert cells.get((1, "A")) == cell
    assert len(cells) == (cell is not None)


def test_rows_merged_cells_and_comments_of_xlsb() -> None:
    sheet = sheet_of(
        xlsb(
            record(2, head(column=1), whole(6)),
            record(13, whole(0), whole(10)),
            record(0, whole(4)),
            record(2, head(), whole(14)),
            record(176, whole(20, 21, 4, 4)),
        )
    )
    assert {place: cell.number for place, cell in sheet.cells.items()} == {
        (1, "B"): 1, (1, "C"): 2, (5, "A"): 3,
    }  # fmt: skip
    assert sheet.merged == ("E21:E22",)
    assert sheet.comments == {(5, "B"): "xem lại"}


# --- Excel 97-2003 --------------------------------------------------------------------------------


def biff(kind: int, *content: bytes) -> bytes:
    """A record of BIFF8: kind, length and content."""
    data = b"".join(content)
    return struct.pack("<HH", kind, len(data)) + data


BOF, EOF, BOUND_SHEET, FILE_PASS, WRITE_ACCESS = 0x809, 0x0A, 0x85, 0x2F, 0x5C


def beginning(kind: int) -> bytes:
    return biff(BOF, short(0x600, kind, 0, 0x7CC), bytes(8))


def biff_book(*cells: bytes) -> bytes:
    """The stream of a workbook with one sheet."""
    codes = [
        biff(0x41E, short(key, len(code)), b"\0", code.encode()) for key, code in CODES.items()
    ]
    styles = [biff(0xE0, short(0, key), bytes(16)) for key in (0, *CODES, 9, 14)]
    name = b"\5\0Trang"
    # Room for the record that says how a workbook is encrypted.
    before = beginning(5) + biff(WRITE_ACCESS, bytes(54)) + b"".join((*codes, *styles))
    length = len(before) + len(biff(BOUND_SHEET, bytes(6), name)) + len(biff(EOF))
    listed = biff(BOUND_SHEET, whole(length), bytes(2), name)
    return before + listed + biff(EOF) + beginning(16) + b"".join(cells) + biff(EOF)


def ole(stream: bytes) -> bytes:
    """Microsoft's older container around one stream: an index, a folder, and the stream."""
    data = stream + bytes(max(4096, -(-len(stream) // 512) * 512) - len(stream))
    free, last = 0xFFFF_FFFF, 0xFFFF_FFFE
    sectors = len(data) // 512
    index = [0xFFFF_FFFD, last, *range(3, 2 + sectors), last]
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + short(0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
        + whole(0, 1, 1, 0, 4096, last, 0, last, 0, 0) + whole(free) * 108
    )  # fmt: skip
    folder = entry("Root Entry", 5, 1, last, 0) + entry("Workbook", 2, free, 2, len(data))
    return header + (whole(*index) + whole(free) * 128)[:512] + folder + bytes(256) + data


def entry(name: str, kind: int, child: int, first: int, size: int) -> bytes:
    written = (name + "\0").encode("utf-16-le")
    links = whole(0xFFFF_FFFF, 0xFFFF_FFFF, child)
    named = written.ljust(64, b"\0") + short(len(written)) + bytes([kind, 1])
    return named + links + bytes(36) + whole(first, size, 0)


def xls(*cells: bytes) -> bytes:
    return ole(biff_book(*cells))


def place(style: int = 0) -> bytes:
    """How the record of a cell begins: row, column and style."""
    return short(0, 0, style)


@pytest.mark.parametrize(
    ("kind", "content", "cell"),
    [
        (0x201, place(), None),
        (0x203, place() + real(1.214), number("1.214")),
        (0x203, place(1) + real(435), number("435")),
        (0x203, place(2) + real(0.72), number("0.72", percent=True)),
        (0x203, place(3) + real(44809), Cell(CellKind.DATE, "05/9/2022")),
        (0x203, place(4) + real(1), Cell(CellKind.NUMBER, "1", 1.0, shown_otherwise=True)),
        (0x203, place(5) + real(0.5), number("0.5", percent=True)),
        (0x203, place(6) + real(44809), Cell(CellKind.DATE, "05/9/2022")),
        (0x203, place() + real(float("inf")), Cell(CellKind.ERROR, "#NUM!")),
        (0x27E, place() + struct.pack("<i", 18 << 2 | 2), number("18")),
        (0x204, place() + short(2) + b"\1" + "số".encode("utf-16-le"), Cell(CellKind.TEXT, "số")),
        (0x205, place() + b"\1\0", Cell(CellKind.BOOLEAN, "TRUE")),
        (0x205, place() + b"\7\1", Cell(CellKind.ERROR, "#DIV/0!")),
        (0x006, place() + real(2) + bytes(8), number("2")),
    ],
)
def test_a_cell_of_xls(
    kind: int, content: bytes, cell: Cell | None, capfd: pytest.CaptureFixture[str]
) -> None:
    cells = sheet_of(xls(biff(kind, content))).cells
    assert cells.get((1, "A")) == cell
    assert len(cells) == (cell is not None)
    assert capfd.readouterr() == ("", "")


def test_merged_cells_of_xls() -> None:
    assert sheet_of(xls(biff(0xE5, short(1, 20, 21, 4, 4)))).merged == ("E21:E22",)


def locked(stream: bytes, password: str) -> bytes:
    """A stream encrypted as Excel 97 does it: all but what leads to the sheets."""
    salt, verifier = bytes(range(16)), bytes(16)
    secret = DocumentRC4.decrypt(password, salt, io.BytesIO(verifier + md5(verifier).digest()))
    key = DocumentRC4.decrypt(password, salt, io.BytesIO(bytes(len(stream))), 1024).read()
    locked, at = bytearray(stream), 0
    while at < len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        at += 4
        if kind == WRITE_ACCESS:
            locked[at - 4 : at + size] = biff(FILE_PASS, short(1, 1, 1), salt, secret.read())
        elif kind != BOF:
            first = at + 4 if kind == BOUND_SHEET else at
            for place in range(first, at + size):
                locked[place] ^= key[place]
        at += size
    return bytes(locked)


def test_an_xls_with_the_password_of_excel_itself_is_opened() -> None:
    stream = biff_book(biff(0x203, place(2), real(0.72)))
    sheet = sheet_of(ole(locked(stream, "VelvetSweatshop")))
    assert sheet.cells == {(1, "A"): number("0.72", percent=True)}
    with pytest.raises(NotAWorkbook, match="mật khẩu"):
        read_workbook(ole(locked(stream, "bí mật")))


# --- what is refused, or costs nothing ------------------------------------------------------------


def hostile() -> dict[str, bytes]:
    cells = ONE.replace("/>", ' table:number-columns-repeated="2000000000"/>')
    rows = '<table:table-row table:number-rows-repeated="{}">' + ONE + "</table:table-row>"
    spaces = '<text:p>x<text:s text:c="2000000000"/></text:p>'
    text = f'<table:table-cell office:value-type="string">{spaces}</table:table-cell>'
    table = f'<table:table table:name="a"><table:table-row>{ONE}</table:table-row></table:table>'
    parts, good = ods_parts(table), xlsb_parts(b"")
    sheet, main = "xl/worksheets/sheet1.bin", "xl/workbook.bin"
    far = biff(BOUND_SHEET, whole(0x7FFF_FFFF), b"\0\0\1\0a")
    manifest = "<manifest><encryption-data/></manifest>"
    return {
        "ods: a cell everywhere": ods_row(cells),
        "ods: a row everywhere": ods(rows.format(2_000_000_000)),
        "ods: more digits than numbers": ods(rows.format("9" * 5000)),
        "ods: no number": ods(rows.format("-1")),
        "ods: spaces everywhere": ods("<table:table-row>" + text * 1000 + "</table:table-row>"),
        "ods: many sheets": zipped(ods_parts(table * 31)),
        "ods: no sheet": zipped(ods_parts("")),
        "ods: no content": zipped({name: parts[name] for name in ("mimetype", "meta.xml")}),
        "ods: cut": zipped(parts | {"content.xml": str(parts["content.xml"])[:-9]}),
        "ods: DTD": zipped(parts | {"content.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
        "ods: a password": zipped(parts | {"META-INF/manifest.xml": manifest}),
        "xlsb: a cut record": xlsb(record(5, head(), bytes(4))),
        "xlsb: a length beyond the part": xlsb(b"\x05\xff\xff\xff\x7f"),
        "xlsb: a length without end": xlsb(b"\x05\xff\xff\xff\xff"),
        "xlsb: an absurd text": xlsb(record(6, head(), whole(0x7FFF_FFFF))),
        "xlsb: a far row": xlsb(record(0, whole(0xFFFF_FFFF)), record(2, head(), whole(6))),
        "xlsb: a far column": xlsb(record(2, head(column=0xFFFF_FFFF), whole(6))),
        "xlsb: a cell before all rows": zipped(good | {sheet: record(2, head(), whole(6))}),
        "xlsb: one cell twice": xlsb(record(2, head(), whole(6)) * 2),
        "xlsb: an endless row": xlsb(record(12, whole(0)) * 600_000),
        "xlsb: many sheets": zipped(good | {main: record(156, whole(0, 1, 0, 0)) * 31}),
        "xlsb: no sheet": zipped(good | {main: b""}),
        "xls: cut": ole(biff_book()[:-8]),
        "xls: a cut record": xls(biff(0x203, place())),
        "xls: a password and nothing else": ole(beginning(5) + biff(FILE_PASS, bytes(54))),
        "xls: an absurd table of texts": ole(beginning(5) + biff(0xFC, whole(9, 0xFFFF_FFFF))),
        "xls: a sheet beyond the end": ole(beginning(5) + far + biff(EOF)),
        "xls: nothing": ole(b""),
    }


@pytest.mark.parametrize("name", list(hostile()))
def test_what_is_no_sound_workbook_is_refused(name: str) -> None:
    data, began = hostile()[name], time.monotonic()
    with pytest.raises(NotAWorkbook) as refusal:
        read_workbook(data)
    assert str(refusal.value)
    assert time.monotonic() - began < SECONDS


def test_blanks_cost_nothing() -> None:
    blank = '<table:table-cell table:number-columns-repeated="2000000000"/>'
    row = f'<table:table-row table:number-rows-repeated="2000000000">{blank}</table:table-row>'
    began = time.monotonic()
    assert not sheet_of(ods(row * 4)).cells
    assert time.monotonic() - began < 1


def test_parts_that_refer_to_each_other_are_read_once() -> None:
    main = "xl/_rels/workbook.bin.rels"
    data = zipped(xlsb_parts(b"") | {main: relations(worksheet="workbook.bin")})
    assert not sheet_of(data).cells
