"""The command `xietong`: finds the command, tells errors in one line, returns the exit code.

0 done; 2 the user's input is wrong and nothing was written; 1 failure inside, the store is intact; 130 interrupted, the same
command goes on. Commands are imported only when they are called.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import os
import shlex
import sys
from collections.abc import Callable, Sequence
from typing import Final

from experiments import helping, keys, nursery
from experiments.texts import text

DONE, FAILED, WRONG, INTERRUPTED = 0, 1, 2, 130
#: Objects made between two looks for garbage among the young; Python's own 700 or 2,000 are for programs that make little else.
SELDOM: Final = 20_000
#: Flags that are keys by another name.
KEYS_OF_FLAGS: Final = {"--fail-fast": "fail_fast=true"}
MODULES: Final = {
    "run": "experiments.run", "compare": "experiments.compare", "twin": "experiments.twin", "attribute": "experiments.attribute",
    "optimise": "experiments.optimise", "calibrate": "experiments.calibrate", "sweep": "experiments.sweep",
    "sensitivity": "experiments.sensitivity", "discover": "experiments.discover", "compact": "experiments.compact",
    "estimate": "experiments.estimate", "classroom": "experiments.classroom.command", "report": "experiments.report", "list": "experiments.listing", "check": "experiments.checking",
}  # fmt: skip


def program() -> int:
    """`main` as a process of its own. Modules are no garbage: looking through them took a quarter of a second at the start, half at the end."""
    gc.set_threshold(SELDOM)
    atexit.register(gc.freeze)
    return main()


def main(argv: Sequence[str] | None = None) -> int:
    """Run `xietong` with the given words (those of the process by default) and return its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    lang = language(words)
    debug = "--debug" in words
    words = [KEYS_OF_FLAGS.get(word, word) for word in words if word != "--debug"]
    return guarded(lambda: _dispatch(list(words), lang), ["xietong", *words], lang, debug)


def guarded(action: Callable[[], int], again: Sequence[str], lang: str, debug: bool) -> int:
    """Call `action` and return its exit code; tell in one line what ends it early. `again` is the command that goes on."""
    try:
        return action()
    except KeyboardInterrupt:
        return _told(text(lang, "interrupted", again=shlex.join(again)), INTERRUPTED)
    except BrokenPipeError:
        # The reader of our output has left, as `head` does: nothing to tell anyone. Keep the interpreter's last flush silent.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as error:
        if debug:
            import traceback

            traceback.print_exc()
        return explain(error, lang)


def language(words: Sequence[str]) -> str:
    """The language of the words: `lang=` if it is there, else that of the environment; errors of `lang` itself come later."""
    from experiments.speech import environment_language

    asked = [word.partition("=")[2].strip("'\"") for word in words if word.startswith("lang=")]
    return asked[-1] if asked and asked[-1] in ("en", "zh") else environment_language()


def _dispatch(words: list[str], lang: str) -> int:
    if "--version" in words:
        import sim

        print(f"xietong {sim.__version__}")
        return DONE
    name = next((word for word in words if not word.startswith("-") and "=" not in word), None)
    wants_help = any(word in ("--help", "-h", "help") for word in words)
    if name in (None, "help"):
        given = [
            word for word in words if word not in ("--help", "-h", "help") and not word.startswith("lang=")
        ]
        if given:
            return _told(_unknown(given[0], lang), WRONG)
        print(helping.overview(lang))
        return DONE
    if name not in MODULES:
        return _told(_unknown(name, lang), WRONG)
    if wants_help:
        print(helping.command(name, lang))
        return DONE
    words.remove(name)
    flags = [word for word in words if word.startswith("-")]
    if flags:
        return _told(text(lang, "fault_unknown_flag", name=flags[0]), WRONG)
    if name != "run" and "jobs" in keys.of(name):
        nursery.open_early(words)
    return int(importlib.import_module(MODULES[name]).main(words, lang))


def _unknown(name: str, lang: str) -> str:
    import difflib

    found = difflib.get_close_matches(name, helping.COMMANDS, n=1, cutoff=0.5)
    near = text(lang, "fault_near", name=found[0]) if found else ""
    if name.startswith("-"):
        return text(lang, "fault_unknown_flag", name=name)
    return text(lang, "fault_unknown_command", name=name, known=", ".join(helping.COMMANDS), near=near)


def explain(error: Exception, lang: str) -> int:
    """One line for an error, and the exit code that goes with it."""
    from experiments.parquet import WriteError
    from sim.errors import ConfigError, DataError, StoreError, XietongError

    if isinstance(error, ConfigError | DataError | StoreError) and not isinstance(error, WriteError):
        return _told(error.told[lang], WRONG)
    if isinstance(error, XietongError):
        return _told(error.told[lang], FAILED)
    return _told(text(lang, "fault_internal", error=f"{type(error).__name__}: {error}"), FAILED)


def _told(line: str, code: int) -> int:
    print(
        "xietong: " + "; ".join(part.strip() for part in line.splitlines() if part.strip()), file=sys.stderr
    )
    return code


if __name__ == "__main__":
    sys.exit(program())
