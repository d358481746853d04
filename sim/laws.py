"""All declared parameters, by group: the laws, the actors, the mechanisms. The one list that validation, sweeps and tables read."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, Final, NamedTuple

from sim.day.adapt import AdaptParameters
from sim.day.arise import AriseParameters
from sim.day.close import CloseParameters
from sim.day.coordinate import CoordinateParameters
from sim.day.participate import ParticipateParameters
from sim.day.respond import RespondParameters
from sim.day.triage import TriageParameters
from sim.day.voice import VoiceParameters
from sim.day.work import WorkParameters
from sim.mechanisms import mechanisms
from sim.needs import NeedParameters
from sim.organizations.enterprise import EnterpriseParameters
from sim.organizations.government import GovernmentParameters
from sim.organizations.network import NetworkParameters
from sim.organizations.organization import StaffParameters
from sim.organizations.party import PartyParameters
from sim.organizations.residents import VolunteerParameters
from sim.organizations.self_governing import SelfGoverningParameters
from sim.organizations.social import SocialParameters
from sim.outcomes import CostParameters
from sim.parameters import defaults, judge
from sim.population import PopulationParameters
from sim.surroundings import SurroundingParameters

LAWS: Final[dict[str, type[tuple]]] = {
    "population": PopulationParameters,
    "needs": NeedParameters,
    "arise": AriseParameters,
    "surroundings": SurroundingParameters,
    "voice": VoiceParameters,
    "triage": TriageParameters,
    "coordinate": CoordinateParameters,
    "work": WorkParameters,
    "close": CloseParameters,
    "respond": RespondParameters,
    "participate": ParticipateParameters,
    "adapt": AdaptParameters,
    "staff": StaffParameters,
    "party": PartyParameters,
    "government": GovernmentParameters,
    "self_governing": SelfGoverningParameters,
    "social": SocialParameters,
    "enterprise": EnterpriseParameters,
    "volunteers": VolunteerParameters,
    "network": NetworkParameters,
    "cost": CostParameters,
}


class LawParameters(NamedTuple):
    """The groups that kernels read."""

    population: PopulationParameters
    needs: NeedParameters
    arise: AriseParameters
    surroundings: SurroundingParameters
    voice: VoiceParameters
    triage: TriageParameters
    coordinate: CoordinateParameters
    work: WorkParameters
    close: CloseParameters
    respond: RespondParameters
    participate: ParticipateParameters
    adapt: AdaptParameters


class Parameters(SimpleNamespace):
    """One attribute per group, each a tuple of plain numbers: `parameters.voice.base_hazard`."""

    population: PopulationParameters
    needs: NeedParameters
    arise: AriseParameters
    surroundings: SurroundingParameters
    voice: VoiceParameters
    triage: TriageParameters
    coordinate: CoordinateParameters
    work: WorkParameters
    close: CloseParameters
    respond: RespondParameters
    participate: ParticipateParameters
    adapt: AdaptParameters
    staff: StaffParameters
    party: PartyParameters
    government: GovernmentParameters
    self_governing: SelfGoverningParameters
    social: SocialParameters
    enterprise: EnterpriseParameters
    volunteers: VolunteerParameters
    network: NetworkParameters
    cost: CostParameters

    @property
    def laws(self) -> LawParameters:
        """The groups of the laws in one tuple, as a kernel receives them."""
        return LawParameters(*(getattr(self, name) for name in LawParameters._fields))

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("parameters never change after a world is built")


def groups() -> dict[str, type[tuple]]:
    """All groups of parameters by name, mechanisms included under their own names."""
    return {**LAWS, **{name: kind.Parameters for name, kind in mechanisms().items()}}


def resolve(
    overrides: Mapping[str, Any] | None = None, fixed: Mapping[str, float] | None = None
) -> Parameters:
    """The parameters of a world.

    Parameters
    ----------
    overrides : dotted names and values, judged against the declared ranges (ConfigError names every fault).
    fixed : values that a degenerate test world sets outside the ranges of a real one; names are checked, ranges are not.
    """
    known = groups()
    chosen: dict[str, dict[str, float]] = {name: {} for name in known}
    for override in judge(known, overrides or {}):
        chosen[override.group][override.field] = override.value
    for name, value in (fixed or {}).items():
        group, field = name.split(".", 1)
        if field not in known[group]._fields:  # type: ignore[attr-defined]
            raise KeyError(name)
        chosen[group][field] = float(value)
    return Parameters(**{name: defaults(kind, chosen[name]) for name, kind in known.items()})


GROUPS: Final = groups()
