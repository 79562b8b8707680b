"""The figures' colours: told apart by every kind of eye, in light and in dark, and strong enough on the page."""
import re
from itertools import combinations

import numpy as np
import pytest
from browser import ROOT

from nbcode.figure import COLORS
from nbcode.figure.svg import MIDDLE

# How eyes without one kind of cone see linear RGB: Machado, Oliveira and Fernandes 2009, severity 1.
EYES = {
    "all cones": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                   [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                     [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                   [0.004733, 0.691367, 0.303900]],
}
TO_XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
                   [0.0193339, 0.1191920, 0.9503041]])


def variables():
    """The --nb- colours that figure.css sets on a dark page."""
    css = (ROOT / "nbcode" / "figure" / "figure.css").read_text(encoding="utf-8")
    return dict(re.findall(r"--nb-(\w+): (#\w{6})", re.search(r"data-theme=dark\][^{]*\{([^}]*)", css)[1]))


def linear(color):
    channels = np.array([int(color[k:k + 2], 16) / 255 for k in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055)**2.4)


def lab(color, eye="all cones"):
    """CIE Lab of a colour as an eye sees it."""
    xyz = TO_XYZ @ np.clip(np.array(EYES[eye]) @ linear(color), 0, 1) / TO_XYZ.sum(axis=1)
    x, y, z = np.where(xyz > (6 / 29)**3, np.cbrt(xyz), xyz * (29 / 6)**2 / 3 + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def apart(one, other, eye="all cones"):
    return float(np.linalg.norm(lab(one, eye) - lab(other, eye)))


def contrast(one, other):
    """WCAG's ratio of two colours' luminances."""
    low, high = sorted(float(TO_XYZ[1] @ linear(color)) for color in (one, other))
    return (high + 0.05) / (low + 0.05)


PALETTES = {"light": (COLORS, "#ffffff"), "dark": ({name: variables()[name] for name in COLORS}, "#121212")}


def test_the_measures():
    assert lab("#ffffff") == pytest.approx([100, 0, 0], abs=0.01)
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert apart("#ff0000", "#00a000") > 100 > 40 > apart("#b00000", "#606000", "protanopia")


def test_every_colour_has_its_like_in_the_dark():
    assert variables().keys() == {*COLORS, "middle"}


@pytest.mark.parametrize("mode", PALETTES)
def test_no_eye_mistakes_one_colour_for_another(mode):
    palette, _ = PALETTES[mode]
    close = {(one, other, eye): round(apart(palette[one], palette[other], eye))
             for one, other in combinations(palette, 2) for eye in EYES}
    least = min(close, key=close.get)
    print(f"\n{mode}: the closest are {least}, {close[least]} apart")
    faint = {pair: distance for pair, distance in close.items() if "faint" in pair}  # for what stands behind
    assert min(faint.values()) >= 9
    assert min(distance for pair, distance in close.items() if pair not in faint) >= 15


def test_a_cell_at_either_end_is_no_cell_in_the_middle():
    for palette, middle in ((PALETTES["light"][0], MIDDLE), (PALETTES["dark"][0], variables()["middle"])):
        for eye in EYES:
            assert min(apart(palette[end], middle, eye) for end in ("orange", "blue")) > 30


@pytest.mark.parametrize("mode", PALETTES)
def test_lines_stand_out_from_the_page(mode):
    palette, page = PALETTES[mode]
    assert min(contrast(color, page) for color in palette.values()) >= 3


def test_mistakable_colours_are_seen():
    assert apart("#00805c", "#c2185b", "deuteranopia") < 9  # green and gradient, as they once were
