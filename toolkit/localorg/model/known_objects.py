"""Standard objects that metadata may name although no records of them are kept here (Object Reference, public)."""

from __future__ import annotations

_TEXT = """
    AcceptedEventRelation AccountBrand AccountCleanInfo AccountContactRelation AccountFeed AccountHistory
    AccountPartner AccountRelationship AccountShare AccountTeamMember ActionCadence ActionPlan ActionPlanItem
    ActionPlanTemplate ActiveScratchOrg Activity ActivityHistory AdditionalNumber Address AgentWork Announcement
    ApexEmailNotification ApexTestQueueItem ApexTestResult ApexTestRunResult ApexTestSuite
    AppointmentSchedulingPolicy Approval AssetAction AssetActionSource AssetRelationship AssetStatePeriod
    AssetWarranty AssignedResource AssociatedLocation AsyncApexJob AsyncOperationEvent AuthConfig AuthProvider
    AuthSession AuthorizationForm AuthorizationFormConsent AuthorizationFormDataUse AuthorizationFormText
    BackgroundOperation BatchApexErrorEvent BotSession BrandTemplate BusinessBrand BuyerAccount BuyerGroup
    BuyerGroupMember BuyerGroupPricebook CallCenter CampaignInfluence CampaignInfluenceModel CampaignMemberStatus
    CartCheckoutSession CartDeliveryGroup CartDeliveryGroupMethod CartItem CartTax CartValidationOutput
    CaseContactRole CaseHistory CaseMilestone CaseShare CaseSolution CaseStatus CaseTeamMember CaseTeamRole
    CaseTeamTemplate CategoryData CategoryNode ChatterActivity ChangeRequest ChangeRequestRelatedIssue ClientBrowser
    CollaborationGroup CollaborationGroupMember CombinedAttachment CommSubscription CommSubscriptionChannelType
    CommSubscriptionConsent CommSubscriptionTiming Community ConsumptionRate ConsumptionSchedule ContactCleanInfo
    ContactPointAddress ContactPointConsent ContactPointEmail ContactPointPhone ContactPointTypeConsent
    ContactRequest ContactShare ContentAsset ContentBody ContentDistribution ContentDocument ContentDocumentLink
    ContentFolder ContentFolderItem ContentFolderLink ContentVersion ContentWorkspace ContentWorkspaceDoc
    ContractContactRole ContractLineItem ContractStatus Conversation ConversationEntry ConversationParticipant
    CreditMemo CreditMemoLine CronJobDetail CronTrigger CustomBrand CustomHelpMenuItem CustomHelpMenuSection
    Customer DandBCompany Dashboard DashboardComponent DataUseLegalBasis DataUsePurpose DatacloudCompany
    DatacloudContact DelegatedAccount DigitalSignature DigitalWallet Document DocumentAttachmentMap Domain
    DomainSite DuplicateRecordItem DuplicateRecordSet DuplicateRule ElectronicMediaGroup EmailDomainFilter
    EmailDomainKey EmailMessageRelation EmailServicesAddress EmailServicesFunction EmailTemplate
    EngagementChannelType EnhancedLetterhead EntitlementContact EntitlementTemplate EntityMilestone EntityParticle
    EntitySubscription EventBusSubscriber EventLogFile EventRelation ExpressionFilter ExternalDataSource
    ExternalDataUserAuth ExternalSocialAccount FeedAttachment FeedComment FeedItem FeedRevision FieldDefinition
    FieldServiceMobileSettings FinanceBalanceSnapshot FinanceTransaction FlowDefinitionView FlowInterview
    FlowOrchestration FlowRecordRelation FlowVersionView Folder ForecastingItem ForecastingQuota ForecastingType
    FulfillmentOrder FulfillmentOrderLineItem Goal GoalLink GtwyProvPaymentMethodType HashtagDefinition Holiday Idea
    IdeaComment Image Incident IncidentRelatedItem Invoice InvoiceLine JobProfile Knowledge__kav KnowledgeArticle
    KnowledgeArticleVersion KnowledgeableUser LegalEntity LightningExperienceTheme LinkedArticle ListEmail ListView
    ListViewChart LiveAgentSession LiveChatBlockingRule LiveChatButton LiveChatDeployment LiveChatSensitiveDataRule
    LiveChatUserConfig LiveChatVisitor Location LocationGroup LocationGroupAssignment LoginEvent LoginGeo
    LoginHistory LoginIp MacroInstruction Macro MailmergeTemplate MaintenanceAsset MaintenancePlan
    MaintenanceWorkRule MatchingRule MatchingRuleItem MessagingChannel MessagingEndUser MessagingTemplate Metric
    MetricDataLink MilestoneType MobileSettingsAssignment MyDomainDiscoverableLogin NamedCredential Name Network
    NetworkMember NetworkModeration NoteAndAttachment OauthToken OnboardingMetrics OpenActivity OperatingHours
    OpportunityCompetitor OpportunityFieldHistory OpportunityHistory OpportunityLineItemSchedule OpportunityPartner
    OpportunityShare OpportunitySplit OpportunityStage OpportunityTeamMember OrderAction OrderAdjustmentGroup
    OrderDeliveryGroup OrderItemAdjustmentLineItem OrderItemSummary OrderSummary OrgWideEmailAddress
    OrgDeleteRequest OutgoingEmail Participant Partner PartnerRole PartyConsent Payment PaymentAuthorization
    PaymentGateway PaymentGatewayProvider PaymentGroup PaymentMethod PersonAccount PlatformAction
    PlatformEventUsageMetric PlatformStatusAlertEvent PlatformCachePartition PresenceUserConfig Pricebook2History
    PriceAdjustmentSchedule PriceAdjustmentTier Problem ProblemIncident ProblemRelatedItem ProcessDefinition
    ProcessException ProcessInstance ProcessInstanceStep ProcessInstanceWorkitem ProcessNode ProducerOrderItem
    ProductAttribute ProductAttributeSet ProductAttributeSetItem ProductAttributeSetProduct ProductCatalog
    ProductCategory ProductCategoryProduct ProductConsumed ProductConsumptionSchedule ProductEntitlementTemplate
    ProductItem ProductItemTransaction ProductMedia ProductRequest ProductRequestLineItem ProductRequired
    ProductRelationshipType ProductSellingModel ProductSellingModelOption ProductServiceCampaign ProductTransfer
    ProductWarrantyTerm ProfileSkill ProfileSkillEndorsement ProfileSkillUser Promotion PromotionMarketSegment
    Prompt PromptAction PushTopic QueueRoutingConfig QuickText QuoteDocument QuoteLineItem QuoteTemplateRichTextData
    ReceivedDocument Recommendation RecordAction RecordVisibility Refund RefundLinePayment Report ResourceAbsence
    ResourcePreference ReturnOrder ReturnOrderLineItem RuleTerritory2Association SalesStore SandOrganization
    SalesChannel Scorecard ScorecardMetric ScratchOrgInfo SearchPromotionRule SecurityCustomBaseline Seller
    SelfServiceUser ServiceAppointment ServiceAppointmentStatus ServiceContract ServiceCrew ServiceCrewMember
    ServicePresenceStatus ServiceReport ServiceReportLayout ServiceResource ServiceResourceCapacity
    ServiceResourceSkill ServiceTerritory ServiceTerritoryMember ServiceTerritoryLocation SessionPermSetActivation
    SetupAuditTrail Shift ShiftPattern ShiftTemplate ShippingCarrierMethod Shipment ShipmentItem Site SiteDetail
    SiteFeed Skill SkillLevel SkillRequirement SlaProcess SocialPersona SocialPost SolutionStatus
    SourceChangeNotification StampAssignment Stamp Store StreamingChannel Survey SurveyEngagementContext
    SurveyInvitation SurveyPage SurveyQuestion SurveyQuestionChoice SurveyQuestionResponse SurveyResponse
    SurveySubject SurveyVersion Swarm SwarmMember TabDefinition TaskPriority TaskStatus TaxEngine TaxPolicy
    TaxTreatment TenantUsageEntitlement Territory Territory2 Territory2Model Territory2ModelHistory Territory2Type
    TestSuiteMembership ThirdPartyAccountLink TimeSheet TimeSheetEntry TimeSlot TodayGoal TodayGoalShare Topic
    TopicAssignment TransactionSecurityPolicy UndecidedEventRelation UsageEntitlementPeriod UserAccountTeamMember
    UserAppInfo UserAppMenuItem UserEmailPreferredPerson UserFieldAccess UserLogin UserPackageLicense UserPreference
    UserProvisioningRequest UserRecordAccess UserServicePresence UserShare UserTeamMember UserTerritory2Association
    Visitor Voice Vote WaveAutoInstallRequest WebCart WebCartHistory WebLink WebStore WebStoreBuyerGroup
    WebStoreCatalog WebStorePricebook Wishlist WishlistItem WorkAccess WorkBadge WorkBadgeDefinition WorkCoaching
    WorkFeedback WorkFeedbackQuestion WorkFeedbackQuestionSet WorkFeedbackRequest WorkFeedbackTemplate WorkGoal
    WorkOrderLineItem WorkPerformanceCycle WorkPlan WorkPlanTemplate WorkReward WorkRewardFund WorkStep
    WorkStepTemplate WorkThanks WorkType WorkTypeGroup
"""
NAMES: frozenset[str] = frozenset(_TEXT.split())
_BY_LOWER = frozenset(name.lower() for name in NAMES)


def known(name: str) -> bool:
    """Whether the platform has an object of this name."""
    return name.lower() in _BY_LOWER
