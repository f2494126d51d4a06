"""How other clients reach an org that is served: its address, its secrets, and commands to paste into a shell."""

from __future__ import annotations

import ipaddress
import json
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from toolkit.localorg.embedded import EmbeddedOrg
from toolkit.localorg.tls import write_private

JWT_KEY = "jwt.key"
_QUERY = "SELECT Name, OrganizationType FROM Organization"


@dataclass(frozen=True, slots=True)
class Reach:
    """What a client has to know. The secrets are those of the local org alone; they are worth nothing elsewhere."""

    url: str
    org_id: str
    edition: str
    sandbox: bool
    user_id: str
    username: str
    password: str
    security_token: str
    access_token: str
    client_id: str
    client_secret: str
    refresh_token: str
    jwt_key: Path
    """The private key that signs assertions of client_id; readable by its owner only."""
    ca_file: Path | None
    """The certificate that clients have to trust, with https."""

    @property
    def secure(self) -> bool:
        return self.ca_file is not None

    @property
    def host(self) -> str:
        """host:port; by name with https, because not every client takes a certificate for an address."""
        return self.url.partition("://")[2].replace("127.0.0.1", "localhost")

    def _trusting(self, variable: str, command: str) -> str:
        return f"{variable}={quote(str(self.ca_file))} {command}" if self.ca_file else command

    def commands(self) -> dict[str, str]:
        """One command for a POSIX shell by client (and way to sign in); a client that insists on https only with it."""
        found = {"sf": self._sf(), "sf-jwt": self._sf_jwt(), "jsforce": self._jsforce()}
        found["simple-salesforce"] = self._simple_salesforce()
        if self.secure:
            found |= {"sf-auth-url": self._sf_auth_url(), "cumulusci": self._cumulusci()}
        return found

    def _sf(self) -> str:
        login = f"sf org login access-token --instance-url {quote(self.url)} --no-prompt --alias local"
        return self._trusting("NODE_EXTRA_CA_CERTS", f"SF_ACCESS_TOKEN={quote(self.access_token)} {login}")

    def _sf_jwt(self) -> str:
        login = (
            f"sf org login jwt --client-id {quote(self.client_id)} --jwt-key-file {quote(str(self.jwt_key))} "
            f"--username {quote(self.username)} --instance-url {quote(self.url)} --alias local"
        )
        return self._trusting("NODE_EXTRA_CA_CERTS", login)

    def _sf_auth_url(self) -> str:
        auth_url = quote(f"force://PlatformCLI::{self.refresh_token}@{self.host}")
        login = self._trusting("NODE_EXTRA_CA_CERTS", "sf org login sfdx-url --alias local --sfdx-url-stdin")
        return f"echo {auth_url} | {login}"

    def _jsforce(self) -> str:
        script = (
            'const { Connection } = require("jsforce"); '
            f'const org = new Connection({{ loginUrl: {json.dumps(self.url)}, version: "62.0" }}); '
            f"org.login({json.dumps(self.username)}, {json.dumps(self.password)})"
            f'.then(() => org.query("{_QUERY}"))'
            ".then((found) => console.log(found.records))"
        )
        return self._trusting("NODE_EXTRA_CA_CERTS", f"node -e {quote(script)}")

    def _simple_salesforce(self) -> str:
        """Over http its URLs have to be put right: the library writes https into each of them."""
        known = f'instance_url="{self.url}", session_id="{self.access_token}", version="62.0"'
        lines = ["from simple_salesforce import Salesforce", f"org = Salesforce({known})"]
        if not self.secure:
            lines.append('org.base_url = org.base_url.replace("https:", "http:")')
        lines.append(f'print(org.query("{_QUERY}")["records"])')
        return self._trusting("REQUESTS_CA_BUNDLE", f"python -c {quote('; '.join(lines))}")

    def _cumulusci(self) -> str:
        known = {
            "instance_url": self.url, "access_token": self.access_token, "org_id": self.org_id,
            "id": f"{self.url}/id/{self.org_id}/{self.user_id}", "username": self.username,
            "org_type": self.edition, "is_sandbox": self.sandbox,
        }  # fmt: skip
        settings = "CUMULUSCI_DISABLE_REFRESH=1 CUMULUSCI_KEY=0123456789abcdef"
        task = f"CUMULUSCI_ORG_local={quote(json.dumps(known))} cci task run describe_metadatatypes --org local"
        return self._trusting("REQUESTS_CA_BUNDLE", f"{settings} {task}")


def reach_of(org: EmbeddedOrg, *, secure: bool) -> Reach:
    """How a running org is reached; writes the key for JWT sign-in beside its state."""
    key = (org.state / JWT_KEY).resolve()
    write_private(key, org.jwt_key())
    with org.org.read() as work:
        user_id = work.facts.get("admin_id") or ""
        organization = work.records.get("Organization", org.org_id) or {}
    return Reach(
        edition=str(organization.get("OrganizationType")), sandbox=organization.get("IsSandbox") is True,
        url=org.url, org_id=org.org_id, user_id=user_id, username=org.username, password=org.password,
        security_token=org.security_token,
        access_token=org.access_token, client_id=org.client_id, client_secret=org.client_secret,
        refresh_token=org.refresh_token(), jwt_key=key, ca_file=org.ca_file.resolve() if secure else None,
    )  # fmt: skip


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches the address; a name other than localhost may mean anything."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
