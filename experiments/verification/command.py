"""`xietong check verification`: tries the checks, tells each as it ends, writes the page and the table, and fails where what must hold does not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from experiments.faults import Faults
from experiments.progress import say
from experiments.texts import both, text
from experiments.verification.registry import FILES
from sim.errors import StoreError, XietongError

if TYPE_CHECKING:
    from experiments.verification.records import Result


#: What the command line returns when Ctrl-C ended a command.
INTERRUPTED: Final = 130


class VerificationError(XietongError):
    """What must hold of the model does not."""


def main(words: Sequence[str], lang: str) -> int:
    """Try what the words name.

    Raises
    ------
    ConfigError
        The words are wrong; nothing is written.
    StoreError
        The folder holds other things than an earlier verification.
    VerificationError
        A check that must hold does not; page and table are written.
    """
    given = read(words, lang)
    root = Path(given["out"] or "outputs/verification").expanduser()
    _look(root)
    from experiments.verification.page import write_page
    from experiments.verification.running import run
    from experiments.verification.table import show, write_table

    lang, ids, jobs = given["lang"], given["only"], given["jobs"]
    say(text(lang, "verification_start", count=len(ids), scale=given["scale"], jobs=min(jobs, len(ids))))
    try:
        results = run(ids, given["scale"], lang, jobs, _teller(len(ids), lang))
    except KeyboardInterrupt:
        say(text(lang, "verification_interrupted"))
        return INTERRUPTED
    write_table(root, results)
    page = write_page(root, results, given["scale"], lang)
    show(results, lang)
    print(text(lang, "verification_page", path=page))
    told = _summed(results, lang)
    failed = [result.about.id for result in results if result.fails]
    if failed:
        must = sum(result.about.must_hold for result in results)
        raise VerificationError(text(
            lang, "fault_verification", failed=len(failed), must=max(must, len(failed)), path=page,
            ids=text(lang, "verification_and").join(failed),
        ))  # fmt: skip
    print(told)
    return 0


def read(words: Sequence[str], lang: str) -> dict[str, Any]:
    """The keys, judged: known ids in the order of the page, and how many processes."""
    from experiments.configuration import plain
    from sim.processes import processors

    given = plain("verification", words, lang)
    faults = Faults(given["lang"])
    asked = given["only"] or list(FILES)
    for name in asked:
        if name.upper() not in FILES:
            faults.choice("only", name, FILES)
    faults.raise_any()
    chosen = {name.upper() for name in asked}
    return given | {"only": [name for name in FILES if name in chosen], "jobs": given["jobs"] or processors()}


def _look(root: Path) -> None:
    """Refuse a folder that holds other things than an earlier verification; changes nothing."""
    own = ("verification.html", "verification.csv", "figures")
    if root.exists() and not root.is_dir():
        raise StoreError(*both("store_is_file", root=root))
    other = sorted(path.name for path in root.iterdir() if path.name not in own) if root.exists() else []
    if other:
        raise StoreError(*both("store_other_pages", root=root, first=other[0]))


def _teller(count: int, lang: str) -> Any:
    """What is said of each check as it ends, with its number among all."""
    done = iter(range(1, count + 1))

    def told(result: Result, seconds: float) -> None:
        say(text(
            lang, "verification_done", done=next(done), count=count, id=result.about.id, title=result.about.title[lang],
            verdict=text(lang, f"verdict_{result.verdict}"), seconds=f"{seconds:.0f}",
        ))  # fmt: skip

    return told


def _summed(results: Sequence[Result], lang: str) -> str:
    must = [result for result in results if result.about.must_hold]
    patterns = [result.verdict for result in results if not result.about.must_hold]
    unrun = sum(result.verdict == "not run" for result in results)
    told = text(
        lang, "verification_of_patterns", count=len(patterns), shown=patterns.count("holds"), partly=patterns.count("in part"),
        absent=patterns.count("does not hold"),
    )  # fmt: skip
    return text(
        lang, "verification_fine", held=sum(result.verdict == "holds" for result in must), must=len(must), patterns=told if patterns else "",
        unrun=text(lang, "verification_unrun", count=unrun) if unrun else "",
    )  # fmt: skip
