"""Many files together: one workbook of a unit and period, the right period, who has not sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from cchc_xlsx import checks
from cchc_xlsx.adjustments import Outcome, Table, adjusted
from cchc_xlsx.errors import InputError, system_reason
from cchc_xlsx.finding import Finding, Severity
from cchc_xlsx.form import Form, Period
from cchc_xlsx.intake import Incoming, Intake
from cchc_xlsx.reader.safe import SafeReader
from cchc_xlsx.reading_rules import (
    NEWER_TAKEN,
    NOT_SENT,
    OTHER_NAME,
    OTHER_PERIOD,
    OWN_OUTPUT,
    PASSED_OVER,
    SKIPPED,
    TWO_LEVELS,
    UNIT_OR_PERIOD,
    UNREADABLE_FILE,
)
from cchc_xlsx.rivals import one_each
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.submission import Reading, Status, Submission
from cchc_xlsx.vietnamese import fold
from cchc_xlsx.waivers import with_explanations
from cchc_xlsx.workbook import NotAWorkbook
from cchc_xlsx.year import without_covered

Progress = Callable[[Sequence[Incoming]], Iterable[Incoming]]
"""Passes the files on one by one, showing how far it is."""


@dataclass(frozen=True)
class Batch:
    """Files of one form, read and checked, in the order they were found.

    `general` are the findings about no file in particular. `roster` is empty when none was given.
    `year` is the one whose periods are put together, if so. `adjusting` tells what became of each
    correction; None when no table of them was given.
    """

    form: Form
    readings: tuple[Reading, ...]
    roster: tuple[ReportingUnit, ...] = ()
    general: tuple[Finding, ...] = ()
    year: int | None = None
    adjusting: tuple[Outcome, ...] | None = None

    @cached_property
    def submissions(self) -> list[Submission]:
        """What every file turned out to hold."""
        return [reading.submission for reading in self.readings]

    @cached_property
    def findings(self) -> list[Finding]:
        """All findings: file by file, the worst of each first, then the general ones."""
        return [
            *(finding for reading in self.readings for finding in reading.findings),
            *self.general,
        ]

    @cached_property
    def accepted(self) -> list[Submission]:
        """The submissions whose figures count."""
        return self.with_status(Status.ACCEPTED)

    def with_status(self, status: Status) -> list[Submission]:
        """The submissions with a status."""
        return [each for each in self.submissions if each.status is status]

    @property
    def period(self) -> Period | None:
        """The period of all accepted submissions, when it is one."""
        periods = {each.period for each in self.accepted}
        return periods.pop() if len(periods) == 1 else None

    @cached_property
    def missing_units(self) -> list[ReportingUnit]:
        """The units of the roster of which no workbook was accepted."""
        present = {each.unit_code for each in self.accepted}
        return [unit for unit in self.roster if unit.code not in present]

    @cached_property
    def unknown_units(self) -> list[str]:
        """The codes of units that sent and are not in the roster; none without a roster."""
        known = {unit.code for unit in self.roster}
        codes = (each.unit_code for each in self.submissions)
        return sorted({code for code in codes if code and known and code not in known})

    @cached_property
    def of_another_period(self) -> list[Submission]:
        """The submissions of another period than most; of a year, those of another year."""
        if self.year:
            dated = (each for each in self.submissions if each.period)
            return [each for each in dated if each.period and each.period.year != self.year]
        usual = most_common_period(self.submissions)
        return [
            each for each in self.submissions if each.period and usual not in (None, each.period)
        ]

    @cached_property
    def adjusted(self) -> int:
        """How many figures were corrected."""
        return sum(len(each.adjusted) for each in self.accepted)

    @cached_property
    def explained(self) -> int:
        """How many warnings the senders have answered."""
        answered = (finding for finding in self.counting if finding.explained)
        return sum(finding.severity is Severity.WARNING for finding in answered)

    @cached_property
    def counting(self) -> list[Finding]:
        """The findings that decide: all but the faults of files that another has superseded."""
        superseded = {each.file for each in self.with_status(Status.SUPERSEDED)}
        return [
            finding
            for finding in self.findings
            if finding.file not in superseded or finding.rule == NEWER_TAKEN.id
        ]

    def count(self, severity: Severity) -> int:
        """How many findings of a severity decide."""
        return sum(finding.severity is severity for finding in self.counting)

    def has_failed(self, *, strict: bool = False) -> bool:
        """Whether an error stands; with `strict` also a warning that nobody explained."""
        is_open = any(finding.is_open for finding in self.counting)
        return bool(self.count(Severity.ERROR)) or (strict and is_open)


def read_batch(
    intake: Intake,
    reader: SafeReader,
    form: Form,
    roster: tuple[ReportingUnit, ...] = (),
    *,
    keep: Sequence[str] = (),
    one_period: bool = False,
    many_periods: bool = False,
    period: Period | None = None,
    year: int | None = None,
    own_unit: str = "",
    adjustments: Table | None = None,
    progress: Progress = iter,
) -> Batch:
    """Read and check files together.

    With `one_period` (for a merge) files of another period than `period`, or than most files if
    none is given, are rejected; with a `year` those of another year, and those whose window another
    covers are superseded; with `many_periods` (for an export) there is nothing to say about them.
    Roll-ups of `own_unit` are passed over, for they come from an earlier merge of the same files.
    `keep` names files that count where a unit sent several. The rules see the figures as
    `adjustments` correct them. Raises `InputError` when no period stands out, and for a name in
    `keep` that cannot be followed.
    """
    readings = [_read(file, reader) for file in progress(intake.files)]
    readings, own = _without_own_output(readings, own_unit)
    readings = _under_roster_codes(readings, roster)
    if year:
        readings = _of_year(readings, year)
    elif one_period:
        readings = _of_one_period(readings, period or _one_period_of(readings))
    elif roster and not many_periods:
        readings = _with_other_periods_named(readings)
    readings = one_each(form, readings, keep)
    if one_period or year:
        readings = _counted_once(readings)
    if year:
        readings = without_covered(readings)
    outcomes = None
    if adjustments:
        readings, outcomes = adjusted(form, readings, adjustments)
    readings = _checked(form, readings)
    readings = [with_explanations(form, reading) for reading in readings]
    settled = tuple(reading.worst_first() for reading in readings)
    batch = Batch(form, settled, roster, year=year, adjusting=outcomes)
    passed_over = replace(intake, own=[*intake.own, *own])
    about_corrections = (*_not_adjusted(batch), *(adjustments.findings if adjustments else ()))
    general = (*about_corrections, *_passed_over(passed_over), *_not_sent(batch))
    return replace(batch, general=general)


def _read(file: Incoming, reader: SafeReader) -> Reading:
    try:
        reading = reader.read(file.data(), file.name)
    except (OSError, NotAWorkbook) as error:
        reason = system_reason(error) if isinstance(error, OSError) else str(error)
        finding = UNREADABLE_FILE.finding(
            f"Không mở được tệp: {reason}.",
            "Đóng tệp nếu đang mở trong Excel; giải nén nếu là tệp nén có mật khẩu; rồi chạy lại.",
        )
        reading = Reading(Submission(file=file.name, sha256="")).rejected(finding)
    return replace(
        reading, submission=replace(reading.submission, origin=file.origin, received=file.time)
    )


def _without_own_output(
    readings: Sequence[Reading], own_unit: str
) -> tuple[list[Reading], list[str]]:
    """The readings but for workbooks of earlier merges, and the names of those.

    Raises `InputError` when nothing else is there.
    """

    def is_own(reading: Reading) -> bool:
        rolled_up = reading.submission.leaves and reading.submission.unit_code == own_unit
        return bool(rolled_up) or OWN_OUTPUT.id in {said.rule for said in reading.findings}

    own = [each for each in readings if is_own(each)]
    names = [each.submission.file for each in own]
    if own and len(own) == len(readings):
        raise InputError(
            f"Chỉ có tệp tổng hợp do phần mềm tạo ra, không có báo cáo nào: {', '.join(names)}."
        )
    return [each for each in readings if each not in own], names


def _checked(form: Form, readings: Sequence[Reading]) -> list[Reading]:
    """With the findings of the form's rules, for every accepted submission."""
    accepted = [each.submission for each in readings if each.is_accepted]
    found = iter(checks.check(form, accepted))
    return [each.with_findings(next(found)) if each.is_accepted else each for each in readings]


