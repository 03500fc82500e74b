"""Several workbooks of one unit and period: which one counts, and what the others say otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from datetime import datetime
from pathlib import Path, PurePosixPath

from cchc_xlsx.errors import InputError
from cchc_xlsx.finding import Finding
from cchc_xlsx.form import Form
from cchc_xlsx.layout import info_question
from cchc_xlsx.reading_rules import COPY, NEWER_TAKEN, TWICE
from cchc_xlsx.submission import NO_FIGURE, UNREADABLE_FIGURE, Reading, Submission, in_words
from cchc_xlsx.vietnamese import printable

_MOST_DIFFERENCES = 40
"""So many are told one by one."""

_AGES: tuple[tuple[str, Callable[[Submission], datetime | None]], ...] = (
    ("thư gửi sau", lambda submission: submission.origin.sent if submission.origin else None),
    ("tệp được lưu sau", lambda submission: submission.modified),
    ("tệp có thời gian sau", lambda submission: submission.received),
)
"""What makes one newer than another, the surest first, and how that is said."""


def one_each(form: Form, readings: Sequence[Reading], keep: Sequence[str] = ()) -> list[Reading]:
    """Of the accepted workbooks of each unit and period, one stays accepted.

    Copies of one content count once. Of different contents the one named in `keep` counts, else the
    newest; where none is newest, none does. Raises `InputError` for a name in `keep` that is not
    the name of exactly one accepted file.
    """
    kept = {_kept(readings, name) for name in keep}
    settled = list(readings)
    groups: dict[tuple[str, str], list[int]] = {}
    for at, reading in enumerate(readings):
        period = reading.submission.period
        if reading.is_accepted and period:
            key = (reading.submission.unit_code.casefold(), period.id)
            groups.setdefault(key, []).append(at)
    for group in groups.values():
        outcome = _settle(form, [readings[at] for at in group], kept)
        for at, reading in zip(group, outcome, strict=True):
            settled[at] = reading
    return settled


def _kept(readings: Sequence[Reading], name: str) -> str:
    """The file that a name in `keep` means."""
    named = [reading for reading in readings if _is_named(reading, name)]
    if not named:
        raise InputError(f"--keep: không có tệp nào tên «{name}» trong các tệp đã đọc.")
    files = ", ".join(each.submission.file for each in named)
    if len(named) > 1:
        raise InputError(f"--keep: nhiều tệp có tên «{name}»: {files}. Ghi cả đường dẫn.")
    if not named[0].is_accepted:
        raise InputError(f"--keep: tệp «{files}» không dùng được; chạy check để xem vì sao.")
    return named[0].submission.file


def _is_named(reading: Reading, name: str) -> bool:
    """Whether a name is the file's, whole or its last part."""
    file = reading.submission.file
    last = PurePosixPath(file.rpartition("!")[2]).name
    return printable(Path(name).as_posix()) in (file, last)


def _settle(form: Form, group: list[Reading], kept: Set[str]) -> list[Reading]:
    chosen, why = _chosen(group, kept)
    if chosen is None:
        return [each.rejected(_undecided(group)) for each in group]

    def outcome(reading: Reading) -> Reading:
        if reading is chosen:
            return reading
        is_copy = reading.submission.content == chosen.submission.content
        return _copy(reading, chosen) if is_copy else _superseded(form, reading, chosen, why)

    return [outcome(each) for each in group]


def _distinct(group: Sequence[Reading]) -> list[Reading]:
    """One reading for each content, of copies the first."""
    distinct: list[Reading] = []
    for each in group:
        if all(each.submission.content != other.submission.content for other in distinct):
            distinct.append(each)
    return distinct


_KEPT = "được chọn bằng --keep"


