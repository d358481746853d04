"""Where results come from, in the words of the manifest: labels of options, changed parameters, the command that repeats them."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analysis.store import Store
from sim.scenario import names

FOLDER = "outputs/again"
#: Keys that decide the results of a command, besides world, strategies, future, parameters and pins.
SINGLE = ("days", "reform_day", "replicate", "seed")
_MANY = ("days", "reform_day", "replicates", "seed")
KEPT = {
    "compare": (*_MANY, "baseline", "budget", "budget_level", "uncertainty", "precision", "max_replicates"),
    "attribute": (*_MANY, "permutations"),
    "estimate": (*_MANY, "steps", "period"),
    "optimise": (*_MANY, "cost_share", "population", "generations", "search_replicates"),
}


@dataclass(frozen=True)
class Option:
    """One strategy as readers know it."""

    name: str
    title: str
    summary: str
    mechanisms: tuple[str, ...]


def options(store: Store, lang: str) -> dict[str, Option]:
    """The finished strategies with the titles that the configuration gives them; a nameless one is called by its name."""
    described = {s["name"]: s for s in store.config.get("strategies") or [] if isinstance(s, dict)}
    return {name: _option(name, described.get(name) or {}, lang) for name in store.strategies}


def _option(name: str, raw: Mapping[str, Any], lang: str) -> Option:
    return Option(
        name,
        text(raw, "title", lang) or name,
        text(raw, "summary", lang),
        tuple(sorted(raw.get("mechanisms") or {})),
    )


def text(raw: Mapping[str, Any] | str | None, key: str, lang: str) -> str:
    """A bilingual text of a scenario, empty where there is none."""
    words = raw.get(key) if isinstance(raw, Mapping) else None
    return str(words.get(lang) or words.get("en") or "").strip() if isinstance(words, Mapping) else ""


def world_title(store: Store, lang: str) -> str:
    """The title of the world of the store, or its name."""
    return text(store.config.get("world"), "title", lang) or str(store.runs["world"].iloc[0])


def future_titles(store: Store, lang: str) -> dict[str, str]:
    """The futures of the store with their titles, or their names, in the order of its runs."""
    told = [store.config.get("future"), *(store.config.get("futures") or [])]
    titles = {
        str(one["name"]): text(one, "title", lang)
        for one in told
        if isinstance(one, Mapping) and "name" in one
    }
    return {name: titles.get(name) or name for name in dict.fromkeys(store.runs["future"].astype(str))}


def overrides(store: Store) -> dict[str, float]:
    """Parameters with other than their declared values: by world, by future, by hand, the later winning."""
    merged: dict[str, float] = {}
    for source in (store.config.get("world"), store.config.get("future"), store.config):
        if isinstance(source, Mapping):
            merged.update(source.get("parameters") or {})
    return {name: float(value) for name, value in sorted(merged.items())}


def dose_overrides(store: Store) -> list[str]:
    """Fields of mechanisms that an option sets for itself, as `option: mechanism.field = value`."""
    return [
        f"{s['name']}: {mechanism}.{field} = {value:g}"
        for s in store.config.get("strategies") or []
        for mechanism, dose in sorted((s.get("mechanisms") or {}).items())
        for field, value in sorted(((dose or {}).get("parameters") or {}).items())
    ]


def command(store: Store, out: str = FOLDER, **instead: object) -> str:
    """The command that lives the same runs again, or others with keys `instead`; empty when the manifest holds no configuration."""
    config = store.config
    if config:
        config |= instead
    kind = str(store.manifest.get("command") or config.get("command") or "")
    if not config or not kind:
        return ""
    listed = [_option_word(s) for s in config.get("strategies") or [] if isinstance(s, dict)]
    words = [f"world={_name(config.get('world'))}"]
    words += [f"data={config['data']}"] if config.get("data") else []
    words += [f"future={_name(config.get('future'))}"]
    futures = [_name(one) for one in config.get("futures") or []]
    words += [f"futures=[{','.join(futures)}]"] if futures else []
    one = kind in ("run", "attribute", "optimise", "estimate")
    words += [f"strategy={listed[0]}"] if one else [f"strategies=[{','.join(listed)}]"]
    words += [f"{key}={config[key]}" for key in KEPT.get(kind, SINGLE) if config.get(key) is not None]
    words += [
        f"parameters.{name}={float(value)!r}"
        for name, value in sorted((config.get("parameters") or {}).items())
    ]
    words += [f"pin.{name}={value}" for name, value in sorted((config.get("pin") or {}).items())]
    return " ".join(["xietong", kind, *(shlex.quote(word) for word in [*words, f"out={out}"])])


def _option_word(strategy: Mapping[str, Any]) -> str:
    """A shipped strategy by its name, one that an experiment brought by its whole content."""
    return str(strategy["name"]) if strategy["name"] in names("strategy") else _typed(strategy)


def _typed(value: Any) -> str:
    """Plain data in the grammar of the command line."""
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{key}:{_typed(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_typed(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _name(raw: Any) -> str:
    return str(raw["name"] if isinstance(raw, Mapping) else raw)
