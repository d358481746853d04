"""What a judged row of own data is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Unit:
    """One judged row: a community, or a grid cell where `cell` is given. `local` are values by population parameter."""

    number: int
    district: str
    street: str
    community: str
    cell: str
    households: int
    cells: int
    local: dict[str, float] = field(default_factory=dict)
    geometry: Any = None
