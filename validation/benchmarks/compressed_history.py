#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conditional engine with a compressed history: a prototype that did not become an engine (measurements 4.1).

A group of S paths carries rows over the paths in place of all past fields and forces. Weights are m along the signal
and l in an orthonormal basis W of their history; means over the paths stand for averages, N = S/alpha.
  Z     field of each direction of W, without the reaction of the path: standard Gaussian rows
  X     field of each direction of W, with the reaction: the path has r = (c + sqrt(Delta) u) m + x, x = l.X
  q     orthonormal basis of the history of the forces g
  zeta  innovation of each row q: field of the direction of weights in which Z^T q is fresh
  G     scalar products of the directions W and of the fresh directions
  HW, HG  history of l and of the coordinates of g in q, on blocks of steps (THEORY 6.1)
Each group is solved as a whole and as its two halves with the same random numbers: limit = 2 whole - halves.

/usr/bin/python3 validation/benchmarks/compressed_history.py door --paths 8192 --groups 4
"""
import argparse
import functools
import json
import time
from statistics import NormalDist

import numpy

RUNS = {
    "linear": dict(data="teacher", teacher="linear", link="linear", loss="square", alpha=3.0, ridge=0.1, rule="gd"),
    "logistic": dict(data="teacher", teacher="sign", link="linear", loss="logistic", alpha=3.0, ridge=0.1, batch=0.3),
    "door": dict(
        data="mixture3", link="door", loss="logistic", alpha=2.0, variance=0.5, rule="persistent", batch=0.3
    ),
    "phase": dict(data="teacher", teacher="abs", loss="phase", alpha=2.75, rule="persistent", batch=0.5, sphere=True),
}
RUNS["linear"].update(rate=0.02, m0=0.2, c0=1.0)
RUNS["logistic"].update(rate=0.2, m0=0.1, c0=1.0, rule="sgd")
RUNS["door"].update(rate=0.2, m0=0.1, c0=0.1, width=0.7)
RUNS["phase"].update(rate=0.01, m0=0.2, c0=1.0, link="linear")
DEFAULTS = dict(teacher="sign", variance=1.0, ridge=0.0, batch=1.0, persistence=1.0, width=0.7, sphere=False)


@functools.lru_cache(None)
def polynomials(length, order):
    """Orthonormal polynomials on the steps of a block, one a column; single steps for a short block."""
    if length <= order:
        return numpy.eye(length)
    x = numpy.linspace(-1, 1, length)
    q, r = numpy.linalg.qr(numpy.polynomial.legendre.legvander(x, order - 1))
    return q * numpy.sign(numpy.diag(r))


@functools.lru_cache(None)
def merge_matrix(older, newer, order):
    """Coordinates of the joint block from those of the older and the newer one."""
    parent = polynomials(older + newer, order)
    left = parent[:older].T @ polynomials(older, order)
    right = parent[older:].T @ polynomials(newer, order)
    return numpy.hstack([left, right])


def merge_due(lengths, near=12):
    """Index of the oldest pair of blocks that merge, or None (rule of THEORY 6.1)."""
    distance, found = 0, None
    for i in range(len(lengths) - 2, -1, -1):
        both = lengths[i] + lengths[i + 1]
        if distance >= near and both <= distance and (lengths[i] <= 2 * lengths[i + 1] or 4 * both <= distance):
            found = i
        distance += lengths[i + 1]
    return found


class Source:
    """Random numbers of the paths; a group made of two halves has those of both, side by side."""

    def __init__(self, seeds, paths):
        self.part = [numpy.random.Generator(numpy.random.SFC64(seed)) for seed in seeds]
        self.each = paths // len(seeds)

    def normal(self, rows):
        return numpy.hstack([rng.standard_normal((rows, self.each), "f4") for rng in self.part])

    def uniform(self):
        return numpy.concatenate([rng.random(self.each) for rng in self.part])

    def stratified(self):
        out = [(rng.permutation(self.each) + rng.random(self.each)) / self.each for rng in self.part]
        return numpy.concatenate(out)


def first_examples(run, source):
    """c, u, y of the paths: classes in exact proportions, u stratified, standardised."""
    level = numpy.clip(source.stratified(), 1e-12, 1 - 1e-12)
    u = numpy.array([NormalDist().inv_cdf(t) for t in level])
    place = numpy.arange(len(u)) % source.each
    c = numpy.where(place < source.each // 4, 1.0, numpy.where(place < source.each // 2, -1.0, 0.0))
    if run["data"] == "mixture3":
        for value in (-1, 0, 1):
            u[c == value] -= u[c == value].mean()
    u = (u - u.mean()) / u.std()
    if run["data"] == "mixture3":
        return c, u, numpy.where(c == 0, -1.0, 1.0)
    return 0 * c, u, {"linear": u, "sign": numpy.sign(u), "abs": numpy.abs(u)}[run["teacher"]]


def loss_and_force(run, r, y):
    """Loss l and force l' of the pre-activation r."""
    if run["loss"] == "phase":
        return (r * r - y * y) ** 2 / 2, 2 * r * (r * r - y * y)
    phi, slope = (r * r - run["width"] ** 2, 2 * r) if run["link"] == "door" else (r, 1.0)
    if run["loss"] == "square":
        return (phi - y) ** 2 / 2, (phi - y) * slope
    return numpy.logaddexp(0, -y * phi), -y * slope / (1 + numpy.exp(numpy.minimum(y * phi, 80)))


