"""Experience Cloud sites and the networks behind them."""

from toolkit.release.hints.entry import Confidence, Entry, Naming, Role, Topic

TOPIC = Topic(
    "Experience Cloud sites",
    (
        Entry(
            id="site-dot-com",
            title="The network names a site that is not there",
            patterns=("no SiteDotCom named {name} found",),
            meaning="A network stands on a site of the name {name}, and the org has none: the ExperienceBundle or "
            "DigitalExperienceBundle is not in the deployment, it failed, or the org keeps sites in the other format.",
            mend="Turn on Digital Experiences and ExperienceBundle Metadata API in its settings, deploy the bundle "
            "with the network and its CustomSite, and mend what the bundle failed for first.",
            example="In field: PicassoSite - no SiteDotCom named Partners1 found",
            role=Role.EITHER,
            source="forcedotcom/cli issue 2807, trailheadapps/coral-cloud issue 80",
            names=(Naming("", "{name}"),),
        ),
        Entry(
            id="site-network",
            title="A network is missing",
            patterns=("no Network named {name} found",),
            meaning="The component belongs to the network (Experience Cloud site) {name}, which the org does not "
            "have and the deployment does not bring, or which failed in it.",
            mend="Turn on Digital Experiences, deploy the Network {name} with its CustomSite and bundle, or make the "
            "site by hand first; leave out navigation menus and audiences of sites that you do not deploy.",
            example="In field: Network - no Network named E-Bikes found",
            role=Role.EITHER,
            source="trailheadapps/ebikes-lwc issue 603",
            names=(Naming("Network", "{name}"),),
        ),
        Entry(
            id="site-brand-network",
            title="A brand belongs to a network that is not there",
            patterns=("Network not found for the {what}",),
            meaning="The brand or its image is of a network that is neither in the org nor deployed successfully.",
            mend="Mend the network first; it brings its brand with it.",
            example="Network not found for the CustomBrand",
            role=Role.EITHER,
            source="trailheadapps/ebikes-lwc issue 603",
        ),
        Entry(
            id="site-audience",
            title="An audience has no criteria left",
            patterns=("Audience needs at least one criteria",),
            meaning="An audience without a criterion cannot be saved; a retrieved default audience often has none.",
            mend="Leave the default audience out of the deployment (.forceignore), or give it a criterion.",
            example="Audience needs at least one criteria.",
            source="trailheadapps/ebikes-lwc issues 603 and 824",
        ),
        Entry(
            id="site-profiles",
            title="The network names a profile that is no member",
            patterns=("You can only select profiles that are associated with the experience",),
            meaning="A profile in the network's settings, such as the one of guests or of self-registration, is not "
            "among the members of that site in this org.",
            mend="Add the profile to networkMemberGroups of the network, or deploy it and the network with the profile "
            "first and the setting second.",
            example="Error: You can only select profiles that are associated with the experience.",
            source="forcedotcom/commerce-on-lightning issue 194",
        ),
        Entry(
            id="site-record-elsewhere",
            title="A record that the file names is in another org",
            patterns=("This record isn't in the target org: {name}",),
            meaning="The component points at the record {name}, which came from the org it was retrieved from.",
            mend="Make the record in this org first, or take the reference out; as a warning it hinders nothing.",
            example="This record isn't in the target org: E-Bikes.",
            source="trailheadapps/ebikes-lwc issue 603",
        ),
        Entry(
            id="site-url-taken",
            title="The address of a site is taken",
            patterns=(
                "URL path prefix is already in use",
                "urlPathPrefix{} already",
                "The site URL is already in use",
                "Subdomain {name} is not available",
            ),
            meaning="Another site of this org, or of another one, already has this address.",
            mend="Choose another urlPathPrefix, or delete the site that has it.",
            example="The URL path prefix is already in use by another site.",
            confidence=Confidence.UNCONFIRMED,
            source="general knowledge of the rule",
        ),
        Entry(
            id="site-flavor",
            title="Digital Experiences are off, or of another kind",
            patterns=(
                "Digital Experiences is not enabled",
                "Communities is not enabled",
                "enable Digital Experiences",
                "You must enable Communities",
            ),
            meaning="The org has Digital Experiences switched off, so that it has no place for sites and networks.",
            mend="Turn them on under Setup, Digital Experiences, Settings; in a scratch org add the feature "
            "Communities and communitiesSettings.enableNetworksEnabled.",
            example="You must enable Communities in your organization before you can deploy a Network.",
            confidence=Confidence.UNCONFIRMED,
            source="general knowledge of the rule",
        ),
    ),
)
