"""What a board on the network does: names and time, MQTT, a page of its own. Loaded where the config has `network`."""
