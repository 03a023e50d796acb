"""A run killed at each of its writes: afterwards the memory opens and the next run is right."""
