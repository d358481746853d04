"""What a scenario is: a world (size and shape), a strategy (mechanisms with doses) and a future (what nobody decides).

Scenarios are plain data in `scenarios/<group>/<name>.yaml`, or mappings composed elsewhere. They are judged here, all
faults at once, each fault one line that names file, line, key, what is allowed and the nearest known name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final, Literal, Self, TypeVar, get_args

from pydantic import BaseModel, Field, ValidationError, field_validator

import scenarios
from sim import courses
from sim.courses import Course
from sim.entries import Count, Day, Entry, Finite, Positive, Words
from sim.errors import ConfigError
from sim.jurisdictions import Jurisdictions, jurisdictions
from sim.parameters import flatten
from sim.places import Places
from sim.sentences import SENTENCES, FaultError, Told, in_lines, near, told

Group = Literal["world", "strategy", "future"]
GROUPS: Final[tuple[str, ...]] = get_args(Group)
ROOT: Final = Path(scenarios.__file__).parent
NAME: Final = re.compile(r"[a-z][a-z0-9_]*")

Overrides = dict[str, Finite]
KeyPath = tuple[str, ...]
S = TypeVar("S", bound="Scenario")


class Scenario(Entry):
    """What worlds, strategies and futures share: a name and a title. `kind` is what one is called."""

    kind: ClassVar[Told]
    name: str
    title: Words

    @field_validator("name")
    @classmethod
    def _plain_name(cls, name: str) -> str:
        if not NAME.fullmatch(name):
            raise FaultError(told("plain_name"))
        return name

    @classmethod
    def from_mapping(
        cls, raw: Mapping[str, Any], where: str = "", lines: Mapping[KeyPath, int] | None = None
    ) -> Self:
        """Judge a mapping, for example one composed by a configuration library.

        Raises
        ------
        ConfigError
            All faults at once, one line each: `strategy 'x', mechanisms.whistel: unknown key; did you mean 'whistle'?`
        """
        plain = _plain(raw)
        faults = list(cls._further_faults(plain))
        made = None
        try:
            made = cls.model_validate(plain)
        except ValidationError as error:
            faults += _faults(error, cls)
        if made is None or faults:
            name = plain.get("name", "") if isinstance(plain, dict) else ""
            called = told("called", kind=cls.kind, name=name)
            raise ConfigError(*_in_lines(faults, called, where, lines or {}))
        return made

    @classmethod
    def _further_faults(cls, raw: Any) -> Iterator[tuple[KeyPath, Told]]:
        """Faults that need more than the mapping itself: (key path, sentence)."""
        yield from ()


class Queue(Entry):
    """One provider as a plain queue, for docking with queueing theory."""

    arrivals_per_day: Positive = 2.0
    service_days: Positive = 0.4
    servers: Count = 1
    service: Literal["exponential", "deterministic", "lognormal"] = "exponential"
    discipline: Literal["fifo", "priority"] = "fifo"


class Divisions(Entry):
    """Real divisions as districts: a table in `scenarios/data`, and which of its rows, by English name (all by default)."""

    table: Literal["chengdu_divisions"] = "chengdu_divisions"
    only: tuple[str, ...] = ()
    household_mean: Positive
    communities_per_cell: Annotated[float, Field(gt=0, le=1)]

    @field_validator("only", mode="before")
    @classmethod
    def _listed(cls, raw: Any) -> Any:
        return tuple(raw) if isinstance(raw, list) else raw


class World(Scenario):
    """How large a world is; every level counts its children per parent. `parameters` are dotted overrides.

    Where `divisions` or `places` are given, they say how many districts, streets, communities and cells there are; `places` also how
    many households live in each cell, and `households` is then their mean. `part` takes one district, counted from 0, out of the
    whole, as it is within it.
    """

    kind = Told("world", "场景")
    districts: Count = 1
    streets: Count = 1
    communities: Count = 1
    cells: Count = 1
    households: Count
    divisions: Divisions | None = None
    places: Places | None = None
    queue: Queue | None = None
    part: Annotated[int, Field(ge=0)] | None = None
    parameters: Overrides = Field(default_factory=dict)

    @field_validator("parameters", mode="before")
    @classmethod
    def _dotted(cls, raw: Any) -> Any:
        return _dotted(raw)

    @cached_property
    def jurisdictions(self) -> Jurisdictions:
        """The tree as counts of children."""
        return jurisdictions(self)

    @classmethod
    def _further_faults(cls, raw: Any) -> Iterator[tuple[KeyPath, Told]]:
        counts = ("districts", "streets", "communities", "cells")
        if not isinstance(raw, dict):
            return
        counting = next((key for key in ("places", "divisions") if raw.get(key) is not None), None)
        for name in counts:
            if counting and name in raw:
                yield (name,), told("counted", by=counting)
            if not counting and name not in raw:
                yield (name,), told("missing")
        if counting == "places" and raw.get("divisions") is not None:
            yield ("divisions",), told("places_or_divisions")
        if counting == "places" and raw.get("part") is not None:
            yield ("part",), told("no_part")


class Rollout(Entry):
    """Communities in waves, each beginning `every` days after the one before it.

    Either `steps`, a number of waves of as equal size as can be, into which keyed random sorts all communities; or `waves`, the
    indices of communities wave by wave, where a community in no wave never has its turn.
    """

    every: Count
    steps: Count | None = None
    waves: tuple[tuple[int, ...], ...] | None = None


class Dose(Entry):
    """How much of a mechanism, when and where.

    `start` None means the day of the reform; `ramp` is the number of days until full intensity; `place` is "all", a share of
    communities (drawn by keyed random), a list of community indices, or a `Rollout`; `parameters` are fields of the mechanism.
    """

    intensity: Annotated[float, Field(ge=0, le=1)] = 1.0
    start: Day | None = None
    ramp: Day = 30
    place: Any = "all"
    parameters: Overrides = Field(default_factory=dict)

    @field_validator("place")
    @classmethod
    def _place(cls, place: Any) -> Any:
        if place == "all":
            return place
        if isinstance(place, int | float) and not isinstance(place, bool) and 0 < place <= 1:
            return float(place)
        if isinstance(place, Rollout):
            place = place.model_dump()
        made = _rollout(place) if isinstance(place, dict) else _indices(place)
        if made is None:
            raise FaultError(told("places"))
        return made


def _indices(raw: Any) -> tuple[int, ...] | None:
    """Different community indices in ascending order; None where they are something else."""
    if not isinstance(raw, list | tuple) or not raw:
        return None
    indices = [i for i in raw if isinstance(i, int) and not isinstance(i, bool) and i >= 0]
    return tuple(sorted(indices)) if len(indices) == len(raw) == len(set(indices)) else None


def _rollout(raw: dict[str, Any]) -> Rollout | None:
    """Waves of communities; None where they are something else."""
    given = {key: value for key, value in raw.items() if value is not None}
    if given.keys() not in ({"steps", "every"}, {"waves", "every"}):
        return None
    if "waves" in given:
        waves = (
            [_indices(wave) for wave in given["waves"]] if isinstance(given["waves"], list | tuple) else []
        )
        named = [index for wave in waves if wave is not None for index in wave]
        if not waves or None in waves or len(named) != len(set(named)):
            return None
        given["waves"] = tuple(waves)
    try:
        return Rollout(**given)
    except ValidationError:
        return None


class Strategy(Scenario):
    """A named set of mechanisms with their doses, and the ids of the seed inventory that it stands for."""

    kind = Told("strategy", "策略")
    summary: Words
    seed: tuple[str, ...] = ()
    mechanisms: dict[str, Dose] = Field(default_factory=dict)

    @field_validator("seed", mode="before")
    @classmethod
    def _listed(cls, raw: Any) -> Any:
        return tuple(raw) if isinstance(raw, list) else raw

    @field_validator("mechanisms", mode="before")
    @classmethod
    def _bare(cls, raw: Any) -> Any:
        # `whistle:` without a dose is a full dose.
        if not isinstance(raw, dict):
            return raw
        return {name: {} if dose is None else dose for name, dose in raw.items()}

    @classmethod
    def _further_faults(cls, raw: Any) -> Iterator[tuple[KeyPath, Told]]:
        named = raw.get("mechanisms") if isinstance(raw, dict) else None
        known = mechanism_names() if isinstance(named, dict) else ()
        for name in named or {} if known else {}:
            if name not in known:
                yield ("mechanisms", str(name)), told("unknown_key", near=near(str(name), known))


class Future(Scenario):
    """What is outside anyone's control and the same for all strategies: other values of declared parameters (dotted
    overrides, from the first day on), and dated courses of quantities (`sim.courses`)."""

    kind = Told("future", "未来情景")
    summary: Words
    parameters: Overrides = Field(default_factory=dict)
    courses: tuple[Course, ...] = ()

    @field_validator("parameters", mode="before")
    @classmethod
    def _dotted(cls, raw: Any) -> Any:
        return _dotted(raw)

    @field_validator("courses", mode="before")
    @classmethod
    def _listed(cls, raw: Any) -> Any:
        return tuple(raw) if isinstance(raw, list) else raw

    @classmethod
    def _further_faults(cls, raw: Any) -> Iterator[tuple[KeyPath, Told]]:
        listed = raw.get("courses") if isinstance(raw, dict) else None
        if not isinstance(listed, list | tuple):
            return
        sound = {number: made for number, one in enumerate(listed) if (made := _course(one)) is not None}
        numbers = list(sound)
        for place, key, sentence in courses.faults(sound.values()):
            yield ("courses", str(numbers[place]), key), sentence


def _course(raw: Any) -> Course | None:
    """A course that is well-formed by itself; what is wrong with the others is the schema's to tell."""
    try:
        return Course.model_validate(raw)
    except ValidationError:
        return None


