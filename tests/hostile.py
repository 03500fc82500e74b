"""Files that somebody made to do harm, or that went wrong as nobody meant.

Each is a small function that gives bytes. Most are the good workbook with one part replaced: they
carry the form's tag and are taken for ours, and each stands here once more without the tag.
"""

from __future__ import annotations

import base64
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from random import Random

import xlsxwriter
from msoffcrypto.format.ooxml import OOXMLFile

from cchc_xlsx.workbook import SheetCells, read_workbook
from cchc_xlsx.workbook.cells import CellKind, column_letters, column_number
from tests.msg import Attachment, outlook_message
from tests.ole import FREE, SECTOR, compound_file

FILLED = Path(__file__).parent.parent / "samples" / "filled"
GOOD = FILLED / "H99.01_2022-Q3.xlsx"
DATA = Path(__file__).parent / "data" / "hostile"

TAG = b"cchc-so-2022/"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
OASIS = "urn:oasis:names:tc:opendocument:xmlns"

INFO, APPENDIX, GUIDE = (f"xl/worksheets/sheet{number}.xml" for number in (1, 2, 4))
STRINGS, STYLES, CORE = "xl/sharedStrings.xml", "xl/styles.xml", "docProps/core.xml"

OVERRIDE, ESCAPE, CONTROL_1 = "\u202e\u2066", "_x001B_[31m", "\x9b31m\u0085"
"""Turns the reading direction round; colours a terminal, as a workbook and as one byte write it."""

Content = str | bytes
Edit = Callable[[bytes], Content]


@dataclass(frozen=True)
class Hostile:
    """A file, by the name under which it is stored; `alone` wants a process of its own."""

    name: str
    make: Callable[[], bytes]
    alone: bool = False


CORPUS: list[Hostile] = []


def file(
    suffix: str, *, alone: bool = False
) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    """Take a function that makes a whole file into the corpus."""

    def taken(make: Callable[[], bytes]) -> Callable[[], bytes]:
        CORPUS.append(Hostile(f"{make.__name__}{suffix}", make, alone))
        return make

    return taken


Parts = Mapping[str, Content | Edit | None]


def parts(alone: bool = False) -> Callable[[Callable[[], Parts]], Callable[[], Parts]]:
    """Take a function that gives parts to replace: with our tag, and a small one without it.

    What carries the tag is parsed without a deadline, and so is the harder test of a large one.
    """

    def taken(make: Callable[[], Parts]) -> Callable[[], Parts]:
        CORPUS.append(Hostile(f"{make.__name__}.xlsx", lambda: with_parts(make()), alone))
        if not alone:
            CORPUS.append(Hostile(f"{make.__name__}-stranger.xlsx", lambda: stranger(make())))
        return make

    return taken


# --- building -------------------------------------------------------------------------------------


@cache
def good_parts() -> Mapping[str, bytes]:
    with zipfile.ZipFile(GOOD) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(members: Mapping[str, Content] | Iterable[tuple[str, Content]]) -> bytes:
    """An archive, whatever the names of its members; a name may come twice."""
    buffer = io.BytesIO()
    listed = members.items() if isinstance(members, Mapping) else members
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in listed:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _replaced(changes: Parts) -> dict[str, Content]:
    changed: dict[str, Content] = dict(good_parts())
    for name, content in changes.items():
        if content is None:
            changed.pop(name)
        else:
            changed[name] = content(good_parts()[name]) if callable(content) else content
    return changed


def with_parts(changes: Parts) -> bytes:
    """The good workbook with parts replaced, changed, added or (None) left out."""
    return zipped(_replaced(changes))


def stranger(changes: Parts) -> bytes:
    """The same, not carrying our tag."""
    untagged = {
        name: (content.encode() if isinstance(content, str) else content).replace(
            TAG, b"cchc-so-2022-"
        )
        for name, content in _replaced(changes).items()
    }
    return zipped(untagged)


def sheet(rows: str, behind: str = "") -> str:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{behind}</worksheet>'


def put(address: str, cell: str) -> Edit:
    """Put a cell in the place of one of a sheet; ``{style}`` becomes its style."""

    def edit(xml: bytes) -> bytes:
        pattern = rf'<c r="{address}"( s="\d+")?[^>]*?(?:/>|>.*?</c>)'.encode()
        changed, count = re.subn(pattern, lambda _: cell.encode(), xml, count=1)
        assert count == 1, address
        return changed

    return edit


def inline(address: str, text: str) -> str:
    return f'<c r="{address}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def both(*edits: Edit) -> Edit:
    def edit(xml: bytes) -> Content:
        for each in edits:
            changed = each(xml)
            xml = changed.encode() if isinstance(changed, str) else changed
        return xml

    return edit


def swap(old: bytes, new: bytes) -> Edit:
    return lambda content: content.replace(old, new)


def noise(count: int, seed: int = 1) -> str:
    """Letters that do not compress, so that no ratio gives a large part away."""
    return base64.b64encode(Random(seed).randbytes(count)).decode("ascii")[:count].replace("+", "x")


_END_OF_DEFLATED = b"\x03\x00"


def zeros(mebibytes: int) -> bytes:
    """So many MiB of zeros, deflated: a thousandth of their size."""
    press = zlib.compressobj(9, zlib.DEFLATED, -15)
    # What a full flush closes may be repeated as it stands.
    one = press.compress(bytes(2**20)) + press.flush(zlib.Z_FULL_FLUSH)
    return one * mebibytes + _END_OF_DEFLATED


@dataclass(frozen=True)
class Member:
    """A member of an archive whose headers may say anything."""

    name: bytes
    stored: bytes
    size: int
    method: int = 8
    flags: int = 0
    crc: int = 0
    at: int | None = None
    """Where its data stands, if not behind those before it."""


def archive(members: Iterable[Member]) -> bytes:
    """An archive built by hand."""
    body, listing, count = io.BytesIO(), io.BytesIO(), 0
    for each in members:
        count += 1
        at = body.tell() if each.at is None else each.at
        told = (20, each.flags, each.method, 0, 33, each.crc, len(each.stored), each.size)
        if each.at is None:
            body.write(struct.pack("<4s5H3I2H", b"PK\3\4", *told, len(each.name), 0))
            body.write(each.name + each.stored)
        head = struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, *told, len(each.name), 0, 0, 0, 0, 0, at)
        listing.write(head + each.name)
    size = listing.tell()
    few = min(count, 0xFFFF)
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, few, few, size, body.tell(), 0)
    return body.getvalue() + listing.getvalue() + end


