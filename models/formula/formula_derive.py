# SPDX-License-Identifier: GPL-3.0-or-later
"""Derives a formula by SymPy and writes it as a record in C (formula_object.c runs this text by python3 -c).

Standard input has the kind (loss, link, teacher), the names of its variables, and the steps of the formula in postfix
order, one word a line: decimal numbers, names of variables, names of FUNCTIONS. Nothing of it is evaluated as Python.
The flags hold for all values of the parameters or, if these stand behind their names (kappa=0.5), for these. If flags
depend on values that are not given, the output is no record.
Exit code 2: the formula is refused, with the reason on standard output; 3: SymPy is missing.

Switches (max, abs, sign, where) are lifted to the top: the formula becomes a tree of smooth leaves, whose derivatives
SymPy takes. Kinks are the roots of the conditions; the flags of the record are found by sampling.
"""
import ctypes
import math
import resource
import signal
import sys

ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG: the script ends with the program
resource.setrlimit(resource.RLIMIT_CPU, (60, 70))
most = resource.getrlimit(resource.RLIMIT_AS)[1]
resource.setrlimit(resource.RLIMIT_AS, (4 << 30 if most < 0 else min(4 << 30, most), most))
sys.setrecursionlimit(5000)
try:
    import sympy as sp
except ImportError:
    sys.exit(3)

LEAVES_MAX = 64
POINTS_MAX = 8  # SGDMFT_POINTS_MAX


def refuse(reason):
    print(reason)
    sys.exit(2)


# ---- functions that sympy lacks or would write unstably ------------------------------------------------------


class bump(sp.Function):  # sigmoid', even
    nargs = 1

    @classmethod
    def eval(cls, x):
        if x.could_extract_minus_sign():
            return cls(-x)

    def fdiff(self, argindex=1):
        return bump(self.args[0]) * (1 - 2 * sigmoid(self.args[0]))


class sigmoid(sp.Function):
    nargs = 1

    def fdiff(self, argindex=1):
        return bump(self.args[0])


class softplus(sp.Function):
    nargs = 1

    def fdiff(self, argindex=1):
        return sigmoid(self.args[0])


class log1p(sp.Function):
    nargs = 1

    def fdiff(self, argindex=1):
        return 1 / (1 + self.args[0])


class expm1(sp.Function):
    nargs = 1

    def fdiff(self, argindex=1):
        return sp.exp(self.args[0])


class logcosh(sp.Function):
    nargs = 1

    def fdiff(self, argindex=1):
        return tanh(self.args[0])


class tanh(sp.Function):  # odd
    nargs = 1

    @classmethod
    def eval(cls, x):
        if x.could_extract_minus_sign():
            return -cls(-x)

    def fdiff(self, argindex=1):
        return sech2(self.args[0])


class sech2(sp.Function):  # 1 - tanh^2, even
    nargs = 1

    @classmethod
    def eval(cls, x):
        if x.could_extract_minus_sign():
            return cls(-x)

    def fdiff(self, argindex=1):
        return -2 * tanh(self.args[0]) * sech2(self.args[0])


class erfc(sp.Function):  # sp.erfc(-x) becomes 2 - erfc(x), which loses all digits
    nargs = 1

    def fdiff(self, argindex=1):
        return -2 / sp.sqrt(sp.pi) * sp.exp(-self.args[0] ** 2)


class log_half_erfc(sp.Function):  # log(erfc(x)/2)
    nargs = 1

    def fdiff(self, argindex=1):
        return -hazard(self.args[0])


class hazard(sp.Function):  # -erfc'/erfc
    nargs = 1

    def fdiff(self, argindex=1):
        return hazard_slope(self.args[0])


class hazard_slope(sp.Function):  # hazard (hazard - 2 x)
    nargs = 1


class where(sp.Function):  # where(g, a, b): a for g > 0, b otherwise
    nargs = 3


