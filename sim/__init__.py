"""Xietong's model: residents in arrays, institutions as Mesa agents, a day of ten laws.

`CommunityModel` is imported on first use, so that commands which only list or check stay fast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.model import CommunityModel

__version__ = "0.1.0"
__all__ = ["CommunityModel", "__version__"]


def __getattr__(name: str) -> Any:
    if name == "CommunityModel":
        from sim.model import CommunityModel

        return CommunityModel
    raise AttributeError(f"module 'sim' has no attribute {name!r}")
