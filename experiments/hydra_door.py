"""`python -m experiments.run`: the same run under `@hydra.main`, with all of Hydra's own flags.

The words are judged before Hydra sees them, so that a slip is one line here too; Hydra then composes and calls the run, once,
or several times under `--multirun`, each job in a folder of its own.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from experiments import cli
from experiments.configuration import parse
from experiments.faults import Faults
from experiments.judging import judged
from sim.scenario import ROOT

#: Flags of Hydra that take a value, which may stand in the next word.
WITH_VALUE: Final = ("--cfg", "-c", "--package", "-p", "--config-path", "-cp", "--config-name", "-cn", "--config-dir", "-cd",
                     "--experimental-rerun", "--info", "-i")  # fmt: skip
MANY: Final = ("--multirun", "-m")


def run_under_hydra(argv: Sequence[str]) -> int:
    """Judge the words, hand them to Hydra, return the exit code."""
    import hydra

    debug = "--debug" in argv
    flags, words = split([word for word in argv if word != "--debug"])
    lang = cli.language(words)
    many = any(flag in MANY for flag in flags)
    codes: list[int] = []

    @hydra.main(version_base="1.3", config_path=str(ROOT), config_name="config")
    def application(composed: Any) -> None:
        codes.append(_job(composed, lang, many, debug))

    def action() -> int:
        folders = [Path(value) for flag, value in _pairs(flags) if flag in ("--config-dir", "-cd")]
        faults = Faults(lang)
        good = parse("run", words, faults, folders, sweeps=many)
        faults.raise_any()
        before, sys.argv = sys.argv, ["experiments.run", *flags, *good]
        try:
            application()
        finally:
            sys.argv = before
        return max(codes, default=0)

    return cli.guarded(action, ["python", "-m", "experiments.run", *argv], lang, debug)


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


def _job(composed: Any, lang: str, many: bool, debug: bool) -> int:
    """One job of Hydra: judge and run. What ends it early is told here: Hydra would wrap it in its own words."""
    from hydra.core.hydra_config import HydraConfig
    from omegaconf import OmegaConf

    from experiments.run import execute

    raw: Any = OmegaConf.to_container(composed, resolve=True)
    if many:
        raw["out"] = str(Path(raw["out"] or "outputs/run") / str(HydraConfig.get().job.num))
    return cli.guarded(lambda: execute(judged("run", raw, Faults(lang))), ["xietong", "run"], lang, debug)
