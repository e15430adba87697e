"""What the benchmarks share. The programs that are run are one folder up."""
