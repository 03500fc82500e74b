"""`merge`: filled workbooks consolidated into one, and into one that goes upwards."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path

from cchc_xlsx import DEFAULT_FORM
from cchc_xlsx.adjustments import load_adjustments
from cchc_xlsx.api.desk import opened
from cchc_xlsx.api.outputs import (
    refuse_outputs,
    refuse_to_lose_corrections,
    without_output,
    without_rolled_up,
)
from cchc_xlsx.batch import OnePeriod, WholeYear
from cchc_xlsx.consolidate import Consolidation, consolidate
from cchc_xlsx.errors import InputError
from cchc_xlsx.intake import Progress
from cchc_xlsx.journal import Journal, Option
from cchc_xlsx.merged_layout import MOST_UNITS_ACROSS
from cchc_xlsx.output import refuse_other_suffix, replacing
from cchc_xlsx.roster import LONGEST_NAME, ReportingUnit, check_unit_code
from cchc_xlsx.total_checks import check_totals
from cchc_xlsx.upward import shortened_notes, upward
from cchc_xlsx.year import year_of


def merge(
    paths: Sequence[str | Path],
    output: str | Path | None = None,
    *,
    form: str | Path = DEFAULT_FORM,
    roster: str | Path | None = None,
    period: str | None = None,
    year: int | None = None,
    previous: str | Path | None = None,
    as_unit: str = "",
    as_name: str = "",
    keep: Sequence[str] = (),
    adjust: str | Path | None = None,
    force: bool = False,
    reproducible: bool = False,
    progress: Progress = iter,
    executor: Executor | None = None,
    cache: bool = False,
) -> Consolidation:
    """Read, check and consolidate workbooks; with an `output`, write the consolidated workbook.

    With a `year`, the periods of that year are put together instead of one period being chosen.
    With the reports of an earlier period in `previous`, the last totals stand beside the new ones
    and what changed too much is named. With `as_unit` the totals are also written as the filled
    workbook of that unit, beside `output` (see `rolled_up_path`); `as_name` is its name where the
    roster has none. `adjust` is a file with a table of corrections, perhaps the output itself. With
    `reproducible` the workbook tells no time, so the same inputs give the same bytes. `executor`
    and `cache` as for `check`; neither changes a byte.

    What cannot be used is named in the findings and left out. Raises `CchcError` when there is
    nothing to read, when no period stands out, when `previous` is not of an earlier one, or when
    the corrections cannot be read or an output cannot be written.
    """
    _refuse_year(period, year)
    output, adjust = (Path(path) if path else None for path in (output, adjust))
    if output:
        refuse_other_suffix(output)
        refuse_outputs([output], [], force=force)
    with opened(paths, form, roster, previous, executor=executor, cache=cache) as desk:
        desk = desk.giving(adjust)
        if output:
            refuse_to_lose_corrections(output, adjust, desk.isolation)
            desk = without_output(desk, output)
            refuse_outputs([output], desk.inputs_among([output]), force=force)
        when = desk.form.period(period) if period else None
        upper = _upper_unit(as_unit, as_name, desk.roster)
        batch = desk.read(
            WholeYear(year) if year else OnePeriod(when),
            keep=keep,
            own_unit=as_unit,
            adjustments=load_adjustments(adjust, desk.form, desk.isolation) if adjust else None,
            progress=progress,
        )
        when = year_of(desk.form, year) if year else when
        merged = consolidate(batch, when or batch.period)
        if output and (data := data_path(output, merged)):
            refuse_outputs([data], desk.inputs_among([data]), force=force)
        if output and upper:
            above = rolled_up_path(output, merged, upper.code)
            outputs, others = [output, above], without_rolled_up(desk, above, upper.code)
            refuse_outputs(outputs, others.inputs_among(outputs), force=force)
            merged = merged.with_findings(shortened_notes(merged))
    merged = merged.with_findings(check_totals(merged))
    if output:
        journal = _journal(
            paths=paths,
            form=form,
            roster=roster,
            period=period,
            year=year,
            previous=previous,
            upper=f"{as_unit} {as_name}".strip(),
            keep=keep,
            adjust=adjust,
            reproducible=reproducible,
        )
        _write(merged, output, journal, upper)
    return merged


_FIRST_YEAR, _LAST_YEAR = 1900, 9000
"""Calendars go a little further; nobody reports for such years."""


def _refuse_year(period: str | None, year: int | None) -> None:
    if year is None:
        return
    if period:
        raise InputError("Chỉ dùng một trong hai: --period, hoặc --year.")
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise InputError(f"Năm «{year}» không đúng. Ví dụ năm đúng: 2022.")


_OPTIONS = {
    "paths": Option("PATH", "Tệp, thư mục đã đọc"),
    "form": Option("--form", "Biểu mẫu"),
    "roster": Option("--units", "Danh sách cơ quan", is_path=True),
    "period": Option("--period", "Kỳ cần tổng hợp"),
    "year": Option("--year", "Năm được gộp từ các kỳ"),
    "previous": Option("--previous", "Báo cáo kỳ trước", is_path=True),
    "upper": Option("--as", "Tệp gửi cấp trên, mã cơ quan"),
    "keep": Option("--keep", "Tệp được dùng khi một cơ quan gửi nhiều tệp"),
    "adjust": Option("--adjust", "Bảng điều chỉnh", is_path=True),
    "reproducible": Option("--reproducible", "Không ghi thời điểm"),
}


def _journal(*, reproducible: bool, **given: object) -> Journal:
    """How the workbook is made: now, with these options."""
    given["reproducible"] = reproducible
    return Journal(
        None if reproducible else datetime.now().astimezone(),
        tuple(option.used(given[name]) for name, option in _OPTIONS.items()),
    )


def _write(
    merged: Consolidation,
    output: Path,
    journal: Journal,
    upper: ReportingUnit | None,
) -> None:
    """The consolidated workbook, and the one that goes upwards to a unit if one is given."""
    from cchc_xlsx.summary import write_data_file, write_summary

    if upper:
        _write_rolled_up(merged, upper, rolled_up_path(output, merged, upper.code))
    data = data_path(output, merged)
    with replacing(output) as book, replacing(data) if data else nullcontext() as lines:
        beside = write_data_file(merged, lines, data.name) if data and lines else None
        write_summary(merged, book, journal, beside)


def data_path(output: Path, merged: Consolidation) -> Path | None:
    """Where `merge` writes the lines of `Dữ liệu`, beside `output`; None when that holds them."""
    if len(merged.units) <= MOST_UNITS_ACROSS:
        return None
    return output.with_name(f"{output.stem}_du-lieu.csv")


def rolled_up_path(output: Path, merged: Consolidation, as_unit: str) -> Path:
    """Where `merge` writes the totals as the workbook of a unit: beside the other output.

    Raises `InputError` when there are no figures to send upwards.
    """
    if merged.period is None or not merged.submissions:
        raise InputError("Chưa có số liệu nào để tạo tệp gửi cấp trên (--as).")
    return output.with_name(f"{as_unit}_{merged.period.id}.xlsx")


def _upper_unit(code: str, name: str, roster: tuple[ReportingUnit, ...]) -> ReportingUnit | None:
    """The unit that the totals are sent upwards as, under the roster's name unless one is given."""
    if not code:
        if name:
            raise InputError("--as-name cần đi cùng --as và mã cơ quan.")
        return None
    if len(name) > LONGEST_NAME:
        raise InputError(f"--as-name dài quá {LONGEST_NAME} ký tự.")
    listed = {unit.code: unit.name for unit in roster}
    if not name and code not in listed:
        raise InputError(f"Chưa biết tên cơ quan {code}: thêm vào danh sách, hoặc dùng --as-name.")
    return ReportingUnit(check_unit_code(code), name or listed[code])


def _write_rolled_up(merged: Consolidation, unit: ReportingUnit, path: Path) -> None:
    from cchc_xlsx.template import write_template

    assert merged.period, "rolled_up_path has refused a merge of nothing"
    with replacing(path) as beside:
        write_template(upward(merged, merged.period, unit), beside)
