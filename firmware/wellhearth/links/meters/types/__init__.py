"""What each type of meter gives, as data. Only those that the config names are loaded.

PROTOCOL: a module beside this folder. MOST_W: more than it can measure. WRAP: its counter begins anew there (Wh), 0: not
known. SLACK: one step of its counter, and what a float rounds. ASKS: requests, as that protocol wants them; each brings
fields (name, place, size or format, multiplier, divisor), in W, Wh, L, L/h, mdegC.
"""
