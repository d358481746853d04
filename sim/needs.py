"""What residents can lack and who is competent for it: eight categories of need, five kinds of resource, the roles of a circle.

A category asks for a vector of hours over the five kinds of resource: the hours of a case are shared out over the organizations
of its chain, of which a case of scope n needs the first n. Declared here as data; the laws read it as arrays.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.parameters import parameter


class Kind(IntEnum):
    """Kinds of resource (seed B4), each with the actor that holds most of it."""

    ADMINISTRATIVE = 0
    SOCIAL_CAPITAL = 1
    PROFESSIONAL = 2
    MARKET = 3
    VOLUNTARY = 4


class Actor(IntEnum):
    """The six actor kinds A1-A6."""

    PARTY = 0
    GOVERNMENT = 1
    SELF_GOVERNING = 2
    SOCIAL = 3
    ENTERPRISE = 4
    RESIDENTS = 5


class Level(IntEnum):
    """Levels of the jurisdiction tree, lowest first."""

    CELL = 0
    COMMUNITY = 1
    STREET = 2
    DISTRICT = 3
    CITY = 4


class Category(IntEnum):
    """The eight categories of need."""

    PROPERTY = 0
    ENVIRONMENT = 1
    ORDER = 2
    INFRASTRUCTURE = 3
    DISPUTE = 4
    CARE = 5
    MIGRANT = 6
    BUSINESS = 7


#: Hours that one full-time worker works in a day (laws §5).
HOURS_PER_DAY: Final = 8.0
CATEGORIES: Final = len(Category)
KINDS: Final = len(Kind)
ACTORS: Final = len(Actor)
MOST_PARTS: Final = 4


class Role(IntEnum):
    """The seats of a community's circle: each community sees exactly one institution in each seat.

    Institutions above the community sit in the circles of all communities they serve, so ties (`[community, seat, seat]`) grow
    linearly with the number of communities. Grid branches stand below the circle.
    """

    CITY_COMMITTEE = 0
    DISTRICT_COMMITTEE = 1
    STREET_COMMITTEE = 2
    COMMUNITY_COMMITTEE = 3
    CITY_DEPARTMENT = 4  # 4..11, one per category
    DISTRICT_DEPARTMENT = 12  # 12..19, one per category
    STREET_OFFICE = 20
    SERVICE_STATION = 21
    RESIDENTS_COMMITTEE = 22
    COUNCIL = 23
    SOCIAL_ORGANIZATION = 24
    PROPERTY_FIRM = 25
    PUBLIC_UNIT = 26
    STATE_FIRM = 27
    PRIVATE_FIRM = 28
    VOLUNTEERS = 29
    GRID_BRANCH = 30


SEATS: Final = 30


def city_department(category: Category) -> int:
    """Seat of the city department competent for `category`."""
    return int(Role.CITY_DEPARTMENT) + int(category)


def district_department(category: Category) -> int:
    """Seat of the district department competent for `category`."""
    return int(Role.DISTRICT_DEPARTMENT) + int(category)


#: Who acts in which order on a case of each category: the first seat alone for scope 1, the first two for scope 2, and so on.
#: The dominant kind of resource comes first (laws §0).
CHAINS: Final[dict[Category, tuple[int, int, int, int]]] = {
    Category.PROPERTY: (
        Role.PROPERTY_FIRM, Role.STREET_OFFICE, district_department(Category.PROPERTY), Role.RESIDENTS_COMMITTEE,
    ),
    Category.ENVIRONMENT: (
        Role.PROPERTY_FIRM, Role.SERVICE_STATION, Role.VOLUNTEERS, district_department(Category.ENVIRONMENT),
    ),
    Category.ORDER: (
        Role.STREET_OFFICE, Role.VOLUNTEERS, district_department(Category.ORDER), Role.RESIDENTS_COMMITTEE,
    ),
    Category.INFRASTRUCTURE: (
        district_department(Category.INFRASTRUCTURE), Role.PROPERTY_FIRM, Role.STREET_OFFICE,
        city_department(Category.INFRASTRUCTURE),
    ),
    Category.DISPUTE: (Role.RESIDENTS_COMMITTEE, Role.VOLUNTEERS, Role.STREET_OFFICE, Role.COUNCIL),
    Category.CARE: (
        Role.SOCIAL_ORGANIZATION, Role.VOLUNTEERS, Role.RESIDENTS_COMMITTEE, district_department(Category.CARE),
    ),
    Category.MIGRANT: (
        Role.SERVICE_STATION, Role.SOCIAL_ORGANIZATION, district_department(Category.MIGRANT),
        city_department(Category.MIGRANT),
    ),
    Category.BUSINESS: (
        Role.STREET_OFFICE, Role.PRIVATE_FIRM, district_department(Category.BUSINESS), city_department(Category.BUSINESS),
    ),
}  # fmt: skip

#: Who takes the first part of a case of each category where the service is bought (property firms sell guarding, cleaning and
#: repairs; social organizations mediation, care and services for migrants; firms services for trade). Judgement.
CONTRACTORS: Final[dict[Category, int]] = {
    Category.PROPERTY: Role.PROPERTY_FIRM,
    Category.ENVIRONMENT: Role.PROPERTY_FIRM,
    Category.ORDER: Role.PROPERTY_FIRM,
    Category.INFRASTRUCTURE: Role.PROPERTY_FIRM,
    Category.DISPUTE: Role.SOCIAL_ORGANIZATION,
    Category.CARE: Role.SOCIAL_ORGANIZATION,
    Category.MIGRANT: Role.SOCIAL_ORGANIZATION,
    Category.BUSINESS: Role.PRIVATE_FIRM,
}

#: Party committees whose offices are held by people of another body of the same level: the secretary of a community is as a
#: rule also director of its residents' committee, members of the street committee lead the street office.
SAME_PEOPLE: Final[dict[int, int]] = {
    Role.COMMUNITY_COMMITTEE: Role.RESIDENTS_COMMITTEE,
    Role.STREET_COMMITTEE: Role.STREET_OFFICE,
}

#: Units that have a trade of their own beside the community's cases.
OWN_TRADE: Final = (Role.PUBLIC_UNIT, Role.STATE_FIRM, Role.PRIVATE_FIRM)

#: Share of cases of each category that need 1, 2, 3, 4 organizations (laws §0; judgement, part of the deep uncertainty).
SCOPES: Final[dict[Category, tuple[float, float, float, float]]] = {
    Category.PROPERTY: (0.70, 0.20, 0.08, 0.02),
    Category.ENVIRONMENT: (0.80, 0.15, 0.04, 0.01),
    Category.ORDER: (0.75, 0.18, 0.05, 0.02),
    Category.INFRASTRUCTURE: (0.60, 0.25, 0.10, 0.05),
    Category.DISPUTE: (0.85, 0.12, 0.02, 0.01),
    Category.CARE: (0.65, 0.25, 0.08, 0.02),
    Category.MIGRANT: (0.70, 0.20, 0.08, 0.02),
    Category.BUSINESS: (0.75, 0.18, 0.05, 0.02),
}

#: Share of a case's hours that falls to the 1st, 2nd, 3rd, 4th organization, normalised over those the case needs (judgement).
PART_WEIGHTS: Final = (0.55, 0.25, 0.12, 0.08)

#: Urgency class (0 most urgent; judgement: safety, then utilities, sanitation and trade, then what can be appointed, then repairs and
#: papers) and deadline class in days (laws §0; EV-BJ-DL-UTIL, EV-BJ-DL-GEN, EV-BJ-DL-HARD).
URGENCY: Final = (3, 1, 0, 1, 2, 2, 3, 1)
DEADLINE_DAYS: Final = (7.0, 7.0, 1.0, 1.0, 7.0, 7.0, 15.0, 7.0)

NAMES_EN: Final = (
    "property and housing", "environment and sanitation", "order and safety", "infrastructure and utilities",
    "neighbour disputes and noise", "care of the old and the young", "migrant services", "business and market",
)  # fmt: skip
NAMES_ZH: Final = (
    "物业与住房",
    "环境卫生",
    "秩序与安全",
    "基础设施与公用事业",
    "邻里纠纷与噪声",
    "一老一小照护",
    "外来人口服务",
    "营商与市场",
)

# Resident groups: age (3) x migrant (2) x income (3) x digital access (2).
AGES: Final = ("child", "adult", "old")
INCOMES: Final = ("low", "middle", "high")
GROUPS: Final = 36


def group_of(
    age: npt.NDArray, migrant: npt.NDArray, income: npt.NDArray, digital: npt.NDArray
) -> npt.NDArray[np.uint8]:
    """Group index 0..35 from age band 0..2, migrant 0..1, income band 0..2, digital access 0..1 (arrays of equal shape)."""
    return (((age * 2 + migrant) * 3 + income) * 2 + digital).astype(np.uint8)


class GroupTraits(NamedTuple):
    """Traits of each of the 36 groups, each of shape `[36]`."""

    age: npt.NDArray[np.int64]
    migrant: npt.NDArray[np.int64]
    income: npt.NDArray[np.int64]
    digital: npt.NDArray[np.int64]


def group_traits() -> GroupTraits:
    """The inverse of `group_of`."""
    g = np.arange(GROUPS)
    return GroupTraits(g // 12, g // 6 % 2, g // 2 % 3, g % 2)


def chains() -> npt.NDArray[np.int64]:
    """Seats by category and part, shape `[8, 4]`."""
    return np.array([CHAINS[c] for c in Category], np.int64)


# fmt: off
class NeedParameters(NamedTuple):
    """How many needs arise and how much work they ask for."""

    total_rate: float = parameter(
        0.60, unit="needs per resident and year", low=0.4, high=0.7, source="laws §0", grade="judgement", set_for="TG-NEEDS",
        en="needs of all categories arising per resident and year", zh="每名居民每年产生的各类需求总数",
    )
    hours_mean: float = parameter(
        3.0, unit="hours", low=1.0, high=8.0, source="EV-ORG-HOURS", grade="judgement", deep=True,
        en="mean staff hours that a case asks for", zh="每件诉求平均所需工时",
    )
    hours_spread: float = parameter(
        0.8, unit="1 (spread of logs)", low=0.4, high=1.2, source="EV-ORG-HOURS", grade="judgement",
        en="log-normal spread of the hours of a case", zh="单件工时的对数标准差",
    )
    multi_share: float = parameter(
        0.2, unit="share", low=0.08, high=0.35, source="EV-ORG-MULTI", grade="judgement", deep=True,
        en="share of needs that ask for more than one organization, pooled over categories", zh="需多个组织协同的需求占比",
    )
    share_property: float = parameter(0.20, unit="share", low=0.1, high=0.3, source="EV-BJ-CAT-HOUSE", grade="judgement",
        en="share of needs: property and housing", zh="需求占比：物业与住房")
    share_environment: float = parameter(0.17, unit="share", low=0.08, high=0.28, source="laws §0", grade="judgement",
        en="share of needs: environment and sanitation", zh="需求占比：环境卫生")
    share_order: float = parameter(0.12, unit="share", low=0.05, high=0.2, source="EV-BJ-CAT-ORDER", grade="judgement",
        en="share of needs: order and safety", zh="需求占比：秩序与安全")
    share_infrastructure: float = parameter(0.15, unit="share", low=0.08, high=0.25, source="EV-BJ-CAT-UTIL", grade="judgement",
        en="share of needs: infrastructure and utilities", zh="需求占比：基础设施与公用事业")
    share_dispute: float = parameter(0.11, unit="share", low=0.05, high=0.2, source="laws §0", grade="judgement",
        en="share of needs: neighbour disputes and noise", zh="需求占比：邻里纠纷与噪声")
    share_care: float = parameter(0.11, unit="share", low=0.05, high=0.2, source="laws §0", grade="judgement",
        en="share of needs: care of the old and the young", zh="需求占比：一老一小照护")
    share_migrant: float = parameter(0.06, unit="share", low=0.02, high=0.12, source="laws §0", grade="judgement",
        en="share of needs: migrant services", zh="需求占比：外来人口服务")
    share_business: float = parameter(0.08, unit="share", low=0.03, high=0.15, source="EV-BJ-CAT-MARKET", grade="judgement",
        en="share of needs: business and market", zh="需求占比：营商与市场")
# fmt: on


def category_shares(p: NeedParameters) -> npt.NDArray[np.float64]:
    """Base shares of the eight categories, normalised to one, shape `[8]`."""
    raw = np.array([
        p.share_property, p.share_environment, p.share_order, p.share_infrastructure,
        p.share_dispute, p.share_care, p.share_migrant, p.share_business,
    ])  # fmt: skip
    return raw / raw.sum()


def scope_shares(p: NeedParameters) -> npt.NDArray[np.float64]:
    """Probability of scope 1..4 by category, shape `[8, 4]`; one factor scales all multi-organization shares so that the
    pooled share is `multi_share`."""
    base = np.array([SCOPES[c] for c in Category])
    pooled = float(category_shares(p) @ (1.0 - base[:, 0]))
    scaled = base.copy()
    scaled[:, 1:] *= p.multi_share / pooled
    scaled[:, 0] = 1.0 - scaled[:, 1:].sum(1)
    return np.clip(scaled, 0.0, 1.0)
