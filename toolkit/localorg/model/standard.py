"""The standard objects of a small Developer Edition, as compact tables (Object Reference, public).

A field is `Name:type`, followed by
    (n) length or (p.s) precision and scale,  ! required,  ~ read-only,  = default,
    >Object[|Object]:ChildRelationship/Relationship  what it refers to, both names optional.
The audit fields every object has are added by AUDIT. An object marked `open` has more standard fields
on the platform than are listed here.
"""

# ruff: noqa: E501  the tables have one object a line

from __future__ import annotations

import re
from functools import cache

from toolkit.localorg.model.fields import Field, SObject, by_name
from toolkit.localorg.model.user_permissions import fields as permissions

_FIELD = re.compile(
    r"(?P<name>\w+):(?P<type>\w+)(?:\((?P<size>[\d.]+)\))?(?P<flags>[!~]*)(?:=(?P<default>[^\s>]+))?"
    r"(?:>(?P<to>[\w|]+)(?::(?P<child>\w*))?(?:/(?P<relationship>\w+))?)?\Z"
)
_LENGTHS = {"string": 255, "textarea": 255, "email": 80, "phone": 40, "url": 255, "picklist": 255, "id": 18}
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_PLURALS = {"Opportunity": "Opportunities", "Entity": "Entities"}

AUDIT = (
    "CreatedDate:datetime~ CreatedById:reference~>User:/CreatedBy LastModifiedDate:datetime~ "
    "LastModifiedById:reference~>User:/LastModifiedBy SystemModstamp:datetime~"
)
_ADDRESS = "{0}Street:textarea {0}City:string(40) {0}State:string(80) {0}PostalCode:string(20) {0}Country:string(80)"
_OWNED = "OwnerId:reference>User:/Owner IsDeleted:boolean~=false"

