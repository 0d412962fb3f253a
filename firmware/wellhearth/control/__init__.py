"""Control laws: values in, decisions out. Nothing here touches hardware or reads a clock.

Every quantity is an int whose name ends in its unit, and no intermediate result
leaves +-(2^30 - 1) for inputs inside their allowed range (host_tests/unit/control/test_int31.py).
"""
