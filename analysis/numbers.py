"""Numbers for readers: as many digits as the uncertainty bears, true minus signs, thousands separated."""

from __future__ import annotations

import math

MINUS = "\u2212"
MISSING = "–"
MOST_DECIMALS = 5
MOST_DIGITS = 4


def decimals(uncertainty: float, digits: int = 2) -> int:
    """Decimal places that show `digits` significant digits of an uncertainty; negative for tens and more."""
    if not math.isfinite(uncertainty) or uncertainty <= 0:
        return 0
    return min(digits - 1 - math.floor(math.log10(uncertainty)), MOST_DECIMALS)


def fixed(value: float, places: int, sign: bool = False) -> str:
    """`value` with `places` decimals (negative: rounded to tens, hundreds, ...), optionally always signed."""
    if not math.isfinite(value):
        return MISSING if math.isnan(value) else ("∞" if value > 0 else f"{MINUS}∞")
    rounded = round(value, places)
    text = f"{abs(rounded):,.{max(places, 0)}f}"
    if float(text.replace(",", "")) == 0:
        return text
    return f"{MINUS}{text}" if rounded < 0 else f"{'+' if sign else ''}{text}"


def significant(value: float, digits: int = 3, sign: bool = False) -> str:
    """`value` with `digits` significant digits; whole numbers keep all their digits below 100,000."""
    if not math.isfinite(value) or value == 0:
        return fixed(value, 0)
    if value == int(value) and abs(value) < 100_000:
        return fixed(value, 0, sign)
    return fixed(value, decimals(abs(value), digits), sign)


def with_interval(value: float, low: float, high: float) -> tuple[str, str, str]:
    """A signed value and the two ends of its interval, all with the decimals that the half width bears.

    Two digits of the half width, at most four of the number.
    """
    half = (high - low) / 2
    if not math.isfinite(half):
        return significant(value, 3, sign=True), MISSING, MISSING
    if half == 0:
        text = significant(value, 3, sign=True)
        return text, text, text
    places = min(decimals(half), decimals(max(abs(low), abs(high)), MOST_DIGITS))
    if low * high > 0:  # an end that is not zero must not be shown as zero
        places = max(places, decimals(min(abs(low), abs(high)), 1))
    shown = [fixed(v, places, sign=True) for v in (value, low, high)]
    if not any(c in "123456789" for c in "".join(shown)):  # nothing but zeros: smaller than is worth a digit
        return "≈0", "≈0", "≈0"
    return shown[0], shown[1], shown[2]


def plain(value: float) -> str:
    """A declared constant as it was written, without binary noise and without an exponent where digits will do."""
    if value and not 1e-4 <= abs(value) < 1e7:
        mantissa, exponent = f"{value:.3g}".split("e") if "e" in f"{value:.3g}" else (f"{value:.3g}", "0")
        if int(exponent):
            return f"{mantissa.replace('-', MINUS)}×10^{int(exponent)}".replace("^-", f"^{MINUS}")
        return mantissa.replace("-", MINUS)
    return f"{value:,.7g}".replace("-", MINUS)