FUNCTIONS = {
    "+": (2, lambda a, b: a + b),
    "-": (2, lambda a, b: a - b),
    "*": (2, lambda a, b: a * b),
    "/": (2, lambda a, b: a / b),
    "**": (2, lambda a, b: a**b),
    "neg": (1, lambda a: -a),
    "where": (3, where),
    "exp": (1, sp.exp),
    "expm1": (1, expm1),
    "log": (1, sp.log),
    "log1p": (1, log1p),
    "sqrt": (1, sp.sqrt),
    "abs": (1, lambda a: where(a, a, -a)),
    "sign": (1, lambda a: where(a, sp.Integer(1), sp.Integer(-1))),
    "max": (2, lambda a, b: where(a - b, a, b)),
    "min": (2, lambda a, b: where(a - b, b, a)),
    "tanh": (1, tanh),
    "sinh": (1, sp.sinh),
    "cosh": (1, sp.cosh),
    "sin": (1, sp.sin),
    "cos": (1, sp.cos),
    "atan": (1, sp.atan),
    "erf": (1, sp.erf),
    "erfc": (1, erfc),
    "sigmoid": (1, sigmoid),
    "softplus": (1, softplus),
}


def build(words, variables):
    stack = []
    for word in words:
        if word in FUNCTIONS:
            arity, function = FUNCTIONS[word]
            stack[-arity:] = [function(*stack[-arity:])]
        elif word in variables:
            stack.append(variables[word])
        else:
            stack.append(sp.Rational(word))
    return stack[0]


LOGARITHMS = {  # of functions whose values are positive
    sp.exp: lambda x: x,
    sp.cosh: logcosh,
    erfc: lambda x: log_half_erfc(x) + sp.log(2),
    sigmoid: lambda x: -softplus(-x),
}
COMPLEMENTS = {  # (f, k): 1 + k f(x)
    (sp.erf, 1): lambda x: erfc(-x),
    (sp.erf, -1): erfc,
    (erfc, -sp.Rational(1, 2)): lambda x: erfc(-x) / 2,
    (tanh, 1): lambda x: 2 * sigmoid(2 * x),
    (tanh, -1): lambda x: 2 * sigmoid(-2 * x),
    (sigmoid, -1): lambda x: sigmoid(-x),
}


def softened(e):
    """Forms that overflow or lose digits in those that do not."""
    if not e.args:
        return e
    e = e.func(*[softened(a) for a in e.args])
    if e.func is sp.log:
        return softened_log(e.args[0])
    if e.is_Pow and e.exp.is_Integer and e.exp < 0 and e.base.is_Add and 1 in e.base.args:
        rest = e.base - 1
        if rest.func is sp.exp:
            return sigmoid(-rest.args[0]) ** (-e.exp)
    if e.is_Add and len(e.args) == 2:
        return softened_pair(e)
    if e.is_Mul:  # exp(x) sigmoid(-x) = sigmoid(x)
        for factor in e.args:
            if factor.func is sigmoid and sp.exp(-factor.args[0]) in e.args:
                return e / factor / sp.exp(-factor.args[0]) * sigmoid(-factor.args[0])
    return e


def softened_pair(e):
    """exp(x) - 1 and COMPLEMENTS."""
    number, rest = e.as_coeff_Add()
    factor, function = rest.as_coeff_Mul()
    if number == -1 and rest.func is sp.exp:
        return expm1(rest.args[0])
    if number != 0 and (function.func, factor / number) in COMPLEMENTS:
        return number * COMPLEMENTS[function.func, factor / number](function.args[0])
    return e


def softened_log(a):
    """log(a) as a sum over the factors of a."""
    logs, rest = [], sp.Integer(1)
    for factor in sp.Mul.make_args(a):
        base, power = (factor.base, factor.exp) if factor.is_Pow else (factor, 1)
        log = LOGARITHMS[base.func](base.args[0]) if base.func in LOGARITHMS else log_of_sum(base)
        if log is None:
            rest *= factor
        else:
            logs.append(power * log)
    logs.append(log1p(rest - 1) if rest.is_Add and 1 in rest.args else sp.log(rest))
    return sp.Add(*logs)


