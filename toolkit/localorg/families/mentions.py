"""Types without behaviour of their own whose files name other components."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.localorg.families import formulas
from toolkit.localorg.families.base import Incoming, Pointer
from toolkit.localorg.families.generic import Generic, Names

_SITE_PAGES = (
    "authorizationRequiredPage", "bandwidthExceededPage", "changePasswordPage",
    "chatterAnswersForgotPasswordConfirmPage",
    "chatterAnswersForgotPasswordPage", "chatterAnswersHelpPage", "chatterAnswersLoginPage",
    "chatterAnswersRegistrationPage", "fileNotFoundPage", "forgotPasswordPage", "genericErrorPage", "inMaintenancePage",
    "indexPage", "myProfilePage", "selfRegPage",
)  # fmt: skip


class AssignmentRule(Generic):
    names = (Names("ruleEntry/template", "EmailTemplate"),)


class EscalationRule(Generic):
    names = (
        Names("ruleEntry/escalationAction/assignedToTemplate", "EmailTemplate"),
        Names("ruleEntry/escalationAction/notifyToTemplate", "EmailTemplate"),
    )


class EmailTemplate(Generic):
    names = (Names("letterhead", "Letterhead"),)


class CustomSite(Generic):
    names = tuple(Names(page, "ApexPage") for page in _SITE_PAGES)


class Role(Generic):
    names = (Names("parentRole", "Role"),)


class Translations(Generic):
    """The translations of one language; what is translated goes without them."""

    names = (
        Names("customLabels/name", "CustomLabel", holds=False),
        Names("customTabs/name", "CustomTab", holds=False),
    )

    def pointers(self, incoming: Incoming) -> Iterator[Pointer]:
        for pointer in super().pointers(incoming):
            if "__" not in pointer.name:  # of a package
                yield pointer


class CustomMetadata(Generic):
    """A record: its type and the fields that have values."""

    def pointers(self, incoming: Incoming) -> Iterator[Pointer]:
        kind = incoming.full_name.partition(".")[0]
        kind = kind if kind.endswith("__mdt") else f"{kind}__mdt"
        root = incoming.root
        yield Pointer("fullName", "CustomObject", kind, root.line, root.column, holds=False, alone=True)
        for node in root.at("values/field"):
            if formulas.is_custom(name := node.text.strip()):
                yield Pointer("field", "CustomField", f"{kind}.{name}", node.line, node.column, holds=False)


class CustomObjectTranslation(Generic):
    """The translations of an object's own fields."""

    def pointers(self, incoming: Incoming) -> Iterator[Pointer]:
        owner = incoming.full_name.rpartition("-")[0]
        for node in incoming.root.at("fields/name"):
            if formulas.is_custom(name := node.text.strip()):
                yield Pointer("name", "CustomField", f"{owner}.{name}", node.line, node.column, holds=False)
