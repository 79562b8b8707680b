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
from functools import cached_property
from itertools import count

from sympy import Add, Dummy, Indexed, Integer, Mul, S, Sum, Symbol

from .compile import Columns, straight_line, to_javascript, to_numpy
from .decide import NotDecided, vanishes
from .expressions import SUM, adjoint, exact, expression, listed, names, partial, put_in, tidy, word
from .known import DEFINED, joint, known_factor, known_gradient, known_reverse
from .printing import aligned, latex
from .schoolbook import named
from .shown import Derivation, Equation, Links, ReversePass, Shown, Slope
from .stable import through_logs
from .wellformed import check_order, check_slope, check_sums, check_told_apart, route


class Chain(Shown):
    """Named steps in forward order, `{name: expression}` (or pairs); the last one is the loss.

    `steps`, `local` (the derivative of a step with respect to each name in it), `inputs` (parameters and data) and
    `data` (the names of its columns) are there to be read. Raises ValueError for a name defined twice or used
    too early, a cycle, a misplaced sum or index; TypeError for what is no expression, such as a text.
    """
    known = DEFINED  # of its steps, as they are printed

    def __init__(self, steps):
        pairs = [(name, expression(expr)) for name, expr in getattr(steps, "items", lambda: steps)()]
        self.steps = dict(pairs)
        if not pairs or len(self.steps) < len(pairs):
            got = listed(name for name, _ in pairs) or "none"
            raise ValueError(f"a chain needs steps, each defined once; got {got}")
        self.loss = pairs[-1][0]
        counts = {part for _, expr in pairs for term in expr.atoms(Sum) for part in term.limits[0][1:]}
        self.uses = {step: sorted(names(expr) - counts, key=str) for step, expr in pairs}
        check_told_apart(self.uses)
        check_order(self.uses)
        self.limits = check_sums(self.steps, self.loss)
        self.local = {(step, arg): tidy(partial(self.steps[step], arg))
                      for step, args in self.uses.items() for arg in args}
        self.inputs = sorted({arg for _, arg in self.local} - self.steps.keys(), key=str)
        self.data = [word(name) for name in self.inputs if isinstance(name, Indexed)]
        taken = {*map(word, (*self.steps, *self.inputs))}
        self.adjoints = {name: adjoint(name, taken) for name in [*reversed(self.steps), *self.inputs][1:]}

    def paths(self, p):
        """Every path from the loss to p, as tuples of names: one product of local derivatives each."""
        def from_(step):
            if step == p:
                return [(p,)]
            return [(step, *rest) for arg in self.uses.get(step, ()) for rest in from_(arg)]

        found = from_(self.loss)
        if not found:
            reached = [name for name in self.inputs if route(self.uses, self.loss, name)]
            this = f"this {p} (a text, or other assumptions)" if str(p) in map(str, reached) else p
            raise ValueError(f"{self.loss} does not depend on {this}; it depends on {listed(reached)}")
        return found

    def factors(self, path):
        """The local derivatives along a path, loss first."""
        return [check_slope(self.local[link]) for link in zip(path, path[1:], strict=False)]

    def is_summed(self, path):
        """Whether a path runs through steps of each data point, and so stands for one path per point."""
        return any(isinstance(name, Indexed) for name in path[1:-1]) and not isinstance(path[-1], Indexed)

    def gradient(self, p):
        """dL/dp of the loss L: factors multiplied along each path, added over paths and data."""
        return self.added((path, tidy(Mul(*self.factors(path)))) for path in self.paths(p))

    def added(self, terms):
        """The terms of paths, `(path, term)`, added: those of every data point under the sum over the data."""
        once, over_data = [], []
        for path, term in terms:
            (over_data if self.is_summed(path) else once).append(term)
        return Add(*once, *([Sum(Add(*over_data), *self.limits)] if over_data else []))

    def composed(self, expr=None, keep=()):
        """`expr` (the loss, unless given) with every step but `keep` put in, down to parameters and data."""
        expr = self.loss if expr is None else expr
        for step in reversed(self.steps):
            if step not in keep:
                expr = put_in(expr, {step: self.steps[step]})
        return expr

    def prove(self, p):
        """Assert that the product of factors is diff of the composed loss; returns the chain.

        Sums are compared term by term, so each step that sums is a name of its own here. AssertionError where a
        point shows that they differ; NotDecided where neither algebra nor a point decides.
        """
        weight = 1 if isinstance(p, Indexed) else SUM  # by a[i] only the i-th term of the sum counts
        totals = [step for step, expr in self.steps.items() if expr.has(Sum) and step != p]

        def flat(expr):
            return exact(self.composed(expr, (p, *totals))).replace(Sum, lambda term, *_: weight * term)

        def slope_of(expr):
            expr = flat(expr)
            used = [step for step in totals if expr.has(step)]
            return expr.diff(p) + Add(*(expr.diff(step) * slope_of(self.steps[step]) for step in used))

        verdict = vanishes(slope_of(self.loss) - flat(self.gradient(p)))
        if verdict is None:
            raise NotDecided(f"whether the product of factors is d{self.loss}/d{p} is open: {self.gradient(p)}")
        if not verdict:
            raise AssertionError(f"the product of factors is not d{self.loss}/d{p}: {self.gradient(p)}")
        return self

    def reverse(self, of=None):
        """The reverse pass, `[(adjoint, expression)]`: each adjoint from those of the steps that use the name.

        of: the names whose adjoints are wanted; all, unless given.
        """
        for name in of or ():
            if name not in self.adjoints:
                self.paths(name)
        order = [name for name in self.adjoints if of is None or name in of]
        return ReversePass(self, [(self.adjoints[name], self.adjoint_of(name)) for name in order], order)

    def adjoint_of(self, name, local=None):
        """The adjoint of a name from those of the steps that use it; local: other forms of local derivatives."""
        local = local or (lambda *link: self.local[link])
        return self.added(((self.loss, step, name), self._seed(step) * local(step, arg))
                          for step, arg in self.local if arg == name)

    def _seed(self, step):
        return S.One if step == self.loss else self.adjoints[step]

    def with_data(self, data):
        """The same chain with numbers for the data: one step for each point, `a[i]` becomes a_1, a_2, …

        data: {IndexedBase or its name: list of numbers}. ValueError if columns differ in length. Where a_1 is a
        name already, the steps are a_i1, a_i2, …
        """
        columns = {str(base): [*map(expression, column)] for base, column in data.items()}
        if not columns or columns.keys() - {*self.data}:
            raise ValueError(f"the data of this chain are {listed(self.data) or 'none'}; got {listed(columns)}")
        (index, _, n), size = self.limits[0], len(next(iter(columns.values())))
        if not size or {*map(len, columns.values())} != {size} or n.is_Integer and n != size:
            raise ValueError(f"the columns must be of one length, {n}, and not empty; "
                             f"got {({base: len(column) for base, column in columns.items()})}")
        own = self._names_of_points(size)

        def at(k, expr):
            def value(leaf):
                base = str(leaf.base)
                return columns[base][k] if base in columns else Symbol(own(base, k), real=True)
            return expr.replace(lambda e: isinstance(e, Indexed), value).xreplace({index: Integer(k + 1)})

        pairs = []
        for step, expr in self.steps.items():
            expr = expr.replace(Sum, lambda term, *_: Add(*(at(k, term) for k in range(size))))
            for k in range(size) if isinstance(step, Indexed) else [0]:
                pairs.append((at(k, step), at(k, expr).xreplace({n: Integer(size)})))
        return Chain(pairs)

    def _names_of_points(self, size):
        """A way to name what belongs to one point, `own("a", 0)` = a_1, that makes no name of this chain twice."""
        index, known = str(self.limits[0][0]), (*self.steps, *self.inputs)
        bases = {word(name) for name in known if isinstance(name, Indexed)}
        taken = {word(name) for name in known} - bases
        mark = next(mark for mark in (k * index for k in count())
                    if taken.isdisjoint(f"{base}_{mark}{k + 1}" for base in bases for k in range(size)))
        return lambda base, k: f"{base}_{mark}{k + 1}"

    def program(self, outputs, wrt=(), far=False):
        """(lines, values): a straight-line program for the outputs, then the gradients by each of `wrt`.

        With `far`, in forms that hold far from 0, as `numpy` and `javascript` take it.
        """
        for p in wrt:
            if p not in self.inputs and p not in self.steps:
                self.paths(p)
        outputs = [*map(expression, outputs)]
        if not far:
            return straight_line([*self.steps.items(), *(self.reverse() if wrt else [])],
                                 [*outputs, *map(self._seed, wrt)], far)
        steady, see, hidden = self._steady
        apart = {p: self._seed(p) for p in wrt if p in hidden}  # these are not in the loss of `steady`
        own = {dz: Dummy(str(dz)) for dz in (self.adjoints.values() if apart else ())}
        lines = [*steady.steps.items(), *(steady.reverse() if len(apart) < len(wrt) else ()),
                 *((own[dz], expr.xreplace(own)) for dz, expr in (self.reverse() if apart else ()))]
        slopes = [own.get(apart[p], S.One) if p in apart else self._seed(p) for p in wrt]
        return straight_line(lines, [*map(see, outputs), *slopes])

    @cached_property
    def _steady(self):
        """(chain, see, hidden): the chain to compute with, whose logarithms see through the hidden steps."""
        see, hidden = through_logs(self.steps)
        steps = {step: see(expr) for step, expr in self.steps.items()}
        return (Chain(steps), see, hidden) if steps != self.steps else (self, see, {})

    def numpy(self, *outputs, wrt=()):
        """A function f(at, **more) of a dict of numbers and data arrays: the outputs, then the gradients.

        Parameters may be arrays beside the data, of shape (…, 1): sums run over the last axis, which is gone
        from what they give. The number of points, n, is that of the data.
        """
        if not self.limits:
            return to_numpy(*self.program(outputs, wrt, far=True))
        by_point = [expression(expr).replace(Sum, lambda *_: SUM).has(Indexed) for expr in (*outputs, *wrt)]
        return to_numpy(*self.program(outputs, wrt, far=True), Columns(self.data, *self.limits[0]), by_point)

    def javascript(self, args, outputs, wrt=()):
        """Source of a JavaScript function of `args`, returning the array of outputs, then gradients."""
        if self.limits:
            raise ValueError("JavaScript needs the data as numbers: chain.with_data({…}).javascript(…)")
        return to_javascript(args, *self.program(outputs, wrt, far=True))

    def has_more(self, step):
        """Whether a step depends on more than one number, so that its derivatives are partial (∂, not d)."""
        return len(self.uses[step]) > 1 or self.steps[step].has(Sum)

    def named(self, step, arg):
        """A local derivative as it is printed: by its step where that is shorter, a (1 - a) for a sigmoid."""
        return named(step, self.steps[step], arg, self.local[step, arg])

    def factor(self, step, arg):
        """One local derivative, as it is printed, asserted; its value is `.right`."""
        return Equation(Slope(step, (arg,), self.has_more(step)), self.named(step, arg),
                        known=known_factor(self, step, arg))

    def links(self, p):
        """The way from p to the loss with a local derivative under each link, as it is printed, asserted."""
        links = {link for path in self.paths(p) for link in zip(path, path[1:], strict=False)}
        return Links(self, p, joint({known_factor(self, *link) for link in links}))

    def known_reverse(self, shown):
        """How it is known that a reverse pass is one."""
        return known_reverse(self, shown, shown.order)

    def derive(self, p, start=None):
        """The derivation of dL/dp of the loss L, as it is printed, asserted; start=p: read from p."""
        derivation = Derivation(self, p, start)
        derivation.known = known_gradient(self, p, derivation.simplified)
        return derivation

    def __repr__(self):
        return "\n".join(f"{step} = {expr}" for step, expr in self.steps.items())

    def _repr_latex_(self):
        return aligned(f"{latex(step)} &= {latex(expr)}" for step, expr in self.steps.items())
