"""Preflight: which org this is, who is signed in, and whether it can take the release at all. Reads only."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import ReleaseError
from toolkit.org.jobs import DeployResult
from toolkit.org.org import Identity, Organization
from toolkit.release.step import Change, Context, Evidence


@dataclass(frozen=True, slots=True)
class PreflightState:
    organization: Organization
    identity: Identity


@dataclass(frozen=True, slots=True)
class Preflight:
    name: str = "preflight"
    title: str = "Preflight"
    check_only: bool = False

    def read(self, ctx: Context) -> PreflightState:
        newest = ctx.org.versions[-1]
        if float(ctx.bundle.api_version) > float(newest):
            where = ctx.project.where("apiVersion") if ctx.project else None
            raise ReleaseError.of(
                f"the metadata has API version {ctx.bundle.api_version}, and the org's newest is {newest}",
                where=where,
                mend=f"set apiVersion to {newest} or lower",
            )
        return PreflightState(ctx.org.organization, ctx.org.identity)

    def diff(self, state: PreflightState) -> tuple[Change, ...]:  # noqa: ARG002  the Protocol's
        return ()

    def apply(self, ctx: Context, state: PreflightState) -> tuple[DeployResult, ...]:  # noqa: ARG002  the Protocol's
        return ()

    def verify(self, ctx: Context, state: PreflightState) -> tuple[Evidence, ...]:
        org, user = state.organization, state.identity
        kind = "sandbox" if org.is_sandbox else "production" if org.is_production else org.kind
        return (
            Evidence(self.name, "org", ok=True, text=f"{org.name}, {org.id} ({kind}) at {ctx.org.url}"),
            Evidence(self.name, "user", ok=True, text=f"{user.username} ({user.user_id})"),
            Evidence(self.name, "API version", ok=True, text=f"{ctx.org.api_version} of up to {ctx.org.versions[-1]}"),
        )
