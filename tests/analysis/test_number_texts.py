"""Numbers show as many digits as their uncertainty bears."""

from __future__ import annotations

import pytest

from analysis.numbers import MISSING, decimals, fixed, plain, significant, with_interval

NAN = float("nan")


@pytest.mark.parametrize(
    ("value", "low", "high", "expected"),
    [
        (-2.1345, -2.5, -1.77, ("−2.13", "−2.50", "−1.77")),
        (12345.6, 11111.0, 13580.2, ("+12,300", "+11,100", "+13,600")),
        (0.0, 0.0, 0.0, ("0", "0", "0")),
        (0.5, 0.5, 0.5, ("+0.500", "+0.500", "+0.500")),
        (1.5, NAN, NAN, ("+1.50", MISSING, MISSING)),
        (4.3, 0.004, 8.596, ("+4.300", "+0.004", "+8.596")),
        (1e-9, -1e-9, 3e-9, ("≈0", "≈0", "≈0")),
    ],
)
def test_interval(value: float, low: float, high: float, expected: tuple[str, str, str]) -> None:
    assert with_interval(value, low, high) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(0, "0"), (48000, "48,000"), (0.12345, "0.123"), (59.96, "60.0"), (NAN, MISSING)]
)
def test_significant(value: float, expected: str) -> None:
    assert significant(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.31, "0.31"), (3.0, "3"), (400000.0, "400,000"), (-4.0, "−4"), (2e-5, "2×10^−5")],
)
def test_plain(value: float, expected: str) -> None:
    assert plain(value) == expected


def test_no_negative_zero() -> None:
    assert fixed(-0.001, 2) == "0.00"
    assert decimals(0.0) == 0