# --- which unit, which period ---------------------------------------------------------------


def _under_roster_codes(
    readings: Sequence[Reading], roster: tuple[ReportingUnit, ...]
) -> list[Reading]:
    """Codes written as the roster writes them; a unit that it does not know is named."""
    known = {unit.code.casefold(): unit for unit in roster}

    def under_roster_code(reading: Reading) -> Reading:
        unit = reading.submission.unit
        if not known or unit is None:
            return reading
        if listed := known.get(unit.code.casefold()):
            under_code = reading.of_unit(replace(unit, code=listed.code))
            return under_code.with_findings(_other_name(unit, listed)).about_its_file()
        return reading.with_findings(
            [
                UNIT_OR_PERIOD.finding(
                    f"Mã cơ quan «{unit.code}» không có trong danh sách; "
                    "số liệu vẫn được tổng hợp.",
                    "Kiểm tra lại mã trong tệp, hoặc thêm cơ quan vào danh sách.",
                    file=reading.submission.file,
                    unit=unit.code,
                )
            ]
        )

    return [under_roster_code(reading) for reading in readings]


def _other_name(unit: ReportingUnit, listed: ReportingUnit) -> Iterator[Finding]:
    """A word on a name that is not the roster's: the workbook may be a colleague's."""
    if fold(unit.name) not in (fold(listed.name), fold(unit.code)):
        yield OTHER_NAME.finding(
            f"Tên cơ quan trong tệp là «{unit.name}», còn mã {listed.code} trong danh sách là "
            f"«{listed.name}».",
            "Hỏi lại xem tệp này của cơ quan nào.",
        )


