"""What a run returns: tidy tables of sums and counts. Rates are computed from them once, elsewhere, so that they add up over
days and places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from sim.errors import ConfigError
from sim.tables import Array

if TYPE_CHECKING:
    from sim.state import Institutions, State

#: The eight groups on which equity is read, four pairs (disadvantaged first).
SPLITS: Final = ("migrant", "local", "old", "younger", "low_income", "higher_income", "offline", "digital")
PAIRS: Final = {"gap_migrant": ("migrant", "local"), "gap_age": ("old", "younger"),
                "gap_income": ("low_income", "higher_income"), "gap_digital": ("offline", "digital")}  # fmt: skip

_FLOWS: Final = (
    ("needs_arisen", "needs", "needs that arose"),
    ("needs_met", "needs", "needs met by work, by neighbours or by self-help"),
    ("needs_healed", "needs", "needs that passed by themselves"),
    ("needs_moved", "needs", "needs that ended because the resident moved away"),
    ("needs_met_30d", "needs", "needs met within 30 days of arising"),
    ("needs_settled", "needs", "needs met by neighbours or self-help without a report"),
    ("needs_met_unasked", "needs", "needs that were found and met without a report"),
    ("needs_discovered", "needs", "needs found by grid workers"),
    ("needs_worsened", "needs", "needs that worsened"),
    ("reports", "reports", "reports by residents, all channels"),
    ("reports_platform", "reports", "reports by platform"),
    ("reports_hotline", "reports", "reports by hotline"),
    ("cases_opened", "cases", "cases opened, reopenings included"),
    ("cases_reopened", "cases", "cases opened again"),
    ("cases_resolved", "cases", "cases closed with all work done"),
    ("cases_given_up", "cases", "cases given up by the resident"),
    ("cases_paper", "cases", "cases closed on paper only"),
    ("cases_confirmed", "cases", "closed cases whose resident confirms that the problem is solved"),
    ("cases_joint", "cases", "closed cases that were convened"),
    ("cases_multi", "cases", "closed cases that needed more than one organization"),
    ("cases_multi_resolved", "cases", "resolved cases that needed more than one organization"),
    ("cases_by_rule", "cases", "cases opened and handled by rule"),
    ("cases_misrouted", "cases", "cases sent to a wrong handler"),
    ("handovers", "hand-overs", "hand-overs between organizations"),
    ("refusals", "refusals", "hand-overs refused"),
    ("meetings", "meetings", "meetings convened"),
    ("meeting_level_sum", "levels", "sum of the convenor's level over meetings"),
    ("meeting_kinds_sum", "kinds", "sum over meetings of the actor kinds at the table"),
    ("responded", "cases", "cases accepted by the right handler"),
    ("response_days_sum", "days", "days from opening to acceptance"),
    ("resolved_days_sum", "days", "days from opening to closing of resolved cases"),
    ("on_time", "cases", "cases recorded as done within the deadline, paper closures included"),
    ("on_time_met", "cases", "cases whose need was met within the deadline"),
    ("rated", "cases", "cases rated by their resident"),
    ("rated_well", "cases", "cases rated well"),
    ("rating_sum", "0-1", "sum of ratings"),
    ("conflicts", "disputes", "disputes that escalated"),
    ("volunteer_hours", "hours", "hours volunteered"),
    ("hours_service", "hours", "hours worked on cases of the community"),
    ("hours_overhead", "hours", "hours that mechanisms took"),
    ("hours_coordination", "hours", "hours in meetings"),
    ("hours_pooled", "hours", "lent hours worked on cases of the community, after conversion"),
    ("hours_skill_sum", "hours", "hours on cases times the skill of who worked"),
    ("hours_party", "hours", "hours by party organizations"),
    ("hours_government", "hours", "hours by government"),
    ("hours_self_governing", "hours", "hours by self-governing organizations"),
    ("hours_social", "hours", "hours by social organizations"),
    ("hours_enterprise", "hours", "hours by enterprises"),
    ("hours_residents", "hours", "hours by volunteers"),
    ("hours_idle", "hours", "service hours left idle"),
    ("hours_capacity", "hours", "service hours available"),
    ("money_used", "CNY", "money used, wages included"),
    ("money_programmes", "CNY", "money that mechanisms took"),
)
_STOCKS: Final = (
    ("needs_open", "needs", "open needs at the end of the day"),
    ("cases_open", "cases", "open cases at the end of the day"),
    ("unmet_severity", "severity", "summed severity of open needs at the end of the day"),
    ("residents", "persons", "residents"),
    ("satisfaction_sum", "0-1", "sum over residents of the weighted mean of the three senses"),
    ("satisfaction_sq_sum", "0-1", "sum of its squares"),
    ("gain_sum", "0-1", "sum of the sense of gain"),
    ("security_sum", "0-1", "sum of the sense of security"),
    ("happiness_sum", "0-1", "sum of the sense of happiness"),
    ("trust_sum", "0-1", "sum of trust"),
    ("adults", "persons", "residents of 15 years or more"),
    ("volunteers", "persons", "residents who volunteer this week"),
    ("volunteered", "persons", "residents who volunteered in the last year"),
    ("disorder_sum", "0-1", "sum over cells of disorder"),
    ("cells", "cells", "cells"),
    ("facility_sum", "0-1", "sum over cells of facility condition"),
    ("social_capital_sum", "0-1", "sum over cells of social capital"),
    ("circle", "institutions", "institutions in the community's circle"),
    ("alignment_sum", "0-1", "sum of alignment over the circle"),
    ("alignment_sq_sum", "0-1", "sum of its squares"),
    ("burnout_sum", "0-1", "sum of burnout over the circle"),
    ("effort_sum", "1", "sum of effort over the circle"),
    ("members", "institutions", "members of the party network in the circle"),
    ("tie_density", "0-1", "mean tie strength over pairs of the circle"),
    ("tie_centralization", "0-1", "degree centralization of ties (Freeman 1978)"),
    ("tie_reciprocity", "0-1", "reciprocity of ties"),
)


#: Sums of an institution that the evaluation window is told apart by.
SPENT: Final = (
    "hours_available",
    "hours_service",
    "hours_overhead",
    "hours_coordination",
    "hours_lent",
    "hours_borrowed",
)


@dataclass(frozen=True)
class DailyColumn:
    """One column of the daily table: `flow` counts what happened on the day, a stock stands at its end."""

    name: str
    unit: str
    meaning: str
    flow: bool


DAILY: Final = (
    *(DailyColumn(name, unit, meaning, True) for name, unit, meaning in _FLOWS),
    *(DailyColumn(f"needs_arisen_{s}", "needs", f"needs that arose: {s}", True) for s in SPLITS),
    *(DailyColumn(f"reports_{s}", "reports", f"first reports: {s}", True) for s in SPLITS),
    *(
        DailyColumn(f"silent_days_{s}", "days", f"need-days without a first report: {s}", True)
        for s in SPLITS
    ),
    *(DailyColumn(f"unmet_days_{s}", "days", f"need-days without help: {s}", True) for s in SPLITS),
    *(DailyColumn(name, unit, meaning, False) for name, unit, meaning in _STOCKS),
    *(DailyColumn(f"residents_{s}", "persons", f"residents: {s}", False) for s in SPLITS),
    *(DailyColumn(f"satisfaction_{s}", "0-1", f"sum of satisfaction: {s}", False) for s in SPLITS),
)
COLUMN: Final[dict[str, int]] = {c.name: index for index, c in enumerate(DAILY)}
NAMES: Final = tuple(c.name for c in DAILY)
SCATTERED: Final = ("needs_arisen", "reports")
_SCATTERED_COLUMNS: Final = np.array([COLUMN[name] for name in SCATTERED])


class Records:
    """Daily sums and counts of a run; written by `observe` alone.

    Kept by community or, where `streets` gives the street of each community, by street: that is a twelfth of the memory. Whatever
    outcomes read is kept beside, so that it is the same either way.
    """

    def __init__(self, days: int, communities: int, streets: Array | None = None) -> None:
        self.place = "community" if streets is None else "street"
        self.begins = None if streets is None else np.flatnonzero(np.diff(streets, prepend=-1))
        places = communities if self.begins is None else len(self.begins)
        #: `[day, community or street, column of DAILY]`
        self.table = np.zeros((days, places, len(DAILY)), np.float64)
        #: The same over the whole world, `[day, column of DAILY]`.
        self.totals = np.zeros((days, len(DAILY)), np.float64)
        #: Counts whose scatter over communities is read, `[day, community, column of SCATTERED]`.
        self.scattered = np.zeros((days, communities, len(SCATTERED)), np.float64)
        self.days = 0
        self.marks: dict[str, Array] = {}

    @property
    def kept(self) -> dict[str, Array]:
        """The arrays that a day is written to, by name."""
        return {"table": self.table, "totals": self.totals, "scattered": self.scattered}

    def mark(self, institutions: Institutions, ties: Array) -> None:
        """Keep what institutions had spent by the reform day and how strong their ties were (`[30, 30]`), so that what came after can
        be told apart."""
        self.marks = {name: getattr(institutions, name).copy() for name in SPENT} | {"ties": ties}

    def restore(self, day: int, kept: dict[str, Array], marks: dict[str, Array]) -> None:
        """Return to the records of the first `day` days."""
        for name, array in self.kept.items():
            array[:day] = kept[name][:day]
        self.stand(day, marks)

    def stand(self, day: int, marks: dict[str, Array]) -> None:
        """Forget what came after the first `day` days; days that were never written are left as they are, for they take no memory."""
        for array in self.kept.values():
            array[day : self.days] = 0.0
        self.days, self.marks = day, dict(marks)

    def write(self, day: int, tally: Array) -> None:
        """Keep the sums of `day` (`[community, column]`)."""
        self.table[day] = tally if self.begins is None else np.add.reduceat(tally, self.begins)
        self.totals[day] = tally.sum(0)
        self.scattered[day] = tally[:, _SCATTERED_COLUMNS]
        self.days = max(self.days, day + 1)

    @property
    def daily(self) -> pd.DataFrame:
        """One row a day and community (or street), columns `day`, `community` (or `street`) and those of `DAILY`."""
        return pd.DataFrame(self.columns())

    def columns(self) -> dict[str, Array]:
        """The columns of `daily`, each `[day × place]`."""
        days, places = self.days, self.table.shape[1]
        flat = self.table[:days].reshape(days * places, len(NAMES))
        return {
            "day": np.repeat(np.arange(days, dtype=np.int32), places),
            self.place: np.tile(np.arange(places, dtype=np.int32), days),
        } | {name: flat[:, index] for index, name in enumerate(NAMES)}

    def sums(self, first: int, last: int | None = None) -> dict[str, Array]:
        """Each column summed over the world, one value a day, for days `[first, last)`."""
        window = self.totals[first : self.days if last is None else last]
        return {name: window[:, index] for name, index in COLUMN.items()}


def needs_columns(state: State) -> dict[str, Array]:
    """One row a need: `need resident category cell community arose ended end reported`."""
    from sim.needs import Category

    _judge_whole(state)
    n = int(state.sizes.needs[0])
    t = state.needs
    ends = np.array(["open", "met", "healed", "moved"])
    labels = np.array([c.name.lower() for c in Category])
    return {
        "need": np.arange(n, dtype=np.int64), "resident": t.resident[:n], "category": labels[t.category[:n]],
        "cell": t.cell[:n], "community": t.community[:n], "arose": t.arose[:n],
        "ended": _missing(t.ended[:n]), "end": ends[t.end[:n]], "reported": _missing(t.reported[:n]),
        "severity": t.severity[:n], "scope": t.scope[:n].astype(np.int32),
    }  # fmt: skip


def cases_columns(state: State) -> dict[str, Array]:
    """One row a case: `case need resident category scope opened responded started closed status provider level handovers
    hours rating joint channel`."""
    from sim.needs import Category, Level

    _judge_whole(state)
    n = int(state.sizes.cases[0])
    t = state.cases
    labels = np.array([c.name.lower() for c in Category])
    levels = np.array([level.name.lower() for level in Level])
    channels = np.array(["desk", "grid_worker", "hotline", "platform", "none"])
    statuses = np.array(["open", "resolved", "given_up", "paper"])
    return {
        "case": np.arange(n, dtype=np.int64), "need": t.need[:n], "resident": t.resident[:n], "community": t.community[:n],
        "category": labels[t.category[:n]], "scope": t.scope[:n], "opened": t.opened[:n],
        "responded": _missing(t.responded[:n]), "started": _missing(t.started[:n]), "closed": _missing(t.closed[:n]),
        "deadline": t.deadline[:n], "status": statuses[t.status[:n]], "provider": t.provider[:n, 0],
        "level": levels[t.level[:n]], "handovers": t.handovers[:n], "refusals": t.refused[:n], "hours": t.worked[:n],
        "rating": _missing(t.rating[:n]), "confirmed": t.confirmed[:n].astype(bool), "joint": t.joint[:n].astype(bool),
        "channel": channels[state.needs.channel[t.need[:n]]], "reopenings": t.reopenings[:n],
    }  # fmt: skip


def _judge_whole(state: State) -> None:
    if not state.keeps_all:
        raise ConfigError(
            "needs that have ended and cases that are closed were not kept; build the model with keeps_all=True"
        )


def _missing(times: Array) -> Array:
    """Times with -1 (not happened) as NaN."""
    return np.where(times < 0, np.nan, times)
