"""Service centres (F6e): rooms, helpers and activities for residents, as large as those who speak up make them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

import numpy as np

from sim.mechanisms.mechanism import Charge, Mechanism, over_area, relative, rows_of
from sim.needs import Role
from sim.parameters import parameter
from sim.past import reported_needs

if TYPE_CHECKING:
    from sim.levers import Contributions
    from sim.mechanisms.mechanism import Moment
    from sim.state import State
    from sim.tables import Array


# fmt: off
class ServiceCentresParameters(NamedTuple):
    """Constants of service centres."""

    access: float = parameter(0.40, unit="share", low=0.0, high=0.8, source="seed F6e", grade="judgement",
        en="share of the digital gap in access that helpers of a centre of mean size close", zh="中等规模中心帮办代办弥合的数字接入差距比例")
    desk: float = parameter(0.20, unit="factor", low=0.0, high=1.0, source="seed F6e", grade="judgement",
        en="gain in ease of reporting at the desk", zh="线下窗口便利度的提升")
    activity: float = parameter(0.10, unit="1", low=0.0, high=0.4, source="seed F6e", grade="judgement",
        en="calls to volunteer by activities of the centre", zh="中心活动的志愿动员强度")
    capital: float = parameter(0.30, unit="factor", low=0.0, high=1.5, source="Klinenberg 2018", grade="judgement",
        en="more social capital from the same participation where people have a place to meet", zh="活动场所对参与积累社会资本的加成")
    vocal: float = parameter(1.0, unit="power", low=0.0, high=6.0, source="mechanisms, service centres", grade="judgement", deep=True,
        en="how steeply the size of a centre follows reports per resident; 0: all alike", zh="中心规模随人均诉求量变化的陡度（0为均等）")
    window: float = parameter(90.0, unit="days", low=30.0, high=365.0, source="mechanisms, service centres", grade="judgement",
        en="days over which reports are counted", zh="统计诉求量的天数")
    largest: float = parameter(2.0, unit="factor", low=1.0, high=2.4, source="mechanisms, service centres", grade="judgement",
        en="size of the largest centre relative to the mean", zh="最大中心相对平均规模的倍数")
    rent: float = parameter(250.0, unit="CNY per community and day", low=50.0, high=800.0, source="EV-CD-FUND", grade="judgement",
        en="rent and running cost of a centre of mean size", zh="中等规模中心的租金与运行成本")
    hours: float = parameter(0.8, unit="hours per community and day", low=0.2, high=3.0, source="mechanisms, service centres", grade="judgement",
        en="hours of the service station for helping and hosting in a centre of mean size", zh="服务站帮办与活动组织工时")
# fmt: on


class ServiceCentres(Mechanism):
    """Access for those without digital means and a place to meet; what a community gets follows the voice that it already has.

        size_m = (reports per resident of m)^vocal, relative to its mean over communities, at most `largest`

    Example: two communities of equal need, of which one reports twice as much: with vocal 1 it gets 4/3 of a centre and the other
    2/3; with vocal 6 it gets nearly both.
    """

    seed = ("F6e", "A6")
    theory = (
        "Places to meet build ties, and public services go to those who claim them: Klinenberg 2018, Palaces for the People; "
        "Tudor Hart 1971, Lancet 297 (inverse care law)."
    )
    title: ClassVar[dict[str, str]] = {"en": "Service centres", "zh": "党群服务中心"}
    summary: ClassVar[dict[str, str]] = {
        "en": "Centres help residents without digital access, and give activities a place.",
        "zh": "党群服务中心为无数字接入者帮办，并为活动提供场所。",
    }
    payer: ClassVar[dict[str, str]] = {
        "en": "community party committees: rent; community service stations: hours",
        "zh": "社区党委：租金与运行经费；社区服务站：工时",
    }
    failure: ClassVar[dict[str, str]] = {
        "en": "built where the vocal are: those who report little get least, and gaps between groups widen",
        "zh": "建在声音大的地方：诉求少者所得最少，群体差距扩大",
    }
    Parameters = ServiceCentresParameters

    def charges(self, state: State, dose: Array) -> list[Charge]:
        """Rent and hours in proportion to the size of each centre."""
        p, built = self.parameters, dose * self.size(state)
        committees, stations = (
            rows_of(state, role) for role in (Role.COMMUNITY_COMMITTEE, Role.SERVICE_STATION)
        )
        return [
            Charge(committees, money=p.rent * over_area(state, committees, built)),
            Charge(stations, hours=p.hours * over_area(state, stations, built)),
        ]

    def contribute(self, levers: Contributions, state: State, dose: Array, moment: Moment) -> None:
        """Help, a nearer desk, calls and a place to meet, all in proportion to the size of the centre."""
        p, built = self.parameters, dose * self.size(state)
        levers.add("assisted_access", p.access * built)
        levers.add("desk_ease", 1.0 + p.desk * built)
        levers.add("mobilisation", p.activity * built)
        levers.add("capital_growth", 1.0 + p.capital * built)

    def size(self, state: State) -> Array:
        """Size of the centre of each community relative to the mean, `[communities]`."""
        p = self.parameters
        return np.minimum(p.largest, relative(relative(self.reports(state)) ** p.vocal))

    def reports(self, state: State) -> Array:
        """Needs of the last `window` days that were reported, per resident, `[communities]`."""
        since = state.day - round(self.parameters.window)
        told = np.concatenate([table.community for table in reported_needs(state, since)])
        cells, first = state.cells, state.geography.community_first_cell[:-1]
        residents = np.add.reduceat(cells.last - cells.first, first)
        return np.bincount(told, minlength=len(residents)) / residents
