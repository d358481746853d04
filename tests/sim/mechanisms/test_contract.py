"""Every registered mechanism keeps the contract, and the contract itself can be broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import numpy as np
import pytest

import sim.mechanisms
from sim.mechanisms import mechanisms
from sim.mechanisms.brand_culture import BrandCulture
from sim.mechanisms.mechanism import Charge, Mechanism, rows_of
from sim.needs import Role

from . import check
from .check import PARTS, check_mechanism


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
@pytest.mark.parametrize("name", list(mechanisms()))
def test_mechanism_keeps_its_contract(name: str, part: Callable[[str], None]) -> None:
    part(name)


def test_the_folder_is_the_registry() -> None:
    """One file, one mechanism, called as its file; nothing else has to be edited."""
    from pathlib import Path

    folder = Path(sim.mechanisms.__file__).parent
    files = {path.stem for path in folder.glob("*.py")} - {"__init__", "mechanism"}
    found = {
        name: kind for name, kind in mechanisms().items() if kind.__module__.startswith("sim.mechanisms.")
    }
    assert set(found) == files
    for name, kind in found.items():
        assert kind.__module__ == f"sim.mechanisms.{name}"
        assert kind.__name__ == "".join(word.capitalize() for word in name.split("_"))


def test_a_mechanism_that_says_nothing_is_refused() -> None:
    nothing = Mechanism(None)
    with pytest.raises(TypeError, match="must say who pays"):
        nothing.charges(None, None)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="must say what it does"):
        nothing.contribute(None, None, None, 0)  # type: ignore[arg-type]


class Free(BrandCulture):
    """Charges nobody."""

    def charges(self, state: Any, dose: Any) -> list[Charge]:
        return []


class Early(BrandCulture):
    """Acts at dose 0."""

    def contribute(self, levers: Any, state: Any, dose: Any, moment: Any) -> None:
        levers.add("mobilisation", 0.1)


class Everywhere(BrandCulture):
    """Ignores its place."""

    def contribute(self, levers: Any, state: Any, dose: Any, moment: Any) -> None:
        levers.add("mobilisation", 0.5 * dose.max())


class Backwards(BrandCulture):
    """Works best at half a dose."""

    def contribute(self, levers: Any, state: Any, dose: Any, moment: Any) -> None:
        levers.add("mobilisation", dose * (1.0 - dose))


class Boundless(BrandCulture):
    """Leaves the range of its lever."""

    def contribute(self, levers: Any, state: Any, dose: Any, moment: Any) -> None:
        levers.add("mobilisation", 3.0 * dose)


class Hidden(BrandCulture):
    """Takes hours from somebody whom it does not name."""

    def charges(self, state: Any, dose: Any) -> list[Charge]:
        return [Charge(rows_of(state, Role.CITY_COMMITTEE), hours=0.5 * dose.mean())]


class Silent(BrandCulture):
    """Has no Chinese text of its failure."""

    failure: ClassVar[dict[str, str]] = {"en": "wears off", "zh": ""}


class Untimely(BrandCulture):
    """Rests on a theory without a year."""

    theory = "Everybody knows."


class Unknown(BrandCulture):
    """Names an id that is in no inventory."""

    seed = ("Z9",)


@pytest.fixture
def replaced(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[type[Mechanism]], None]]:
    """Let another class stand in for brand culture."""

    def replace(kind: type[Mechanism]) -> None:
        known = {**mechanisms(), "brand_culture": kind}
        for module in (check, sim.strategies):
            monkeypatch.setattr(module, "mechanisms", lambda: known)

    yield replace


@pytest.mark.parametrize(
    ("kind", "complaint"),
    [
        (Free, "charges nobody"), (Early, "moves mobilisation at dose 0"), (Everywhere, "mobilisation moves where"),
        (Backwards, "mobilisation falls back"), (Boundless, "mobilisation leaves"), (Hidden, "city_committee pays and is not named"),
        (Silent, "failure has no Chinese"), (Untimely, "names no year"), (Unknown, "Z9"),
    ],
)  # fmt: skip
def test_a_broken_mechanism_is_caught(
    kind: type[Mechanism], complaint: str, replaced: Callable[[type[Mechanism]], None]
) -> None:
    replaced(kind)
    with pytest.raises(AssertionError, match=complaint):
        check_mechanism("brand_culture")


def test_an_intact_one_passes_as_a_stand_in(replaced: Callable[[type[Mechanism]], None]) -> None:
    replaced(type("Same", (BrandCulture,), {"__doc__": "The same."}))
    check_mechanism("brand_culture")
    assert check.of("brand_culture").parameters == BrandCulture.Parameters(
        **{field: p.value for field, p in BrandCulture.Parameters._field_defaults.items()}  # type: ignore[attr-defined]
    )


def test_levers_at_full_dose_of_all_mechanisms_are_finite() -> None:
    state = check.experienced()
    for name in mechanisms():
        for lever, array in check.contributed(check.of(name), state, np.ones(2)).items():
            assert np.isfinite(array).all(), (name, lever)
