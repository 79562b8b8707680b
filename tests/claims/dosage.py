"""The network that chapters 6 to 8 train, as a chain, and its three doses."""
from sympy import IndexedBase, Sum, exp, log, symbols

from nbcode.chain import Chain
from nbcode.data import dosage

i, n = symbols("i n", integer=True)
dose, observed, predicted, z1, y1, z2, y2 = (
    IndexedBase(name, real=True) for name in "dose observed predicted z1 y1 z2 y2".split())
w1, b1, w2, b2, w3, w4, b3 = parameters = symbols("w1 b1 w2 b2 w3 w4 b3", real=True)
SSR = symbols("SSR", real=True)
net = Chain({z1[i]: w1*dose[i] + b1, y1[i]: log(1 + exp(z1[i])),
             z2[i]: w2*dose[i] + b2, y2[i]: log(1 + exp(z2[i])),
             predicted[i]: w3*y1[i] + w4*y2[i] + b3,
             SSR: Sum((observed[i] - predicted[i])**2, (i, 1, n))})
doses, effects = dosage()
data = {dose: doses.ravel(), observed: effects.ravel()}
