"""Does the integration work, for whom, and which link of the chain is missing: gather facts, then judge them."""
