"""Host-side tools of Wellhearth: the `wellhearth` command."""
