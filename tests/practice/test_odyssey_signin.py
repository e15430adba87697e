"""Signing in: the token, the refusal, the hand-over to the portal, its cookies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from practice.server import Running, running
from tests.practice.odyssey_portal import PASSWORD, USER, Visitor, lines, make_world


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("log") / "access.jsonl"


@pytest.fixture(scope="module")
def site(log: Path) -> Iterator[Running]:
    with running(world=make_world(log)) as portals:
        yield portals


@pytest.fixture
def visitor(site: Running) -> Visitor:
    return Visitor(site)


def test_home_is_open_and_offers_to_sign_in(visitor: Visitor) -> None:
    home = visitor.get("/CJS/").text
    assert 'id="portlet-29"' in home
    assert 'id="portlet-26"' in home
    assert ">Sign In<" in home
    assert "window.userIsAuthenticated = 'False' === 'True'" in home


@pytest.mark.parametrize(
    "path", ["/CJS/Account/Login", "/CJS/Home/Dashboard/29", "/CJS/Home/WorkspaceMode?p=0"]
)
def test_pages_behind_the_sign_in_redirect_to_the_identity_provider(
    visitor: Visitor, path: str
) -> None:
    answer = visitor.get(path, allow_redirects=False)
    address = urlsplit(answer.headers["Location"])
    query = parse_qs(address.query)
    assert answer.status_code == 302
    assert f"{address.scheme}://{address.netloc}" == visitor.site.world.idp_origin
    assert address.path == "/idp/account/signin"
    assert query["wtrealm"] == [visitor.site.portal + "/"]
    assert parse_qs(query["wctx"][0])["ru"] == [path]
    assert query["ReturnUrl"][0].startswith("/idp/issue/wsfed?wa=wsignin1.0&wtrealm=http%3a")


def test_a_script_that_is_not_signed_in_gets_the_sign_in_page_itself(visitor: Visitor) -> None:
    answer = visitor.get(
        "/CJS/SmartSearch/SmartSearchResults?_=1", headers={"X-Requested-With": "XMLHttpRequest"}
    )
    assert answer.status_code == 200
    assert not answer.history
    assert 'id="UserName"' in answer.text
    assert "/idp/account/signin" in answer.text


def test_a_form_without_its_verification_token_is_refused(visitor: Visitor) -> None:
    page = visitor.get("/CJS/Account/Login")
    fields = {"__RequestVerificationToken": "0" * 64, "UserName": USER, "Password": PASSWORD}
    answer = visitor.http.post(page.url, data=fields, timeout=10)
    assert answer.status_code == 400
    assert "wresult" not in answer.text


def test_a_form_without_the_cookie_of_its_page_is_refused(visitor: Visitor) -> None:
    page = visitor.get("/CJS/Account/Login")
    visitor.http.cookies.clear()
    token = page.text.split('type="hidden" value="')[1].split('"')[0]
    fields = {"__RequestVerificationToken": token, "UserName": USER, "Password": PASSWORD}
    assert visitor.http.post(page.url, data=fields, timeout=10).status_code == 400


def test_a_wrong_password_brings_the_form_again(visitor: Visitor, log: Path) -> None:
    answer = visitor.submit_password("wrong")
    assert answer.status_code == 200
    assert "Invalid Email or password." in answer.text
    assert 'id="btnSignIn"' in answer.text
    assert "wresult" not in answer.text
    assert lines(log)[-1]["detail"] == "refused"
    assert "wrong" not in log.read_text()


def test_the_right_password_brings_a_page_that_posts_itself_to_the_portal(visitor: Visitor) -> None:
    page = visitor.submit_password()
    assert page.status_code == 200
    assert page.text.count("<form") == 1
    assert f'action="{visitor.site.portal}/"' in page.text
    assert "document.forms[0].submit()" in page.text
    assert "&lt;t:RequestSecurityTokenResponse" in page.text


def test_the_token_brings_both_cookies_and_leads_home_by_the_sign_in_link(visitor: Visitor) -> None:
    home = visitor.hand_over(visitor.submit_password())
    assert {"FedAuth", "FedAuth1", "ASP.NET_SessionId"} <= set(visitor.http.cookies.keys())
    assert [urlsplit(step.url).path for step in (*home.history, home)] == [
        "/CJS/",
        "/CJS/Account/Login",
        "/CJS/",
    ]
    assert "Welcome, Casey" in home.text
    assert "/CJS/Account/LogOff" in home.text
    assert "Sign In" not in home.text
    assert PASSWORD not in home.text


def test_a_forged_token_is_refused(visitor: Visitor) -> None:
    page = visitor.submit_password()
    forged = "<Assertion>1|2999-01-01T00:00:00Z|x</Assertion><SignatureValue>00ff</SignatureValue>"
    answer = visitor.hand_over(page, wresult=forged)
    assert answer.status_code == 400
    assert "FedAuth" not in visitor.http.cookies


@pytest.mark.parametrize("half", ["FedAuth", "FedAuth1"])
def test_half_of_the_identity_is_none(visitor: Visitor, half: str) -> None:
    visitor.sign_in()
    del visitor.http.cookies[half]
    assert "Sign In" in visitor.get("/CJS/").text


def test_signing_out_ends_the_identity(visitor: Visitor) -> None:
    visitor.sign_in()
    kept = visitor.http.cookies.copy()
    visitor.get("/CJS/Account/LogOff")
    assert "Sign In" in visitor.get("/CJS/").text
    visitor.http.cookies = kept
    assert "Sign In" in visitor.get("/CJS/").text


def test_the_identity_alone_is_signed_in_with_a_session_of_its_own(visitor: Visitor) -> None:
    visitor.sign_in()
    other = Visitor(visitor.site)
    for name in ("FedAuth", "FedAuth1"):
        other.http.cookies.set(name, visitor.http.cookies[name])
    assert "Welcome, Casey" in other.get("/CJS/").text
    assert other.http.cookies["ASP.NET_SessionId"] != visitor.http.cookies["ASP.NET_SessionId"]


def test_every_step_is_in_the_access_log(site: Running, log: Path) -> None:
    before = len(lines(log))
    Visitor(site).sign_in()
    pages = [(line["portal"], line["page"]) for line in lines(log)[before:]]
    assert pages == [
        ("odyssey", "login"),
        ("idp", "signin"),
        ("idp", "signin-post"),
        ("odyssey", "token"),
        ("odyssey", "login"),
        ("odyssey", "dashboard"),
    ]
