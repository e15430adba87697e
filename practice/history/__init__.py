"""A county for many nights without portals or person files: known laws, and what a nightly reader
sees of the lives that follow them.

``laws``: the laws and what follows from them exactly; ``lives``: people's custodies in hours;
``cases``: their court cases; ``world``: the nights and the truth; ``lines``: the nights as JSON
lines, which ``python -m practice history`` prints and the house loads."""

from practice.history.world import HOUR, NONE, Night, Trouble, Truth, World

__all__ = ["HOUR", "NONE", "Night", "Trouble", "Truth", "World"]
