"""For developers: measurements and mutation tests."""
