"""One library call behind each command, loaded when it is asked for: none pays for another."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cchc_xlsx.api.checking import check
    from cchc_xlsx.api.comparing import compare
    from cchc_xlsx.api.desk import Outcome
    from cchc_xlsx.api.exporting import export
    from cchc_xlsx.api.merging import data_path, merge, rolled_up_path
    from cchc_xlsx.api.returning import return_workbooks
    from cchc_xlsx.api.templates import Issued, template
    from cchc_xlsx.cluster import cluster_at

__all__ = [
    "Issued",
    "Outcome",
    "check",
    "cluster_at",
    "compare",
    "data_path",
    "export",
    "merge",
    "return_workbooks",
    "rolled_up_path",
    "template",
]

_MODULES = {
    "Issued": "cchc_xlsx.api.templates",
    "Outcome": "cchc_xlsx.api.desk",
    "check": "cchc_xlsx.api.checking",
    "cluster_at": "cchc_xlsx.cluster",
    "compare": "cchc_xlsx.api.comparing",
    "data_path": "cchc_xlsx.api.merging",
    "export": "cchc_xlsx.api.exporting",
    "merge": "cchc_xlsx.api.merging",
    "return_workbooks": "cchc_xlsx.api.returning",
    "rolled_up_path": "cchc_xlsx.api.merging",
    "template": "cchc_xlsx.api.templates",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)
