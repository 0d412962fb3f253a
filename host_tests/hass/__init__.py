"""Home Assistant's own rules for what is announced to it, read from its sources, and a check of payloads by them."""
