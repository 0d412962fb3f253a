"""`wellhearth commission`: a guided run through a new node, each step with what is expected and what was seen."""
