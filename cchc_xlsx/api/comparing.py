"""`compare`: what changed between two workbooks."""

from __future__ import annotations

from pathlib import Path

from cchc_xlsx import DEFAULT_FORM
from cchc_xlsx.api.desk import files_of, merged_at, told
from cchc_xlsx.api.outputs import refuse_outputs
from cchc_xlsx.batch import OnePeriod, Progress, read_batch
from cchc_xlsx.compare import Comparison, Side
from cchc_xlsx.compare import compare as compare_sides
from cchc_xlsx.consolidate import consolidate
from cchc_xlsx.form import Form
from cchc_xlsx.form_file import load_form
from cchc_xlsx.intake import collect
from cchc_xlsx.isolation import Isolation
from cchc_xlsx.output import refuse_other_suffix, replacing
from cchc_xlsx.reader.safe import SafeReader


def compare(
    old: Path,
    new: Path,
    output: Path | None = None,
    *,
    form: str | Path = DEFAULT_FORM,
    force: bool = False,
    progress: Progress = iter,
) -> Comparison:
    """What changed between two sides; with an `output`, write it as a workbook.

    Each side is a consolidated workbook, a filled one, or whatever else `check` reads. Raises
    `CchcError` when there is nothing to read, when a side has no one period, when the sides are of
    different units altogether, or when the output cannot be written.
    """
    if output:
        refuse_other_suffix(output)
        refuse_outputs([output], [], force=force)
    definition = load_form(form)
    with Isolation() as isolation:
        before, after = (
            _side(path, definition, isolation, output, progress) for path in (old, new)
        )
    comparison = compare_sides(definition, before, after)
    if output:
        from cchc_xlsx.summary.comparison import write_comparison

        with replacing(output) as beside:
            write_comparison(comparison, beside)
    return comparison


def _side(
    path: Path, form: Form, isolation: Isolation, output: Path | None, progress: Progress
) -> Side:
    """What stands at a path: a consolidated workbook, or files that are consolidated now."""
    reader = SafeReader(form, isolation)
    if merged := merged_at(path, reader):
        if output:
            refuse_outputs([output], [path], force=True)
        return Side.of_merged(told(path), form, merged)
    intake = collect([path], isolation)
    if output:
        refuse_outputs([output], files_of(intake), force=True)
    batch = read_batch(intake, reader, form, scope=OnePeriod(), progress=progress)
    return Side(told(path), consolidate(batch, batch.period))
