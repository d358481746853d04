"""Ways of needs close their balances, circles are read before and after, fronts are those that nobody beats, drawings are cut whole."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from analysis import circle, flows
from analysis.cost_effectiveness import increments
from analysis.figures.sheet import Panel, Sheet, pictures
from analysis.pareto import shares, undominated
from analysis.store import day_sums
from sim.model import CommunityModel

REFORM, DAYS = 30, 60


@pytest.fixture(scope="module")
def daily() -> pd.DataFrame:
    """The daily table of a real run."""
    model = CommunityModel(world="classroom", strategy="chengdu", seed=3, reform_day=REFORM)
    model.run(days=DAYS)
    return model.records.daily


def test_cases_and_needs_close_their_balances(daily: pd.DataFrame) -> None:
    sums = day_sums(daily, flows.columns())
    found = flows.flow(sums, REFORM).set_index(["stage", "part"])["value"]
    window, before = sums[sums.index >= REFORM], sums.loc[REFORM - 1]
    people = window["residents"].mean() / flows.PER
    opened = day_sums(daily, ["cases_opened"])["cases_opened"]
    assert found["needs"].sum() * people == pytest.approx(before["needs_open"] + window["needs_arisen"].sum())
    assert found["cases"].sum() * people == pytest.approx(
        before["cases_open"] + opened[opened.index >= REFORM].sum()
    )
    closed = found["cases"].drop("pending").sum()
    assert found["coordination"].sum() == pytest.approx(closed)
    assert (found >= 0.0).all()


def test_circle_before_and_after_are_means_of_their_days() -> None:
    day = np.arange(100)
    sums = pd.DataFrame({name: np.where(day < 50, 2.0, 6.0) for name in circle.columns()}, index=day)
    sums["circle"] = 4.0
    state = circle.state(sums, 2, 50).set_index("measure")
    assert tuple(state.loc["tie_density"]) == (1.0, 3.0)
    assert tuple(state.loc["alignment"]) == (0.5, 1.5)
    assert np.isnan(circle.state(sums, 2, 0).set_index("measure").loc["members", "before"])


def test_undominated_are_those_that_none_equals_everywhere_and_beats_somewhere() -> None:
    values = np.array([[1.0, 3.0], [2.0, 2.0], [2.0, 3.0], [3.0, 1.0], [3.0, 1.0]])
    assert list(undominated(values)) == [True, True, False, True, True]


def test_pareto_shares_count_replicates_and_turn_what_should_be_high() -> None:
    rows = [
        {"strategy": s, "replicate": r, "satisfaction": y, "programme_cost": c}
        for r in range(4)
        for s, y, c in (("idle", 50.0, 0.0), ("good", 60.0, 5.0), ("dear", 59.0 if r else 61.0, 9.0))
    ]
    found = increments(pd.DataFrame(rows), "idle", effect="satisfaction", better="high")
    assert shares(found) == {"idle": 1.0, "good": 1.0, "dear": 0.25}
    assert list(found["effect"][found["strategy"] == "good"]) == [10.0] * 4


def test_panels_are_cut_whole_without_their_titles() -> None:
    def panel(name: str) -> Panel:
        return Panel(f"Title {name}", "what it shows", lambda ax: ax.plot([0, 1], [0, 1], "o-"))

    drawn = pictures(Sheet("two", (panel("one"), panel("two")), pd.DataFrame({"x": [1]}), columns=2))
    assert set(drawn.files) == {"svg", "png", "csv"}
    ids = set(re.findall(r'id="([^"]+)"', drawn.shared + "".join(drawn.panels)))
    for svg in drawn.panels:
        ElementTree.fromstring(svg)
        assert "two-title" not in svg
        assert set(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', svg)) != set()
        assert {a or b for a, b in re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', svg)} <= ids
    widths = {re.search(r'viewBox="\S+ \S+ (\S+) ', svg).group(1) for svg in drawn.panels}  # type: ignore[union-attr]
    assert len(widths) == 1
