"""Many files together: one workbook of a unit and period, the right period, who has not sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from cchc_xlsx import checks
from cchc_xlsx.changes import check_changes
from cchc_xlsx.errors import InputError, system_reason
from cchc_xlsx.finding import Finding, Severity
from cchc_xlsx.form import Form, Period
from cchc_xlsx.intake import Incoming, Intake
from cchc_xlsx.previous import NO_PREVIOUS, Previous
from cchc_xlsx.reader.safe import SafeReader
from cchc_xlsx.reading_rules import (
    NEWER_TAKEN,
    NO_PREVIOUS_FIGURES,
    NOT_SENT,
    OTHER_NAME,
    OTHER_PERIOD,
    OWN_OUTPUT,
    PASSED_OVER,
    PREVIOUS_UNUSABLE,
    SKIPPED,
    UNIT_OR_PERIOD,
    UNREADABLE_FILE,
)
from cchc_xlsx.rivals import one_each
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.submission import Reading, Status, Submission
from cchc_xlsx.vietnamese import fold
from cchc_xlsx.waivers import with_explanations
from cchc_xlsx.workbook import NotAWorkbook

Progress = Callable[[Sequence[Incoming]], Iterable[Incoming]]
"""Passes the files on one by one, showing how far it is."""


@dataclass(frozen=True)
class Batch:
    """Files of one form, read and checked, in the order they were found.

    `general` are the findings about no file in particular. `roster` is empty when none was given,
    and so is `previous`, the reports of earlier periods.
    """

    form: Form
    readings: tuple[Reading, ...]
    roster: tuple[ReportingUnit, ...] = ()
    general: tuple[Finding, ...] = ()
    previous: Previous = NO_PREVIOUS

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
        """The submissions of another period than most."""
        usual = most_common_period(self.submissions)
        return [
            each for each in self.submissions if each.period and usual not in (None, each.period)
        ]

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
    period: Period | None = None,
    previous: Previous = NO_PREVIOUS,
    progress: Progress = iter,
) -> Batch:
    """Read and check files together, beside the reports of earlier periods.

    With `one_period` (for a merge) files of another period than `period`, or than most files if
    none is given, are rejected. `keep` names files that count where a unit sent several. Raises
    `InputError` when no period stands out, for a name in `keep` that cannot be followed, and when
    `previous` is not of an earlier period.
    """
    readings = [_read(file, reader) for file in progress(intake.files)]
    readings, own = _without_own_output(readings)
    readings = _under_roster_codes(readings, roster)
    if one_period:
        readings = _of_one_period(readings, period or _one_period_of(readings))
    elif roster:
        readings = _with_other_periods_named(readings)
    readings = _checked(form, one_each(form, readings, keep), previous)
    readings = [with_explanations(form, reading) for reading in readings]
    in_order = tuple(reading.worst_first() for reading in readings)
    batch = Batch(form, in_order, roster, previous=previous)
    passed_over = replace(intake, own=[*intake.own, *own])
    alone = [each.unit_code for each in batch.accepted if not _last(previous, each)]
    not_known = not_compared(previous, alone)
    return replace(batch, general=(*_passed_over(passed_over), *_not_sent(batch), *not_known))


def read_previous(
    intake: Intake, reader: SafeReader, form: Form, roster: tuple[ReportingUnit, ...] = ()
) -> Previous:
    """The reports of earlier periods in these files. Raises `InputError` when there is none."""
    readings = [_read(file, reader) for file in intake.files]
    return _previous_of(one_each(form, _under_roster_codes(readings, roster)))


def _previous_of(readings: Sequence[Reading]) -> Previous:
    usable = [each.submission for each in readings if each.is_accepted]
    rejected = [each.submission for each in readings if each.submission.status is Status.REJECTED]
    if not usable:
        raise InputError(
            "--previous: không có báo cáo nào dùng được; chạy check với các tệp đó để xem vì sao."
        )
    return Previous.of(usable, [each.file for each in rejected])


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


def _without_own_output(readings: Sequence[Reading]) -> tuple[list[Reading], list[str]]:
    """The readings but for workbooks of earlier merges, and the names of those.

    Raises `InputError` when nothing else is there.
    """
    own = [each for each in readings if OWN_OUTPUT.id in {said.rule for said in each.findings}]
    names = [each.submission.file for each in own]
    if own and len(own) == len(readings):
        raise InputError(
            f"Chỉ có tệp tổng hợp do phần mềm tạo ra, không có báo cáo nào: {', '.join(names)}."
        )
    return [each for each in readings if each not in own], names


def _checked(form: Form, readings: Sequence[Reading], previous: Previous) -> list[Reading]:
    """With what the form's rules and earlier periods have to say of every accepted submission."""
    accepted = [each.submission for each in readings if each.is_accepted]
    previous.refuse_unless_before({each.period for each in accepted if each.period})
    found = iter(checks.check(form, accepted, previous))

    def checked(reading: Reading) -> Reading:
        changes = check_changes(form, reading.submission, previous)
        return reading.with_findings([*next(found), *changes])

    return [checked(each) if each.is_accepted else each for each in readings]


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
    def kept(reading: Reading) -> Reading:
        period = reading.submission.period
        if period is None or wanted is None or period == wanted:
            return reading
        return reading.rejected(
            UNIT_OR_PERIOD.finding(
                f"Tệp báo cáo {period.name}, không phải {wanted.name}; không tổng hợp.",
                "Gửi tệp của đúng kỳ báo cáo.",
            )
        )

    return [kept(reading) for reading in readings]


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


def not_compared(previous: Previous, alone: Sequence[str]) -> Iterator[Finding]:
    """What of the earlier periods could not be used; `alone` are the units that have none."""
    if files := previous.unusable:
        yield PREVIOUS_UNUSABLE.finding(
            f"Không dùng được {len(files)} tệp của kỳ trước: {_names(files)}.",
            "Chạy check với các tệp này để xem vì sao.",
        )
    if previous and alone:
        yield NO_PREVIOUS_FIGURES.finding(
            f"Không có số liệu kỳ trước của {len(alone)} cơ quan: {_names(alone)}."
        )


def _last(previous: Previous, each: Submission) -> Submission | None:
    return previous.last(each.unit_code, each.period) if each.period else None


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
