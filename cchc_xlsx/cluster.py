"""A cluster of Dask that reads files; what it takes comes with the extra ``dask``."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cchc_xlsx.edition import edition
from cchc_xlsx.errors import InputError

if TYPE_CHECKING:
    from distributed import Client

_SECONDS = 10
"""So long a cluster may take to answer."""


@contextmanager
def cluster_at(address: str | None) -> Iterator[Executor | None]:
    """The executor of the cluster whose scheduler is at an address; None without one.

    Raises `InputError` where Dask is not installed, no cluster answers, or its machines have not
    the very same program.
    """
    if address is None:
        yield None
        return
    with _connected(address) as client:
        _refuse_others(client, address)
        # No two pieces of work are the same, so that none needs a name made of its bytes.
        yield client.get_executor(pure=False)


def _connected(address: str) -> Client:
    try:
        import dask

        # What goes wrong is told by us, once.
        dask.config.set({"logging": {"distributed": "critical", "distributed.client": "critical"}})
        from distributed import Client
    except ImportError as error:
        raise InputError(
            "--dask cần cài thêm Dask: python -m pip install 'cchc-xlsx[dask]'."
        ) from error
    try:
        return Client(address, timeout=_SECONDS, set_as_default=False)
    except Exception as error:  # whatever it is that answers there
        raise InputError(f"--dask: không kết nối được với cụm Dask ở «{address}».") from error


def _refuse_others(client: Client, address: str) -> None:
    """Raises `InputError` unless there are machines, all with this program."""
    try:
        client.wait_for_workers(1, timeout=_SECONDS)
        editions = {*client.run(edition).values()}
    except TimeoutError as error:
        raise InputError(f"--dask: cụm Dask ở «{address}» không có máy nào.") from error
    except Exception:  # what cannot be asked has another program, or none
        editions = set()
    if editions != {edition()}:
        raise InputError(
            f"--dask: các máy của cụm Dask ở «{address}» phải cài đúng phiên bản phần mềm và "
            "Python như máy này."
        )
