"""Draws the pictures of `docs/images`: the sheets of the samples as LibreOffice shows them.

Run ``python docs/make_pictures.py`` after a change to a sheet or a sample, and look at them all.
Needs LibreOffice 7.4 or newer (``soffice``), Poppler (``pdftoppm``) and Pillow.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string
from openpyxl.worksheet.worksheet import Worksheet
from PIL import Image, ImageChops, ImageOps

from cchc_xlsx import api
from cchc_xlsx.adjustments import HEADINGS
from cchc_xlsx.form_file import load_form
from cchc_xlsx.layout import (
    APPENDIX_SHEET,
    CHECKS_SHEET,
    FIRST_RULE_ROW,
    GUIDE_SHEET,
    INFO_SHEET,
    OPINIONS_SHEET,
    AppendixLayout,
)
from cchc_xlsx.merged_layout import (
    ADJUSTMENTS_SHEET,
    ANSWERS_SHEET,
    CHARTS_SHEET,
    FINDINGS_SHEET,
    JOURNAL_SHEET,
    SENDERS_SHEET,
    TOTALS_SHEET,
)

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
SAMPLES = Path("samples")

WIDTH = 1700
"""Pixels that a picture is wide at most; a narrow sheet is not blown up."""
FINEST = 110
"""Dots per inch."""
MARGIN = 12
COLOURS = 128
LARGEST = 250_000
"""Bytes."""

CORRECTIONS = (
    ("H99.05", "VII.B.3.4", "(không đọc được)", "428", "Đã hỏi qua điện thoại", "Phòng CCHC"),
    ("H99.01", "III.7.1", "1842", "1824", "Sở gửi công văn đính chính", "Phòng CCHC"),
)
"""Rows of a table of corrections."""

WHOLE_SHEETS = 'pdf:calc_pdf_Export:{"SinglePageSheets":{"type":"boolean","value":"true"}}'
AS_PRINTED = "pdf"
MOST_ROWS = 500
"""Of a sheet that LibreOffice makes one page of its full size."""
DEFAULT_HEIGHT = 15.0
"""Points of a row that has no height of its own."""


@dataclass(frozen=True)
class Picture:
    """A part of a sheet: from one row to another, and up to a column; None goes to the end."""

    name: str
    book: str
    sheet: str
    first_row: int = 1
    last_row: int | None = None
    last_column: str | None = None


def pictures() -> Iterator[Picture]:
    """All pictures but the printed page; rows of the appendix are named by their code."""
    row = AppendixLayout(load_form()).row
    seed, faulty, merged = "H51.05_2022-Q3", "H99.05_2022-Q3", "tong-hop"
    returned, adjusted = "tra-lai", "dieu-chinh"
    yield Picture("thong-tin", seed, INFO_SHEET)
    yield Picture("phu-luc", seed, APPENDIX_SHEET, last_row=row("I.9"))
    yield Picture("kiem-tra", seed, CHECKS_SHEET, last_row=FIRST_RULE_ROW + 23)
    yield Picture("huong-dan", seed, GUIDE_SHEET)
    yield Picture("phu-luc-sai", faulty, APPENDIX_SHEET, row("VII.B.1"), row("VII.B.3.7"))
    yield Picture("y-kien", returned, OPINIONS_SHEET)
    yield Picture("phu-luc-tra-lai", returned, APPENDIX_SHEET, row("IV.7"), row("V.3.2"))
    yield Picture("tong-hop", merged, TOTALS_SHEET, last_row=54)
    yield Picture("van-de", merged, FINDINGS_SHEET, last_row=26)
    yield Picture("tinh-hinh-nop", merged, SENDERS_SHEET, last_column="K")
    yield Picture("bieu-do", merged, CHARTS_SHEET, last_row=35, last_column="N")
    yield Picture("co-khong", merged, ANSWERS_SHEET)
    yield Picture("dieu-chinh", adjusted, ADJUSTMENTS_SHEET, last_row=8)
    yield Picture("nhat-ky", adjusted, JOURNAL_SHEET)


def main() -> None:
    """Draw every picture, in place of the one that is there."""
    with tempfile.TemporaryDirectory() as name, contextlib.chdir(ROOT):
        work = Path(name)
        merged = work / "tong-hop.xlsx"
        api.merge([SAMPLES / "filled"], merged, roster=SAMPLES / "roster.csv")
        adjusted = _adjusted(work)
        faulty = SAMPLES / "filled" / "H99.05_2022-Q3.xlsx"
        api.return_workbooks([faulty], work / "out", due="20/9/2022")
        returned = (work / "out" / faulty.name).rename(work / "tra-lai.xlsx")
        made = (merged, adjusted, returned)
        books = {file.stem: file for file in (*SAMPLES.glob("filled/*.xlsx"), *made)}
        used = sorted({picture.book for picture in pictures()})
        copies = {book: _with_room_above(books[book], work / f"{book}_copy.xlsx") for book in used}
        for book, copy in copies.items():
            pages = _convert(copy, WHOLE_SHEETS, work)
            for picture in pictures():
                if picture.book == book:
                    _save(_cut(picture, copy, pages, work), picture.name)
        printed = _convert(books["H51.05_2022-Q3"], AS_PRINTED, work)
        _save(_page(printed, 2, 80, [], work), "phu-luc-in")


def _adjusted(work: Path) -> Path:
    """A consolidated workbook with corrections, made under the guide's names; it tells no time."""
    shutil.copytree(SAMPLES / "filled", work / "nhan-ve")
    shutil.copy(SAMPLES / "roster.csv", work / "danh-sach.csv")
    with contextlib.chdir(work):
        table = Path("dieu-chinh.csv")
        table.write_text("\n".join(map(",".join, (HEADINGS, *CORRECTIONS))), encoding="utf-8")
        output = Path("dieu-chinh.xlsx")
        api.merge(["nhan-ve"], output, roster="danh-sach.csv", adjust=table, reproducible=True)
    return work / output


