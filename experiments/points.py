"""The points of a sweep: which keys take which values together.

    sweep.KEY=[a,b,c]                     sampling=grid: every combination, the last key fastest
    sweep.KEY=[low,high] or =declared     sampling=lhs, sobol: `points` points that fill the space between
    design=FILE.csv                       a row a point, its columns are keys

A parameter is drawn as `experiments.ranges` says: uniform, or uniform in its logarithm over a wide range. Other numbers are
uniform, whole where the key is; of names each has an equal share. Every point is judged as the words of a command are.
"""

from __future__ import annotations

import csv
import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from experiments.faults import Faults, shown
from experiments.judging.parameters import within
from experiments.judging.whole import judged
from experiments.keys import BY_NAME
from experiments.ranges import Array, between, generator, known, latin_hypercube
from experiments.settings import Settings
from experiments.texts import text
from sim.errors import ConfigError
from sim.scenario import Strategy, World, load_world

#: What a sweep may vary; names in capitals stand for any.
SWEPT: Final = (
    "parameters.GROUP.NAME", "world", "world.FIELD", "future", "strategy.mechanisms.NAME.FIELD", "days", "reform_day", "seed",
)  # fmt: skip
NAMED: Final = ("world", "future")
WHOLE: Final = ("days", "reform_day", "seed")
#: Fields of a dose that count days.
WHOLE_FIELDS: Final = ("start", "ramp")
DECLARED: Final = "declared"
#: Most faults of a design that are told.
TOLD: Final = 5

Values = Mapping[str, Any]


class Point(NamedTuple):
    """Keys with their values, and the settings that they make."""

    values: Values
    settings: Settings


def points(settings: Settings, tell: Callable[[int], None] | None = None) -> list[Point]:
    """All points of a sweep, in the order of its design; `tell` learns their number before they are made, for there may be many.

    Raises
    ------
    ConfigError
        What is wrong with the design; a row of a file is told with its line.
    """
    faults = Faults(settings.lang)
    rows: list[tuple[str, Values]] = []
    if settings.design is not None:
        if settings.sweep:
            faults.add("design_and_sweep", key=f"sweep.{next(iter(settings.sweep))}")
        rows = list(_rows(settings.design, faults))
    else:
        _judge_axes(settings, faults)
    faults.raise_any()
    if tell:
        tell(len(rows) or _count(settings))
    return _made(settings, rows or [("", values) for values in _combined(settings)])


def _count(settings: Settings) -> int:
    """The number of points that `sweep` and `points` ask for, without making them."""
    if settings.sampling == "grid":
        return math.prod(len(values) for values in settings.sweep.values())
    return settings.points


def _is_swept(key: str) -> bool:
    parts = key.split(".")
    if not all(parts):
        return False
    for form in SWEPT:
        pattern = form.split(".")
        if len(pattern) == len(parts) and all(
            p.isupper() or p == q for p, q in zip(pattern, parts, strict=True)
        ):
            return True
    return len(parts) == 5 and parts[:2] == ["strategy", "mechanisms"] and parts[3] == "parameters"


def _judge_key(key: str, faults: Faults) -> None:
    if not _is_swept(key):
        faults.add("not_swept", key=key, known=", ".join(SWEPT), near=faults.near(key, SWEPT))


def _judge_axes(settings: Settings, faults: Faults) -> None:
    """Whether each key may be swept and has the values that the sampling needs."""
    if not settings.sweep:
        faults.add("nothing_swept")
    for key, values in settings.sweep.items():
        _judge_key(key, faults)
        if values == DECLARED and key.startswith("parameters."):
            if settings.sampling == "grid":
                faults.add("grid_of_range", key=f"sweep.{key}", value=DECLARED)
            elif key.removeprefix("parameters.") not in known():
                within({key.removeprefix("parameters."): 0.0}, faults)
        elif isinstance(values, str) or not isinstance(values, Sequence) or not values:
            faults.add("values_needed", key=f"sweep.{key}", value=shown(values))
        elif settings.sampling == "grid" or key in NAMED:
            for value in [value for i, value in enumerate(values) if value in values[:i]][:1]:
                faults.add("listed_twice", key=f"sweep.{key}", value=shown(value))
        else:
            _judge_range(key, values, faults)
    if settings.sampling == "sobol" and settings.points & (settings.points - 1):
        lower = 1 << (settings.points.bit_length() - 1)
        faults.add("no_power", value=settings.points, lower=lower, upper=2 * lower)


