"""What is kept of a plant's node (recorder.RECORDED): what the page's energy table and the monthly report are made of."""

from __future__ import annotations

TRIPS = ("trips", "lockouts")
RECORDED: dict[str, tuple[str, ...]] = {
    "plant": ("mode", "direction", "reason", "load_kw", "on_kw", "machines_on", "sources_on", "lifted_m3h", "returned_m3h",
              "returned_pm", "supply_target_mc", "outside_mc", "power_kw", "power_limit_kw", "electricity_fen", "gas_fen",
              "heat_wh", "heat_mwh", "cold_wh", "cold_mwh", "electricity_wh", "electricity_mwh", "cold_day_kw", *TRIPS),
    "source": ("asked_w", "state", "permissive", "flow_lph", "return_flow_lph", "supply_mc", "return_mc", "relief", "online",
               "run_h", "capacity_percent", "taken_mwh", "given_mwh", *TRIPS),
    "machine": ("state", "mode", "running", "capacity_pm", "lwt_mc", "power_w", "starts", "run_s", "run_h", *TRIPS),
    "pump": ("running", "speed_pm", "starts", "run_s", "run_h", *TRIPS),
    "network": ("supply_mc", "return_mc", "flow_lph", "dp_kpa", "pressure_kpa", "heat_kw", "makeup_l", "fouling_percent",
                *TRIPS),
    "tank": ("state", "top_mc", "bottom_mc", "tap_mc", "circulation_mc", "disinfected_day", *TRIPS),
    "backup": ("reason", "running", "capacity_pm", "lwt_mc", "proved_day", "starts", "run_s", "run_h", "gas_m3", *TRIPS),
    "quality": ("acidity_ph", "turbidity_ntu", "conductivity_us_cm", "water_mc", *TRIPS),
    "building": ("room_mc", "coldest_mc", "valve_pm", "heat_kw", "heat_wh", "heat_mwh", "cold_wh", "cold_mwh"),
}