# --- zip archives ---------------------------------------------------------------------------------


@file(".xlsx", alone=True)
def two_gib_of_zeros() -> bytes:
    return _with_raw_member(b"xl/worksheets/sheet9.xml", zeros(2048), 2**31)


@file(".xlsx", alone=True)
def two_gib_in_the_appendix() -> bytes:
    return _with_raw_member(APPENDIX.encode(), zeros(2048), 2**31)


@file(".xlsx", alone=True)
def two_gib_that_say_one_kilobyte() -> bytes:
    return _with_raw_member(APPENDIX.encode(), zeros(2048), 1024)


def _with_raw_member(name: bytes, stored: bytes, size: int, method: int = 8) -> bytes:
    others = [
        Member(each.encode(), content, len(content), 0, crc=zlib.crc32(content))
        for each, content in good_parts().items()
        if each.encode() != name
    ]
    return archive([*others, Member(name, stored, size, method)])


@file(".zip", alone=True)
def lying_member() -> bytes:
    """The archive says a hundred bytes; there are 2 GiB."""
    return archive([Member(b"a.xlsx", zeros(2048), 100), Member(b"b.xlsx", zeros(2048), 0)])


@file(".xlsx", alone=True)
def bzip2_bomb() -> bytes:
    """The library inflates bzip2 and LZMA whole, however little of it is asked for."""
    stored = (DATA / "two-gib-of-zeros.bz2").read_bytes()
    return _with_raw_member(b"xl/theme/theme1.xml", stored, 2**31, zipfile.ZIP_BZIP2)


@file(".ods", alone=True)
def bzip2_mimetype() -> bytes:
    stored = (DATA / "two-gib-of-zeros.bz2").read_bytes()
    return archive([Member(b"mimetype", stored, 2**31, zipfile.ZIP_BZIP2)])


@file(".zip", alone=True)
def bzip2_member() -> bytes:
    stored = (DATA / "two-gib-of-zeros.bz2").read_bytes()
    return archive([Member(b"a.xlsx", stored, 2**20, zipfile.ZIP_BZIP2)])


@file(".zip")
def broken_lzma_member() -> bytes:
    return archive([Member(b"a.xlsx", b"\x05\x00\x05\x00" + b"\xff" * 40, 100, 14)])


@file(".xlsx")
def unknown_method() -> bytes:
    return _with_raw_member(b"xl/theme/theme1.xml", b"abc", 3, 99)


@file(".zip", alone=True)
def nested_archives() -> bytes:
    """Thirty in thirty in thirty in one of a thousand."""
    inner = zipped({f"{number}.txt": b"" for number in range(1000)})
    for _ in range(3):
        inner = zipped({f"{number}.zip": inner for number in range(30)})
    return inner


@file(".zip", alone=True)
def archive_in_itself_sixty_times() -> bytes:
    inner = GOOD.read_bytes()
    for _ in range(60):
        inner = zipped({"a.zip": inner})
    return inner


@file(".zip", alone=True)
def overlapping_members() -> bytes:
    """A thousand names for one and the same bytes (the bomb of D. Fifield)."""
    stored = zeros(9)
    first = Member(b"0.xlsx", stored, 9 * 2**20)
    return archive(
        [first, *(Member(b"%d.xlsx" % at, stored, 2**17, at=0) for at in range(1, 1000))]
    )


@file(".xlsx", alone=True)
def overlapping_parts() -> bytes:
    stored = zeros(15)
    first = Member(b"xl/workbook.xml", stored, 15 * 2**20)
    again = (Member(b"xl/%d.xml" % at, stored, 15 * 2**20, at=0) for at in range(150))
    return archive([first, *again])


@file(".zip", alone=True)
def fifty_thousand_members() -> bytes:
    return archive(Member(b"%05d.xlsx" % at, b"", 0, 0) for at in range(50_000))


@file(".zip", alone=True)
def a_million_members_listed_elsewhere() -> bytes:
    """The usual record tells of a short list; the one of zip64, which counts, of a long one."""
    entry = struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 0, 0, 33, *[0] * 3, 6, *[0] * 6)
    count = 900_000
    listing = b"".join(entry + b"%06d" % at for at in range(count))
    end = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, len(listing), 0)
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, len(listing), 1)
    return listing + end + locator + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 1, 1, 100, 0, 0)


@file(".xlsx")
def three_hundred_parts() -> bytes:
    return with_parts({f"xl/media/{number}.xml": b"<a/>" for number in range(300)})


@file(".xlsx")
def sizes_of_zero() -> bytes:
    stored = zlib.compress(good_parts()[APPENDIX])[2:-4]
    return _with_raw_member(APPENDIX.encode(), stored, 0)


@file(".xlsx")
def list_of_members_at_a_negative_place() -> bytes:
    data = bytearray(GOOD.read_bytes())
    data[-6:-2] = (0xFFFF_FFF0).to_bytes(4, "little")
    return bytes(data)


@file(".xlsx")
def name_that_is_no_utf_8() -> bytes:
    """The list has the good name; the header before the data another one, said to be UTF-8."""
    data = with_parts({}).replace(b"xl/theme/theme1.xml", b"xl/theme/theme\xff.xml", 1)
    at = data.index(b"xl/theme/theme\xff.xml")
    return data[: at - 24] + b"\x00\x08" + data[at - 22 :]


@file(".xlsx")
def traversing_parts() -> bytes:
    return with_parts({"../../../../srv/thoat.xml": b"<a/>", "/etc/thoat": b"x"})


@file(".zip")
def traversing_names() -> bytes:
    names = ("../../thoat.xlsx", "/srv/thoat.xlsx", "C:\\thoat.xlsx", "a/../../b.xlsx", "..")
    return zipped((name, GOOD.read_bytes()) for name in names)


@file(".zip")
def one_name_many_times() -> bytes:
    names = ("a.xlsx", "a.xlsx", "A.XLSX", "a.xlsx/")
    return zipped((name, GOOD.read_bytes()) for name in names)


@file(".zip", alone=True)
def one_name_five_thousand_times() -> bytes:
    return archive([Member(b"a.xlsx", b"", 0, 0)] * 5_000)


