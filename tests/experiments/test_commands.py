"""The commands from words to what the user reads."""

from __future__ import annotations

import csv
import io
import json
import shlex

import pandas as pd
import pytest

from analysis.provenance import command
from analysis.store import open_store
from experiments.helping import LISTED
from experiments.outcomes_shown import blocks
from sim.outcomes import OUTCOMES

SMALL = ("world=classroom", "days=24", "reform_day=8")


def test_run_sums_up_with_units_in_blocks(xietong, compiled) -> None:
    called = xietong("run", *SMALL, "strategy=wuhan")
    told = "\n".join(called.out)
    assert called.code == 0 and len(called.err) == 2
    heads = [told.index(title) for title, _ in blocks("en")]
    assert heads == sorted(heads)
    headline = next(outcome for outcome in OUTCOMES if outcome.headline)
    assert headline.name in told and headline.unit in told and called.out[-1] == "results: outputs/run"
    assert "nothing left to run" in xietong("run", *SMALL, "strategy=wuhan").err[0]


def test_compare_prints_differences_and_writes_the_report(xietong, tmp_path) -> None:
    called = xietong(
        "compare", *SMALL, "strategies=[wuhan,siloed,placebo]", "replicates=3", "jobs=1", "out=c"
    )
    told = "\n".join(called.out)
    assert called.code == 0 and called.out[-1] == "report: c/report.html"
    assert "baseline siloed" in told and "95 % interval" in told
    assert {line.split()[-1] for line in called.out if line.startswith("placebo")} <= {"equal", "pair"}
    assert (tmp_path / "c" / "report.html").stat().st_size > 10_000
    table = pd.read_csv(tmp_path / "c" / "comparison.csv")
    needed = "strategy outcome unit baseline_mean mean difference ci_low ci_high replicates variance_ratio"
    assert set(needed.split()) <= set(table.columns)
    manifest = json.loads((tmp_path / "c" / "manifest.json").read_text())
    assert {"report.html", "comparison.csv"} <= set(manifest["files"]) and manifest["status"] == "finished"
    assert xietong("check", "store=c").code == 0


def test_compare_in_chinese(xietong, without_report) -> None:
    called = xietong("compare", *SMALL, "strategies=[siloed,placebo]", "replicates=2", "jobs=1", "lang=zh")
    told = "\n".join(called.out)
    assert called.code == 0 and "对照 siloed" in told and "相等" in told and "difference" not in told


def test_report_in_another_language_and_baseline(xietong, tmp_path) -> None:
    xietong("compare", *SMALL, "strategies=[siloed,placebo]", "replicates=2", "jobs=1")
    english = (tmp_path / "outputs/compare/report.html").read_text(encoding="utf-8")
    called = xietong("report", "lang=zh", "baseline=placebo")
    assert called.code == 0 and called.out == ["报告：outputs/compare/report.html"]
    assert (tmp_path / "outputs/compare/report.html").read_text(encoding="utf-8") != english
    assert xietong("report", "baseline=wuhan").code == 2


def test_a_report_collects_what_an_unfinished_store_has(xietong, tmp_path, without_report) -> None:
    xietong("compare", *SMALL, "strategies=[siloed,wuhan]", "replicates=3", "jobs=1")
    last = pd.read_parquet(tmp_path / "outputs/compare/runs.parquet")["run_id"].iloc[-1]
    (tmp_path / "outputs/compare/runs" / f"{last}.parquet").unlink()
    (tmp_path / "outputs/compare/runs.parquet").unlink()
    assert xietong("report").code == 0
    assert len(pd.read_parquet(tmp_path / "outputs/compare/runs.parquet")) == 5


@pytest.mark.parametrize("what", LISTED)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_lists(xietong, what: str, lang: str) -> None:
    plain = xietong("list", what, f"lang={lang}")
    assert plain.code == 0 and plain.err == [] and plain.files == []
    rows = list(
        csv.DictReader(io.StringIO("\n".join(xietong("list", what, "format=csv", f"lang={lang}").out)))
    )
    names = [row["name"] for row in rows]
    assert names and len(names) == len(set(names)) and all(name in "\n".join(plain.out) for name in names)


def test_lists_carry_units_sources_grades_and_seed_ids(xietong) -> None:
    def table(what: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO("\n".join(xietong("list", what, "format=csv").out))))

    assert all(
        row["unit"] and row["source"] and row["grade"] and row["meaning"] for row in table("parameters")
    )
    assert all(
        row["seed"] and row["theory"] and row["payer"] and row["failure"] and row["grade"]
        for row in table("mechanisms")
    )
    assert all(row["unit"] and row["scored_on"] for row in table("outcomes"))
    worlds = {row["name"]: row for row in table("worlds")}
    assert worlds["classroom"]["cells"] == "8" and worlds["street"]["cells"] == "48"
    assert worlds["custom"]["cells"] == "" and "data=" in worlds["custom"]["title"]


