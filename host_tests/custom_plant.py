"""A plant that is not ours: a test bench with fixed temperatures, for `--plant`."""


class Bench:
    """Water and rooms held at fixed temperatures; flow in proportion to pump speed."""

    PLANT_INTERFACE = 1

    def __init__(self, config, options):
        n = len(config["rooms"])
        self.sensed = {"lift_lph": 0.0, "return_lph": 0.0, "reinjection_kpa": 0.0, "supply_c": 12.0, "return_c": 9.0,
                       "room_c": [19.0] * n, "supply_air_c": [40.0] * n, "leaving_c": [8.0] * n}
        self.truth = {}

    def step(self, t_s, dt_s, commands):
        flow = 4000.0 * commands["pump_speed"] if commands["pump_on"] else 0.0
        self.sensed["lift_lph"] = self.sensed["return_lph"] = flow
        self.truth["bench_flow_lph"] = flow


def create(config, options):
    return Bench(config, options)


class Old:
    PLANT_INTERFACE = 0

    def __init__(self, config, options):
        self.sensed = {}
