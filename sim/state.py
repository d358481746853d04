"""The state of a running world: tables of columns, one array each. What is not here is not remembered.

Rows are slots of storage; identities key every draw, so the order of storage never matters.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.levers import Contributions, Levers
from sim.needs import MOST_PARTS, SEATS
from sim.past import KINDS, put_away
from sim.records import DAILY
from sim.tables import Array, allocate, column, grown
from sim.view import VIEWED, View, lend_levers

if TYPE_CHECKING:
    from sim.fixed import Fixed
    from sim.geography import Geography
    from sim.laws import LawParameters, Parameters

TIES = 8
#: Sums over residents are taken in integers of this fraction, so that neither order nor threads change a bit.
FIXED_POINT = 1 << 20


class Residents(NamedTuple):
    """A6, one row per resident, sorted by cell and household."""

    identity: Array = column(np.uint32, "number", "person; a tenant who moves in takes a new one")
    cell: Array = column(np.int32, "index", "grid cell of the dwelling")
    household: Array = column(np.int32, "index", "household of the dwelling")
    group: Array = column(np.uint8, "index", "age x migrant x income x digital access, 0..35")
    party: Array = column(np.uint8, "0/1", "party member")
    adult: Array = column(np.uint8, "0/1", "15 years or older")
    rota: Array = column(
        np.uint8, "weekday", "weekday on which the resident reconsiders volunteering, identity mod 7"
    )
    frailty: Array = column(np.float32, "1", "individual factor on all need hazards, mean 1")
    screen: Array = column(
        np.uint32, "2^-32", "probability of a candidate need a day, as an integer threshold"
    )
    disposition: Array = column(np.float32, "1", "lasting individual offset of the three senses")
    expectation: Array = column(np.float32, "0-1", "expected performance E")
    gain: Array = column(np.float32, "0-1", "sense of gain")
    security: Array = column(np.float32, "0-1", "sense of security")
    happiness: Array = column(np.float32, "0-1", "sense of happiness")
    trust: Array = column(np.float32, "0-1", "trust T in those who govern")
    efficacy: Array = column(np.float32, "0-1", "belief v that reporting helps")
    fatigue: Array = column(np.float32, "0-1", "tiredness of volunteering")
    threshold: Array = column(np.float32, "1", "own threshold of volunteering, theta")
    volunteer: Array = column(np.uint8, "0/1", "volunteers this week")
    volunteered: Array = column(np.uint8, "0/1", "has volunteered at least once in the last 365 days window")
    unmet: Array = column(np.float32, "severity", "summed severity of own open needs")
    ties: Array = column(
        np.uint16,
        "offset",
        "eight tie neighbours, as offsets from the community's first slot",
        (TIES,),
    )


class Households(NamedTuple):
    """One row per dwelling; lives in one cell."""

    first: Array = column(np.int32, "index", "slot of the first resident")
    size: Array = column(np.int32, "persons", "persons of the household")
    tenant: Array = column(np.uint8, "0/1", "rents and may move away")


class Cells(NamedTuple):
    """Grid cells, in tree order (a community's cells are contiguous)."""

    community: Array = column(np.int32, "index", "community of the cell")
    first: Array = column(np.int32, "index", "slot of the first resident")
    last: Array = column(np.int32, "index", "slot after the last resident")
    neighbours: Array = column(
        np.int32,
        "index",
        "neighbours on the lattice (von Neumann) or by shared borders, -1 where there is none",
        (4,),
        fill=-1,
    )
    facility: Array = column(np.float64, "0-1", "condition of facilities")
    disorder: Array = column(np.float64, "0-1", "visible disorder (H1)")
    disorder_next: Array = column(
        np.float64, "0-1", "tomorrow's disorder while neighbours still read today's"
    )
    conflict: Array = column(np.float64, "disputes", "escalated disputes still felt (H3), decaying")
    social_capital: Array = column(np.float64, "0-1", "social capital")
    density: Array = column(np.float64, "1", "residents relative to the mean cell")
    market: Array = column(np.float64, "1", "market activity relative to the mean cell")
    old_share: Array = column(np.float64, "share", "share of residents aged 60 or more")
    migrant_share: Array = column(np.float64, "share", "share of migrants")
    grid_workers: Array = column(np.float64, "persons", "grid workers of the cell")
    performance: Array = column(
        np.float64, "0-1", "what neighbours got: smoothed performance of answered cases"
    )
    participation: Array = column(np.float64, "share", "share of adults who volunteer this week")
    adults: Array = column(np.int64, "persons", "adults of the cell")
    volunteers: Array = column(np.int64, "persons", "adults who volunteer this week")
    volunteered: Array = column(np.int64, "persons", "adults who volunteered this year")
    satisfaction: Array = column(np.float64, "0-1", "mean of the three senses")
    sums: Array = column(
        np.int64,
        "2^-20",
        "sums over residents: satisfaction, its square, gain, security, happiness, trust",
        (6,),
    )
    backlog: Array = column(np.float64, "cases", "open cases of the cell's residents")
    unmet_load: Array = column(
        np.float64, "severity per resident", "open environment and order needs per head"
    )
    settled: Array = column(np.float64, "needs", "disputes settled today")
    repaired: Array = column(np.float64, "hours", "infrastructure and property hours worked today")
    cleaned: Array = column(np.float64, "hours", "environment and order hours worked today")


class Communities(NamedTuple):
    """Communities, in tree order."""

    shock: Array = column(np.float64, "1", "community-day shock on all hazards, mean 1", fill=1)
    recognised: Array = column(
        np.float64, "share", "smoothed share of recent closed cases that were confirmed solved", fill=0.5
    )
    on_time: Array = column(
        np.float64, "share", "smoothed share of recent cases closed within the deadline", fill=0.5
    )
    responsive: Array = column(
        np.float64, "share", "smoothed share of recent cases answered within the deadline", fill=0.5
    )
    rated_well: Array = column(np.float64, "share", "smoothed share of recent cases rated well", fill=0.5)
    seconded_until: Array = column(
        np.float64, "day", "day on which the term of a seconded secretary ends, -1 without one", fill=-1
    )
    seconded_before: Array = column(np.float64, "terms", "terms of seconded secretaries so far")


class Institutions(NamedTuple):
    """A1-A5 and the volunteers of A6: one row per institution; Mesa agents hold a row each."""

    actor: Array = column(np.int32, "index", "actor kind A1..A6 as 0..5")
    role: Array = column(np.int32, "index", "seat in the circle")
    level: Array = column(np.int32, "index", "level in the jurisdiction tree")
    place: Array = column(np.int32, "index", "node of its level that it serves")
    first_community: Array = column(np.int32, "index", "first community served")
    last_community: Array = column(np.int32, "index", "community after the last one served")
    kind: Array = column(np.int32, "index", "kind of resource it holds")
    workers: Array = column(np.int32, "persons", "heads on cases at any time, each a server of the queue")
    staff: Array = column(np.float64, "persons", "full-time staff for this world's residents")
    start_staff: Array = column(np.float64, "persons", "staff at the building of the world")
    vacant: Array = column(np.float64, "persons", "posts left vacant for want of money")
    skill: Array = column(np.float64, "1", "skill; divides the hours that a case needs", fill=1)
    effort: Array = column(np.float64, "1", "effort", fill=1)
    burnout: Array = column(np.float64, "0-1", "burnout")
    alignment: Array = column(np.float64, "0-1", "alignment with the common goal (B2)")
    alignment_rest: Array = column(np.float64, "0-1", "alignment when only its own goal pulls")
    own_goal: Array = column(np.float64, "0-1", "achievement of its own goal")
    reputation: Array = column(np.float64, "0-1", "reputation")
    member: Array = column(np.float64, "0-1", "membership in the party network")
    willingness: Array = column(np.float64, "0-1", "willingness to lend idle hours")
    utilisation: Array = column(np.float64, "share", "smoothed utilisation of service hours")
    budget: Array = column(np.float64, "CNY per day", "budget")
    wage: Array = column(np.float64, "CNY per day and person", "cost of one full-time worker")
    free_share: Array = column(np.float64, "share", "share of working hours free for cases before burden")
    first_server: Array = column(np.int32, "index", "first row of its workers in Servers")
    queue: Array = column(np.int32, "part", "root of the waiting queue, -1 when empty", fill=-1)
    waiting: Array = column(np.int32, "parts", "parts waiting in the queue")
    owed: Array = column(np.float64, "hours", "hours owed to meetings, paid before cases")
    slots: Array = column(np.float64, "meetings", "meetings it can still convene")
    sitting: Array = column(np.float64, "meetings", "places left in today's sitting")
    capacity: Array = column(np.float64, "hours", "service hours of today")
    idle: Array = column(np.float64, "hours", "service hours of today left idle")
    hours_available: Array = column(np.float64, "hours", "all case-free hours so far")
    hours_service: Array = column(np.float64, "hours", "hours on own cases so far")
    hours_overhead: Array = column(np.float64, "hours", "hours that mechanisms took so far")
    hours_coordination: Array = column(np.float64, "hours", "hours in meetings so far")
    hours_lent: Array = column(np.float64, "hours", "idle hours lent to others so far")
    hours_borrowed: Array = column(np.float64, "hours", "hours received from others so far, after conversion")
    hours_idle: Array = column(np.float64, "hours", "idle hours so far")
    money_available: Array = column(np.float64, "CNY", "money available so far")
    money_used: Array = column(np.float64, "CNY", "money used so far")
    joint_successes: Array = column(np.float64, "cases", "joint cases resolved since the last weekly meeting")
    refusals: Array = column(np.float64, "cases", "cases refused since the last weekly meeting")


class Servers(NamedTuple):
    """The workers of all institutions, each serving one part of a case at a time."""

    part: Array = column(np.int32, "part", "part in hand, -1 when free", fill=-1)
    left: Array = column(np.float64, "hours", "hours left on the part in hand")


class Needs(NamedTuple):
    """All needs that ever arose, in order of arising."""

    resident: Array = column(np.uint32, "identity", "who lacks it")
    slot: Array = column(np.int32, "index", "storage slot of the resident")
    cell: Array = column(np.int32, "index", "cell")
    community: Array = column(np.int32, "index", "community")
    category: Array = column(np.uint8, "index", "true category")
    group: Array = column(np.uint8, "index", "group of the resident when it arose")
    salt: Array = column(np.int32, "number", "day of arising and layer: keys this need's draws")
    scope: Array = column(np.uint8, "organizations", "organizations truly needed")
    arose: Array = column(np.float64, "day", "time of arising")
    severity: Array = column(np.float64, "1", "severity, log-normal with mean 1")
    hours: Array = column(np.float64, "hours", "hours it asks for")
    status: Array = column(
        np.uint8, "index", "0 silent, 1 in a case, 2 answered but unmet, 3 exit (fallen silent)"
    )
    end: Array = column(np.uint8, "index", "0 open, 1 met, 2 healed, 3 moved away")
    ended: Array = column(np.float64, "day", "time of its end, -1 while open", fill=-1)
    reported: Array = column(np.float64, "day", "time of the first report, -1 if never", fill=-1)
    answered: Array = column(np.float64, "day", "time of the last answer, -1 if none", fill=-1)
    case: Array = column(np.int32, "case", "latest case, -1 if none", fill=-1)
    channel: Array = column(
        np.int8, "index", "channel of the report: 0 desk, 1 grid worker, 2 hotline, 3 platform", fill=-1
    )
    answers: Array = column(np.int32, "answers", "bad answers so far")
    escalated: Array = column(np.uint8, "0/1", "a dispute that has escalated to conflict")


class Cases(NamedTuple):
    """All cases ever opened, a row for each opening; a reopened case is a new row that counts its predecessors."""

    need: Array = column(np.int32, "need", "need behind the case")
    resident: Array = column(np.uint32, "identity", "who reported")
    community: Array = column(np.int32, "index", "community")
    category: Array = column(np.int32, "index", "true category")
    scope: Array = column(np.int32, "organizations", "organizations truly needed")
    seen_scope: Array = column(np.int32, "organizations", "organizations recognised at triage")
    urgency: Array = column(np.int32, "class", "0 most urgent")
    opened: Array = column(np.float64, "day", "time of opening")
    responded: Array = column(np.float64, "day", "time the right handler accepted it, -1 if not yet", fill=-1)
    started: Array = column(np.float64, "day", "time work began, -1 if not yet", fill=-1)
    closed: Array = column(np.float64, "day", "time of closing, -1 while open", fill=-1)
    deadline: Array = column(np.float64, "day", "deadline")
    patience: Array = column(np.float64, "day", "time at which the resident gives up")
    status: Array = column(np.int32, "index", "0 open, 1 resolved, 2 given up, 3 paper")
    stage: Array = column(
        np.int32,
        "index",
        "0 fresh, 1 on its way, 2 waiting for a meeting, 3 queued or in work, 4 closed, 5 work done, 6 summoned",
    )
    ready: Array = column(np.float64, "day", "time of arrival while on its way")
    current: Array = column(np.int32, "part", "part in turn while sequential")
    joint: Array = column(np.uint8, "0/1", "convened: its parts run in parallel")
    convenor: Array = column(np.int32, "institution", "convenor waited for or used, -1 if none", fill=-1)
    parts_left: Array = column(np.int32, "parts", "parts not yet done")
    handovers: Array = column(np.int32, "hand-overs", "hand-overs so far")
    refused: Array = column(np.int32, "refusals", "refusals so far")
    level: Array = column(np.int32, "index", "highest level that touched it")
    misrouted: Array = column(np.uint8, "0/1", "on its way back from a wrong handler")
    reopenings: Array = column(np.int32, "times", "times that the matter was opened before")
    confirmed: Array = column(np.uint8, "0/1", "the resident confirms that the problem is solved")
    rating: Array = column(np.float64, "0-1", "rating by the resident, -1 if none", fill=-1)
    worked: Array = column(np.float64, "hours", "hours worked on it")
    by_rule: Array = column(np.uint8, "0/1", "handled by rule rather than by relationship")
    provider: Array = column(
        np.int32, "institution", "provider of each part, -1 if none", (MOST_PARTS,), fill=-1
    )
    asked: Array = column(np.float64, "hours", "hours asked of each part", (MOST_PARTS,))
    left: Array = column(np.float64, "hours", "hours left of each part", (MOST_PARTS,))
    queued: Array = column(np.uint8, "0/1", "part has joined its queue", (MOST_PARTS,))
    key: Array = column(
        np.float64, "key", "queue key of each part: urgency class, then deadline", (MOST_PARTS,)
    )
    since: Array = column(np.float64, "day", "time each part joined its queue", (MOST_PARTS,))
    child: Array = column(
        np.int32, "part", "first child in the pairing heap of the queue", (MOST_PARTS,), fill=-1
    )
    sibling: Array = column(
        np.int32, "part", "next sibling in the pairing heap of the queue", (MOST_PARTS,), fill=-1
    )


class Lists(NamedTuple):
    """Lists of rows that are still in play, so that a day costs what is open and not what ever was."""

    open_needs: Array = column(np.int32, "need", "open needs, in order of arising")
    open_cases: Array = column(np.int32, "case", "open cases, in order of opening")
    closed_today: Array = column(np.int32, "case", "cases closed today")
    arriving: Array = column(np.int32, "part", "parts that join a queue today")
    unasked: Array = column(np.int32, "need", "needs that were found and met unasked today")


class Sizes(NamedTuple):
    """How many rows are in use; kernels count in place."""

    needs: Array = column(np.int64, "rows", "needs")
    cases: Array = column(np.int64, "rows", "cases")
    open_needs: Array = column(np.int64, "rows", "open needs")
    open_cases: Array = column(np.int64, "rows", "open cases")
    closed_today: Array = column(np.int64, "rows", "cases closed today")
    arriving: Array = column(np.int64, "rows", "parts that join a queue today")
    unasked: Array = column(np.int64, "rows", "needs met unasked today")


TABLES = (
    "residents",
    "households",
    "cells",
    "communities",
    "institutions",
    "servers",
    "needs",
    "cases",
    "lists",
    "sizes",
)


#: Tables whose every row is someone or something, each with a column that has one number a row.
DENSE = {"residents": "identity", "households": "first"}


@dataclass
class State:
    """Everything a day reads and writes. `geography` and `parameters` never change while a world lives."""

    geography: Geography
    fixed: Fixed
    parameters: Parameters
    residents: Residents
    households: Households
    cells: Cells
    communities: Communities
    institutions: Institutions
    servers: Servers
    needs: Needs
    cases: Cases
    lists: Lists
    sizes: Sizes
    ties: Array
    """Tie strength between seats as lived in each community, `[community, seat, seat]`, 0-1."""
    tally: Array
    """Today's sums and counts, `[community, column of records.DAILY]`; cleared by observe."""
    slow: Array
    """Stocks that are surveyed weekly or monthly, in the same columns; zero in all others."""
    standing: Array
    """Open needs and open cases of yesterday by community, `[community, 2]`: the books start from them."""
    levers: Levers = field(repr=False, compare=False)
    """Levers that laws read now; which ones stand is the strategy's business, so they are no part of a snapshot."""
    past: dict[str, tuple[Any, ...]] = field(default_factory=lambda: dict.fromkeys(KINDS, ()))
    """Needs and cases that have left their tables, by table in chunks (`sim.past`); none where all are kept."""
    keeps_all: bool = True
    """Whether needs that have ended and cases that are closed stay in their tables."""
    scored_from: int = 0
    """First day that outcomes are read of: where not all is kept, needs and cases from before it are forgotten once they are old."""
    threads: int = 1
    """Threads for the laws that touch every resident; the number changes nothing but the time."""
    day: int = 0
    _view: View | None = field(default=None, repr=False, compare=False)

    def __setattr__(self, name: str, value: Any) -> None:
        """Replace a part of the state; a view of what stood there before is dropped, or follows where only levers move."""
        if name in VIEWED and self._view is not None and value is not getattr(self, name):
            if name == "levers":
                lend_levers(self._view, value)
            else:
                object.__setattr__(self, "_view", None)
        object.__setattr__(self, name, value)

    @property
    def laws(self) -> LawParameters:
        """The constants that kernels read."""
        return self.parameters.laws

    def under(self, levers: Levers) -> View:
        """The tables with the levers of the day, as kernels receive them."""
        self.levers = levers
        return self.view

    @property
    def view(self) -> View:
        """The tables as kernels receive them; made anew when one of them has been replaced."""
        if self._view is None:
            self._view = View(*(getattr(self, name) for name in VIEWED))
        return self._view

    def arrays(self) -> dict[str, Array]:
        """All arrays of the state by dotted name; the same objects, not copies."""
        named: dict[str, Array] = {
            "ties": self.ties,
            "tally": self.tally,
            "slow": self.slow,
            "standing": self.standing,
        }
        for table in TABLES:
            rows = getattr(self, table)
            named.update(
                {f"{table}.{column_name}": getattr(rows, column_name) for column_name in rows._fields}
            )
        return named

    def snapshot(self) -> dict[str, Any]:
        """A copy of everything that changes while the world lives."""
        return {
            "day": self.day,
            "arrays": {name: array.copy() for name, array in self.arrays().items()},
            "past": self.past,
        }

    def restore(self, snapshot: dict[str, Any]) -> None:
        """Return to a snapshot taken of this world (in place, so views held by agents stay valid).

        Tables that grew since keep their room; rows beyond the snapshot return to their fill values. Residents and households
        are as many as there were.
        """
        for table, counted in DENSE.items():
            rows, then = getattr(self, table), len(snapshot["arrays"][f"{table}.{counted}"])
            if len(getattr(rows, counted)) != then:
                setattr(self, table, allocate(type(rows), then))
        for name, array in self.arrays().items():
            saved = snapshot["arrays"][name]
            if array.shape == saved.shape:
                array[...] = saved
                continue
            table, column_name = name.split(".")
            declared = type(getattr(self, table))._field_defaults[column_name]
            array[...] = declared.fill
            array[: saved.shape[0]] = saved
        self.day = snapshot["day"]
        self.past = snapshot["past"]

    def ensure_room(self, needs: int = 0, cases: int = 0) -> None:
        """Make room for `needs` and `cases` more rows: rows that nothing touches any more are given back, unless all are kept,
        and tables that are still too full grow, so much that either rarely happens."""
        if not self._fit(needs, cases):
            if not self.keeps_all:
                put_away(self)
                # A little room would have rows given back every few days.
                needs = max(needs, int(self.sizes.needs[0]) // 4)
                cases = max(cases, int(self.sizes.cases[0]) // 4)
            self.needs = self._roomy(self.needs, int(self.sizes.needs[0]), needs)
            self.cases = self._roomy(self.cases, int(self.sizes.cases[0]), cases)
        most = max(len(self.needs.arose), MOST_PARTS * len(self.cases.opened))
        if len(self.lists.open_needs) < most:
            self.lists = grown(self.lists, most)

    def _fit(self, needs: int, cases: int) -> bool:
        free = self.sizes.needs[0] + needs <= len(self.needs.arose)
        return bool(free and self.sizes.cases[0] + cases <= len(self.cases.opened))

    def _roomy(self, table: Any, used: int, more: int) -> Any:
        """The table, or one with room for `more` rows: twice as long where all is kept, half as long again as what is used of it where not."""
        have = len(table[0])
        if used + more <= have:
            return table
        return grown(table, max(used + more, 2 * have if self.keeps_all else used + used // 2))


def empty_tables(
    residents: int, households: int, cells: int, communities: int, institutions: int, servers: int
) -> dict[str, Any]:
    """All tables of a world of the given size, at their fill values."""
    few = 1024
    daily = np.zeros((communities, len(DAILY)), np.float64)
    return {
        "residents": allocate(Residents, residents),
        "households": allocate(Households, households),
        "cells": allocate(Cells, cells),
        "communities": allocate(Communities, communities),
        "institutions": allocate(Institutions, institutions),
        "servers": allocate(Servers, servers),
        "needs": allocate(Needs, few),
        "cases": allocate(Cases, few),
        "lists": allocate(Lists, MOST_PARTS * few),
        "sizes": allocate(Sizes, 1),
        "ties": np.zeros((communities, SEATS, SEATS), np.float32),
        "tally": daily,
        "slow": daily.copy(),
        "standing": np.zeros((communities, 2), np.float64),
        "levers": Contributions(communities, institutions).levers(),
    }