def log_of_sum(e):
    """log(c exp(x) + d exp(z)) by softplus; None for other e."""
    terms = [exponential(term) for term in sp.Add.make_args(e)]
    if len(terms) != 2 or None in terms:
        return None
    (c, x), (d, z) = sorted(terms, key=lambda term: term[1] != 0)
    return sp.log(c) + x + softplus(z - x + sp.log(d / c))


def exponential(term):
    """(c, x) of c exp(x) with a number c > 0; None for other terms."""
    c, function = term.as_coeff_Mul()
    if c > 0 and (function == 1 or function.func is sp.exp):
        return c, function.args[0] if function.args else sp.Integer(0)
    return None


# ---- switches ------------------------------------------------------------------------------------------------


def tree(e):
    """A leaf, or (g, tree for g > 0, tree otherwise)."""
    inner = [w for w in e.atoms(where) if not any(a.has(where) for a in w.args)]
    if not inner:
        return e
    g = min((w.args[0] for w in inner), key=sp.default_sort_key)
    above, below = {}, {}
    for w in inner:
        if w.args[0] == g:
            above[w], below[w] = w.args[1], w.args[2]
        elif w.args[0] == -g:
            above[w], below[w] = w.args[2], w.args[1]
    if g.is_number:
        return tree(e.xreplace(above if g > 0 else below))
    return (g, tree(e.xreplace(above)), tree(e.xreplace(below)))


def leaves(t):
    return leaves(t[1]) + leaves(t[2]) if isinstance(t, tuple) else [t]


def over(t, function):
    return (t[0], over(t[1], function), over(t[2], function)) if isinstance(t, tuple) else function(t)


def conditions(t, around=()):
    """Each (g, [(condition, side) around it])."""
    if not isinstance(t, tuple):
        return []
    g, a, b = t
    return [(g, around)] + conditions(a, around + ((g, 1),)) + conditions(b, around + ((g, -1),))


def regions(t, around=()):
    """Each (leaf, [(condition, side) around it])."""
    if not isinstance(t, tuple):
        return [(t, around)]
    return regions(t[1], around + ((t[0], 1),)) + regions(t[2], around + ((t[0], -1),))


# ---- numbers -------------------------------------------------------------------------------------------------


def stable_sigmoid(x):
    return 1 / (1 + math.exp(-x)) if x > -700 else 0.0


def stable_bump(x):
    return math.exp(-abs(x)) / (1 + math.exp(-abs(x))) ** 2


def erfc_tail(x):
    """t of erfc(x) = exp(-x^2) / (sqrt(pi) (x + t)), as in formula_support.h."""
    t = 0.0
    for i in range(30, 0, -1):
        t = 0.5 * i / (x + t)
    return t


def stable_log_half_erfc(x):
    if x > 3:
        return -x * x - math.log(2 * math.sqrt(math.pi) * (x + erfc_tail(x)))
    return math.log(math.erfc(x) / 2) if x > 0 else math.log1p(-math.erfc(-x) / 2)


def stable_hazard(x):
    return 2 * (x + erfc_tail(x)) if x > 3 else 2 / math.sqrt(math.pi) * math.exp(-x * x) / math.erfc(x)


def stable_hazard_slope(x):
    return stable_hazard(x) * (2 * erfc_tail(x) if x > 3 else stable_hazard(x) - 2 * x)


NUMERIC = {
    "exp": math.exp,
    "expm1": math.expm1,
    "log": math.log,
    "log1p": math.log1p,
    "tanh": math.tanh,
    "sinh": math.sinh,
    "cosh": math.cosh,
    "sin": math.sin,
    "cos": math.cos,
    "atan": math.atan,
    "erf": math.erf,
    "erfc": math.erfc,
    "sigmoid": stable_sigmoid,
    "softplus": lambda x: max(x, 0.0) + math.log1p(math.exp(-abs(x))),
    "bump": stable_bump,
    "sech2": lambda x: 4 * stable_bump(2 * x),
    "logcosh": lambda x: abs(x) + math.log1p(math.exp(-2 * abs(x))) - math.log(2),
    "log_half_erfc": stable_log_half_erfc,
    "hazard": stable_hazard,
    "hazard_slope": stable_hazard_slope,
}


