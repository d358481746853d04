"""Judging a composed configuration, or keyword arguments (`experiments.judging.whole`): each module judges one kind of key."""
