"""What runs here; `wellhearth build` writes the real values into the compiled copy."""

VERSION = "dev"
REVISION = "working copy"
BOARD = "sitl"
