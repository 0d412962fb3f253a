"""Many houses: their telemetry by MQTT into one database, each against its neighbours and its own past, one page."""
