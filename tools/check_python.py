"""Says in one line why this Python cannot serve; runs before anything is installed."""

import sys


def problem():
    """The first problem found, or ''."""
    if not (3, 10) <= sys.version_info[:2] <= (3, 13):
        return "Python 3.10 to 3.13 is needed, this is %d.%d; try `make PYTHON=python3.12 ...`" % sys.version_info[:2]
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError as e:
        return "Python's venv module is not complete (no %s); on Debian: apt install python3-venv" % e.name
    return ""


if __name__ == "__main__":
    text = problem()
    if text:
        sys.exit("wellhearth: " + text)
