"""The CPython side of the benchmark's rows, in the interpreter that runs this.

Prints a JSON object for --workload and --placement, {"ns_per_op", "min", "max"}, and
another one of the row's 99th percentile where it samples latencies; nothing where
CPython has no such row. Fewer operations than in C++, the same shapes: the modules in
cpython/ name the sources that say what one is. --uvloop: on uvloop's event loop, which
only family 4 has.
"""

# A child that spawn or forkserver makes imports this file, as every program's, and
# should find no more in it than in a program of its own.
if __name__ == "__main__":
    from cpython.driver import main

    main(__doc__)
