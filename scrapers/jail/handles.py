"""What the inmate lookup's rows have as a handle: the two inner numbers that open a booking's
page."""

from __future__ import annotations


def handle_of(sys_id: str, img_sys_id: str) -> str:
    """The handle of a row with these numbers; the second may be empty."""
    return f"{sys_id} {img_sys_id}".strip()


def fields_of(handle: str) -> dict[str, str]:
    """The posted fields that name the booking."""
    sys_id, _, img_sys_id = handle.partition(" ")
    return {"sysID": sys_id, "imgSysID": img_sys_id}
