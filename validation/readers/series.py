#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The time series of a result, with h5py alone: series.py RESULT.h5"""
import sys
import h5py

with h5py.File(sys.argv[1]) as result:
    p, series = result["parameters"].attrs, result["series"]
    print(
        f"{result.attrs['source']}, {result.attrs['status']}: loss {p['loss']}, alpha {p['alpha']}, rate {p['rate']}"
    )
    for step, loss, error in zip(series["step"][:], series["train_loss"][:], series["train_loss_se"][:]):
        print(f"{step:6d} {loss:.6f} +- {error:.6f}")
