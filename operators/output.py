"""Seam: atomic, idempotent outputs (the operators room completes this)."""
