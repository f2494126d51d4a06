"""The embedded org: a server over SQLite that speaks the Salesforce APIs."""
