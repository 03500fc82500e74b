"""The listing sheets: findings, who has sent, notes, and every figure with its origin."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from cchc_xlsx.colours import AMBER, BLUE, RED
from cchc_xlsx.consolidate import Consolidation
from cchc_xlsx.excel_limits import LONGEST_TIP
from cchc_xlsx.finding import SEVERITY_WORDS, Finding, Severity, cells_in_words
from cchc_xlsx.layout import (
    CONTACT_COLUMNS,
    DAY,
    MONTH,
    PARENT_NAME,
    REPORT_NUMBER,
    SIGNER,
    UNIT_NAME,
    YEAR,
    contact_answer,
)
from cchc_xlsx.merged_layout import (
    CELL,
    DATA_FILE,
    DATA_HASH,
    DATA_LINES,
    FIGURE,
    FILE,
    HASH,
    INDICATOR_CODE,
    LABEL,
    MERGED,
    MERGED_UNLISTED,
    NAME_IN_FILE,
    NOTE,
    ORIGINAL,
    PARTS,
    PERIOD,
    REPORTED_PERIOD,
    ROW_CODE,
    STATUS,
    UNIT,
    UNIT_CODE,
    DataFile,
)
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.spreadsheet import A3, Book, Sheet, lines_needed
from cchc_xlsx.submission import Reading, Status, Submission
from cchc_xlsx.summary.drill_down import DrillDown
from cchc_xlsx.summary.plain_table import (
    Column,
    Content,
    FileLink,
    Link,
    Shade,
    write_table,
)
from cchc_xlsx.summary.totals_layout import TotalsLayout
from cchc_xlsx.vietnamese import format_date, format_moment

_COLOUR = {Severity.ERROR: RED, Severity.WARNING: AMBER, Severity.INFO: BLUE}


# --- Vấn đề ---------------------------------------------------------------------------------


def write_findings(
    book: Book, sheet: Sheet, merged: Consolidation, layout: TotalsLayout, places: DrillDown
) -> None:
    """Every finding, worst first, with links to the figure it is about, here and in its file."""
    columns = (
        Column("Mức độ", 12),
        Column(UNIT, 28),
        Column("Xem", 12),
        Column("Nội dung", 60),
        Column("Cách xử lý", 44),
        Column("Giải thích của cơ quan", 36),
        Column("Ô trong tệp", 24),
        Column(FILE, 34),
        Column("Quy tắc", 10),
    )
    names = {unit.code: unit.name for unit in (*merged.batch.roster, *merged.units)}
    rows = (
        (
            Shade(SEVERITY_WORDS[finding.severity], _COLOUR[finding.severity]),
            names.get(finding.unit, finding.unit),
            _link(finding, layout),
            finding.message,
            finding.hint,
            finding.explained,
            _cells(places, finding),
            _in_file(places, finding.file, finding.file),
            finding.rule,
        )
        for finding in places.findings
    )
    write_table(book, sheet, "VẤN ĐỀ CẦN XEM LẠI", columns, rows, paper=A3)


def _link(finding: Finding, layout: TotalsLayout) -> Content:
    """The figure on `Tổng hợp`: the unit's, or the total of a finding about no unit."""
    if not finding.codes or finding.unit not in ("", *layout.unit_codes):
        return None
    return Link(finding.codes[0], layout.target(finding.unit, finding.codes[0]))


def _cells(places: DrillDown, finding: Finding) -> Content:
    """The cells in their file: a link to the first, which says how many more and tells them all.

    LibreOffice cuts a link that needs more than a line. More cells than it can tell stand in full.
    """
    told = cells_in_words(finding.cells)
    if len(told) > LONGEST_TIP:
        return told
    shown = told
    if len(finding.cells) > 1:
        shown = f"{finding.cells[0]} và {len(finding.cells) - 1} ô nữa"
    link = _in_file(places, shown, finding.file, *finding.cells[:1])
    return link._replace(tip=told) if isinstance(link, FileLink) else told


def _in_file(places: DrillDown, text: str, file: str, cell: str = "") -> Content:
    """A text that leads to a file, and to a cell of it; without a link where none leads there."""
    place = places.file(file, cell) if text and file else None
    return FileLink(text, place.path, place.cell) if place else text


# --- Tình hình nộp --------------------------------------------------------------------------

_LAST_PRINTED_COLUMN = "M"
"""Contact persons and hashes stand to the right of the printed page."""

