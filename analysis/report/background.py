"""What stands behind the comparison, as sections of the page: courses, cells, evidence, assumptions, provenance."""

from __future__ import annotations

from typing import Any

from analysis.figures import cell_maps, time_courses
from analysis.magnitudes import against_evidence
from analysis.provenance import command, dose_overrides, overrides
from analysis.report import evidence as lines
from analysis.report.figures import Figure, cell_listing, course_listing, figure
from analysis.report.reading import Reading


def courses(r: Reading) -> Figure | None:
    """Time courses of all options."""
    if r.bands.empty:
        return None
    sheet = time_courses.time_courses(r.bands, r.marks, r.baseline, r.reform_day, r.drawn)
    caption = r.words("courses_caption", reform_day=r.reform_day)
    return figure(sheet, caption, course_listing(r.bands, r.titles, r.words), r.words)


def cells(r: Reading) -> Figure | None:
    """Maps of one layer."""
    if r.layer_table.empty:
        return None
    w = r.words
    sheet = cell_maps.cell_maps(r.layer_table, r.layer, r.marks, r.drawn)
    unit = w.unit(cell_maps.LAYERS[r.layer].unit).text
    caption = w("cells_caption", layer=w(f"layer_{r.layer}"), unit=unit)
    return figure(sheet, caption, cell_listing(r.layer_table, r.layer, r.titles, w, sheet.name), w)


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
    return {
        "counts": lines.grade_counts(r.parameters, w),
        "groups": lines.declared_rows(r.parameters, w),
        "total": len(r.parameters),
        "deep": w("assumptions_deep", names=w("finding_joint").join(deep)) if len(deep) else "",
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
