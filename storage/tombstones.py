"""What stays of a forgotten person: keyed marks that say nothing without the deployment's key (design.md 4.16)."""

import hashlib

from storage.scope import Deployment


def account_mark(deployment: Deployment, school: str, platform: str, workspace_key: str, user_key: str) -> str:
    """The mark of one account. A returning person is recognised by it as having been counted."""
    return deployment.mark(school, platform, workspace_key, user_key)


def linked_mark(deployment: Deployment, account: str) -> str:
    """By which an account (its `account_mark`) that was once linked is known again, whatever became of its person."""
    return deployment.mark("linked", account)


def address_mark(deployment: Deployment, school: str, address: str) -> str:
    """The mark of a normalised address within one school: staff lists are matched by it, too."""
    return deployment.mark("address", school, address)


def erasure_mark(public_id: str) -> str:
    """How the log of erasures names a person, or an endorsement: a hash of the random public id, which is gone."""
    return hashlib.sha256(public_id.encode()).hexdigest()
