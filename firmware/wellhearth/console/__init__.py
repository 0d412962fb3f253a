"""What a person types at the serial prompt."""
