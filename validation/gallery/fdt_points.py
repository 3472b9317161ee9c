# SPDX-License-Identifier: GPL-3.0-or-later
"""Points of a simulated fluctuation-dissipation curve: chi, its error, C - C(inf), its error; one line a lag.

    /usr/bin/python3 fdt_points.py BUILD M --NAME VALUE ...     M: steps in which the run forgets its start
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "acceptance"))
from harness import Program  # noqa: E402
from temperature_measure import samples  # noqa: E402


def main():
    texts = {name[2:].replace("-", "_"): value for name, value in zip(sys.argv[3::2], sys.argv[4::2])}
    lag, curve, response, _, m = samples(Program(sys.argv[1]), "simulate", int(sys.argv[2]), **texts)
    rest = curve[:, lag >= 1.3 * m].mean(axis=1)[:, None] - curve
    for i in range(len(lag)):
        if response[:, i].mean() < 0.995 * response[:, -1].mean() and (i == 0 or lag[i] % max(int(m / 15), 1) == 0):
            print(
                *(
                    f"{x:.6g}"
                    for rows in (response, rest)
                    for x in (rows[:, i].mean(), rows[:, i].std(ddof=1) / len(rows) ** 0.5)
                )
            )


if __name__ == "__main__":
    main()
