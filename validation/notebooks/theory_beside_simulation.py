# SPDX-License-Identifier: GPL-3.0-or-later
# %% [markdown]
# # Theory beside simulation
# Logistic regression by stochastic gradient descent: the dynamical mean-field theory, a direct simulation of the same
# run, and their correlation functions.

# %%
import matplotlib

matplotlib.use("Agg")  # a figure in a file; drop the line in a notebook
import sgdmft

run = sgdmft.Run(data="teacher", loss="logistic", rate=0.2, batch=0.3, steps=40, dim=400, runs=4, waiting=[10, 20])
comparison = run.validate()
print(comparison.verdict, comparison.reason)

# %%
panels = comparison.plot()
panels.ravel()[0].figure.savefig("theory_beside_simulation.svg")

# %%
theory, simulation = comparison.theory.correlation, comparison.simulation.correlation
for lag in (0, 5, 10):
    a, b = theory.sel(waiting=20, lag=lag), simulation.sel(waiting=20, lag=lag)
    print(
        f"C(20 + {lag}, 20): theory {float(a):.4f} +- {float(a.se):.4f}, simulation {float(b):.4f} +- {float(b.se):.4f}"
    )
