"""The token of an operation: it is on every event that follows, and shows who started it.

CloudFormation gives a token no meaning, and shows it to everybody who can see the events (ClientRequestToken, 1 to 128
letters, digits and hyphens). The console writes its own: Console-<operation>-<id>.
"""

import re

_MOST = 128
_OURS = re.compile(r"deploy-(?P<who>.*)-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def signed(caller: str, unique: str) -> str:
    """A token that names the caller (an ARN) in front of a UUID."""
    who = re.sub(r"[^A-Za-z0-9]+", "-", _name(caller)).strip("-")
    return f"deploy-{who[: _MOST - len(unique) - len('deploy--')]}-{unique}"


def made_by(caller: str) -> str:
    """The description of a change set, for anyone who finds it."""
    return f"deploy.py of {_name(caller)}"


def _name(caller: str) -> str:
    """`name` of a user, `role/session` of an assumed role."""
    return caller.rpartition(":")[2].partition("/")[2] or "root"


def starter(token: str | None) -> str:
    """Who started the operation with that token, as far as it shows."""
    if not token:
        return "somebody"
    ours = _OURS.fullmatch(token)
    if ours:
        return f"deploy.py of {ours['who']}"
    return "somebody in the console" if token.startswith("Console-") else f"somebody with token {token}"
