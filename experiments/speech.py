"""Which language the user speaks."""

from __future__ import annotations

import os


def environment_language() -> str:
    """`zh` where the environment speaks Chinese, else `en`."""
    spoken = next(
        (os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), ""
    )
    return "zh" if spoken.lower().startswith("zh") else "en"
