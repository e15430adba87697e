"""How the value of a named field is replaced: of a posted field, a query parameter, an input
element, or a key of a JSON response."""

from __future__ import annotations

import re

from replay.anonymize.vocabulary import words_of

_SECRET = re.compile(
    r"passw|token|secret|wresult|wctx|csrf|xsrf|nonce|viewstate|session_?id|jsessionid|fedauth"
    r"|signature|saml|captcha-response|^username$|e-?mail",
    re.I,
)
REMOVED = "***"
_NAMES = re.compile(
    r"(?:name(?:last|first|mid(?:dle)?)?|nick_?name|partyname|defendant\w*|formattedname|style"
    r"|searchcriteria|searchvalue|judge\w*|judicialofficer|attorney\w*|appearby|payer|createdby"
    r"|enteredby|officer\w*|victim\w*|witness\w*|filedby|filedagainst)$",
    re.I,
)
_PRODUCT_NAMES = frozenset(
    {"nodename", "locationname", "typename", "courtname", "filename", "portletname"}
)
_KEPT = words_of(
    "flow_action quantity currentstart searchtype identifierbox releaseda releasedb start "
    "systemuser_includereleasedinmate systemuser_includereleasedinmate2 mode tabindex p $top "
    "$skip isauthenticated search imagenumber imgnumber type @odata.type @odata.context word "
    "codeid nodeid currchargenum chargenumber degree statute fineamount count skipped top skip "
    "casecategorykey addresstype activesettingscount documentcount hearingtime total "
    "caseresultcount pagesize page balance charges payments credits chgamt payamt creditamt "
    "amount casecategory categorykey state gender captchaenabled captchadisabledforauthenticated "
    "defaultlocation disablewildcardcaseorcitationnum performsoundslikesearchbydefault"
)
_KEPT_ENDS = ("-sort", "-page", "-group", "-filter", "-pagesize")
_BIRTH = re.compile(r"birth|^dob|\bdob\b|dob(?:from|to)?$", re.I)
_ADDRESS = re.compile(r"addressline\d|^city$|postalcode|^address\w*$|^street", re.I)
_ID = re.compile(
    r"(?:id|key|number|num|identifier|identifiervalue|eid|uid)$|^(?:id|key|eid|_)$"
    r"|receiptnum|bookingnumber|ordernumber",
    re.I,
)
_FREE = re.compile(r"comment|remark|note", re.I)
_CRITERIA_KEPT = re.compile(
    r"^(?:settings\.|casecriteria\.(?:searchby|searchcases|usesoundex|courtlocation|advanced|gender"
    r"|race|casetype|casestatus))",
    re.I,
)


def mode_of(name: str, parents: tuple[str, ...] = ()) -> str:
    """How the field's value is replaced: ``remove``, ``keep``, ``name``, ``birth``, ``address``,
    ``id`` or ``text``.

    ``parents`` are the keys around a JSON value: a judge's name is the ``Description`` under
    ``JudgeId``."""
    bare = name.strip().lower()
    last = bare.rpartition(".")[2]
    if _SECRET.search(bare):
        return "remove"
    if _CRITERIA_KEPT.match(bare) or bare in _KEPT or last in _KEPT or bare.endswith(_KEPT_ENDS):
        return "keep"
    if _BIRTH.search(last):
        return "birth"
    if last == "description" and parents and _NAMES.search(re.sub("(?i)id$", "", parents[-1])):
        return "name"
    if last not in _PRODUCT_NAMES and _NAMES.search(last) and not last.endswith("typeid"):
        return "name"
    if _ADDRESS.search(last):
        return "address"
    return "id" if _ID.search(last) and not _FREE.search(last) else "text"
