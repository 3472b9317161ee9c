#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The series of a result as a pandas table, one row a measured step, and its two-time correlation: table.py
RESULT.h5"""
import sys
import h5py
import pandas

with h5py.File(sys.argv[1]) as result:
    table = pandas.DataFrame({name: data[:] for name, data in result["series"].items()}).set_index("step")
    times = result["two_time"]
    correlation = pandas.DataFrame(times["correlation"][:], index=times["waiting"][:], columns=times["lag"][:])
print(table[["time", "overlap", "overlap_se", "norm", "norm_se"]].to_string(), correlation.to_string(), sep="\n\n")
