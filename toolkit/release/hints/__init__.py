"""Deployment errors: what each means, how to mend it, and which of them explain the others.

explain(message)  the hints for one message, best first
group(failures)   the failures of a deployment, root causes first
"""

from toolkit.release.hints.entry import Confidence, Naming, Role
from toolkit.release.hints.explain import Hint, explain
from toolkit.release.hints.group import Consequence, Failure, Group, group

__all__ = ["Confidence", "Consequence", "Failure", "Group", "Hint", "Naming", "Role", "explain", "group"]
