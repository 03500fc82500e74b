"""What the commands print for people: Vietnamese tables, worst first, then a verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from cchc_xlsx.batch import Batch
from cchc_xlsx.catalogue import catalogue, formulas
from cchc_xlsx.compare import Change, ChangeKind, Comparison
from cchc_xlsx.finding import SEVERITY_WORDS, Finding, Severity, cells_in_words
from cchc_xlsx.form import Form
from cchc_xlsx.intake import Listed
from cchc_xlsx.intake import Progress as FileProgress
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.submission import NO_FIGURE, Reading, Status
from cchc_xlsx.vietnamese import clean, format_number

_COLOUR = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "blue"}
_STATUS = {
    Status.ACCEPTED: "đã nhận",
    Status.SUPERSEDED: "không dùng, đã có tệp khác của cơ quan",
    Status.REJECTED: "không dùng được",
}
_MOST_CELLS = 6


def print_batch(batch: Batch) -> None:
    """The findings grouped by file, files with the gravest findings first, then the verdict."""
    console = Console(highlight=False)
    for reading in sorted(batch.readings, key=_gravest):
        _print_file(console, reading)
    if batch.general:
        console.print(Text("Cả đợt báo cáo", style="bold"))
        console.print(_table(batch.general))
    if batch.roster:
        console.print(Text(attendance(batch)))
    if batch.adjusting is not None:
        console.print(Text(adjustment(batch)))
    console.print(Text(verdict(batch), style="bold"))


def print_rules(form: Form, *, with_formulas: bool) -> None:
    """Every check with its severity, where it is made and what it watches over; then a count."""
    excel = formulas(form) if with_formulas else {}
    checks = catalogue(form)
    for check in checks:
        where = "trong tệp Excel" if check.is_live else "khi nhận tệp"
        trial = ", thử nghiệm" if check.trial else ""
        print(f"{check.id}\t{SEVERITY_WORDS[check.severity]}{trial}\t{where}\t{check.meaning}")
        for rule in check.rules:
            if rule in excel:
                print(f"\t{', '.join(rule.codes)}\t{excel[rule]}")
    counts = Counter(check.severity for check in checks)
    told = ", ".join(f"{counts[each]} {SEVERITY_WORDS[each].lower()}" for each in Severity)
    print(f"{len(checks)} mã: {told}; {len(form.withdrawn)} mã không dùng.")


def attendance(batch: Batch) -> str:
    """Who has sent, who has not, who is unknown, and which files are of another period."""
    sent = len(batch.roster) - len(batch.missing_units)
    lists = {
        "chưa nộp": [unit.code for unit in batch.missing_units],
        "ngoài danh sách": batch.unknown_units,
        "khác kỳ": [each.file for each in batch.of_another_period],
    }
    told = (f"{what}: {', '.join(names)}" for what, names in lists.items() if names)
    return "; ".join((f"Đã nộp {sent}/{len(batch.roster)} cơ quan", *told)) + "."


def adjustment(batch: Batch) -> str:
    """How many figures were corrected, and how many rows of corrections were not applied."""
    refused = sum(not each.adjustment for each in batch.adjusting or ())
    left = f"; {refused} dòng điều chỉnh chưa áp dụng được, xem M15" if refused else ""
    return f"Đã điều chỉnh {batch.adjusted} số liệu{left}."


def verdict(batch: Batch) -> str:
    """One line on everything."""
    counts = {status: len(batch.with_status(status)) for status in Status}
    left_out = counts[Status.REJECTED] + counts[Status.SUPERSEDED]
    files = (
        f"{len(batch.submissions)} tệp: {counts[Status.ACCEPTED]} đã nhận, {left_out} không dùng"
    )
    missing = f"; {len(batch.missing_units)} cơ quan chưa nộp" if batch.roster else ""
    errors, warnings = batch.count(Severity.ERROR), batch.count(Severity.WARNING)
    outcome = "CÓ LỖI" if errors else "KHÔNG CÓ LỖI"
    explained = f" ({batch.explained} đã được giải thích)" if batch.explained else ""
    return f"{outcome}. {files}{missing}. {errors} lỗi, {warnings} cảnh báo{explained}."


def _gravest(reading: Reading) -> int:
    return min((finding.severity.rank for finding in reading.findings), default=len(Severity))


def _print_file(console: Console, reading: Reading) -> None:
    submission = reading.submission
    parts = [submission.file, _STATUS[submission.status]]
    if submission.unit:
        parts.append(f"{submission.unit.name} ({submission.unit.code})")
    if submission.period:
        parts.append(submission.period.name)
    console.print(Text(" · ".join(parts), style="bold"))
    if submission.origin:
        console.print(Text(f"  {submission.origin.in_words}", style="dim"))
    if reading.findings:
        console.print(_table(reading.findings))
    else:
        console.print(Text("  Không có vấn đề.", style="green"))
    console.print()


def _table(findings: Iterable[Finding]) -> Table:
    table = Table(show_lines=True, expand=True)
    table.add_column("Mức độ", no_wrap=True)
    table.add_column("Ô", max_width=22)
    table.add_column("Nội dung và cách xử lý", ratio=1)
    table.add_column("Quy tắc", no_wrap=True)
    last_hint = ""
    for finding in findings:
        said = Text(finding.message)
        # One hint for a run of findings that want the same.
        if finding.hint and finding.hint != last_hint:
            said.append(f"\n→ {finding.hint}", style="dim")
        if finding.explained:
            said.append(f"\nCơ quan giải thích: «{finding.explained}»", style="green")
        severity = Text(SEVERITY_WORDS[finding.severity], style=_COLOUR[finding.severity])
        last_hint = finding.hint
        table.add_row(severity, Text(_cells(finding.cells)), said, finding.rule)
    return table


def _cells(cells: Sequence[str]) -> str:
    more = len(cells) - _MOST_CELLS
    shown = cells_in_words(cells[:_MOST_CELLS])
    return f"{shown} … và {more} ô nữa" if more > 0 else shown


_MOST_TOTALS, _MOST_CHANGES = 15, 30
"""How many changes are shown, of totals and of units; the workbook and the JSON have all."""

_LONGEST_LABEL, _LONGEST_NOTE = 70, 120


def print_comparison(comparison: Comparison) -> None:
    """What could not be used, then totals and units with the weightiest change first, a verdict."""
    console = Console(highlight=False)
    for word, side in (("Cũ", comparison.old), ("Mới", comparison.new)):
        console.print(Text(f"{word}: {side.in_words}", style="bold"))
        if side.findings:
            console.print(_table(side.findings))
    of_totals = [change for change in comparison.changes if change.unit is None]
    of_units = [change for change in comparison.changes if change.unit]
    before, after = (len(side.by_unit) for side in (comparison.old, comparison.new))
    title = f"Tổng hợp ({before} cơ quan → {after} cơ quan)"
    _print_changes(console, title, of_totals, _MOST_TOTALS)
    title = "Từng cơ quan" if len(comparison.units) > 1 else _offices(comparison.units)
    _print_changes(console, title, of_units, _MOST_CHANGES)
    for word, units in (("Cơ quan mới có", comparison.came), ("không còn", comparison.gone)):
        if units:
            console.print(Text(f"{word[0].upper()}{word[1:]}: {_offices(units)}."))
    console.print(Text(comparison_verdict(comparison), style="bold"))


def comparison_verdict(comparison: Comparison) -> str:
    """One line on everything."""
    if not comparison.is_possible:
        return "KHÔNG SO SÁNH ĐƯỢC. Ít nhất một bên không có số liệu dùng được."
    kinds = Counter(change.kind for change in comparison.changes if change.unit)
    unreadable = kinds.pop(ChangeKind.UNREADABLE, 0)
    notes = sum(bool(change.old.note != change.new.note) for change in comparison.changes)
    figures = kinds.total() - kinds[ChangeKind.NOTE]
    came, gone = len(comparison.came), len(comparison.gone)
    outcome = "KHÔNG RÕ CÓ THAY ĐỔI KHÔNG" if unreadable else "KHÔNG CÓ THAY ĐỔI"
    if figures or notes or came or gone:
        outcome = "CÓ THAY ĐỔI"
    return (
        f"{outcome}. {len(comparison.units)} cơ quan ở cả hai bên: {figures} số liệu đổi, {notes} "
        f"ghi chú đổi, {unreadable} ô không đọc được. {came} cơ quan mới có, {gone} không còn."
    )


def _offices(units: Sequence[ReportingUnit]) -> str:
    return ", ".join(unit.in_words for unit in units)


def _print_changes(console: Console, title: str, changes: Sequence[Change], most: int) -> None:
    if not changes:
        return
    console.print(Text(title, style="bold"))
    table = Table(expand=True)
    table.add_column("Mã", no_wrap=True)
    table.add_column("Chỉ tiêu", ratio=1)
    names_units = len({change.unit for change in changes}) > 1
    if names_units:
        table.add_column("Cơ quan", no_wrap=True)
    for heading in ("Cũ", "Mới", "Chênh lệch"):
        table.add_column(heading, justify="right", max_width=16)
    for change in changes[:most]:
        unit = [Text(change.unit.code if change.unit else "")] if names_units else []
        figures = [Text(change.old.shown), Text(change.new.shown), Text(_difference(change))]
        table.add_row(Text(change.indicator.code), _what_changed(change), *unit, *figures)
    console.print(table)
    if len(changes) > most:
        console.print(Text(f"… và {len(changes) - most} thay đổi nữa (-o ghi tất cả ra Excel)."))


def _what_changed(change: Change) -> Text:
    said = Text(_shortened(change.indicator.label, _LONGEST_LABEL))
    old, new = change.old.note, change.new.note
    if old != new:
        said.append(f"\nGhi chú: {_quoted(old)} → {_quoted(new)}", style="dim")
    return said


def _quoted(note: str) -> str:
    return f"«{_shortened(clean(note), _LONGEST_NOTE)}»" if note else NO_FIGURE


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _difference(change: Change) -> str:
    if change.difference is None or change.kind is ChangeKind.NOTE:
        return ""
    sign = "+" if change.difference > 0 else ""
    relative = change.relative
    percent = "" if relative is None else f" ({sign}{format_number(round(relative, 1))}%)"
    return f"{sign}{format_number(change.difference)}{percent}"


def progress_on_terminal(what: str) -> FileProgress:
    """A progress bar on standard error for long work; on a terminal only."""

    def progress(files: Sequence[Listed]) -> Iterator[Listed]:
        console = Console(stderr=True)
        if not console.is_terminal:
            yield from files
            return
        columns = (TextColumn(what), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, console=console, transient=True) as bar:
            yield from bar.track(files)

    return progress
