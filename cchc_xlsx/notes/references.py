"""References to documents, and the dates cited, in a note.

The grammar, over the note in NFC with each run of white space made one space; accents do not
matter, nor does case but for the capitals of a symbol:

    list        = citation , { separator , citation } ;
    citation    = [ lead ] , { number , separator } , designation , [ dated ] ;
    lead        = kind , [ "số" ] , [ ":" ] | "số" , [ ":" ] ;
    kind        = "Kế hoạch" | "KH" | "Báo cáo" | "BC" | "Công văn" | … ;          (* KINDS *)
    separator   = "," | ";" | "và" | "&" ;
    designation = number , [ letter ] , "/" , [ year , "/" ] , symbol  (* 107/2020/NĐ-CP *)
                | number , "-" , word , "/" , word ;                   (* 12-NQ/TU, the Party's *)
    symbol      = word , { "-" , word } ;                              (* KH-STNMT *)
    dated       = [ "," | "(" ] , [ "của" , issuer ] , [ "ký" | "ban hành" ] , [ "cùng" ] ,
                  [ "ngày" ] , date ;
    date        = day , mark , month , mark , year
                | day , "tháng" , month , ( "năm" | "/" ) , year ;
    mark        = "/" | "." | "-" ;                                    (* the same both times *)

Spaces around "/" and "-" within a designation, as line breaks leave them (``KH- STNMT``), are
understood and kept in `Reference.written`. The first word of a symbol holds two capitals, so that
``24/7``, ``4/5 hồ sơ`` and ``01 phiếu/TTHC`` are no documents; a symbol of small letters is one
after a lead, and a symbol of one word (``45/UBND``) after a lead, with a year or with a date.
Numbers that share a symbol (``số 08, 28/STNMT-VP``) count after a lead only. The kind before a list
is that of all its documents whose symbol begins alike; the date after "cùng ngày" is that of all
before it that have none. A year of two digits is understood after "ngày" only.

A document right after "thay thế", "bãi bỏ" or "hủy bỏ" ("cho", "văn bản" may stand between) is in
force no more, and so is the one that "và" joins to it; of a longer list only the first is known to
be. What stands after "thay thế bằng" is the new one.

Everything is linear in the length of the note.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from cchc_xlsx.vietnamese import bare, clean, fold

KINDS = {
    "Nghị quyết": "NQ",
    "Quyết định": "QĐ",
    "Chỉ thị": "CT",
    "Quy chế": "QC",
    "Quy định": "QyĐ",
    "Thông báo": "TB",
    "Hướng dẫn": "HD",
    "Chương trình": "CTr",
    "Kế hoạch": "KH",
    "Phương án": "PA",
    "Đề án": "ĐA",
    "Báo cáo": "BC",
    "Biên bản": "BB",
    "Tờ trình": "TTr",
    "Kết luận": "KL",
    "Công điện": "CĐ",
    "Giấy mời": "GM",
    "Nghị định": "NĐ",
    "Thông tư": "TT",
    "Thông tư liên tịch": "TTLT",
    "Công văn": "CV",
    "Luật": "",
}
"""The kinds of document with their sign (Nghị định 30/2020/NĐ-CP, appendix III).

