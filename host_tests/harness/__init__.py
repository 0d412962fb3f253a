"""The world attached to the firmware: lock step, villages, scenarios, traces, and what a run is judged by."""
