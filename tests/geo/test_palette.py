"""Colours and shapes tell everything apart: by colour, by shape alone, and for the colour-blind."""

import re
from itertools import combinations

import numpy as np
import pytest

from geo import palette
from geo.palette import CLASS_SYMBOLS, HISTORICAL_SYMBOL, LAYERS, STATUS_SYMBOLS, VENUE_SYMBOL
from geo.terms import CLASSES, PANO_STATUSES

# G. M. Machado et al., A Physiologically-based Model for Simulation of Color Vision Deficiency, 2009.
DEFICIENCIES = {
    "none": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}


def linear(color):
    """Return the linear red, green and blue of ``#rrggbb``, 0 to 1."""
    values = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    """Return the contrast of WCAG 2."""
    light, dark = sorted(
        (float(linear(color) @ [0.2126, 0.7152, 0.0722]) for color in (one, other)), reverse=True
    )
    return (light + 0.05) / (dark + 0.05)


def lab(rgb):
    """Return CIELAB of linear sRGB under D65."""
    matrix = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = np.array(matrix) @ np.clip(rgb, 0, 1) / [0.9505, 1, 1.089]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_every_class_and_status_has_its_symbol():
    assert set(CLASS_SYMBOLS) == set(CLASSES)
    assert set(STATUS_SYMBOLS) == set(PANO_STATUSES)
    plain = palette.to_dict()
    assert set(plain["classes"]) == set(CLASSES) and set(plain["statuses"]) == set(PANO_STATUSES)


def test_every_colour_is_one():
    symbols = [*CLASS_SYMBOLS.values(), *STATUS_SYMBOLS.values(), VENUE_SYMBOL, HISTORICAL_SYMBOL]
    for color in [*(symbol.color for symbol in symbols), *LAYERS.values()]:
        assert re.fullmatch("#[0-9a-f]{6}", color)


@pytest.mark.parametrize("symbols", [CLASS_SYMBOLS, STATUS_SYMBOLS])
def test_shapes_alone_tell_apart(symbols):
    looks = [(symbol.shape, symbol.filled) for symbol in symbols.values()]
    assert len(set(looks)) == len(looks)


@pytest.mark.parametrize("ground", ["land", "commune", "halo"])
def test_symbols_stand_out_from_what_lies_under_them(ground):
    for symbol in [*CLASS_SYMBOLS.values(), VENUE_SYMBOL, HISTORICAL_SYMBOL]:
        assert contrast(symbol.color, LAYERS[ground]) >= 3


@pytest.mark.parametrize("label", ["commune_label", "place_label", "sea_label"])
def test_names_can_be_read(label):
    assert contrast(LAYERS[label], LAYERS["sea" if label == "sea_label" else "halo"]) >= 3


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_the_colour_blind_tell_classes_apart(deficiency):
    seen = {name: lab(DEFICIENCIES[deficiency] @ linear(s.color)) for name, s in CLASS_SYMBOLS.items()}
    for one, other in combinations(CLASSES, 2):
        assert np.linalg.norm(seen[one] - seen[other]) > 10, (one, other)
