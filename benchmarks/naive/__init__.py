"""The usual way to put the same data on a map, against which the real one is measured."""
