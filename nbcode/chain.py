"""The chain rule over named steps, in symbols. Nothing but SymPy is needed: this also runs in a browser.

    w, x, y, z, a, L = symbols("w x y z a L", real=True)
    chain = Chain({z: w*x, a: tanh(z), L: (y - a)**2})    # forward order, the loss last

    chain.derive(w)               the derivation: factors over their values, product, simplified
    chain.gradient(w)             the product, in the names of the steps
    chain.prove(w)                asserts that it equals diff of the composed loss
    chain.reverse()               the reverse pass: one adjoint per step
    chain.numpy(L, wrt=[w])       a NumPy function of numbers
    chain.javascript([w], [L])    the source of a JavaScript function

Steps over data points carry an index, and the loss sums over it:
`a[i]: tanh(w*x[i])`, `L: Sum((y[i] - a[i])**2, (i, 1, n))`.
"""
from sympy import Add, Dummy, Indexed, Mul, Sum, Symbol, sympify

from nbcode.compile import javascript, numpy, straight_line
from nbcode.expressions import adjoint, is_zero, listed, names, partial, tidy
from nbcode.printing import Derivation, Formula, ReversePass, aligned, latex, slope

SUM = Dummy("sum")  # stands for "the sum over the data" where only its linearity matters


class Chain:
    """Named steps in forward order, `{name: expression}` (or pairs); the last one is the loss.

    `steps`, `local` (the derivative of a step by each name it uses) and `inputs` (parameters and data)
    are there to be read. Raises ValueError for a name defined twice or used too early, a cycle, a
    misplaced sum.
    """

    def __init__(self, steps):
        pairs = [(name, sympify(expr)) for name, expr in getattr(steps, "items", lambda: steps)()]
        self.steps = dict(pairs)
        if not pairs or len(self.steps) < len(pairs):
            raise ValueError(f"a chain needs steps, each defined once; got {listed(name for name, _ in pairs)}")
        self.loss = pairs[-1][0]
        self.uses = {step: sorted(names(expr), key=str) for step, expr in pairs}
        check_order(self.uses)
        self.limits = check_sums(self.steps, self.loss)
        self.local = {(step, arg): tidy(partial(self.steps[step], arg))
                      for step, args in self.uses.items() for arg in args}
        self.inputs = sorted({arg for _, arg in self.local} - self.steps.keys(), key=str)

    def paths(self, p):
        """Every path from the loss to p, as tuples of names: one product of local derivatives each."""
        def from_(step):
            if step == p:
                return [(p,)]
            return [(step, *rest) for arg in self.uses.get(step, ()) for rest in from_(arg)]

        found = from_(self.loss)
        if not found:
            raise ValueError(f"{self.loss} does not depend on {p}; it depends on {listed(self.inputs)}")
        return found

    def factors(self, path):
        """The local derivatives along a path, loss first."""
        return [self.local[link] for link in zip(path, path[1:], strict=False)]

    def is_summed(self, path):
        """Whether a path runs through steps of each data point, and so stands for one path per point."""
        return any(isinstance(name, Indexed) for name in path[1:-1]) and not isinstance(path[-1], Indexed)

    def gradient(self, p):
        """The derivative of the loss by p: factors multiplied along each path, added over paths and data."""
        over_data, once = [], []
        for path in self.paths(p):
            (over_data if self.is_summed(path) else once).append(tidy(Mul(*self.factors(path))))
        return Add(*once, *([Sum(Add(*over_data), *self.limits)] if over_data else []))

    def composed(self, expr=None):
        """`expr` (the loss, unless given) with every step put in, down to parameters and data."""
        expr = self.loss if expr is None else expr
        for step in reversed(self.steps):
            expr = expr.xreplace({step: self.steps[step]})
        return expr

    def prove(self, p):
        """Assert that the product of factors is diff of the composed loss; returns the chain."""
        loss, ours = (each.replace(Sum, lambda term, *_: SUM * term)
                      for each in (self.composed(), self.composed(self.gradient(p))))
        if not is_zero(loss.diff(p) - ours):
            raise AssertionError(f"the product of factors is not d{self.loss}/d{p}: {self.gradient(p)}")
        return self

    def reverse(self):
        """The reverse pass, `[(adjoint, expression)]`: each adjoint from those of the steps that use the name."""
        order = [*reversed(self.steps), *self.inputs][1:]
        clash = {str(adjoint(name)) for name in order} & {str(name) for name in [*self.steps, *self.inputs]}
        if clash:
            raise ValueError(f"{clash.pop()} already means an adjoint (dz is d{self.loss}/dz): rename that step")
        users = {name: [] for name in order}
        for step, arg in self.local:
            users[arg].append(step)
        return ReversePass(self, [(adjoint(name), self._adjoint_of(name, users[name])) for name in order])

    def _adjoint_of(self, name, users):
        total = Add(*((1 if step == self.loss else adjoint(step)) * self.local[step, name] for step in users))
        per_point = any(isinstance(step, Indexed) for step in users) and not isinstance(name, Indexed)
        return Sum(total, *self.limits) if per_point else total

    def with_data(self, data):
        """The same chain with numbers for the data: one step for each point, `a[i]` becomes a_1, a_2, …

        data: {IndexedBase or its name: list of numbers}. ValueError if columns differ in length.
        """
        columns = {str(base): list(column) for base, column in data.items()}
        sizes = {base: len(column) for base, column in columns.items()}
        if len({*sizes.values()}) != 1 or not self.limits:
            raise ValueError(f"with_data needs a loss that sums over data, and columns of one length; got {sizes}")
        points, n = range(next(iter(sizes.values()))), self.limits[0][2]

        def at(k, expr):
            def value(leaf):
                base = str(leaf.base)
                return sympify(columns[base][k]) if base in columns else Symbol(f"{base}_{k + 1}", real=True)
            return expr.replace(lambda e: isinstance(e, Indexed), value)

        steps = {}
        for step, expr in self.steps.items():
            expr = expr.replace(Sum, lambda term, *_: Add(*(at(k, term) for k in points))).subs(n, len(points))
            for k in points if isinstance(step, Indexed) else [0]:
                steps[at(k, step)] = at(k, expr)
        return Chain(steps)

    def program(self, outputs, wrt=()):
        """(lines, values): a straight-line program for the outputs, then the gradients by each of `wrt`."""
        for p in wrt:
            if p not in self.inputs and p not in self.steps:
                self.paths(p)
        return straight_line([*self.steps.items(), *(self.reverse() if wrt else [])],
                             [*map(sympify, outputs), *map(adjoint, wrt)])

    def numpy(self, *outputs, wrt=()):
        """A function f(at, **more) of a dict of numbers and data arrays: the outputs, then the gradients.

        Parameters may be arrays beside the data, of shape (…, 1): sums run over the last axis.
        """
        return numpy(*self.program(outputs, wrt))

    def javascript(self, args, outputs, wrt=()):
        """Source of a JavaScript function of `args`, returning the array of outputs, then gradients."""
        if self.limits:
            raise ValueError("JavaScript needs the data as numbers: chain.with_data({…}).javascript(…)")
        return javascript(args, *self.program(outputs, wrt))

    def factor(self, step, arg):
        """One local derivative, as it is printed; its value is `.right`."""
        return Formula(slope(step, arg, len(self.uses[step]) > 1), self.local[step, arg])

    def derive(self, p):
        """The derivation of the derivative of the loss by p, as it is printed."""
        return Derivation(self, p)

    def _repr_latex_(self):
        return aligned(f"{latex(step)} &= {latex(expr)}" for step, expr in self.steps.items())


