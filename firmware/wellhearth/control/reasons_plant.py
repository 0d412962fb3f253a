"""Words of a plant: its modes, and why each of its parts does what it does. Their order is what registers hold: a word is
added at the end, none is moved."""

MODES = ("off", "heat", "cool", "auto")
MODE_OFF, MODE_HEAT, MODE_COOL, MODE_AUTO = range(4)

NONE, HEAT, COOL = range(3)  # direction

PLANT = ("off", "no_need", "serves", "waits_source", "waits_network", "waits_machine", "changeover", "short_source",
         "short_machine", "power")
(OFF, NO_NEED, SERVES, WAITS_SOURCE, WAITS_NETWORK, WAITS_MACHINE, CHANGEOVER, SHORT_SOURCE, SHORT_MACHINE,
 POWER) = range(10)

MACHINE_MODES = ("off", "heat", "cool", "hot_water", "recovery")
M_OFF, M_HEAT, M_COOL, M_HOT_WATER, M_RECOVERY = range(5)

MACHINE = ("off", "not_needed", "runs", "prepare", "proves", "post_run", "rest", "power", "gap", "protection",
           "out_of_service", "silent", "min_on", "starts_used")
(M_NO, M_NOT_NEEDED, M_RUNS, M_PREPARE, M_PROVES, M_POST_RUN, M_REST, M_POWER, M_GAP, M_PROTECTION, M_OUT, M_SILENT,
 M_MIN_ON, M_STARTS_USED) = range(14)

RELIEFS = ("none", "out_of_service", "silent", "trip", "leak", "cold", "clogged", "rest")
R_NONE, R_OUT, R_SILENT, R_TRIP, R_LEAK, R_COLD, R_CLOGGED, R_REST = range(8)

NETWORK = ("off", "opening", "runs", "at_limit", "night_limit", "protection")
N_OFF, N_OPENING, N_RUNS, N_AT_LIMIT, N_NIGHT, N_PROTECTION = range(6)

TANK = ("off", "ready", "charge", "priority_ended", "disinfect", "unknown")
T_OFF, T_READY, T_CHARGE, T_ENDED, T_DISINFECT, T_UNKNOWN = range(6)

BACKUP = ("rest", "capacity", "bivalence", "cost", "failure", "proof", "min_on", "min_off", "protection", "out_of_service",
          "silent")
B_REST, B_CAPACITY, B_BIVALENCE, B_COST, B_FAILURE, B_PROOF, B_MIN_ON, B_MIN_OFF, B_PROTECTION, B_OUT, B_SILENT = range(11)
