"""Standard objects that metadata may name although no records of them are kept here (Object Reference, public).

Those of every org, and those of features that a Developer Edition has licences for, as if all were switched on in
Setup: Knowledge, Field Service, Digital Experiences, Omni-Channel, Territories, Orders. Person accounts, which
Salesforce switches on, and what the industry clouds bring are not there.
"""

from __future__ import annotations

_TEXT = """
    AcceptedEventRelation AccountBrand AccountCleanInfo AccountContactRelation AccountContactRole AccountFeed
    AccountHistory AccountPartner AccountRelationship AccountShare AccountTeamMember ActionCadence
    ActionCadenceAsyncJob ActionPlan ActionPlanItem ActionPlanItemDependency ActionPlanTemplate
    ActionPlanTemplateItem ActionPlanTemplateItemValue ActionPlanTemplateVersion ActionPlnTmplItmDependency
    ActiveScratchOrg Activity ActivityHistory ActivityRecurrence2 ActivityRecurrence2Exception Actor ActorLock
    ActorMessage ActorSubscription AdditionalNumber Address AgentWork AIPredictionEvent AIUpdateRecordEvent
    AlternativePaymentMethod AnalyticsUserAttrFuncTkn Announcement ApexEmailNotification ApexTestQueueItem
    ApexTestResult ApexTestRunResult ApexTestSuite ApiAnomalyEvent ApiAnomalyEventStore ApiEvent ApiEventStream
    AppointmentCategory AppointmentInvitation AppointmentInvitee AppointmentScheduleLog
    AppointmentSchedulingPolicy AppointmentTopicTimeSlot Approval ApprovalSubmission ApprovalSubmissionDetail
    ApprovalWorkItem AssetAction AssetActionSource AssetDowntimePeriod AssetRelationship AssetStatePeriod
    AssetWarranty AssignedResource AssistantInteraction AssistantProgress AssistantRecommendation
    AssociatedLocation AsyncApexJob AsyncOperationEvent AsyncOperationTracker AuditTrailFileExport AuthConfig
    AuthorizationForm AuthorizationFormConsent AuthorizationFormDataUse AuthorizationFormText AuthProvider
    AuthSession BackgroundOperation BatchApexErrorEvent BatchJob BatchJobPart BatchJobPartFailedRecord
    BotSession BrandTemplate BroadcastCommAudience BroadcastCommMessage BroadcastCommunication BroadcastTopic
    BroadcastTopicNetwork BulkApiResultEvent BulkApiResultEventStore BusinessBrand BusinessProcess BuyerAccount
    BuyerGroup BuyerGroupMember BuyerGroupPricebook CalendarModel CalendarView CallCenter CampaignInfluence
    CampaignInfluenceModel CampaignMemberStatus CardPaymentMethod CartCheckoutSession CartDeliveryGroup
    CartDeliveryGroupMethod CartItem CartItemPriceAdjustment CartRelatedItem CartTax CartValidationOutput
    CaseArticle CaseComment CaseContactRole CaseHistory CaseMilestone CaseRelatedIssue CaseServiceProcess
    CaseShare CaseSolution CaseStatus CaseTeamMember CaseTeamRole CaseTeamTemplate CategoryData CategoryNode
    CdnTaskConfiguration ChangeRequest ChangeRequestRelatedIssue ChangeRequestRelatedItem ChannelProgram
    ChannelProgramLevel ChannelProgramMember ChatterActivity ClientBrowser CollaborationGroup
    CollaborationGroupMember CombinedAttachment CommerceDiagnosticEvent CommSubscription
    CommSubscriptionChannelType CommSubscriptionConsent CommSubscriptionTiming Community CommunityMemberLayout
    ComponentResponseCache ConcurLongRunApexErrEvent ConsumptionRate ConsumptionSchedule ContactCleanInfo
    ContactPointAddress ContactPointConsent ContactPointEmail ContactPointPhone ContactPointTypeConsent
    ContactRequest ContactShare ContentAsset ContentBody ContentDistribution ContentDocument ContentDocumentLink
    ContentFolder ContentFolderItem ContentFolderLink ContentVersion ContentWorkspace ContentWorkspaceDoc
    ContractContactRole ContractLineItem ContractLineOutcome ContractLineOutcomeData ContractStatus
    ConvCoachingRecommendation Conversation ConversationApiLog ConversationApiLogObjSum ConversationEntry
    ConversationParticipant Coupon CredentialStuffingEvent CredentialStuffingEventStore CreditMemo
    CreditMemoInvApplication CreditMemoLine CronJobDetail CronTrigger CspTrustedSite CustomBrand Customer
    CustomHelpMenuItem CustomHelpMenuSection DandBCompany Dashboard DashboardComponent DatacloudCompany
    DatacloudContact DataKitDeploymentLog DataPrepServiceLocator DataUseLegalBasis DataUsePurpose
    DecisionTblFileImportData DelegatedAccount DigitalSignature DigitalWallet Document DocumentAttachmentMap
    DocumentEnvelope DocumentRecipient Domain DomainSite DuplicateRecordItem DuplicateRecordSet DuplicateRule
    ElectronicMediaGroup EmailDomainFilter EmailDomainKey EmailMessageRelation EmailServicesAddress
    EmailServicesFunction EmailTemplate Employee EmpUserProvisioningProcess EmpUserProvisionProcessErr
    EngagementChannelType EngagementChannelWorkType EnhancedLetterhead Entitlement EntitlementContact
    EntitlementTemplate EntityMilestone EntityParticle EntitySubscription EventBusSubscriber EventLogFile
    EventRelation ExchangeUserMapping Expense ExpenseReport ExpenseReportEntry ExpressionFilter
    ExpressionFilterCriteria ExpressionSet ExpressionSetVersion ExternalDataSource ExternalDataUserAuth
    ExternalEvent ExternalEventMapping ExternalSocialAccount FeedAttachment FeedChannel FeedComment FeedItem
    FeedRevision FieldDefinition FieldServiceMobileSettings FileBasedDataImport FileEvent FileEventStore
    FinanceBalanceSnapshot FinanceTransaction FiscalYearSettings FlowDefinitionView FlowExecutionErrorEvent
    FlowInterview FlowInterviewLog FlowOrchestration FlowOrchestrationInstance FlowOrchestrationLog
    FlowOrchestrationStageInstance FlowOrchestrationStepInstance FlowOrchestrationVersion
    FlowOrchestrationWorkItem FlowRecord FlowRecordRelation FlowTestResult FlowVersionView Folder
    ForecastingAdjustment ForecastingCategoryMapping ForecastingCustomData ForecastingItem
    ForecastingOwnerAdjustment ForecastingQuota ForecastingType ForecastingTypeToCategory FulfillmentOrder
    FulfillmentOrderLineItem Global Goal GoalLink Group GroupMember GtwyProvPaymentMethodType
    GuestUserAnomalyEvent GuestUserAnomalyEventStore HashtagDefinition Holiday Idea IdeaComment
    IdentityProviderEventStore IdentityVerificationEvent IframeWhiteListUrl Image Incident IncidentRelatedItem
    IntegrationProviderAttr IntegrationProviderDef InternalOrganizationUnit Invoice InvoiceLine JobProfile
    JobTracker Knowledge__kav KnowledgeableUser KnowledgeArticle KnowledgeArticleVersion LeadCleanInfo
    LearningAssignment LearningAssignmentProgress LearningItem LearningLink LearningLinkProgress LegalEntity
    LightningExperienceTheme LightningUriEvent LightningUriEventStream LinkedArticle ListEmail ListView
    ListViewChart ListViewEvent ListViewEventStream LiveAgentSession LiveChatBlockingRule LiveChatButton
    LiveChatDeployment LiveChatSensitiveDataRule LiveChatTranscriptActive LiveChatTranscriptEvent
    LiveChatTranscriptSkill LiveChatTranscriptWaiting LiveChatUserConfig LiveChatVisitor Location LocationGroup
    LocationGroupAssignment LocationTrustMeasure LoginAsEvent LoginAsEventStream LoginEvent LoginEventStream
    LoginGeo LoginHistory LoginIp LogoutEventStream Macro MacroAction MacroInstruction MacroUsage
    MailmergeTemplate MaintenanceAsset MaintenancePlan MaintenanceWorkRule ManagedContent ManagedContentRelease
    ManagedContentVariant ManagedContentVersion MatchingRule MatchingRuleItem MessagingChannel MessagingEndUser
    MessagingTemplate Metric MetricDataLink MilestoneType MLModel MLModelFactor MLModelFactorComponent
    MobileEmailEvent MobileEnforcedPolicyEvent MobileHomeConfiguration MobileScreenshotEvent
    MobileSettingsAssignment MobileTelephonyEvent MyDomainDiscoverableLogin Name NamedCredential
    NamespaceRegistry Network NetworkMember NetworkMemberChunk NetworkModeration NoteAndAttachment
    NotifDeliveryUserPref OauthToken ObjectDataImport OnboardingMetrics OpenActivity OperatingHours
    OperatingHoursHoliday OpportunityCompetitor OpportunityContactRole OpportunityFieldHistory
    OpportunityHistory OpportunityLineItemSchedule OpportunityPartner OpportunityRelatedDeleteLog
    OpportunityShare OpportunitySplit OpportunityStage OpportunityTeamMember OrderAction OrderAdjustmentGroup
    OrderDeliveryGroup OrderDeliveryMethod OrderItemAdjustmentLineItem OrderItemSummary OrderStatusChangedEvent
    OrderSummary OrderSummaryCreatedEvent OrgDeleteRequest OrgMetric OrgMetricScanResult OrgMetricScanSummary
    OrgWideEmailAddress OutgoingEmail Participant Partner PartnerFundAllocation PartnerFundClaim
    PartnerFundRequest PartnerMarketingBudget PartnerRole PartyConsent Payment PaymentAuthAdjustment
    PaymentAuthorization PaymentGateway PaymentGatewayLog PaymentGatewayProvider PaymentGroup PaymentLineInvoice
    PaymentMethod PendingServiceRouting Period PermissionSetEvent PermissionSetEventStore PlatformAction
    PlatformCachePartition PlatformEventUsageMetric PlatformStatusAlertEvent PresenceUserConfig
    PriceAdjustmentSchedule PriceAdjustmentTier Pricebook2History Problem ProblemIncident ProblemRelatedItem
    ProcessDefinition ProcessException ProcessInstance ProcessInstanceStep ProcessInstanceWorkitem ProcessNode
    ProducerOrderItem ProductAttribute ProductAttributeSet ProductAttributeSetItem ProductAttributeSetProduct
    ProductCatalog ProductCategory ProductCategoryProduct ProductConsumed ProductConsumedState
    ProductConsumptionSchedule ProductEntitlementTemplate ProductItem ProductItemTransaction ProductMedia
    ProductRelatedMaterial ProductRelationshipType ProductRequest ProductRequestLineItem ProductRequired
    ProductSellingModel ProductSellingModelOption ProductServiceCampaign ProductServiceCampaignItem
    ProductTransfer ProductTransferState ProductWarrantyTerm ProfileSkill ProfileSkillEndorsement
    ProfileSkillUser Promotion PromotionMarketSegment PromotionQualifier PromotionSegment
    PromotionSegmentSalesStore PromotionTarget PromotionTier Prompt PromptAction PromptError PushTopic
    QueueRoutingConfig QueueSobject QuickText QuickTextUsage QuoteDocument QuoteLineItem
    QuoteTemplateRichTextData ReceivedDocument Recommendation RecordAction RecordActnSelItemExtrc RecordAlert
    RecordMergeHistory RecordsetFilterCriteria RecordsetFilterCriteriaRule RecordVisibility RecurrenceSchedule
    Refund RefundLinePayment RelationshipGraphView Report ReportAnomalyEvent ReportAnomalyEventStore ReportEvent
    ReportEventStream ReportResultBlob RequestsForAccessSIQ ResourceAbsence ResourcePreference ReturnOrder
    ReturnOrderItemAdjustment ReturnOrderItemTax ReturnOrderLineItem RuleTerritory2Association SalesChannel
    SalesforceContract SalesforceInvoice SalesforceQuote SalesStore SandOrganization Scorecard
    ScorecardAssociation ScorecardMetric ScratchOrgInfo SearchIndexObjectConfig SearchPromotionRule
    SearchRecencyIndexingJob SearchRecentQuery SecurityCustomBaseline SelfServiceUser Seller SenderEmailAddress
    SerializedProduct SerializedProductTransaction ServiceAppointment ServiceAppointmentCapacityUsage
    ServiceAppointmentStatus ServiceContract ServiceCrew ServiceCrewMember ServicePresenceStatus ServiceReport
    ServiceReportLayout ServiceResource ServiceResourceCapacity ServiceResourcePreference ServiceResourceSkill
    ServiceTerritory ServiceTerritoryLocation ServiceTerritoryMember ServiceTerritoryWorkType
    SessionHijackingEvent SessionHijackingEventStore SessionPermSetActivation SetupAuditTrail
    SetupDataSynchronization SharingRecordCollection SharingRecordCollectionItem SharingRecordCollectionMember
    Shift ShiftEngagementChannel ShiftPattern ShiftPatternEntry ShiftSchedulingOperation ShiftTemplate
    ShiftWorkTopic Shipment ShipmentItem ShippingCarrierMethod SignupRequest SiqUserBlacklist Site SiteDetail
    SiteFeed SiteIframeWhiteListUrl SiteUserViewMode Skill SkillLevel SkillRequirement SlackChannelRelatedRecord
    SlaProcess SocialPersona SocialPersonaFieldBackup SocialPost SolutionStatus SOSSession SOSSessionActivity
    SourceChangeNotification Stamp StampAssignment Store StreamActivityAccess StreamingChannel Survey
    SurveyEngagementContext SurveyInvitation SurveyPage SurveyQuestion SurveyQuestionChoice
    SurveyQuestionResponse SurveyResponse SurveySubject SurveyVersion SvcCatalogRequest Swarm SwarmMember
    TabDefinition TableauHostMapping TaskLabel TaskLabelRelation TaskPriority TaskStatus TaxEngine TaxPolicy
    TaxTreatment TenantUsageEntitlement Territory Territory2 Territory2Model Territory2ModelHistory
    Territory2Type TestSuiteMembership ThirdPartyAccountLink ThreatDetectionFeedback TimeSheet TimeSheetEntry
    TimeSlot TodayGoal TodayGoalShare Topic TopicAssignment TransactionSecurityPolicy TravelMode
    UndecidedEventRelation UriEvent UriEventStream UsageEntitlementPeriod UserAccountTeamMember UserAppInfo
    UserAppMenuCustomization UserAppMenuItem UserCapabilityPreference UserDefinedLabel
    UserDefinedLabelAssignment UserEmailPreferredPerson UserExternalCredential UserFieldAccess
    UserLocalWebServerIdentity UserLogin UserPackageLicense UserPreference UserPrioritizedRecord UserProvAccount
    UserProvAccountStaging UserProvisioningConfig UserProvisioningLog UserProvisioningRequest UserProvMockTarget
    UserRecordAccess UserRole UserServicePresence UserShare UserTeamMember UserTerritory2Association VideoCall
    VideoCallParticipant VideoCallRecording Visit VisitedParty Visitor Voice Vote Waitlist WaitlistParticipant
    WaitlistServiceResource WaitlistWorkType WarrantyTerm WaveAutoInstallRequest WebCart WebCartAdjustmentBasis
    WebCartAdjustmentGroup WebCartDocument WebCartHistory WebLink WebStore WebStoreBuyerGroup WebStoreCatalog
    WebStorePricebook Wishlist WishlistItem WorkAccess WorkBadge WorkBadgeDefinition WorkCapacityAvailability
    WorkCapacityLimit WorkCapacityUsage WorkCoaching WorkFeedback WorkFeedbackQuestion WorkFeedbackQuestionSet
    WorkFeedbackRequest WorkFeedbackTemplate WorkGoal WorkOrderLineItem WorkPerformanceCycle WorkPlan
    WorkPlanSelectionRule WorkPlanTemplate WorkPlanTemplateEntry WorkReward WorkRewardFund WorkRewardFundType
    WorkStep WorkStepTemplate WorkThanks WorkType WorkTypeGroup WorkTypeGroupMember
"""
NAMES: frozenset[str] = frozenset(_TEXT.split())
_BY_LOWER = frozenset(name.lower() for name in NAMES)
_DERIVED = ("changeevent", "feed", "history", "share", "tag")


def known(name: str) -> bool:
    """Whether the org has an object of this name, or one that it derives from such an object (AccountChangeEvent)."""
    lower = name.lower()
    return lower in _BY_LOWER or any(
        lower.endswith(ending) and lower.removesuffix(ending) in _BY_LOWER for ending in _DERIVED
    )