class Rows:
    """Rows over the paths with room to grow."""

    def __init__(self, paths, dtype, room=64):
        self.store, self.count = numpy.zeros((room, paths), dtype), 0

    @property
    def rows(self):
        return self.store[: self.count]

    def append(self, row):
        if self.count == len(self.store):
            self.store = numpy.vstack([self.store, numpy.zeros_like(self.store)])
        self.store[self.count] = row
        self.count += 1

    def turn(self, matrix):
        """Linear combinations in place of the rows."""
        self.store[: len(matrix)] = matrix.astype(self.store.dtype) @ self.rows
        self.count = len(matrix)


def span(matrix, cut):
    """Orthonormal rows of the span of a matrix's rows."""
    _, s, v = numpy.linalg.svd(matrix, full_matrices=False)
    return v[s > cut * s[0]]


def widen(matrix):
    """The matrix with a column of zeros more."""
    return numpy.hstack([matrix, numpy.zeros((len(matrix), 1))])


class Group:
    """Run of S paths with compressed history."""

    def __init__(self, run, paths, steps, seeds, order=2, every=16, theta=1.0, dtype="f4"):
        self.run, self.paths, self.steps, self.order, self.every, self.theta = run, paths, steps, order, every, theta
        self.source = Source(seeds, paths)
        self.dtype = numpy.dtype(dtype)
        self.tiny = 1e-7 if dtype == "f8" else 1e-5
        self.c, self.u, self.y = first_examples(run, self.source)
        base = numpy.array([numpy.ones(paths), self.u, self.c, self.y])
        self.base = span(base, 1e-9) * numpy.sqrt(paths)
        self.Z, self.X, self.q, self.zeta = (Rows(paths, dtype) for _ in range(4))
        self.draw()
        first = self.fresh[0]
        self.Z.append(first)
        self.X.append(numpy.sqrt(run["variance"]) * first)
        self.m, self.l = run["m0"], numpy.array([numpy.sqrt(run["c0"] - run["m0"] ** 2)])
        self.draw()
        self.l0, self.m0 = self.l.copy(), self.m
        self.x = self.l[0] * numpy.sqrt(run["variance"]) * first.astype("f8")
        self.G = numpy.zeros((1, 0))
        self.HW, self.HG, self.lengths = numpy.zeros((0, 1)), numpy.zeros((0, 0)), []
        self.active = self.source.uniform() < run["batch"]
        self.sizes, self.leverage, self.share = (1, 0), None, first**2 / paths

    def mean(self, rows, vector):
        """Means over the paths of products of the rows and a vector."""
        return (rows @ vector.astype(self.dtype)).astype("f8") / self.paths

    def draw(self):
        """Normal rows orthogonal to each other and to what is known, of mean square 1, for the next steps."""
        known = numpy.vstack([self.base.astype(self.dtype), self.Z.rows, self.zeta.rows])
        xi = self.source.normal(self.every).astype(self.dtype)
        s, v = numpy.linalg.eigh((known @ known.T).astype("f8") / self.paths)
        inverse = (v * numpy.where(s > 1e-6 * s[-1], 1 / numpy.maximum(s, 1e-12), 0)) @ v.T
        xi -= ((xi @ known.T).astype("f8") / self.paths @ inverse).astype(self.dtype) @ known
        root = numpy.linalg.cholesky((xi @ xi.T).astype("f8") / self.paths)
        self.fresh = numpy.linalg.inv(root).astype(self.dtype) @ xi

    def batch(self, step):
        """Weights of the examples in the batch and their means given the batch before."""
        run, b = self.run, self.run["batch"]
        if run["rule"] == "gd":
            return numpy.ones(self.paths), numpy.ones(self.paths)
        if run["rule"] == "sgd" or step == 0:
            chance = numpy.full(self.paths, b)
        else:
            up = run["rate"] / run["persistence"]
            chance = numpy.where(self.active, 1 - (1 - b) * up / b, up)
        if run["rule"] == "sgd" or step > 0:
            self.active = self.source.uniform() < chance
        return self.active / b, chance / b

    def step(self, step):
        """One step; overlap, norm, loss and correlation with the start before it."""
        run, delta, alpha, eta, S = self.run, self.run["variance"], self.run["alpha"], self.run["rate"], self.paths
        root, shrink = numpy.sqrt(delta), 1 - self.run["rate"] * self.run["ridge"]
        Z, X, q, zeta = self.Z, self.X, self.q, self.zeta
        # Force, its mean over the batch, drive of the overlap.
        signal = self.c + root * self.u
        loss, force = loss_and_force(run, signal * self.m + self.x, self.y)
        norm = self.m**2 + self.l @ self.l
        record = (self.m, norm, loss.mean(), self.m * self.m0 + self.l @ self.l0)
        sigma, expected = self.batch(step)
        g, ghat = sigma * force, expected * force
        d = alpha * numpy.mean(ghat * signal)
        # Mean force along W, by integration by parts; its sampling error is part of the noise, so that nu is reduced by
        # kappa, and a path's own share in it is part of its reaction.
        along = self.mean(Z.rows, ghat)
        B = alpha * root * along
        df = S / (S - Z.count - len(self.base))
        rho = ghat - along.astype(self.dtype) @ Z.rows
        rho = df * (rho - (self.base @ rho / S) @ self.base)
        g2 = numpy.mean(g * g)
        kappa = numpy.sqrt(max(0.0, 1 - self.theta * Z.count * alpha / S * (numpy.mean(rho * rho) / df) / g2))
        share = numpy.minimum(self.share, 1 / (2 * alpha))
        own = alpha * delta * share * rho
        # Force in the basis q, a new row for what remains; innovation without the own share of the path (THEORY 6.3).
        p, rest = numpy.zeros(q.count), g.copy()
        for _ in range(2 if q.count else 0):
            change = self.mean(q.rows, rest)
            p, rest = p + change, rest - change.astype(self.dtype) @ q.rows
        remainder = numpy.sqrt(numpy.mean(rest * rest))
        if remainder > self.tiny * numpy.sqrt(g2):
            row = rest / remainder
            xi = self.fresh[step % self.every].astype("f8")
            if self.leverage is not None:
                xi = xi - row * self.feedback / (S * numpy.maximum(1 - self.leverage, 0.1))
                self.feedback += row * xi
                self.leverage += row * row / S
            q.append(row)
            zeta.append(xi)
            p = numpy.append(p, remainder)
            self.G = widen(self.G)
            self.HG = widen(self.HG)
        self.HW, self.HG = numpy.vstack([self.HW, self.l]), numpy.vstack([self.HG, p])
        self.lengths.append(1)
        # Noise nu of the gradient, along W and across it; step of m, l and x.
        nu = p.astype(self.dtype) @ zeta.rows
        gw = self.G @ p
        e = p - gw @ self.G
        rn = numpy.sqrt(max(0.0, p @ p - gw @ gw))
        strength = kappa * numpy.sqrt(alpha * delta)
        reaction = delta * g - own
        push = strength * root * nu + reaction
        x = shrink * self.x - eta * (B.astype(self.dtype) @ X.rows + push)
        m = shrink * self.m - eta * d
        l = shrink * self.l - eta * (B + strength * gw)
        # New direction of weights.
        if rn > 1e-3 * numpy.sqrt(g2):
            fresh = eta * strength * rn
            new_z = -(nu - gw.astype(self.dtype) @ Z.rows) / rn
            new_x = -(eta / fresh) * (push - strength * (gw.astype(self.dtype) @ X.rows))
            Z.append(new_z)
            self.share += new_z**2 / S
            X.append(new_x)
            l, self.l0 = numpy.append(l, fresh), numpy.append(self.l0, 0)
            self.G = numpy.vstack([self.G, -e / rn])
            self.HW = widen(self.HW)
        # Sphere.
        scale = (m * m + l @ l) ** -0.5 if run["sphere"] else 1.0
        self.m, self.l, self.x = scale * m, scale * l, scale * x
        self.sizes = max(self.sizes[0], Z.count), max(self.sizes[1], q.count)
        return record

    def forget(self):
        """Merges blocks, then keeps what the histories on the blocks span."""
        while (i := merge_due(self.lengths)) is not None:
            sizes = [min(n, self.order) for n in self.lengths]
            first = sum(sizes[:i])
            matrix = merge_matrix(self.lengths[i], self.lengths[i + 1], self.order)
            end = first + sizes[i] + sizes[i + 1]
            for name in ("HW", "HG"):
                H = getattr(self, name)
                setattr(self, name, numpy.vstack([H[:first], matrix @ H[first:end], H[end:]]))
            self.lengths[i : i + 2] = [self.lengths[i] + self.lengths[i + 1]]
        turn = span(self.HG, 1e-7)
        self.q.turn(turn)
        self.zeta.turn(turn)
        self.G, self.HG = self.G @ turn.T, self.HG @ turn.T
        turn = span(numpy.vstack([self.l, self.l0, self.HW]), 1e-7)
        self.Z.turn(turn)
        self.X.turn(turn)
        self.l, self.l0, self.G, self.HW = turn @ self.l, turn @ self.l0, turn @ self.G, self.HW @ turn.T
        self.share = numpy.einsum("as,as->s", self.Z.rows, self.Z.rows) / self.paths
        self.leverage = numpy.einsum("bs,bs->s", self.q.rows, self.q.rows) / self.paths
        self.feedback = numpy.einsum("bs,bs->s", self.q.rows, self.zeta.rows)
        self.draw()

    def solve(self):
        """Records of all steps."""
        out = []
        for step in range(self.steps):
            out.append(self.step(step))
            if (step + 1) % self.every == 0:
                self.forget()
        out.append(self.step(self.steps))
        return numpy.array(out)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("run", choices=RUNS)
    for name, kind, value in (
        ("paths", int, 4096),
        ("groups", int, 8),
        ("steps", int, 1000),
        ("order", int, 2),
        ("every", int, 16),
        ("theta", float, 1.0),
        ("seed", int, 1),
        ("dtype", str, "f4"),
        ("show", str, "100,200,500,1000"),
    ):
        parser.add_argument("--" + name, type=kind, default=value)
    parser.add_argument("--out")
    a = parser.parse_args()
    run = {**DEFAULTS, **RUNS[a.run]}
    begin, series, sizes = time.process_time(), [], []
    for i in range(a.groups):
        seeds = [[a.seed, i, half] for half in (0, 1)]
        triple = []
        for chosen, paths in ((seeds, a.paths), (seeds[:1], a.paths // 2), (seeds[1:], a.paths // 2)):
            group = Group(run, paths, a.steps, chosen, a.order, a.every, a.theta, a.dtype)
            triple.append(group.solve())
            sizes.append(group.sizes)
        series.append(triple)
    series = numpy.array(series)
    cost = (time.process_time() - begin) / (2 * a.groups * a.steps * a.paths)
    rows = numpy.max(sizes, 0)
    print(
        f"# {a.run} S={a.paths} groups={a.groups} theta={a.theta} order={a.order}: rows {rows[0]} + {rows[1]}", end=""
    )
    print(f", {1e6 * cost:.2f} us a path and step")
    whole, half = series[:, 0], (series[:, 1] + series[:, 2]) / 2
    for step in [int(t) for t in a.show.split(",") if int(t) <= a.steps]:
        for name, x in (("whole", whole), ("halves", half), ("limit", 2 * whole - half), ("bias", half - whole)):
            mean, error = x[:, step].mean(0), x[:, step].std(0, ddof=1) / numpy.sqrt(a.groups)
            print(step, name, " ".join(f"{v:.6g}({s:.2g})" for v, s in zip(mean, error)), flush=True)
    if a.out:
        numpy.save(a.out, series)


if __name__ == "__main__":
    main()