def check_order(uses):
    """Raise ValueError where a step uses a name that is defined only later, or in terms of itself."""
    seen = set()
    for step, args in uses.items():
        for arg in args:
            if arg in uses and arg not in seen:
                trail = route(uses, arg, step)
                raise ValueError("a cycle: " + " uses ".join(map(str, [step, *trail])) if trail else
                                 f"{step} uses {arg} before it is defined: put the step {arg} first")
        seen.add(step)


def route(uses, start, goal):
    """The names on a way from start to goal along what each step uses, or []."""
    ways, seen = [[start]], set()
    while ways:
        way = ways.pop()
        if way[-1] == goal:
            return way
        if way[-1] not in seen:
            seen.add(way[-1])
            ways += [[*way, arg] for arg in uses.get(way[-1], ())]
    return []


def check_sums(steps, loss):
    """The limits of the sum over data, () without one. ValueError unless only the loss sums, and linearly."""
    sums = {term.limits for expr in steps.values() for term in expr.atoms(Sum)}
    if not sums:
        if any(isinstance(step, Indexed) for step in steps):
            raise ValueError(f"steps carry an index, so the loss {loss} must be a Sum over it")
        return ()
    outside = steps[loss].replace(Sum, lambda *_: SUM)
    counts = {symbol for limits in sums for part in limits[0] for symbol in part.free_symbols}
    misplaced = any(expr.has(Sum) for step, expr in steps.items() if step != loss)
    if misplaced or len(sums) > 1 or names(outside.diff(SUM)) - counts or outside.has(Indexed):
        raise ValueError(f"only the loss {loss} may sum over data, once, and times a number at most")
    return sums.pop()
