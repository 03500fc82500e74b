"""One library call behind each command."""

from cchc_xlsx.api.checking import check
from cchc_xlsx.api.comparing import compare
from cchc_xlsx.api.desk import Outcome
from cchc_xlsx.api.exporting import export
from cchc_xlsx.api.merging import data_path, merge, rolled_up_path
from cchc_xlsx.api.returning import return_workbooks
from cchc_xlsx.api.templates import Issued, template

__all__ = [
    "Issued",
    "Outcome",
    "check",
    "compare",
    "data_path",
    "export",
    "merge",
    "return_workbooks",
    "rolled_up_path",
    "template",
]
