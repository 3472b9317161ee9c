# SPDX-License-Identifier: GPL-3.0-or-later
# %% [markdown]
# # A phase diagram
# Random labels on the sphere: the training error of the quadratic hinge over alpha and the batch, on both sides of the
# capacity, which is 1.71 for this margin.

# %%
import matplotlib

matplotlib.use("Agg")  # a figure in a file; drop the line in a notebook
import numpy
import sgdmft
from matplotlib import pyplot

alphas, batches = [0.5, 1, 2, 4], [0.1, 0.3, 1]
base = sgdmft.Run(data="random", loss="hinge2", kappa=0.1, constraint="sphere", rate=0.2, steps=60, paths=400)
results = [[base.replace(alpha=alpha, batch=batch).solve() for alpha in alphas] for batch in batches]
error = numpy.array([[float(result.train_error[-1]) for result in row] for row in results])
se = numpy.array([[result.train_error_se[-1] for result in row] for row in results])

# %%
picture = pyplot.pcolormesh(alphas, batches, error, shading="nearest")
pyplot.colorbar(picture, label="training error")
pyplot.xlabel("alpha")
pyplot.ylabel("batch")
pyplot.savefig("phase_diagram.svg")

# %%
for batch, row, spread in zip(batches, error, se):
    print(batch, " ".join(f"{value:.3f}({1000 * delta:.0f})" for value, delta in zip(row, spread)))
