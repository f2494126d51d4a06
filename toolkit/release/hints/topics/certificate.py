"""Certificates."""

from toolkit.release.hints.entry import Confidence, Entry, Topic

TOPIC = Topic(
    "Certificates",
    (
        Entry(
            id="certificate-name",
            title="A certificate has a name that the platform does not take",
            patterns=("Unique Name: The Unique Name can only contain underscores and alphanumeric characters",),
            meaning="The unique name has letters, digits and single underscores only, begins with a letter and does "
            "not end with an underscore.",
            mend="Change certificate.name in the configuration.",
            example="Unique Name: The Unique Name can only contain underscores and alphanumeric characters. It must be "
            "unique, begin with a letter, not include spaces, not end with an underscore.",
            confidence=Confidence.DOCUMENTED,
            source="Metadata API Developer Guide, Certificate",
        ),
        Entry(
            id="certificate-content",
            title="A certificate of an authority comes with its content",
            patterns=("certificate signed by a certificate authority can't be created without its content",),
            meaning="caSigned is true and the .crt is empty. Only a self-signed certificate is made by the org itself.",
            mend="Set caSigned to false and leave the .crt empty, or upload the signed certificate.",
            example="A certificate signed by a certificate authority can't be created without its content",
            confidence=Confidence.UNCONFIRMED,
            source="general knowledge of the rule",
        ),
        Entry(
            id="certificate-pem",
            title="What is in the .crt is no certificate",
            patterns=("The certificate content is not a valid X.509 certificate",),
            meaning="The .crt must hold one X.509 certificate in PEM form, or nothing.",
            mend="Empty the file to let the org make its key pair, or put the PEM certificate there.",
            example="The certificate content is not a valid X.509 certificate in PEM format",
            confidence=Confidence.UNCONFIRMED,
            source="general knowledge of the rule",
        ),
        Entry(
            id="certificate-in-use",
            title="A certificate in use cannot go",
            patterns=("This certificate is in use", "certificate is being used by {what}"),
            meaning="Single sign-on, an app or a setting uses the certificate.",
            mend="Point what uses it to another certificate first. Deleting one loses its private key for good.",
            example="This certificate is in use and can't be deleted",
            confidence=Confidence.UNCONFIRMED,
            source="general knowledge of the rule",
        ),
        Entry(
            id="certificate-key-exists",
            title="A certificate keeps its key",
            patterns=("You can't change the key size of an existing certificate",),
            meaning="Key size and expiry of a certificate that exists are fixed.",
            mend="Deploy a certificate of another name, switch the configuration to it, then delete the old one.",
            example="You can't change the key size of an existing certificate",
            confidence=Confidence.UNCONFIRMED,
            source="general knowledge of the rule",
        ),
    ),
)
