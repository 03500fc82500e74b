"""The notes of one submission → findings: what is wrong with the documents that they cite.

Nothing here belongs to one row of a form. A note says what its writer wants, so all of this asks;
nothing is an error. One cause is told once, however many notes show it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import NamedTuple

from cchc_xlsx.finding import Finding
from cchc_xlsx.form import Form
from cchc_xlsx.note_figures import Notes
from cchc_xlsx.notes import KINDS, Reference, words_of
from cchc_xlsx.reading_rules import (
    CITED_DATES,
    KIND_AND_SYMBOL,
    NUMBERS_IN_ORDER,
    ONE_NUMBER_AND_DATE,
    PLAN_OF_THE_YEAR,
    SYMBOL_CUT,
    ReadingRule,
)
from cchc_xlsx.submission import Submission
from cchc_xlsx.vietnamese import fold, format_date

SIGNED = ("Kế hoạch", "Báo cáo", "Quyết định", "Tờ trình", "Thông báo")
"""The kinds that are nothing else when written before a number: their symbol must begin alike.

A quy chế or a đề án is often cited by the number of the decision that issued it.
"""

NO_OFFICE = ("KH", "BC", "QĐ", "TB")
"""Signs of a kind that are no office's: the symbol of a công văn begins with an office's."""

MANY_BODIES = frozenset({"UBND", "HĐND", "BCĐ", "HU", "ĐU"})
"""Bodies of one name at every level: their symbols are those of many registers."""

RESERVED_DAYS = timedelta(days=3)
"""Numbers are handed out before the signature: so far apart an order of numbers proves nothing."""

LATEST_REPORT = timedelta(days=45)
"""No document that a report cites is of more than so many days after the period."""

FEWEST_WORDS = 4
"""Two notes say the same when all their words are the same, and these are so many."""

_MOST_LISTED = 5


class _Cited(NamedTuple):
    """A document and the row whose note cites it."""

    code: str
    document: Reference

    @property
    def series(self) -> str:
        """What documents of one register share, but for the year."""
        return fold(self.document.symbol)

    @property
    def is_of_one_register(self) -> bool:
        """Whether the symbol is that of a single body."""
        return MANY_BODIES.isdisjoint(words_of(self.document.symbol))


@dataclass(frozen=True)
class _Notes:
    """The notes of a submission and the documents that they cite."""

    form: Form
    submission: Submission
    read: Notes
    cited: Sequence[_Cited]

    def label(self, code: str) -> str:
        return f"«{self.form.by_code[code].title}»"

    def finding(self, rule: ReadingRule, codes: Iterable[str], message: str, hint: str) -> Finding:
        """A finding about the notes of these rows."""
        in_order = list(dict.fromkeys(codes))
        cells = self.submission.note_cells
        return rule.finding(
            message,
            hint,
            codes=in_order,
            cells=[cells[code] for code in in_order if code in cells],
            file=self.submission.file,
            unit=self.submission.unit_code,
        )


def check_notes(form: Form, submission: Submission, read: Notes) -> Iterator[Finding]:
    """What has to be asked about the documents that the notes of a submission cite."""
    known = {code: note for code, note in read.items() if code in form.by_code}
    cited = [_Cited(code, each) for code, note in known.items() for each in note.references]
    notes = _Notes(form, submission, known, cited)
    yield from _kinds(notes)
    yield from _order(notes)
    yield from _two_dates(notes)
    yield from _two_numbers(notes)
    yield from _dates(notes)
    yield from _plans(notes)
    yield from _cut_symbols(notes)


# --- N08 -----------------------------------------------------------------------------------------


def _kinds(notes: _Notes) -> Iterator[Finding]:
    """The word before the number says another kind than the symbol."""
    wrong: dict[tuple[str, str], list[Reference]] = defaultdict(list)
    for each in notes.cited:
        if said := _contradiction(each.document):
            wrong[each.code, said].append(each.document)
    for (code, said), documents in wrong.items():
        yield notes.finding(
            KIND_AND_SYMBOL,
            [code],
            f"{notes.label(code)}: Ghi chú ghi {_listed(_quoted(documents))}, nhưng {said}.",
            "Đối chiếu với văn bản; sửa tên loại hoặc ký hiệu cho đúng.",
        )


def _contradiction(document: Reference) -> str:
    """What the symbol should be like by the kind that is written; empty where all is well."""
    kind = document.kind
    # Laws and decrees carry their year, and their symbols follow rules of their own.
    if kind in SIGNED and document.year is None and fold(document.sign) != fold(KINDS[kind]):
        return f"ký hiệu của {kind.lower()} bắt đầu bằng {KINDS[kind]}"
    if kind == "Công văn" and fold(document.sign) in map(fold, NO_OFFICE):
        return "ký hiệu của công văn bắt đầu bằng tên viết tắt của cơ quan, không có tên loại"
    return ""


# --- N09 -----------------------------------------------------------------------------------------


def _order(notes: _Notes) -> Iterator[Finding]:
    """Of one symbol and one year, a document has a smaller number than one signed before it."""
    for cited in _by_series(notes.cited).values():
        pairs = list(_exchanged(cited))
        if pairs:
            said = (f"{_with_date(a)} đứng trước {_with_date(b)}" for a, b in pairs)
            yield notes.finding(
                NUMBERS_IN_ORDER,
                [each.code for pair in pairs for each in pair],
                f"Số văn bản không theo thứ tự ngày: {_listed(said)} "
                f"({_rows(notes, [each for pair in pairs for each in pair])}).",
                "Kiểm tra lại số và ngày của các văn bản này.",
            )


def _by_series(cited: Iterable[_Cited]) -> dict[tuple[str, int], list[_Cited]]:
    """The dated documents by symbol and year, each once, but for those cited with two dates."""
    days: dict[tuple[str, int, int], dict[date, _Cited]] = defaultdict(dict)
    for each in cited:
        day = each.document.date
        if day and each.is_of_one_register:
            days[each.series, day.year, each.document.number].setdefault(day, each)
    series: dict[tuple[str, int], list[_Cited]] = defaultdict(list)
    for (symbol, year, _), by_day in days.items():
        if len(by_day) == 1:
            series[symbol, year] += by_day.values()
    return series


def _exchanged(cited: Iterable[_Cited]) -> Iterator[tuple[_Cited, _Cited]]:
    """Documents with the highest number before them, where that is higher than their own."""
    dated = [(each.document.date, each) for each in cited if each.document.date]
    highest: tuple[date, _Cited] | None = None
    for day, each in sorted(dated, key=lambda pair: (pair[0], pair[1].document.number)):
        if highest is None or each.document.number > highest[1].document.number:
            highest = day, each
        elif day - highest[0] > RESERVED_DAYS:
            yield highest[1], each


# --- N10 -----------------------------------------------------------------------------------------


def _two_dates(notes: _Notes) -> Iterator[Finding]:
    """One number and symbol with two dates: of one year, or the same day of two years."""
    by_number: dict[tuple[str, int, int | None], dict[date, _Cited]] = defaultdict(dict)
    for each in notes.cited:
        document = each.document
        if document.date and each.is_of_one_register:
            about = each.series, document.number, document.year
            by_number[about].setdefault(document.date, each)
    for by_day in by_number.values():
        if any(_is_one(a, b) for a, b in combinations(list(by_day)[:_MOST_LISTED], 2)):
            cited = list(by_day.values())
            said = (f"{_day(day)} ở {notes.label(each.code)}" for day, each in by_day.items())
            yield notes.finding(
                ONE_NUMBER_AND_DATE,
                [each.code for each in cited],
                f"Văn bản {cited[0].document.id} được ghi với nhiều ngày: {_listed(said)}.",
                "Đối chiếu với văn bản; sửa ngày hoặc số sai.",
            )


def _is_one(one: date, other: date) -> bool:
    return one.year == other.year or (one.day, one.month) == (other.day, other.month)


def _two_numbers(notes: _Notes) -> Iterator[Finding]:
    """Two notes say the same words of documents of one symbol and date, with two numbers."""
    numbers: dict[tuple[str, date | None], set[int]] = defaultdict(set)
    for each in notes.cited:
        numbers[each.series, each.document.date].add(each.document.number)
    same: dict[tuple[str, str, date], dict[int, _Cited]] = defaultdict(dict)
    for each in notes.cited:
        document = each.document
        if document.date and len(numbers[each.series, document.date]) > 1:
            words = fold(notes.submission.notes[each.code].replace(document.text, ""))
            if len(words.split()) >= FEWEST_WORDS:
                same[words, each.series, document.date].setdefault(document.number, each)
    for by_number in same.values():
        cited = list(by_number.values())
        if len({each.code for each in cited}) > 1:
            said = (f"{each.document.id} ở {notes.label(each.code)}" for each in cited)
            yield notes.finding(
                ONE_NUMBER_AND_DATE,
                [each.code for each in cited],
                f"Cùng một nội dung, cùng ngày nhưng ghi nhiều số văn bản: {_listed(said)}.",
                "Đối chiếu với văn bản; nếu là một văn bản thì ghi một số.",
            )


# --- N11 -----------------------------------------------------------------------------------------


def _dates(notes: _Notes) -> Iterator[Finding]:
    """Dates that no calendar has, documents of after the report, documents of a day off."""
    impossible = [
        (code, cited.text)
        for code, note in notes.read.items()
        for cited in note.dates
        if cited.day is None
    ]
    if impossible:
        said = (f"{text} ở {notes.label(code)}" for code, text in impossible)
        yield notes.finding(
            CITED_DATES,
            [code for code, _ in impossible],
            f"Ngày không có trong lịch: {_listed(said)}.",
            "Sửa lại ngày, tháng, năm trong Ghi chú.",
        )
    period = notes.submission.period
    latest = period.ends + LATEST_REPORT if period else date.max
    late = [each for each in notes.cited if (each.document.date or date.min) > latest]
    if period and late:
        yield notes.finding(
            CITED_DATES,
            [each.code for each in late],
            f"Văn bản có ngày sau kỳ báo cáo ({period.window}): {_places(notes, late)}.",
            "Kiểm tra lại ngày, tháng, năm của văn bản.",
        )
    idle = [each for each in notes.cited if _is_of_a_day_off(each.document.date, latest)]
    if idle:
        yield notes.finding(
            CITED_DATES.as_information(),
            [each.code for each in idle],
            f"Văn bản có ngày là thứ Bảy hoặc Chủ nhật: {_places(notes, idle)}.",
            "Kiểm tra lại ngày văn bản; nếu đúng thì giữ nguyên.",
        )


def _is_of_a_day_off(day: date | None, latest: date) -> bool:
    saturday = 5
    return day is not None and day <= latest and day.weekday() >= saturday


# --- N12 -----------------------------------------------------------------------------------------


def _plans(notes: _Notes) -> Iterator[Finding]:
    """A row about a plan cites nothing but documents of earlier years.

    Plans are issued from the December before; a note that names the year, or a span of years, says
    what it is about.
    """
    period = notes.submission.period
    if period is None:
        return
    by_row: dict[str, list[Reference]] = defaultdict(list)
    for each in notes.cited:
        if "ke hoach" in fold(notes.form.by_code[each.code].label):
            by_row[each.code].append(each.document)
    for code, documents in by_row.items():
        own = [each for each in documents if each.date and each.year is None]
        if not own or not all(_is_of_before(each, period.year) for each in own):
            continue
        note = fold(notes.submission.notes[code])
        if str(period.year) not in note and "giai doan" not in note:
            yield notes.finding(
                PLAN_OF_THE_YEAR,
                [code],
                f"{notes.label(code)}: Ghi chú viện dẫn {_listed(_quoted(own))}, không phải văn "
                f"bản của năm {period.year}.",
                f"Nếu đã có văn bản của năm {period.year} thì ghi văn bản đó; nếu văn bản này là "
                f"cho năm {period.year} thì ghi rõ.",
            )


def _is_of_before(document: Reference, year: int) -> bool:
    december = 12
    day = document.date
    return day is not None and (day.year, day.month) < (year - 1, december)


# --- N14 -----------------------------------------------------------------------------------------


def _cut_symbols(notes: _Notes) -> Iterator[Finding]:
    """Spaces within number and symbol, as line breaks leave them."""
    cut = [each for each in notes.cited if " " in each.document.written]
    if cut:
        said = (f"«{each.document.written}» → {each.document.id}" for each in cut)
        yield notes.finding(
            SYMBOL_CUT,
            [each.code for each in cut],
            f"Số, ký hiệu văn bản bị ngắt bởi dấu cách: {_listed(said)}.",
            "Đã hiểu như trên; lần sau viết liền, không có dấu cách.",
        )


# --- in words ------------------------------------------------------------------------------------


def _listed(said: Iterable[str]) -> str:
    """The first few of them, and how many more there are."""
    each = list(dict.fromkeys(said))
    more = len(each) - _MOST_LISTED
    return "; ".join(each[:_MOST_LISTED]) + (f" và {more} trường hợp khác" if more > 0 else "")


def _quoted(documents: Iterable[Reference]) -> Iterator[str]:
    return (f"«{document.text}»" for document in documents)


def _places(notes: _Notes, cited: Iterable[_Cited]) -> str:
    return _listed(f"{_with_date(each)} ở {notes.label(each.code)}" for each in cited)


def _rows(notes: _Notes, cited: Iterable[_Cited]) -> str:
    return _listed(notes.label(each.code) for each in cited)


def _with_date(cited: _Cited) -> str:
    document = cited.document
    return f"{document.id} ngày {_day(document.date)}" if document.date else document.id


def _day(day: date) -> str:
    return format_date(day.day, day.month, day.year)
