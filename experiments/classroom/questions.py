"""What a visitor may ask about the day that is shown, and who answers."""

from __future__ import annotations

from typing import Any

from experiments.classroom import details, keeping
from experiments.classroom.lesson_watch import watch
from experiments.classroom.messages import (
    CellAsked,
    InstitutionAsked,
    NeedAsked,
    Question,
    SheetAsked,
    TableAsked,
    WatchAsked,
)
from experiments.classroom.pair import Pair


def answered(pair: Pair, question: Question) -> dict[str, Any]:
    """The answer, from towns whose models stand on the day that is shown.

    Raises
    ------
    ConfigError
        What is asked about does not exist.
    """
    match question:
        case CellAsked():
            return details.cell(pair, question.cell)
        case InstitutionAsked():
            return details.institution(pair, question.institution)
        case NeedAsked():
            return details.need(pair, question.resident, question.arose, question.lang)
        case TableAsked():
            return keeping.table(pair)
        case SheetAsked():
            return keeping.sheet(pair, question)
        case WatchAsked():
            return watch(pair, question.measure)
