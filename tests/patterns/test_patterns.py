"""Every card is what its experiment yields today; a pattern that the model does not show fails openly, with its figures."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from make_cards import EXPERIMENTS, FOLDER, LANGUAGES, TABLE, examined, kept

from analysis.patterns import (
    Card,
    Finding,
    bounds,
    dispersion,
    index,
    lognormal_gain,
    page,
    rate,
    shipped,
    standardized_rate_ratio,
    tail_weight,
    valued,
)

#: Figures of a card may differ in the last digits between processors.
TOLERANCE = 1e-6


@pytest.mark.parametrize("pattern", EXPERIMENTS)
def test_card_says_what_is_kept_of_it(pattern: str) -> None:
    card = kept(pattern)
    if card is None:
        pytest.xfail(f"{pattern} has not been run: python tests/patterns/make_cards.py {pattern}")
    for lang, ending in LANGUAGES.items():
        shown = (FOLDER / f"{pattern}{ending}.md").read_text(encoding="utf-8")
        assert shown == page(card, f"{pattern}{ending}.svg", lang)
        assert (FOLDER / f"{pattern}{ending}.svg").exists()


@pytest.mark.slow
@pytest.mark.parametrize("pattern", EXPERIMENTS)
def test_pattern_emerges_or_the_card_says_that_it_does_not(pattern: str) -> None:
    found, written = examined(pattern).card, kept(pattern)
    if written is None:
        pytest.xfail(f"{pattern} has no card to compare with")
    for new, old in zip(found.findings, written.findings, strict=True):
        assert new.value == pytest.approx(old.value, rel=TOLERANCE, abs=TOLERANCE), new.name["en"]
    assert found.verdict == written.verdict
    if found.verdict != "shown":
        missing = [f for f in found.findings if f.bounded and not f.holds]
        told = "; ".join(f"{f.name['en']}: {f.value:.3g}, not in ({f.low:g}, {f.high:g})" for f in missing)
        pytest.xfail(f"{pattern} {found.verdict}: {told}")


def test_table_that_comes_with_the_scenarios_says_what_the_cards_say() -> None:
    cards = [card for pattern in EXPERIMENTS if (card := kept(pattern)) is not None]
    assert shipped(cards).to_csv(index=False, lineterminator="\n") == TABLE.read_text(encoding="utf-8")


def card_of(*findings: Finding) -> Card:
    said = {"en": "a", "zh": "甲"}
    return Card("V0", said, said, "nobody", said, findings)


def finding(value: float, low: float = -np.inf, high: float = np.inf) -> Finding:
    return Finding({"en": "x", "zh": "某"}, value, low, high)


def test_verdict_follows_from_bounded_findings_alone() -> None:
    inside, outside, beside = finding(1.0, low=0.5), finding(1.0, low=2.0), finding(9.0)
    assert card_of(inside, beside).verdict == "shown"
    assert card_of(inside, outside).verdict == "shown in part"
    assert card_of(outside, beside).verdict == "not shown"
    with pytest.raises(ValueError, match="V0"):
        assert card_of(beside).verdict
    # No effect at all is no effect: bounds are strict; what could not be measured does not hold.
    assert not finding(0.0, low=0.0).holds
    assert not finding(float("nan"), low=0.0).holds


def test_page_names_claim_figures_bounds_and_verdict_in_both_languages() -> None:
    card = card_of(finding(1.234, low=1.0, high=2.0), finding(0.5, high=0.4))
    english, chinese = page(card, "f.svg", "en"), page(card, "f.svg", "zh")
    for shown in (
        "shown in part",
        "| x | 1.23 | 1 … 2 | yes |",
        "| x | 0.500 | < 0.400 | no |",
        "![a](f.svg)",
    ):
        assert shown in english
    assert "部分出现" in chinese
    assert "[V0](V0.md) | a | shown in part" in index({"V0.md": card}, "en")


def test_a_number_too_small_for_decimals_is_not_shown_as_zero() -> None:
    assert (valued(finding(9.33e-8), "en"), bounds(finding(0.0, high=1e-9))) == ("9.33×10^−8", "< 1×10^−9")
    assert (valued(finding(0.0), "en"), bounds(finding(0.0, low=-0.25))) == ("0", "> −0.250")


def test_dispersion_of_poisson_is_one_and_of_a_mixture_above() -> None:
    random = np.random.default_rng(1)
    n, mean, shape = 200_000, 4.0, 2.0
    assert dispersion(random.poisson(mean, n)) == pytest.approx(1.0, abs=0.02)
    # Poisson with a Gamma mean: 1 + mean / shape.
    mixed = random.poisson(random.gamma(shape, mean / shape, n))
    assert dispersion(mixed) == pytest.approx(1.0 + mean / shape, rel=0.03)


def test_tails_and_forms_of_known_distributions() -> None:
    random = np.random.default_rng(2)
    exponential, lognormal = random.exponential(2.0, 200_000), random.lognormal(0.0, 1.4, 200_000)
    assert tail_weight(exponential) == pytest.approx(np.log(100.0) / np.log(2.0), rel=0.03)
    assert tail_weight(lognormal) == pytest.approx(np.exp(1.4 * 2.3263), rel=0.03)
    assert lognormal_gain(exponential) < 0.0
    # E of both log-likelihoods: ln(mean) + 1 − ½ ln(2 π s²) − ½ with mean e^{s²/2}.
    assert lognormal_gain(lognormal) == pytest.approx(
        1.4**2 / 2 + 0.5 - np.log(1.4 * np.sqrt(2 * np.pi)), abs=0.02
    )


def test_rates_have_exact_intervals_and_standardizing_undoes_a_mix() -> None:
    assert rate(0.0, 10.0)[1:] == pytest.approx((0.0, 0.36889), abs=1e-4)  # Garwood 1936: 3.6889 for none
    assert rate(10.0, 1.0) == pytest.approx((10.0, 4.7954, 18.3904), abs=1e-3)
    # Twice as fast in each stratum, though the crude ratio is turned round by the mix.
    table = pd.DataFrame({
        "group": [1, 0, 1, 0], "alike": ["slow", "slow", "fast", "fast"],
        "reported": [20.0, 1.0, 40.0, 200.0], "days": [1000.0, 100.0, 20.0, 200.0],
    })  # fmt: skip
    assert standardized_rate_ratio(table, "group", "alike") == pytest.approx(2.0)
