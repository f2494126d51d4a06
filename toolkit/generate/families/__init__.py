"""The metadata families, in the order in which a reader of the generated project meets them."""

from __future__ import annotations

from toolkit.generate.families import (
    apex,
    application,
    certificate,
    connected_app,
    custom_permissions,
    external_client_app,
    permission_sets,
    setting,
    tabs,
    trusted_url,
    visualforce,
)
from toolkit.generate.family import Family

FAMILIES: tuple[Family, ...] = (
    certificate,
    setting,
    custom_permissions,
    apex,
    visualforce,
    tabs,
    application,
    permission_sets,
    external_client_app,
    connected_app,
    trusted_url,
)