_NOT_SENT = "Chưa nộp"
_OTHER_PERIOD = "Khác kỳ, không tổng hợp"
LEFT_OUT = {Status.REJECTED: "Không dùng được", Status.SUPERSEDED: "Đã có tệp khác"}
"""What is said of a file that does not count."""


def write_senders(book: Book, sheet: Sheet, merged: Consolidation) -> None:
    """Who has sent and who has not; every file, also those left out; the answers of `Thông tin`."""
    columns = (
        Column(UNIT_CODE, 14),
        Column(UNIT, 36),
        Column(STATUS, 18),
        Column(FILE, 34),
        Column(f"Số chỉ tiêu đã nhập (trên {len(merged.form.inputs)})", 14),
        Column("Lỗi", 8),
        Column("Cảnh báo", 10),
        Column("Thời điểm", 20),
        Column(REPORTED_PERIOD, 16),
        Column("Số, ký hiệu báo cáo", 18),
        Column("Ngày ký", 13),
        Column("Chức danh người ký", 18),
        Column("Cơ quan chủ quản", 30),
        *(Column(role, 40) for role in merged.form.contacts),
        Column(HASH, 34),
    )
    rows = _senders(merged)
    last = write_table(book, sheet, "TÌNH HÌNH NỘP BÁO CÁO", columns, rows, paper=A3)
    sheet.raw.print_area(f"A1:{_LAST_PRINTED_COLUMN}{last}")


def _senders(merged: Consolidation) -> Iterator[tuple[Content, ...]]:
    """The units in the order of `Tổng hợp`, then the missing, then the rest."""
    batch = merged.batch
    roster = {unit.code for unit in batch.roster}
    names = {unit.code: unit.name for unit in merged.units}
    by_submission = {id(reading.submission): reading for reading in batch.readings}
    for each in merged.sources:
        status = MERGED if each.unit_code in roster or not roster else MERGED_UNLISTED
        yield _sender(merged, by_submission[id(each)], names[each.unit_code], status)
    for unit in batch.missing_units:
        yield _missing(merged, unit)
    for reading in batch.readings:
        submission = reading.submission
        if word := LEFT_OUT.get(submission.status):
            is_of_another = submission.period and submission.period != merged.period
            name = submission.unit.name if submission.unit else ""
            yield _sender(merged, reading, name, _OTHER_PERIOD if is_of_another else word)


def _missing(merged: Consolidation, unit: ReportingUnit) -> tuple[Content, ...]:
    blanks: tuple[Content, ...] = (None,) * (11 + len(merged.form.contacts))
    return (unit.code, unit.name, Shade(_NOT_SENT, AMBER), *blanks)


def _sender(merged: Consolidation, reading: Reading, name: str, status: str) -> tuple[Content, ...]:
    submission, info = reading.submission, reading.submission.info
    counts = Counter(finding.severity for finding in reading.findings)
    filled = sum(value is not None for value in submission.fill.values.values())
    typed_name = info.get(UNIT_NAME, name)
    return (
        submission.unit_code,
        name if name == typed_name else f"{name}{NAME_IN_FILE}{typed_name})",
        status,
        submission.file + _brought_by(submission) + _rolled_up_from(submission),
        filled if submission.unit else None,
        counts[Severity.ERROR],
        counts[Severity.WARNING],
        _time(submission),
        submission.period.name if submission.period else "",
        info.get(REPORT_NUMBER, ""),
        _signed_on(info),
        info.get(SIGNER, ""),
        info.get(PARENT_NAME, ""),
        *(_contact(info, number) for number, _ in enumerate(merged.form.contacts, start=1)),
        submission.sha256,
    )


def _brought_by(submission: Submission) -> str:
    """The mail that a file came with."""
    origin = submission.origin
    return f" ({origin.in_words})" if origin else ""


def _rolled_up_from(submission: Submission) -> str:
    """Of how many units a file tells the figures, where it is a roll-up."""
    sent = len(submission.leaves)
    return f" (tổng hợp từ {sent}/{submission.speaks_for} cơ quan)" if sent else ""


def _time(submission: Submission) -> str:
    """When a report came, or else when it was last changed, in the time of this machine."""
    sent = submission.origin.sent if submission.origin else None
    for word, moment in (
        ("gửi", sent),
        ("lưu", submission.modified),
        ("tệp", submission.received),
    ):
        if moment:
            return f"{word} {format_moment(moment)}"
    return ""


