"""Real boards: build, flash, look inside, command."""
