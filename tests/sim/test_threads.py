"""The number of threads changes nothing but the time."""

from __future__ import annotations

import pytest

from sim import CommunityModel, threads
from sim.threads import over_communities, ranges


def small(count: int, days: int = 60) -> CommunityModel:
    return CommunityModel(world="street", strategy="chengdu", days=days, reform_day=20, threads=count)


@pytest.fixture()
def worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "WORTH", 1)


@pytest.mark.parametrize("count", [2, 3])
def test_threads_change_no_byte(worth_it: None, count: int) -> None:
    one, many = small(1).run(), small(count).run()
    assert len(ranges(many.state)) == count + 1
    assert one.records.table.tobytes() == many.records.table.tobytes()
    for name, array in one.state.arrays().items():
        assert array.tobytes() == many.state.arrays()[name].tobytes(), name


def test_ranges_cover_all_communities_with_as_many_residents_each(worth_it: None) -> None:
    state = small(3).state
    edges = ranges(state)
    assert edges[0] == 0
    assert edges[-1] == state.geography.n_communities
    assert sorted(set(edges)) == edges
    first = state.cells.first[state.geography.community_first_cell[:-1]]
    begins = [*first[edges[:-1]], state.cells.last[-1]]
    sizes = [b - a for a, b in zip(begins[:-1], begins[1:], strict=True)]
    assert max(sizes) - min(sizes) < 2 * state.cells.last[-1] / state.geography.n_communities
    assert over_communities(state, lambda a, b: list(range(a, b))) == [
        list(range(a, b)) for a, b in zip(edges[:-1], edges[1:], strict=True)
    ]


def test_a_small_world_stays_in_one_thread() -> None:
    assert ranges(small(8).state) == [0, 8]
