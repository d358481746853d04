"""Lists of names: outcomes, constants to vary, and what a sweep varies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from experiments.faults import Faults, shown
from experiments.keys import FIELD, Key
from sim.parameters import flatten


def outcomes(command: str, given: Any, faults: Faults) -> tuple[str, ...] | None:
    """Outcomes by name; of a trial in the field those that communities can be measured by."""
    from sim.outcomes import OUTCOMES

    if given is None:
        return None
    if isinstance(given, str) or not isinstance(given, Sequence) or not given:
        faults.add("names_needed", key="outcomes", value=shown(given), example=OUTCOMES[0].name)
        return None
    known = [outcome.name for outcome in OUTCOMES]
    if command in FIELD:
        from experiments.estimate import MEASURED

        known = list(MEASURED)
    for name in given:
        if name not in known:
            faults.choice("outcomes", name, known)
    return tuple(name for name in given if name in known)


def outcome(given: Any, faults: Faults) -> str:
    """One outcome that has a better direction."""
    from sim.outcomes import OUTCOMES

    known = [outcome.name for outcome in OUTCOMES if outcome.better]
    if given not in known:
        faults.choice("outcome", given, known)
    return str(given)


def over(given: Any, faults: Faults) -> tuple[str, ...] | None:
    """Uncertain parameters by name, by group, or as the block of deep uncertainty; each once, in the order of their names."""
    from experiments.ranges import uncertain

    if given is None:
        return None
    if isinstance(given, str) or not isinstance(given, Sequence) or not given:
        faults.add("names_needed", key="over", value=shown(given), example="voice.base_hazard")
        return None
    every = uncertain().names
    groups = {"deep": set(uncertain(deep=True).names)}
    for name in every:
        groups.setdefault(name.partition(".")[0], set()).add(name)
    found: set[str] = set()
    for name in given:
        if name not in every and name not in groups:
            faults.add(
                "unknown_constant",
                value=shown(name),
                groups=", ".join(groups),
                near=faults.near(name, (*every, *groups)),
            )
        found |= groups.get(name, {name})
    return tuple(sorted(found))


def sweep(values: dict[str, Any], keys: Mapping[str, Key], raw: Mapping[str, Any], faults: Faults) -> None:
    """What a sweep varies, by dotted key; `experiments.points` judges it. An experiment that varies keys is for `sweep` alone."""
    given = raw.get("sweep") or {}
    if not isinstance(given, Mapping):
        faults.add("fields_needed", key="sweep", value=shown(given))
    elif "sweep" in keys:
        values["sweep"] = dict(flatten(given))
    elif given:
        faults.add(
            "only_swept", key=f"sweep.{next(iter(dict(flatten(given))), '')}", command=values["command"]
        )
