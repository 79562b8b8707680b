"""The chain rule."""
from sympy import Function, Rational, diff, integrate, limit, log, solve, symbols

from nbcode.chain import Chain

w, H, S, h0, s0, k, t = symbols("w H S h0 s0 k t", real=True)
shoe = Chain({H: 2*w, S: H/4})
shifted = Chain({H: 2*w + h0, S: H/4 + s0})


def sq_02_intertwined():
    f, g = Function("f"), Function("g")
    return diff(f(g(w)), w).doit() == (diff(f(t), t).subs(t, g(w)).doit() * diff(g(w), w))


def sq_02_setup():
    return shoe.paths(w) == [(S, H, w)]


def sq_02_dH_dw():
    change_of_weight = 1
    change_of_height = shoe.steps[H].subs(w, w + change_of_weight) - shoe.steps[H]
    return change_of_height == 2 and shoe.local[H, w] == Rational(change_of_height, change_of_weight)


def sq_02_height_line():
    slope_times_weight = shifted.local[H, w] * w
    start = shifted.steps[H].subs(w, 0)
    return shifted.steps[H] == slope_times_weight, shifted.steps[H] == slope_times_weight + start


def sq_02_quarter_increase():
    dw_dH, dS_dH = 1 / shoe.local[H, w], shoe.local[S, H]
    return dw_dH == Rational(1, 4), dS_dH == Rational(1, 4)


def sq_02_stray_quarter():
    as_written, = solve(k/4 - Rational(1, 4), k)
    return as_written == shoe.local[S, H], Rational(1, 4) / 1 == shoe.local[S, H]


def sq_02_shoe_line():
    slope_times_height = shifted.local[S, H] * H
    start = shifted.steps[S].subs(H, 0)
    return shifted.steps[S] == slope_times_height, shifted.steps[S] == slope_times_height + start


def sq_02_interwoven_sum():
    dS_dH, dH_dw = shoe.local[S, H], shoe.local[H, w]
    return dS_dH * (2*w) + dH_dw * w == shoe.composed(S), dS_dH * dH_dw * w == shoe.composed(S)


def sq_02_chain_rule():
    return shoe.local[S, H] * shoe.local[H, w] == diff(shoe.composed(S), w)


def bt_06_rate():
    f, h = log(1 + w**2), symbols("h")
    rate = limit((f.subs(w, w + h) - f) / h, h, 0)
    gathered = integrate(diff(f, w), (w, 0, 3))
    return (rate - diff(f, w)).simplify() == 0 and (gathered - f.subs(w, 3)).simplify() == 0