@file(".xlsx")
def one_part_twice() -> bytes:
    return zipped([*good_parts().items(), (APPENDIX, b"<worksheet/>")])


@file(".xlsx")
def part_names_that_differ_by_case() -> bytes:
    return with_parts({APPENDIX.upper(): b"<worksheet/>"})


@file(".xlsx")
def locked_parts() -> bytes:
    data = bytearray(GOOD.read_bytes())
    for found in re.finditer(rb"PK\x01\x02|PK\x03\x04", GOOD.read_bytes()):
        data[found.start() + (8 if found[0] == b"PK\x01\x02" else 6)] |= 1
    return bytes(data)


@file(".zip")
def locked_members() -> bytes:
    return archive([Member(b"a.xlsx", GOOD.read_bytes(), 100, 0, flags=1)])


@file(".xlsx")
def zip64_and_sizes_behind_the_data() -> bytes:
    """Unusual and sound: as a program writes that streams."""

    class Stream(io.BytesIO):
        def seekable(self) -> bool:
            return False

    stream = Stream()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in good_parts().items():
            with opened.open(name, "w", force_zip64=True) as member:
                member.write(content)
    return stream.getvalue()


@file(".zip")
def archive_of_nothing() -> bytes:
    return zipped({})


@file(".zip")
def names_to_print() -> bytes:
    return zipped((f"{name}.xlsx", GOOD.read_bytes()) for name in _NAMES)


_NAMES = (
    f"báo cáo {OVERRIDE}xslx.exe",
    "\x1b[31mđỏ\x1b]0;tên\x07",
    "\x9b31m",
    "[bold red]đậm[/bold red]",
    "=HYPERLINK(1)",
    "+cmd",
    "@SUM(A1)",
    "hai\ndòng\r",
    "x" * 5000,
)


# --- XML ------------------------------------------------------------------------------------------

LAUGHS = "".join(
    f'<!ENTITY l{number} "{"&l" + str(number - 1) + ";"}{("&l" + str(number - 1) + ";") * 9}">'
    for number in range(1, 10)
)
XML = '<?xml version="1.0" encoding="{}"?>'
EVERYWHERE = (APPENDIX, STRINGS, CORE, "_rels/.rels", "xl/workbook.xml", STYLES)
"""Parts that different pieces of the reader parse."""


def _each(name: str, content: Content) -> None:
    """Put one content in the place of each of several parts."""
    for part in EVERYWHERE:
        stem = Path(part).stem.strip(".") or "rels"
        changes: Parts = {part: content}
        for kind, make in (("", with_parts), ("-stranger", stranger)):
            CORPUS.append(Hostile(f"{name}_{stem}{kind}.xlsx", partial(make, changes)))


_each("billion_laughs", f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]><a>&l9;</a>')
_each("external_entity", '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>')
_each("external_dtd", '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>')
_each("nul_bytes", b"<a>\0\0</a>")
_each("invalid_utf_8", b"<a>\xff\xc0\x80</a>")
_each("utf_7", XML.format("UTF-7").encode() + b"<a>+ADw-</a>")
_each("unheard_of_encoding", XML.format("xa-la").encode() + b"<a/>")
_each("encoding_that_is_none", XML.format("idna").encode() + b"<a/>")
_each("cut_short", b"<a><b")
_each("nothing", b"")


@parts()
def utf_16() -> Parts:
    """Unusual and sound."""
    return {
        APPENDIX: lambda xml: xml.decode().replace("UTF-8", "UTF-16", 1).encode("utf-16"),
        CORE: lambda xml: xml.decode().replace("UTF-8", "UTF-16", 1).encode("utf-16"),
    }


@parts(alone=True)
def a_million_deep() -> Parts:
    return {GUIDE: "<a>" * 1_000_000 + "</a>" * 1_000_000}


@parts(alone=True)
def texts_in_the_deep() -> Parts:
    """What looks at all open elements for each text takes for ever."""
    deep, texts = 200_000, "".join(f"<t>{letter}</t>" for letter in noise(300_000))
    inside = "<a>" * deep + f"<si>{texts}</si>" + "</a>" * deep
    return {STRINGS: f'<sst xmlns="{MAIN}">{inside}</sst>', "xl/tag.xml": TAG}


@parts(alone=True)
def long_attribute() -> Parts:
    return {GUIDE: sheet(f'<row r="{noise(9_000_000)}"/>')}


@parts(alone=True)
def a_million_attributes() -> Parts:
    listed = " ".join(f'a{at}="{letter}{at % 97}"' for at, letter in enumerate(noise(1_000_000)))
    return {CORE: f"<a {listed}/>"}


@parts(alone=True)
def long_namespace() -> Parts:
    """The parser spells it out in the name of each element."""
    return {CORE: f'<a xmlns:p="{noise(3_000_000)}">{"<p:b/>" * 300_000}</a>'}


# --- sheets ---------------------------------------------------------------------------------------


