"""Further strategies made from one: without a mechanism, with some of them alone, with other doses.

All are judged `Strategy` objects under stable names, so that they run through the same design, engine and store as the shipped
ones: common random numbers, the common past lived once, a finished run never lived again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from sim.mechanisms import mechanisms
from sim.scenario import Dose, Strategy

#: Doses that a search tries are these parts of the strategy's own: none, a quarter, a half, three quarters, all.
STEPS: Final = 4
#: Decimals of an intensity, so that a file that holds it reads well.
PLACES: Final = 6


def acting(base: Strategy) -> tuple[str, ...]:
    """The mechanisms of a strategy that have a dose, in alphabetical order."""
    return tuple(sorted(name for name, dose in base.mechanisms.items() if dose.intensity > 0))


def groups_used(strategies: Iterable[Strategy]) -> set[str]:
    """The groups of parameters that some of the strategies use: those of all laws, and of mechanisms that have a dose."""
    from sim.laws import LAWS

    return {*LAWS, *(name for one in strategies for name in acting(one))}


def subset(base: Strategy, members: Collection[str]) -> Strategy:
    """`base` with only some of its mechanisms.

    It is called `base`, `base_none`, `base_only_X`, `base_without_X`, or by a digit for each mechanism in alphabetical order, such
    as `base_subset_1011`.
    """
    every = acting(base)
    left_out = [name for name in every if name not in members]
    if not left_out:
        return base
    kept = [name for name in every if name in members]
    if not kept:
        called = "none"
    elif len(kept) == 1:
        called = f"only_{kept[0]}"
    elif len(left_out) == 1:
        called = f"without_{left_out[0]}"
    else:
        called = "subset_" + "".join(str(int(name in members)) for name in every)
    return made(base, called, {name: base.mechanisms[name] for name in kept})


def dosed(base: Strategy, steps: Mapping[str, int]) -> Strategy:
    """`base` with `steps`/`STEPS` of the dose of each mechanism, such as `base_doses_402`; `base` itself at full doses."""
    every = acting(base)
    if all(steps[name] == STEPS for name in every):
        return base
    digits = "".join(str(steps[name]) for name in every)
    doses = {name: times(base.mechanisms[name], steps[name] / STEPS) for name in every if steps[name] > 0}
    return made(base, f"doses_{digits}", doses)


def scaled(base: Strategy, factor: float, **more: float) -> Strategy:
    """`base` under its own name with every intensity times `factor`, and further mechanisms at the intensities `more`."""
    doses = {name: times(dose, factor) for name, dose in base.mechanisms.items()}
    doses |= {name: Dose(intensity=intensity) for name, intensity in more.items()}
    return made(base, "", doses)


def times(dose: Dose, factor: float) -> Dose:
    """A dose with its intensity times `factor`."""
    return dose.model_copy(update={"intensity": round(dose.intensity * factor, PLACES)})


def made(base: Strategy, called: str, doses: Mapping[str, Dose]) -> Strategy:
    """A strategy of these doses, judged, under the name and title of `base` with `called` behind them.

    It stands for those ids of `base` that its mechanisms implement.
    """
    known = mechanisms()
    own = {one for mechanism in doses for one in known[mechanism].seed}
    title = {"en": f"{base.title.en} ({called})", "zh": f"{base.title.zh}（{called}）"}
    return Strategy.from_mapping(
        base.model_dump()
        | {
            "name": f"{base.name}_{called}" if called else base.name,
            "title": title if called else base.title.model_dump(),
            "seed": [one for one in base.seed if one in own],
            "mechanisms": {mechanism: dose.model_dump() for mechanism, dose in sorted(doses.items())},
        }
    )
