"""The data sets of the notes, each as the arrays a model takes: rows are examples."""

import numpy as np


def dosage():
    """Doses 0, 0.5, 1 and their effectiveness 0, 1, 0.   Two arrays (3, 1)."""
    return np.array([[0.0], [0.5], [1.0]]), np.array([[0.0], [1.0], [0.0]])


def heights():
    """Weights 0.5, 2.3, 2.9 and heights 1.4, 1.9, 3.2, for a line by gradient descent.   Two arrays (3,)."""
    return np.array([0.5, 2.3, 2.9]), np.array([1.4, 1.9, 3.2])
