"""What checks share: options made of doses, lives that share their past, paired differences, texts in two languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from scipy import stats

from analysis.comparison import Paired, paired
from experiments.verification.records import Text
from sim.model import CommunityModel
from sim.scenario import Strategy

T = TypeVar("T")


def option(name: str, **mechanisms: Mapping[str, Any]) -> Strategy:
    """A strategy of these mechanisms with these doses, at full strength from the day of the reform."""
    return Strategy.from_mapping({
        "name": name, "title": {"en": name, "zh": name}, "summary": {"en": name, "zh": name},
        "mechanisms": {mechanism: {"ramp": 0, **dose} for mechanism, dose in mechanisms.items()},
    })  # fmt: skip


def lives(
    options: Mapping[str, str | Strategy], replicates: int, **settings: Any
) -> Iterator[tuple[str, int, CommunityModel]]:
    """Live every option in every replicate, the past up to the reform once for all: (name, replicate, the model at its end).

    The same model goes on to the next option: take from it what is needed before asking for the next.
    """
    for replicate in range(replicates):
        model = CommunityModel(strategy="siloed", replicate=replicate, **settings)
        morning = model.run(model.reform_day).checkpoint()
        for name, strategy in options.items():
            yield name, replicate, model.resume(morning, strategy).run()


def difference(values: Mapping[str, Sequence[float]], option: str, baseline: str) -> Paired:
    """The paired difference between two options over replicates."""
    return paired(np.asarray(values[option]), np.asarray(values[baseline]))


def collected(
    options: Mapping[str, str | Strategy], replicates: int, measure: Callable[[CommunityModel], Mapping[str, float]], **settings: Any
) -> dict[str, dict[str, list[float]]]:  # fmt: skip
    """By measure and option: one value a replicate."""
    found: dict[str, dict[str, list[float]]] = {}
    for name, _, model in lives(options, replicates, **settings):
        for key, value in measure(model).items():
            found.setdefault(key, {}).setdefault(name, []).append(value)
    return found


def text(en: str, zh: str) -> Text:
    """A text in both languages."""
    return {"en": en, "zh": zh}


def label(lang: str, en: str, zh: str) -> str:
    """A word on a picture, in its language."""
    return zh if lang == "zh" else en


def between(found: Paired) -> tuple[float, float]:
    """The 95 % interval of a paired difference."""
    return found.ci_low, found.ci_high


def tidy(found: Mapping[str, Mapping[str, Sequence[float]]]) -> pd.DataFrame:
    """What `collected` found, one row a measure, option and replicate."""
    return pd.DataFrame([
        {"measure": measure, "option": option, "replicate": replicate, "value": value}
        for measure, options in found.items() for option, values in options.items() for replicate, value in enumerate(values)
    ])  # fmt: skip


def jackknifed(
    replicates: Sequence[T], statistics: Callable[[Sequence[T]], Sequence[float]]
) -> list[tuple[float, float] | None]:
    """95 % intervals of statistics of pooled replicates: one is left out at a time (Miller 1974); none for fewer than three."""
    n, whole = len(replicates), np.asarray(statistics(replicates), float)
    if n < 3:
        return [None] * len(whole)
    left = np.array([statistics([*replicates[:i], *replicates[i + 1 :]]) for i in range(n)], float)
    pseudo = n * whole - (n - 1) * left
    halves = stats.t.ppf(0.975, n - 1) * pseudo.std(axis=0, ddof=1) / np.sqrt(n)
    return [(float(value - half), float(value + half)) for value, half in zip(whole, halves, strict=True)]
