"""What pages take from the configuration that a manifest holds, and whether it is there as a command writes it.

A foreign hand or a failing disk may have been at work; whatever else stands in a configuration is not looked at.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ValidationError

Texts = dict[str, str]


class Dose(BaseModel):
    """One mechanism of a strategy."""

    parameters: dict[str, float] | None = None


class Scenario(BaseModel):
    """A world, a strategy or a future."""

    name: str
    title: Texts | None = None
    summary: Texts | None = None
    parameters: dict[str, float] | None = None
    mechanisms: dict[str, Dose | None] | None = None


class Recorded(BaseModel):
    """What was to be kept of each run."""

    daily: str | None = None


class Configured(BaseModel):
    """The configuration of a command."""

    world: Scenario | str | None = None
    strategies: list[Scenario] | None = None
    future: Scenario | str | None = None
    futures: list[Scenario] | None = None
    parameters: dict[str, float] | None = None
    pin: dict[str, int] | None = None
    record: Recorded | None = None


def fault(config: Any) -> str | None:
    """Where a configuration is not as a command writes it, by dotted name; None for one that is."""
    try:
        Configured.model_validate(config or {})
    except ValidationError as error:
        return ".".join(["config", *map(str, error.errors(include_url=False)[0]["loc"])])
    return None
