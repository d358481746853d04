"""The live classroom: two communities side by side, and guided lessons."""
