"""What connects a node with the world: commands, and the links they come over."""


def diff_ms(a: int, b: int) -> int:
    """Signed a - b on the ring of 2^30 of ticks_ms (links are handed the time, not a clock)."""
    return ((a - b + 0x20000000) & 0x3FFFFFFF) - 0x20000000
