"""Experiments: a design over runs, executed by an engine, kept in a store.

    from experiments import compare
    result = compare(["siloed", "wuhan"], world="street", replicates=20)

Nothing heavy is imported here: the model is loaded when something runs.
"""

from experiments.compare import compare
from experiments.own_world import read_world

__all__ = ["compare", "read_world"]
