"""What a command writes, and what it must not write over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from cchc_xlsx.adjustments import corrections_in
from cchc_xlsx.api.desk import Desk, bytes_of
from cchc_xlsx.errors import OutputError
from cchc_xlsx.intake import Intake
from cchc_xlsx.isolation import Isolation
from cchc_xlsx.output import refuse_existing, replacing
from cchc_xlsx.reading_rules import OWN_OUTPUT


def refuse_outputs(outputs: Iterable[Path], intake: Intake, *, force: bool) -> None:
    """Raises `OutputError` when an output exists, or would take the place of an input."""
    for path in outputs:
        refuse_input(path, paths_of(intake))
        refuse_existing(path, force=force)


def refuse_input(output: Path, inputs: Iterable[Path]) -> None:
    """Raises `OutputError` when an output would take the place of an input."""
    if output.resolve() in {path.resolve() for path in inputs}:
        raise OutputError(f"«{output}» là một tệp đầu vào. Chọn tên hoặc thư mục khác.")


def paths_of(intake: Intake) -> list[Path]:
    """The files that lie in a folder themselves, not in an archive or a mail."""
    return [file.path for file in intake.files if file.path]


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file beside its name, then rename it."""
    with replacing(path) as unfinished:
        unfinished.write_bytes(content)


# --- an output of an earlier merge -------------------------------------------------------------


def refuse_to_lose_corrections(output: Path, isolation: Isolation) -> None:
    """Raises `OutputError` when the output holds corrections that would go with it."""
    if output.exists() and (count := corrections_in(output, isolation)):
        raise OutputError(
            f"«{output}» có {count} dòng đã ghi ở trang Điều chỉnh. Thêm --adjust với tên tệp này "
            "để giữ lại, hoặc ghi ra tệp khác."
        )


def without_output(desk: Desk, output: Path | None) -> Desk:
    """The desk without the output of an earlier merge that lies among its files.

    Raises `OutputError` when the output would take the place of a workbook that somebody sent.
    """
    if output is None:
        return desk
    intake = desk.intake
    taken = [file for file in intake.files if file.path and file.path.resolve() == output.resolve()]
    for file in taken:
        findings = desk.reader.read(bytes_of(file), file.name).findings
        if [finding.rule for finding in findings] != [OWN_OUTPUT.id]:
            raise OutputError(f"«{output}» là một tệp đầu vào. Chọn tên khác cho tệp tổng hợp.")
    files = [file for file in intake.files if file not in taken]
    own = [name for name in intake.own if Path(name).resolve() != output.resolve()]
    return replace(desk, intake=replace(intake, files=files, own=own))
