"""The rows of the point table that only nodes with an account or meters have (app/account.py): on a board, names that nobody
uses would stay in memory for ever. points.py is what to import."""

INT_MAX = (1 << 30) - 1

# What is metered for the household and for the water authority. -1: nobody knows.
ACCOUNT = (
    ("source", "enum:none|estimate|s0|meter", 0, 3, "r", False, 0,
     "where electricity comes from; an estimate is no meter"),
    ("power_w", "w", -1, 1000000, "r", False, 2, "electrical power now; -1 = not known"),
    ("electricity_wh", "wh", 0, 999999, "r", False, 4, "electricity, Wh of the MWh begun"),
    ("electricity_mwh", "mwh", 0, INT_MAX, "r", False, 6, "electricity, whole MWh"),
    ("cop_now", "cop", -1, 100000, "r", False, 8, "COP of the last ten minutes, metered values only; -1 = not known"),
    ("cop_day", "cop", -1, 100000, "r", False, 10, "COP of this day so far; -1 = not known"),
    ("cop_season", "cop", -1, 100000, "r", False, 12, "COP since the season began; -1 = not known"),
    ("heat_metered", "bool", 0, 1, "r", False, 14, "heat is metered: by a heat meter, or the well's with zeroed sensors"),
    ("ratio_hour_pm", "pm", -1, 2000, "r", False, 16, "water returned of lifted, last whole hour; -1 = not known"),
    ("ratio_day_pm", "pm", -1, 2000, "r", False, 18, "the same, this day so far"),
    ("ratio_season_pm", "pm", -1, 2000, "r", False, 20, "the same, since the season began"),
    ("ratio_ref_pm", "pm", -1, 2000, "r", False, 22, "what these meters show when nothing is lost, learned; -1 = not yet"),
    ("season_lifted_m3", "m3", 0, INT_MAX, "r", False, 24, "water lifted since the season began"),
    ("season_tax_fen", "fen", 0, INT_MAX, "r", False, 26, "water-resource tax on it (node.water_tax_fen_kt)"),
    ("season_days", "count", 0, INT_MAX, "r", False, 28, "days since the season began"),
    ("gaps", "count", 0, INT_MAX, "r", False, 30, "silences, jumps and replaced meters since boot: see the journal"),
    ("new_season", "bool", 0, 1, "cmd", False, 32, "1: a season begins now", "io", 0),
)

# A meter on the second line.
METER = (
    ("state", "enum:waits|ok|silent|doubt", 0, 3, "r", False, 0, "silent: a gap, nothing is made up; doubt: it jumped"),
    ("ok", "bool", 0, 1, "r", False, 2, "its values are of this minute"),
    ("age_s", "s", 0, INT_MAX, "r", False, 4, "since its last whole reading (before the first: since boot)"),
    ("power_w", "w", -10000000, 10000000, "r", False, 6, "power it shows"),
    ("energy_wh", "wh", 0, 999999, "r", False, 8, "its reading, Wh of the MWh begun"),
    ("energy_mwh", "mwh", 0, INT_MAX, "r", False, 10, "its reading, whole MWh"),
    ("volume_l", "l", 0, 999, "r", False, 12, "its reading, litres of the cubic metre begun"),
    ("volume_m3", "m3", 0, INT_MAX, "r", False, 14, "its reading, whole cubic metres"),
    ("flow_lph", "lph", -10000000, 10000000, "r", False, 16, "flow it shows"),
    ("supply_mc", "mc", -55000, 250000, "r", False, 18, "warmer sensor, or the one in the supply pipe"),
    ("return_mc", "mc", -55000, 250000, "r", False, 20, "the other one"),
    ("answers", "count", 0, INT_MAX, "r", False, 22, "answers taken"),
    ("timeouts", "count", 0, INT_MAX, "r", False, 24, "requests without an answer"),
    ("errors", "count", 0, INT_MAX, "r", False, 26, "answers refused: checksum, exception, no number"),
    ("gaps", "count", 0, INT_MAX, "r", False, 28, "silences, jumps and exchanges since boot"),
)
