"""The network of institutions as a section of the page: pictures before and after, measures, and the ties that moved most."""

from __future__ import annotations

from analysis import network as networks
from analysis.figures import network as network_figure
from analysis.numbers import significant
from analysis.report.figures import Figure, Listing, figure
from analysis.report.reading import Reading

#: Ties that the table names of each option.
NAMED = 5


def network(r: Reading) -> Figure | None:
    """Ties before and after; None where the store holds none of single pairs, or no ledgers, which say who is who."""
    if r.ties.empty or r.ledgers.empty:
        return None
    sheet = network_figure.network(
        r.ties, networks.loads(r.ledgers), networks.seats(r.ledgers), r.marks, r.drawn
    )
    caption = r.words("network_caption", reform_day=r.reform_day, replicates=int(r.ties["replicates"].max()))
    return figure(sheet, caption, [_measures(r), _moved(r)])


def _measures(r: Reading) -> Listing:
    w = r.words
    found = {(row["strategy"], row["when"]): row for row in networks.measures(r.ties).to_dict("records")}
    rows = []
    for strategy, title in r.titles.items():
        if (strategy, "before") in found:
            before, after = (found[strategy, when] for when in networks.WHEN)
            rows.append([
                title, *(f"{significant(float(before[m]))} → {significant(float(after[m]))}" for m in ("strength", "clustering")),
                w(f"seat_{after['most_between']}"), f"{after['grown']} / {after['fallen']}",
            ])  # fmt: skip
    heads = [w(key) for key in ("option", "col_tie_strength", "col_clustering", "col_between", "col_grown")]
    return Listing(w("network_measures"), heads, rows)


def _moved(r: Reading) -> Listing:
    w = r.words
    rows = [
        [r.titles[row["strategy"]], w(f"seat_{row['institution']}"), w(f"seat_{row['partner']}"),
         f"{significant(float(row['before']))} → {significant(float(row['after']))}", significant(float(row["joint_after"]))]
        for row in networks.moved(r.ties, NAMED).to_dict("records")
    ]  # fmt: skip
    heads = [w(key) for key in ("option", "col_one", "col_other", "col_tie", "col_joint")]
    return Listing(w("network_moved"), heads, rows)
