"""The offline reference model of the ground around one well. Needs numpy and scipy; nothing here runs in a simulation."""
