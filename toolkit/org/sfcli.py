"""Borrowing the access token of an org that the Salesforce CLI is signed in to.

From 2.136.8 on `sf org auth show-access-token` shows it and `sf org display` no longer does, so the new command is
tried first. The CLI keeps its own files encrypted in ways of its own; they are not read.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from toolkit.errors import AuthError
from toolkit.org.http import origin_of
from toolkit.org.net import Net
from toolkit.org.signin import Signed
from toolkit.org.values import Json, as_map, as_text

SECONDS = 120.0
"""How long one call of the CLI may take; a cold start with plug-ins takes many seconds."""

_TOO_LONG = 1 << 20


@dataclass(frozen=True, slots=True)
class SfCli:
    """An org by the username or alias that the CLI knows it under; env is the environment that the CLI is given."""

    kind: ClassVar[str] = "sf_cli"
    name: str
    env: Mapping[str, str] = field(repr=False)
    program: str = "sf"

    def sign_in(self, net: Net) -> Signed:
        found = shutil.which(self.program, path=self.env.get("PATH"))
        if found is None:
            raise AuthError.of(
                f"the Salesforce CLI ({self.program}) is not installed, or not on PATH",
                mend="install it, or choose another kind of sign-in for this target",
            )
        shown = self._ask(found, "org", "display", net=net)
        url = as_text(shown.get("instanceUrl"))
        token = as_text(self._ask(found, "org", "auth", "show-access-token", net=net).get("accessToken"))
        token = token or as_text(shown.get("accessToken"))
        if not url:
            raise AuthError.of(
                f"the Salesforce CLI is not signed in to {self.name}",
                mend=f"run `sf org login web --alias {self.name}`",
            )
        if not token or not _is_token(token):
            raise AuthError.of(
                f"the Salesforce CLI shows no access token of {self.name}",
                mend="update the CLI, or sign in with it again",
            )
        net.redact.learn(token)
        return Signed(origin_of(url), token)

    def _ask(self, program: str, *words: str, net: Net) -> dict[str, Json]:
        """The `result` of a command with --json; empty when the command fails or is not known."""
        command = [program, *words, "--target-org", self.name, "--json"]
        if words[-1] == "show-access-token":
            command.append("--no-prompt")
        env = {**self.env, "NO_COLOR": "1", "FORCE_COLOR": "0", "SF_AUTOUPDATE_DISABLE": "true"}
        try:
            ended = subprocess.run(  # noqa: S603  the user's own CLI, without a shell
                command, env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            raise AuthError.of(
                f"the Salesforce CLI did not answer within {SECONDS:g} s",
                mend=f"run `{' '.join(command[1:4])}` by hand",
            ) from None
        except OSError as error:
            raise AuthError.of(f"the Salesforce CLI cannot be run: {error.strerror}", mend="check its path") from None
        try:
            answer: Json = json.loads(ended.stdout[:_TOO_LONG])
        except ValueError:
            return {}
        data = as_map(answer)
        net.redact.learn(as_text(as_map(data.get("result")).get("accessToken")) or "")
        return as_map(data.get("result")) if ended.returncode == 0 else {}


def _is_token(text: str) -> bool:
    """Newer versions write a sentence in the token's place."""
    return not any(character.isspace() for character in text) and ("!" in text or text.startswith("eyJ"))