def test_lists_of_futures_carry_days_sizes_and_grades(xietong) -> None:
    rows = list(csv.DictReader(io.StringIO("\n".join(xietong("list", "futures", "format=csv").out))))
    courses = {row["name"]: row["courses"] for row in rows}
    assert courses["reference"] == ""
    assert courses["fiscal_cut"] == "budget -0.15, step, from day 240 (judgement)"
    assert "demand_care +3, pulse, days 240-359, peak 281 (judgement); " in courses["epidemic"]


def test_a_future_that_begins_after_the_last_day_is_told(xietong, tmp_path) -> None:
    words = ("run", "world=classroom", "days=40", "reform_day=10", "jobs=1")
    late = xietong(*words, "future=flood", f"out={tmp_path / 'late'}")
    assert late.code == 0
    assert any("nothing of future=flood comes to pass: it begins on day 240" in line for line in late.err)
    plain = xietong(*words, f"out={tmp_path / 'plain'}")
    assert not any("comes to pass" in line for line in plain.err)


def test_a_run_under_a_future(xietong, tmp_path) -> None:
    assert xietong("run", *SMALL, "future=ageing").code == 0
    row = pd.read_parquet(tmp_path / "outputs/run/runs.parquet").iloc[0]
    assert row["future"] == "ageing"
    config = json.loads((tmp_path / "outputs/run/manifest.json").read_text(encoding="utf-8"))["config"]
    (course,) = config["future"]["courses"]
    assert (course["quantity"], course["size"], course["grade"]) == ("ageing", 0.011, "literature")


def test_the_stepped_wedge_is_ready_to_run(xietong, tmp_path, without_report) -> None:
    """The shipped experiment as it is judged, then a shorter one lived: communities move when their turn comes."""
    called = xietong("check", "experiment=stepped_wedge")
    assert called.code == 0 and "3 strategies × 10 replicates = 30 runs of 540 days" in called.out[0]
    small = (
        "experiment=stepped_wedge",
        "world=street",
        "world.households=40",
        "days=130",
        "replicates=1",
        "reform_day=60",
    )
    assert xietong("compare", *small, "jobs=1").code == 0
    again = shlex.split(command(open_store(tmp_path / "outputs/compare")))
    assert again[:2] == ["xietong", "compare"] and any("wuhan_in_steps" in word for word in again)
    checked = xietong("check", *again[1:-1], "world.households=40", "out=outputs/compare")
    assert checked.out[0].endswith("3 finished already")
    daily = {}
    for name, run in (
        pd.read_parquet(tmp_path / "outputs/compare/runs.parquet").set_index("strategy")["run_id"].items()
    ):
        table = pd.read_parquet(tmp_path / f"outputs/compare/daily/{run}.parquet")
        daily[name] = table.pivot_table(
            index="day", columns="community", values="hours_overhead", aggfunc="sum"
        )
    spent = {name: table.loc[90:119].mean().sort_values() for name, table in daily.items()}
    assert spent["siloed"].max() == 0.0 < spent["wuhan"].min()
    # Two of eight have had their turn; the others see no more than the share of a street office that serves all.
    waiting, begun = spent["wuhan_in_steps"].iloc[:6], spent["wuhan_in_steps"].iloc[6:]
    assert begun.min() > 3.0 * waiting.max()


def test_check_tells_what_would_run(xietong) -> None:
    called = xietong("check", *SMALL, "strategies=[siloed,wuhan]", "replicates=4")
    assert (
        called.code == 0
        and "2 strategies × 4 replicates = 8 runs of 24 days" in called.out[0]
        and called.files == []
    )
    assert xietong("check", "twin", *SMALL).code == 0


def test_check_verifies_every_byte(xietong, tmp_path) -> None:
    xietong("run", *SMALL)
    store = tmp_path / "outputs/run"
    assert xietong("check", "store=outputs/run").code == 0
    (store / "daily" / "stranger.parquet").write_bytes(b"")
    called = xietong("check", "store=outputs/run")
    assert called.code == 0 and "daily/stranger.parquet: not part of this design" in called.out
    daily = next(path for path in (store / "daily").iterdir() if path.stem != "stranger")
    daily.write_bytes(daily.read_bytes()[:-1] + b"X")
    called = xietong("check", "store=outputs/run")
    assert called.code == 1 and f"daily/{daily.name}: broken" in called.out and "1 faults" in called.err[0]
    (store / "runs.parquet").unlink()
    assert "runs.parquet: missing" in xietong("check", "store=outputs/run").out


def test_an_unforeseen_failure_is_one_line(xietong, monkeypatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr("experiments.store.Store.begin", fail)
    called = xietong("run", *SMALL)
    assert called.code == 1 and len(called.err) == 1
    assert "ZeroDivisionError: a defect" in called.err[0] and "--debug" in called.err[0]
    assert xietong("run", *SMALL, "--debug").err[0].startswith("Traceback")
