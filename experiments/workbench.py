"""The model as an object of the EMA workbench (Kwakkel 2017), for those who work there.

    from ema_workbench import perform_experiments
    from experiments.workbench import model, settings
    results = perform_experiments(model(settings("discover", "world=classroom", "days=90")), scenarios=100, policies=2)

Uncertainties are the constants that `uncertainty` varies, over their declared ranges and scales, the future where several are given,
and the replicate; the strategy is the lever.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from experiments.objectives import SHOWN
from experiments.ranges import Ranges, uncertain

if TYPE_CHECKING:
    from experiments.settings import Command, Settings

#: What stands for the dot of a parameter's name: the workbench takes only names of Python.
DOT = "__"


def settings(command: Command, *words: str) -> Settings:
    """The judged settings that the words `key=value …` of a command mean."""
    from experiments.configuration import read

    return read(command, words)


def model(settings: Settings, outcomes: Sequence[str] | None = None, name: str = "xietong") -> Any:
    """An `ema_workbench.Model` of the settings; `outcomes` are those of the glossary that it returns.

    Each evaluation lives one run in the calling process and keeps nothing on disk.

    Raises
    ------
    ValueError
        `uncertainty=posterior`: a sample has no ranges to draw from.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ema_workbench import CategoricalParameter, IntegerParameter, Model, ScalarOutcome

    told = list(outcomes or SHOWN)
    made = Model(name, function=_function(settings, told))
    made.uncertainties = [
        _real(ranges, i) for ranges in (_space(settings),) for i in range(len(ranges.names))
    ]
    made.uncertainties.extend([IntegerParameter("replicate", settings.numbers()[0], settings.numbers()[-1])])
    if len(settings.futures) > 1:
        made.uncertainties.extend(
            [CategoricalParameter("future", [future.name for future in settings.futures])]
        )
    made.levers = [CategoricalParameter("strategy", [strategy.name for strategy in settings.strategies])]
    made.outcomes = [ScalarOutcome(one) for one in told]
    return made


def _space(settings: Settings) -> Ranges:
    if settings.uncertainty == "posterior":
        raise ValueError("uncertainty=posterior: a sample has no ranges; take deep or ranges")
    fixed = settings.parameters.keys() | settings.world.parameters.keys()
    futures = settings.futures or (settings.future,)
    return uncertain(
        settings.uncertainty == "deep", without=fixed.union(*(f.parameters.keys() for f in futures))
    )


def _real(ranges: Ranges, at: int) -> Any:
    """One constant, uniform in itself or in its logarithm as `Ranges` has it."""
    from ema_workbench import RealParameter
    from scipy.stats import loguniform

    name, low, high = ranges.names[at].replace(".", DOT), float(ranges.low[at]), float(ranges.high[at])
    return (
        RealParameter.from_dist(name, loguniform(low, high))
        if ranges.log[at]
        else RealParameter(name, low, high)
    )


def _function(settings: Settings, outcomes: Sequence[str]) -> Callable[..., dict[str, float]]:
    """One run as the workbench calls it: parameters, strategy, future and replicate by name to outcomes."""
    from experiments.task import build

    strategies = {strategy.name: strategy for strategy in settings.strategies}
    futures = {future.name: future for future in settings.futures}

    def function(
        strategy: str, replicate: int, future: str | None = None, **constants: float
    ) -> dict[str, float]:
        drawn = {name.replace(DOT, "."): float(value) for name, value in constants.items()}
        own = settings.model_copy(update={
            "parameters": {**drawn, **settings.parameters}, "future": settings.future if future is None else futures[future],
        })  # fmt: skip
        lived = build(own, strategies[strategy], int(replicate))
        lived.run()
        found = lived.outcomes()
        return {name: float(found[name]) for name in outcomes}

    return function
