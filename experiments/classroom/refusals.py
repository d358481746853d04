"""What is asked of a session and is not done: told in both languages, for the page may change its language at any time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from experiments.faults import Faults
from experiments.texts import LANGUAGES, text
from scenarios.units import unit_in
from sim.errors import ConfigError

#: Sentences of what pydantic finds wrong, by its kind, with the name of the limit that they tell.
_FOUND = {
    "greater_than_equal": ("least", "ge"), "less_than_equal": ("most", "le"), "less_than": ("below", "lt"),
    "too_long": ("too_long", "max_length"), "string_too_long": ("too_long", "max_length"),
}  # fmt: skip


class RefusedError(ConfigError):
    """Something that is not done; `told` is why, by language."""

    def __init__(self, told: Mapping[str, str]) -> None:
        super().__init__(*(" ".join(told[lang].split()) for lang in LANGUAGES))


def refused(sentence: str, **values: Any) -> RefusedError:
    """A refusal by the name of its sentence in `experiments.texts.refusals`."""
    return RefusedError({lang: text(lang, f"refused_{sentence}", **values) for lang in LANGUAGES})


def unknown(key: str, value: str, known: Iterable[str]) -> RefusedError:
    """One of the known names is needed."""
    names = list(known)
    return RefusedError({
        lang: text(lang, "refused_unknown", key=key, value=value, near=Faults(lang).near(value, names), known=", ".join(names))
        for lang in LANGUAGES
    })  # fmt: skip


def outside(name: str, value: float, low: float, high: float, unit: str) -> RefusedError:
    """A number lies outside its declared range, both in `unit`."""
    bounds = {"low": f"{low:g}", "high": f"{high:g}"}
    return RefusedError({
        lang: text(lang, "refused_outside", name=name, value=f"{value:g}", **bounds, unit=unit_in(lang, unit))
        for lang in LANGUAGES
    })  # fmt: skip


def malformed(error: ValidationError) -> RefusedError:
    """The first fault of a message: where it is, and what is needed there."""
    first = error.errors(include_url=False, include_input=False)[0]
    kind, context = first["type"], first.get("ctx", {})
    where = ".".join(str(part)[:40] for part in first["loc"][:6]) or "message"
    if kind == "json_invalid":
        return refused("no_message")
    if kind in _FOUND:
        sentence, limit = _FOUND[kind]
        return refused(sentence, where=where, limit=context[limit])
    if kind == "missing":
        return refused("missing", where=where)
    if kind == "extra_forbidden":
        return refused("extra", where=where)
    if kind in ("literal_error", "union_tag_invalid"):
        known = context.get("expected") or context.get("expected_tags")
        return refused("one_of", where=where, known=known)
    return refused("kind", where=where, kind=kind)
