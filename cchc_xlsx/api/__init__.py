"""One library call behind each command."""

from cchc_xlsx.api.checking import check
from cchc_xlsx.api.comparing import compare
from cchc_xlsx.api.desk import Outcome
from cchc_xlsx.api.exporting import export
from cchc_xlsx.api.merging import merge, rolled_up_path
from cchc_xlsx.api.returning import return_workbooks
from cchc_xlsx.api.templates import Issued, template
from cchc_xlsx.cluster import cluster_at

__all__ = [
    "Issued",
    "Outcome",
    "check",
    "cluster_at",
    "compare",
    "export",
    "merge",
    "return_workbooks",
    "rolled_up_path",
    "template",
]
