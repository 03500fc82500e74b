"""What people type, side by side with what is made of it."""

from __future__ import annotations

import math
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc_xlsx.vietnamese import (
    Typed,
    clean,
    fold,
    format_date,
    format_number,
    read_choice,
    read_count,
    read_percent,
    some_of,
)

YES_NO = {1: "Có", 0: "Không"}

AMBIGUOUS = "có thể là 1214 (dấu phẩy phân cách hàng nghìn) hoặc 1,214"
ESTIMATE = "là số ước lượng"
FORMULA = "là công thức gõ thành chữ"
LIKE_A_DATE = "giống ngày tháng, phân số hoặc khoảng giá trị"
NEGATIVE = "là số âm"
NOT_A_NUMBER = "không phải là số"
NOT_WHOLE = "không phải là số nguyên"
OTHER_CONTENT = "có nội dung khác ngoài số và đơn vị"
TOO_LARGE = "là số quá lớn (hơn 12 chữ số)"
UNCLEAR = "không rõ là số nào"

# Refused in a cell for a count and in one for a percentage, for the same reason.
NO_NUMBER = [
    ("x", NOT_A_NUMBER),
    ("-", NOT_A_NUMBER),
    ("- 5", NOT_A_NUMBER),
    ("%", NOT_A_NUMBER),
    ("nan", NOT_A_NUMBER),
    ("inf", NOT_A_NUMBER),
    ("-Infinity", NOT_A_NUMBER),
    ("²", NOT_A_NUMBER),
    ("½", NOT_A_NUMBER),
    ("①", NOT_A_NUMBER),
    ("Ⅻ", NOT_A_NUMBER),
    ("\u0661\u0662", NOT_A_NUMBER),  # Arabic-Indic
    ("\u200b", NOT_A_NUMBER),
    ("chưa thực hiện", NOT_A_NUMBER),
    ("1²", OTHER_CONTENT),
    ("1\u0662", OTHER_CONTENT),
    ("1\u0336", OTHER_CONTENT),  # struck out with a combining stroke
    ("1\ufe0f\u20e3", OTHER_CONTENT),  # a keycap
    ("1e5", OTHER_CONTENT),
    ("1_000", OTHER_CONTENT),
    ("0x10", OTHER_CONTENT),
    ("12.", UNCLEAR),
    ("72%%", OTHER_CONTENT),
    ("12 hồ sơ", OTHER_CONTENT),
    ("khoảng 428", ESTIMATE),
    ("Trên 100", ESTIMATE),
    ("hơn 20", ESTIMATE),
    ("~5", ESTIMATE),
    (">3", ESTIMATE),
    ("≥ 3", ESTIMATE),
    ("12/5", LIKE_A_DATE),
    ("05/5/2022", LIKE_A_DATE),
    ("2022-05-05", LIKE_A_DATE),
    ("10 \u2013 12", LIKE_A_DATE),
    ("=1+2", FORMULA),
    ("1.2.3", UNCLEAR),
    ("05.5.2022", UNCLEAR),
    ("12 34", UNCLEAR),
    ("1 214,5", UNCLEAR),
    ("1\n214", UNCLEAR),
    ("9999999999999", TOO_LARGE),
    ("9" * 5000, TOO_LARGE),
]

# Digits and whatever people and programs put around them: random text rarely gets this close.
NEAR_NUMBERS = st.text("0123456789.,-+%/=~ \n\u00a0\u2212\uff11\uff0c\u0661²½\u0336eExnaif()kông")
TEXTS = st.text() | NEAR_NUMBERS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Có  ", "Có"),
        ("một\u00a0hai\u202fba\tbốn\r\nnăm\u3000sáu", "một hai ba bốn năm sáu"),
        ("thủ\u200b tục\ufeff", "thủ tục"),
        ("\u2060\u00ad", ""),
        ("e\u0323\u0302", "ệ"),
        ("e\u0323\u200d\u0302", "ệ"),
        ("Kế hoạch \u2013 Đạt", "Kế hoạch \u2013 Đạt"),
    ],
)
def test_clean(text: str, expected: str) -> None:
    assert clean(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Thủ tục hành chính", "thu tuc hanh chinh"),
        ("ĐÃ ĐƯỢC DUYỆT", "da duoc duyet"),
        ("\u00d0à Nẵng, \u0189à Nẵng", "da nang, da nang"),
        ("điện tử hoá", "dien tu hoa"),
        ("điện tử hóa", "dien tu hoa"),
        ("luỹ kế, lũy kế", "luy ke, luy ke"),
        (unicodedata.normalize("NFD", "Tiếng Việt"), "tieng viet"),
        ("a \u2013 b \u2014 c - d \u2212 e", "a - b - c - d - e"),
        ("Có = 1Không = 0", "co = 1khong = 0"),
    ],
)
def test_fold(text: str, expected: str) -> None:
    assert fold(text) == expected


