"""The one function that every text of ours passes before a person, a file or an exception sees it."""

from __future__ import annotations

import re

MASK = "***"
_SHORTEST = 4
"""A secret shorter than this is not looked for: masking it would only mutilate the text."""

_SHAPES: tuple[re.Pattern[str], ...] = (
    re.compile(r"\b00D[A-Za-z0-9]{12,15}!(?P<secret>[A-Za-z0-9._]+)"),  # session id: the org id may stay
    re.compile(r"(?P<secret>\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*)?)"),  # JWT
    re.compile(r"\bBearer\s+(?P<secret>[^\s\"'<,;]+)", re.IGNORECASE),
    re.compile(r"\bBasic\s+(?P<secret>[A-Za-z0-9+/=]{8,})", re.IGNORECASE),
    re.compile(r"<(?:\w+:)?(?:sessionId|password)>(?P<secret>[^<]+)<"),
    re.compile(r"\bforce://(?P<secret>[^@\s]+)@"),
    re.compile(
        r"[\"']?\b(?:access_token|refresh_token|client_secret|consumerSecret|assertion|password|oauth_token)[\"']?"
        r"\s*[=:]\s*[\"']?(?P<secret>[^\s\"'&,}<]+)",
        re.IGNORECASE,
    ),
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
        for secret in secrets:
            self.learn(secret)

    def learn(self, secret: str) -> None:
        """From now on this value is masked wherever it stands; values under four characters are not."""
        if len(secret) >= _SHORTEST:
            self._secrets.add(secret)

    def __call__(self, text: str) -> str:
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, MASK)
        for shape in _SHAPES:
            text = shape.sub(_masked, text)
        return _CONTROL.sub("?", text)
