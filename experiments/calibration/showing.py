"""The tables of a calibration for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from experiments.printing import number, table
from experiments.texts import text

if TYPE_CHECKING:
    import pandas as pd

    from experiments.calibration.waves import Fit
    from experiments.settings import Settings

#: Rows of the screening that are printed.
SHOWN: Final = 20


def show_screen(settings: Settings, screen: pd.DataFrame) -> None:
    """Print the constants that matter most."""
    rows = [[row["parameter"], number(row["score"]), row["target"]] for row in _rows(screen[:SHOWN])]
    title = text(settings.lang, "screen_title", idle=int((screen["score"] == 0.0).sum()), all=len(screen))
    table(_headers(settings, "parameter", "score", "target"), rows, title, numbers=(1,))


def show_fit(settings: Settings, errors: pd.DataFrame) -> None:
    """Print the errors, fitted targets first."""
    headers = _headers(settings, "target", "range", "default", "posterior", "inside", "error")
    for use in ("fit", "holdout"):
        rows = [
            [row["target"], _range(row), number(row["default_mean"]), _posterior(row), number(row["inside"], 2), number(row["error"], 2)]
            for row in _rows(errors[errors["use"] == use])
        ]  # fmt: skip
        table(headers, rows, text(settings.lang, f"fit_title_{use}"), numbers=(1, 2, 3, 4, 5))


def show_bounds(settings: Settings, bounds: pd.DataFrame, found: Fit) -> None:
    """Print what became of the range of each constant."""
    rows = [
        [row["parameter"], _range(row), number(row["value"]), _posterior(row), number(row["narrowing"], 2)]
        for row in _rows(bounds.sort_values("narrowing", ascending=False))
    ]
    title = text(
        settings.lang,
        "bounds_title",
        accepted=len(found.accepted),
        draws=settings.draws,
        effective=number(found.effective, 2),
    )
    table(
        _headers(settings, "parameter", "range", "default", "posterior", "narrowing"),
        rows,
        title,
        numbers=(1, 2, 3, 4),
    )


def _rows(frame: pd.DataFrame) -> list[dict[Any, Any]]:
    return frame.to_dict("records")


def _headers(settings: Settings, *names: str) -> list[str]:
    return [text(settings.lang, f"column_{name}") for name in names]


def _range(row: dict[Any, Any]) -> str:
    return f"{number(row['low'])} – {number(row['high'])}"


def _posterior(row: dict[Any, Any]) -> str:
    return f"{number(row['mean'])} ({number(row['q05'])} – {number(row['q95'])})"