def _judge_range(key: str, values: Sequence[Any], faults: Faults) -> None:
    numbers = all(isinstance(v, int | float) and not isinstance(v, bool) and math.isfinite(v) for v in values)
    if len(values) != 2 or not numbers or values[0] >= values[1]:
        faults.add("range_needed", key=f"sweep.{key}", value=shown(values))
    elif key.startswith("parameters."):
        for value in values:
            within({key.removeprefix("parameters."): value}, faults)
    elif key in WHOLE:
        bounds = BY_NAME[key]
        for value in values:
            if not isinstance(value, int) or not bounds.low <= value <= bounds.high:
                faults.whole(f"sweep.{key}", value, bounds)


def _combined(settings: Settings) -> Iterator[Values]:
    """The values of each point by the sampling of the settings."""
    keys = list(settings.sweep)
    if settings.sampling == "grid":
        for values in itertools.product(*settings.sweep.values()):
            yield dict(zip(keys, values, strict=True))
        return
    columns = [
        _spread(key, settings.sweep[key], unit)
        for key, unit in zip(keys, _unit(settings, keys).T, strict=True)
    ]
    for values in zip(*columns, strict=True):
        yield dict(zip(keys, values, strict=True))


def _unit(settings: Settings, keys: Sequence[str]) -> Array:
    """Places in the unit cube, `[samples, keys]`: keyed Latin hypercube, or scrambled Sobol' sequence (Owen 1998)."""
    if settings.sampling == "lhs":
        return latin_hypercube(keys, settings.points, settings.seed, "sweep")
    from scipy.stats import qmc

    # A plain number: the sequence asks its generator for further ones, which one with a key of its own cannot give.
    rng = int(generator(settings.seed, "sweep", "sobol").integers(2**63))
    return np.asarray(qmc.Sobol(len(keys), rng=rng).random(settings.points))


def _spread(key: str, given: Any, unit: Array) -> list[Any]:
    """Values of a key at places in the unit interval."""
    if key in NAMED:
        return [given[int(place * len(given))] for place in unit]
    if key.startswith("parameters."):
        name = key.removeprefix("parameters.")
        low, high = (known()[name].low, known()[name].high) if given == DECLARED else given
        return [float(value) for value in between({name: (low, high)}).values(unit[:, None])[:, 0]]
    low, high = given
    field = key.rpartition(".")[2]
    if (
        key in WHOLE
        or field in WHOLE_FIELDS
        or (key.startswith("world.") and isinstance(low, int) and isinstance(high, int))
    ):
        return [int(value) for value in np.floor(low + unit * (high - low + 1))]
    return [float(value) for value in between({key: (low, high)}, log=False).values(unit[:, None])[:, 0]]


