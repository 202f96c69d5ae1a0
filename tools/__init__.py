"""Scripts that make what the project ships: the data folders."""
