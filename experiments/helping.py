"""Help in the user's words. Imports nothing but the standard library: it must answer at once."""

from __future__ import annotations

from typing import Final

from experiments.keys import Key, of
from experiments.texts import LANGUAGES, text

COMMANDS: Final = (
    "run", "compare", "twin", "attribute", "optimise", "calibrate", "sweep", "sensitivity", "discover", "estimate", "classroom", "report", "compact", "list", "check",
)  # fmt: skip
LISTED: Final = (
    "worlds",
    "strategies",
    "mechanisms",
    "parameters",
    "outcomes",
    "futures",
    "quantities",
    "lessons",
)
CHECKED: Final = (
    "run",
    "compare",
    "twin",
    "attribute",
    "optimise",
    "calibrate",
    "sweep",
    "sensitivity",
    "discover",
    "estimate",
)
EXAMPLES: Final = {
    "run": "xietong run strategy=wuhan world=classroom",
    "compare": "xietong compare strategies=[siloed,shanghai,wuhan] replicates=20",
    "twin": "xietong twin strategies=[siloed,wuhan] world=classroom",
    "attribute": "xietong attribute strategy=wuhan replicates=20",
    "optimise": "xietong optimise strategy=wuhan cost_share=0.5",
    "calibrate": "xietong calibrate fitted=12 waves=3",
    "sweep": "xietong sweep sweep.parameters.voice.base_hazard=[0.005,0.01,0.02] strategies=[siloed,wuhan]",
    "sensitivity": "xietong sensitivity strategy=wuhan baseline=siloed over=[deep]",
    "discover": "xietong discover strategies=[siloed,wuhan] replicates=200",
    "estimate": "xietong estimate strategy=wuhan replicates=20",
    "classroom": "xietong classroom strategies=[siloed,wuhan]",
    "report": "xietong report out=outputs/compare lang=zh",
    "compact": "xietong compact out=outputs/sweep",
    "list": "xietong list strategies",
    "check": "xietong check store=outputs/compare",
}


def overview(lang: str) -> str:
    """All commands with an example each."""
    lines = [text(lang, "help_title"), "", text(lang, "help_usage"), "", text(lang, "help_commands")]
    for name in COMMANDS:
        lines += [f"  {name:<11}{text(lang, f'command_{name}')}", f"             {EXAMPLES[name]}"]
    return "\n".join([*lines, "", text(lang, "help_more"), text(lang, "help_exits"), text(lang, "help_lang")])


def command(name: str, lang: str) -> str:
    """The keys of a command: default, unit, meaning."""
    lines = [
        f"xietong {name}: {text(lang, f'command_{name}')}",
        "",
        f"{text(lang, 'help_example')} {EXAMPLES[name]}",
        "",
    ]
    if name == "list":
        lines += [text(lang, "list_what", known=", ".join(LISTED)), ""]
    if name == "check":
        lines += [text(lang, "check_what", known=", ".join(CHECKED)), "", text(lang, "verification_what"), ""]
    if name == "sweep":
        lines += [text(lang, "sweep_what"), ""]
    lines.append(text(lang, "help_keys"))
    lines += [_line(key, lang) for key in of(name).values()]
    if name == "check":
        lines += [
            "",
            text(lang, "verification_keys"),
            *(_line(key, lang) for key in of("verification").values()),
        ]
    return "\n".join(lines)


def _line(key: Key, lang: str) -> str:
    default = key.shown[LANGUAGES.index(lang)] or (
        "–" if key.default in (None, {}) else str(key.default).lower()
    )
    spelled = f"{key.name}.*" if key.kind == "numbers" else key.name
    unit = f" {text(lang, f'unit_{key.unit}')}" if key.unit else ""
    bounds = (
        f" ({key.low:g} – {key.high:g})"
        if key.kind in ("whole", "period", "number") and key.high < 10**9
        else ""
    )
    return f"  {spelled:<13} {default}{unit}{bounds}\n                {getattr(key, lang)}"
