"""How much a visitor may ask of the server: every bound in one place, told in `docs/classroom.md`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds of the server and of each session."""

    sessions: int = 40
    """Sessions at a time."""
    total_bytes: int = 3 * 2**30
    """Bytes of arrays that all sessions may hold together; a session is admitted when its share still fits."""
    message_bytes: int = 32_768
    """Longest message of a client; a share link of the most changes fits."""
    rate: float = 40.0
    """Messages a second that a client may send on average."""
    burst: int = 80
    """Messages that it may send at once."""
    refusals: int = 40
    """Refused messages after which a session is ended."""
    idle_seconds: float = 1200.0
    """Time without a message after which a session is ended."""
    slice_seconds: float = 0.02
    """Longest time that one session computes before another has its turn."""
    frames_per_second: float = 40.0
    """Frames a second at most."""
    answers: int = 64
    """Answers that may wait for a slow client."""


class Allowance:
    """A bucket of tokens: `burst` at once, `rate` a second."""

    def __init__(self, rate: float, burst: int, now: float) -> None:
        self.rate, self.burst = rate, float(burst)
        self.left, self.at = float(burst), now

    def take(self, now: float) -> bool:
        """Take one token at time `now` (seconds); False when there is none."""
        self.left = min(self.burst, self.left + self.rate * (now - self.at))
        self.at = now
        if self.left < 1.0:
            return False
        self.left -= 1.0
        return True
