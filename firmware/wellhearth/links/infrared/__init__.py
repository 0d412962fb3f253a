"""The hand-held remote control: NEC frames, keys, learning."""
