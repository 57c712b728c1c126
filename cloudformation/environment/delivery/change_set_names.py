"""How the change sets of a stack are named, so that a policy distinguishes those of one environment from another's.

IAM is asked about the stack when a change set is made, executed or deleted (service authorization reference); for
DescribeEvents it may be asked about the change set, whose ARN names no stack, and once it was so for ExecuteChangeSet
(widdix/complete-aws-iam-reference#6). A nested set is named `<this>-<logical id>-<12 characters>`, 128 at most in all.
"""

OURS, SAVED, REVERT = "deploy-", "plan-", "revert-"
"""How the names begin: of one that lives as long as its run, of one that is saved, of one that reverts drift."""
_LONGEST = 24


def change_set_name(prefix: str, stack: str, token: str) -> str:
    """The name of a change set of a stack (its name, or its ARN); `token` makes it the only one."""
    return f"{prefix}{_short(stack.rpartition(':stack/')[2].partition('/')[0])}-{token}"


def change_set_patterns(stack: str) -> list[str]:
    """What the names of all change sets of a stack match, and of no other stack's but those that begin as it does."""
    return [change_set_name(prefix, stack, "*") for prefix in (OURS, SAVED, REVERT)]


def _short(stack: str) -> str:
    """The stack's name, or a shorter name that identifies it and leaves room for nested sets."""
    if len(stack) <= _LONGEST:
        return stack
    from hashlib import sha256  # most names are short, and rendering is to be quick

    return f"{stack[:15]}-{sha256(stack.encode()).hexdigest()[:8]}"