_LONGEST_PART = 4
"""Digits of a day, a month or a year."""


def _signed_on(info: Mapping[str, str]) -> str:
    """The day of signing; as it was typed when it is no whole date."""
    day, month, year = (info.get(key, "") for key in (DAY, MONTH, YEAR))
    if all(part.isdecimal() and len(part) <= _LONGEST_PART for part in (day, month, year)):
        return format_date(int(day), int(month), int(year))
    return f"{day or '…'}/{month or '…'}/{year or '…'}" if day or month or year else ""


def _contact(info: Mapping[str, str], number: int) -> str:
    """Everything that was said about a contact person, in one cell."""
    answers = (info.get(contact_answer(number, column), "") for column in CONTACT_COLUMNS)
    return "; ".join(answer for answer in answers if answer)


# --- Ghi chú --------------------------------------------------------------------------------


def write_notes(book: Book, sheet: Sheet, merged: Consolidation, layout: TotalsLayout) -> None:
    """Every note under its row, with the unit that wrote it."""
    columns = (
        Column(ROW_CODE, 12),
        Column(LABEL, 50),
        Column(UNIT, 30),
        Column(FIGURE, 12),
        Column(NOTE, 60),
        Column(UNIT_CODE, 14),
        Column(PERIOD, 10),
    )
    rows = (
        (
            Link(row.code, layout.target(unit.code, row.code)),
            row.label,
            unit.name,
            source.fill.values.get(row.code),
            source.notes[row.code],
            unit.code,
            source.period.id if source.period else "",
        )
        for row in merged.form.indicators
        for unit, each in zip(merged.units, merged.submissions, strict=True)
        for source in each.sources or (each,)
        if row.code in source.notes
    )
    write_table(book, sheet, "GHI CHÚ CỦA CÁC CƠ QUAN", columns, rows)


# --- Dữ liệu --------------------------------------------------------------------------------

DATA_COLUMNS = (
    Column(UNIT_CODE, 14),
    Column(PERIOD, 10),
    Column(INDICATOR_CODE, 12),
    Column(LABEL, 60),
    Column("Đơn vị tính", 16),
    Column(FIGURE, 12),
    Column(NOTE, 40),
    Column(FILE, 34),
    Column(CELL, 16),
    Column(PARTS, 16),
    Column(ORIGINAL, 12),
)

_DATA = "DỮ LIỆU: MỖI SỐ LIỆU MỘT DÒNG"


def write_data(book: Book, sheet: Sheet, merged: Consolidation, places: DrillDown) -> None:
    """One line a figure, with the file and the cell it came from, or the file that has them all."""
    if places.beside:
        _write_beside(book, sheet, places.beside)
    else:
        write_table(book, sheet, _DATA, DATA_COLUMNS, _lines(merged, places))


_BESIDE = (
    "Nhiều cơ quan: các dòng số liệu (cơ quan, kỳ, chỉ tiêu, số liệu, ghi chú, tệp, ô) ở tệp ghi "
    "dưới đây, trong cùng thư mục với tệp này. Chuyển hoặc gửi tệp này thì kèm theo tệp đó, và "
    "không sửa tệp đó: khi dùng lại (--previous, compare), phần mềm đọc số liệu ở đó và chỉ nhận "
    "tệp còn nguyên như lúc tổng hợp."
)


def _write_beside(book: Book, sheet: Sheet, file: DataFile) -> None:
    columns = (Column(DATA_FILE, 44), Column(DATA_LINES, 14), Column(DATA_HASH, 70))
    row = (FileLink(file.name, file.name, ""), file.lines, file.sha256)
    write_table(book, sheet, _DATA, columns, [row])
    sheet.merged("A2:C2", _BESIDE, book.style(text_wrap=True, valign="top", italic=True))
    sheet.height(2, lines_needed(_BESIDE, sum(column.width for column in columns)))


def _lines(merged: Consolidation, places: DrillDown) -> Iterator[tuple[Content, ...]]:
    for code, lines in places.data.by_code.items():
        row = merged.form.by_code[code]
        about = (code, row.label, row.measure.noun if row.measure else "")
        for line in lines:
            cell = _in_file(places, line.cell, line.file, line.cell)
            figure = (line.value, line.note, line.file, cell, line.parts, line.original)
            yield (line.unit, line.period, *about, *figure)
