"""Pattern cards: what other scholars have found, what the model shows, and a verdict that follows from stated bounds.

A card is right or wrong by its findings alone: each is a statistic with the range in which the pattern counts as shown. No
pattern is built in; where the model does not show one, the card says so with the figures (pattern-oriented modelling: Grimm et
al. 2005).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from scipy import stats

from analysis.numbers import plain, significant

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd

    Array = npt.NDArray[np.float64]

Verdict = Literal["shown", "shown in part", "not shown"]
Text = Mapping[str, str]
SHIPPED: Final = (
    "id", "verdict", "held", "bounded", "title_en", "title_zh", "claim_en", "claim_zh", "outside_en", "outside_zh", "source",
)  # fmt: skip
#: Below this, decimals would hide a number.
SMALL: Final = 1e-4
#: What stands for nothing in a table that has no empty fields.
NONE: Final = "-"


@dataclass(frozen=True)
class Finding:
    """One statistic of an experiment and the range in which it speaks for the pattern: strictly between `low` and `high`.

    `interval` is its 95 % interval, where it has one.
    """

    name: Text
    value: float
    low: float = -np.inf
    high: float = np.inf
    unit: Text | None = None
    interval: tuple[float, float] | None = None

    @property
    def holds(self) -> bool:
        """Whether the statistic lies in its range; one that could not be taken does not."""
        return bool(self.low < self.value < self.high)

    @property
    def bounded(self) -> bool:
        """Whether it bears on the verdict: a finding without bounds stands beside it for information."""
        return bool(np.isfinite(self.low) or np.isfinite(self.high))


@dataclass(frozen=True)
class Card:
    """One pattern: what is claimed, by whom, how it was looked for, and what was found."""

    id: str
    title: Text
    claim: Text
    source: str
    experiment: Text
    findings: tuple[Finding, ...]
    remark: Text | None = None

    @property
    def verdict(self) -> Verdict:
        """`shown` when every bounded finding holds, `not shown` when none does, else `shown in part`."""
        held = [finding.holds for finding in self.findings if finding.bounded]
        if not held:
            raise ValueError(f"{self.id}: a card without a bounded finding cannot be judged")
        return "shown" if all(held) else "shown in part" if any(held) else "not shown"


_WORDS: dict[str, dict[str, str]] = {
    "claim": {"en": "Claim", "zh": "命题"},
    "source": {"en": "Source", "zh": "来源"},
    "experiment": {"en": "Experiment", "zh": "实验"},
    "found": {"en": "Found", "zh": "结果"},
    "verdict": {"en": "Verdict", "zh": "结论"},
    "remark": {"en": "Remark", "zh": "说明"},
    "statistic": {"en": "statistic", "zh": "统计量"},
    "value": {"en": "value", "zh": "数值"},
    "range": {"en": "shown if", "zh": "成立范围"},
    "holds": {"en": "holds", "zh": "是否成立"},
    "yes": {"en": "yes", "zh": "是"},
    "no": {"en": "no", "zh": "否"},
    "shown": {"en": "shown", "zh": "出现"},
    "shown in part": {"en": "shown in part", "zh": "部分出现"},
    "not shown": {"en": "not shown", "zh": "未出现"},
}


def page(card: Card, figure: str, lang: str) -> str:
    """The card as a page of Markdown in a language; `figure` is the name of its picture's file."""

    def say(word: str) -> str:
        return _WORDS[word][lang]

    rows = [
        f"| {finding.name[lang]} | {valued(finding, lang)} | {bounds(finding)} | "
        f"{say('yes' if finding.holds else 'no') if finding.bounded else '–'} |"
        for finding in card.findings
    ]
    parts = [
        f"# {card.id} · {card.title[lang]}",
        f"**{say('verdict')}: {say(card.verdict)}**",
        f"## {say('claim')}\n\n{card.claim[lang]}",
        f"## {say('source')}\n\n{card.source}",
        f"## {say('experiment')}\n\n{card.experiment[lang]}",
        f"## {say('found')}\n\n"
        f"| {say('statistic')} | {say('value')} | {say('range')} | {say('holds')} |\n|---|---:|---|---|\n"
        + "\n".join(rows),
        f"![{card.title[lang]}]({figure})",
    ]
    if card.remark is not None:
        parts.append(f"## {say('remark')}\n\n{card.remark[lang]}")
    return "\n\n".join(parts) + "\n"


