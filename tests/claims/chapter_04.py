"""Computation graphs."""
from sympy import diff, solve, symbols

from nbcode.chain import Chain

a, b, c, u, z, J, epsilon = symbols("a b c u z J epsilon", real=True)
graph = Chain({u: a*b, z: u + c, J: 3*z})


def bt_06_backwards():
    """The reverse pass visits the steps from the last to the first, and ends at every input."""
    order = [name for path in graph.paths(a) for name in path]
    return order == [J, z, u, a] and all(graph.prove(p) for p in (a, b, c))


def bt_07_J():
    return graph.composed(J).equals(3*(a*b + c))


def bt_07_J3z():
    return graph.composed(J) == 3 * graph.composed(z)


def bt_07_dJdz():
    return graph.gradient(z) == 3


def bt_07_dJdu():
    return graph.gradient(u) == 3


def bt_07_dJdc():
    return [graph.local[J, z], graph.local[z, c]] == [3, 1] and graph.gradient(c) == 3


def bt_07_dJda():
    without_the_value_of_b = graph.gradient(a)
    return without_the_value_of_b == 12, solve(without_the_value_of_b - 12, b) == [4]


def bt_07_dJdb():
    """The deck derives along a and c only: that leaves one of the three inputs out."""
    shown = {a, c}
    return shown == set(graph.inputs), graph.gradient(b) == 3*a


def bt_07_update():
    """Each input minus epsilon times its gradient: J falls at the rate of the gradient's length squared."""
    step = {p: p - epsilon * graph.gradient(p) for p in (a, b, c)}
    after = graph.composed(J).subs(step, simultaneous=True)
    return diff(after, epsilon).subs(epsilon, 0).equals(-sum(graph.gradient(p)**2 for p in (a, b, c)))