def _rows(path: Path, faults: Faults) -> Iterator[tuple[str, Values]]:
    """`(where, values)` of each row of a design file; what is wrong goes to `faults`, with its line."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file, strict=True)
            header = [name.strip() for name in next(lines, [])]
            _judge_header(path, header, faults)
            yield from _judged_rows(path, header, lines, faults)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        faults.add("unreadable_design", file=path, reason=error)


def _judge_header(path: Path, header: Sequence[str], faults: Faults) -> None:
    where = text(faults.lang, "at_line", file=path, line=1)
    if not header:
        faults.add("empty_design", file=path)
    for number, key in enumerate(header, 1):
        if not key:
            faults.add("no_column_name", where=where, column=number)
        elif key in header[: number - 1]:
            faults.add("given_twice", key=f"{where}: {key}")
        elif not _is_swept(key):
            near = faults.near(key, SWEPT)
            faults.add("not_swept", key=f"{where}: {key}", known=", ".join(SWEPT), near=near)


def _judged_rows(
    path: Path, header: Sequence[str], lines: Any, faults: Faults
) -> Iterator[tuple[str, Values]]:
    seen: dict[tuple[str, ...], int] = {}
    for cells in lines:
        where = text(faults.lang, "at_line", file=path, line=lines.line_num)
        stripped = tuple(cell.strip() for cell in cells)
        if not any(stripped) and len(cells) <= 1:
            continue
        if len(cells) != len(header):
            faults.add("cells_needed", where=where, found=len(cells), wanted=len(header))
        elif "" in stripped:
            faults.add("empty_cell", where=where, key=header[stripped.index("")])
        elif stripped in seen:
            faults.add("row_twice", where=where, line=seen[stripped])
        else:
            seen[stripped] = lines.line_num
            yield where, dict(zip(header, map(_typed, stripped), strict=True))
    if header and not seen and not faults.lines:
        faults.add("empty_design", file=path)


def _typed(cell: str) -> Any:
    """A cell as a whole number, a number or a name."""
    for kind in (int, float):
        try:
            return kind(cell)
        except ValueError:
            continue
    return cell


def _made(settings: Settings, rows: Sequence[tuple[str, Values]]) -> list[Point]:
    """The points, judged; the first faults at once."""
    maker = Maker(settings)
    made, told = [], []
    for where, values in rows:
        try:
            made.append(Point(values, maker.settings(values)))
        except ConfigError as error:
            told += [f"{where}: {line}" if where else line for line in error.told[settings.lang].splitlines()]
    told = list(dict.fromkeys(told))
    if told:
        more = [text(settings.lang, "more_faults", count=len(told) - TOLD)] if len(told) > TOLD else []
        raise ConfigError("\n".join([*told[:TOLD], *more]))
    return made


class Maker:
    """Makes the settings of points. Whatever is no parameter is judged once for all points that share it."""

    def __init__(self, settings: Settings) -> None:
        self.base = {name: getattr(settings, name) for name in Settings.model_fields}
        self.base |= {
            "record": settings.record.model_dump(),
            "engine": settings.engine.model_dump(),
            "sweep": {},
            "design": None,
        }
        self.lang = settings.lang
        self.kept: dict[str, Settings | ConfigError] = {}

    def settings(self, values: Values) -> Settings:
        """The settings of one point; ConfigError tells what is wrong with it."""
        faults = Faults(self.lang)
        given = {
            key.removeprefix("parameters."): v for key, v in values.items() if key.startswith("parameters.")
        }
        parameters = within(given, faults)
        faults.raise_any()
        rest = {key: value for key, value in values.items() if not key.startswith("parameters.")}
        shared = self._shared(rest)
        return shared.model_copy(update={"parameters": {**shared.parameters, **(parameters or {})}})

    def _shared(self, values: Values) -> Settings:
        name = repr(sorted(values.items(), key=lambda item: item[0]))
        if name not in self.kept:
            try:
                self.kept[name] = self._judged(values)
            except ConfigError as error:
                self.kept[name] = error
        found = self.kept[name]
        if isinstance(found, ConfigError):
            raise found
        return found

    def _judged(self, values: Values) -> Settings:
        faults = Faults(self.lang)
        raw = self.base | {key: value for key, value in values.items() if "." not in key}
        for key, value in values.items():
            root, _, field = key.partition(".")
            with faults.gather():
                if root == "world" and field:
                    if getattr(raw["world"], "places", None) is not None:
                        faults.add("data_with_fields", key=f"sweep.{key}")
                        continue
                    world = raw["world"] if isinstance(raw["world"], World) else load_world(raw["world"])
                    raw["world"] = World.from_mapping(_set(world.model_dump(), field, value))
                elif root == "strategy":
                    raw["strategies"] = _dosed(raw["strategies"], field, value, faults)
        faults.raise_any()
        return judged("sweep", raw, faults)


def _dosed(strategies: Sequence[Strategy], field: str, value: Any, faults: Faults) -> tuple[Strategy, ...]:
    """The strategies, those that have the mechanism of `field` with the value set in its dose."""
    name = field.split(".")[1]
    there = sorted({one for strategy in strategies for one in strategy.mechanisms})
    if name not in there:
        faults.add(
            "nobody_has",
            key=f"strategy.{field}",
            known=", ".join(there) or "–",
            near=faults.near(name, there),
        )
    return tuple(
        Strategy.from_mapping(_set(strategy.model_dump(), field, value))
        if name in strategy.mechanisms
        else strategy
        for strategy in strategies
    )


def _set(content: dict[str, Any], field: str, value: Any) -> dict[str, Any]:
    """Plain data with one field, by its dotted name, set."""
    first, dot, rest = field.partition(".")
    return content | {first: _set(content.get(first) or {}, rest, value) if dot else value}
