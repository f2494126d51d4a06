"""User permissions: those of a Developer Edition without add-ons, each a field PermissionsXxx of PermissionSet and
Profile (Object Reference, API 65), and the names that are known from elsewhere.

No public list has all of them: features, industries and releases add some. So a name that is on no list counts as a
mistake only when it is a slip of one that is, or begins with a word that no permission begins with.
"""

from __future__ import annotations

import re

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
# of features, industries and earlier releases: from permission sets and profiles in public repositories, and from
# the describe of an org that jsforce has its types from
_ELSEWHERE = """
    AICreateInsightObjects AIViewInsightObjects AcceptInboundBundling AccessBudgetManagement AccessCMC
    AccessContentBuilder AccessDisputePrompts AccessOrchestrationObjects AccessServiceEinstein
    AccountSwitcherUser ActionPlansUserAccess ActivateSystemModeFlows AddAnalyticsRemoteConnections
    AddWaveNotificationRecipients AdminAnalyticsUser AdoptionAnalyticsUser AllowEmailIC AllowNZCMngEsgPgm
    AllowObjectDetection AllowObjectDetectionTraining AllowSCBEI AllowSCCarbonAccounting
    AllowSCCarbonCreditAlloc AllowSCEmssnsForecasting AllowSCExpansionUseCase AllowSCExternalEngMgmt
    AllowSCSNGManagement AllowSCTargetSetting AllowSCWasteManagement AllowSCWaterManagement
    AllowSurveyAdvancedFeatures AllowVisitRecommendation AppFrameworkManageApp AppFrameworkManageTemplate
    ApprovalAdmin ApprovalDesigner ApproveContract ArchiveArticles AssessmentPlatformUser
    AssignUserToSkill AutomateEmailContent AutomaticActivityCapture B2BCommerceSuperUser B2BCommerceUser
    B2BMarketingAnalyticsUser B2CCommerceUser BenefitManagementAccess BotManageBots
    BotManageBotsTrainingData BranchManagementUserAccess BypassEmailApproval BypassMFAForUiLogins
    CampaignInfluence2 CanAccessCE CanEditDataPrepRecipe CanEditPrompts CanInitiateMessagingSessions
    CanManageMaps CanRunAnalysis CanSendInitialSMSToIndividual CanToggleCallRecordings
    CanUpdateEmailMessage CanViewDataPrepRecipe CdcReportingCreateReports CdcReportingManageFolders
    CdcReportingViewReports ChatterComposeUiCodesnippet ChatterEnabledForUser ChatterForSharePoint
    ClauseUser ClientSecretRotation CloseConversations ComplaintsManagementAccess ConfigureLiveMessage
    ContentHubUser CreateAuditFields CreateContentSpace CreateReductionOrder CreateUpdateSDDDataset
    CreateUpdateSDDStory CreateWorkBadgeDefinition CustomAppsOnFSMobile CustomTabBarOnMobile
    DROOrderSubmitInitiateUser DecisionTableExecUserAccess DeferSharingCalculations
    DelegatedPortalUserAdmin DeleteEventMonitoringData DigitalAgentUser DiseaseSurveillance
    DocGenRuntimeUser DocumentChecklistUserAccess EGPTServiceEmailUser EditBillingInfo
    EditDeliveryInformation EditPublicReports EditReports EditTranslation EinsteinArticleRecUser
    EinsteinCopilotUser EinsteinGPTSalesEmailsUser EmbeddedMessagingAgent EnableBCTransactionPolling
    EnableIPFSUpload EnhancedSalesMobileExp ExecuteDSARPolicies ExternalClientAppAdmin
    ExternalClientAppDeveloper ExternalClientAppViewer FieldServiceAccess FieldServiceDispatcher
    FieldServiceLastMile FieldServiceMobileApp FieldServiceScheduling FlowUFLRequired FundraisingUser
    GenEmailResponseUser GetSmartDataDiscovery GrantOutboundBundling HasFileSync
    HealthCloudUtilizationMgmtUser HighVelocitySalesUser IPRestrictRequests InboundMigrationToolsUser
    InsightsAppAdmin InsightsAppDashboardEditor InsightsAppEQLEditor InsightsAppEltEditor
    InsightsAppUploadUser InsightsAppUser InsightsCreateApplication InstallMultiforce
    IntegrationIntelligenceUser InterestTaggingUserAccess IotUser IsotopeAccess IsotopeCToCUser IsotopeLEX
    LMEndMessagingSessionUserPerm LMOutboundMessagingUserPerm LeadScoreUser LearningManager
    LifecycleManagementAPIUser LightningOnFSMobile LightningOnMobile LightningSchedulerUserAccess
    LiveMessageAgent LtngPromoReserved01UserPerm ManageApiNamedQueries ManageArchivePolicies
    ManageArchivePoliciesFilesAndAttachments ManageArchiveRetentionStores ManageC360AConnections
    ManageCampaigns ManageCdpMlModels ManageCertificatesExpiration ManageClearbitIntegration
    ManageClinicalTrials ManageContentTaxonomy ManageConvMiningReports ManageCustomerDataOptOut
    ManageDSARPolicies ManageDashboards ManageDataMaskPolicies ManageDevSandboxes ManageEmailContent
    ManageEmailMessagingSetup ManageFSCAnalytics ManageFhirSubscription ManageFilesAndAttachments
    ManageForecastingCustomData ManageHealthCloud ManageHealthCloudFinancialData ManageHerokuAppLink
    ManageIndustriesVisit ManageLearningReporting ManageMobileAppSecurity ManageMyS1App
    ManageOrchInstsAndWorkItems ManageOrchestrationRuns ManageOutcomeManagement ManagePackageLicenses
    ManagePartnerNetConn ManagePreferenceCenter ManagePrivacyCenterPolicies ManagePrivacyHold
    ManageProgramManagement ManagePromptTemplates ManagePropositions ManageQuotas
    ManageRecommendationStrategies ManageReferral ManageRetentionStores ManageSALifecycle
    ManageSMSMessagingSetup ManageSandboxes ManageSecurityCommandCenter ManageSelfService
    ManageSmartDataDiscovery ManageSmartDataDiscoveryModel ManageSubscriptions ManageSurveys
    ManageTemplatedApp ManageTrustMeasures ManageUserAccessPolicies ManageWhatsAppMessagingSetup
    ManageZapierIntegration MngEnrgyAttrCertCredit MobileAppSecurity MobileMessagingAgent
    ModerateNetworkFeeds ModerateNetworkFiles ModerateNetworkMessages ModifyAllPolicyCenterPolicies
    ModifySecureAgents NativeWebviewScrolling ObligationUser OmniStudioRuntimeCC OmnichannelInventorySync
    OpportunityScoreUser OutboundMigrationToolsUser Packaging2 Packaging2Delete Packaging2PromoteVersion
    PardotUser PaymentsAPIUser PermitSubscriberLogin PersonalizationPlatform PipelineInspectorUser
    PortalSuperUser PreviewTestSendEmail PrmEnhancedPortalUser PublicTwitterResponse PublishArticles
    PublishTranslation QrCodeGeneratorMobilePublisherPlayground QuipMetricsAccess
    QuipUserEngagementMetrics RecordVisibilityAPI RetainFieldHistory RevenueIntelligenceUser
    RunDirectStoreDelivery RunRetailExecution SCEViewAllData SalesAnalyticsUser SalesforceIQInbox
    SalesforceIQInternal SandboxTestingInCommunityApp ScheduleJob SendEmail ServiceAnalyticsUser
    ShareFilesWithNetworks ShareSmartDataDiscoveryStory SlackAppAdministrator SlackSalesUser
    SlackServiceUser SocialInsightsLogoAdmin StoryOnDSWithPredicate SubmitForTranslation
    SustainabilityUserPermission TagManager TerritoryOperations TraceXdsQueries TransactionSecurityExempt
    UmaQueryCMSEmailContent UpdateReportTypeReferences UpdateWithInactiveOwner UseAnyApiClient
    UseAssistantDialog UseCompliantDataSharing UseFulfillmentAPIs UseMfgRebates UseMySearch
    UseOmnichannelInventoryAPIs UseOrderManagementAPIs UseQuerySuggestions UseRegisterGuestBuyerAPI
    UseReturnOrder UseReturnOrderAPIs UseShipment UseSmartDataDiscovery UseSubscriptionEmails
    UseSvcCatalog UseTemplatedApp UserInteractionInsights UserSlackCapabilities ViewAllForeignKeyNames
    ViewAllPolicyCenterPolicies ViewAnomalyEvents ViewApiNamedQueries ViewArchivedArticles
    ViewCaseInteraction ViewConsumption ViewContentTaxonomy ViewCustomerSentiment ViewDataLeakageEvents
    ViewDraftArticles ViewEmailMessagingSetup ViewFlowUsageAndFlowEventData ViewForecastingPredictive
    ViewGlobalHeader ViewLicenseUtilization ViewMLModels ViewNonSetupFlow ViewOnlyEmbeddedAppUser
    ViewPersonalOrg ViewPrivateStaticResources ViewProductCatalogObjects ViewPublicCapstoneFolders
    ViewRecommendations ViewRestrictionAndScopingRules ViewSALifecycle ViewSMSMessagingSetup
    ViewSecurityCommandCenter ViewTrustMeasures ViewWhatsAppMessagingSetup VoiceInbound VoiceOutbound
    WaveCommunityUser WaveManagePrivateAssetsUser WaveTabularDownload WaveTrendReports WorkCalibrationUser
    WorkDotComUserPerm
"""
KNOWN = frozenset(NAMES) | frozenset(_ELSEWHERE.split())
_FOLDED = frozenset(name.casefold() for name in KNOWN)
_FIRST_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z][a-z0-9]*|[A-Z]+")
_SHORTEST_SLIP = 6


def _first_word(name: str) -> str:
    match = _FIRST_WORD.match(name)
    return match[0] if match else ""


_FIRST_WORDS = frozenset(map(_first_word, KNOWN))


def _is_slip(name: str) -> bool:
    """Whether one letter more, less or other, or two in the wrong order, make it a known name."""
    if len(name) < _SHORTEST_SLIP:
        return False
    folded = name.casefold()
    if folded in _FOLDED:
        return True
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    cuts = [(folded[:at], folded[at:]) for at in range(len(folded) + 1)]
    near = {a + b[1:] for a, b in cuts if b}
    near |= {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    near |= {a + c + b[1:] for a, b in cuts if b for c in letters}
    near |= {a + c + b for a, b in cuts for c in letters}
    return not near.isdisjoint(_FOLDED)


def is_unknown(name: str) -> bool:
    """Whether no org has a permission of this name, as far as can be told."""
    if name in KNOWN:
        return False
    return _first_word(name) not in _FIRST_WORDS or not name.isalnum() or len(name) > 80 or _is_slip(name)


def fields(suffix: str) -> str:
    """Field specs of model/standard.py: one boolean a permission, with a suffix such as `=false`."""
    return " ".join(f"Permissions{name}:boolean{suffix}" for name in NAMES)
