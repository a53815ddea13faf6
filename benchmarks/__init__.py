"""Programs that measure: each prints the table that docs/results.md shows."""
