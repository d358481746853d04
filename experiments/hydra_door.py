"""`python -m experiments.run`: the same run under `@hydra.main`, with all of Hydra's own flags.

The words are judged before Hydra sees them, so that a slip is one line here too. Hydra composes, once, or several times under
`--multirun`; what it composed is then lived as one design in one store, so that a rerun skips what is finished.
"""

from __future__ import annotations

import itertools
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from experiments import cli
from experiments.configuration import GROUPS, parse
from experiments.faults import Faults
from experiments.judging.whole import judged
from experiments.settings import Settings
from sim.scenario import ROOT

#: Flags of Hydra that take a value, which may stand in the next word.
WITH_VALUE: Final = ("--cfg", "-c", "--package", "-p", "--config-path", "-cp", "--config-name", "-cn", "--config-dir", "-cd",
                     "--experimental-rerun", "--info", "-i")  # fmt: skip
MANY: Final = ("--multirun", "-m")
#: More aliases than these no scenario needs.
ALIASES: Final = 20
#: The variable that makes Hydra raise its faults.
RAISE: Final = "HYDRA_FULL_ERROR"
#: Settings that all jobs of one store share.
SHARED: Final = ("out", "record", "engine", "jobs", "fail_fast", "lang")


def run_under_hydra(argv: Sequence[str]) -> int:
    """Judge the words, hand them to Hydra, return the exit code."""
    import hydra

    debug = "--debug" in argv
    flags, words = split([word for word in argv if word != "--debug"])
    lang = cli.language(words)
    many = any(flag in MANY for flag in flags)
    jobs = Jobs(lang)

    @hydra.main(version_base="1.3", config_path=str(ROOT), config_name="config")
    def application(composed: Any) -> None:
        jobs.take(composed)

    def action() -> int:
        folders = [Path(value) for flag, value in _pairs(flags) if flag in ("--config-dir", "-cd")]
        faults = Faults(lang)
        good = parse("run", words, faults, folders, sweeps=many)
        _judge_aliases(folders, faults)
        faults.raise_any()
        # Of each multirun Hydra keeps a file: what a store says about itself stands in the store.
        with tempfile.TemporaryDirectory(prefix="xietong-") as aside:
            own = [f"hydra.sweep.dir={aside}"] if many else []
            _compose(application, ["experiments.run", *flags, *own, *good], faults)
        return jobs.live()

    return cli.guarded(action, ["python", "-m", "experiments.run", *argv], lang, debug)


def _judge_aliases(folders: Sequence[Path], faults: Faults) -> None:
    """Refuse files in which aliases may stand for endlessly many values: Hydra would write them all out."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for path in sorted(
        path for folder in folders for group in GROUPS for path in (folder / group).glob("*.yaml")
    ):
        try:
            events = yaml.parse(path.read_text(encoding="utf-8"), Loader=loader)
            aliases = sum(isinstance(event, yaml.AliasEvent) for event in events)
        except (yaml.YAMLError, ValueError, OSError):
            continue  # Hydra tells, where the file is chosen
        if aliases > ALIASES:
            faults.add("not_composed", reason=f"{path}: {aliases} aliases, {ALIASES} at most")


def _compose(application: Callable[[], None], words: list[str], faults: Faults) -> None:
    """Let Hydra read `words` and call the application; what it cannot compose is one line, as everywhere.

    Raises
    ------
    ConfigError
        A file of a configuration folder is not readable, or the files do not fit together.
    """
    import yaml
    from hydra.errors import HydraException
    from omegaconf.errors import OmegaConfBaseException

    before, own = sys.argv, os.environ.get(RAISE)
    # Without it Hydra prints several lines of its own and ends the process.
    sys.argv, os.environ[RAISE] = words, "1"
    try:
        application()
    except (
        HydraException,
        OmegaConfBaseException,
        yaml.YAMLError,
        ValueError,
        OSError,
        RecursionError,
    ) as error:
        faults.add("not_composed", reason=" ".join(str(error).split()) or type(error).__name__)
        raise faults.error() from None
    finally:
        sys.argv = before
        if own is None:
            del os.environ[RAISE]
        else:
            os.environ[RAISE] = own


class Jobs:
    """What Hydra composed, judged: settings and overrides of each job. Faults wait for the end: Hydra would wrap them in its own words."""

    def __init__(self, lang: str) -> None:
        self.faults = Faults(lang)
        self.settings: list[Settings] = []
        self.overrides: list[str] = []

    def take(self, composed: Any) -> None:
        """One job more."""
        from hydra.core.hydra_config import HydraConfig
        from omegaconf import OmegaConf

        raw: Any = OmegaConf.to_container(composed, resolve=True)
        with self.faults.gather():
            self.settings.append(judged("run", raw, Faults(self.faults.lang)))
            self.overrides.append(" ".join(word.lstrip("+") for word in HydraConfig.get().overrides.task))

    def live(self) -> int:
        """Live all jobs and sum each up; the exit code.

        Raises
        ------
        ConfigError
            A job is faulty, or jobs differ where a store has one value.
        """
        from experiments.run import execute, execute_all

        for name in SHARED if self.settings else ():
            if any(getattr(one, name) != getattr(self.settings[0], name) for one in self.settings):
                self.faults.add("one_for_all", key=name)
        self.faults.raise_any()
        if len(self.settings) < 2:
            return max((execute(one) for one in self.settings), default=cli.DONE)
        return execute_all(self.settings, self.overrides)


def split(argv: Sequence[str]) -> tuple[list[str], list[str]]:
    """Hydra's flags with their values, and the overrides."""
    flags: list[str] = []
    words: list[str] = []
    takes = False
    for word in argv:
        flag = word.startswith("-")
        (flags if flag or takes else words).append(word)
        takes = flag and word in WITH_VALUE
    return flags, words


def _pairs(flags: Sequence[str]) -> list[tuple[str, str]]:
    joined = [tuple(word.split("=", 1)) for word in flags if word.startswith("--") and "=" in word]
    return [*itertools.pairwise(flags), *joined]  # type: ignore[list-item]
