"""Takes secrets out of text that is kept: passwords, tokens, cookies, session ids."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from urllib.parse import quote, quote_plus

GONE = "***"

_NAME = (
    r"[\w.:\-]*(?:password|passwd|pwd|passphrase|secret|token|wresult|wctx|csrf|xsrf|nonce|viewstate|sessionid|session_id|"
    r"jsessionid|fedauth|api_?key|authorization|signature|samlresponse|samlrequest|credential|assertion|cookie)[\w.\-]*"
)
_INPUT = re.compile(r"<(?:input|meta|button|param)\b[^>]*>", re.I | re.S)
_SECRET_TAG = re.compile(
    rf"\btype\s*=\s*[\"']?password\b|\b(?:name|id|property|http-equiv)\s*=\s*[\"']?{_NAME}[\"'\s/>]",
    re.I,
)
_VALUE = re.compile(r"(\s(?:value|content)\s*=\s*)(\"[^\"]*\"|'[^']*'|[^\s>]+)", re.I)
_TEXTAREA = re.compile(
    rf"(<textarea\b[^>]*\bname\s*=\s*[\"']?{_NAME}[^>]*>)(.*?)(</textarea>)", re.I | re.S
)
_PAIR = re.compile(rf"([?&;\s\"'(]|&amp;)({_NAME})=([^&;?\s\"'<>)]+)", re.I)
_JSON = re.compile(rf"([\"']{_NAME}[\"']\s*:\s*)(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')", re.I)
_ASSIGNED = re.compile(rf"(\b{_NAME}\s*=\s*)(\"[^\"]{{6,}}\"|'[^']{{6,}}')", re.I)
_HEADER = re.compile(r"\b((?:set-)?cookie|authorization)\s*:[^\r\n<]*", re.I)
_QUERY = re.compile(rf"([?&]|&amp;)({_NAME})=([^&;?\s\"'<>)]+)", re.I)
_SCRIPT = re.compile(r"(<script\b[^>]*>)(.*?)(</script>)", re.I | re.S)
_USER_INFO = re.compile(r"(\bhttps?://)[^/\s@\"'<>]+:[^/\s@\"'<>]+@", re.I)


def _blank(tag: re.Match[str]) -> str:
    text = tag.group(0)
    return _VALUE.sub(rf'\1"{GONE}"', text) if _SECRET_TAG.search(text) else text


def scrub(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without what looks like a secret, and without ``secrets`` themselves in any of their
    usual spellings.

    Values of password fields and of fields, query parameters, JSON members and cookies with telling
    names go; names stay."""
    text = _INPUT.sub(_blank, text)
    text = _TEXTAREA.sub(rf"\1{GONE}\3", text)
    text = _HEADER.sub(rf"\1: {GONE}", text)
    text = _USER_INFO.sub(rf"\1{GONE}@", text)
    text = _JSON.sub(rf'\1"{GONE}"', text)
    text = _PAIR.sub(rf"\1\2={GONE}", text)
    text = _ASSIGNED.sub(rf'\1"{GONE}"', text)
    return _without(text, secrets)


def scrub_page(text: str, secrets: Iterable[str] = ()) -> str:
    """A page, or a service's JSON, that a parser will read again: without secrets, and the words
    that it shows unchanged.

    Values of password fields and of fields, addresses' parameters, scripts' variables and JSON
    members with telling names go; and ``secrets`` as in `scrub`."""
    if text.lstrip()[:1] in ("{", "["):
        return _without(_JSON.sub(rf'\1"{GONE}"', text), secrets)
    text = _INPUT.sub(_blank, text)
    text = _TEXTAREA.sub(rf"\1{GONE}\3", text)
    text = _USER_INFO.sub(rf"\1{GONE}@", text)
    text = _QUERY.sub(rf"\1\2={GONE}", text)
    return _without(_SCRIPT.sub(_blank_script, text), secrets)


def _blank_script(script: re.Match[str]) -> str:
    start, code, end = script.groups()
    return start + _ASSIGNED.sub(rf'\1"{GONE}"', _JSON.sub(rf'\1"{GONE}"', code)) + end


def _without(text: str, secrets: Iterable[str]) -> str:
    for secret in sorted({secret for secret in secrets if secret}, key=len, reverse=True):
        spellings = {
            secret,
            quote(secret, safe=""),
            quote_plus(secret),
            escape(secret, quote=False),
            escape(secret),
        }
        spellings.add(secret.replace("&", "&amp;").replace("<", "&lt;"))
        for spelling in sorted(spellings, key=len, reverse=True):
            text = text.replace(spelling, GONE)
    return text
