"""What DL/T 645 and CJ/T 188 have in common: 68H, a sum, 16H, and decimal digits."""

BEGIN = 0x68
END = 0x16
FAULT = -1
AWAKE = 4  # bytes of FEH before a request


def open_frame(tx: bytearray) -> int:
    """The waking bytes and the beginning of a frame; returns the next place."""
    for i in range(AWAKE):
        tx[i] = 0xFE
    tx[AWAKE] = BEGIN
    return AWAKE + 1


def close_frame(tx: bytearray, at: int) -> int:
    """Sum and end behind tx[AWAKE:at]; returns the length."""
    tx[at] = sum(tx[AWAKE:at]) & 0xFF
    tx[at + 1] = END
    return at + 2


def put_digits(tx: bytearray, at: int, digits: str) -> int:
    """Digits two to a byte, the last two first; returns the next place."""
    for i in range(len(digits) - 2, -1, -2):
        tx[at] = int(digits[i:i + 2], 16)
        at += 1
    return at


def whole(rx: bytearray, n: int, begin: int, length: int) -> bool:
    """Whether rx[begin:begin + length] is all there, with the right sum and end."""
    end = begin + length
    return end <= n and rx[end - 1] == END and rx[end - 2] == sum(rx[begin:end - 2]) & 0xFF


def number(rx: bytearray, at: int, size: int, mask: int = 0, top: int = 0xFF):
    """BCD of so many bytes, the lowest first, each less `mask`; None when it is none. top: these bits of the highest."""
    value = 0
    for i in range(size - 1, -1, -1):
        byte = rx[at + i] - mask & 0xFF
        if i == size - 1:
            byte &= top
        high = byte >> 4
        low = byte & 15
        if high > 9 or low > 9:
            return None
        value = value * 100 + high * 10 + low
    return value