def _plain(value: Any) -> Any:
    """Mappings as dicts, so that any configuration library's containers are accepted."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _dotted(raw: Any) -> Any:
    return dict(flatten(raw)) if isinstance(raw, Mapping) else raw


def mechanism_names() -> tuple[str, ...]:
    """Names of all mechanisms, read when first needed so that worlds load without them."""
    from sim.mechanisms import mechanisms

    return tuple(mechanisms())


def names(group: Group) -> tuple[str, ...]:
    """Names of the shipped scenarios of a group, in alphabetical order."""
    return tuple(sorted(path.stem for path in (ROOT / group).glob("*.yaml") if NAME.fullmatch(path.stem)))


def load_world(name: str) -> World:
    """The shipped world `name`; ConfigError when it is unknown or faulty."""
    return _load(World, "world", name)


def load_strategy(name: str) -> Strategy:
    """The shipped strategy `name`; ConfigError when it is unknown or faulty."""
    return _load(Strategy, "strategy", name)


def load_future(name: str) -> Future:
    """The shipped future `name`; ConfigError when it is unknown or faulty."""
    return _load(Future, "future", name)


def _load(kind: type[S], group: Group, name: str) -> S:
    known = names(group)
    if name not in known:
        raise ConfigError(
            *told(
                "unknown_scenario",
                group=group,
                name=name,
                known=", ".join(known),
                near=near(str(name), known),
            )
        )
    return read(kind, ROOT / group / f"{name}.yaml")


def read(kind: type[S], path: Path) -> S:
    """Read and judge one scenario file; its name must be the name of the file.

    Raises
    ------
    ConfigError
        All faults at once, each with file and line.
    """
    where = f"{path.parent.name}/{path.name}"
    raw, lines = _parsed(path, where)
    made = kind.from_mapping(raw, where, lines)
    if made.name != path.stem:
        fault = told("fault", subject="name", sentence=told("name_of_file", name=made.name, stem=path.stem))
        raise ConfigError(*_at_line(where, lines.get(("name",), 1), fault))
    return made


#: More levels or keys than these no scenario has.
_DEEPEST, _MOST_KEYS = 40, 20_000


def _parsed(path: Path, where: str) -> tuple[Any, dict[KeyPath, int]]:
    """The content of a YAML file and the line of each key path; a key given twice is a fault."""
    import yaml

    lines: dict[KeyPath, int] = {}
    faults: list[Told] = []

    def walk(node: Any, at: tuple[str, ...]) -> None:
        # Aliases let a few lines stand for endlessly many.
        if len(at) > _DEEPEST or len(lines) > _MOST_KEYS:
            fault = told("too_much", levels=_DEEPEST, keys=_MOST_KEYS)
            raise ConfigError(*_at_line(where, node.start_mark.line + 1, fault))
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                inner = (*at, str(key.value))
                line = key.start_mark.line + 1
                if inner in lines:
                    before = told("given_before", line=lines[inner])
                    faults.append(
                        _at_line(where, line, told("fault", subject=".".join(inner), sentence=before))
                    )
                lines[inner] = line
                walk(value, inner)
        elif isinstance(node, yaml.SequenceNode):
            for number, value in enumerate(node.value):
                lines[(*at, str(number))] = value.start_mark.line + 1
                walk(value, (*at, str(number)))

    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(path.read_text(encoding="utf-8"))
        content = loader.get_single_node()
        walk(content, ())
        raw = None if content is None else loader.construct_document(content)
    except OSError as error:
        fault = told("fault", subject=where, sentence=told("not_read", reason=error.strerror))
        raise ConfigError(*fault) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        # ValueError: bytes that are no text, dates that are none, numbers of too many digits.
        mark = getattr(error, "problem_mark", None)
        fault = told("no_yaml", reason=getattr(error, "problem", None) or error)
        raise ConfigError(*_at_line(where, mark.line + 1 if mark else None, fault)) from None
    if faults:
        raise ConfigError(*in_lines(faults))
    return raw, lines


def _at_line(file: str, line: int | None, fault: Told) -> Told:
    """A fault of a file, after its line where that is known."""
    subject = file if line is None else told("at_line", file=file, line=line)
    return told("fault", subject=subject, sentence=fault)


def _in_lines(
    faults: Iterable[tuple[KeyPath, Told]], called: Told, where: str, lines: Mapping[KeyPath, int]
) -> Told:
    """One line for each fault, with file and line where they are known."""

    def one(path: KeyPath, sentence: Told) -> Told:
        line = next((lines[path[:n]] for n in range(len(path), 0, -1) if path[:n] in lines), None)
        subject = told("subject", called=called, path=".".join(path)) if path else called
        fault = told("fault", subject=subject, sentence=sentence)
        if not where:
            return fault
        source = told("in_line", file=where, line=line) if line else told("in_file", file=where)
        return Told(fault.en + source.en, fault.zh + source.zh)

    return in_lines(one(path, sentence) for path, sentence in faults)


def _faults(error: ValidationError, kind: type[BaseModel]) -> Iterator[tuple[KeyPath, Told]]:
    """The schema's faults as (key path, sentence); kinds without a sentence keep the schema's own words."""
    for fault in error.errors(include_url=False):
        path = tuple(str(part) for part in fault["loc"] if part != "[key]")
        context = dict(fault.get("ctx", {}))
        if fault["type"] == "extra_forbidden":
            yield path, told("unknown_key", near=near(path[-1], _keys_at(kind, path[:-1])))
        elif fault["type"] in SENTENCES:
            if isinstance(context.get("error"), FaultError):
                context["error"] = context["error"].told
            if "expected" in context:
                context["expected"] = Told(context["expected"], context["expected"].replace(" or ", " 或 "))
            yield path, told(fault["type"], value=repr(fault["input"]), **context)
        else:
            yield path, Told(fault["msg"], fault["msg"])


def _keys_at(kind: type[BaseModel], path: tuple[str, ...]) -> list[str]:
    """The keys that the schema knows at a path."""
    for part in path:
        field = kind.model_fields.get(part)
        found = _model_in(field.annotation) if field else None
        # A level without a field of its own is a name in a mapping of models, such as a mechanism.
        kind = found or kind
    return list(kind.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The first model inside an annotation such as `Queue | None` or `dict[str, Dose]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _model_in(inner))), None)