def known(name):
    """Name of a function of NUMERIC. Roots of squares are absolute values, which the tree of pieces does not see."""
    if name == "Abs":
        refuse("it has the root of a square: write abs(...) for it")
    if name not in NUMERIC:
        refuse(f"its derivatives need the function {name}, which is not known here")
    return name


def number(t, at):
    """The value of a tree or of an expression; NaN where it is not real."""
    try:
        return evaluate(t, at)
    except (ValueError, ZeroDivisionError, TypeError):
        return math.nan
    except OverflowError:
        return math.inf


def evaluate(e, at):
    if isinstance(e, tuple):
        return evaluate(e[1] if evaluate(e[0], at) > 0 else e[2], at)
    if e.is_Symbol:
        return at[e.name]
    if e.is_number and not e.args:
        return float(e)
    values = [evaluate(a, at) for a in e.args]
    if e.is_Add:
        return math.fsum(values)
    if e.is_Mul:
        return math.prod(values)
    if e.is_Pow:
        if values[0] < 0 and not e.exp.is_Integer:
            return math.nan
        return values[0] ** (int(e.exp) if e.exp.is_Integer else values[1])
    return NUMERIC[known(e.func.__name__)](values[0])


# ---- C -------------------------------------------------------------------------------------------------------


def product(base, power):
    """base^power by multiplications, a name or a number in base."""
    if power == 1:
        return base
    half = product(base, power // 2)
    square = f"square({half})"
    return f"{square} * {base}" if power % 2 else square


def code(e):
    """An expression in C, in parentheses unless it is a name, a number or a call."""
    if e.is_Symbol:
        return e.name
    if e.is_Rational or e.is_number and not e.args:
        value = float(e)
        if not math.isfinite(value):
            refuse("it has a number that is not finite")
        return repr(value) if value >= 0 else f"({value!r})"
    if e.is_Add:
        return "(" + " + ".join(code(a) for a in e.args) + ")"
    if e.is_Mul:
        below = [a for a in e.args if a.is_Pow and a.exp.is_number and a.exp.is_real and a.exp < 0]
        above = [a for a in e.args if a not in below]
        top = " * ".join(code(a) for a in above) or "1.0"
        if not below:
            return f"({top})"
        return f"({top} / ({' * '.join(code(1 / a) for a in below)}))"
    if e.is_Pow:
        base, power = e.base, e.exp
        if power.is_Rational and power < 0:
            return f"(1.0 / {code(base ** -power)})"
        if power.is_Integer and power <= 64:
            return f"({product(code(base), int(power))})"
        if power.is_Rational and power.q == 2 and power.p <= 128:
            whole = power.p // 2
            root = f"sqrt({code(base)})"
            return f"({product(code(base), whole)} * {root})" if whole else root
        return f"pow({code(base)}, {code(power)})"
    return f"{known(e.func.__name__)}({code(e.args[0])})"


def select(t):
    """A NaN condition takes the first branch, so that it is not hidden."""
    return f"({code(t[0])} <= 0 ? {select(t[2])} : {select(t[1])})" if isinstance(t, tuple) else code(t)


def statements(outputs, x, indent):
    """C of (place, tree): common subexpressions first."""
    flat, shapes = [], []
    for _, t in outputs:
        flat += leaves(t) + [g for g, _ in conditions(t)]
    temporaries, reduced = sp.cse(flat, symbols=sp.numbered_symbols("t"), order="none")
    reduced = iter(reduced)

    def restore(t):
        found = [next(reduced) for _ in leaves(t)], [next(reduced) for _ in conditions(t)]
        parts = [iter(part) for part in found]

        def again(s):
            if not isinstance(s, tuple):
                return next(parts[0])
            g = next(parts[1])
            return (g, again(s[1]), again(s[2]))

        return again(t)

    lines = [f"const double {name} = {code(e)};" for name, e in temporaries]
    for place, t in outputs:
        keeps = all(leaf.has(x) for leaf in leaves(t)) or place == "second[i]"
        lines.append(f"{place} = {select(restore(t))}{'' if keeps else f' + 0 * {x.name}'};")
    return "\n".join(indent + line for line in lines)


def declared(names):
    return "".join(f"    (void){name};\n" for name in names)


def polynomial(e, x):
    """Coefficients [c0, c1, c2] in x, or None."""
    try:
        p = sp.Poly(sp.expand(e), x)
    except sp.PolynomialError:
        return None
    if p.degree() > 2 or any(c.has(x) for c in p.all_coeffs()):
        return None
    c = p.all_coeffs()[::-1]
    return [sp.nsimplify(v) if v.is_Float else v for v in c] + [sp.Integer(0)] * (3 - len(c))


def tests_around(around, x):
    return " && ".join(f"formula_side({'' if side > 0 else '-'}{code(g.subs(x, ROOT))}, root)" for g, side in around)


ROOT = sp.Symbol("root", real=True)


def roots_code(entries, x, parameters, functions, prefix):
    """C that adds the roots in x of each (g, around); functions collects those of conditions that are no quadratics."""
    text = ""
    for g, around in entries:
        c = polynomial(g, x)
        if c is not None:
            text += f"    n = formula_quadratic({code(c[2])}, {code(c[1])}, {code(c[0])}, found);\n"
        else:
            name = f"{prefix}{len(functions)}"
            unpack = "".join(f"    const double {p} = p[{i}];\n" for i, p in enumerate(parameters))
            functions.append(
                f"static double {name}(double {x.name}, const double *p)\n{{\n{unpack}"
                f"{declared(parameters)}    return {code(g)};\n}}\n"
            )
            text += f"    n = formula_roots({name}, (const double[]){{{', '.join(parameters)}}}, found);\n"
        test = tests_around(around, x)
        text += "    for (size_t i = 0; i < n; i++) {\n        const double root = found[i];\n"
        text += f"        if ({test or '1'})\n            count = formula_add({x.name}s, count, root);\n    }}\n"
    return text


def roots_function(head, entries, x, parameters, functions, prefix):
    body = roots_code(entries, x, parameters, functions, prefix)
    return (
        f"static size_t {head}\n{{\n    size_t count = 0, n = 0;\n    double found[SGDMFT_POINTS_MAX];\n"
        f"{declared(parameters)}{body}    return count;\n}}\n"
    )


# ---- properties ----------------------------------------------------------------------------------------------


def numeric_roots(g, x, at):
    """Roots of a condition in x, by scanning."""
    found, last, before = [], None, None
    for i in range(-430, 431):  # to +-37, beyond SCAN_REACH
        point = math.sinh(i / 100) + 1e-7 * math.pi
        value = number(g, {**at, x.name: point})
        if last is not None and math.isfinite(value) and math.isfinite(before) and (value > 0) != (before > 0):
            low, high = last, point
            for _ in range(200):
                middle = (low + high) / 2
                if (number(g, {**at, x.name: middle}) > 0) == (before > 0):
                    low = middle
                else:
                    high = middle
            found.append((low + high) / 2)
        last, before = point, value
    return found


class Place:
    """A tree and its derivatives on both sides of a root, as formula_scan.c judges them."""

    def __init__(self, trees, x, at, root, small):
        self.small = small
        self.near, self.far = (
            [[number(t, {**at, x.name: root + side * distance}) for t in trees] for side in (-1, 1)]
            for distance in (1e-8, 1e-4)
        )

    def size(self, j, sides):
        return max(abs(side[j]) for side in sides)

    def jump(self, j, sides, distance):
        slopes = distance * (sides[0][j + 1] + sides[1][j + 1]) if j < 2 else 0
        return abs(sides[1][j] - sides[0][j] - slopes)

    def grows(self, j, ratio):
        return self.size(j, self.near) > ratio * (self.small[j] + self.size(j, self.far))

    def stays(self, j):
        """True if derivative j jumps or grows without bound."""
        near, far = self.jump(j, self.near, 1e-8), self.jump(j, self.far, 1e-4)
        if not math.isfinite(near):
            return True
        around = self.small[j] + self.size(j, self.near) + (self.size(j + 1, self.near) if j < 2 else 0)
        return near > 1e-6 * around and near > 0.5 * far or self.grows(j, 20)


def small_sizes(trees, x, at):
    """A thousandth of the largest sizes of a tree and its derivatives at |x| < 3."""
    values = [[abs(number(t, {**at, x.name: 0.1 * i + 1e-3})) for i in range(-30, 30)] for t in trees]
    return [1e-3 * max([v for v in row if math.isfinite(v)], default=0) for row in values]


class Shape:
    """Kinks, jumps and symmetry of a tree with derivatives, over samples of its parameters."""

    def __init__(self, trees, x, samples):
        roots = (sum(len(numeric_roots(g, x, at)) for g, _ in conditions(trees[0])) for at in samples)
        self.many = max(roots) > POINTS_MAX
        self.jump = None  # where the value jumps
        self.jumps = False
        self.kinks = []  # those of conditions() at which some derivative jumps
        for i, (g, around) in enumerate(conditions(trees[0])):
            if not self.many and self.look(g, around, trees, x, samples):
                self.kinks.append(i)
        self.even = is_even(trees[0], x, samples + [{**at, "y": 0.7 * at["y"]} for at in samples if "y" in at])
        self.convex = not self.jump and is_convex(trees, x, samples)

    def facts(self):
        return self.many, self.jump is None, self.jumps, self.kinks, self.even, self.convex

    def look(self, g, around, trees, x, samples):
        found = False
        for at in samples:
            small = small_sizes(trees, x, at)
            for root in numeric_roots(g, x, at):
                here = {**at, x.name: root}
                if any(side * number(c, here) < 0 for c, side in around):
                    continue
                place = Place(trees, x, at, root, small)
                if place.stays(0) and not self.jump:
                    self.jump = f"{x.name} = {root if abs(root) > 1e-12 else 0:.4g}" + (
                        f", y = {at['y']:.4g}" if "y" in at else ""
                    )
                self.jumps |= place.stays(1) or place.grows(2, 20)
                found |= place.stays(1) or place.stays(2) or place.grows(2, 1.2)
        return found


def symbols(t):
    """Names in a tree."""
    parts = leaves(t) + [g for g, _ in conditions(t)]
    return {symbol.name for part in parts for symbol in part.free_symbols}


def shape_of(what, trees, x, samples):
    """The shape of all lists of samples; ends the script if there is none and other parameters may have one."""
    shape, *others = [Shape(trees, x, group) for group in samples]
    refused = shape.many or shape.jump
    has_parameters = symbols(trees[0]) - {x.name, "y"}
    if any(shape.facts() != other.facts() for other in others) or refused and others and has_parameters:
        print("/* its flags depend on the parameters */")
        sys.exit(0)
    if shape.many:
        refuse(f"it has more than {POINTS_MAX} kinks in {x.name}")
    if shape.jump:
        refuse(f"the {what} itself jumps at {shape.jump}")
    return shape


def points(limit, count):
    return [limit * math.sinh(5 * (2 * i / (count - 1) - 1)) / math.sinh(5) for i in range(count)]


def near(a, b):
    return abs(a - b) <= 1e-12 * (1 + abs(a) + abs(b))


def is_even(t, x, samples):
    pairs = [(number(t, {**at, x.name: p}), number(t, {**at, x.name: -p})) for at in samples for p in points(9.1, 80)]
    pairs = [(a, b) for a, b in pairs if math.isfinite(a) and math.isfinite(b)]
    return len(pairs) > 0 and all(near(a, b) for a, b in pairs)


def is_convex(trees, x, samples):
    for at in samples:
        last = -math.inf
        for p in points(30.3, 501):
            here = {**at, x.name: p}
            slope, bend = number(trees[1], here), number(trees[2], here)
            if math.isnan(slope) or math.isnan(bend) or bend < -1e-12:
                return False
            if slope < last - 1e-9 * (1 + abs(last)):
                return False
            last = slope
    return True


def flag(name, value):
    return f"    .{name} = true,\n" if value else ""


def entry(what):
    return f'    .entry = {{.name = "formula", .summary = "{what} of {what}_formula", .reference = ""}},\n'


def derivatives(t, x):
    first = over(t, lambda e: sp.diff(e, x))
    second = over(first, lambda e: sp.diff(e, x))
    for derived in (first, second):
        for leaf in leaves(derived):
            if leaf.has(sp.I, sp.zoo, sp.nan, sp.oo, sp.Derivative, sp.Subs):
                refuse("it has imaginary or infinite values")
    if all(leaf == 0 for leaf in leaves(first)):
        refuse(f"its derivative with respect to {x.name} is zero")
    return [t, first, second]


def write_loss(t, v, given):
    phi = v["phi"]
    trees = derivatives(t, phi)
    pairs = [(0, 1), (0.6, 0.5), (-0.3, 2), (1.7, 3)]
    if given:
        pairs = [(given["kappa"], given["loss_width"])]
    samples = [[{"y": y, "kappa": kappa, "loss_width": width} for y in (1.0, -1.0)] for kappa, width in pairs]
    shape = shape_of("loss", trees, phi, samples)
    parameters, functions = ["y", "kappa", "width"], []
    rename = {v["loss_width"]: sp.Symbol("width", real=True)}
    trees = [over_all(s, rename) for s in trees]
    names = symbols(trees[0])
    kinks = [conditions(trees[0])[i] for i in shape.kinks]
    linear = not isinstance(t, tuple) and sp.expand(trees[1] - (phi - v["y"])) == 0
    roots = ""
    if kinks:
        head = "made_kinks(double y, double kappa, double width, double phis[SGDMFT_POINTS_MAX])"
        roots = roots_function(head, kinks, phi, parameters, functions, "made_condition")
    outputs = [("value[i]", trees[0]), ("first[i]", trees[1]), ("second[i]", trees[2])]
    return (
        "static SIMD_CLONES void made_evaluate(size_t n, const double *restrict phis, const double *restrict ys,\n"
        "    double kappa, double width, double *restrict value, double *restrict first, double *restrict second)\n"
        f"{{\n{declared(['kappa', 'width'])}    for (size_t i = 0; i < n; i++) {{\n"
        f"        const double phi = phis[i], y = ys[i];\n        (void)y;\n{statements(outputs, phi, '        ')}\n"
        f"    }}\n}}\n\n{''.join(functions)}{roots}"
        f"\nSGDMFT_API extern const struct sgdmft_loss sgdmft_made;\nconst struct sgdmft_loss sgdmft_made = {{\n"
        f"{entry('loss')}{flag('uses_kappa', 'kappa' in names)}{flag('even', shape.even)}"
        f"{flag('convex', shape.convex)}{flag('linear_force', linear)}"
        f"{flag('jumps', shape.jumps)}    .evaluate = made_evaluate,\n"
        f"{'    .kinks = made_kinks,' if kinks else ''}\n}};\n"
    )


def over_all(t, rename):
    if isinstance(t, tuple):
        return tuple(over_all(s, rename) for s in t)
    return t.xreplace(rename)


def widths(name, given):
    """Lists of samples of a single parameter."""
    return [[{"width": width}] for width in ([given[name]] if given else (0.7, 0.3, 1.9))]


def write_link(t, v, given):
    r, width = v["r"], sp.Symbol("width", real=True)
    t = over_all(t, {v["door_width"]: width})
    trees = derivatives(t, r)
    shape = shape_of("link", trees, r, widths("door_width", given))
    functions = []
    kinks = ""
    if shape.kinks:
        entries = [conditions(t)[i] for i in shape.kinks]
        head = "made_kinks(double width, double rs[SGDMFT_POINTS_MAX])"
        kinks = roots_function(head, entries, r, ["width"], functions, "made_condition")
    phi = sp.Symbol("phi", real=True)
    entries = [(leaf - phi, around) for leaf, around in regions(t) if leaf.has(r)]
    head = "made_inverse(double phi, double width, double rs[SGDMFT_POINTS_MAX])"
    inverse = roots_function(head, entries, r, ["phi", "width"], functions, "made_inverse_of")
    outputs = [("phi[i]", trees[0]), ("first[i]", trees[1]), ("second[i]", trees[2])]
    return (
        "static SIMD_CLONES void made_evaluate(size_t n, const double *restrict rs, double width,\n"
        "    double *restrict phi, double *restrict first, double *restrict second)\n"
        f"{{\n{declared(['width'])}    for (size_t i = 0; i < n; i++) {{\n        const double r = rs[i];\n"
        f"{statements(outputs, r, '        ')}\n    }}\n}}\n\n{''.join(functions)}{kinks}{inverse}"
        f"\nSGDMFT_API extern const struct sgdmft_link sgdmft_made;\nconst struct sgdmft_link sgdmft_made = {{\n"
        f"{entry('link')}{flag('even', shape.even)}"
        f"{flag('linear', not isinstance(t, tuple) and sp.expand(t - r) == 0)}{flag('jumps', shape.jumps)}"
        f"    .evaluate = made_evaluate,\n    .inverse = made_inverse,\n"
        f"{'    .kinks = made_kinks,' if shape.kinks else ''}\n}};\n"
    )


def write_teacher(t, v, given):
    u, width = v["u"], sp.Symbol("width", real=True)
    t = over_all(t, {v["teacher_width"]: width})
    samples = sum(widths("teacher_width", given), [])
    values = [(p, number(t, {**at, "u": p})) for at in samples for p in points(9.1, 200)]
    entries, functions, breakpoints = conditions(t), [], ""
    if entries:
        head = "made_breakpoints(double width, double us[SGDMFT_POINTS_MAX])"
        breakpoints = roots_function(head, entries, u, ["width"], functions, "made_condition")
    return (
        f"static double made_label(double u, double width)\n{{\n{declared(['width'])}"
        f"    return {select(t)};\n}}\n\n{''.join(functions)}{breakpoints}"
        f"\nSGDMFT_API extern const struct sgdmft_teacher sgdmft_made;\nconst struct sgdmft_teacher sgdmft_made = {{\n"
        f"{entry('teacher')}{flag('classes', all(abs(f) == 1 for _, f in values))}"
        f"{flag('even', is_even(t, u, samples))}"
        f"{flag('linear', not isinstance(t, tuple) and sp.expand(t - u) == 0)}"
        f"{flag('modulus', all(near(abs(f), abs(p)) for p, f in values))}    .label = made_label,\n"
        f"{'    .breakpoints = made_breakpoints,' if entries else ''}\n}};\n"
    )


def main():
    kind, names, *words = sys.stdin.read().split("\n")[:-1]
    names = [name.split("=") for name in names.split()]
    variables = {name: sp.Symbol(name, real=True) for name, *_ in names}
    given = {name: float(value[0]) for name, *value in names if value}
    e = softened(build(words, variables))
    if e.has(sp.I, sp.zoo, sp.nan, sp.oo):
        refuse("it has imaginary or infinite values")
    t = tree(e)
    if len(leaves(t)) > LEAVES_MAX:
        refuse(f"its max, abs, sign and where make more than {LEAVES_MAX} pieces")
    write = {"loss": write_loss, "link": write_link, "teacher": write_teacher}[kind]
    sys.stdout.write(write(t, variables, given))


main()