@parts()
def last_cell_of_all() -> Parts:
    return {GUIDE: sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')}


@parts()
def cells_beyond_the_sheet() -> Parts:
    cells = '<c r="ZZZ9999999"><v>1</v></c><c r="A0"><v>1</v></c>'
    return {GUIDE: sheet(f'<row r="0">{cells}</row>')}


@parts()
def cells_out_of_order() -> Parts:
    cells = "".join(f'<c r="B{row}"><v>{row}</v></c>' for row in range(50, 0, -1))
    return {GUIDE: sheet(f'<row r="50">{cells}</row>')}


@parts(alone=True)
def three_hundred_thousand_cells() -> Parts:
    cells = "".join(f"<c><v>{at * 7919 % 10**6}</v></c>" for at in range(300_000))
    return {GUIDE: sheet(f'<row r="1">{cells}</row>')}


@parts(alone=True)
def very_many_blank_cells() -> Parts:
    cells = "".join(f'<c s="{at * 7919 % 10**6}"/>' for at in range(900_000))
    return {GUIDE: sheet(f'<row r="1">{cells}</row>')}


@parts()
def very_many_styles() -> Parts:
    styles = "".join(f'<a b="{at * 7919 % 10**6}"/>' for at in range(300_000))
    return {STYLES: f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>'}


@parts()
def very_many_texts() -> Parts:
    texts = "".join(f"<si><t>{at * 7919 % 10**6}</t></si>" for at in range(300_000))
    return {STRINGS: f'<sst xmlns="{MAIN}">{texts}</sst>', "xl/tag.xml": TAG}


@parts(alone=True)
def cells_in_every_column() -> Parts:
    cells = "".join(f"<c><v>{at * 7919 % 10**6}</v></c>" for at in range(16_000))
    return {GUIDE: sheet(f'<row r="1">{cells}</row>')}


@parts(alone=True)
def as_many_cells_as_may_be() -> Parts:
    cells = (f'<c r="B{at}"><v>{at * 7919 % 10**6}</v></c>' for at in range(1, 190_000))
    return {GUIDE: sheet(f'<row r="1">{"".join(cells)}</row>')}


@parts()
def odd_rows() -> Parts:
    rows = ("-5", "0", "x", "9" * 4000, "9" * 5000, "٣", "1e3")
    return {
        GUIDE: sheet("".join(f'<row r="{row}"><c t="str"><v>a</v></c></row>' for row in rows[:4]))
    }


@parts()
def row_of_five_thousand_digits() -> Parts:
    return {GUIDE: sheet(f'<row r="{"9" * 5000}"><c t="str"><v>a</v></c></row>')}


@parts()
def wrong_dimension() -> Parts:
    edit = swap(b'<dimension ref="', b'<dimension ref="A1:XFD1048576" old="')
    return {APPENDIX: edit, INFO: swap(b'<dimension ref="A1:F19"/>', b'<dimension ref="A1"/>')}


@parts()
def four_thousand_million_texts() -> Parts:
    edit = swap(b"uniqueCount=", b'uniqueCount="4000000000" was=')
    return {STRINGS: edit}


@parts()
def text_of_a_huge_number() -> Parts:
    texts = ("4000000000", "-1", "9" * 4000, "9" * 5000, "", "x")
    cells = "".join(f'<c r="B{at}" t="s"><v>{text}</v></c>' for at, text in enumerate(texts, 1))
    return {GUIDE: sheet(f'<row r="1">{cells}</row>')}


@parts(alone=True)
def one_long_text_in_very_many_cells() -> Parts:
    return {STRINGS: _another_text(noise(32_000)), GUIDE: _texts_of(909, 190_000)}


@parts(alone=True)
def one_escaped_text_in_very_many_cells() -> Parts:
    """Taking the escapes apart anew for each cell makes another text of each."""
    return {STRINGS: _another_text("_x0041_" * 4600), GUIDE: _texts_of(909, 190_000)}


@parts(alone=True)
def long_texts_beside_the_table() -> Parts:
    text = "".join(Random(1).choices(("a-", "b ", "--", "c", ".", "\u2014"), k=20_000))
    return {STRINGS: _another_text(text), GUIDE: _texts_of(909, 150)}


def _another_text(text: str) -> Edit:
    return swap(b"</sst>", f"<si><t>{text}</t></si></sst>".encode())


def _texts_of(text: int, count: int) -> str:
    cells = (f'<c r="B{row}" t="s"><v>{text}</v></c>' for row in range(1, count))
    return sheet(f'<row r="1">{"".join(cells)}</row>')


@parts(alone=True)
def rows_that_resemble_ours() -> Parts:
    """Every row that has lost its code is compared with every indicator that has none."""
    rows = (
        f'<row><c r="C{row}" t="str"><v>{noise(40, row)}</v></c></row>' for row in range(300, 20300)
    )
    return {
        APPENDIX: lambda xml: re.sub(rb'<c r="A\d+"[^>]*>.*?</c>', b"", xml).replace(
            b"</sheetData>", f"{''.join(rows)}</sheetData>".encode()
        )
    }


@parts()
def numbers_that_are_none() -> Parts:
    cells = ("NaN", "Infinity", "1e308", "-1e308", "1e999", "1_000", "٣", "0x10", "9" * 4000)
    return {APPENDIX: _figures(f"<v>{text}</v>" for text in cells)}


def _figures(cells: Iterable[str], kind: str = "n") -> Edit:
    """Put contents into the first cells for figures."""
    places = ("E11", "E12", "E13", "E14", "E15", "E16", "E17", "E18", "E20", "E21")
    made = zip(places, cells, strict=False)
    return both(*(put(at, f'<c r="{at}" t="{kind}">{cell}</c>') for at, cell in made))


# --- formulas -------------------------------------------------------------------------------------


@parts()
def formulas_that_reach_out() -> Parts:
    formulas = (
        'WEBSERVICE("http://127.0.0.1:9/a")',
        "cmd|' /C calc'!A0",
        'HYPERLINK("http://127.0.0.1:9/","a")',
        "'file:///etc/[passwd]a'!A1",
        '"[http://127.0.0.1:9/a.xlsx]a"!A1',
        'INDIRECT("E11")',
        'FILTERXML(WEBSERVICE("http://127.0.0.1:9"),"//a")',
    )
    return {APPENDIX: _figures(f"<f>{_escaped(text)}</f><v>7</v>" for text in formulas)}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


@parts()
def formulas_that_overflow() -> Parts:
    formulas = (
        "9" * 400,
        "9" * 300 + "*" + "9" * 300,
        "1/0",
        "(" * 900,
        "(" * 450 + "1" + ")" * 450,
        "-" * 900 + "1",
        "+".join(["SUM(E9:E200)"] * 70),
        "1" + "%" * 300,
        "ABS(" * 200 + "1" + ")" * 200,
    )
    return {APPENDIX: _figures(f"<f>{text}</f>" for text in formulas)}


@parts()
def formulas_in_circles() -> Parts:
    return {APPENDIX: _figures(f"<f>{text}</f>" for text in ("E12", "E13", "E11", "E14+E14"))}


@parts()
def shared_formulas_in_circles() -> Parts:
    shared = '<f t="shared" si="{}" ref="E11:E18">{}</f>'
    formulas = (
        shared.format(0, "E12"),
        shared.format(0, ""),
        shared.format(0, "E10+E12"),
        shared.format(7, ""),
        shared.format("x", "SUM(E11:E18)"),
    )
    return {APPENDIX: _figures(formulas)}


@parts(alone=True)
def one_long_formula_shared_by_many() -> Parts:
    formula = "+".join(f"B{row}" for row in range(1, 5000))
    first = f'<c r="B1"><f t="shared" si="0">{formula}</f></c>'
    others = (f'<c r="B{row}"><f t="shared" si="0"/></c>' for row in range(2, 50_000))
    return {GUIDE: sheet(f'<row r="1">{first}{"".join(others)}</row>')}


@parts(alone=True)
def arrays_over_everything() -> Parts:
    array = '<c r="A{}"><f t="array" ref="A1:XFD1048576">1</f></c>'
    arrays = "".join(array.format(row) for row in range(1, 51))
    cells = (f'<c r="B{row}"><v>{row}</v></c>' for row in range(1, 150_000))
    return {GUIDE: sheet(f'<row r="1">{arrays}{"".join(cells)}</row>')}


@parts(alone=True)
def very_many_merged_cells() -> Parts:
    merged = "".join(f'<mergeCell ref="A{row}:XFD1048576"/>' for row in range(1, 5000))
    return {APPENDIX: swap(b"</worksheet>", f"{merged}</worksheet>".encode())}


@parts(alone=True)
def formats_for_everyone() -> Parts:
    codes = Random(1)
    made = (
        f'<numFmt numFmtId="{at}" formatCode="[&quot;{codes.randrange(10**80)}[[["/>'
        for at in range(60_000)
    )
    return {STYLES: f'<styleSheet xmlns="{MAIN}"><numFmts>{"".join(made)}</numFmts></styleSheet>'}


# --- relations and sheets of the book -------------------------------------------------------------


def relations(*each: tuple[str, str, str]) -> str:
    listed = "".join(
        f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for key, kind, target in each
    )
    return f"<Relationships>{listed}</Relationships>"


BOOK_RELATIONS = "xl/_rels/workbook.xml.rels"


@parts()
def book_that_is_its_own_sheet() -> Parts:
    return {BOOK_RELATIONS: swap(b"worksheets/sheet4.xml", b"workbook.xml")}


@parts()
def relations_to_themselves() -> Parts:
    own = relations(("rId1", "officeDocument", "_rels/.rels"), ("a", "core-properties", ""))
    return {"_rels/.rels": own}


@parts()
def relations_beyond_the_file() -> Parts:
    targets = (
        (b"worksheets/sheet4.xml", b"http://127.0.0.1:9/sheet.xml"),
        (b"worksheets/sheet3.xml", b"file:///etc/passwd"),
        (b"theme/theme1.xml", b"../../../../../../etc/passwd"),
        (b"styles.xml", b"\\\\127.0.0.1\\a"),
    )
    return {BOOK_RELATIONS: both(*(swap(old, new) for old, new in targets))}


@parts()
def sheet_that_is_missing() -> Parts:
    return {GUIDE: None}


@parts()
def appendix_that_is_missing() -> Parts:
    return {APPENDIX: None}


@parts()
def a_thousand_sheets() -> Parts:
    listed = "".join(f'<sheet name="{at}" sheetId="{at}" r:id="rId2"/>' for at in range(9, 1009))
    return {"xl/workbook.xml": swap(b"</sheets>", listed.encode() + b"</sheets>")}


@parts(alone=True)
def the_appendix_twenty_times() -> Parts:
    listed = "".join(f'<sheet name="{at}" sheetId="{at}" r:id="rId2"/>' for at in range(9, 29))
    return {"xl/workbook.xml": swap(b"</sheets>", listed.encode() + b"</sheets>")}


@parts(alone=True)
def one_comment_in_very_many_pieces() -> Parts:
    pieces = "".join(f"<t>{letter}</t>" for letter in noise(500_000))
    return {
        "xl/worksheets/_rels/sheet2.xml.rels": relations(("a", "comments", "../notes.xml")),
        "xl/notes.xml": f'<comments><comment ref="F11">{pieces}</comment></comments>',
    }


@file(".xlsm")
def macros() -> bytes:
    return with_parts({"xl/vbaProject.bin": compound_file({"VBA/dir": b"Shell calc"})})


# --- what is printed ------------------------------------------------------------------------------

TEXTS = (
    f"{OVERRIDE}đảo",
    f"{ESCAPE}đỏ",
    f"{CONTROL_1}đỏ",
    "[bold red]đậm[/bold red]",
    '=HYPERLINK("http://127.0.0.1:9/","a")',
    "+cmd|' /C calc'!A0",
    "@SUM(1)",
    "-1+1",
    "_xD800__xFFFF__x0000_",
    "\ue000\U000e0041{0}%s",
)


@parts()
def notes_to_print() -> Parts:
    cells = ("F11", "F12", "F13", "F14", "F15", "F16", "F17", "F18", "F20", "F21")
    made = (put(at, inline(at, text)) for at, text in zip(cells, TEXTS, strict=True))
    return {APPENDIX: both(*made)}


@parts()
def figures_to_print() -> Parts:
    return {APPENDIX: _figures((f"<is><t>{text}</t></is>" for text in TEXTS), "inlineStr")}


@parts()
def error_values_to_print() -> Parts:
    return {APPENDIX: _figures((f"<v>{text}</v>" for text in TEXTS), "e")}


@parts()
def dates_to_print() -> Parts:
    return {APPENDIX: _figures((f"<v>{text}</v>" for text in TEXTS), "d")}


@parts()
def formulas_to_print() -> Parts:
    return {APPENDIX: _figures(f'<f>"{text.replace(chr(34), "")}"</f>' for text in TEXTS)}


@parts()
def doubled_rows_to_print() -> Parts:
    row = b"".join(
        (b'<row r="300"><c r="A300" t="s"><v>58</v></c>', inline("E300", TEXTS[0]).encode())
    )
    return {APPENDIX: swap(b"</sheetData>", row + b"</row></sheetData>")}


@parts()
def labels_to_print() -> Parts:
    cells = ("C11", "C12", "C13", "C14", "C15", "C16", "C17", "C18", "C20", "C21")
    made = (put(at, inline(at, text)) for at, text in zip(cells, TEXTS, strict=True))
    return {APPENDIX: both(*made)}


@parts()
def strays_to_print() -> Parts:
    rows = "".join(inline(f"B{at}", text) for at, text in enumerate(TEXTS, start=100))
    return {GUIDE: swap(b"</sheetData>", f'<row r="99">{rows}</row></sheetData>'.encode())}


@parts()
def answers_to_print() -> Parts:
    cells = ("C4", "C5", "C8", "C9", "C10", "C11", "C12")
    made = (put(at, inline(at, text)) for at, text in zip(cells, TEXTS, strict=False))
    return {INFO: both(*made)}


@parts()
def code_of_the_unit_to_print() -> Parts:
    return {INFO: put("C6", inline("C6", f"H99.01{OVERRIDE}{ESCAPE}=1+1"))}


@parts()
def date_of_five_thousand_digits() -> Parts:
    cells = (f"C{row}" for row in range(9, 12))
    return {INFO: both(*(put(at, inline(at, "9" * 5000)) for at in cells))}


@parts()
def sheet_names_to_print() -> Parts:
    names = (("Hướng dẫn", TEXTS[0]), ("Kiểm tra", "[bold red]"), ("Phụ lục", "=1+1\u202e\x9b"))
    edits = (swap(f'name="{old}"'.encode(), f'name="{new}"'.encode()) for old, new in names)
    return {"xl/workbook.xml": both(*edits)}


@parts()
def issued_to_a_name_to_print() -> Parts:
    hidden = "xl/worksheets/sheet5.xml"
    made = (put(f"B{row}", inline(f"B{row}", TEXTS[row])) for row in range(1, 7))
    return {hidden: both(*made)}


@parts()
def saved_at_the_end_of_time() -> Parts:
    return {
        CORE: lambda xml: re.sub(
            rb">[^<]*</dcterms:modified>", b">9999-12-31T23:59:59-12:00</dcterms:modified>", xml
        )
    }


@file(".xlsx")
def saved_before_all_time() -> bytes:
    old = b">0001-01-01T00:00:00+14:00</dcterms:modified>"
    return with_parts({CORE: lambda xml: re.sub(rb">[^<]*</dcterms:modified>", old, xml)})


# --- OpenDocument ---------------------------------------------------------------------------------


def open_document(rows: str) -> bytes:
    names = " ".join(f'xmlns:{name}="{OASIS}:{name}:1.0"' for name in ("office", "table", "text"))
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": f"<office:document-content {names}><office:body><office:spreadsheet>"
            f'<table:table table:name="{TAG.decode()}">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        }
    )


CELL = '<table:table-cell office:value-type="string"{}><text:p>a{}</text:p></table:table-cell>'
ROW = "<table:table-row{}>{}</table:table-row>"


@file(".ods", alone=True)
def two_thousand_million_spaces() -> bytes:
    return open_document(ROW.format("", CELL.format("", '<text:s text:c="2000000000"/>')))


@file(".ods", alone=True)
def two_thousand_million_spaces_in_many_cells() -> bytes:
    return open_document(ROW.format("", CELL.format("", '<text:s text:c="2000000000"/>') * 50_000))


@file(".ods", alone=True)
def two_thousand_million_rows() -> bytes:
    row = ROW.format(' table:number-rows-repeated="2000000000"', CELL.format("", ""))
    return open_document(row)


@file(".ods", alone=True)
def two_thousand_million_columns() -> bytes:
    repeated = ' table:number-columns-repeated="2000000000"'
    return open_document(ROW.format("", CELL.format(repeated, "")))


@file(".ods", alone=True)
def repeated_long_text() -> bytes:
    repeated = ' table:number-columns-repeated="1000"'
    row = ROW.format(' table:number-rows-repeated="190"', CELL.format(repeated, noise(32_000)))
    return open_document(row)


@file(".ods")
def laughing_document() -> bytes:
    with zipfile.ZipFile(io.BytesIO(open_document(""))) as opened:
        content = opened.read("content.xml").decode()
    laughs = f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]>'
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": laughs + content,
        }
    )


