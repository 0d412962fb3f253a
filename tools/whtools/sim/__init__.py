"""Simulated houses, seen by a person: runs, seasons, decades and their reports."""
