"""User permissions of a Developer Edition without add-ons, each a field PermissionsXxx of PermissionSet and Profile.

From the Object Reference (API 65). Permissions of industry clouds and of paid features are not among them.
"""

from __future__ import annotations

_WORDS = """
    ActivateContract ActivateOrder ActivitiesAccess AddDirectMessageMembers AllowLightningLogin
    AllowUniversalSearch AllowViewEditConvertedLeads AllowViewKnowledge ApexRestServices ApiEnabled ApiUserOnly
    AssignPermissionSets AssignTopics AuthorApex BulkApiHardDelete BulkMacrosAllowed CanApproveFeedPost
    CanApproveUninstalledApps CanInsertFeedSystemFields CanUseNewDashboardBuilder CanVerifyComment
    ChangeDashboardColors ChatterEditOwnPost ChatterEditOwnRecordPost ChatterFileLink ChatterInternalUser
    ChatterInviteExternalUsers ChatterOwnGroups ConfigCustomRecs ConnectOrgToEnvironmentHub ConsentApiUpdate
    ContentAdministrator ContentWorkspaces ConvertLeads CreateCustomizeDashboards CreateCustomizeFilters
    CreateCustomizeReports CreateDashboardFolders CreateLtngTempFolder CreateLtngTempInPub CreatePackaging
    CreateReportFolders CreateReportInLightning CreateTopics CreateWorkspaces CustomMobileAppsAccess
    CustomSidebarOnAllPages CustomizeApplication DataExport DebugApex DelegatedTwoFactor DeleteActivatedContract
    DeleteTopics DistributeFromPersWksp EditActivatedOrders EditBrandTemplates EditCaseComments EditEvent
    EditHtmlTemplates EditKnowledge EditMyDashboards EditMyReports EditOppLineItemUnitPrice EditPublicDocuments
    EditPublicFilters EditPublicTemplates EditReadonlyFields EditTask EditTopics EmailAdministration EmailMass
    EmailSingle EmailTemplateManagement EnableCommunityAppLauncher EnableNotifications ExportReport FeedPinning
    ForceTwoFactor FreezeUsers GiveRecognitionBadge GovernNetworks HideReadByList IdentityConnect IdentityEnabled
    ImportCustomObjects ImportLeads ImportPersonal InstallPackaging IsSsoEnabled LightningConsoleAllowedForUser
    LightningExperienceUser ListEmailSend ManageAnalyticSnapshots ManageAuthProviders ManageBusinessHourHolidays
    ManageCMS ManageCallCenters ManageCases ManageCategories ManageCertificates ManageChatterMessages
    ManageContentLinks ManageContentPermissions ManageContentProperties ManageContentTypes ManageCssUsers
    ManageCustomDomains ManageCustomPermissions ManageCustomReportTypes ManageDashbdsInPubFolders
    ManageDataCategories ManageDataIntegrations ManageDynamicDashboards ManageEmailClientConfig
    ManageEncryptionKeys ManageEntitlements ManageExchangeConfig ManageExternalConnections ManageHealthCheck
    ManageHubConnections ManageInteraction ManageInternalUsers ManageIpAddresses ManageKnowledge
    ManageKnowledgeImportExport ManageLeads ManageLoginAccessPolicies ManageMobile ManageNamedCredentials
    ManageNetworks ManagePartners ManagePasswordPolicies ManageProfilesPermissionsets ManagePvtRptsAndDashbds
    ManageReleaseUpdates ManageRemoteAccess ManageReportsInPubFolders ManageRoles ManageSearchPromotionRules
    ManageSessionPermissionSets ManageSharing ManageSolutions ManageSynonyms ManageTerritories ManageTranslation
    ManageTwoFactor ManageUnlistedGroups ManageUsers MassInlineEdit MergeTopics ModerateChatter
    ModerateNetworkUsers ModifyAllData ModifyDataClassification ModifyMetadata MonitorLoginHistory
    NewReportBuilder OverrideForecasts PasswordNeverExpires PreventClassicExperience PrivacyDataAccess
    PublishPackaging QueryAllFiles RemoveDirectMessageMembers ResetPasswords RunFlow RunReports SalesConsole
    ScheduleReports SelectFilesFromSalesforce SendAnnouncementEmails SendCustomNotifications
    SendExternalEmailAvailable SendSitRequests ShareInternalArticles ShowCompanyNameAsUserBadge
    SkipIdentityConfirmation SolutionImport SubmitMacrosAllowed SubscribeDashboardRolesGrps
    SubscribeDashboardToOtherUsers SubscribeReportRolesGrps SubscribeReportToOtherUsers SubscribeReportsRunAsUser
    SubscribeToLightningDashboards SubscribeToLightningReports TransactionalEmailSend TransferAnyCase
    TransferAnyEntity TransferAnyLead TwoFactorApi UseTeamReassignWizards UseWebLink ViewAllActivities
    ViewAllCustomSettings ViewAllData ViewAllForecasts ViewAllProfiles ViewAllUsers ViewClientSecret ViewContent
    ViewDataAssessment ViewDataCategories ViewDeveloperName ViewEncryptedData ViewEventLogFiles ViewHealthCheck
    ViewHelpLink ViewMyTeamsDashboards ViewPlatformEvents ViewPublicDashboards ViewPublicReports ViewRoles
    ViewSetup ViewUserPII
"""
NAMES = tuple(_WORDS.split())


def fields(suffix: str) -> str:
    """Field specs of model/standard.py: one boolean a permission, with a suffix such as `=false`."""
    return " ".join(f"Permissions{name}:boolean{suffix}" for name in NAMES)
