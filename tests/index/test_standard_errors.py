"""Standard errors from published samples, counts and intervals."""

from __future__ import annotations

import numpy as np
import pytest

from placedata.index.standard_errors import binomial, from_interval, poisson


def test_a_large_sample_has_the_textbook_standard_error():
    assert binomial(0.3, 10_000) == pytest.approx(np.sqrt(0.21 / 10_000), rel=1e-3)
    assert binomial(30, 10_000, per=100) == pytest.approx(100 * np.sqrt(0.21 / 10_000), rel=1e-3)


def test_none_of_a_small_sample_is_not_certain():
    """Wilson's interval for 0 of 10 runs from 0 to z²/(n + z²) = 0.2775."""
    assert 2 * 1.959964 * binomial(0.0, 10) == pytest.approx(0.2775, abs=1e-4)
    assert binomial(1.0, 10) == pytest.approx(binomial(0.0, 10))


def test_counts_and_rates_have_the_error_of_poisson():
    np.testing.assert_allclose(poisson([100, 25, 0, np.nan]), [10, 5, 1, np.nan])
    assert poisson(100, denominator=5000, per=1000) == pytest.approx(2)
    assert np.isnan(poisson(4, denominator=0))
    assert np.isnan(binomial(0.5, 0))


def test_a_published_interval_is_turned_back():
    assert from_interval(10 - 1.959964, 10 + 1.959964) == pytest.approx(1)
    assert from_interval(10 - 1.644854, 10 + 1.644854, level=0.9) == pytest.approx(1)
