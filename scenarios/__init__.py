"""Worlds, strategies, futures and experiments as YAML; the real figures behind them as CSV in `DATA`."""

from pathlib import Path

DATA = Path(__file__).parent / "data"
