"""What is not known, lived rather than assumed away: each replicate may have parameters of its own.

    uncertainty=none        the declared values in every replicate
    uncertainty=deep        the block that nobody has measured, over its declared ranges
    uncertainty=ranges      all uncertain parameters, over their declared ranges
    uncertainty=posterior   draws of the posterior sample of the calibration

All strategies of a replicate live under the same draw, so that differences stay paired; what is set by hand, by the world or by the
future stands over a draw.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from experiments.posterior import posterior_draws
from experiments.ranges import range_draws

if TYPE_CHECKING:
    from experiments.settings import Settings

KINDS: Final = ("none", "deep", "ranges", "posterior")


def draws(settings: Settings) -> list[dict[str, float]]:
    """One set of parameters for each replicate of a design; empty sets where nothing varies."""
    asked = len(settings.numbers())
    if settings.uncertainty == "none":
        return [{} for _ in range(asked)]
    # Draws of a design depend on its size: one that may still grow takes the first of those of its largest size.
    n = asked if settings.precision is None else max(asked, settings.max_replicates or 0)
    if settings.uncertainty == "posterior":
        return posterior_draws(n, settings.seed)[:asked]
    return range_draws(n, settings.seed, deep=settings.uncertainty == "deep")[:asked]


def worlds(settings: Settings) -> Iterator[tuple[Settings, int]]:
    """The settings and number of each world that a design lives in: futures outside, replicates within."""
    drawn = draws(settings)
    for future in settings.futures or (settings.future,):
        fixed = settings.world.parameters.keys() | future.parameters.keys()
        common = settings.model_copy(update={"future": future})
        for replicate, draw in zip(settings.numbers(), drawn, strict=True):
            free = {name: value for name, value in draw.items() if name not in fixed}
            own = {"parameters": {**free, **settings.parameters}}
            yield common.model_copy(update=own) if free else common, replicate