The sign begins the symbol of the document, but for a công văn, whose symbol has none.
"""

_KIND_OF = {fold(written): kind for kind, sign in KINDS.items() for written in (kind, sign) if sign}
_KIND_OF["luat"] = "Luật"
_LONGEST_KIND = max(map(len, _KIND_OF))
_ENDS_WITH_KIND = re.compile(rf"(?<!\w)(?:{'|'.join(_KIND_OF)})$")

_NUMBER = r"(?:[1-9][0-9]{0,2}\.[0-9]{3}|[0-9]{1,6})"
_SEPARATOR = r"(?: ?[,;] ?| ?& ?| [Vv]a )"
_WORD = r"[A-Za-z][A-Za-z0-9]{0,14}"
_SECOND_WORD = rf"(?:-| ?- ?(?=[A-Z]{{2}})){_WORD}"
_FURTHER_WORD = rf"(?:-| -(?=[A-Z]{{2}})|- (?=[A-Z]{{2}})){_WORD}"
_SHARED = rf"(?:(?<=:)|(?<=[A-Za-z:.] )(?<! [Vv]a ))(?:{_NUMBER}{_SEPARATOR}){{1,30}}"
_DIGITS = re.compile("[0-9]+")
_DESIGNATION = re.compile(
    r"(?:(?<![\w/])(?<![0-9][.,])(?<!\w-)|(?<=[Ss]o))"
    rf"(?P<shared>{_SHARED})?(?P<number>{_NUMBER})(?:"
    r"(?P<letter>[a-z]?) ?/ ?(?:(?P<year>(?:19|20)[0-9]{2}) ?/ ?)?"
    rf"(?P<symbol>(?P<sign>{_WORD})(?:{_SECOND_WORD}(?:{_FURTHER_WORD}){{0,3}})?)"
    r"|-(?P<party>(?P<party_sign>[A-Z]{2}[A-Za-z]{0,2})/[A-Z]{2}[A-Za-z]{0,10})"
    r")(?!\w|-\w)"
)

_DATE = (
    r"(?:(?P<named>ngay ?:? ?)|(?<![\w/])(?<![0-9][.,]))"
    r"(?P<day>[0-9]{1,2})(?: ?(?P<mark>[/.-]) ?| thang )"
    r"(?P<month>[0-9]{1,2})(?(mark) ?(?P=mark) ?|(?:,? nam |/))"
    r"(?P<year>[0-9]{4}|(?(named)[0-9]{2}|(?!)))(?!\w)"
)
_CITED_DATE = re.compile(_DATE, re.IGNORECASE)
_DAY_AND_MONTH = re.compile("[0-9](?: ?[/.-] ?| thang )[0-9]", re.IGNORECASE)
_DATED = re.compile(
    r" ?[,(]? ?(?:cua [^0-9.,;:()/]{1,80}?(?=ngay))?(?:(?:da )?ky |(?:duoc )?ban hanh )?"
    rf"(?P<same>cung )?{_DATE}",
    re.IGNORECASE,
)
_TWO_CAPITALS = re.compile("[A-Z][A-Za-z0-9]*[A-Z]|[a-z]+[A-Z][A-Za-z0-9]*[A-Z]")
_TWO_NUMBERS = re.compile("[0-9][^0-9]+[0-9]")
_DASH = re.compile(r" ?[^\w/ ] ?")
_SAID_NUMBER = re.compile(r"(?<!\w)so ?[:.]? ?$", re.IGNORECASE)
_LONGEST_SAID = len("so : ")
_GOES_ON = re.compile(r"[ ,;.&()+-]*(?:va )?(?:cac )?(?:so ?[:.]? ?)?", re.IGNORECASE)
_LONGEST_LEAD = 60
_REPLACES = re.compile(
    r"(?<!\w)(?:thay the|bai bo|huy bo)(?: cho)?(?: cac)?(?: van ban)?:? $", re.IGNORECASE
)


class CitedDate(NamedTuple):
    """A date as written; `day` is None where the calendar has no such day (31/4/2022)."""

    text: str
    day: date | None


class Reference(NamedTuple):
    """A document that a note refers to.

    `kind` is a key of `KINDS`, empty where none is written; `symbol` is mended (``KH-STNMT``),
    `year` the one within it (``107/2020/NĐ-CP``). `id` names the document (``08/STNMT-VP``),
    `written` is the same as it was typed, `text` all of the reference. `date` is None where none
    is cited or where the calendar has no such day. It `is_replaced` where the note says that it is
    in force no more.
    """

    kind: str
    number: int
    symbol: str
    year: int | None
    date: date | None
    id: str
    written: str
    text: str
    is_replaced: bool = False

    @property
    def sign(self) -> str:
        """What the symbol begins with: ``KH`` of ``KH-STNMT``, ``NQ`` of ``NQ/TU``."""
        return words_of(self.symbol)[0]


@lru_cache(maxsize=1000)  # most documents that an office cites are of a few symbols
def words_of(symbol: str) -> tuple[str, ...]:
    """The abbreviations that a symbol consists of: ``QĐ``, ``UBND`` of ``QĐ-UBND``."""
    return tuple(re.split("[-/]", symbol))


class Note(NamedTuple):
    """A note and what it cites; taken apart once, whatever is asked of it.

    `references` are the documents that it refers to, in the order in which it does, `dates` those
    with day, month and year, even where no calendar has such a day.
    """

    text: str
    references: tuple[Reference, ...]
    dates: tuple[CitedDate, ...]


def read_note(text: str) -> Note:
    """What a note cites."""
    if "/" not in text and not _TWO_NUMBERS.search(text):
        return Note(text, (), ())
    shown = clean(text)
    plain = bare(shown)
    return Note(
        text,
        _references(shown, plain) if "/" in plain else (),
        _dates(shown, plain) if _DAY_AND_MONTH.search(plain) else (),
    )


def _references(shown: str, plain: str) -> tuple[Reference, ...]:
    found: list[Reference] = []
    end = first = 0
    sign_of_list = ""
    for match in _designations(plain):
        kind, begins = _lead(plain, end, match.start())
        goes_on = bool(found and _GOES_ON.fullmatch(plain, end, match.start()))
        is_led = goes_on or begins < match.start()
        dated = _DATED.match(plain, match.end())
        if not _is_document(match, is_led=is_led, is_dated=dated is not None):
            continue
        sign = (match["sign"] or match["party_sign"]).lower()
        if kind or not goes_on:
            first, sign_of_list = len(found), sign
        elif sign == sign_of_list:
            kind = found[first].kind
        before = plain[max(begins - _LONGEST_LEAD, end) : begins]
        is_joined = bool(found) and found[-1].is_replaced and before.strip().lower() == "va"
        is_replaced = is_joined or _REPLACES.search(before) is not None
        end = dated.end() if dated else match.end()
        day = _day(dated) if dated else None
        cited = _Citation(shown, match, kind, day, shown[begins:end], is_replaced)
        found.extend(map(cited.reference, _numbers(match, is_led=is_led)))
        if dated and dated["same"]:
            found[first:] = [each._replace(date=each.date or day) for each in found[first:]]
    return tuple(found)


def _designations(plain: str) -> Iterator[re.Match[str]]:
    """Every designation; each begins with digits, and digits are found faster."""
    end = 0
    for digits in _DIGITS.finditer(plain):
        match = _DESIGNATION.match(plain, digits.start()) if digits.start() >= end else None
        if match:
            end = match.end()
            yield match


def _dates(shown: str, plain: str) -> tuple[CitedDate, ...]:
    found = _CITED_DATE.finditer(plain)
    return tuple(CitedDate(shown[each.start("day") : each.end()], _day(each)) for each in found)


def _lead(plain: str, floor: int, start: int) -> tuple[str, int]:
    """The kind that is written before a designation, and where the lead begins."""
    offset = max(floor, start - _LONGEST_LEAD)
    before = plain[offset:start]
    said = _SAID_NUMBER.search(before, max(len(before) - _LONGEST_SAID, 0))
    begins = said.start() if said else len(before)
    words = before[:begins].lower().rstrip(" :(")
    if written := _ENDS_WITH_KIND.search(words, max(len(words) - _LONGEST_KIND, 0)):
        return _KIND_OF[written[0]], offset + written.start()
    return "", offset + begins


def _is_document(match: re.Match[str], *, is_led: bool, is_dated: bool) -> bool:
    """Whether number and symbol are those of a document, and no fraction of something."""
    if match["party"]:
        return True
    has_words = "-" in match["symbol"]
    if not _TWO_CAPITALS.match(match["symbol"]):
        return is_led and has_words
    return has_words or is_led or is_dated or bool(match["year"])


def _numbers(match: re.Match[str], *, is_led: bool) -> list[str]:
    """The numbers that share a symbol, as written; without a lead the last one alone."""
    if not (match["shared"] and is_led) or match["letter"]:
        return [match["number"]]
    return [*re.findall(_NUMBER, match["shared"]), match["number"]]


class _Citation(NamedTuple):
    """A place in a note that cites one document, or several of one symbol."""

    shown: str
    match: re.Match[str]
    kind: str
    day: date | None
    text: str
    is_replaced: bool

    def reference(self, written: str) -> Reference:
        """The document with a number, as that is written."""
        match = self.match
        symbol = self.shown[slice(*match.span("party" if match["party"] else "symbol"))]
        mended = _mended(symbol)
        number = int(written.replace(".", ""))
        letter, year = match["letter"] or "", match["year"]
        link = "-" if match["party"] else f"{letter}/{year}/" if year else f"{letter}/"
        return Reference(
            kind=self.kind,
            number=number,
            symbol=mended,
            year=int(year) if year else None,
            date=self.day,
            id=f"{number:02}{link}{mended}",
            written=written + self.shown[match.end("number") : match.end()],
            text=self.text,
            is_replaced=self.is_replaced,
        )


@lru_cache(maxsize=1000)
def _mended(symbol: str) -> str:
    """A symbol with plain dashes and no spaces around them."""
    return _DASH.sub("-", symbol)


def _day(match: re.Match[str]) -> date | None:
    year = int(match["year"])
    try:
        return date(year if year > 99 else 2000 + year, int(match["month"]), int(match["day"]))
    except ValueError:
        return None