@pytest.mark.parametrize(
    ("text", "value", "reading"),
    [
        ("12", 12, "12"),
        ("012", 12, "12"),
        ("01", 1, "1"),
        ("0", 0, "0"),
        ("-5", -5, "-5"),
        ("\u22125", -5, "-5"),
        ("-0", 0, "0"),
        ("\uff11\uff12", 12, "12"),  # full-width
        ("1.214", 1214, "1214"),
        ("1.214.000", 1214000, "1214000"),
        ("1 214", 1214, "1214"),
        ("1\u00a0214\u202f000", 1214000, "1214000"),
        ("-1.214", -1214, "-1214"),
        ("999999999999", 999999999999, "999999999999"),
        ("12 thủ tục", 12, "12"),
        ("1.214 THU TUC", 1214, "1214"),
        ("12thủ tục", 12, "12"),
        ("12\nthủ tục", 12, "12"),
        ("không", 0, "0"),
        ("Không có", 0, "0"),
        ("không phát sinh", 0, "0"),
        ("0 (không)", 0, "0"),
    ],
)
def test_count_understood(text: str, value: float, reading: str) -> None:
    assert read_count(text, "thủ tục") == Typed(value, f"đã hiểu là số {reading}")


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        *NO_NUMBER,
        ("1,214", AMBIGUOUS),
        ("1,214 thủ tục", AMBIGUOUS),
        ("72,5", NOT_WHOLE),
        ("72.5", NOT_WHOLE),
        ("12.34", NOT_WHOLE),
        ("0.123", NOT_WHOLE),
        ("1.2145", NOT_WHOLE),
        ("1.214 000", UNCLEAR),
        ("1.21.400", UNCLEAR),
        ("1,214,000", UNCLEAR),
        ("12%", OTHER_CONTENT),
        ("12 TTHC", OTHER_CONTENT),
        ("12 thủ tục mới", OTHER_CONTENT),
        ("thủ tục", NOT_A_NUMBER),
        ("1.000.000.000.000", TOO_LARGE),
    ],
)
def test_count_refused(text: str, reading: str) -> None:
    assert read_count(text, "thủ tục") == Typed(None, reading)


def test_the_printed_unit_may_be_the_noun() -> None:
    assert read_count("12 tthc", "TTHC") == Typed(12, "đã hiểu là số 12")


@pytest.mark.parametrize(
    ("text", "value", "reading"),
    [
        ("72", 72, "72"),
        ("072", 72, "72"),
        ("72%", 72, "72"),
        ("72 %", 72, "72"),
        ("72,5", 72.5, "72,5"),
        ("72.5", 72.5, "72,5"),
        ("72,22%", 72.22, "72,22"),
        ("33,333", 33.333, "33,333"),
        ("100,0", 100, "100"),
        ("0", 0, "0"),
        ("\uff17\uff12\uff0c\uff15\uff05", 72.5, "72,5"),  # full-width
        ("33.3333333333333", 33.3333333333333, "33,3333333333333"),
    ],
)
def test_percent_understood(text: str, value: float, reading: str) -> None:
    assert read_percent(text) == Typed(value, f"đã hiểu là số {reading}")


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        *NO_NUMBER,
        ("-5", NEGATIVE),
        ("-2,5 %", NEGATIVE),
        ("không có", NOT_A_NUMBER),
        ("%72", NOT_A_NUMBER),
        (",5", NOT_A_NUMBER),
        ("72,", UNCLEAR),
        ("1.214,5", UNCLEAR),
        ("1 214", UNCLEAR),
        ("72,5,5", UNCLEAR),
    ],
)
def test_percent_refused(text: str, reading: str) -> None:
    assert read_percent(text) == Typed(None, reading)


