"""The checks, one module for each thing that is checked. Each takes a trial and raises `Failed` or `Skipped`."""
