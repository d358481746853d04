"""What a client may say. Every message is judged before anything is done with it; nothing in it is ever run, imported or opened."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, TypeAdapter, ValidationError

from experiments.classroom.refusals import malformed
from experiments.classroom.script import MOST_DAYS, Exact, Name, Script, Side

Day = Annotated[int, Field(ge=0, le=MOST_DAYS)]
Row = Annotated[int, Field(ge=0, le=10_000_000)]
Language = Literal["en", "zh"]
#: Days a second at which the page may play; 0 is as fast as it goes.
SPEEDS: Final = (0, 1, 2, 5, 10, 20, 40)


class Begin(Exact):
    """Begin a script anew and show a day of it."""

    type: Literal["begin"]
    script: Script
    day: Day = 0


class Play(Exact):
    """Show one day after the other."""

    type: Literal["play"]
    speed: Literal[0, 1, 2, 5, 10, 20, 40]


class Pause(Exact):
    """Stay on the day that is shown."""

    type: Literal["pause"]


class Go(Exact):
    """Show a day, past or to come."""

    type: Literal["go"]
    day: Day


class DoseChange(Exact):
    """Another dose of a mechanism from the next day on."""

    type: Literal["change"]
    side: Side
    mechanism: Name
    dose: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class TakeBack(Exact):
    """Take a change out of the script, by its place in it."""

    type: Literal["take_back"]
    number: Annotated[int, Field(ge=0, lt=1000)]


class Look(Exact):
    """Show the circle of a community."""

    type: Literal["look"]
    community: Row


class CellAsked(Exact):
    """The numbers of a cell under both strategies."""

    type: Literal["cell"]
    cell: Row


class InstitutionAsked(Exact):
    """The numbers of an institution under both strategies."""

    type: Literal["institution"]
    institution: Row


class NeedAsked(Exact):
    """The life of a need under both strategies: who lacks it and when it arose name it under both."""

    type: Literal["need"]
    resident: Annotated[int, Field(ge=0, lt=2**32)]
    arose: Annotated[float, Field(ge=0, le=MOST_DAYS, allow_inf_nan=False)]
    lang: Language


class TableAsked(Exact):
    """Everything seen so far as CSV."""

    type: Literal["table"]


class WatchAsked(Exact):
    """A measure of a lesson, read from both towns."""

    type: Literal["watch"]
    measure: Name


class SheetAsked(Exact):
    """The lesson sheet as a page to print; `answers` are what the class wrote, `happened` adds what was recorded of the lesson."""

    type: Literal["sheet"]
    lang: Language
    lesson: Name | None = None
    happened: bool = False
    answers: Annotated[tuple[Annotated[str, Field(max_length=2000)], ...], Field(max_length=12)] = ()


Question = CellAsked | InstitutionAsked | NeedAsked | TableAsked | SheetAsked | WatchAsked
Message = Begin | Play | Pause | Go | DoseChange | TakeBack | Look | Question
_JUDGE: Final = TypeAdapter[Message](Annotated[Message, Field(discriminator="type")])


def parsed(raw: str) -> Message:
    """The message that a text means.

    Raises
    ------
    RefusedError
        It is none, with the place and kind of its first fault.
    """
    try:
        return _JUDGE.validate_json(raw)
    except ValidationError as error:
        raise malformed(error) from None
