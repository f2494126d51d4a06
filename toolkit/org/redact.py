"""What every text of ours passes before a person, a file or an exception sees it: no credential gets through."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape, quoteattr

MASK = "***"
_SHORTEST = 4
"""A secret shorter than this is not looked for: masking it would only mutilate the text."""
_LINE = 16
"""A line of a secret that has several (a key in PEM form) is a secret of its own when it is as long as this."""

_NAMES = (
    "access_token|refresh_token|id_token|client_secret|consumerSecret|assertion|password|oauth_token|code_verifier|"
    "security_token|securityToken|sid"
)
_SHAPES: tuple[re.Pattern[str], ...] = (
    re.compile(r"\b00D[A-Za-z0-9]{12,15}(?:!|%21)(?P<secret>[A-Za-z0-9._]+)"),  # session id: the org id may stay
    re.compile(r"(?P<secret>\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*)?)"),  # JWT
    re.compile(r"\bBearer\s+(?P<secret>(?=[^\s\"'<,;\\]*[^a-z\s\"'<,;\\])[^\s\"'<,;\\]+)", re.IGNORECASE),
    re.compile(r"\bBasic\s+(?P<secret>[A-Za-z0-9+/=]{8,})", re.IGNORECASE),
    re.compile(r"<(?:\w+:)?(?:sessionId|password)>(?P<secret>[^<\"]+)<"),
    re.compile(r"\bforce://(?P<secret>[^@\s\"'<\\]+)@"),
    # of JSON the text alone: null and numbers stay, so that the document stays one
    re.compile(rf"\"(?:{_NAMES})\"\s*:\s*\"(?P<secret>(?:[^\"\\]|\\.)+)\"", re.IGNORECASE),
    re.compile(rf"(?<![\"\w])(?:{_NAMES})\s*[=:]\s*(?P<secret>[^\s\"'&,}}<\\]+)", re.IGNORECASE),
    re.compile(rf"(?<![\"\w])(?:{_NAMES})\s*[=:]\s*(?P<q>[\"'])(?P<secret>\w[^\s\"'\\]*)(?P=q)", re.IGNORECASE),
    re.compile(r"(?P<secret>-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z))", re.DOTALL),
)

# what an org says may not steer a terminal
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def _masked(match: re.Match[str]) -> str:
    start, end = match.span("secret")
    return match.string[match.start() : start] + MASK + match.string[end : match.end()]


class Redactor:
    """Masks what looks like a credential, and every secret it has been told of, in a text; also control characters."""

    def __init__(self, *secrets: str) -> None:
        self._secrets: set[str] = set()
        self._longest_first: tuple[str, ...] = ()
        for secret in secrets:
            self.learn(secret)

    @property
    def knows(self) -> bool:
        """Whether it has been told of a secret."""
        return bool(self._secrets)

    def learn(self, secret: str) -> None:
        """From now on this value is masked wherever it stands, also as JSON, XML, a URL or base64 would write it.

        Values under four characters are not.
        """
        if len(secret) < _SHORTEST or secret in self._secrets:
            return
        self._secrets.update(form for form in _forms(secret) if len(form) >= _SHORTEST)
        self._longest_first = tuple(sorted(self._secrets, key=lambda one: (-len(one), one)))

    def mask(self, text: str) -> str:
        """The text without credentials, everything else as it is."""
        for secret in self._longest_first:
            if secret in text:
                text = text.replace(secret, MASK)
        for shape in _SHAPES:
            text = shape.sub(_masked, text)
        return text

    def __call__(self, text: str) -> str:
        return _CONTROL.sub("?", self.mask(text))


def _forms(secret: str) -> Iterator[str]:
    """A secret as it is and as other notations write it."""
    yield secret
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield escape(secret)
    yield quoteattr(secret)[1:-1]
    yield quote(secret, safe="", errors="replace")
    yield quote_plus(secret, errors="replace")
    yield base64.b64encode(secret.encode(errors="replace")).decode()
    lines = secret.splitlines()
    if len(lines) > 1:
        yield from (line for line in lines if len(line) >= _LINE and not line.startswith("-----"))
