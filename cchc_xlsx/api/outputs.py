"""What a command writes, and what it must not write over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from cchc_xlsx.adjustments import corrections_in
from cchc_xlsx.api.desk import Desk, bytes_of, merged_at
from cchc_xlsx.errors import OutputError
from cchc_xlsx.intake import Incoming
from cchc_xlsx.isolation import Isolation
from cchc_xlsx.output import refuse_existing, replacing


def refuse_outputs(outputs: Sequence[Path], inputs: Iterable[Path], *, force: bool) -> None:
    """Raises `OutputError` when an output exists or would take the place of another file in use.

    That is another output, or an input: a report, an earlier one, the roster, a table.
    """
    used = {path.resolve() for path in inputs}
    for at, path in enumerate(outputs):
        if path.resolve() in used:
            raise OutputError(f"«{path}» là một tệp đầu vào. Chọn tên hoặc thư mục khác.")
        if path.resolve() in {each.resolve() for each in outputs[:at]}:
            raise OutputError(f"«{path}» là tên của hai tệp kết quả. Chọn tên khác sau -o.")
        refuse_existing(path, force=force)


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file beside its name, then rename it."""
    with replacing(path) as unfinished:
        unfinished.write_bytes(content)


# --- an output of an earlier merge -------------------------------------------------------------


def refuse_to_lose_corrections(output: Path, adjust: Path | None, isolation: Isolation) -> None:
    """Raises `OutputError` when the output may hold corrections that would go with it.

    They are safe where they are read from it in this merge.
    """
    if not output.exists() or (adjust and adjust.resolve() == output.resolve()):
        return
    count = corrections_in(output, isolation)
    if count is None:
        raise OutputError(
            f"Không đọc được «{output}» nên không rõ ở đó có dòng điều chỉnh nào không. Xóa hoặc "
            "đổi tên tệp này, hoặc ghi ra tệp khác."
        )
    if count:
        raise OutputError(
            f"«{output}» có {count} dòng đã ghi ở trang Điều chỉnh. Thêm --adjust với tên tệp này "
            "để giữ lại, hoặc ghi ra tệp khác."
        )


def without_output(desk: Desk, output: Path) -> Desk:
    """The desk without the output of an earlier merge: it may be replaced.

    It may lie among the files, or be given for its table of corrections.
    """
    if not output.exists() or merged_at(output, desk.reader, with_figures=False) is None:
        return desk
    files = [file for file in desk.intake.files if not _is_at(file, output)]
    own = [name for name in desk.intake.own if Path(name).resolve() != output.resolve()]
    given = [path for path in desk.given if path.resolve() != output.resolve()]
    intake = replace(desk.intake, files=files, own=own)
    return replace(desk, intake=intake, given=tuple(given))


def without_rolled_up(desk: Desk, path: Path, unit: str) -> Desk:
    """The desk without the roll-up that an earlier merge has written there for a unit."""

    def is_rolled_up(file: Incoming) -> bool:
        submission = desk.reader.read(bytes_of(file), file.name).submission
        return bool(submission.leaves) and submission.unit_code.casefold() == unit.casefold()

    intake = desk.intake
    files = [file for file in intake.files if not (_is_at(file, path) and is_rolled_up(file))]
    return replace(desk, intake=replace(intake, files=files))


def _is_at(file: Incoming, path: Path) -> bool:
    return file.path is not None and file.path.resolve() == path.resolve()
