"""Steps, plan, apply and verify: the only way anything touches an org."""
