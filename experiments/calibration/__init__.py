"""Calibration: what the data say of the baseline (targets), which constants matter for it (screening), which values fit (waves)."""
