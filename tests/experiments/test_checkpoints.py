"""A model on disk lives on as if it had never stopped, in another process, from any day; what is not whole is refused."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments import compare
from experiments.checkpoints import FORMAT, HEADER, CheckpointError, load, read_header, restore, save, verify
from experiments.identity import past_id, run_id
from experiments.parquet import WriteError
from sim.errors import ConfigError
from sim.memory import lengths, remembered
from sim.model import TABLES, CommunityModel
from sim.scenario import ROOT, Future, load_future, names

DAYS, REFORM = 56, 8
#: Before the reform; while doses rise; when they stand, in the middle of a week and of a month. No beginning of a week is among them.
MORNINGS = (5, 25, 46)


def early(name: str) -> Future:
    """A shipped future that begins within the first week."""
    future = load_future(name)
    shift = max(0, min((course.start for course in future.courses), default=0) - 5)
    moved = tuple(
        course.model_copy(
            update={
                key: day - shift
                for key in ("start", "peak", "end")
                if (day := getattr(course, key)) is not None
            }
        )
        for course in future.courses
    )
    return future.model_copy(update={"courses": moved})


def living(strategy: str = "wuhan", future: str | Future = "reference", **more: Any) -> CommunityModel:
    return CommunityModel(
        **{"world": "classroom", "strategy": strategy, "future": future, "days": DAYS, "reform_day": REFORM} | more
    )  # fmt: skip


def rest(model: CommunityModel) -> str:
    """A hash of all that a model remembers, of its outcomes, and of what Mesa counts."""
    content = hashlib.sha256(repr((model.outcomes(), model.day, model.steps, model.running)).encode())
    for name, array in remembered(model).items():
        content.update(name.encode() + array.tobytes())
    return content.hexdigest()


def digest(model: CommunityModel) -> str:
    """The same with all tables."""
    content = hashlib.sha256(rest(model).encode())
    for table in TABLES:
        for name, column in model.columns(table).items():
            content.update(name.encode() + np.asarray(column).tobytes())
    return content.hexdigest()


def elsewhere(paths: list[Path]) -> list[str]:
    """Load each file in one fresh process, live on to the end, and return the digests."""
    words = [sys.executable, __file__, *map(str, paths)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT.parent)}
    found = subprocess.run(words, check=True, capture_output=True, text=True, env=environment)
    return found.stdout.split()


LIVES = {
    **{f"{name}": {"strategy": name} for name in names("strategy")},
    **{f"wuhan under {name}": {"future": name} for name in names("future") if name != "reference"},
    "a queue": {"world": "queue", "strategy": "siloed"},
    "own values": {
        "strategy": "chengdu",
        "parameters": {"voice.base_hazard": 0.0123456789, "voice.visits": 1.23456789012},
        "pinned": {"voice": 7},
        "replicate": 3,
        "seed": 2**40 + 1,
    },
}


def test_every_life_goes_on_exactly_in_another_process(tmp_path: Path) -> None:
    expected, paths, told = [], [], []
    for nth, (name, keys) in enumerate(LIVES.items()):
        more = keys | ({"future": early(keys["future"])} if "future" in keys else {})
        model = living(**more)
        for day in (MORNINGS[nth % 3], MORNINGS[(nth + 1) % 3]) if nth % 3 != 2 else MORNINGS[::2]:
            paths.append(tmp_path / f"{nth}-{day}.checkpoint")
            told.append(f"{name}, day {day}")
            if model.day > day:
                model = living(**more)
            save(model.run(day), paths[-1])
        expected += [digest(model.run())] * 2
    assert len(set(expected)) == len(LIVES) - 1, "only siloed and placebo are one"
    found = elsewhere(paths)
    assert len(found) == len(paths)
    assert [name for name, one, two in zip(told, expected, found, strict=True) if one != two] == []


def test_what_has_left_its_table_comes_back_with_it(tmp_path: Path) -> None:
    thin = {"days": 600, "reform_day": 200, "keeps_all": False, "by_street": True}
    model, path = living("chengdu", **thin), tmp_path / "thin.checkpoint"
    for day, chunks in ((3, 0), (450, 1)):
        save(model.run(day), path)
        assert min(len(model.state.past["needs"]), 1) == chunks
        again = load(path)
        assert not again.state.keeps_all and again.records.place == "street"
        assert lengths(again.state) == lengths(model.state)
        save(again, tmp_path / "again.checkpoint")
        assert (tmp_path / "again.checkpoint").read_bytes() == path.read_bytes()
    model.run()
    assert rest(again.run()) == rest(model) and len(model.state.past["needs"]) > 1
    for other in ({"keeps_all": True}, {"by_street": False}):
        with pytest.raises(CheckpointError, match="keeps other tables"):
            restore(living("chengdu", **thin | other), path, "")


def test_levers_that_stand_are_needed_in_the_middle_of_a_week(tmp_path: Path) -> None:
    """The comparison above has teeth: levers made anew on that day are others, and so is the rest of the life."""
    save(living("chengdu").run(46), tmp_path / "a.checkpoint")
    kept, without = load(tmp_path / "a.checkpoint"), load(tmp_path / "a.checkpoint")
    without.programme.standing = None
    assert digest(kept.run()) != digest(without.run())


def test_a_checkpoint_of_a_loaded_model_is_the_same_file(tmp_path: Path) -> None:
    for day in (0, 25, DAYS):
        one, two = tmp_path / "one", tmp_path / "two"
        save(living("chengdu").run(day), one)
        again = load(one)
        assert (again.day, again.running) == (day, day < DAYS)
        save(again, two)
        assert one.read_bytes() == two.read_bytes()


def test_numpy_opens_the_arrays_without_this_program(tmp_path: Path) -> None:
    model = living().run(25)
    save(model, tmp_path / "a.checkpoint")
    with np.load(tmp_path / "a.checkpoint", allow_pickle=False) as arrays:
        assert set(arrays.files) == {HEADER, *remembered(model)}
        for name, array in remembered(model).items():
            assert np.array_equal(arrays[name], array, equal_nan=True), name
        header = json.loads(arrays[HEADER])
    assert (header["format"], header["day"], header["strategy"]["name"]) == (FORMAT, 25, "wuhan")
    needs, room = header["arrays"]["state.needs.arose"][1][0], len(model.state.needs.arose)
    assert needs == model.state.sizes.needs[0] < room, "spare room of tables is not kept"


def test_a_model_that_has_lived_on_can_return(tmp_path: Path) -> None:
    """Tables that have grown since are cut back, also those of a growing population."""
    future = early("in_migration")
    model = living("chengdu", future).run(12)
    save(model, tmp_path / "a.checkpoint")
    people = len(model.state.residents.identity)
    expected = digest(model.run())
    assert len(model.state.residents.identity) > people
    assert digest(restore(model, tmp_path / "a.checkpoint", "").run()) == expected


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("whole") / "a.checkpoint"
    save(living().run(10), path, "one", ("one",))
    return path.read_bytes()


@pytest.mark.parametrize("share", [0.0, 0.001, 0.3, 0.9, 0.999, 1.0])
def test_a_torn_file_is_refused(whole: bytes, tmp_path: Path, share: float) -> None:
    path = tmp_path / "a.checkpoint"
    path.write_bytes(whole[: min(len(whole) - 1, int(len(whole) * share))])
    with pytest.raises(CheckpointError, match="torn: its end is missing") as told:
        load(path)
    assert str(path) in str(told.value) and "残缺" in told.value.told["zh"]


def test_no_flipped_byte_goes_unseen(whole: bytes, tmp_path: Path) -> None:
    """Spread over the file, and close together where header and directory stand: refused, or of no meaning at all."""
    path, expected = tmp_path / "a.checkpoint", {}
    path.write_bytes(whole)
    with np.load(path, allow_pickle=False) as arrays:
        expected = {name: arrays[name].tobytes() for name in arrays.files if name != HEADER}
    places = [
        *range(0, len(whole), len(whole) // 100),
        *range(0, 6000, 100),
        *range(len(whole) - 9000, len(whole), 73),
    ]
    refused = 0
    for place in places:
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        try:
            verify(path, "one")
        except CheckpointError as error:
            assert error.reason in ("torn", "cut", "not_one"), error
            refused += 1
            continue
        with np.load(path, allow_pickle=False) as arrays:
            assert all(arrays[name].tobytes() == content for name, content in expected.items()), place
    assert refused > 0.7 * len(places)


def rewritten(path: Path, whole: bytes, edit: Callable[[dict[str, Any]], Any]) -> Path:
    """The same checkpoint with another header."""
    path.write_bytes(whole)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    header = json.loads(members[HEADER])
    edit(header)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in (members | {HEADER: json.dumps(header).encode()}).items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    "values, reason, says",
    [
        ({"format": FORMAT + 1}, "newer", "format 2, this program reads format 1"),
        ({"model_version": "0.0.9+abc"}, "other_model", "of model version 0.0.9+abc, this is"),
        ({"kind": "something"}, "not_one", "not a checkpoint"),
        ({"name": "two"}, "foreign", "of another run (two, not one)"),
        ({"day": -1}, "other_arrays", "day -1"),
        ({"day": 11}, "other_arrays", "records.table"),
        ({"seed": "x"}, "torn", "damaged"),
        ({"arrays": {}}, "torn", "damaged"),
    ],
)
def test_a_foreign_file_is_told(whole: bytes, tmp_path: Path, values: Any, reason: str, says: str) -> None:
    path = rewritten(tmp_path / "a.checkpoint", whole, lambda header: header.update(values))
    with pytest.raises(CheckpointError) as told:
        restore(living(), path, "one")
    assert told.value.reason == reason and says in str(told.value) and str(path) in str(told.value)
    assert len(str(told.value).splitlines()) == 1


def test_a_checkpoint_of_another_world_is_told(whole: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.checkpoint").write_bytes(whole)
    with pytest.raises(CheckpointError, match="another world"):
        restore(living(world="queue", strategy="siloed"), tmp_path / "a.checkpoint", "one")


@pytest.mark.parametrize("content", [b"", b"PK", b"x" * 1000, b"\x80\x04\x95pickle"])
def test_other_files_are_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.checkpoint").write_bytes(content)
    with pytest.raises(CheckpointError):
        load(tmp_path / "a.checkpoint")
    with pytest.raises(CheckpointError, match="no such checkpoint"):
        load(tmp_path / "b.checkpoint")
    with pytest.raises(CheckpointError, match="cannot be read: Is a directory"):
        load(tmp_path)


def test_a_zip_of_others_is_told(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x=np.arange(3))
    with pytest.raises(CheckpointError, match="not a checkpoint"):
        load(tmp_path / "a.npz")


def test_a_full_disk_leaves_the_checkpoint_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.checkpoint"
    model = living()
    save(model.run(10), path)
    before = path.read_bytes()
    real = zipfile.ZipFile.open

    def full(self: zipfile.ZipFile, name: Any, mode: str = "r", **keys: Any) -> Any:
        if mode == "w" and "trust" in name.filename:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(self, name, mode, **keys)

    monkeypatch.setattr(zipfile.ZipFile, "open", full)
    with pytest.raises(WriteError, match=r"a\.checkpoint: cannot be written: No space left"):
        save(model.run(25), path)
    monkeypatch.undo()
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]
    assert read_header(path).day == 10


SHORT = ("world=classroom", "days=40", "reform_day=10", "lang=en")


@pytest.mark.parametrize("typed, days", [("90d", 90), ("90", 90), ("none", None), ("null", None), ("1d", 1)])
def test_the_key_is_days_or_none(
    settings_of: Callable[..., Any], tmp_path: Path, typed: str, days: int | None
) -> None:
    plain = settings_of("run", *SHORT, f"out={tmp_path}")
    settings = settings_of("run", *SHORT, f"checkpoint={typed}", f"out={tmp_path}")
    assert (plain.checkpoint, settings.checkpoint) == (None, days)
    assert run_id(settings, settings.strategies[0], 0) == run_id(plain, plain.strategies[0], 0)


@pytest.mark.parametrize(
    "typed", ["0", "0d", "-5", "36501d", "d", "9x", "1.5", "[1,2]", "true", "90days", "{a:1}"]
)
def test_other_days_are_told_in_both_languages(xietong: Callable[..., Any], typed: str) -> None:
    for lang, needed in (
        ("en", "such as checkpoint=90d, from 1 to 36500, or none"),
        ("zh", "例如 checkpoint=90d"),
    ):
        called = xietong("run", *SHORT[:3], f"checkpoint={typed}", f"lang={lang}")
        assert called.code == 2 and len(called.err) == 1 and not called.files
        assert needed in called.err[0] and called.err[0].startswith("xietong: checkpoint=")


def test_what_all_strategies_share_has_one_name(settings_of: Callable[..., Any], tmp_path: Path) -> None:
    one, two = (
        settings_of("run", *SHORT, f"strategy={name}", f"out={tmp_path}") for name in ("siloed", "wuhan")
    )
    other = settings_of("run", *SHORT, "seed=2", f"out={tmp_path}")
    assert past_id(one, 0) == past_id(two, 0)
    assert len({past_id(one, 0), past_id(one, 1), past_id(other, 0), run_id(one, one.strategies[0], 0)}) == 4


def test_the_python_interface_takes_the_key(tmp_path: Path) -> None:
    result = compare(
        ["siloed", "wuhan"], world="classroom", days=24, reform_day=8, replicates=1, jobs=1, checkpoint="5d", out=tmp_path / "s"
    )  # fmt: skip
    assert len(result.runs) == 2 and not (tmp_path / "s" / "checkpoints").exists()
    with pytest.raises(ConfigError, match="checkpoint=5 weeks"):
        compare(["siloed", "wuhan"], world="classroom", checkpoint="5 weeks", out=tmp_path / "t")


if __name__ == "__main__":
    for file in sys.argv[1:]:
        print(digest(load(file).run()))