# name, key prefix, flags, fields
_TABLE: tuple[tuple[str, str, str, str], ...] = (
    ("Account", "001", "open", f"Name:string(255)! Type:picklist ParentId:reference>Account:ChildAccounts {_ADDRESS.format('Billing')} {_ADDRESS.format('Shipping')} Phone:phone Fax:phone AccountNumber:string(40) Website:url Sic:string(20) Industry:picklist AnnualRevenue:currency(18.0) NumberOfEmployees:int Ownership:picklist TickerSymbol:string(20) Description:textarea(32000) Rating:picklist Site:string(80) AccountSource:picklist RecordTypeId:reference>RecordType LastActivityDate:date~ {_OWNED}"),
    ("Contact", "003", "open", f"AccountId:reference>Account:Contacts LastName:string(80)! FirstName:string(40) Salutation:picklist(40) Name:string(121)~ {_ADDRESS.format('Mailing')} {_ADDRESS.format('Other')} Phone:phone Fax:phone MobilePhone:phone HomePhone:phone OtherPhone:phone AssistantPhone:phone ReportsToId:reference>Contact:/ReportsTo Email:email Title:string(128) Department:string(80) AssistantName:string(40) LeadSource:picklist Birthdate:date Description:textarea(32000) HasOptedOutOfEmail:boolean=false DoNotCall:boolean=false RecordTypeId:reference>RecordType LastActivityDate:date~ IndividualId:reference>Individual {_OWNED}"),
    ("Lead", "00Q", "open", f"LastName:string(80)! FirstName:string(40) Salutation:picklist(40) Name:string(121)~ Title:string(128) Company:string(255)! Street:textarea City:string(40) State:string(80) PostalCode:string(20) Country:string(80) Phone:phone MobilePhone:phone Fax:phone Email:email Website:url Description:textarea(32000) LeadSource:picklist Status:picklist=Open Industry:picklist Rating:picklist AnnualRevenue:currency(18.0) NumberOfEmployees:int IsConverted:boolean~=false ConvertedAccountId:reference~>Account ConvertedContactId:reference~>Contact ConvertedOpportunityId:reference~>Opportunity HasOptedOutOfEmail:boolean=false DoNotCall:boolean=false RecordTypeId:reference>RecordType {_OWNED}"),
    ("Case", "500", "open", f"CaseNumber:string(30)~ ContactId:reference>Contact:Cases AccountId:reference>Account:Cases ParentId:reference>Case:Cases SuppliedName:string(80) SuppliedEmail:email SuppliedPhone:string(40) SuppliedCompany:string(80) Type:picklist Status:picklist=New Reason:picklist Origin:picklist Subject:string(255) Priority:picklist=Medium Description:textarea(32000) IsClosed:boolean~=false ClosedDate:datetime~ IsEscalated:boolean=false ContactPhone:phone~ ContactMobile:phone~ ContactEmail:email~ ContactFax:phone~ Comments:textarea(4000) AssetId:reference>Asset:Cases EntitlementId:reference>Entitlement:Cases RecordTypeId:reference>RecordType BusinessHoursId:reference>BusinessHours {_OWNED}"),
    ("Opportunity", "006", "open", f"AccountId:reference>Account:Opportunities Name:string(120)! Description:textarea(32000) StageName:picklist! Amount:currency(18.2) Probability:percent(3.0) ExpectedRevenue:currency~(18.2) TotalOpportunityQuantity:double(18.2) CloseDate:date! Type:picklist NextStep:string(255) LeadSource:picklist IsClosed:boolean~=false IsWon:boolean~=false ForecastCategoryName:picklist CampaignId:reference>Campaign:Opportunities Pricebook2Id:reference>Pricebook2 ContactId:reference>Contact:Opportunities IsPrivate:boolean=false RecordTypeId:reference>RecordType {_OWNED}".replace("currency~(18.2)", "currency(18.2)~")),
    ("Campaign", "701", "open", f"Name:string(80)! ParentId:reference>Campaign:ChildCampaigns Type:picklist Status:picklist StartDate:date EndDate:date ExpectedRevenue:currency(18.0) BudgetedCost:currency(18.0) ActualCost:currency(18.0) IsActive:boolean=false Description:textarea(32000) RecordTypeId:reference>RecordType CampaignMemberRecordTypeId:reference>RecordType {_OWNED}"),
    ("CampaignMember", "00v", "open", "CampaignId:reference!>Campaign:CampaignMembers LeadId:reference>Lead:CampaignMembers ContactId:reference>Contact:CampaignMembers Status:picklist HasResponded:boolean~=false"),
    ("Task", "00T", "open", f"WhoId:reference>Contact|Lead:Tasks WhatId:reference>Account|Opportunity|Case|Campaign:Tasks Subject:string(255) ActivityDate:date Status:picklist=Not_Started Priority:picklist=Normal Description:textarea(32000) Type:picklist IsClosed:boolean~=false CallType:picklist CallDurationInSeconds:int AccountId:reference~>Account TaskSubtype:picklist RecordTypeId:reference>RecordType {_OWNED}"),
    ("Event", "00U", "open", f"WhoId:reference>Contact|Lead:Events WhatId:reference>Account|Opportunity|Case|Campaign:Events Subject:string(255) Location:string(255) IsAllDayEvent:boolean=false ActivityDateTime:datetime ActivityDate:date StartDateTime:datetime EndDateTime:datetime DurationInMinutes:int Description:textarea(32000) AccountId:reference~>Account Type:picklist ShowAs:picklist RecordTypeId:reference>RecordType {_OWNED}"),
    ("Product2", "01t", "open", "Name:string(255)! ProductCode:string(255) Description:textarea(4000) IsActive:boolean=false Family:picklist QuantityUnitOfMeasure:picklist StockKeepingUnit:string(180) IsDeleted:boolean~=false RecordTypeId:reference>RecordType"),
    ("Pricebook2", "01s", "open", "Name:string(255)! IsActive:boolean=false Description:string(255) IsStandard:boolean~=false IsDeleted:boolean~=false"),
    ("PricebookEntry", "01u", "open", "Name:string(255)~ Pricebook2Id:reference!>Pricebook2:PricebookEntries Product2Id:reference!>Product2:PricebookEntries UnitPrice:currency(18.2)! IsActive:boolean=false UseStandardPrice:boolean=false ProductCode:string(255)~"),
    ("OpportunityLineItem", "00k", "open", "OpportunityId:reference!>Opportunity:OpportunityLineItems PricebookEntryId:reference>PricebookEntry Product2Id:reference>Product2 Quantity:double(12.2) TotalPrice:currency(18.2) UnitPrice:currency(18.2) Discount:percent(3.2) ListPrice:currency(18.2)~ ServiceDate:date Description:string(255)"),
    ("OpportunityContactRole", "00K", "open", "OpportunityId:reference!>Opportunity:OpportunityContactRoles ContactId:reference!>Contact:OpportunityContactRoles Role:picklist IsPrimary:boolean=false"),
    ("AccountContactRole", "02Z", "open", "AccountId:reference!>Account:AccountContactRoles ContactId:reference!>Contact:AccountContactRoles Role:picklist IsPrimary:boolean=false"),
    ("Contract", "800", "open", f"AccountId:reference!>Account:Contracts ContractNumber:string(30)~ StartDate:date EndDate:date~ ContractTerm:int Status:picklist=Draft Description:textarea(32000) SpecialTerms:textarea(4000) {_OWNED}"),
    ("Order", "801", "open", f"AccountId:reference!>Account:Orders ContractId:reference>Contract:Orders OrderNumber:string(30)~ EffectiveDate:date! EndDate:date Status:picklist=Draft Type:picklist Description:textarea(32000) TotalAmount:currency(18.2)~ Pricebook2Id:reference>Pricebook2 {_OWNED}"),
    ("OrderItem", "802", "open", "OrderId:reference!>Order:OrderItems Product2Id:reference>Product2 PricebookEntryId:reference>PricebookEntry Quantity:double(18.2)! UnitPrice:currency(18.2) TotalPrice:currency(18.2)~ Description:string(255)"),
    ("Quote", "0Q0", "open", f"Name:string(255)! OpportunityId:reference!>Opportunity:Quotes AccountId:reference~>Account Status:picklist ExpirationDate:date Description:textarea(32000) {_OWNED}"),
    ("Asset", "02i", "open", f"Name:string(255)! AccountId:reference>Account:Assets ContactId:reference>Contact:Assets Product2Id:reference>Product2:Assets SerialNumber:string(80) InstallDate:date PurchaseDate:date Status:picklist Price:currency(18.0) Quantity:double(12.2) Description:textarea(32000) {_OWNED}"),
    ("Solution", "501", "open", f"SolutionNumber:string(30)~ SolutionName:string(255)! SolutionNote:textarea(32000) Status:picklist=Draft IsPublished:boolean=false {_OWNED}"),
    ("Entitlement", "550", "open", "Name:string(255)! AccountId:reference!>Account:Entitlements StartDate:date EndDate:date Type:picklist Status:picklist~"),
    ("WorkOrder", "0WO", "open", f"WorkOrderNumber:string(255)~ AccountId:reference>Account:WorkOrders ContactId:reference>Contact:WorkOrders CaseId:reference>Case:WorkOrders Subject:string(255) Status:picklist Priority:picklist Description:textarea(32000) {_OWNED}"),
    ("Individual", "0PK", "open", f"LastName:string(80)! FirstName:string(40) Name:string(121)~ {_OWNED}"),
    ("LiveChatTranscript", "570", "open", f"Name:string(80)~ AccountId:reference>Account ContactId:reference>Contact CaseId:reference>Case LeadId:reference>Lead Status:picklist Body:textarea(131072) ChatKey:string(255) {_OWNED}"),
    ("MessagingSession", "0Mw", "open", f"Name:string(255)~ CaseId:reference>Case LeadId:reference>Lead OpportunityId:reference>Opportunity Status:picklist ChannelName:string(255)~ {_OWNED}"),
    ("VoiceCall", "0LQ", "open", f"CallType:picklist FromPhoneNumber:string(50) ToPhoneNumber:string(50) CallStartDateTime:datetime CallEndDateTime:datetime RelatedRecordId:reference>Account|Case|Contact|Lead|Opportunity {_OWNED}"),
    ("CaseComment", "00a", "open", "ParentId:reference!>Case:CaseComments CommentBody:textarea(4000) IsPublished:boolean=false"),
    ("EmailMessage", "02s", "open", "ParentId:reference>Case:EmailMessages Subject:string(3000) TextBody:textarea(32000) HtmlBody:textarea(131072) FromAddress:email ToAddress:string(4000) Status:picklist Incoming:boolean=false"),
    ("Note", "002", "open", f"ParentId:reference!>Account|Contact|Lead|Opportunity|Case:Notes Title:string(80)! Body:textarea(32000) IsPrivate:boolean=false {_OWNED}"),
    ("Attachment", "00P", "open", f"ParentId:reference!>Account|Contact|Lead|Opportunity|Case:Attachments Name:string(255)! ContentType:string(120) Body:base64 IsPrivate:boolean=false Description:textarea(500) {_OWNED}"),
    ("Group", "00G", "open", "Name:string(40)! DeveloperName:string(80) Type:picklist Email:email RelatedId:reference~>User DoesSendEmailToMembers:boolean=false"),
    ("GroupMember", "011", "", "GroupId:reference!>Group:GroupMembers UserOrGroupId:reference!>User|Group"),
    ("QueueSobject", "03g", "", "QueueId:reference!>Group SobjectType:picklist!"),
    ("UserRole", "00E", "open", "Name:string(80)! DeveloperName:string(80) ParentRoleId:reference>UserRole RollupDescription:string(80)"),
    ("RecordType", "012", "readonly", "Name:string(80) DeveloperName:string(80) SobjectType:picklist IsActive:boolean Description:string(255) NamespacePrefix:string(15) BusinessProcessId:reference>BusinessProcess"),
    ("BusinessProcess", "019", "readonly", "Name:string(80) TableEnumOrId:picklist IsActive:boolean Description:string(255)"),
    ("BusinessHours", "01m", "open", "Name:string(80)! IsActive:boolean=false IsDefault:boolean=false TimeZoneSidKey:picklist"),
    ("Organization", "00D", "noinsert", "Name:string(80) Division:string(80) Street:textarea City:string(40) State:string(80) PostalCode:string(20) Country:string(80) Phone:phone Fax:phone PrimaryContact:string(80) DefaultLocaleSidKey:picklist LanguageLocaleKey:picklist TimeZoneSidKey:picklist OrganizationType:picklist~ NamespacePrefix:string(15)~ InstanceName:string(5)~ IsSandbox:boolean~=false TrialExpirationDate:datetime~ IsReadOnly:boolean~=false FiscalYearStartMonth:int MonthlyPageViewsUsed:int~".replace("  ", " ")),
    ("User", "005", "open nodelete", f"Username:string(80)! LastName:string(80)! FirstName:string(40) Name:string(121)~ Email:email! Alias:string(8)! CommunityNickname:string(40) Title:string(80) Department:string(80) CompanyName:string(80) Phone:phone MobilePhone:phone {_ADDRESS.format('').replace('  ', ' ')} IsActive:boolean=true TimeZoneSidKey:picklist LocaleSidKey:picklist LanguageLocaleKey:picklist EmailEncodingKey:picklist ProfileId:reference!>Profile:Users UserRoleId:reference>UserRole:Users ManagerId:reference>User:/Manager UserType:picklist~=Standard FederationIdentifier:string(512) LastLoginDate:datetime~ UserPermissionsMarketingUser:boolean=false UserPermissionsSupportUser:boolean=false EmployeeNumber:string(20) ContactId:reference~>Contact AccountId:reference~>Account"),
    ("UserLicense", "100", "readonly", "Name:string(40) MasterLabel:string(40) LicenseDefinitionKey:string(40) Status:picklist TotalLicenses:int UsedLicenses:int"),
    ("UserLogin", "0Yw", "noinsert", "UserId:reference~>User:/User IsFrozen:boolean=false IsPasswordLocked:boolean=false"),
    ("Profile", "00e", "open readonly", f"Name:string(255) UserType:picklist UserLicenseId:reference>UserLicense Description:string(255) {permissions('')}"),
    ("PermissionSet", "0PS", "open", f"Name:string(80)! Label:string(80)! Description:string(255) NamespacePrefix:string(15)~ IsCustom:boolean~=true IsOwnedByProfile:boolean~=false ProfileId:reference~>Profile:/Profile LicenseId:reference>UserLicense|PermissionSetLicense:/License HasActivationRequired:boolean=false PermissionSetGroupId:reference~>PermissionSetGroup Type:picklist~=Regular {permissions('=false')}"),
    ("PermissionSetGroup", "0PG", "open", "DeveloperName:string(80)! MasterLabel:string(80)! Description:string(255) Status:picklist~=Updated NamespacePrefix:string(15)~ HasActivationRequired:boolean=false"),
    ("PermissionSetGroupComponent", "0PF", "", "PermissionSetGroupId:reference!>PermissionSetGroup:PermissionSetGroupComponents PermissionSetId:reference!>PermissionSet"),
    ("PermissionSetAssignment", "0Pa", "noupdate", "PermissionSetId:reference>PermissionSet:Assignments PermissionSetGroupId:reference>PermissionSetGroup:Assignments AssigneeId:reference!>User:PermissionSetAssignments/Assignee ExpirationDate:datetime IsActive:boolean~=true LastCreatedByChangeDate:datetime~"),
    ("PermissionSetLicense", "0PL", "readonly", "DeveloperName:string(80) MasterLabel:string(255) PermissionSetLicenseKey:string(255) Status:picklist TotalLicenses:int UsedLicenses:int ExpirationDate:date"),
    ("PermissionSetLicenseAssign", "2LA", "noupdate", "PermissionSetLicenseId:reference!>PermissionSetLicense AssigneeId:reference!>User:PermissionSetLicenseAssignments/Assignee"),
    ("PermissionSetTabSetting", "01P", "readonly", "ParentId:reference>PermissionSet Name:string(80) Visibility:picklist"),
    ("ObjectPermissions", "110", "", "ParentId:reference!>PermissionSet:ObjectPerms SobjectType:picklist! PermissionsCreate:boolean=false PermissionsRead:boolean=false PermissionsEdit:boolean=false PermissionsDelete:boolean=false PermissionsViewAllRecords:boolean=false PermissionsModifyAllRecords:boolean=false PermissionsViewAllFields:boolean=false"),
    ("FieldPermissions", "01k", "", "ParentId:reference!>PermissionSet:FieldPerms SobjectType:picklist! Field:picklist! PermissionsRead:boolean=false PermissionsEdit:boolean=false"),
    ("SetupEntityAccess", "0J0", "noupdate", "ParentId:reference!>PermissionSet:SetupEntityAccessItems SetupEntityId:reference!>ApexClass|ApexPage|ConnectedApplication|ExternalClientApplication|CustomPermission|AppDefinition|CustomEntityDefinition SetupEntityType:picklist~ KeyPrefix:string(3)~"),
    ("CustomPermission", "0CP", "readonly", "DeveloperName:string(80) MasterLabel:string(80) Description:string(255) NamespacePrefix:string(15) IsLicensed:boolean Language:picklist IsProtected:boolean"),
    ("ConnectedApplication", "0H4", "readonly", "Name:string(80) StartUrl:url MobileStartUrl:url OptionsAllowAdminApprovedUsersOnly:boolean OptionsRefreshTokenValidityMetric:boolean OptionsHasSessionLevelPolicy:boolean OptionsIsInternal:boolean OptionsFullContentPushNotifications:boolean OptionsCodeCredentialGuestEnabled:boolean OptionsAppIssueJwtTokenEnabled:boolean RefreshTokenValidityPeriod:int PinLength:int MobileSessionTimeout:picklist"),
    ("ExternalClientApplication", "0xI", "readonly", "DeveloperName:string(80) MasterLabel:string(80) Language:picklist ContactEmail:email ContactPhone:phone Description:string(255) DistributionState:picklist IsProtected:boolean NamespacePrefix:string(15)"),
    ("ExtlClntAppOauthSettings", "888", "readonly", "DeveloperName:string(80) MasterLabel:string(80) Language:picklist ExternalClientApplicationId:reference>ExternalClientApplication"),
    ("ExtlClntAppGlobalOauthSettings", "889", "readonly", "DeveloperName:string(80) MasterLabel:string(80) Language:picklist ExternalClientApplicationId:reference>ExternalClientApplication"),
    ("ExtlClntAppOauthPlcyCnfg", "8Lx", "readonly", "DeveloperName:string(80) MasterLabel:string(80) Language:picklist ExternalClientApplicationId:reference>ExternalClientApplication ExtlClntAppOauthSettingsId:reference>ExtlClntAppOauthSettings PermittedUsersPolicyType:picklist IpRelaxationPolicyType:picklist RefreshTokenPolicyType:picklist RefreshTokenValidityPeriod:int RefreshTokenValidityUnit:picklist RequiredSessionLevel:picklist SessionTimeoutInMinutes:int"),
    ("ExtlClntAppPlcyCnfg", "8Ly", "readonly", "DeveloperName:string(80) MasterLabel:string(80) Language:picklist ExternalClientApplicationId:reference>ExternalClientApplication IsEnabled:boolean"),
    ("AppMenuItem", "0DS", "readonly", "Name:string(80) Label:string(80) Description:string(255) ApplicationId:reference Type:picklist StartUrl:url SortOrder:int IsVisible:boolean IsAccessible:boolean IsUsingAdminAuthorization:boolean CanvasEnabled:boolean NamespacePrefix:string(15)"),
    ("AppDefinition", "06m", "readonly", "DurableId:string(80) DeveloperName:string(80) Label:string(255) MasterLabel:string(255) Description:string(255) NamespacePrefix:string(15) UiType:picklist NavType:picklist"),
    ("ApexClass", "01p", "readonly tooling", "Name:string(255) NamespacePrefix:string(15) ApiVersion:double(18.1) Status:picklist IsValid:boolean BodyCrc:double(18.0) Body:textarea(1000000) LengthWithoutComments:int"),
    ("ApexTrigger", "01q", "readonly tooling", "Name:string(255) NamespacePrefix:string(15) ApiVersion:double(18.1) Status:picklist IsValid:boolean BodyCrc:double(18.0) Body:textarea(1000000) LengthWithoutComments:int TableEnumOrId:picklist"),
    ("ApexPage", "066", "readonly tooling", "Name:string(80) MasterLabel:string(80) NamespacePrefix:string(15) ApiVersion:double(18.1) Description:string(255) ControllerType:picklist ControllerKey:string(255) IsAvailableInTouch:boolean IsConfirmationTokenRequired:boolean Markup:textarea(1048576)"),
    ("ApexComponent", "099", "readonly tooling", "Name:string(80) MasterLabel:string(80) NamespacePrefix:string(15) ApiVersion:double(18.1) Description:string(255) ControllerType:picklist ControllerKey:string(255) Markup:textarea(1048576)"),
    ("StaticResource", "081", "readonly tooling", "Name:string(255) NamespacePrefix:string(15) ContentType:string(120) BodyLength:int Description:string(255) CacheControl:picklist"),
    ("Certificate", "0P1", "readonly toolingonly", "DeveloperName:string(80) MasterLabel:string(80) Language:picklist NamespacePrefix:string(15) ExpirationDate:datetime KeySize:int OptionsIsPrivateKeyExportable:boolean OptionsIsCaSigned:boolean OptionsIsEncryptedWithPlatformEncryption:boolean"),
    ("FlexiPage", "0M0", "readonly toolingonly", "DeveloperName:string(80) MasterLabel:string(80) NamespacePrefix:string(15) Type:picklist EntityDefinitionId:string(255) Description:string(255) ParentFlexiPage:string(80)"),
    ("Layout", "00h", "readonly toolingonly", "Name:string(80) NamespacePrefix:string(15) TableEnumOrId:picklist EntityDefinitionId:string(255) LayoutType:picklist"),
    ("CustomTab", "01r", "readonly toolingonly", "DeveloperName:string(80) MasterLabel:string(80) NamespacePrefix:string(15) Type:picklist"),
    ("CustomObject", "01I", "readonly toolingonly", "DeveloperName:string(80) NamespacePrefix:string(15) Description:string(1000)"),
    ("CustomField", "00N", "readonly toolingonly", "DeveloperName:string(80) TableEnumOrId:picklist NamespacePrefix:string(15)"),
    ("ApexLog", "07L", "readonly tooling", "LogUserId:reference>User:/LogUser LogLength:int Request:string(255) Operation:string(255) Application:string(255) Status:string(255) DurationMilliseconds:int StartTime:datetime Location:picklist"),
    ("DeployRequest", "0Af", "readonly toolingonly", "Status:picklist StateDetail:string(255) CheckOnly:boolean StartDate:datetime CompletedDate:datetime CanceledById:reference>User:/CanceledBy ErrorStatusCode:picklist ErrorMessage:textarea(32000) AllowMissingFiles:boolean AutoUpdatePackage:boolean IgnoreWarnings:boolean PurgeOnDelete:boolean RollbackOnError:boolean RunTestsEnabled:boolean TestLevel:picklist Type:picklist ChangeSetName:string(255) NumberComponentErrors:int NumberComponentsDeployed:int NumberComponentsTotal:int NumberTestErrors:int NumberTestsCompleted:int NumberTestsTotal:int"),
    ("MetadataComponentDependency", "", "readonly toolingonly", "MetadataComponentId:string(18) MetadataComponentName:string(255) MetadataComponentType:string(255) MetadataComponentNamespace:string(15) RefMetadataComponentId:string(18) RefMetadataComponentName:string(255) RefMetadataComponentType:string(255) RefMetadataComponentNamespace:string(15)"),
    ("EntityDefinition", "4ie", "readonly tooling", "DurableId:string(255) QualifiedApiName:string(255) DeveloperName:string(255) MasterLabel:string(255) Label:string(255) PluralLabel:string(255) KeyPrefix:string(3) NamespacePrefix:string(15) IsCustomizable:boolean IsCustomSetting:boolean IsQueryable:boolean"),
)  # fmt: skip


