"""What a note says in words: counts, whether something was done, names in a list.

    counts    = part , { separator , part } ;
    part      = [ bullet ] , ( count , word , { word } | other ) ;       (* 03 chuyên trang … *)
    count     = digit , { digit } | group , "." , group , { "." , group } ;
    names     = [ words , ( ":" | "tại" | "gồm" ) ] , name , { separator , ( name | other ) } ;
    name      = body , capitalised , { word }               (* Phòng Tài nguyên và Môi trường *)
              | { place } , capitalised , { capitalised }   (* Trần Đề, UBND huyện Long Phú *)
              | { place } , number ;                        (* phường 1, 2 *)
    separator = ";" | "," | "và" | line break ;

Accents and case do not matter to words that are looked for. Something is not said where it was
not done yet: after "chưa", "không", "dự kiến", "sẽ", "đề nghị" and their like, whatever "được" or
"thực hiện" stands between. Everything is linear in the length of the note.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from cchc_xlsx.vietnamese import bare, clean_lines, fold

_COUNT = r"(?P<count>[1-9][0-9]{0,2}(?:\.[0-9]{3})+|[0-9]{1,6})(?![0-9])"
_LEADING_COUNT = re.compile(
    r"(?:^|[;\n]|,(?=\s)|(?<!\w)va(?!\w))\s*(?:[-+*•]\s*|[0-9]{1,2}[.)]\s+)?"
    rf"{_COUNT}(?= \(?[a-z])(?! (?:thang|phan tram|va)(?!\w))"
)
_COUNT_NEXT = re.compile(
    rf":? (?:duoc |them |tong so |tong cong |la ){{0,3}}{_COUNT}"
    r"(?! ?[/%]|[.,-]?\w| (?:thang|phan tram)(?!\w))"
)

_NOT_DONE = (
    "(?:chua|khong|chang|du kien|se|cho|de nghi|kien nghi|de xuat|du thao) "
    "(?:(?:co|duoc|bi|phai|the|thuc hien|to chuc|trien khai|tien hanh|xem xet) ){0,5}"
)


def leading_counts(text: str) -> tuple[int, ...]:
    """The counts that begin a part of a list: ``03 chuyên trang …; 01 chuyên mục …`` → (3, 1).

    Numbers of documents, dates, months and percentages are none, nor is what stands further on.
    """
    found = _LEADING_COUNT.finditer(bare(clean_lines(text)).lower())
    return tuple(_number(each["count"]) for each in found)


def count_after(text: str, words: str) -> int | None:
    """The count right after words that say that something was done: ``Bãi bỏ 01 TTHC`` → 1.

    None where there is none. Of several it is the largest, for the others may be part of it.
    """
    folded = fold(text)
    nexts = (_COUNT_NEXT.match(folded, end) for end in _said(folded, words))
    return max((_number(found["count"]) for found in nexts if found), default=None)


def says(text: str, words: str) -> bool:
    """Whether a note says this, whole words, and not that it was not done or is yet to be done."""
    return any(True for _ in _said(fold(text), words))


def _said(folded: str, words: str) -> Iterator[int]:
    """Where words end in a folded text, but for those that are negated."""
    if fold(words) not in folded:
        return
    for found in _wanted(words).finditer(folded):
        if not found["not_done"]:
            yield found.end()


@lru_cache
def _wanted(words: str) -> re.Pattern[str]:
    """Words in a folded text, and what negates them."""
    return re.compile(rf"(?<!\w)(?P<not_done>{_NOT_DONE})?{re.escape(fold(words))}(?!\w)")


def _number(digits: str) -> int:
    return int(digits.replace(".", ""))


# --- names ---------------------------------------------------------------------------------------

_ASIDE = re.compile(r"\([^()]{0,200}\)|: ?[0-9]+[^;,\n]{0,200}")
_INTRODUCTION = re.compile(r"[^;,:\n]{0,200}(?:: ?| tai | gom )")
_BETWEEN = re.compile(r" ?[;,\n] ?| [Vv]a |$")
_BULLET = re.compile(r"[-+*•] ?|[0-9]{1,2}[.)] ")
_BODIES = (
    *("Sở", "Ban", "Phòng", "Chi cục", "Cục", "Trung tâm", "Văn phòng", "Thanh tra"),
    *("Công an", "Trường", "Bệnh viện", "Quỹ", "Hội", "Trạm", "Đội"),
)
_PLACES = (
    *("UBND", "Ủy ban nhân dân", "huyện", "thị xã", "thành phố", "TP", "TX", "quận"),
    *("xã", "phường", "thị trấn", "TT", "tỉnh", "ấp", "khóm"),
)


def _any_of(words: tuple[str, ...]) -> str:
    return "(?i:" + "|".join(fold(word) for word in words) + ")"


_BODY = re.compile(rf"{_any_of(_BODIES)} [A-Z]")
_PLACE = re.compile(
    rf"(?:{_any_of(_PLACES)}\.? ){{1,3}}[0-9]{{1,2}}"
    rf"|(?:{_any_of(_PLACES)}\.? ){{0,3}}[A-Z]\w*(?: [A-Z]\w*){{0,5}}"
)
_NO_NAMES = {"khong", "chua", "co", "khong co", "chua co"}


def listed_names(text: str) -> tuple[str, ...]:
    """The names of units or places in a list: ``Trần Đề, Mỹ Xuyên, TPST, Long Phú``.

    A list begins with a name, perhaps after an introduction; what is no name further on is left
    out. Where a body is named (``Sở Văn hóa, Thể thao và Du lịch``), what follows without a
    semicolon and begins with no body belongs to its name.
    """
    lines = _ASIDE.sub("", clean_lines(text))
    plain = bare(lines)
    introduction = _INTRODUCTION.match(plain.lower())
    begins = introduction.end() if introduction else 0
    names: list[list[str]] = []
    is_open, separator = False, ""
    for between in _BETWEEN.finditer(plain, begins):
        bullet = _BULLET.match(plain, begins, between.start())
        span = slice(bullet.end() if bullet else begins, between.start())
        name, bare_name = lines[span], plain[span].rstrip(".")
        if _BODY.match(bare_name):
            names.append([name])
            is_open = True
        elif is_open and separator.strip(" ;"):
            names[-1] += [separator, name]
        elif _is_place(bare_name, goes_on=bool(names)):
            names.append([name])
            is_open = False
        elif not names and name:
            return ()
        begins, separator = between.end(), lines[between.start() : between.end()]
    return tuple("".join(parts).rstrip(" .") for parts in names)


def _is_place(plain: str, *, goes_on: bool) -> bool:
    """Whether a text is the name of a place; in a list a number may be one: ``phường 1, 2``."""
    if goes_on and re.fullmatch("[0-9]{1,2}", plain):
        return True
    return bool(_PLACE.fullmatch(plain)) and plain.lower() not in _NO_NAMES
