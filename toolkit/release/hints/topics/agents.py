"""Agents, bots, prompts and what they call."""

from toolkit.release.hints.entry import Confidence, Entry, Naming, Role, Topic

TOPIC = Topic(
    "Agents and bots",
    (
        Entry(
            id="agent-target",
            title="An agent's action calls something that is not there",
            patterns=("The invocation target value '{name}' (type: {kind:word}) for action {action} is invalid",),
            meaning="The action calls {name} ({kind}), and this org has no such thing: a flow, class or prompt that "
            "is not deployed or not active, or a standard action whose feature is off.",
            mend="Deploy and activate {name} before the planner; for a standard action turn on the feature and data "
            "that it needs in this org.",
            example="The invocation target value 'analyzeSemanticData' (type: standardInvocableAction) for action "
            "'AnalyzeSemanticData_179Q10000008Tw5' is invalid. Check that the referenced target exists in your org, or "
            "update the invocation target field with a valid value.",
            role=Role.EITHER,
            source="forcedotcom/cli issue 3649",
            names=(Naming("", "{name}"),),
        ),
        Entry(
            id="agent-main-menu",
            title="A bot's main menu fits its kind of bot or not",
            patterns=(
                "You can't specify the {property:word} property if the botType",
                "A main menu {property:word} must be specified",
            ),
            meaning="Bots with dialogs need mainMenuDialog, agents must not have it; botType in the file says which "
            "it is.",
            mend="Set botType and mainMenuDialog so that they fit together, in a source API version that knows "
            "agents (62.0 or later).",
            example="You can’t specify the mainMenuDialog property if the botType value represents an AI agent. "
            "Remove the mainMenuDialog value and try again.",
            source="forcedotcom/cli issue 3417",
        ),
        Entry(
            id="agent-active",
            title="An active agent or bot cannot be changed",
            patterns=(
                "You can't update an active {kind}",
                "Deactivate the {kind} before",
                "bot version is active",
                "planner is in use by an active",
            ),
            meaning="What is active answers users at this moment and is locked.",
            mend="Deactivate it in this org (Setup, Agents or Einstein Bots), deploy, and activate it again.",
            example="You can't update an active bot version.",
            confidence=Confidence.UNCONFIRMED,
            source="forcedotcom/cli issue 3637 (the rule)",
        ),
        Entry(
            id="agent-prompt-type",
            title="The org does not know the type of a prompt template",
            patterns=(
                "Prompt template type {what} not valid",
                "template type {what} is not valid",
                "Invalid template type",
            ),
            meaning="The type of the prompt template belongs to a feature or a release that this org does not have.",
            mend="Turn on Einstein generative AI and the feature of that type, or deploy with a version that the org "
            "has.",
            example="Prompt template type is not valid",
            confidence=Confidence.UNCONFIRMED,
            source="trailheadapps/coral-cloud issue 31",
        ),
        Entry(
            id="agent-einstein-off",
            title="Einstein or Agentforce is switched off",
            patterns=(
                "Einstein Generative AI is not enabled",
                "enable Einstein{what}",
                "Agentforce is not enabled",
                "turn on Einstein{what}",
            ),
            meaning="Agents, planners and prompts exist only where generative AI is switched on.",
            mend="Turn on Einstein Setup and Agentforce in this org; in a scratch org add the feature "
            "Einstein1AIPlatform.",
            example="Agentforce is not enabled for this organization.",
            confidence=Confidence.UNCONFIRMED,
            source="general knowledge of the rule",
        ),
    ),
)
