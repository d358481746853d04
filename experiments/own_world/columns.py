"""The columns of own data, declared once: what each may hold, and which population parameter of its community or cell it sets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

#: Households that make a grid cell where the data do not say how many cells there are.
HOUSEHOLDS_PER_CELL: Final = 400
#: Persons a household on average that can be drawn under every value of the declared share of people who live alone.
FEWEST_PERSONS, MOST_PERSONS = 1.8, 4.0
USUAL_PERSONS: Final = 2.49
"""Persons a household where the data do not say (EV-CD-HHSIZE)."""
MOST_RESIDENTS: Final = 60_000
"""Of a community; ties reach 65,535 residents, and sizes are drawn."""
MOST_HOUSEHOLDS: Final = 33_000
"""Of a row; a community of the smallest households is then full."""
LONGEST_NAME: Final = 100


@dataclass(frozen=True)
class Column:
    """One column: `parameter` is the population parameter that it sets, "" where it says who and how many."""

    name: str
    chinese: str
    kind: Literal["name", "whole", "share"]
    low: float = 0
    high: float = 0
    parameter: str = ""
    needed: bool = False


COLUMNS: Final = (
    Column("district", "区县", "name"),
    Column("street", "街道", "name"),
    Column("community", "社区", "name", needed=True),
    Column("cell", "网格", "name"),
    Column("households", "户数", "whole", 1, MOST_HOUSEHOLDS, needed=True),
    Column("cells", "网格数", "whole", 1, 1_000),
    Column("residents", "常住人口", "whole", 1, MOST_RESIDENTS, "household_mean"),
    Column("migrant_share", "流动人口占比", "share", 0, 1, "migrant_share"),
    Column("child_share", "儿童占比", "share", 0, 1, "child_share"),
    Column("elderly_share", "老年占比", "share", 0, 1, "old_share"),
    Column("low_income_share", "低收入占比", "share", 0, 1, "income_low"),
    Column("high_income_share", "高收入占比", "share", 0, 1, "income_high"),
    Column("digital_share", "上网占比", "share", 0, 1, "digital_share"),
    Column("facility", "设施状况", "share", 0.01, 0.99, "facility_mean"),
    Column("disorder", "失序程度", "share", 0.01, 0.99, "disorder_mean"),
    Column("social_capital", "社会资本", "share", 0.01, 0.99, "social_capital_mean"),
)
BY_NAME: Final = {column.name: column for column in COLUMNS}
#: Columns by all words that may head them.
HEADS: Final = BY_NAME | {column.chinese: column for column in COLUMNS}
NEEDED: Final = tuple(column.name for column in COLUMNS if column.needed)
