"""What the outreach map is measured by, and against what: run with ``python -m benchmarks``."""
