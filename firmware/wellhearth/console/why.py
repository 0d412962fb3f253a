"""The words of control/reasons.py at the serial prompt; loaded when somebody asks."""

WORDS = {
    "off": "switched off",
    "warm_enough": "the room is at its setpoint",
    "heats": "the compressor runs",
    "follows": "the compressor runs, its speed follows the room",
    "warms_up": "full heat on a long way to the setpoint",
    "post_run": "the last heat is taken out",
    "rest": "the compressor waits: shortest rest between two runs",
    "restart": "the compressor waits: staggered restart after power returned",
    "spread": "the compressor waits: half of this hour's starts are used, the rest is spread",
    "starts_used": "the compressor waits: the starts of this hour are used up",
    "turn": "the compressor waits for its turn: others run, and this room can wait",
    "water": "the compressor waits for water: the well has not proved its flow",
    "enough": "the compressor waits: the flow does not yet cover one more unit",
    "protection": "a protection holds the compressor: see trips()",
    "cold_water": "the run ended early: the water is near its freeze limit",
    "blind": "no room sensor: it runs for the share of time that it ran before",
    "limited": "an operator's limit holds it back",
    "early": "the compressor runs a little before its time: others run, so the pump rests longer",
    "preheats": "power is cheap: the room is warmed a little beyond its setpoint, before the dear hours",
    "spares": "power is dear or blocked: the room may cool by what its household gives",
    "zeroing": "the compressor waits: water moves for the pairs of sensors to learn their zero (node.zero_run_min)",
}


def sentence(key: str, wait_s: int) -> str:
    """A reason in words, with the seconds it still takes."""
    words = WORDS[key]
    return "%s, %d s" % (words, wait_s) if wait_s else words
