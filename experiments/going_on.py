"""Checkpoints of a store: which a task leaves behind while it is lived, and which it finds when a command goes on.

    checkpoints/<run_id>.checkpoint   a run on its way, removed when the run is kept
    checkpoints/<past>.checkpoint     the common past of several runs until they fork, removed when all of them are kept

Each is replaced by the next one, whole or not at all. The program that hands out tasks reads every byte of what stands there before
it does, says what it goes on from, and puts aside what cannot be used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from experiments.identity import past_id
from experiments.parquet import SUFFIX as UNFINISHED
from experiments.progress import say
from experiments.texts import text

if TYPE_CHECKING:
    from experiments.checkpoints import Header
    from experiments.settings import Settings
    from experiments.store import Store
    from experiments.task import Planned, Task
    from sim.scenario import Strategy

FOLDER: Final = "checkpoints"
SUFFIX: Final = ".checkpoint"
REFUSED: Final = ".refused"
#: Reasons for which a checkpoint is of no use to anyone.
BROKEN: Final = ("cut", "torn", "unreadable")
#: Checkpoints that one line names.
MOST_TOLD: Final = 4


def path_of(store: Store, name: str) -> Path:
    """Where the checkpoint of a run or of a common past stands."""
    return store.root / FOLDER / f"{name}{SUFFIX}"


class Mornings:
    """The checkpoints of one task."""

    def __init__(self, task: Task, store: Store) -> None:
        self._task, self._store = task, store
        self._every = task.settings.checkpoint

    @cached_property
    def past(self) -> str:
        """The name of the common past."""
        return past_id(self._task.settings, self._task.replicate)

    def take(self, model: Any, name: str, strategy: Strategy) -> bool:
        """Let a model follow a strategy from where the checkpoint `name` was made; False where there is none.

        Raises
        ------
        CheckpointError
            It cannot be used, although it could when the command began.
        """
        path = path_of(self._store, name)
        if not path.exists():
            return False
        from experiments.checkpoints import CheckpointError, restore

        model.adopt(strategy)
        try:
            restore(model, path, name)
        except CheckpointError as error:
            if error.reason == "missing":  # removed this moment by another program, which has kept the run
                return False
            raise
        return True

    def keep(self, model: Any, name: str, runs: Sequence[Planned]) -> None:
        """Make a checkpoint, on the days for it.

        Raises
        ------
        WriteError
            The disk refused; the one before is as it was.
        """
        if self._every is None or model.day % self._every:
            return
        from experiments.checkpoints import save

        save(model, path_of(self._store, name), name, tuple(run.run_id for run in runs))

    def has(self, name: str) -> bool:
        """Whether there is such a checkpoint."""
        return path_of(self._store, name).exists()

    def forget(self, name: str) -> None:
        """Remove a checkpoint that nobody needs any more."""
        path_of(self._store, name).unlink(missing_ok=True)

    def forget_past(self) -> None:
        """Remove the common past."""
        if (self._store.root / FOLDER).exists():
            self.forget(self.past)


def survey(settings: Settings, store: Store, work: Sequence[Task], left: Sequence[Task]) -> None:
    """Judge the checkpoints that tasks will find, say what they go on from, and clear away what is not needed.

    `work` are all tasks of a design, `left` those that are still to be lived, with the runs that are missing.
    """
    names = {path.name.removesuffix(SUFFIX) for path in (store.root / FOLDER).glob(f"*{SUFFIX}")}
    if not names:
        return
    wanted = {name: (task, run) for task in left for name, run in _wanted(task)}
    there = {name: task.settings for name, (task, _) in wanted.items() if name in names}
    sound = {name: header for name, own in there.items() if (header := _sound(own, store, name)) is not None}
    for name in {name for task in work for name, _ in _wanted(task)} & names - wanted.keys():
        path_of(store, name).unlink(missing_ok=True)
    told = [
        _line(settings, header, *wanted[name])
        for name, header in sound.items()
        if wanted[name][1] is not None or not _alone(wanted[name][0], sound)
    ]
    if len(told) > MOST_TOLD:
        told[MOST_TOLD:] = [text(settings.lang, "checkpoints_more", count=len(told) - MOST_TOLD)]
    if told:
        say(text(settings.lang, "checkpoints_found", found=text(settings.lang, "checkpoints_and").join(told)))


def _alone(task: Task, sound: Mapping[str, Header]) -> bool:
    """Whether a task goes on in its only run, so that nobody asks for the common past."""
    return len(task.runs) == 1 and task.runs[0].run_id in sound


def tidy(store: Store) -> None:
    """Remove the folder of checkpoints once it is empty."""
    with suppress(OSError):
        (store.root / FOLDER).rmdir()


def _wanted(task: Task) -> Iterator[tuple[str, Planned | None]]:
    """What the checkpoints of a task may be called, and the run that each is of: None for the common past."""
    for run in task.runs:
        yield run.run_id, run
    yield past_id(task.settings, task.replicate), None


def _sound(settings: Settings, store: Store, name: str) -> Header | None:
    """The header of a checkpoint of which every byte is as it was written; None where it has been put aside."""
    from experiments.checkpoints import CheckpointError, judge_record, verify

    path = path_of(store, name)
    try:
        header = verify(path, name)
        judge_record(path, header, settings.record.keeps_all, settings.record.by_street)
        return header
    except CheckpointError as error:
        if error.reason != "missing":  # another program may have kept the run meanwhile
            aside = path.with_name(path.name + REFUSED)
            path.replace(aside)
            say(text(settings.lang, "checkpoint_refused", told=error.told[settings.lang], aside=aside.name))
        return None


def _line(settings: Settings, header: Header, task: Task, run: Planned | None) -> str:
    if run is None:
        return text(settings.lang, "checkpoint_of_past", replicate=task.replicate, day=header.day)
    return text(
        settings.lang,
        "checkpoint_of_run",
        strategy=run.strategy.name,
        replicate=run.replicate,
        day=header.day,
    )


def faults(store: Store, planned: set[str], finished: set[str], lang: str) -> tuple[list[str], list[str]]:
    """Checkpoints that are torn, and those that belong to no run of the design that is still to be finished, a line each."""
    from experiments.checkpoints import CheckpointError, verify

    broken: list[str] = []
    foreign: list[str] = []
    for path in sorted((store.root / FOLDER).glob("*")):
        if path.name.endswith(UNFINISHED):
            continue
        shown = path.relative_to(store.root).as_posix()
        try:
            header = verify(path, path.name.removesuffix(SUFFIX))
        except CheckpointError as error:
            torn = error.reason in BROKEN and path.suffix == SUFFIX
            told = CheckpointError(Path(shown), error.reason, **error.values).told[lang]
            (broken if torn else foreign).append(told)
            continue
        if not (planned - finished).intersection(header.runs):
            foreign.append(text(lang, "store_foreign", path=shown))
    return broken, foreign
