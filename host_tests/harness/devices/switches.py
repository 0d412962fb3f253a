"""Switches that the plant works: where they open."""

HIGH_KPA = 4300.0
LOW_KPA = 500.0
STRAINER_KPA = 40.0  # the strainer's differential pressure switch opens
PAN_SHARE = 0.6  # and the float switch of a condensate pan, at so much of its rim
