"""The command ``cj``: a thin door for people; it wires, it decides nothing."""
