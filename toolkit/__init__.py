"""sfmeta: Salesforce metadata, generated, validated, packaged, planned and deployed."""

__version__ = "0.1.0"