def most_common_period(submissions: Iterable[Submission]) -> Period | None:
    """The period of most submissions; None when none stands out."""
    ranking = Counter(each.period for each in submissions if each.period).most_common(2)
    is_tied = len(ranking) == 2 and ranking[0][1] == ranking[1][1]
    return ranking[0][0] if ranking and not is_tied else None


def _one_period_of(readings: Sequence[Reading]) -> Period | None:
    """The period of most submissions; None when nothing could be read."""
    submissions = [each.submission for each in readings if each.submission.period]
    usual = most_common_period(submissions)
    if submissions and usual is None:
        known = ", ".join(sorted({each.period.id for each in submissions if each.period}))
        raise InputError(f"Các tệp thuộc nhiều kỳ báo cáo ({known}). Chọn một kỳ bằng --period.")
    return usual


def _of_one_period(readings: Sequence[Reading], wanted: Period | None) -> list[Reading]:
    if wanted is None:
        return list(readings)
    return [_only(each, wanted.name, wanted == each.submission.period) for each in readings]


def _of_year(readings: Sequence[Reading], year: int) -> list[Reading]:
    def is_of_year(period: Period | None) -> bool:
        return period is not None and period.year == year

    return [_only(each, f"năm {year}", is_of_year(each.submission.period)) for each in readings]


