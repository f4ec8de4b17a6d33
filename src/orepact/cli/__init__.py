"""Commands: thin faces on the functions of the house; the same numbers as in Python."""
