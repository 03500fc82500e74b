"""Notes, side by side with what is understood of them, and what is asked about them."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc_xlsx import api
from cchc_xlsx.finding import Finding, Severity
from cchc_xlsx.form import Form
from cchc_xlsx.note_checks import check_notes
from cchc_xlsx.note_figures import notes_of
from cchc_xlsx.notes import (
    KINDS,
    CitedDate,
    Reference,
    count_after,
    leading_counts,
    listed_names,
    read_note,
    says,
)
from cchc_xlsx.submission import Reading, Submission
from cchc_xlsx.vietnamese import bare, clean, format_date
from cchc_xlsx.waivers import with_explanations
from tests.seed import seed_notes

SAMPLE = Path(__file__).parent.parent / "samples" / "filled" / "H51.05_2022-Q3.xlsx"

Cited = tuple[str, str, str]
"""A document as the tables write it: kind, id, date as an official document writes it."""


def references(text: str) -> tuple[Reference, ...]:
    return read_note(text).references


def dates(text: str) -> tuple[CitedDate, ...]:
    return read_note(text).dates


def cited(text: str) -> list[Cited]:
    return [(each.kind, each.id, _written(each.date)) for each in references(text)]


def _written(day: date | None) -> str:
    return format_date(day.day, day.month, day.year) if day else ""


# --- documents -----------------------------------------------------------------------------------

KH, QD, CV, ND = "Kế hoạch", "Quyết định", "Công văn", "Nghị định"

# Every note of the seed that cites a document; all others cite none.
SEED_DOCUMENTS: dict[str, list[Cited]] = {
    "I.1": [(KH, "04/KH-STNMT", "27/01/2022")],
    "I.1.3": [
        (CV, "08/STNMT-VP", "17/02/2022"),
        (CV, "28/STNMT-VP", "19/4/2022"),
        (CV, "30/STNMT-VP", "05/5/2022"),
        (CV, "47/STNMT-VP", "13/7/2022"),
        (CV, "50/STNMT-VP", "22/7/2022"),
    ],
    "I.2": [(KH, "28/KH-STNMT", "05/9/2022")],
    "I.3": [(KH, "16/KH-STNMT", "16/3/2022")],
    "III.4.3.1": [(QD, "1957/QĐ-UBND", "28/7/2022")],
    "IV.2.1": [
        (QD, "18/QĐ-STNMT", "07/3/2022"),
        (ND, "68/2000/NĐ-CP", ""),
        (ND, "161/2018/NĐ-CP", ""),
    ],
    "IV.2.4": [
        (QD, "13/QĐ-STNMT", "23/3/2022"),
        (ND, "108/2014/NĐ-CP", ""),
        (ND, "113/2018/NĐ-CP", ""),
        (ND, "143/2020/NĐ-CP", ""),
    ],
    "V.1.1": [(QD, "1792/QĐ-UBND", "07/7/2022")],
    "V.4.1": [("Báo cáo", "274/BC-STNMT", "27/11/2021")],
    "V.5.1": [(KH, "07/KH-STNMT", "17/02/2022")],
    "VI.4": [(QD, "83/QĐ-STNMT", "30/6/2022")],
    "VII.B.5": [(KH, "05/STNMT-VP", "27/01/2022")],
}
SEED_COUNTS = {"I.3.4": (3, 1)}
SEED_NAMES = {"IV.7.2": ("Trần Đề", "Mỹ Xuyên", "TPST", "Long Phú")}


def cut_anywhere(text: str) -> str:
    """The text in NFD, with no-break spaces and a line break after every hyphen."""
    broken = unicodedata.normalize("NFD", text).replace(" ", "\u00a0")
    return broken.replace("-\u00a0", "-").replace("-", "-\n")


@pytest.mark.parametrize(("code", "note"), seed_notes().items(), ids=list(seed_notes()))
def test_a_note_of_the_seed(code: str, note: str) -> None:
    documents = SEED_DOCUMENTS.get(code, [])
    days = [day for _, _, day in documents if day]
    for text in (note, cut_anywhere(note), bare(note)):
        assert [day for _, _, day in cited(text)] == [day for _, _, day in documents]
        assert [_written(each.day) for each in dates(text)] == days
        assert leading_counts(text) == SEED_COUNTS.get(code, ())
    assert cited(note) == cited(cut_anywhere(note)) == documents
    assert [kind for kind, _, _ in cited(bare(note))] == [kind for kind, _, _ in documents]
    assert listed_names(note) == SEED_NAMES.get(code, ())


def test_the_seed_has_five_cut_symbols() -> None:
    found = (each for note in seed_notes().values() for each in references(note))
    assert [each.written for each in found if " " in each.written] == [
        *("04/KH- STNMT", "28/STNMT- VP", "47/STNMT- VP", "28/KH- STNMT", "16/KH- STNMT")
    ]


@pytest.mark.parametrize(
    ("text", "documents"),
    [
        # How number and symbol are written.
        ("08/STNMT-VP", [("", "08/STNMT-VP", "")]),
        ("số 8/STNMT-VP", [("", "08/STNMT-VP", "")]),
        ("số08/STNMT-VP", [("", "08/STNMT-VP", "")]),
        ("QÐ số: 83/QÐ-STNMT", [(QD, "83/QÐ-STNMT", "")]),  # with the letter eth
        ("quyet dinh so 83/QD-STNMT", [(QD, "83/QD-STNMT", "")]),
        ("QUYẾT ĐỊNH SỐ 83/QĐ-STNMT", [(QD, "83/QĐ-STNMT", "")]),
        ("Kế hoạch 05/kh-stnmt", [(KH, "05/kh-stnmt", "")]),
        ("Kế hoạch số 05/KH – STNMT", [(KH, "05/KH-STNMT", "")]),
        ("Kế hoạch số 05 / KH-\nSTNMT", [(KH, "05/KH-STNMT", "")]),
        ("05/KH-STNMT - Sở Tài nguyên", [("", "05/KH-STNMT", "")]),
        ("05/KH-STNMT - UBND tỉnh", [("", "05/KH-STNMT", "")]),
        ("-08/STNMT-VP", [("", "08/STNMT-VP", "")]),
        ("số 2.117/TTr-STNMT", [("", "2117/TTr-STNMT", "")]),
        ("12/TTLT-BNV-BTC", [("", "12/TTLT-BNV-BTC", "")]),
        ("Nghị quyết 30a/2008/NQ-CP", [("Nghị quyết", "30a/2008/NQ-CP", "")]),
        ("Luật số 26/2008/QH12", [("Luật", "26/2008/QH12", "")]),
        ("Nghị quyết số 15-NQ/TU", [("Nghị quyết", "15-NQ/TU", "")]),
        ("Công văn số 45/UBND", [(CV, "45/UBND", "")]),
        ("45/UBND ngày 05/7/2022", [("", "45/UBND", "05/7/2022")]),
        # How dates are.
        ("08/STNMT-VP, ngày 17/02/2022", [("", "08/STNMT-VP", "17/02/2022")]),
        ("08/STNMT-VP (17.2.2022)", [("", "08/STNMT-VP", "17/02/2022")]),
        ("08/STNMT-VP ký ngày 17-02-2022", [("", "08/STNMT-VP", "17/02/2022")]),
        ("08/STNMT-VP ngày 17/02/22", [("", "08/STNMT-VP", "17/02/2022")]),
        ("08/STNMT-VP ngày 30 tháng 6 năm 2022", [("", "08/STNMT-VP", "30/6/2022")]),
        ("08/STNMT-VP ngày 30 tháng 6/2022", [("", "08/STNMT-VP", "30/6/2022")]),
        ("12/QĐ-UBND của UBND tỉnh ngày 07/7/2022", [("", "12/QĐ-UBND", "07/7/2022")]),
        ("08/STNMT-VP ngày 31/4/2022", [("", "08/STNMT-VP", "")]),
        ("08/STNMT-VP; họp ngày 17/02/2022", [("", "08/STNMT-VP", "")]),
        # Lists.
        (
            "Công văn số 08, 28 và 30/STNMT-VP ngày 17/02/2022",
            [(CV, f"{number}/STNMT-VP", "17/02/2022") for number in ("08", "28", "30")],
        ),
        (
            "Công văn: 08/STNMT-VP và 28/STNMT-VP cùng ngày 17/02/2022",
            [(CV, "08/STNMT-VP", "17/02/2022"), (CV, "28/STNMT-VP", "17/02/2022")],
        ),
        (
            "- Công văn 08/STNMT-VP\n- 28/STNMT-VP ngày 19/4/2022.",
            [(CV, "08/STNMT-VP", ""), (CV, "28/STNMT-VP", "19/4/2022")],
        ),
        ("Quyết định số 12/QĐ-SMA, 13/KH-SMA", [(QD, "12/QĐ-SMA", ""), ("", "13/KH-SMA", "")]),
        ("Họp 5, 08/STNMT-VP", [("", "08/STNMT-VP", "")]),
        # No documents.
        ("17/02", []),
        ("17/02/2022", []),
        ("trực 24/7", []),
        ("đạt 4/5 hồ sơ, 1/2 kế hoạch, 100/100 TTHC", []),
        ("01 phiếu/TTHC; 5/TTHC", []),
        ("3 ngày/Sở", []),
        ("NĐ68 và NĐ161", []),
        ("Số:    /BC-STNMT-VP", []),
        ("tháng 10/2022", []),
        ("https://example.org/2022/QD-A", []),
        ("", []),
    ],
)
def test_documents(text: str, documents: list[Cited]) -> None:
    assert cited(text) == documents


def test_a_document_is_kept_as_written() -> None:
    (found,) = references("Theo  Kế hoạch số 05 / KH-\nSTNMT, ngày 10/01/2022 của Sở")
    assert found.written == "05 / KH- STNMT"
    assert found.text == "Kế hoạch số 05 / KH- STNMT, ngày 10/01/2022"
    assert (found.number, found.symbol, found.sign) == (5, "KH-STNMT", "KH")


def test_the_year_of_a_symbol() -> None:
    assert [each.year for each in references("107/2020/NĐ-CP; 08/STNMT-VP")] == [2020, None]


@pytest.mark.parametrize(
    ("text", "replaced"),
    [
        (
            "41/SMA-VP ngày 28/6/2022 (thay thế Công văn số 12/SMA-VP ngày 17/02/2022); 52/SMA-VP",
            ["12"],
        ),
        ("Thay thế Công văn số 12/SMA-VP và Công văn số 13/SMA-VP; 14/SMA-VP", ["12", "13"]),
        ("thay thế cho các công văn số 08, 28/SMA-VP", ["08", "28"]),
        ("thay thế cho số 08, 28/SMA-VP", ["08", "28"]),
        ("Quyết định số 5/QĐ-SMA bãi bỏ các văn bản: 12/SMA-VP", ["12"]),
        ("được thay thế bằng Công văn số 52/SMA-VP", []),
        ("Bãi bỏ 01 TTHC theo Quyết định số 1957/QĐ-UBND", []),
        ("Thay thế 12/SMA-VP, 13/SMA-VP", ["12"]),  # the second may be another one
    ],
)
def test_documents_in_force_no_more(text: str, replaced: list[str]) -> None:
    assert [f"{each.number:02}" for each in references(text) if each.is_replaced] == replaced


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("17/02/2022, 1.3.2022 và 5-9-2022", ["17/02/2022", "1.3.2022", "5-9-2022"]),
        ("ngày 30 tháng 6 năm 2022", ["30 tháng 6 năm 2022"]),
        ("31/4/2022, 45/13/2022", ["31/4/2022", "45/13/2022"]),
        ("ngày 29/02/22", ["29/02/22"]),
        ("1/2/22; 17/02; tháng 9/2022; 2022; 1.214; 1/2-3/2022; 4.5/6/2022", []),
    ],
)
def test_dates(text: str, days: list[str]) -> None:
    assert [each.text for each in dates(text)] == days


def test_a_day_that_does_not_exist() -> None:
    assert [each.day for each in dates("31/4/2022; 30/4/2022")] == [None, date(2022, 4, 30)]


# --- words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("03 chuyên trang đăng báo; 01 chuyên mục", (3, 1)),
        ("03 (ba) chuyên trang, 1.214 tờ rơi và 2 tin", (3, 1214, 2)),
        ("- 03 tin\n- 02 bài", (3, 2)),
        ("1. 03 tin\n2) 02 bài", (3, 2)),
        ("Đăng 03 tin", ()),
        ("khoảng 428 người", ()),
        ("08/STNMT-VP; 17/02/2022; 72,5 điểm; 50% số tin; 9 tháng; năm 2022", ()),
        ("Công văn số 08, 28 và 30/STNMT-VP", ()),
        ("5", ()),
    ],
)
def test_leading_counts(text: str, counts: tuple[int, ...]) -> None:
    assert leading_counts(text) == counts


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Bãi bỏ 01 TTHC lĩnh vực khoáng sản", 1),
        ("BAI BO: 1.214 TTHC", 1214),
        ("đã bãi bỏ được 02, thay thế 03", 2),
        ("bãi bỏ 03 TTHC, trong đó bãi bỏ 01 TTHC cấp huyện", 3),
        ("Rà soát trình bãi bỏ 01 TTHC", 1),
        ("chưa bãi bỏ 01 TTHC", None),
        ("Dự kiến sẽ thực hiện bãi bỏ 01 TTHC", None),
        ("Đề nghị bãi bỏ 01 TTHC", None),
        ("bãi bỏ 50% TTHC; bãi bỏ 12/QĐ-UBND; bãi bỏ 9 tháng", None),
        ("bãi bỏ TTHC", None),
        ("", None),
    ],
)
def test_a_count_after_words(text: str, count: int | None) -> None:
    assert count_after(text, "bãi bỏ") == count


@pytest.mark.parametrize(
    ("text", "words", "is_said"),
    [
        ("Chưa được phê duyệt phương án tự chủ", "chưa được phê duyệt", True),
        ("Chưa được phê duyệt phương án tự chủ", "phê duyệt", False),
        ("Chưa thực hiện; đã phê duyệt", "phê duyệt", True),
        ("Dự kiến thực hiện công bố vào tháng 12/2022", "dự kiến", True),
        ("Dự kiến thực hiện công bố vào tháng 12/2022", "công bố", False),
        ("đang chờ được phê duyệt", "được phê duyệt", False),
        ("không đăng ký nội dung này", "đăng ký", False),
        ("CHƯA THỰC HIỆN", "chưa thực hiện", True),
        ("chua thuc hien", "chưa thực hiện", True),
        ("Đã hoá giải", "hóa giải", True),
        ("thực hiện", "thực", True),
        ("thực hiện", "hiệ", False),
        ("a.b", "a b", False),
        ("C++ (mới)", "c++", True),
    ],
)
def test_says(text: str, words: str, is_said: bool) -> None:
    for typed in (text, unicodedata.normalize("NFD", text)):
        assert says(typed, words) is is_said


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Trần Đề, Mỹ Xuyên, TPST, Long Phú", ("Trần Đề", "Mỹ Xuyên", "TPST", "Long Phú")),
        ("Trần Đề và Mỹ Xuyên; còn Long Phú chưa kết luận", ("Trần Đề", "Mỹ Xuyên")),
        ("- Trần Đề (02 cuộc)\n- Mỹ Xuyên: 01 cuộc", ("Trần Đề", "Mỹ Xuyên")),
        ("03 đơn vị: huyện Trần Đề, phường 1, 2.", ("huyện Trần Đề", "phường 1", "2")),
        ("Đã thanh tra tại TP. Sóc Trăng", ("TP. Sóc Trăng",)),
        (
            "Sở Văn hóa, Thể thao và Du lịch; Phòng Tài nguyên và Môi trường huyện Trần Đề",
            ("Sở Văn hóa, Thể thao và Du lịch", "Phòng Tài nguyên và Môi trường huyện Trần Đề"),
        ),
        ("Các đơn vị chưa báo cáo, Đài đã đăng", ()),
        ("Không", ()),
        ("", ()),
    ],
)
def test_listed_names(text: str, names: tuple[str, ...]) -> None:
    assert listed_names(text) == names


# --- whatever is typed ---------------------------------------------------------------------------

ALL: list[Callable[[str], object]] = [
    references,
    dates,
    leading_counts,
    listed_names,
    lambda text: count_after(text, "được"),
    lambda text: says(text, "được"),
]

SIGNS = {kind: sign for kind, sign in KINDS.items() if sign}
OFFICES = st.sampled_from(["STNMT", "UBND", "SMA", "HĐND", "BTNMT"])
DAYS = st.dates(date(1990, 1, 1), date(2049, 12, 31))
DATE_STYLES: list[Callable[[date], str]] = [
    lambda day: f" ngày {format_date(day.day, day.month, day.year)}",
    lambda day: f", ngày {day:%d/%m/%Y}",
    lambda day: f" ({day.day}.{day.month}.{day.year})",
    lambda day: f" ngày {day.day} tháng {day.month} năm {day.year}",
    lambda day: f" ban hành ngày {day.day}-{day.month}-{day.year}",
]
LEADS = ["{kind} số ", "{kind} ", "{kind} số: ", "{sign} số "]
DASHES = ["-", "- ", " - ", "–", "-\n"]


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, Cited]:
    """A document written in one of many ways, and what is to be understood."""
    kind, sign = draw(st.sampled_from(sorted(SIGNS.items())))
    number, day = draw(st.integers(1, 99_999)), draw(st.none() | DAYS)
    words = [draw(OFFICES), "VP"] if kind == CV else [sign, draw(OFFICES)]
    lead = draw(st.sampled_from(LEADS)).format(kind=kind, sign=sign)
    written = f"{lead}{number:02}/{draw(st.sampled_from(DASHES)).join(words)}"
    dated = draw(st.sampled_from(DATE_STYLES))(day) if day else ""
    return written + dated, (kind, f"{number:02}/{'-'.join(words)}", _written(day))


@given(
    st.lists(documents(), max_size=8),
    st.sampled_from(["; ", ", ", " và ", "\n", ". ", " theo "]),
    st.sampled_from(["NFC", "NFD"]),
    st.sampled_from([" ", "\u00a0", "\u202f", "  "]),
)
def test_what_is_written_is_understood(
    written: list[tuple[str, Cited]], separator: str, normal_form: str, space: str
) -> None:
    text = separator.join(each for each, _ in written)
    typed = unicodedata.normalize(normal_form, text).replace(" ", space)  # type: ignore[arg-type]
    assert cited(typed) == [meant for _, meant in written]


PIECES = st.sampled_from(
    [
        *("1", "08", "2022", "/", "-", " ", ".", ",", ";", ":", "(", "\n", "\u0302", "\u00a0", "Đ"),
        *("KH", "QĐ", "STNMT", "số", "ngày", "tháng", "năm", "và", "cùng", "của", "Kế hoạch", "Sở"),
    ]
)


@given(st.text() | st.lists(PIECES).map("".join))
def test_no_text_raises(text: str) -> None:
    for function in ALL:
        function(text)
    shown = clean(text)
    for each in references(text):
        assert each.text in shown
        assert each.number >= 0


LONGEST = 32_767

HOSTILE = [
    *("1/AB-C ", "số 1, ", "1, ", "9", "1/", "1.", "AA-", "1/A-A", "A/", " và 1", "1 ", "số "),
    *("QĐ số 08/KH- STNMT ngày 17/02/2022; ", "12/AB của a ", "ngày 1", "Quyết định ", "của "),
    *("chưa được ", "được ", "bãi bỏ 1", "Sở A, ", "Trần Đề, ", "(", ":1", "- ", "\n", "\u0302"),
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_note_takes_no_time(piece: str) -> None:
    """Less than 50 ms on an idle machine, seconds where a pattern is not linear."""
    text = (piece * LONGEST)[:LONGEST]
    for function in ALL:
        assert _seconds(function, text) < 0.2, function


def _seconds(function: Callable[[str], object], text: str) -> float:
    """The best of three, in seconds of work."""

    def once() -> float:
        begun = time.process_time()
        function(text)
        return time.process_time() - begun

    return min(once() for _ in range(3))


# --- what is asked -------------------------------------------------------------------------------


def asked(form: Form, notes: Mapping[str, str], period: str | None = "2022-Q3") -> list[Finding]:
    submission = Submission(
        file="a.xlsx",
        sha256="",
        period=form.period(period) if period else None,
        notes=notes,
        note_cells={code: f"Phụ lục!F{at}" for at, code in enumerate(notes, 9)},
    )
    return list(check_notes(form, submission, notes_of(submission)))


@pytest.mark.parametrize(
    ("notes", "rules"),
    [
        # N08: the kind and the symbol.
        ({"VII.B.5": "Kế hoạch số 05/STNMT-VP"}, ["N08"]),
        ({"VII.B.5": "Kế hoạch số 05/STNMT-VP, 06/STNMT-VP"}, ["N08"]),
        ({"VII.B.5": "Công văn số 05/KH-STNMT"}, ["N08"]),
        ({"VII.B.5": "QĐ số 05/KH-STNMT"}, ["N08"]),
        ({"VII.B.5": "Kế hoạch số 05/KH-STNMT; Công văn số 05/STNMT-VP, 12-CV/TU"}, []),
        ({"VII.B.5": "Công văn số 05/TTr-VP"}, []),  # that of an inspectorate
        ({"VII.B.5": "Quyết định số 12/QD-SMA, kế hoạch số 12-KH/TU"}, []),
        ({"VII.B.5": "Quyết định số 12/QĐ-SMA và 13/KH-SMA"}, []),
        ({"VII.B.5": "Quy chế số 12/QĐ-SMA; Đề án số 13/QĐ-SMA"}, []),
        ({"VII.B.5": "Nghị quyết số 43/2022/QH15"}, []),
        # N09: numbers in the order of their dates.
        ({"I.3": "18/QĐ-SMA ngày 07/3/2022", "I.2": "13/QĐ-SMA ngày 23/3/2022"}, ["N09"]),
        ({"I.3": "QĐ số 18/QĐ-SMA ngày 07/3/2022; số 13/qđ-sma ngày 23/3/2022"}, ["N09"]),
        ({"I.3": "18/QĐ-SMA ngày 07/3/2022", "I.2": "13/QĐ-SMA ngày 10/3/2022"}, []),  # reserved
        ({"I.3": "18/QĐ-SMA ngày 07/3/2022", "I.2": "13/KH-SMA ngày 23/3/2022"}, []),
        ({"I.3": "118/QĐ-SMA ngày 07/12/2021", "I.2": "13/QĐ-SMA ngày 23/3/2022"}, []),
        ({"I.3": "18/QĐ-UBND ngày 07/3/2022", "I.2": "13/QĐ-UBND ngày 23/3/2022"}, []),
        # N10: one number and one date.
        ({"I.3": "18/QĐ-SMA ngày 07/3/2022", "I.2": "18/QĐ-SMA ngày 23/3/2022"}, ["N10"]),
        ({"I.3": "18/QĐ-SMA ngày 08/3/2021", "I.2": "18/QĐ-SMA ngày 08/3/2022"}, ["N10"]),
        ({"I.3": "18/QĐ-SMA ngày 09/3/2021", "I.2": "18/QĐ-SMA ngày 08/3/2022"}, []),
        ({"I.3": "18/QĐ-SMA ngày 07/3/2022", "I.2": "18/QĐ-SMA"}, []),
        ({"I.3": "18/QĐ-UBND ngày 07/3/2022", "I.2": "18/QĐ-UBND ngày 23/3/2022"}, []),
        (
            {
                "III.4.2": "Bãi bỏ 01 TTHC tại QĐ số 1959/QĐ-UBND ngày 28/7/2022",
                "III.4.3.1": "Bãi bỏ 01 TTHC tại Quyết định số 1957/QĐ-UBND ngày 28/7/2022",
            },
            ["N10"],
        ),
        (
            {
                "III.4.2": "Bãi bỏ 01 TTHC tại QĐ số 1959/QĐ-UBND ngày 28/7/2022",
                "III.4.3.1": "Công bố 01 TTHC tại QĐ số 1957/QĐ-UBND ngày 28/7/2022",
            },
            [],
        ),
        ({"I.3": "QĐ số 12/QĐ-SMA ngày 28/7/2022", "I.2": "QĐ số 11/QĐ-SMA ngày 28/7/2022"}, []),
        # N11: dates that can be.
        ({"I.2": "họp ngày 31/4/2022"}, ["N11"]),
        ({"I.2": "08/SMA-VP ngày 17/02/2202"}, ["N11"]),
        ({"I.2": "08/SMA-VP ngày 31/10/2022"}, ["N11"]),
        ({"I.2": "08/SMA-VP ngày 26/10/2022; dự kiến họp ngày 15/12/2022"}, []),
        ({"I.2": "08/SMA-VP ngày 27/11/2021"}, ["N11"]),  # a Saturday
        ({"I.2": "tập huấn ngày 27/11/2021"}, []),
        # N12: the plan of the year.
        ({"V.4.1": "Báo cáo số 74/BC-SMA ngày 26/11/2021"}, ["N12"]),
        ({"V.4.1": "Kế hoạch số 74/KH-SMA ngày 28/12/2021"}, []),
        ({"V.4.1": "Kế hoạch số 74/KH-SMA ngày 26/11/2021 về đào tạo năm 2022"}, []),
        ({"V.4.1": "Kế hoạch số 74/KH-SMA ngày 26/3/2021 giai đoạn 2021-2025"}, []),
        ({"V.4.1": "74/BC-SMA ngày 26/11/2021; 05/KH-SMA ngày 17/02/2022"}, []),
        ({"V.4.1": "Nghị định 101/2017/NĐ-CP ngày 01/9/2017"}, []),
        ({"V.4.2": "Báo cáo số 74/BC-SMA ngày 26/11/2021"}, []),  # a row about no plan
        # N14: symbols that are cut.
        ({"I.1": "04/KH- SMA", "I.2": "05 /KH-SMA"}, ["N14"]),
        # Nothing.
        ({"I.1": "chưa thực hiện", "bị bỏ": "Kế hoạch số 05/STNMT-VP"}, []),
        ({}, []),
    ],
)
def test_what_is_asked(form: Form, notes: dict[str, str], rules: list[str]) -> None:
    assert [finding.rule for finding in asked(form, notes)] == rules


def test_without_a_period_dates_are_only_held_against_the_calendar(form: Form) -> None:
    notes = {"V.4.1": "74/BC-SMA ngày 26/11/2021; 12/BC-SMA ngày 31/4/2022"}
    (found,) = asked(form, notes, period=None)
    assert (found.rule, found.codes, found.cells) == ("N11", ("V.4.1",), ("Phụ lục!F9",))


def test_one_cause_is_told_once(form: Form) -> None:
    later = (date(2022, 3, 7) + timedelta(weeks=week) for week in range(20))
    others = "; ".join(f"{at}/QĐ-SMA ngày {day:%d/%m/%Y}" for at, day in enumerate(later, 1))
    (found,) = asked(form, {"I.1": "500/QĐ-SMA ngày 01/3/2022", "I.2": others})
    assert found.codes == ("I.1", "I.2")
    assert "và 15 trường hợp khác" in found.message


def test_what_is_asked_about_the_seed() -> None:
    (reading,) = api.check([SAMPLE]).readings
    found = [each for each in reading.findings if "N08" <= each.rule <= "N14"]
    assert [(each.rule, each.severity, each.codes) for each in found] == [
        ("N08", Severity.WARNING, ("VII.B.5",)),
        ("N09", Severity.WARNING, ("IV.2.1", "IV.2.4")),
        ("N11", Severity.INFO, ("V.4.1",)),
        ("N12", Severity.INFO, ("V.4.1",)),
        ("N14", Severity.INFO, ("I.1", "I.1.3", "I.2", "I.3")),
    ]
    assert found[-1].cells == ("Phụ lục!F10", "Phụ lục!F13", "Phụ lục!F14", "Phụ lục!F19")
    assert "«04/KH- STNMT» → 04/KH-STNMT" in found[-1].message


def test_a_note_does_not_explain_what_is_asked_about_it(form: Form) -> None:
    notes = {"VII.B.5": "Kế hoạch số 05/STNMT-VP"}
    submission = Submission(file="a.xlsx", sha256="", notes=notes)
    reading = Reading(submission, tuple(check_notes(form, submission, notes_of(submission))))
    (finding,) = with_explanations(form, reading).findings
    assert finding.is_open