@file(".ods")
def document_saved_at_the_end_of_time() -> bytes:
    content: dict[str, Content] = {"meta.xml": "<a><date>9999-12-31T23:59:59-12:00</date></a>"}
    with zipfile.ZipFile(io.BytesIO(filled_document(("E11",)))) as opened:
        content |= {name: opened.read(name).decode() for name in opened.namelist()}
    return zipped(content)


@file(".ods")
def document_to_print() -> bytes:
    return filled_document(TEXTS)


def filled_document(texts: Iterable[str] = ()) -> bytes:
    """The good workbook as an OpenDocument; the texts stand where figures do."""
    replaced = dict(zip((f"E{row}" for row in range(11, 19)), texts, strict=False))
    tables = []
    for sheet in read_workbook(GOOD.read_bytes()).sheets:
        rows = (_ods_row(sheet, row, replaced) for row in range(1, max(sheet.cells)[0] + 1))
        tables.append(f'</table:table><table:table table:name="{sheet.name}">{"".join(rows)}')
    return open_document("".join(tables))


def _ods_row(sheet: SheetCells, row: int, replaced: Mapping[str, str]) -> str:
    cells = []
    for column in map(column_letters, range(1, 27)):
        put = replaced.get(f"{column}{row}") if sheet.name == "Phụ lục" else None
        cell = sheet.cells.get((row, column))
        if put is None and cell and cell.kind is CellKind.NUMBER:
            number = f'office:value-type="float" office:value="{cell.text}"'
            cells.append(f"<table:table-cell {number}/>")
        else:
            text = "".join(letter for letter in put or sheet.text(row, column) if letter >= " ")
            shown = f"<text:p>{_escaped(text)}</text:p>" if text else ""
            cells.append(f"<table:table-cell>{shown}</table:table-cell>")
    return ROW.format("", "".join(cells))


