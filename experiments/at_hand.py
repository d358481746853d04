"""What workers have at hand when they start: the model imported, its kernels loaded, or compiled after a change.

A fork server imports this module once (see `experiments.nursery`). Such a server knows imports only, so this is the one module whose
import does work; no other module imports it.
"""

from contextlib import suppress

import distributed  # noqa: F401

import experiments.engine

with suppress(
    Exception
):  # a model that does not live is told by the worker that meets it, in the receipt of its run
    experiments.engine.warm_up()
