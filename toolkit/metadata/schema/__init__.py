"""The type model of Salesforce metadata: what a file of each type may hold, and whether one does."""
