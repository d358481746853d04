"""What stands behind the comparison, as sections of the page: courses, cells, evidence, assumptions, provenance."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.circle import SPAN, lending
from analysis.figures import attribution as attribution_figure
from analysis.figures import cell_maps, time_courses
from analysis.figures import circle as circle_figure
from analysis.figures import flows as flows_figure
from analysis.magnitudes import against_evidence, load
from analysis.patterns import NONE
from analysis.provenance import command, dose_overrides, overrides
from analysis.report import evidence as lines
from analysis.report.figures import (
    Figure,
    attribution_listing,
    cell_listing,
    circle_listing,
    course_listing,
    figure,
    flow_listing,
)
from analysis.report.findings import DRAWS_DEEP
from analysis.report.reading import Reading
from sim.mechanisms import mechanisms

#: Outcomes of which an attribution is drawn.
ATTRIBUTED = ("unmet_need_days", "satisfaction", "gap_migrant", "programme_cost")


def courses(r: Reading) -> Figure | None:
    """Time courses of all options."""
    if r.daily.bands.empty:
        return None
    sheet = time_courses.time_courses(r.daily.bands, r.marks, r.baseline, r.reform_day, r.drawn)
    caption = r.words("courses_caption", reform_day=r.reform_day)
    return figure(sheet, caption, course_listing(r.daily.bands, r.titles, r.words))


def cells(r: Reading) -> Figure | None:
    """Maps of one layer."""
    if r.layer_table.empty:
        return None
    w = r.words
    sheet = cell_maps.cell_maps(r.layer_table, r.layer, r.marks, r.drawn)
    unit = w.unit(cell_maps.LAYERS[r.layer].unit).text
    caption = w("cells_caption", layer=w(f"layer_{r.layer}"), unit=unit)
    return figure(sheet, caption, cell_listing(r.layer_table, r.layer, r.titles, w, sheet.name))


def flows(r: Reading) -> Figure | None:
    """The way of needs from arising to their end."""
    if r.daily.flows.empty:
        return None
    sheet = flows_figure.flows(r.daily.flows, r.marks, r.drawn)
    caption = r.words("flows_caption", window=r.days - r.reform_day)
    return figure(sheet, caption, flow_listing(r.daily.flows, r.titles, r.words))


def circles(r: Reading) -> Figure | None:
    """The circle of institutions before and after options start, and who lends hours."""
    if r.daily.circle.empty:
        return None
    lent = pd.DataFrame()
    if len(r.accounts) and r.daily.residents is not None:
        lent = lending(r.accounts, r.daily.residents)
    sheet = circle_figure.circle(r.daily.circle, lent, r.marks, r.drawn)
    caption = r.words("circle_caption", span=SPAN)
    return figure(sheet, caption, circle_listing(r.daily.circle, lent, r.titles, r.words))


def attributed(r: Reading) -> dict[str, Any] | None:
    """Which mechanism brings how much, where such a table lies beside the runs."""
    table = r.beside("attribution.csv")
    if table.empty:
        return None
    w, shown = r.words, [r.outcomes[name] for name in ATTRIBUTED]
    kinds = mechanisms()
    names, drawn = (
        {name: kind.title[lang] for name, kind in kinds.items()} for lang in (w.lang, r.drawn.lang)
    )
    sheet = attribution_figure.attribution(table, shown, drawn, r.drawn)
    whole = str(table["strategy"].iloc[0])
    return {
        "intro": w("attribution_intro", name=r.titles.get(whole, whole), orders=int(table["orders"].iloc[0]), replicates=int(table["replicates"].min())),
        "figure": figure(sheet, w("attribution_caption"), attribution_listing(sheet.data, r.names, names, r.outcomes, w)),
    }  # fmt: skip


def patterns(r: Reading) -> dict[str, Any]:
    """The pattern cards that come with the scenarios: what others have found, and whether the model shows it."""
    w, table = r.words, load("patterns")
    counted = table["verdict"].value_counts()
    rows = [
        {
            "id": row["id"], "title": row[f"title_{w.lang}"], "claim": row[f"claim_{w.lang}"], "verdict": row["verdict"].replace(" ", "_"),
            "word": w(f"pattern_{row['verdict'].replace(' ', '_')}"), "held": w("pattern_held", held=row["held"], bounded=row["bounded"]),
            "outside": "" if row[f"outside_{w.lang}"] == NONE else row[f"outside_{w.lang}"], "source": row["source"],
        }
        for row in table.to_dict("records")
    ]  # fmt: skip
    rows.sort(key=lambda row: int(row["id"][1:]))
    gaps = {
        key.replace(" ", "_"): int(counted.get(key, 0)) for key in ("shown", "shown in part", "not shown")
    }
    return {"count": w("patterns_count", all=len(table), **gaps), "rows": rows}


def evidence(r: Reading) -> dict[str, Any]:
    """The baseline beside what has been measured."""
    table = against_evidence(r.store.runs[r.store.runs["strategy"] == r.baseline])
    return {
        "intro": r.words("evidence_intro", baseline=r.baseline_title),
        "sentences": lines.evidence_sentences(table, r.words),
        "rows": lines.matches(table, r.outcomes, r.words),
        "sources": lines.sources(lines.cited(table["evidence"], r.parameters["source"]), r.words),
    }


def assumed(r: Reading) -> dict[str, Any]:
    """Parameters by grade of evidence."""
    w = r.words
    deep = r.parameters[r.parameters["deep"].astype(bool)][w.lang]
    key = "assumptions_drawn" if r.uncertainty in DRAWS_DEEP else "assumptions_deep"
    return {
        "counts": lines.grade_counts(r.parameters, w),
        "groups": lines.declared_rows(r.parameters, w),
        "total": len(r.parameters),
        "deep": w(key, names=w("finding_joint").join(deep)) if len(deep) else "",
    }


def provenance(r: Reading) -> dict[str, Any]:
    """What the manifest says, without clock times and machines: equal results make equal pages."""
    w, manifest = r.words, r.whole.manifest
    planned, missing = len(r.whole.planned), len(r.whole.missing)
    changed = [f"{name} = {value:g}" for name, value in overrides(r.whole).items()] + dose_overrides(r.whole)
    rows = {
        "prov_version": manifest.get("model_version"),
        "prov_commit": manifest.get("git_commit"),
        "prov_seed": manifest.get("seed"),
        "prov_world": r.place[0],
        "prov_future": r.place[1],
        "prov_days": w("prov_days_value", days=r.days, reform_day=r.reform_day),
        "prov_runs": w("prov_runs_value", finished=planned - missing, planned=planned),
        "prov_uncertainty": r.uncertainty,
        "prov_budget": r.whole.config.get("budget"),
        "prov_overrides": w("list_comma").join(changed) or w("prov_none"),
        "prov_platform": manifest.get("platform"),
    }
    packages = {"python": manifest.get("python"), **(manifest.get("packages") or {})}
    return {
        "rows": [(w(key), w("prov_unknown") if value is None else str(value)) for key, value in rows.items()],
        "packages": sorted((name, version) for name, version in packages.items() if version),
        "command": command(r.whole),
    }
