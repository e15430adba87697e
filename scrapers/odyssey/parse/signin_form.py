"""Parser of the sign-in page (odyssey.md, section 1)."""

from __future__ import annotations

from bs4 import Tag

from resilience.faults import LayoutChanged
from scrapers.record import RecordModel
from scrapers.values import clean, soup_of

REFUSED = "Invalid Email or password."
TOKEN = "__RequestVerificationToken"


class SignInForm(RecordModel):
    """A sign-in form that can be filled in: where it posts to, whether it has a terms box, what it
    complains about."""

    action: str
    terms: bool
    message: str | None = None


def read_sign_in(html: str, url: str) -> SignInForm:
    """The form of a sign-in page. Raises LayoutChanged, naming what is missing, for one we must not
    fill in."""
    soup = soup_of(html)
    secret = soup.find("input", type="password")
    form = secret.find_parent("form") if isinstance(secret, Tag) else None
    if not isinstance(form, Tag):
        raise LayoutChanged(
            url, "sign-in page", "a form with a password field", read_stranger(html)
        )
    names = {
        str(field.get("name") or field.get("id") or "")
        for field in form.find_all(["input", "button"])
    }
    missing = sorted({"UserName", "Password", TOKEN} - names)
    if missing:
        raise LayoutChanged(url, "sign-in form", f"fields {missing}", sorted(names - {""}))
    if form.select_one("#btnSignIn, [type=submit]") is None:
        raise LayoutChanged(url, "sign-in form", "a button that submits it", sorted(names - {""}))
    words = clean(soup.get_text(" ")) or ""
    known = REFUSED if REFUSED.lower() in words.lower() else None
    said = form.select_one(".validation-summary-errors, .text-danger, .alert")
    return SignInForm(
        action=str(form.get("action") or ""),
        terms=form.find(id="TOSCheckBox") is not None,
        message=known or (clean(said.get_text(" ")) if said else None),
    )


def read_stranger(html: str) -> str:
    """What an unexpected page is, in short: its title and first heading."""
    soup = soup_of(html)
    title, head = soup.find("title"), soup.find(["h1", "h2"])
    return (
        f"title {clean(title.get_text()) if title else None!r}, "
        f"heading {clean(head.get_text(' ')) if head else None!r}"
    )
