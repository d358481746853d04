"""What workers have at hand when they start: the model imported, its kernels loaded, or compiled after a change.

A fork server imports this module once (see `experiments.nursery`). Such a server knows imports only, so this is the one module whose
import does work; no other module imports it.
"""

import gc
from contextlib import suppress

# What is loaded here stays: workers share it as long as nobody, the collector of garbage included, writes to it.
gc.disable()

# First, for mesa looks through all modules that are there when it is imported: among two thousand it takes 0.2 s instead of 0.05.
import mesa  # noqa: E402, F401, I001
import distributed  # noqa: E402, F401

import experiments.engine  # noqa: E402

with suppress(
    Exception
):  # a model that does not live is told by the worker that meets it, in the receipt of its run
    experiments.engine.warm_up()
gc.collect()
gc.freeze()
gc.enable()
