"""What all faults share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module", autouse=True)
def without_report() -> Iterator[None]:
    """Pictures take seconds and are not what is tested here."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("analysis.report.build", lambda root, *_: root / "report.html")
        yield
