"""`xietong check verification`: what must hold of the model, each statement tried anew and told with its figures, on one page.

A file is a check: `v01_…` to `v15_…` are the statements V1 to V15, `m01_…` to `m04_…` are relations between runs that must hold
whatever the numbers are. Each has `ABOUT`, what it claims, and `examine(scale)`, which tries it.
"""