def _with_room_above(book: Path, copy: Path) -> Path:
    """A copy with a higher first row: a sheet as one page has no margin to hold its accents.

    Very long sheets are left empty: LibreOffice would shrink them, and those after them too.
    """
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(copy, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            if part.startswith("xl/worksheets/sheet"):
                text = content.decode("utf-8")
                higher = '<row r="1" ht="21" customHeight="1"'
                text = re.sub(r'<row r="1"(?![^>]* ht=)', higher, text)
                if text.count("<row ") > MOST_ROWS:
                    text = re.sub("<sheetData>.*</sheetData>", "<sheetData/>", text, flags=re.S)
                content = text.encode("utf-8")
            new.writestr(part, content)
    return copy


def _convert(book: Path, to: str, outdir: Path) -> Path:
    profile = (outdir / "profile").as_uri()
    subprocess.run(
        ["soffice", "--headless", "--norestore", f"-env:UserInstallation={profile}",
         "--convert-to", to, "--outdir", outdir, book],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return outdir / f"{book.stem}.pdf"


def _cut(picture: Picture, book: Path, pages: Path, work: Path) -> Image.Image:
    """The part of the sheet; LibreOffice makes each sheet one page, its columns 6 points a unit."""
    workbook = load_workbook(book)
    sheet: Worksheet = workbook[picture.sheet]
    number = workbook.sheetnames.index(picture.sheet) + 1
    scale = (sheet.page_setup.scale or 100) / 100
    top = scale * _height(sheet, picture.first_row - 1)
    height = scale * _height(sheet, picture.last_row or sheet.max_row) - top
    last = picture.last_column
    width = 6 * scale * _width(sheet, column_index_from_string(last) if last else sheet.max_column)
    dpi = min(FINEST / scale, WIDTH * 72 / width)
    corner = ["-x", 0, "-y", _dots(top, dpi), "-W", _dots(width, dpi), "-H", _dots(height, dpi)]
    return _trimmed(_page(pages, number, dpi, corner, work))


def _dots(points: float, dpi: float) -> int:
    return round(points * dpi / 72)


def _height(sheet: Worksheet, rows: int) -> float:
    return sum(sheet.row_dimensions[row].height or DEFAULT_HEIGHT for row in range(1, rows + 1))


def _width(sheet: Worksheet, columns: int) -> float:
    return sum(
        each.width * (min(each.max or 0, columns) - (each.min or 0) + 1)
        for each in sheet.column_dimensions.values()
        if not each.hidden and (each.min or 0) <= columns
    )


def _page(pages: Path, number: int, dpi: float, corner: list[object], work: Path) -> Image.Image:
    stem = work / "page"
    only = ["-f", number, "-l", number, "-singlefile"]
    command = ["pdftoppm", "-png", "-r", f"{dpi:.2f}", *only, *corner, pages, stem]
    subprocess.run([str(word) for word in command], check=True, timeout=180)
    with Image.open(work / "page.png") as image:
        return image.convert("RGB")


def _trimmed(image: Image.Image) -> Image.Image:
    """Without the white around it, but for a small margin."""
    white = Image.new("RGB", image.size, "white")
    box = ImageChops.difference(image, white).getbbox()
    return ImageOps.expand(image.crop(box), MARGIN, "white")


def _save(image: Image.Image, name: str) -> None:
    file = IMAGES / f"{name}.png"
    palette = image.quantize(COLOURS, dither=Image.Dither.NONE)
    palette.save(file, optimize=True)
    size = file.stat().st_size
    assert size < LARGEST, f"{file.name} has {size} bytes"
    print(f"{file.relative_to(ROOT)}  {image.width} x {image.height}  {size // 1024} KB")


if __name__ == "__main__":
    main()
