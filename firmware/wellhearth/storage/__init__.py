"""What must survive: the event ring and the settings file."""
