"""The database's layer as it would be deployed, of both kinds, which no environment may have."""

from __future__ import annotations

from pathlib import Path

from tests.scanners.resolved import PROJECT, ResolvedLayer, own_environments, resolved, sent

LAYER = "data"
MODES = ("instance", "aurora")
# What a team in production says of it.
_PRODUCTION = {
    "DatabaseMultiAz": "true",
    "DatabaseDeletionProtection": "true",
    "DatabaseLogRetentionDays": "365",
}


def environment_of(mode: str) -> str:
    """The name under which a kind is scanned; no environment is called so."""
    return f"with-{mode}"


def databases(project: Path = PROJECT) -> list[ResolvedLayer]:
    """The layer of each kind, in an environment that has private subnets."""
    given = [(environment, sent(project, environment)) for environment in own_environments(project)]
    private = [(environment, values) for environment, values in given if values.get("PrivateSubnet1Cidr")]
    return [
        layer
        for environment, values in private[:1]
        for mode in MODES
        for layer in resolved(
            environment._replace(name=environment_of(mode)), {**values, **_PRODUCTION, "DatabaseMode": mode}
        )
        if layer.layer == LAYER
    ]
