"""From a path to a component: both formats, every layout, and what is no metadata."""

from __future__ import annotations

import pytest

from toolkit.metadata.paths import classify
from toolkit.metadata.registry import standard

# path, type, full name, part, path in Metadata API format
CASES = [
    ("p/main/default/classes/A/X.cls", "ApexClass", "X", "content", "classes/X.cls"),
    ("p/main/default/classes/X.cls-meta.xml", "ApexClass", "X", "meta", "classes/X.cls-meta.xml"),
    ("p/elsewhere/X.cls-meta.xml", "ApexClass", "X", "meta", "classes/X.cls-meta.xml"),
    ("objects/X__c.object", "CustomObject", "X__c", "parent", "objects/X__c.object"),
    ("p/objects/A/A.object-meta.xml", "CustomObject", "A", "parent", "objects/A.object"),
    ("p/objects/A/fields/F__c.field-meta.xml", "CustomObject", "A", "child", "objects/A.object"),
    ("p/objects/A/indexes/I.indexe-meta.xml", "CustomObject", "A", "child", "objects/A.object"),
    (
        "p/objectTranslations/A-fr/F.fieldTranslation-meta.xml",
        "CustomObjectTranslation",
        "A-fr",
        "child",
        "objectTranslations/A-fr.objectTranslation",
    ),
    ("p/bots/B/v1.botVersion-meta.xml", "Bot", "B", "child", "bots/B.bot"),
    ("p/lwc/x/x.js-meta.xml", "LightningComponentBundle", "x", "meta", "lwc/x/x.js-meta.xml"),
    ("p/lwc/group/lwc/x/x.js", "LightningComponentBundle", "x", "content", "lwc/x/x.js"),
    ("aura/main/default/aura/X/X.cmp", "AuraDefinitionBundle", "X", "content", "aura/X/X.cmp"),
    ("p/staticresources/A.resource-meta.xml", "StaticResource", "A", "meta", "staticresources/A.resource-meta.xml"),
    ("p/staticresources/A/lwc/x.js", "StaticResource", "A", "content", "staticresources/A.resource"),
    ("p/staticresources/A.min.js", "StaticResource", "A", "content", "staticresources/A.resource"),
    ("reports/Sales-meta.xml", "ReportFolder", "Sales", "self", "reports/Sales-meta.xml"),
    ("p/reports/Sales.reportFolder-meta.xml", "ReportFolder", "Sales", "self", "reports/Sales-meta.xml"),
    ("p/reports/Sales/B.reportFolder-meta.xml", "ReportFolder", "Sales/B", "self", "reports/Sales/B-meta.xml"),
    ("p/reports/Sales/B/R.report-meta.xml", "Report", "Sales/B/R", "self", "reports/Sales/B/R.report"),
    ("p/documents/F/a.pdf", "Document", "F/a", "content", "documents/F/a.pdf"),
    ("p/documents/F/a.document-meta.xml", "Document", "F/a", "meta", ""),
    ("documents/F/a.pdf-meta.xml", "Document", "F/a", "meta", "documents/F/a.pdf-meta.xml"),
    ("p/documents/F.documentFolder-meta.xml", "DocumentFolder", "F", "self", "documents/F-meta.xml"),
    ("p/email/F/T.email", "EmailTemplate", "F/T", "content", "email/F/T.email"),
    (
        "p/territory2Models/M/territories/T.territory2-meta.xml",
        "Territory2",
        "M.T",
        "self",
        "territory2Models/M/territories/T.territory2",
    ),
    ("p/sites/S.site-meta.xml", "CustomSite", "S", "self", "sites/S.site"),
    ("p/siteDotComSites/S.site", "SiteDotCom", "S", "content", "siteDotComSites/S.site"),
    (
        "p/digitalExperiences/site/X/sfdc_cms__view/home/_meta.json",
        "DigitalExperienceBundle",
        "site/X",
        "content",
        "digitalExperiences/site/X/sfdc_cms__view/home/_meta.json",
    ),
    ("p/experiences/X/views/v.json", "ExperienceBundle", "X", "content", "experiences/X/views/v.json"),
    ("p/labels/Mine.labels-meta.xml", "CustomLabels", "CustomLabels", "parent", "labels/CustomLabels.labels"),
    ("p/settings/Security.settings-meta.xml", "Settings", "Security", "self", "settings/Security.settings"),
    ("p/quickActions/A.New.quickAction-meta.xml", "QuickAction", "A.New", "self", "quickActions/A.New.quickAction"),
    ("p/moderation/x.rule-meta.xml", "ModerationRule", "x", "self", "moderation/x.rule"),
    ("p/restrictionRules/x.rule-meta.xml", "RestrictionRule", "x", "self", "restrictionRules/x.rule"),
    ("p/weblinks/x.custompageweblink-meta.xml", "CustomPageWebLink", "x", "self", "weblinks/x.weblink"),
    ("p/layouts/A-B %28C%29.layout-meta.xml", "Layout", "A-B %28C%29", "self", "layouts/A-B %28C%29.layout"),
]


@pytest.mark.parametrize(("path", "type_name", "full_name", "part", "target"), CASES, ids=[c[0] for c in CASES])
def test_what_a_file_is(path: str, type_name: str, full_name: str, part: str, target: str) -> None:
    role = classify(path)
    assert role is not None
    assert (role.type.name, role.full_name, role.part, role.target) == (type_name, full_name, part, target)


@pytest.mark.parametrize(
    "path",
    [
        "README.md",
        "p/lwc/jsconfig.json",
        "p/main/default/x.tab",
        "p/objects/A/classes.txt",
        "p/x.object-meta.xml",
        "p/fields/F__c.field-meta.xml",
        "p/tabs/.tab",
        "package.xml",
    ],
)
def test_what_is_no_metadata(path: str) -> None:
    assert classify(path) is None


def test_a_child_is_named_by_its_file() -> None:
    role = classify("p/objects/A/fields/F__c.field-meta.xml")
    assert role is not None
    assert role.child is not None
    assert (role.child.name, role.child_name) == ("CustomField", "F__c")


def test_presets_have_paths_of_their_own() -> None:
    registry = standard().with_presets(["decomposeWorkflowBeta", "decomposeCustomLabelsBeta2"])
    alert = classify("p/workflows/Case/workflowAlerts/A.workflowAlert-meta.xml", registry)
    assert alert is not None
    assert (alert.full_name, alert.part, alert.target) == ("Case", "child", "workflows/Case.workflow")
    label = classify("p/labels/A.label-meta.xml", registry)
    assert label is not None
    assert (label.full_name, label.part, label.child_name) == ("CustomLabels", "child", "A")
    assert classify("p/workflows/Case/workflowAlerts/A.workflowAlert-meta.xml") is None
