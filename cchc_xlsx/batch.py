"""Many files together: one workbook of a unit and period, the right period, who has not sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from cchc_xlsx import checks
from cchc_xlsx.errors import InputError
from cchc_xlsx.finding import Finding, Severity
from cchc_xlsx.form import Form, Period
from cchc_xlsx.intake import Incoming
from cchc_xlsx.reader import Reading, read
from cchc_xlsx.reading_rules import NOT_SENT, TWICE, UNIT_OR_PERIOD, UNREADABLE_FILE, ReadingRule
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.submission import Status, Submission

Progress = Callable[[Sequence[Incoming]], Iterable[Incoming]]
"""Passes the files on one by one, showing how far it is."""


@dataclass(frozen=True)
class Batch:
    """Files of one form, read and checked. `roster` is empty when none was given."""

    form: Form
    submissions: tuple[Submission, ...]
    findings: tuple[Finding, ...]
    roster: tuple[ReportingUnit, ...] = ()

    @property
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

    @property
    def missing_units(self) -> list[ReportingUnit]:
        """The units of the roster of which no workbook was accepted."""
        present = {each.unit_code for each in self.accepted}
        return [unit for unit in self.roster if unit.code not in present]

    def count(self, severity: Severity) -> int:
        """How many findings there are of a severity."""
        return sum(finding.severity is severity for finding in self.findings)


def read_batch(
    files: Sequence[Incoming],
    form: Form,
    roster: tuple[ReportingUnit, ...] = (),
    *,
    one_period: bool = False,
    period: Period | None = None,
    progress: Progress = iter,
) -> Batch:
    """Read and check files together.

    With `one_period` (for a merge) files of another period than `period`, or than most files if
    none is given, are rejected. Raises `InputError` when no period stands out.
    """
    readings = [_read(file, form) for file in progress(files)]
    findings = [finding for reading in readings for finding in reading.findings]
    submissions = [reading.submission for reading in readings]
    if one_period:
        submissions = _of_one_period(submissions, period or _usual_period(submissions), findings)
    submissions = _one_each(submissions, findings)
    batch = Batch(form, tuple(submissions), (), roster)
    findings += checks.check(form, batch.accepted)
    findings += _roster_findings(batch)
    order = {file.name: at for at, file in enumerate(files)}
    findings.sort(key=lambda finding: (order.get(finding.file, len(order)), finding.severity.rank))
    return replace(batch, findings=tuple(findings))


def _read(file: Incoming, form: Form) -> Reading:
    try:
        return read(file.data(), file.name, form)
    except OSError as error:
        finding = UNREADABLE_FILE.finding(
            f"Không mở được tệp: {error.strerror}.",
            "Đóng tệp nếu đang mở trong Excel, rồi chạy lại.",
            file=file.name,
        )
        return Reading(Submission(file=file.name, sha256="", status=Status.REJECTED), (finding,))


def _reject(
    submission: Submission, rule: ReadingRule, message: str, hint: str, findings: list[Finding]
) -> Submission:
    findings.append(rule.finding(message, hint, file=submission.file, unit=submission.unit_code))
    return replace(submission, status=Status.REJECTED)


# --- one period -----------------------------------------------------------------------------


def _usual_period(submissions: Sequence[Submission]) -> Period | None:
    """The period of most submissions; None when nothing could be read."""
    ranking = Counter(each.period for each in submissions if each.period).most_common(2)
    if len(ranking) == 2 and ranking[0][1] == ranking[1][1]:
        known = ", ".join(sorted(each.id for each, _ in ranking if each))
        raise InputError(f"Các tệp thuộc nhiều kỳ báo cáo ({known}). Chọn một kỳ bằng --period.")
    return ranking[0][0] if ranking else None


def _of_one_period(
    submissions: Sequence[Submission], period: Period | None, findings: list[Finding]
) -> list[Submission]:
    def kept(submission: Submission) -> Submission:
        if submission.period is None or period is None or submission.period == period:
            return submission
        message = f"Tệp báo cáo {submission.period.name}, không phải {period.name}; không tổng hợp."
        hint = "Gửi tệp của đúng kỳ báo cáo."
        return _reject(submission, UNIT_OR_PERIOD, message, hint, findings)

    return [kept(submission) for submission in submissions]


# --- one workbook of a unit and period ------------------------------------------------------


def _one_each(submissions: Sequence[Submission], findings: list[Finding]) -> list[Submission]:
    """Copies of one content count once; different contents are all left out and named."""
    groups: dict[tuple[str, str], list[Submission]] = {}
    for each in submissions:
        if each.status is Status.ACCEPTED and each.period:
            groups.setdefault((each.unit_code, each.period.id), []).append(each)
    settled: dict[str, Submission] = {}
    for group in groups.values():
        settled |= {each.file: each for each in _settle(group, findings)}
    return [settled.get(each.file, each) for each in submissions]


def _settle(group: list[Submission], findings: list[Finding]) -> list[Submission]:
    first, *others = group
    if all(other.content == first.content for other in others):
        for other in others:
            message = f"Nội dung giống hệt tệp {first.file}; chỉ tính một lần."
            findings.append(
                TWICE.finding(
                    message, file=other.file, unit=other.unit_code, severity=Severity.INFO
                )
            )
        return [first, *(replace(other, status=Status.SUPERSEDED) for other in others)]
    names = ", ".join(each.file for each in group)
    message = f"Cơ quan {first.unit_code} có {len(group)} tệp khác nhau cho cùng một kỳ: {names}."
    hint = "Hỏi lại cơ quan xem tệp nào đúng, bỏ các tệp khác ra khỏi thư mục rồi chạy lại."
    return [_reject(each, TWICE, message, hint, findings) for each in group]


# --- the roster -----------------------------------------------------------------------------


def _roster_findings(batch: Batch) -> list[Finding]:
    if not batch.roster:
        return []
    known = {unit.code for unit in batch.roster}
    strangers = [
        UNIT_OR_PERIOD.finding(
            f"Mã cơ quan «{each.unit_code}» không có trong danh sách; số liệu vẫn được tổng hợp.",
            "Kiểm tra lại mã trong tệp, hoặc thêm cơ quan vào danh sách.",
            file=each.file,
            unit=each.unit_code,
        )
        for each in batch.accepted
        if each.unit_code not in known
    ]
    return strangers + [
        NOT_SENT.finding(
            f"Chưa có tệp dùng được của {unit.name} ({unit.code}).",
            "Nhắc cơ quan gửi tệp, hoặc gửi lại tệp đã sửa.",
            unit=unit.code,
        )
        for unit in batch.missing_units
    ]
