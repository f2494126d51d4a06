"""EmbeddedOrg: a local org for as long as a `with` block lasts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from toolkit.localorg import clients
from toolkit.localorg.faults import parse_all
from toolkit.localorg.model.org import Org
from toolkit.localorg.model.seed import ADMIN
from toolkit.localorg.options import Options, OrgType
from toolkit.localorg.server import LOOPBACK, BackgroundServer, bind, open_org, url_of
from toolkit.localorg.store.facts import Session


class EmbeddedOrg:
    """A context manager that serves the org kept in `state` on loopback.

    The attributes hold inside the `with` block. State stays in the folder, readable by its owner only;
    entering again goes on with it. Raises LocalOrgError when the org cannot start, or is of another org_type.
    """

    def __init__(
        self,
        state: Path,
        *,
        org_type: OrgType | None = None,
        connected_app_creation: bool = False,
        job_delay: float = 0.0,
        host: str = LOOPBACK,
        port: int = 0,
        tls: bool = False,
        faults: Sequence[str] = (),
        fault_seed: int = 0,
    ) -> None:
        """faults are SPECs of toolkit.localorg.faults; LocalOrgError names those that cannot be understood."""
        self.state = state
        self._options = Options(
            org_type=org_type,
            connected_app_creation=connected_app_creation,
            job_delay=job_delay,
            faults=parse_all(faults),
            fault_seed=fault_seed,
        )
        self._address = (host, port)
        self._tls = tls
        self._org: Org | None = None
        self._server: BackgroundServer | None = None
        self.url = ""
        """http://127.0.0.1:port (https with tls), without a slash at the end."""
        self.org_id = ""
        self.access_token = ""
        self.username = ADMIN
        self.password = ""
        self.security_token = ""
        """May stand behind the password in SOAP login() and the password grant, as the platform wants from afar."""
        self.client_id = clients.BUILT_IN
        """The consumer key of the org's own OAuth client: every grant type, jwt-bearer with jwt_key()."""
        self.client_secret = ""

    def __enter__(self) -> Self:
        org = open_org(self.state, self._options)
        try:
            sock = bind(*self._address)
            try:
                self._server = BackgroundServer(org, sock, tls=self._tls, host=self._address[0])
                self._server.start()
            except BaseException:
                sock.close()
                raise
        except BaseException:
            org.close()
            raise
        self._org = org
        self.url = url_of(sock, tls=self._tls)
        with org.read() as work:
            self.org_id = work.org_id
            self.access_token = work.facts.get("access_token") or ""
            self.password = work.facts.get("password") or ""
            self.security_token = work.facts.get("security_token") or ""
            self.client_secret = work.facts.get("consumer_secret") or ""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.stop()
        if self._org is not None:
            self._org.close()
        self._server = self._org = None

    @property
    def org(self) -> Org:
        """The org behind the server, for tests that look at its state."""
        if self._org is None:
            raise RuntimeError("the org is not running")
        return self._org

    @property
    def ca_file(self) -> Path:
        """With tls: the certificate that clients have to trust (REQUESTS_CA_BUNDLE, NODE_EXTRA_CA_CERTS)."""
        return self.state / "tls.crt"

    def jwt_key(self) -> bytes:
        """The PEM private key that signs jwt-bearer assertions of client_id."""
        with self.org.write() as work:
            return clients.make_jwt_key(work)

    def refresh_token(self) -> str:
        """A refresh token of the administrator for the client PlatformCLI."""
        with self.org.write() as work:
            held = work.facts.get("refresh_token")
            if held is None:
                import secrets

                held = "5Aep861" + secrets.token_hex(40)
                work.facts.put("refresh_token", held)
                work.sessions.put(Session(held, work.facts.get("admin_id") or "", clients.CLI, "refresh", 0))
            return held