def _labelled(name: str) -> str:
    base = name.removesuffix("Id") if name.endswith("Id") and name != "Id" else name
    words = _WORD.sub(" ", base)
    return f"{words} ID" if name.endswith("Id") and name != "Id" else words


def _parse(spec: str) -> Field:
    match = _FIELD.match(spec)
    if match is None:
        raise ValueError(f"not a field: {spec}")
    name, kind, flags = match["name"], match["type"], match["flags"]
    whole, _, fraction = (match["size"] or "").partition(".")
    numeric = kind in {"currency", "double", "percent"}
    given: str | None = match["default"]
    default = given == "true" if kind == "boolean" else given.replace("_", " ") if given else None
    relationship = match["relationship"] or (name.removesuffix("Id") if kind == "reference" else None)
    return Field(
        name=name,
        type=kind,
        label=_labelled(name),
        length=0 if numeric else int(whole or (18 if kind == "reference" else _LENGTHS.get(kind, 0))),
        precision=int(whole) if numeric and whole else (18 if numeric else 0),
        scale=int(fraction) if numeric and fraction else 0,
        required="!" in flags,
        createable="~" not in flags,
        updateable="~" not in flags,
        default=default,
        references=tuple(match["to"].split("|")) if match["to"] else (),
        relationship=relationship,
        child_relationship=match["child"] or None,
    )


