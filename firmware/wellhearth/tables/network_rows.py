"""The rows of the point table that only nodes with a network have (links/network/); points.py is what to import."""

COUNT_MAX = 0xFFFFFF  # then from 0 again

BROKER = "none|name|connection|greeting|up"  # in the order of links/network/mqtt.py

RADIO = (
    ("wifi", "bool", 0, 1, "r", False, 0, "the Wi-Fi is joined"),
    ("broker", "enum:" + BROKER, 0, 4, "r", False, 2, "how far the connection to the MQTT broker is"),
    ("tries", "count", 0, COUNT_MAX, "r", False, 4, "connections to the broker that were begun since boot"),
    ("bad_frames", "count", 0, COUNT_MAX, "r", False, 6, "frames and messages of the broker that nobody can use"),
    ("requests", "count", 0, COUNT_MAX, "r", False, 8, "requests to the page"),
    ("bad_requests", "count", 0, COUNT_MAX, "r", False, 10, "requests that were refused or broken off"),
    ("wrong_pins", "count", 0, COUNT_MAX, "r", False, 12, "wrong PINs at the page since boot"),
)
