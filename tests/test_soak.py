"""The soak: thousands of mutated files, none of which may do harm."""

from __future__ import annotations

import pytest

from tests.soaking import soak

SEED, FILES, SHARDS = 20223, 2000, 16


@pytest.mark.soak
@pytest.mark.parametrize("shard", range(SHARDS))
def test_no_mutated_file_does_harm(shard: int) -> None:
    """Every shard takes each file whose number leaves its own; so all take equally long."""
    found = soak(SEED, range(shard, FILES, SHARDS))
    print(f"seed {SEED}\n{found.table()}")
    assert found.files == FILES // SHARDS
    assert not found.failed, found.table()