# --- Excel 97-2003 and the container of Microsoft ------------------------------------------------


@file(".xls")
def header_and_nothing() -> bytes:
    return compound_file({"Workbook": b""})[:SECTOR]


@file(".xls")
def half_a_header() -> bytes:
    return compound_file({"Workbook": b""})[:100] + "Workbook\0".encode("utf-16-le")


@file(".xls")
def stream_of_rubbish() -> bytes:
    return compound_file({"Workbook": Random(1).randbytes(20_000)})


@file(".xls")
def stream_of_endless_records() -> bytes:
    return compound_file({"Workbook": b"\x09\x08\x10\x00" + bytes(16) + b"\xff\xff" * 9000})


@file(".xls")
def chain_in_circles() -> bytes:
    """The first sector of the stream is followed by itself."""
    return compound_file({"Workbook": bytes(60_000)}, next_of={0: 0})


@file(".xls")
def chain_into_the_void() -> bytes:
    return compound_file({"Workbook": bytes(60_000)}, next_of={0: 0x00FF_FFFF, 1: FREE})


@file(".xls")
def directory_in_circles() -> bytes:
    """Each entry is the sibling and the child of the next."""
    data = bytearray(compound_file({"Workbook": bytes(9000), "a": bytes(9000)}))
    at = (int.from_bytes(data[48:52], "little") + 1) * SECTOR
    for entry in range(3):
        links = struct.pack("<3I", 1, 2, 1)
        data[at + entry * 128 + 68 : at + entry * 128 + 80] = links
    return bytes(data)


