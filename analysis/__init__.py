"""What a store of runs says: statistics, figures and the report. Reads results, never runs a model."""