@cache
def audit_fields() -> tuple[Field, ...]:
    """Id and the fields that say who touched a record and when."""
    return (
        Field("Id", "id", "Record ID", length=18, createable=False, updateable=False),
        *(_parse(spec) for spec in AUDIT.split()),
    )


@cache
def standard_objects() -> dict[str, SObject]:
    """Every standard object by name."""
    found: dict[str, SObject] = {}
    for name, prefix, flags, fields in _TABLE:
        words = set(flags.split())
        label = _labelled(name)
        writable = "readonly" not in words
        apis = {"tooling"} if "toolingonly" in words else {"data", "tooling"} if "tooling" in words else {"data"}
        if name in {"User", "Profile", "PermissionSet", "Organization", "RecordType"}:
            apis.add("tooling")
        found[name] = SObject(
            name=name,
            prefix=prefix,
            label=label,
            plural=_PLURALS.get(name, label[:-1] + "ies" if label.endswith("ty") else label + "s"),
            fields=by_name((*audit_fields(), *(_parse(spec) for spec in fields.split()))),
            createable=writable and "noinsert" not in words,
            updateable=writable and "noupdate" not in words,
            deletable=writable and not words & {"noinsert", "nodelete"},
            apis=frozenset(apis),
            open_fields="open" in words,
        )
    return found
