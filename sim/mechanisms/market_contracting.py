"""Market contracting (comparator): cases are bought from contractors at a price per case."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

import numpy as np

from sim.mechanisms.mechanism import Charge, Mechanism, over_area, rows_of, sum_over_area
from sim.needs import CATEGORIES, Category, Role
from sim.parameters import parameter
from sim.past import all_cases, gathered

if TYPE_CHECKING:
    from sim.levers import Contributions
    from sim.mechanisms.mechanism import Moment
    from sim.state import State
    from sim.tables import Array

#: Services whose result can be looked at: repairs, cleaning, utilities and trade; the others are done between people.
VISIBLE = (Category.PROPERTY, Category.ENVIRONMENT, Category.INFRASTRUCTURE, Category.BUSINESS)
_BOOKED_DAYS = 28


# fmt: off
class MarketContractingParameters(NamedTuple):
    """Constants of contracts."""

    bought: float = parameter(0.4, unit="share", low=0.05, high=0.9, source="mechanisms, comparators", grade="judgement",
        en="share of cases whose first part is bought", zh="首个环节外包的诉求比例")
    price: float = parameter(300.0, unit="CNY per case", low=100.0, high=1000.0, source="mechanisms, comparators", grade="judgement",
        en="price of a bought case", zh="单件购买价格")
    profit: float = parameter(0.15, unit="share", low=0.0, high=0.4, source="mechanisms, comparators", grade="judgement",
        en="share of the price that hires nobody", zh="未用于雇工的价款比例")
    effort: float = parameter(0.15, unit="share", low=0.0, high=0.4, source="Hart, Shleifer & Vishny 1997", grade="judgement",
        en="effort that a contract calls forth", zh="合同激励带来的努力提升")
    skimming: float = parameter(0.25, unit="share", low=0.0, high=0.7, source="Hart, Shleifer & Vishny 1997", grade="judgement", deep=True,
        en="quality that contractors save where nobody sees it", zh="无人察觉时承包方节省的质量")
    monitoring: float = parameter(0.4, unit="share", low=0.0, high=1.0, source="mechanisms, comparators", grade="judgement",
        en="bought cases that are inspected", zh="外包诉求的抽查比例")
    seen_visible: float = parameter(0.8, unit="share", low=0.5, high=1.0, source="Hart, Shleifer & Vishny 1997", grade="judgement",
        en="what an inspection sees of repairs, cleaning, utilities and trade", zh="抽查对有形服务的可观测程度")
    seen_hidden: float = parameter(0.2, unit="share", low=0.0, high=0.5, source="Hart, Shleifer & Vishny 1997", grade="judgement",
        en="what an inspection sees of order, mediation, care and services for migrants", zh="抽查对无形服务的可观测程度")
    narrow: float = parameter(0.5, unit="factor", low=0.0, high=2.0, source="Williamson 1985", grade="judgement",
        en="more cases whose need for partners is overlooked because a contract names one task", zh="合同单一任务导致协同需求被忽视的增加")
    between: float = parameter(0.8, unit="logit", low=0.0, high=2.5, source="Williamson 1985", grade="judgement",
        en="contractors' readiness to refuse what their contract does not name", zh="承包方拒收合同外事项的倾向")
    contract_hours: float = parameter(0.15, unit="hours per community and day", low=0.02, high=0.6, source="mechanisms, comparators", grade="judgement",
        en="hours of the street office for tenders and contracts", zh="招标与合同管理工时")
    inspection_hours: float = parameter(0.3, unit="hours per inspected case", low=0.1, high=1.0, source="mechanisms, comparators", grade="judgement",
        en="hours of the street office for an inspection", zh="每次抽查工时")
# fmt: on


class MarketContracting(Mechanism):
    """The price hires hands and calls forth effort; what inspections cannot see is skimped, what no contract names is refused.

        quality_k = 1 − bought · dose · skimming · (1 − monitoring · seen_k)

    Example: at dose 1 care loses 0.4 · 0.25 · (1 − 0.4 · 0.2) = 9 per cent of its quality, cleaning 7 per cent.
    """

    seed = ("A5", "B1")
    theory = "Contracts cut cost and unobserved quality together: Hart, Shleifer & Vishny 1997, QJE 112(4); Williamson 1985."
    title: ClassVar[dict[str, str]] = {"en": "Market contracting", "zh": "市场外包"}
    summary: ClassVar[dict[str, str]] = {
        "en": "Firms and social organizations are paid per case; the street office writes contracts and inspects.",
        "zh": "按件向企业和社会组织购买服务，街道办负责合同与抽查。",
    }
    payer: ClassVar[dict[str, str]] = {
        "en": "district committee: price per case; street office: contracts and inspections",
        "zh": "区委：按件付费；街道办：合同管理与抽查工时",
    }
    failure: ClassVar[dict[str, str]] = {
        "en": "quality is skimmed where nobody sees it; cases that need several organizations fall between contracts",
        "zh": "不可观测处偷减质量；跨组织事项落入合同缝隙",
    }
    Parameters = MarketContractingParameters

    def charges(self, state: State, dose: Array) -> list[Charge]:
        """The price of the cases of an average day, contract hours, and hours of inspections."""
        p = self.parameters
        district, offices = rows_of(state, Role.DISTRICT_COMMITTEE), rows_of(state, Role.STREET_OFFICE)
        bought = p.bought * dose * cases_a_day(state).sum(1)
        hours = p.contract_hours * dose + p.inspection_hours * p.monitoring * bought
        return [
            Charge(district, money=p.price * sum_over_area(state, district, bought)),
            Charge(offices, hours=sum_over_area(state, offices, hours)),
        ]

    def contribute(self, levers: Contributions, state: State, dose: Array, moment: Moment) -> None:
        """Send cases to contractors, who hire for the price; with effort, skimming and gaps between contracts."""
        p, t, fixed = self.parameters, state.institutions, state.fixed
        levers.add("contracted", p.bought * dose[:, None])
        levers.add(
            "quality", 1.0 - p.bought * p.skimming * dose[:, None] * (1.0 - p.monitoring * self._seen())
        )
        levers.add("scope_error", 1.0 + p.narrow * p.bought * dose)
        revenue = np.zeros(len(t.staff))
        price_of = p.price * p.bought * dose[:, None] * cases_a_day(state)
        for k in Category:
            np.add.at(revenue, fixed.circle[:, fixed.contractors[k]], price_of[:, k])
        contractors = np.unique(fixed.circle[:, fixed.contractors])
        levers.add("added_money", revenue[contractors], contractors)
        levers.add("added_staff", (1.0 - p.profit) * revenue[contractors] / t.wage[contractors], contractors)
        reach = over_area(state, contractors, dose)
        levers.add("effort", 1.0 + p.effort * reach, contractors)
        levers.add("refusal", p.between * reach, contractors)

    def _seen(self) -> Array:
        """What an inspection sees of each category, `[8]`."""
        p = self.parameters
        return np.array([p.seen_visible if k in VISIBLE else p.seen_hidden for k in Category])


def cases_a_day(state: State) -> Array:
    """Cases opened per day by community and category, mean over the last four weeks, `[communities, 8]`."""
    days = min(state.day, _BOOKED_DAYS)
    since = state.day - days
    community, category = gathered(
        all_cases(state, since), ("community", "category"), lambda t: t.opened >= since
    )
    key = community.astype(np.int64) * CATEGORIES + category
    counts = np.bincount(key, minlength=state.geography.n_communities * CATEGORIES)
    return counts.reshape(-1, CATEGORIES) / max(1, days)