@file(".xls")
def allocation_table_in_circles() -> bytes:
    data = bytearray(compound_file({"Workbook": bytes(9000)}))
    data[44:48] = data[72:76] = (0xFFFF).to_bytes(4, "little")
    data[68:72] = bytes(4)
    return bytes(data)


@file(".xls", alone=True)
def sectors_of_two_gib() -> bytes:
    data = bytearray(compound_file({"Workbook": bytes(9000)}))
    data[30:32] = (31).to_bytes(2, "little")
    return bytes(data)


# --- binary workbooks -----------------------------------------------------------------------------


def binary_workbook(records: bytes) -> bytes:
    return binary_sheets({"Phụ lục": records})


def binary_sheets(sheets: Mapping[str, bytes]) -> bytes:
    """A binary workbook of these sheets, each by its records."""
    keys = [f"rId{number}" for number, _ in enumerate(sheets)]
    listed = (
        _record(156, bytes(8) + _text(key) + _text(name))
        for key, name in zip(keys, sheets, strict=True)
    )
    members: dict[str, Content] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relations(("rId1", "officeDocument", "xl/workbook.bin")),
        "xl/_rels/workbook.bin.rels": relations(
            *((key, "worksheet", f"{key}.bin") for key in keys)
        ),
        "xl/workbook.bin": b"".join(listed),
        "xl/tag.bin": TAG,
    }
    contents = zip(keys, sheets.values(), strict=True)
    return zipped(members | {f"xl/{key}.bin": records for key, records in contents})


def filled_binary_workbook() -> bytes:
    """The good workbook as a binary one, formulas left out."""
    book = read_workbook(GOOD.read_bytes())
    return binary_sheets({each.name: b"".join(_binary_rows(each)) for each in book.sheets})


def _binary_rows(sheet: SheetCells) -> Iterator[bytes]:
    numbered = sorted(
        (row, column_number(column), cell) for (row, column), cell in sheet.cells.items()
    )
    for row, cells in groupby(numbered, key=itemgetter(0)):
        yield _record(0, struct.pack("<I", row - 1) + bytes(21))
        for _, column, cell in cells:
            head = struct.pack("<II", column - 1, 0)
            if cell.kind is CellKind.NUMBER:
                yield _record(5, head + struct.pack("<d", cell.number))
            elif cell.kind is CellKind.TEXT:
                yield _record(6, head + _text(cell.text))


def _record(kind: int, content: bytes) -> bytes:
    number = bytes([kind]) if kind < 128 else bytes([kind & 127 | 128, kind >> 7])
    size = len(content)
    return number + bytes([size & 127 | 128, size >> 7 & 127 | 128, size >> 14]) + content


