"""Swift response to complaints (Beijing 2019-): one hotline, deadlines, and a public ranking by three rates."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

import numpy as np

from sim.mechanisms.mechanism import Charge, Mechanism, over_area, rows_of, sum_over_area
from sim.needs import Role
from sim.parameters import parameter

if TYPE_CHECKING:
    from sim.levers import Contributions
    from sim.mechanisms.mechanism import Moment
    from sim.state import Communities, State
    from sim.tables import Array


# fmt: off
class SwiftResponseParameters(NamedTuple):
    """Constants of swift response."""

    hotline: float = parameter(2.0, unit="factor", low=0.5, high=6.0, source="EV-BJ-RECV-2019", grade="judgement",
        en="gain in the ease of reporting by hotline; by this value first-year reports grow as contacts in Beijing did", zh="热线上报便利度的提升")
    shorter: float = parameter(0.10, unit="share", low=0.0, high=0.5, source="EV-BJ-DL-GEN", grade="judgement",
        en="share by which the promised deadline of each class is cut", zh="各类办理时限的压缩比例")
    dispatch: float = parameter(0.20, unit="share", low=0.0, high=0.6, source="EV-BJ-DISPATCH-T", grade="judgement",
        en="hand-over lag saved by dispatching from one centre", zh="统一派单节省的移交时滞")
    accountability: float = parameter(0.5, unit="share", low=0.1, high=0.9, source="seed B5", grade="judgement",
        en="pressure on a community in the middle of the ranking", zh="居中排名社区承受的问责压力")
    ranking: float = parameter(0.5, unit="share", low=0.0, high=1.0, source="mechanisms, swift response", grade="judgement",
        en="part of the pressure that the ranking adds for the last and takes from the first", zh="排名对末位加压、对首位减压的幅度")
    target: float = parameter(0.95, unit="share", low=0.7, high=1.0, source="EV-BJ-RES-2024", grade="judgement",
        en="rate below which a community is held to account", zh="问责所依据的目标比率")
    weight_response: float = parameter(0.2, unit="weight", low=0.1, high=0.33, source="EV-BJ-WEIGHT", grade="judgement",
        en="weight of the response rate in the score; resolution and satisfaction share the rest", zh="响应率在综合得分中的权重")
    follow_up: float = parameter(0.15, unit="share", low=0.0, high=0.45, source="EV-BJ-RES-2024", grade="judgement",
        en="gain in the quality of completed work by asking residents whether it helped", zh="回访督办对办结质量的提升")
    audit: float = parameter(0.3, unit="share", low=0.0, high=0.9, source="mechanisms, swift response", grade="judgement",
        en="closures that the call-back checks with the resident", zh="回访核实的办结比例")
    easy_first: float = parameter(0.5, unit="days per hour of work", low=0.0, high=5.0, source="Bevan & Hood 2006", grade="judgement",
        en="days of precedence that a case gains for each hour less of work", zh="先易后难：每少一工时的优先天数")
    burden: float = parameter(0.015, unit="share", low=0.0, high=0.08, source="mechanisms, swift response", grade="judgement",
        en="working time of street offices and stations lost to documenting each case", zh="办件留痕占用的工作时间")
    leaving: float = parameter(0.5, unit="share", low=0.0, high=2.0, source="mechanisms, swift response", grade="judgement",
        en="more staff that leaves where the ranking is last", zh="末位单位人员流失的增加")
    hotline_money: float = parameter(100.0, unit="CNY per community and day", low=20.0, high=400.0, source="EV-BJ-RECV-2019", grade="judgement",
        en="money of the district committee for the hotline", zh="热线运行经费")
    ranking_hours: float = parameter(1.5, unit="hours per day", low=0.3, high=4.0, source="mechanisms, swift response", grade="judgement",
        en="hours of each street committee for supervision and ranking", zh="街道督办与排名工时")
    call_hours: float = parameter(0.3, unit="hours per community and day", low=0.05, high=1.5, source="mechanisms, swift response", grade="judgement",
        en="hours of each community service station for calling residents back", zh="社区回访工时")
# fmt: on


class SwiftResponse(Mechanism):
    """More is reported, deadlines bind, who ranks low is pressed hardest: effort, and gaming, rise with the gap to the target.

        score    = w · response + (1 − w) / 2 · (resolution + satisfaction)         as the administration records them
        pressure = accountability · dose · (1 + ranking · (2 · place − 1))          place 0 first, 1 last of all communities

    The rates are smoothed over about a month of cases. Example: at dose 1 the last of many communities is pressed by
    0.5 · 1.5 = 0.75, the first by 0.25.
    """

    seed = ("C2", "B5")
    theory = "Targets with public ranking raise effort and gaming together: Bevan & Hood 2006, Public Administration 84(3); Hirschman 1970."
    title: ClassVar[dict[str, str]] = {"en": "Swift response to complaints", "zh": "接诉即办"}
    summary: ClassVar[dict[str, str]] = {
        "en": "One hotline takes all complaints; deadlines bind; response, resolution and satisfaction rates are ranked.",
        "zh": "统一热线受理诉求，限时办结，按响应率、解决率、满意率排名。",
    }
    payer: ClassVar[dict[str, str]] = {
        "en": "district committee: hotline; street committee: supervision and ranking; community stations: call-backs",
        "zh": "区委：热线经费；街道党工委：督办与排名工时；社区服务站：回访工时",
    }
    failure: ClassVar[dict[str, str]] = {
        "en": "induced demand outruns capacity; cases are closed on paper; easy cases go first and hard ones wait",
        "zh": "诱发诉求超出承接能力；纸面办结；先易后难，难题积压",
    }
    Parameters = SwiftResponseParameters

    def charges(self, state: State, dose: Array) -> list[Charge]:
        """Hotline money of the district, ranking hours of the street, call-back hours of the stations."""
        p = self.parameters
        district, street, stations = (
            rows_of(state, role)
            for role in (Role.DISTRICT_COMMITTEE, Role.STREET_COMMITTEE, Role.SERVICE_STATION)
        )
        return [
            Charge(district, money=p.hotline_money * sum_over_area(state, district, dose)),
            Charge(street, hours=p.ranking_hours * over_area(state, street, dose)),
            Charge(stations, hours=p.call_hours * over_area(state, stations, dose)),
        ]

    def contribute(self, levers: Contributions, state: State, dose: Array, moment: Moment) -> None:
        """Ease and speed of reporting, deadlines and targets, pressure by rank, and what pressure tempts to."""
        p = self.parameters
        place = place_in_ranking(scores(state.communities, p.weight_response))
        levers.add("hotline_ease", 1.0 + p.hotline * dose)
        levers.add("deadline", 1.0 - p.shorter * dose)
        levers.add("handover_lag", 1.0 - p.dispatch * dose)
        levers.add("accountability", p.accountability * dose * (1.0 + p.ranking * (2.0 * place - 1.0)))
        levers.add("target", p.target * (dose > 0.0))
        levers.add("quality", 1.0 + p.follow_up * dose[:, None])
        levers.add("audit", p.audit * dose)
        levers.add("easy_first", p.easy_first * dose)
        ranked = np.union1d(rows_of(state, Role.STREET_OFFICE), rows_of(state, Role.SERVICE_STATION))
        levers.add("burden", p.burden * over_area(state, ranked, dose), ranked)
        levers.add("turnover", 1.0 + p.leaving * over_area(state, ranked, dose * place), ranked)


def scores(communities: Communities, weight_response: float) -> Array:
    """Weighted mean of the three recorded rates, `[communities]`, 0-1."""
    c = communities
    rest = 0.5 * (1.0 - weight_response)
    return weight_response * c.responsive + rest * (c.recognised + c.rated_well)


def place_in_ranking(score: Array) -> Array:
    """Share of all others that rank before each one, equals counted by half: 0 first, 1 last; one alone stands in the middle."""
    if len(score) == 1:
        return np.full(1, 0.5)
    ordered = np.sort(score)
    not_above = np.searchsorted(ordered, score, "right")
    equal = not_above - np.searchsorted(ordered, score, "left") - 1
    return (len(score) - not_above + 0.5 * equal) / (len(score) - 1)
