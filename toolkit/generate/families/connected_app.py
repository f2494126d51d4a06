"""ConnectedApp: only when the configuration asks to create one; an existing app is adopted by the release."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.config.model import AppKind
from toolkit.errors import GenerateError
from toolkit.generate.app_policy import app_policy
from toolkit.generate.family import Context, single
from toolkit.metadata.component import Component


def components(context: Context) -> Iterator[Component]:
    app, name = context.package.app, context.names.connected_app
    if app.kind is not AppKind.CONNECTED_APP or not app.create:
        return
    if app.contact_email is None:
        raise GenerateError.of(
            "a connected app needs a contact e-mail address",
            where=context.project.where("app"),
            mend="set app.contactEmail",
        )
    content = context.xml("connectedapp/app.connectedApp.j2", {"policy": app_policy(context.project)})
    yield single("ConnectedApp", name, f"connectedApps/{name}.connectedApp", content)
