"""The simulated world: well, heat pumps, rooms, weather, and the sensors on their buses."""
