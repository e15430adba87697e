"""The identity provider's sign-in page (odyssey.md, section 1)."""

from __future__ import annotations

from resilience.faults import LayoutChanged, SignedOut, SignInRefused, Slow, in_page
from resilience.retry import not_repeated, resilient
from scrapers.odyssey.pages.base import PortalPage
from scrapers.odyssey.parse.signin_form import read_sign_in, read_stranger

_FILL = """
const [user, password] = arguments;
const put = (field, value) => {
  field.value = value;
  field.dispatchEvent(new Event('input', {bubbles: true}));
  field.dispatchEvent(new Event('change', {bubbles: true}));
};
const secret = document.querySelector('input[type=password]'), form = secret.form;
put(form.querySelector('#UserName, [name=UserName]'), user);
put(secret, password);
const terms = form.querySelector('#TOSCheckBox');
if (terms && !terms.checked) terms.click();
"""
_SUBMIT = """
const form = document.querySelector('input[type=password]').form;
(form.querySelector('#btnSignIn') || form.querySelector('[type=submit]')).click();
"""
_STATE = """
const out = document.querySelector("a[href*='/Account/LogOff']");
if (out || window.userIsAuthenticated === true) return 'in';
if (document.querySelector('input[type=password]')) return 'form';
return null;
"""


class SignInPage(PortalPage):
    """Signs in from the portal's ``Account/Login``. Anonymous pages need no sign-in and never come
    here."""

    def sign_in(self, user: str, password: str) -> None:
        """Signs in; returns when the portal says who is signed in.

        Raises SignInRefused when the form came again and says why, SignedOut when it does not (the
        cookie of the hand-over may have been lost with a broken line: `SignInGate` decides how
        often that is believed), LayoutChanged for a page that is neither form, hand-over nor
        portal. The password is submitted once, by this call and whatever retries it."""
        with self.session.page("sign-in"):
            if self._open() == "in":
                return
            read_sign_in(self.session.html(), self.session.url)
            self._submit(user, password)
            if self._arrived() == "form":
                form = read_sign_in(self.session.html(), self.session.url)
                if form.message is None:
                    raise SignedOut("the sign-in form came again and gave no reason", url=self.base)
                raise SignInRefused(
                    f"the portal refused the sign-in: {form.message}", url=self.base
                )

    @resilient
    def _open(self) -> str:
        self.session.open(f"{self.base}/Account/Login")
        return self._state("the sign-in page")

    def _state(self, what: str) -> str:
        """``in`` or ``form``; the hand-over page posts itself, so it is waited through."""
        try:
            return str(self.session.wait_for(_STATE, what=what))
        except Slow:
            html, url = self.session.html(), self.session.url
            fault = in_page(html, url)
            if fault is not None:
                raise fault from None
            raise LayoutChanged(
                url, what, "a sign-in form or a signed-in portal", read_stranger(html)
            ) from None

    @not_repeated
    def _submit(self, user: str, password: str) -> None:
        self.session.run(_FILL, user, password)
        self.session.leave(_SUBMIT, what="the page after the password")

    @not_repeated
    def _arrived(self) -> str:
        return self._state("the page after the password")