def index(cards: Mapping[str, Card], lang: str) -> str:
    """All cards as one table of Markdown; keys are the names of their pages."""
    title = {"en": "Patterns", "zh": "模式卡片"}[lang]
    head = {"en": "| | pattern | verdict |", "zh": "| | 模式 | 结论 |"}[lang]
    rows = [
        f"| [{card.id}]({name}) | {card.title[lang]} | {_WORDS[card.verdict][lang]} |"
        for name, card in cards.items()
    ]
    return f"# {title}\n\n{head}\n|---|---|---|\n" + "\n".join(rows) + "\n"


def shipped(cards: Iterable[Card]) -> pd.DataFrame:
    """The cards in short, as they come with the scenarios (`scenarios/data/patterns.csv`): a row a card, columns `SHIPPED`.

    `held` of `bounded` findings lie in their range; `outside` names the others with their values.
    """
    import pandas as pd

    rows = [_short(card) for card in cards]
    return pd.DataFrame(rows, columns=list(SHIPPED)).sort_values("id", ignore_index=True)


def _short(card: Card) -> dict[str, object]:
    bounded = [finding for finding in card.findings if finding.bounded]
    missed = [finding for finding in bounded if not finding.holds]
    told = {
        f"outside_{lang}": "; ".join(f"{f.name[lang]}: {valued(f, lang)} ({bounds(f)})" for f in missed)
        or NONE
        for lang in ("en", "zh")
    }
    titles = {f"title_{lang}": card.title[lang] for lang in ("en", "zh")}
    claims = {f"claim_{lang}": card.claim[lang] for lang in ("en", "zh")}
    return {
        "id": card.id, "verdict": card.verdict, "held": len(bounded) - len(missed), "bounded": len(bounded), **titles, **claims, **told,
        "source": card.source,
    }  # fmt: skip


def valued(finding: Finding, lang: str) -> str:
    """The value of a finding for readers, with its unit."""
    unit = f" {finding.unit[lang]}" if finding.unit is not None else ""
    return f"{_shown(finding.value)}{unit}"


def bounds(finding: Finding) -> str:
    """The range in which a finding holds, for readers; a dash where it bears on no verdict."""
    low, high = np.isfinite(finding.low), np.isfinite(finding.high)
    if low and high:
        return f"{_shown(finding.low)} … {_shown(finding.high)}"
    return f"> {_shown(finding.low)}" if low else f"< {_shown(finding.high)}" if high else "–"


def _shown(value: float) -> str:
    """Three digits; what is too small for a few decimals is written with a power of ten rather than as zero."""
    return plain(value) if 0.0 < abs(value) < SMALL else significant(value, 3)


def dispersion(counts: Array) -> float:
    """Variance over mean of counts; 1 for a Poisson process, above 1 where what causes one event causes others."""
    counts = np.asarray(counts, float)
    return float(counts.var(ddof=1) / counts.mean())


def lognormal_gain(times: Array) -> float:
    """Mean log-likelihood per observation of a log-normal fit over an exponential fit, `[1]`; positive: log-normal fits better.

    Exponential: `−ln(mean) − 1`. Log-normal: `−mean(ln t) − ½ ln(2 π s²) − ½` with s the standard deviation of `ln t`.
    """
    times = np.asarray(times, float)
    times = times[times > 0.0]
    logs = np.log(times)
    lognormal = -logs.mean() - 0.5 * np.log(2.0 * np.pi * logs.var()) - 0.5
    return float(lognormal + np.log(times.mean()) + 1.0)


def tail_weight(times: Array) -> float:
    """The 99th percentile over the median, `[1]`; 6.6 for an exponential, more for a heavier tail."""
    return float(np.quantile(times, 0.99) / np.median(times))


def rate(events: float, exposure: float, level: float = 0.95) -> tuple[float, float, float]:
    """Events per unit of exposure with its exact Poisson interval (Garwood 1936)."""
    tail = 0.5 * (1.0 - level)
    low = stats.chi2.ppf(tail, 2.0 * events) / 2.0 if events > 0 else 0.0
    high = stats.chi2.ppf(1.0 - tail, 2.0 * (events + 1.0)) / 2.0
    return events / exposure, float(low / exposure), float(high / exposure)


def standardized_rate_ratio(table: pd.DataFrame, exposed: str, alike: str) -> float:
    """Rate of `reported` per `days` of the rows with `exposed` 1 over that of the rows with 0, within strata `alike`.

    Mantel-Haenszel for person-time: `Σ a_s T0_s / T_s  /  Σ b_s T1_s / T_s` (Rothman, Greenland & Lash 2008).
    """
    sums = table.groupby([alike, exposed])[["reported", "days"]].sum().unstack(exposed, fill_value=0.0)
    events, days = sums["reported"], sums["days"]
    total = days[0] + days[1]
    return float((events[1] * days[0] / total).sum() / (events[0] * days[1] / total).sum())
