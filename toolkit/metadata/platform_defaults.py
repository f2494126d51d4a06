"""What a retrieved component holds although nobody wrote it, and which parts of a type a deploy leaves alone.

The one table that the comparison of two components knows the platform by. Paths name elements from below
the document's root, without the keys of lists: "fields/externalId". Facts: the Metadata API Developer Guide's
page of each type; marked otherwise where it comes from retrieved files.

A boolean that is false and an element without content count as left out everywhere: the platform writes them
in one release and drops them in another.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

ANY = "*"
"""Whatever the org has: a value that it makes up itself, or that is never handed out."""

ADDED: Mapping[str, Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "ApexClass": {"status": frozenset({"Active"})},
        "ApexTrigger": {"status": frozenset({"Active"})},
        "ApexComponent": {"apiVersion": frozenset({ANY})},
        "Certificate": {
            # chosen by the org for a self-signed certificate
            "expirationDate": frozenset({ANY}),
            "keySize": frozenset({"2048"}),
        },
        "ConnectedApp": {"attributes": frozenset({ANY})},
        "CspTrustedSite": {"context": frozenset({"All"})},
        "CustomApplication": {
            "defaultLandingTab": frozenset({"standard-home"}),
            "formFactors": frozenset({"Large"}),
            "navType": frozenset({"Standard"}),
            "setupExperience": frozenset({"all"}),
            "uiType": frozenset({"Aloha"}),
            "workspaceConfig/mappings": frozenset({ANY}),
        },
        "CustomObject": {
            # counted in the retrieved files of some 25 orgs
            "fields/deleteConstraint": frozenset({"SetNull"}),
            "fields/fieldManageability": frozenset({"DeveloperControlled"}),
            "fields/formulaTreatBlanksAs": frozenset({"BlankAsZero"}),
            "fields/relationshipOrder": frozenset({"0"}),
            "fields/visibleLines": frozenset({"3"}),
        },
        "CustomSite": {
            "clickjackProtectionLevel": frozenset({"SameOriginOnly"}),
            "enableAuraRequests": frozenset({"true"}),
        },
        "Dashboard": {"dashboardType": frozenset({"SpecifiedUser"})},
        "ExternalClientApplication": {
            "distributionState": frozenset({"Local"}),
            "managedType": frozenset({"Local"}),
        },
        "ExtlClntAppConfigurablePolicies": {"startPage": frozenset({"None"})},
        "FlexiPage": {"parentFlexiPage": frozenset({ANY})},
        # of flows and of the next three: counted in retrieved files, too
        "Flow": {
            "loops/iterationOrder": frozenset({"Asc"}),
            "screens/allowBack": frozenset({"true"}),
            "screens/allowFinish": frozenset({"true"}),
            "screens/allowPause": frozenset({"true"}),
            "screens/showFooter": frozenset({"true"}),
            "screens/showHeader": frozenset({"true"}),
            "status": frozenset({"Draft"}),
        },
        "Group": {"doesIncludeBosses": frozenset({"true"})},
        # what the org works out by itself and says in a retrieve
        "PermissionSetGroup": {"status": frozenset({ANY})},
        "Role": {
            "caseAccessLevel": frozenset({"None"}),
            "contactAccessLevel": frozenset({"None"}),
            "opportunityAccessLevel": frozenset({"None"}),
        },
        "StaticResource": {"cacheControl": frozenset({"Private"})},
        "Workflow": {"alerts/senderType": frozenset({"CurrentUser"})},
    }
)

ORGS_OWN: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        # values that mean something in one org alone, or are never handed out: they are not compared
        "Certificate": frozenset({"expirationDate"}),  # the org chooses it
        "ConnectedApp": frozenset({"oauthConfig/consumerKey", "oauthConfig/consumerSecret"}),
        "ExternalClientApplication": frozenset({"orgScopedExternalApp"}),  # org id and app name (retrieved files)
        "ExtlClntAppGlobalOauthSettings": frozenset({"consumerKey", "consumerSecret"}),
        "ExtlClntAppOauthSettings": frozenset({"oauthLink"}),  # org id and record id (retrieved files)
    }
)

# what the file does not name stays in the org as it is
MERGED: frozenset[str] = frozenset(
    {
        "AssignmentRules",
        "AutoResponseRules",
        "CustomLabels",
        "CustomObject",
        "CustomObjectTranslation",
        "EscalationRules",
        # our release writes the record back with what the org had in it (release/steps/external_client_app.py)
        "ExtlClntAppConfigurablePolicies",
        "ExtlClntAppOauthConfigurablePolicies",
        "MatchingRules",
        "Profile",
        "Settings",
        "SharingRules",
        "Translations",
        "Workflow",
    }
)

ORDERED: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        # lists whose order a user sees
        "CustomApplication": frozenset({"tabs"}),
        "CustomObject": frozenset(
            {
                "fields/valueSet/valueSetDefinition/value",
                "compactLayouts/fields",
                "fieldSets/displayedFields",
                "listViews/columns",
                "searchLayouts/searchResultsAdditionalFields",
                "searchLayouts/lookupDialogsAdditionalFields",
                "searchLayouts/customTabListAdditionalFields",
            }
        ),
        "CustomField": frozenset({"valueSet/valueSetDefinition/value"}),
        "CompactLayout": frozenset({"fields"}),
        "FieldSet": frozenset({"displayedFields"}),
        "ListView": frozenset({"columns"}),
        "GlobalValueSet": frozenset({"customValue"}),
        "StandardValueSet": frozenset({"standardValue"}),
        "FlexiPage": frozenset(
            {
                "flexiPageRegions/itemInstances",
                "flexiPageRegions/itemInstances/componentInstance/componentInstanceProperties/valueList/valueListItems",
            }
        ),
        "Layout": frozenset(
            {
                "layoutSections",
                "layoutSections/layoutColumns",
                "layoutSections/layoutColumns/layoutItems",
                "relatedLists",
                "relatedLists/fields",
                "quickActionList/quickActionListItems",
                "platformActionList/platformActionListItems",
                "miniLayout/fields",
            }
        ),
        "QuickAction": frozenset(
            {
                "quickActionLayout/quickActionLayoutColumns/quickActionLayoutItems",
                "quickActionLayout/quickActionLayoutColumns",
            }
        ),
    }
)

FALSE_IS_ABSENT: frozenset[str] = frozenset({"PermissionSet", "Profile", "MutingPermissionSet"})
"""Types whose lists lose the entries that grant nothing when they are retrieved."""

CONTENT_OF_THE_ORG: frozenset[str] = frozenset({"Certificate"})
"""Types whose empty content file asks the org to make the content: then what it made is no difference."""
