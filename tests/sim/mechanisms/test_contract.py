from .check import X


def test_a():
    assert X == 1
