"""Apex tests that fail, coverage, and test levels."""

from toolkit.release.hints.entry import Confidence, Entry, Role, Topic

TOPIC = Topic(
    "Tests and coverage",
    (
        Entry(
            id="coverage-average",
            title="The org's coverage is under 75 %",
            patterns=(
                "Average test coverage across all Apex Classes and Triggers is {percent:word} at least {needed:word}",
                "Average test coverage across all Apex Classes and Triggers is {percent:word}",
            ),
            meaning="All local tests together cover {percent} of the org's Apex; production needs 75 %. Code that was "
            "there before counts as well as yours.",
            mend="Add tests for the classes with the least coverage, or run only the tests of your own classes "
            "(RunSpecifiedTests), where each class must reach 75 % by itself.",
            example="Average test coverage across all Apex Classes and Triggers is 74%, at least 75% test coverage is "
            "required.",
            source="salesforcecli/plugin-deploy-retrieve pull request 656",
            french=(
                "La couverture de test moyenne de l'ensemble des classes et déclencheurs Apex est de {percent:word}",
            ),
            french_example="La couverture de test moyenne de l'ensemble des classes et déclencheurs Apex est de 74 %",
        ),
        Entry(
            id="coverage-component",
            title="A class or trigger is covered too little",
            patterns=("Test coverage of selected Apex {kind} is {percent:word} at least {needed:word}",),
            meaning="The tests that ran cover {percent} of an Apex {kind} of the deployment, and {needed} are "
            "needed. A trigger needs at least one line covered; with RunSpecifiedTests every class needs 75 % by "
            "itself.",
            mend="Name the test classes that cover it in the deployment, or add tests.",
            example="Test coverage of selected Apex Trigger is 0%, at least 1% test coverage is required",
            source="quoted in public repositories",
        ),
        Entry(
            id="coverage-class",
            title="A class is covered too little by the tests that ran",
            patterns=("code coverage: {name:word} Test coverage", "Your organization's code coverage is {name:word}"),
            meaning="{name}: fewer lines were covered than production asks for.",
            mend="Run the tests that cover the class, or add some.",
            example="Your organization's code coverage is 61%. You need at least 75% coverage to complete this "
            "deployment.",
            confidence=Confidence.UNCONFIRMED,
            source="general knowledge",
        ),
        Entry(
            id="test-level-production",
            title="Production wants tests to run",
            patterns=("testLevel of {level:word} cannot be used in production",),
            meaning="The package holds Apex, and production does not take Apex with the test level {level}.",
            mend="Deploy with RunSpecifiedTests and the package's test classes, or with RunLocalTests.",
            example="testLevel of NoTestRun cannot be used in production organizations",
            source="quoted in public repositories",
        ),
        Entry(
            id="test-level-options",
            title="Tests are named without the level for it",
            patterns=(
                "runTests can be used only with a testLevel of RunSpecifiedTests",
                "must specify at least one test",
            ),
            meaning="Test classes go with the level RunSpecifiedTests, and that level with test classes.",
            mend="Give both or none of them.",
            example="INVALID_OPERATION: runTests can be used only with a testLevel of RunSpecifiedTests",
            source="quoted in public repositories",
        ),
        Entry(
            id="test-assertion",
            title="A test found something else than it expects",
            patterns=("System.AssertException: Assertion Failed: {what}", "System.AssertException: Assertion Failed"),
            meaning="An assertion of a test does not hold in this org. Tests of the org itself fail after a "
            "change of configuration or data as well.",
            mend="Read the line that the stack names; make the test bring its own data and not rely on the org's.",
            example="System.AssertException: Assertion Failed: Expected: 1, Actual: 0",
            confidence=Confidence.DOCUMENTED,
            source="Apex Developer Guide, built-in exceptions",
            french=("System.AssertException: Échec de l'assertion",),
            french_example="System.AssertException: Échec de l'assertion : Attendu : 1, Réel : 0",
        ),
        Entry(
            id="test-null",
            title="A test met a value that is not there",
            patterns=("System.NullPointerException: Attempt to de-reference a null object",),
            meaning="Code used a value that was null: often a record, setting or custom label that a test expects to "
            "be in the org and that tests do not see.",
            mend="Create what the test needs in the test; custom settings are empty in tests.",
            example="System.NullPointerException: Attempt to de-reference a null object",
            confidence=Confidence.DOCUMENTED,
            source="Apex Developer Guide, built-in exceptions",
        ),
        Entry(
            id="test-dml",
            title="Saving a record failed in a test",
            patterns=(
                "System.DmlException: {operation:word} failed. First exception on row {row:word} {what}",
                "System.DmlException: {operation:word} failed. First exception on row",
            ),
            meaning="The {operation} was refused: a required field, validation rule, trigger or flow of this org "
            "stands in the way. The code after the row number says which.",
            mend="Make the test's data fit the org's rules, or keep the rule from firing for the test's records.",
            example="System.DmlException: Insert failed. First exception on row 0; first error: "
            "REQUIRED_FIELD_MISSING, Required fields are missing: [Region__c]: [Region__c]",
            confidence=Confidence.DOCUMENTED,
            source="Apex Developer Guide, built-in exceptions",
        ),
        Entry(
            id="test-no-rows",
            title="A query in a test found nothing",
            patterns=("System.QueryException: List has no rows for assignment to SObject",),
            meaning="Exactly one record was expected and there is none: tests do not see the org's data, and profiles "
            "or record types have other names in other orgs.",
            mend="Insert the record in the test, and look profiles up in a way that does not depend on the language.",
            example="System.QueryException: List has no rows for assignment to SObject",
            confidence=Confidence.DOCUMENTED,
            source="Apex Developer Guide, built-in exceptions",
        ),
        Entry(
            id="test-limit",
            title="A test went over a governor limit",
            patterns=("System.LimitException: {limit}",),
            meaning="The transaction used more than Apex allows: {limit}. In an org with more triggers and flows the "
            "same test uses more.",
            mend="Move queries and DML out of loops, and put Test.startTest() before the part under test.",
            example="System.LimitException: Too many SOQL queries: 101",
            confidence=Confidence.DOCUMENTED,
            source="Apex Developer Guide, built-in exceptions",
        ),
        Entry(
            id="test-mixed-dml",
            title="Setup and other records were changed in one transaction",
            patterns=("MIXED_DML_OPERATION",),
            meaning="Apex may not change users, permission sets or groups and ordinary records in one transaction.",
            mend="Wrap one of the two in System.runAs(...) in the test.",
            example="MIXED_DML_OPERATION, DML operation on setup object is not permitted after you have updated a "
            "non-setup object (or vice versa): Account",
            confidence=Confidence.DOCUMENTED,
            source="Apex Developer Guide, sObjects that cannot be used together in DML operations",
        ),
        Entry(
            id="test-job-scheduled",
            title="A test schedules a job that the org has already",
            patterns=("The Apex job named '{name}' is already scheduled for execution",),
            meaning="The org runs a scheduled job named {name}, and names of jobs are unique, in tests as well.",
            mend="Give the job of the test a name of its own, or stop the org's job for the deployment.",
            example='System.AsyncException: The Apex job named "Nightly" is already scheduled for execution.',
            source="twilio/twilio-salesforce issue 23",
        ),
        Entry(
            id="test-class-absent",
            title="A test class that is to run is not there",
            patterns=("Apex class '{name:word}' to be run as a test does not exist", "No test classes found: {name}"),
            meaning="The deployment names the test class {name}, which is neither in the org nor in the package.",
            mend="Correct the name, or add the class; only whole classes can be named.",
            example="No test classes found: CobrowseTokenTests",
            role=Role.EITHER,
            confidence=Confidence.UNCONFIRMED,
            source="general knowledge",
        ),
        Entry(
            id="test-level-too-new",
            title="The API version does not have this test level",
            patterns=(
                "TestLevel cannot be '{:word}' unless API version is",
                "RunRelevantTests needs API version",
            ),
            meaning="RunRelevantTests came with API version 66.0; the org, or the version that was asked for, is "
            "older.",
            mend="Use RunLocalTests, or RunSpecifiedTests with the classes that cover the change.",
            example="TestLevel cannot be 'RunRelevantTests' unless API version is 66.0 or later",
            confidence=Confidence.DOCUMENTED,
            source="Metadata API Developer Guide, Run Relevant Apex Tests in a Deployment",
        ),
        Entry(
            id="test-certificate",
            title="A test signs with a certificate that the org lacks",
            patterns=("System.NoDataFoundException: Data Not Available", "Data Not Available"),
            meaning="Apex asked for a certificate by its unique name and the org has none of it. Fresh sandboxes and "
            "scratch orgs have no certificates.",
            mend="Deploy the certificate first, or give the test a signer of its own.",
            example="System.NoDataFoundException: Data Not Available: The data you were trying to access could not be "
            "found.",
            confidence=Confidence.UNCONFIRMED,
            source="amtrack/sfdx-browserforce-plugin (the text, in another place)",
        ),
    ),
)
