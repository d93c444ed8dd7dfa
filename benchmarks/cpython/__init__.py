"""The CPython side of the benchmark's rows."""
