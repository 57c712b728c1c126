""".github/workflows/deploy.yml: two jobs an environment, its platform and its services, one after the other."""

from collections.abc import Sequence

_HEAD = """\
# Deploys what is on {branch}: {order}. docs/ci.md describes the setup; until the repository's variable
# DEPLOY_FROM_CI is "true" it does nothing.
name: deploy

on:
  push:
    branches: [{branch}]
  # Manually: to approve guarded changes, which a run on a push never does.
  workflow_dispatch:
    inputs:
      allow:
        description: Guarded changes that are approved, by path, separated by spaces
        type: string
        default: ""

permissions:
  contents: read

# For each environment: the platform, then the services, which need it. Another environment needs two more jobs.
jobs:
"""
_FIRST = "    if: vars.DEPLOY_FROM_CI == 'true' && github.ref_name == github.event.repository.default_branch\n"
_LATER = "    needs: {needs}\n{why}    if: ${{{{ !cancelled() && needs.{needs}.result == 'success' }}}}\n"
_WHY = "    # A job without changes is skipped, and must not prevent the others.\n"
_JOB = """\
  {name}:
{when}    uses: ./.github/workflows/deploy-environment.yml
    permissions:
      contents: read
      id-token: write
    concurrency: deploy-{environment}
    with:
      environment: {environment}
      part: {part}
      allow: ${{{{ inputs.allow || '' }}}}
"""


def deploy_workflow(environments: Sequence[str], branch: str) -> str:
    """The workflow that deploys the environments in their order; the last one is the last that is asked for."""
    names = [(environment, part) for environment in environments for part in ("platform", "services")]
    jobs = [environment if part == "platform" else f"{environment}-services" for environment, part in names]
    said = [_FIRST, *(_LATER.format(needs=needs, why="" if number else _WHY) for number, needs in enumerate(jobs[:-1]))]
    texts = [
        _JOB.format(name=job, when=when, environment=environment, part=part)
        for job, when, (environment, part) in zip(jobs, said, names, strict=True)
    ]
    return _HEAD.format(branch=branch, order=", then ".join(environments)) + "\n".join(texts)