@pytest.mark.parametrize(
    ("text", "value", "reading"),
    [
        ("1", 1, "1 (Có)"),
        ("01", 1, "1 (Có)"),
        ("\uff10", 0, "0 (Không)"),
        ("00", 0, "0 (Không)"),
        ("có", 1, "1 (Có)"),
        ("CO", 1, "1 (Có)"),
        ("khong", 0, "0 (Không)"),
        ("1 = Có", 1, "1 (Có)"),
        ("Có = 1", 1, "1 (Có)"),
        ("Không=0", 0, "0 (Không)"),
        ("1 - Có", 1, "1 (Có)"),
        ("1 \u2013 có", 1, "1 (Có)"),
    ],
)
def test_choice_understood(text: str, value: float, reading: str) -> None:
    assert read_choice(text, YES_NO) == Typed(value, f"đã hiểu là {reading}")


@pytest.mark.parametrize(
    "text", ["x", "X", "✓", "2", "-1", "1,0", "11", "Có = 0", "1 - Không", "= 1", "có/không", "²"]
)
def test_choice_refused(text: str) -> None:
    reading = "không phải là một trong các lựa chọn 1 = Có, 0 = Không"
    assert read_choice(text, YES_NO) == Typed(None, reading)


def test_labels_alike_without_accents_are_not_guessed_between() -> None:
    alike = {1: "Mở", 2: "Mờ"}
    assert read_choice("mờ", alike).value is None
    assert read_choice("2 = mờ", alike).value == 2


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, "0"),
        (5, "5"),
        (100, "100"),
        (1214, "1.214"),
        (1214000, "1.214.000"),
        (-3, "-3"),
        (-1214.5, "-1.214,5"),
        (72.5, "72,5"),
        (72.22, "72,22"),
        (0.125, "0,13"),
        (2.675, "2,68"),  # a float a little below, yet typed as 2,675
        (-0.125, "-0,13"),
        (-0.001, "0"),
        (999.995, "1.000"),
    ],
)
def test_format_number(value: float, expected: str) -> None:
    assert format_number(value) == expected


@pytest.mark.parametrize(
    ("day", "month", "year", "expected"),
    [
        (5, 5, 2022, "05/5/2022"),
        (17, 2, 2022, "17/02/2022"),
        (1, 1, 2023, "01/01/2023"),
        (30, 3, 2022, "30/3/2022"),
        (9, 9, 2022, "09/9/2022"),
        (10, 10, 2022, "10/10/2022"),
        (31, 12, 2022, "31/12/2022"),
    ],
)
def test_format_date(day: int, month: int, year: int, expected: str) -> None:
    assert format_date(day, month, year) == expected


@given(TEXTS)
def test_cleaning_and_folding_twice_change_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert fold(fold(text)) == fold(text)


@given(TEXTS)
def test_folding_does_not_depend_on_the_normal_form(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(st.integers(0, 10**9 - 1))
def test_a_count_as_we_write_it_is_read_back(number: int) -> None:
    assert read_count(format_number(number), "thủ tục").value == number


@given(st.integers(0, 10000))
def test_a_percentage_as_we_write_it_is_read_back(hundredths: int) -> None:
    assert read_percent(f"{format_number(hundredths / 100)}%").value == hundredths / 100


@given(TEXTS, st.sampled_from(["thủ tục", "TTHC", ""]))
def test_any_text_gets_a_finite_value_or_a_reason(text: str, noun: str) -> None:
    for typed in (read_count(text, noun), read_percent(text), read_choice(text, YES_NO)):
        assert typed.reading
        assert typed.value is None or math.isfinite(typed.value)


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ([], ""),
        (["A", "B"], "A, B"),
        (["A", "B", "C", "D"], "A, B và 2 cơ quan khác"),
    ],
)
def test_some_names_and_how_many_more(names: list[str], told: str) -> None:
    assert some_of(names, 2) == told
