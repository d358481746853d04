"""A table of an earlier screening: `check calibrate` reads it as `calibrate` does, and says what is wrong in which row."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from scenarios import DATA

HEAD = "parameter,score,target,sigma,low,high,TG-NEEDS,TG-REPORTS\n"
SOUND = HEAD + "needs.total_rate,3,TG-NEEDS,0,0.4,0.7,3,1\nvoice.base_hazard,2,TG-REPORTS,0,0.003,0.04,0,2\n"


def faulty(old: str, new: str) -> str:
    assert old in SOUND
    return SOUND.replace(old, new)


CASES = [
    ("", ["cannot be read as a table"], "无法按表格读取"),
    ("a,b\n1,2\n", ["not a table of a screening", "no column parameter, score"], "不是筛选结果表"),
    (HEAD, ["there is no row"], "没有数据行"),
    (faulty("TG-REPORTS\n", "TG-REPORT\n"), ["column TG-REPORT", "did you mean 'TG-REPORTS'"], "不是拟合目标"),
    (faulty("voice.base_hazard", "voice.bas_hazard"), ["row 2", "voice.bas_hazard", "'voice.base_hazard'"], "不是不确定参数"),
    (faulty("voice.base_hazard", "needs.total_rate"), ["row 2", "needs.total_rate", "row 1"], "只能给一次"),
    (faulty("3,1\n", "3,high\n"), ["row 1", "TG-REPORTS=high", "at least 0"], "须为不小于 0 的数"),
    (faulty("3,1\n", "-3,1\n"), ["row 1", "TG-NEEDS=-3", "at least 0"], "须为不小于 0 的数"),
    (faulty("3,1\n", ",1\n"), ["row 1", "TG-NEEDS=nan", "at least 0"], "须为不小于 0 的数"),
    (faulty("total_rate,3,", "total_rate,inf,"), ["row 1", "score=inf"], "须为不小于 0 的数"),
    (faulty("2,TG-REPORTS", "2,TG-X"), ["row 2", "target=TG-X"], "不是拟合目标"),
    (HEAD + "needs.total_rate,0,TG-NEEDS,0,0.4,0.7,0,0\n", ["moves a target", "waves=0"], "无可拟合"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "named", "zh"), CASES)
def test_what_calibrate_refuses_check_refuses(
    xietong, tmp_path: Path, content: str, named: list[str], zh: str
) -> None:
    (tmp_path / "given.csv").write_text(content, encoding="utf-8")
    told = {}
    for lang in ("en", "zh"):
        words = ("calibrate", "screen=given.csv", "out=none", f"lang={lang}")
        checked = xietong("check", *words)
        assert (
            checked.code == 2
            and len(checked.err) == 1
            and [path.name for path in checked.files] == ["given.csv"]
        )
        lived = xietong(*words)
        assert lived.code == 2 and lived.err == checked.err and lived.files == checked.files
        told[lang] = checked.err[0]
    assert all(part in told["en"] for part in (*named, "screen=given.csv")), told["en"]
    assert zh in told["zh"]


def test_check_counts_the_runs_of_a_sound_table(xietong, tmp_path: Path) -> None:
    (tmp_path / "given.csv").write_text(SOUND, encoding="utf-8")
    assert xietong("check", "calibrate", "screen=given.csv").code == 0
    shipped = xietong("check", "calibrate", f"screen={DATA / 'screen.csv'}")
    assert shipped.code == 0 and "505 runs" in shipped.out[0]


def test_many_faults_are_cut_short(xietong, tmp_path: Path) -> None:
    rows = pd.DataFrame({name: ["x"] * 30 for name in HEAD.strip().split(",")})
    rows.to_csv(tmp_path / "given.csv", index=False)
    called = xietong("check", "calibrate", "screen=given.csv", "lang=en")
    assert called.code == 2 and "and 142 more faults" in called.err[0]


def test_a_constant_that_is_fixed_cannot_be_the_only_one(xietong, tmp_path: Path) -> None:
    (tmp_path / "given.csv").write_text("".join(SOUND.splitlines(keepends=True)[:2]), encoding="utf-8")
    words = ("check", "calibrate", "screen=given.csv", "parameters.needs.total_rate=0.5")
    called = xietong(*words)
    assert called.code == 2 and "moves a target" in called.err[0]
    assert xietong(*words, "waves=0").code == 0