def _chosen(group: Sequence[Reading], kept: Set[str]) -> tuple[Reading | None, str]:
    """The one that counts, and why; None when nothing decides."""
    named = [each for each in group if each.submission.file in kept]
    if len(named) > 1:
        files = ", ".join(each.submission.file for each in named)
        raise InputError(f"--keep: chỉ giữ được một tệp của mỗi cơ quan, đang có: {files}.")
    if named:
        return named[0], _KEPT
    return (group[0], "") if len(_distinct(group)) == 1 else _newest(group)


def _newest(group: Sequence[Reading]) -> tuple[Reading | None, str]:
    left = list(group)
    for why, age in _AGES:
        ages = [moment for each in left if (moment := age(each.submission))]
        if len(ages) == len(left):
            left = [each for each in left if age(each.submission) == max(ages)]
            if len(_distinct(left)) == 1:
                return left[0], why
    return None, ""


# --- what is said of the others -----------------------------------------------------------------


def _copy(reading: Reading, chosen: Reading) -> Reading:
    said = f"Nội dung giống hệt tệp {chosen.submission.file}; chỉ tính một lần."
    return reading.superseded(COPY.finding(said))


def _undecided(group: Sequence[Reading]) -> Finding:
    names = ", ".join(each.submission.file for each in group)
    return TWICE.finding(
        f"Cơ quan {group[0].submission.unit_code} có {len(group)} tệp cho cùng một kỳ, nội dung "
        f"khác nhau, không rõ tệp nào mới hơn: {names}.",
        "Hỏi lại cơ quan xem tệp nào đúng rồi chạy lại với --keep và tên tệp đó.",
    )


def _superseded(form: Form, old: Reading, new: Reading, why: str) -> Reading:
    told = list(_differences(form, old.submission, new.submission))
    listed = "; ".join(text for _, text in told[:_MOST_DIFFERENCES])
    more = f"; và {len(told) - _MOST_DIFFERENCES} chỗ nữa" if len(told) > _MOST_DIFFERENCES else ""
    codes = dict.fromkeys(code for code, _ in told if code)
    told_as = NEWER_TAKEN.as_information() if why == _KEPT else NEWER_TAKEN
    finding = told_as.finding(
        f"Không dùng tệp này; dùng tệp {new.submission.file} ({why}). Khác nhau ở {len(told)} chỗ "
        f"(tệp này → tệp được dùng): {listed}{more}.",
        "Nếu tệp này mới đúng, chạy lại với --keep và tên tệp này.",
        codes=tuple(codes),
        cells=[old.submission.cells[code] for code in codes if code in old.submission.cells],
    )
    return old.superseded(finding)


def _differences(form: Form, old: Submission, new: Submission) -> Iterator[tuple[str, str]]:
    """What differs, cell by cell: the code, if it is a row's, and how it is said."""
    for code in form.by_code:
        place = old.cells.get(code) or new.cells.get(code, code)
        if _figure(old, code) != _figure(new, code):
            yield code, f"{place} {_figure(old, code)} → {_figure(new, code)}"
        if old.notes.get(code) != new.notes.get(code):
            yield code, f"ghi chú {code} {_text(old.notes, code)} → {_text(new.notes, code)}"
    one, other = (_words(form, each) for each in (old, new))
    for what in dict.fromkeys((*one, *other)):
        if one.get(what) != other.get(what):
            yield "", f"{what} {_text(one, what)} → {_text(other, what)}"


def _words(form: Form, submission: Submission) -> dict[str, str]:
    """The answers of `Thông tin` and of `Ý kiến`, by what they answer."""
    asked = {info_question(form, key): text for key, text in submission.info.items()}
    return asked | {
        f"Trả lời về «{answer.message[:_SHORT]}»": answer.text for answer in submission.answers
    }


_SHORT = 60
"""Letters of a finding that an answer is named by."""


def _figure(submission: Submission, code: str) -> str:
    if code in submission.fill.unreadable:
        return UNREADABLE_FIGURE
    return in_words(submission.fill.values.get(code))


def _text(texts: Mapping[str, str], key: str) -> str:
    return f"«{texts[key]}»" if key in texts else NO_FIGURE
