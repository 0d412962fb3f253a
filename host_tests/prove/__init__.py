"""`make prove`: the real control classes of one well section and one unit, searched breadth first (see abstraction.py)."""
