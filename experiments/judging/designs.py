"""What must fit together in a judged configuration: strategies and their world, designs and their sizes."""

from __future__ import annotations

from experiments.faults import Faults, shown
from experiments.keys import FIELD, MAKING
from experiments.settings import Settings


def judge_baseline(settings: Settings, faults: Faults) -> None:
    known = [strategy.name for strategy in settings.strategies]
    if settings.command == "sensitivity":
        return  # any strategy may be the second one, and has been found
    if settings.baseline_name() not in known:
        faults.choice("baseline", settings.baseline, known)


def judge_precision(settings: Settings, faults: Faults) -> None:
    """A first stage that is large enough, and a limit beyond it."""
    from experiments.precision import FIRST_STAGE

    if settings.precision is None:
        if settings.max_replicates is not None:
            faults.add("most_alone", value=settings.max_replicates)
        return
    if settings.replicates < FIRST_STAGE:
        faults.add("first_stage", value=settings.replicates, least=FIRST_STAGE)
    if settings.max_replicates is not None and settings.max_replicates < settings.replicates:
        faults.add("most_below_first", value=settings.max_replicates, replicates=settings.replicates)


def judge_making(settings: Settings, faults: Faults) -> None:
    """What strategies that others are made from must have, and a common cost."""
    strategy = settings.strategies[0]
    if settings.command in (*MAKING, *FIELD) and not any(
        dose.intensity > 0 for dose in strategy.mechanisms.values()
    ):
        faults.add("no_mechanisms", name=strategy.name)
    if settings.command in ("attribute", *FIELD) and settings.replicates < 2:
        faults.add("replicates_too_few", value=settings.replicates)
    acts = any(dose.intensity > 0 for one in settings.strategies for dose in one.mechanisms.values())
    if settings.budget == "neutral" and settings.budget_level is None and not acts:
        faults.add("nothing_costs")
    if settings.budget_level is not None and settings.budget == "own":
        faults.add("level_alone", value=shown(settings.budget_level))


def judge_varying(settings: Settings, faults: Faults) -> None:
    """What a design that varies parameters needs: something to vary, and base points that fill a cube evenly."""
    from experiments.sensitivity import FEWEST, space

    if settings.command == "sensitivity":
        if settings.method == "sobol" and settings.over is None:
            faults.add("sobol_needs_over")
        if settings.samples < FEWEST or settings.samples & (settings.samples - 1):
            near = max(FEWEST, 1 << (settings.samples.bit_length() - 1))
            faults.add("power_of_two", value=settings.samples, least=FEWEST, near=near)
        if not space(settings).names:
            faults.add("nothing_varies", over=shown(list(settings.over or ())))
    varied = settings.uncertainty != "none" or len(settings.futures) > 1
    if settings.command == "discover" and not varied:
        faults.add("certain_world")


def judge_trial(settings: Settings, faults: Faults) -> None:
    """Communities enough for every wave, a period before the reform, one for each wave after it, and mechanisms that can be placed."""
    from experiments.estimate import communities, periods

    there, least = communities(settings), max(4, 2 * settings.steps)
    if there < least:
        faults.add(
            "few_communities", world=settings.world.name, there=there, steps=settings.steps, least=least
        )
    before, after = periods(settings)
    if before < 1 or after < settings.steps:
        faults.add(
            "short_trial", period=settings.period, before=before, after=after, steps=settings.steps,
            reform_day=settings.reform_day, days=settings.days,
        )  # fmt: skip
    for name, dose in settings.strategies[0].mechanisms.items():
        if dose.place != "all" or dose.start not in (None, settings.reform_day):
            faults.add("placed_already", strategy=settings.strategies[0].name, name=name)


def judge_fit(settings: Settings, faults: Faults) -> None:
    """Whether each strategy can be applied in the world: places that exist, parameters that its mechanisms have."""
    from sim.laws import resolve
    from sim.randomness import draws_for
    from sim.strategies import Programme

    communities = settings.world.jurisdictions.n_communities
    draws = draws_for(settings.seed, 0, settings.pin)
    for strategy in settings.strategies:
        with faults.gather():
            Programme(strategy, resolve(settings.parameters), communities, draws, settings.reform_day)
