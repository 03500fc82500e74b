"""`template`: the locked workbooks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cchc_xlsx import DEFAULT_FORM
from cchc_xlsx.api.desk import earlier_reports, reading
from cchc_xlsx.api.outputs import refuse_outputs
from cchc_xlsx.batch import not_compared
from cchc_xlsx.errors import InputError, OutputError
from cchc_xlsx.finding import Finding
from cchc_xlsx.form import Form, Period
from cchc_xlsx.form_file import load_form
from cchc_xlsx.output import refuse_other_suffix, replacing
from cchc_xlsx.previous import Previous
from cchc_xlsx.roster import ReportingUnit, check_unit_code, load_roster
from cchc_xlsx.vietnamese import clean

if TYPE_CHECKING:
    from cchc_xlsx.template import Content


@dataclass(frozen=True)
class Issued:
    """The workbooks that were written, and what has to be said of the reports before them."""

    written: tuple[Path, ...]
    findings: tuple[Finding, ...] = ()


def template(
    output: Path,
    period: str,
    *,
    form: str | Path = DEFAULT_FORM,
    roster: Path | None = None,
    unit_code: str = "",
    unit_name: str = "",
    previous: Path | None = None,
    password: str = "",
    force: bool = False,
) -> Issued:
    """Write the locked workbook: one file, or with a roster one for each unit in a folder.

    With a code and a name, or a roster, the office and the period are filled in and locked. With
    the reports of an earlier period in `previous`, each unit sees its own last figures.

    Raises `CchcError` when the form, the period, the roster or the
    earlier reports cannot be used or an output exists; then nothing is written.
    """
    definition = load_form(form)
    when = definition.period(period)
    if unit_code and roster:
        raise InputError("Chỉ dùng một trong hai: danh sách cơ quan, hoặc mã và tên một cơ quan.")
    if previous and not unit_code and not roster:
        raise InputError("--previous cần biết cơ quan: dùng --units, hoặc --unit-code và tên.")
    targets: dict[Path, ReportingUnit | None] = {}
    units = load_roster(roster) if roster else ()
    if roster:
        targets.update({output / f"{each.code}_{when.id}.xlsx": each for each in units})
        if output.exists() and not output.is_dir():
            raise OutputError(f"«{output}» là một tệp; với danh sách cơ quan cần tên thư mục.")
    else:
        refuse_other_suffix(output)
        targets[output] = _unit(unit_code, unit_name)
    with reading(definition) as reader:
        found = earlier_reports(previous, reader, units)
        used, earlier = found.read_among(targets, reader.isolation), found.reports
    refuse_outputs(list(targets), [*used, *([roster] if roster else [])], force=force)
    earlier.refuse_unless_before([when])
    _write(targets, definition, when, earlier, password)
    alone = [each.code for each in targets.values() if each and not earlier.last(each.code, when)]
    return Issued(tuple(targets), (*earlier.findings, *not_compared(earlier, alone)))


def _write(
    targets: Mapping[Path, ReportingUnit | None],
    form: Form,
    period: Period,
    earlier: Previous,
    password: str,
) -> None:
    """Write all workbooks; those that show a report of the unit's own have to be written anew."""
    from cchc_xlsx.template import Content, write_template
    from cchc_xlsx.template.stamp import Stamp

    stamp = Stamp(Content(form, period), password)
    for path, unit in targets.items():
        with replacing(path) as beside:
            if unit and not earlier.last(unit.code, period):
                stamp.write(unit, beside)
            else:
                write_template(_content(form, period, unit, earlier), beside, password)


def _content(form: Form, period: Period, unit: ReportingUnit | None, earlier: Previous) -> Content:
    """What the workbook of a unit begins with; its own last figures, where they are known."""
    from cchc_xlsx.template import Content

    if unit is None:
        return Content(form, period)
    return Content(
        form,
        period,
        unit,
        previous=earlier.last(unit.code, period),
        opening=earlier.opening(unit.code, period),
    )


def _unit(code: str, name: str) -> ReportingUnit | None:
    """The one unit that a workbook is for; None leaves it to whoever fills it in."""
    name = clean(name)
    if bool(code) != bool(name):
        raise InputError("Mã cơ quan và tên cơ quan phải đi cùng nhau.")
    return ReportingUnit(check_unit_code(code), name) if code else None
