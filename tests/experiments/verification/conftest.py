"""Checks that take no time, to try what is made of them."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.patterns import Finding
from experiments.verification.lives import text
from experiments.verification.records import About, Examined, Kind, Picture


class Made:
    """A check of a kind with findings of these values, each of which holds above zero."""

    def __init__(self, identity: str, kind: Kind, *values: float, error: Exception | None = None) -> None:
        self.ABOUT = About(
            identity, kind, text("A <b>title", "标题"), text("A claim.", "命题。"), "Nobody & Co. 2020"
        )
        self._values, self._error = values, error

    def examine(self, scale: str) -> Examined:
        if self._error is not None:
            raise self._error
        findings = [
            Finding(text(f"number {i}", f"数 {i}"), value, low=0.0) for i, value in enumerate(self._values)
        ]
        beside = Finding(text("beside", "另"), 3.0, interval=(2.0, 4.0), unit=text("days", "天"))
        card = self.ABOUT.card(text(f"Made, {scale}.", f"构造，{scale}。"), *findings, beside)
        picture = Picture(
            text("A line", "一条线"),
            text("A line from 0 to 1.", "由 0 到 1。"),
            lambda ax, lang: ax.plot([0, 1], [0, 1]),
        )
        return Examined(card, (picture,), pd.DataFrame({"x": ["a", "b"], "some_value": [0.0, 1.5]}))


@pytest.fixture
def made() -> type[Made]:
    """Makes such checks."""
    return Made
