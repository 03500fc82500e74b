"""The units of a batch under the codes and names of the roster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from cchc_xlsx.finding import Finding
from cchc_xlsx.reading_rules import OTHER_NAME, UNIT_OR_PERIOD
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.submission import Reading
from cchc_xlsx.vietnamese import fold


def under_roster_codes(
    readings: Sequence[Reading], roster: tuple[ReportingUnit, ...]
) -> list[Reading]:
    """Every unit under one spelling of its code; one that the roster does not know is named.

    It is the roster's spelling, else that of the first file: ``h99.03`` and ``H99.03`` are one.
    """
    known = {unit.code.casefold(): unit for unit in roster}
    sent = [each.submission.unit_code for each in readings]
    listed = [unit.code for unit in roster]
    spelt = {code.casefold(): code for code in reversed([*listed, *sent])}

    def under_one_code(reading: Reading) -> Reading:
        unit = reading.submission.unit
        if unit is None:
            return reading
        under_code = reading.of_unit(replace(unit, code=spelt[unit.code.casefold()]))
        if own := known.get(unit.code.casefold()):
            return under_code.with_findings(_other_name(unit, own)).about_its_file()
        return under_code.with_findings([_unknown(under_code)] if known else [])

    return [under_one_code(reading) for reading in readings]


def _unknown(reading: Reading) -> Finding:
    code = reading.submission.unit_code
    return UNIT_OR_PERIOD.finding(
        f"Mã cơ quan «{code}» không có trong danh sách; số liệu vẫn được tổng hợp.",
        "Kiểm tra lại mã trong tệp, hoặc thêm cơ quan vào danh sách.",
        file=reading.submission.file,
        unit=code,
    )


def _other_name(unit: ReportingUnit, listed: ReportingUnit) -> Iterator[Finding]:
    """A word on a name that is not the roster's: the workbook may be a colleague's."""
    if fold(unit.name) not in (fold(listed.name), fold(unit.code)):
        yield OTHER_NAME.finding(
            f"Tên cơ quan trong tệp là «{unit.name}», còn mã {listed.code} trong danh sách là "
            f"«{listed.name}».",
            "Hỏi lại xem tệp này của cơ quan nào.",
        )
