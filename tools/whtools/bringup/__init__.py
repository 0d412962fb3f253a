"""`wellhearth bringup`: the first power-on of a board in hand, with nothing wired to it."""
