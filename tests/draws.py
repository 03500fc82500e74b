"""What tests draw: the seeds, which a run prints first, and the counts, which it prints last.

The edges of the rules are drawn by a seeded generator of our own (`tests/edges.py`): hypothesis
thinks of one example at a time, and an office is started once for thousands of cases. hypothesis
draws the random expressions, and the examples of all properties.
"""

from __future__ import annotations

EDGES, EXPRESSIONS = 20221, 20222

COUNTED = "counted"
"""The name under which a test records a line for the end of the run (`record_property`)."""
