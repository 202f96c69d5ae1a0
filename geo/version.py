"""The version of the program, as prints and files name it."""

VERSION = "1.0"
