"""An int that refuses to leave what a board holds without a heap object: +-(2^30 - 1)."""

from __future__ import annotations

LIMIT = (1 << 30) - 1


class Overflow31(AssertionError):
    """An intermediate result left 31 bits."""


def _wrap(name):
    plain = getattr(int, name)

    def method(self, *args):
        result = plain(self, *args)
        if result is NotImplemented or isinstance(result, bool):
            return result
        if not -LIMIT <= result <= LIMIT:
            raise Overflow31(f"{name} of {int(self)} and {args} is {int(result)}")
        return Int31(result)

    return method


class Int31(int):
    """Every arithmetic result is checked, and is an Int31 again."""


for _name in ("add", "radd", "sub", "rsub", "mul", "rmul", "floordiv", "rfloordiv", "mod", "rmod", "neg", "lshift",
              "rlshift", "rshift", "rrshift", "and", "rand", "or", "ror", "xor", "rxor", "abs"):
    setattr(Int31, f"__{_name}__", _wrap(f"__{_name}__"))
