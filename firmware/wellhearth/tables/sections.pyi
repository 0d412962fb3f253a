"""The keys of each section of the configuration as attributes: pyright checks every `cfg.name` by them.

Written by `make docs`.
"""

from .kinds import Kind
from .section import Section

class Node(Section):
    name: str
    period_ms: int
    restart_min_s: int
    restart_max_s: int
    aux_contacts: int
    tariff_cheap: str
    tariff_dear: str
    outside_rom: str
    outside_trim_mk: int
    peak_w: int
    quiet_from_min: int
    quiet_to_min: int
    rtc: str
    utc_offset_min: int
    account: int
    water_tax_fen_kt: int
    dst: str

class Well2(Section):
    pump_drive: str
    drive_fault_input: int
    motor_protection_input: int
    strainer_input: int
    pump_motor: str
    motor_cooling_lph: int
    min_flow_lph: int
    max_flow_lph: int
    pulses_per_m3: int
    return_pulses_per_m3: int
    flow_kp_pm_m3h: int
    flow_ff_pm_m3h: int
    flow_ti_ms: int
    flow_ramp_lph_s: int
    pump_floor_pm: int
    pump_ramp_pm_s: int
    postrun_s: int
    pump_min_on_s: int
    pump_min_off_s: int
    pump_starts_per_day: int
    pump_starts_goal: int
    pressure_signal: str
    pressure_range_kpa: int
    pressure_zero_kpa: int
    vacuum_limit_kpa: int
    pressure_shunt_ohm: int
    reinjection_limit_kpa: int
    quiet_pump_pm: int
    current_range_ma: int
    dry_run_percent: int
    level_range_kpa: int
    level_min_kpa: int
    min_difference_mk: int
    lowest_supply_mc: int
    supply_rom: str
    supply_trim_mk: int
    return_rom: str
    return_trim_mk: int

class Well(Well2):
    type: str
    flow_lph_per_kw: int
    flow_lph_per_kw_cool: int
    rotate_h: int

class Room(Section):
    name: str
    mode: str
    setpoint_mc: int
    setpoint_min_mc: int
    setpoint_max_mc: int
    schedule: str
    setback_mc: int
    setback_cool_mc: int
    early_max_min: int
    flex_mk: int
    neutral_mk: int
    changeover_s: int
    frost_mc: int
    unit_type: str
    compressor: str
    compressor_min_pm: int
    rated_w: int
    unit_flow_lph: int
    min_on_s: int
    min_off_s: int
    starts_per_hour: int
    condensate_input: int
    compressor_protection_input: int
    pump_lead_s: int
    postrun_s: int
    freeze_limit_mc: int
    room_kp_pm_k: int
    room_ti_s: int
    swing_mk: int
    half_band_s: int
    supply_air_mc: int
    cool_air_mc: int
    quiet_fan_pm: int
    fan_min_pm: int
    fan_max_pm: int
    room_rom: str
    room_trim_mk: int
    supply_air_rom: str
    supply_air_trim_mk: int
    leaving_rom: str
    leaving_trim_mk: int

class Loop(Section):
    antifreeze_mc: int
    antifreeze: str
    postrun_s: int
    pressure_range_kpa: int
    pressure_min_kpa: int
    exchanger_limit_mc: int
    supply_rom: str
    supply_trim_mk: int
    return_rom: str
    return_trim_mk: int

class Bus(Section):
    role: str
    address: int
    baud: int
    parity: str
    rooms: str
    round_ms: int
    timeout_ms: int

class Bms(Section):
    address: int
    baud: int
    parity: str
    rooms_at: int

class MeterLine(Section):
    baud: int
    parity: str
    round_s: int
    timeout_ms: int

class Meter(Section):
    type: str
    address: str
    counts_for: str

class Electricity(Section):
    source: str
    s0_pulses_per_kwh: int
    compressor_w: int
    circulation_w: int
    fan_w: int
    well_pump_w: int
    standby_w: int

class Remote(Section):
    room: int
    power: int
    up: int
    down: int
    mode: int
    fan: int
    timer: int
    boost: int

class Network(Section):
    broker: str
    port: int
    tls: int
    prefix: str
    discovery: str
    plain_orders: int
    ntp: str
    dns: str
    page: int
    page_port: int
    page_host: str

class Line(Section):
    baud: int
    parity: str
    timeout_ms: int
    round_ms: int

class Place(Section):
    line: str
    address: int
    channel: int
    type: str

class PlantWell(Place):
    heat_kw: int
    cool_kw: int
    lowest_mc: int

class PlantMachine(Place):
    heat_kw: int
    cool_kw: int
    power_kw: int
    least_pm: int
    hot_water: int
    min_on_s: int
    min_off_s: int
    starts_per_day: int
    postrun_s: int

class PlantPump(Place):
    serves: str
    least_pm: int

class PlantNetwork(Place):
    part: str
    dp_kpa: int
    dp_least_kpa: int
    flow_lph: int
    pressure_min_kpa: int
    pressure_kpa: int
    pressure_most_kpa: int
    makeup_day_l: int
    makeup_s: int
    minimum_lph: int

class PlantTank(Place):
    setpoint_mc: int
    band_mk: int
    priority_min: int
    disinfect: str
    disinfect_mc: int
    disinfect_min: int
    disinfect_days: int

class PlantBackup(Place):
    kind: str
    power_kw: int
    least_pm: int
    efficiency_pm: int
    gas_wh_m3: int
    bivalence_mc: int
    delay_s: int
    min_on_s: int
    min_off_s: int
    supply_most_mc: int
    proof_days: int
    proof_min: int

class PlantQuality(Place):
    name: str
    ph_low: int
    ph_high: int
    turbidity_ntu: int
    conductivity_us_cm: int
    conductivity_off: int

class PlantBuilding(Place):
    name: str
    room_mc: int

class PlantWeather(Place):
    pass

class Plant(Section):
    mode: str
    heat_below_mc: int
    cool_above_mc: int
    design_mc: int
    design_kw: int
    supply_cold_mc: int
    supply_mild_mc: int
    supply_cool_mc: int
    supply_cool_mild_mc: int
    supply_most_mc: int
    stage_up_s: int
    stage_down_s: int
    stage_up_pm: int
    stage_down_pm: int
    stage_band_mk: int
    start_gap_s: int
    power_limit_kw: int
    restart_kw_min: int
    replace_s: int
    source_lph_per_kw: int
    source_lph_per_kw_cool: int
    source_freeze_mc: int
    wells_rotate_h: int
    wells_load_pm: int
    night: str
    night_speed_pm: int
    electricity_fen: int
    gas_fen: int
    lines: dict[str, Line]
    wells: list[PlantWell]
    machines: list[PlantMachine]
    pumps: list[PlantPump]
    networks: list[PlantNetwork]
    backups: list[PlantBackup]
    quality: list[PlantQuality]
    buildings: list[PlantBuilding]
    tank: PlantTank | None
    weather: PlantWeather | None
    counts: dict[Kind, int]
