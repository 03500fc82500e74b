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