def _only(reading: Reading, wanted: str, is_wanted: bool) -> Reading:
    """The reading, rejected when it is of another time; one of no known period says so itself."""
    period = reading.submission.period
    if period is None or is_wanted:
        return reading
    return reading.rejected(
        UNIT_OR_PERIOD.finding(
            f"Tệp báo cáo {period.name}, không phải {wanted}; không tổng hợp.",
            "Gửi tệp của đúng kỳ báo cáo.",
        )
    )


def _counted_once(readings: Sequence[Reading]) -> list[Reading]:
    """Where a roll-up holds the figures of a unit, a workbook of that unit is not counted again."""
    holders: dict[tuple[str, str], Submission] = {}
    outcome = list(readings)
    for at in sorted(range(len(readings)), key=lambda at: -len(readings[at].submission.leaves)):
        reading, submission = readings[at], readings[at].submission
        if not reading.is_accepted or submission.period is None:
            continue
        codes = (submission.unit_code, *submission.leaves)
        keys = [(code.casefold(), submission.period.id) for code in codes]
        holder = next((holders[key] for key in keys if key in holders), None)
        if holder:
            outcome[at] = reading.rejected(_is_in(submission, holder))
        else:
            holders |= dict.fromkeys(keys, submission)
    return outcome


def _is_in(submission: Submission, holder: Submission) -> Finding:
    return TWO_LEVELS.finding(
        f"Số liệu của {submission.unit_code} đã nằm trong tệp tổng hợp {holder.file} "
        f"({holder.unit_code}); không cộng hai lần.",
        "Bỏ một trong hai tệp rồi chạy lại.",
    )


def _with_other_periods_named(readings: Sequence[Reading]) -> list[Reading]:
    """A word on the files of another period than most; none when no period stands out."""
    usual = most_common_period(each.submission for each in readings)

    def named(reading: Reading) -> Reading:
        period = reading.submission.period
        if period is None or usual in (None, period):
            return reading
        assert usual
        said = f"Tệp báo cáo {period.name}, còn phần lớn các tệp báo cáo {usual.name}."
        finding = OTHER_PERIOD.finding(said, "Kiểm tra xem cơ quan có gửi nhầm kỳ không.")
        return reading.with_findings([finding]).about_its_file()

    return [named(each) for each in readings]


# --- about no file in particular ------------------------------------------------------------


def _not_adjusted(batch: Batch) -> Iterator[Finding]:
    """The faults of the rows of corrections; those that were applied are told with their file."""
    return (each.finding for each in batch.adjusting or () if not each.adjustment)


def _passed_over(intake: Intake) -> Iterator[Finding]:
    if intake.skipped:
        yield SKIPPED.finding(
            f"Bỏ qua {len(intake.skipped)} tệp không đọc được trực tiếp: {_names(intake.skipped)}.",
            "Nếu là báo cáo: đề nghị gửi đúng tệp biểu mẫu, định dạng .xlsx.",
        )
    if intake.own:
        names = _names(intake.own)
        yield OWN_OUTPUT.finding(f"Bỏ qua {len(intake.own)} tệp tổng hợp của phần mềm: {names}.")
    for files, what in ((intake.others, "không phải bảng tính"), (intake.hidden, "tạm hoặc ẩn")):
        if files:
            yield PASSED_OVER.finding(f"Bỏ qua {len(files)} tệp {what}: {_names(files)}.")


_MOST_NAMES = 20


def _names(files: Sequence[str]) -> str:
    more = len(files) - _MOST_NAMES
    return ", ".join(files[:_MOST_NAMES]) + (f" và {more} tệp nữa" if more > 0 else "")


def _not_sent(batch: Batch) -> list[Finding]:
    sent = {each.unit_code for each in batch.submissions}
    return [
        NOT_SENT.finding(
            f"{unit.name} ({unit.code}) chưa nộp báo cáo"
            + (": tệp đã gửi không dùng được." if unit.code in sent else "."),
            "Nhắc cơ quan gửi tệp, hoặc gửi lại tệp đã sửa.",
            unit=unit.code,
        )
        for unit in batch.missing_units
    ]