def _text(text: str) -> bytes:
    units = text.encode("utf-16-le")
    return struct.pack("<I", len(units) // 2) + units


@file(".xlsb")
def record_of_absurd_length() -> bytes:
    return binary_workbook(b"\x00\xff\xff\xff\x7f" + bytes(50))


@file(".xlsb")
def text_of_absurd_length() -> bytes:
    cell = struct.pack("<II", 1, 0) + struct.pack("<I", 0x7FFF_FFFF) + b"a"
    return binary_workbook(_record(0, bytes(25)) + _record(6, cell))


@file(".xlsb")
def cells_of_absurd_places() -> bytes:
    row = struct.pack("<I", 0xFFFF_FFF0) + bytes(21)
    number = struct.pack("<IId", 0xFFFF_FFF0, 0, float("nan"))
    return binary_workbook(_record(0, row) + _record(5, number))


@file(".xlsb", alone=True)
def very_many_records() -> bytes:
    blank = b"".join(_record(1, struct.pack("<II", at, at)) for at in range(800_000))
    return binary_workbook(_record(0, bytes(25)) + blank)


# --- mails ----------------------------------------------------------------------------------------

HEAD = b"From: a@example.org\r\nSubject: a\r\nMIME-Version: 1.0\r\n"


NEXT_MAIL = b"From a@example.org Mon Sep 19 08:30:00 2022\n"


def mail(content_type: str, body: bytes) -> bytes:
    return HEAD + f"Content-Type: {content_type}\r\n\r\n".encode() + body


def attached(name: bytes, content: bytes) -> bytes:
    return (
        b"--x\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
        b'Content-Disposition: attachment; filename="' + name + b'"\r\n\r\n' + content + b"\r\n"
    )


@cache
def good_base64() -> bytes:
    return base64.encodebytes(GOOD.read_bytes())


@file(".eml", alone=True)
def ten_thousand_multiparts() -> bytes:
    nested = "".join(
        f"--b{at}\r\nContent-Type: multipart/mixed; boundary=b{at + 1}\r\n\r\n"
        for at in range(10_000)
    )
    return mail("multipart/mixed; boundary=b0", nested.encode())


@file(".eml")
def no_boundary() -> bytes:
    return mail("multipart/mixed", attached(b"a.xlsx", good_base64()) + b"--x--")


@file(".eml")
def another_boundary() -> bytes:
    return mail("multipart/mixed; boundary=y", attached(b"a.xlsx", good_base64()) + b"--x--")


@file(".eml", alone=True)
def a_million_headers() -> bytes:
    return HEAD + b"".join(b"X-%d: a\r\n" % at for at in range(1_000_000)) + b"\r\n"


@file(".eml", alone=True)
def long_sender() -> bytes:
    """Address headers are parsed by taking them apart again and again."""
    return HEAD.replace(b"a@example.org", b"(" * 3000 + b'"a' * 500_000) + b"\r\na"


@file(".eml", alone=True)
def very_many_addresses() -> bytes:
    return HEAD.replace(b"a@example.org", b",".join([b"a@b"] * 200_000)) + b"\r\na"


@file(".eml")
def rubbish_for_base64() -> bytes:
    rubbish = Random(1).randbytes(5000)
    return mail("multipart/mixed; boundary=x", attached(b"a.xlsx", rubbish) + b"--x--")


@file(".eml")
def attachment_names_to_print() -> bytes:
    names = ("../../thoat.xlsx", "/etc/passwd.xlsx", "C:\\a.xlsx", "=1+1.xlsx", "[bold red].xlsx")
    encoded = [name.encode() for name in names]
    encoded += [b"=?utf-8?b?" + base64.b64encode(f"{TEXTS[0]}\x1b[31m.xlsx".encode()) + b"?="]
    encoded += [b"\xff\xfe\x9b.xlsx", b"=?xa-la?q?a=FF?=.xlsx", b""]
    body = b"".join(attached(name, good_base64()) for name in encoded)
    return mail("multipart/mixed; boundary=x", body + b"--x--")


@file(".eml")
def sender_to_print() -> bytes:
    sender = "\u202e\x1b[31m=1+1 <a@example.org>".encode()
    coded = b"=?utf-8?b?" + base64.b64encode(sender) + b"?= \xff\x9b <a@example.org>"
    letter = mail("multipart/mixed; boundary=x", attached(b"a.xlsx", good_base64()) + b"--x--")
    date = b"\r\nDate: Fri, 31 Dec 9999 23:59:59 -1200\r\n"
    return letter.replace(b"a@example.org\r\n", coded + date, 1)


@file(".eml")
def mails_fifty_deep() -> bytes:
    inner = mail("multipart/mixed; boundary=x", attached(b"a.xlsx", good_base64()) + b"--x--")
    for at in range(50):
        head = f"--y{at}\r\nContent-Type: message/rfc822\r\n\r\n".encode()
        body = head + inner + f"\r\n--y{at}--\r\n".encode()
        inner = mail(f'multipart/mixed; boundary="y{at}"', body)
    return inner


@file(".eml")
def mail_of_nothing() -> bytes:
    return HEAD + b"\r\na"


@file(".eml", alone=True)
def very_many_attachments() -> bytes:
    part = b"--x\r\nContent-Disposition: attachment; filename=a.xlsx\r\n\r\na\r\n"
    return mail("multipart/mixed; boundary=x", part * 20_000 + b"--x--")


@file(".mbox", alone=True)
def a_hundred_thousand_mails() -> bytes:
    return (NEXT_MAIL + b"From: a\nDate: b\n\n\n") * 100_000


@file(".mbox", alone=True)
def four_thousand_mails() -> bytes:
    return (NEXT_MAIL + b"From: a\nDate: b\n\n\n") * 4_000


@file(".msg")
def broken_outlook_mail() -> bytes:
    return outlook_message("a", "b", Attachment("a.xlsx", GOOD.read_bytes()))[:-30_000]


@file(".msg")
def outlook_mail_to_print() -> bytes:
    attachment = Attachment("../../\u202e\x1b[31m\x9b=1+1.xlsx", GOOD.read_bytes())
    return outlook_message(TEXTS[0] + "\x1b[31m\x9b", "=1+1\u202e", attachment)


@file(".msg")
def outlook_mail_of_rubbish() -> bytes:
    return compound_file(
        {"__properties_version1.0": b"\xff" * 500, "__substg1.0_0037001F": b"\xff" * 33}
    )


# --- things that are something else --------------------------------------------------------------


@file(".xlsx")
def empty() -> bytes:
    return b""


@file(".xlsx")
def one_byte() -> bytes:
    return b"P"


@file(".xlsx")
def document_of_pages() -> bytes:
    return b"%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript>>>>endobj\n%%EOF" + TAG


@file(".xlsx")
def picture() -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 0x7FFF_FFFF) + b"IHDR" + bytes(40) + TAG


@file(".xlsx")
def letter() -> bytes:
    return zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<a/>", "t": TAG})


@file(".xlsx")
def page_of_the_web() -> bytes:
    return b"<html><script>fetch('http://127.0.0.1:9')</script><table><tr><td>" + TAG + b"</table>"


@file(".xls")
def web_archive() -> bytes:
    """Excel too saves such files; they look like a mail without attachments."""
    return mail(
        "multipart/related; boundary=x", b"--x\r\nContent-Type: text/html\r\n\r\n<a/>\r\n--x--"
    )


@file(".xlsx", alone=True)
def sixty_mebibytes() -> bytes:
    return bytes(60 * 2**20)


@file(".csv")
def table_of_text() -> bytes:
    return "Mã,Số\n=cmd|' /C calc'!A0,\u202e\x1b[31m\n".encode()


# --- encrypted ------------------------------------------------------------------------------------

DEFAULT_PASSWORD = "VelvetSweatshop"


def encrypted(data: bytes, password: str) -> bytes:
    buffer = io.BytesIO()
    OOXMLFile(io.BytesIO(data)).encrypt(password, buffer)
    return buffer.getvalue()


@file(".xlsx")
def password_of_its_own() -> bytes:
    return encrypted(GOOD.read_bytes(), "mật khẩu")


@file(".xlsx", alone=True)
def password_that_takes_for_ever() -> bytes:
    """Two thousand million rounds to work the key out."""
    data = encrypted(GOOD.read_bytes(), DEFAULT_PASSWORD)
    return data.replace(b'spinCount="100000"', b'spinCount="999999"')


@file(".xlsx", alone=True)
def bomb_behind_the_default_password() -> bytes:
    return encrypted(two_gib_in_the_appendix(), DEFAULT_PASSWORD)


def with_default_password() -> bytes:
    """No harm in it: Excel writes this for what is only protected from writing."""
    return encrypted(GOOD.read_bytes(), DEFAULT_PASSWORD)


def consolidated_in_name_only() -> bytes:
    """A workbook that says it is the outcome of a merge, and nothing else."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    book.set_properties({"category": "a"})
    book.add_worksheet("a").write("A1", TAG.decode())
    book.close()
    return buffer.getvalue()


@file(".xlsx", alone=True)
def stranger_of_very_many_cells() -> bytes:
    """One that does not carry our tag, for all that it costs to take it to another process."""
    return stranger(as_many_cells_as_may_be())


CORPUS.append(Hostile("consolidated_in_name_only.xlsx", consolidated_in_name_only))
