"""`compare`: what changed between two workbooks."""

from __future__ import annotations

from pathlib import Path

from cchc_xlsx import DEFAULT_FORM
from cchc_xlsx.api.desk import merged_at, reading, told
from cchc_xlsx.api.outputs import refuse_outputs
from cchc_xlsx.batch import BatchReader, OnePeriod, read_batch
from cchc_xlsx.compare import Comparison, Side
from cchc_xlsx.compare import compare as compare_sides
from cchc_xlsx.consolidate import consolidate
from cchc_xlsx.form_file import load_form
from cchc_xlsx.intake import Progress, list_files
from cchc_xlsx.output import refuse_other_suffix, replacing


def compare(
    old: Path,
    new: Path,
    output: Path | None = None,
    *,
    form: str | Path = DEFAULT_FORM,
    force: bool = False,
    progress: Progress = iter,
    cache: bool = False,
) -> Comparison:
    """What changed between two sides; with an `output`, write it as a workbook.

    Each side is a consolidated workbook, a filled one, or whatever else `check` reads. Raises
    `CchcError` when there is nothing to read, when a side has no one period, when the sides are of
    different units altogether, or when the output cannot be written. `cache` as for `check`.
    """
    if output:
        refuse_other_suffix(output)
        refuse_outputs([output], [], force=force)
    definition = load_form(form)
    with reading(definition, cache=cache) as reader:
        before, after = (_side(path, reader, output, progress) for path in (old, new))
    comparison = compare_sides(definition, before, after)
    if output:
        from cchc_xlsx.summary.comparison import write_comparison

        with replacing(output) as beside:
            write_comparison(comparison, beside)
    return comparison


def _side(path: Path, reader: BatchReader, output: Path | None, progress: Progress) -> Side:
    """What stands at a path: a consolidated workbook, or files that are consolidated now."""
    if merged := merged_at(path, reader.one):
        if output:
            refuse_outputs([output], [path], force=True)
        return Side.of_merged(told(path), reader.form, merged)
    inbox = list_files([path])
    if output:
        refuse_outputs([output], inbox.read_among([output], reader.isolation), force=True)
    batch = read_batch(inbox, reader, scope=OnePeriod(), progress=progress)
    return Side(told(path), consolidate(batch, batch.period))
