"""README.md of a bundle: what it is, how it is verified, reviewed and deployed, on one page."""

from collections.abc import Iterable, Sequence

from cloudformation.environment.delivery.release_stamp import Stamp
from templates.bundle.deployables import Deployable
from templates.bundle.files import BundleFile, text_file
from templates.bundle.review import Since

_PAGE = """\
# Release {version}

CloudFormation templates, and a program that deploys them with a POSIX shell and the AWS CLI, version 1 or 2. Python is
not needed.

- Commit `{commit}`
- Digest `{digest}`

Both are in the header and the Metadata of `templates/root.yaml`, and so in the output of
`aws cloudformation get-template` for a stack: there, they show the release that changed the stack last. The digest
covers the templates only.

{stacks}

## Verify, review, deploy

```sh
sha256sum -c SHA256SUMS --quiet         # prints nothing if every file is unchanged
bin/deploy.sh verify --env {env}        # the same, and shows if this release is deployed
bin/deploy.sh plan --env {env}          # shows what would change, and changes nothing
bin/deploy.sh deploy --env {env}        # shows the same, asks, executes it and follows every nested stack
bin/deploy.sh status --env {env}        # shows the stack, its nested stacks, its outputs and pending changes
```

If `SHA256SUMS` is signed, verify the signature first, with a key from another source than the bundle. `bin/deploy.sh`
refuses a bundle with a changed file, and credentials of another account. A replacement or removal that is not known to
be harmless needs an approval of its own: `--allow` and its path. `--yes` does not approve it.

To change a value, copy `config/{env}/`, edit `parameters.json` in the copy, and pass the copy with `--config`; for one
run only, use `--set KEY=VALUE`. To go back, deploy the bundle of the earlier release. For any other change, ask the
team that made this bundle: an edited template is refused, and the next release would overwrite it.

## Contents

| File | Contents |
| --- | --- |
| `templates/` | the deployed templates; `root.yaml` has the nested stacks, each service is a separate stack |
| `config/<environment>/` | parameters, tags and settings, in the format of each program that sends them |
| `policy/` | IAM policies for deploying and for CloudFormation, and the template bucket; the owner creates them once |
| `bin/deploy.sh` | verifies, reviews, deploys and operates; `bin/guards.tsv` lists what needs an approval of its own |
| `review/` | diagrams of the system and of each environment{review} |
| `RUNBOOK.md` | parameters and what they replace, everyday operations, alarms, stuck stacks and their recovery |
| `MANIFEST.json` | version, commit, digest; the SHA-256 of each file, and of what GetTemplate returns for each stack |
| `SHA256SUMS` | the SHA-256 of every other file |

| In `config/<environment>/` | Used by |
| --- | --- |
| `parameters.json` | `aws cloudformation create-change-set --parameters file://` |
| `overrides.json` | `aws cloudformation deploy --parameter-overrides file://` |
| `tags.json`, `deploy-tags.json` | `--tags file://` of the first, and of the second |
| `codepipeline.json` | template configuration of the CloudFormation action in CodePipeline |
| `deployment.json` | stack deployment file of Git sync; `bin/deploy.sh publish` writes `published/root.yaml` |
| `environment.sh` | `bin/deploy.sh`: account, Region, stack, bucket, role, protections |
| `templates.tsv` | `bin/deploy.sh`: the template of each stack after this deployment |

Some files exist only if an environment needs them: `secrets.txt` names the parameters whose value is in no file;
`*.at-creation.json` have the values for the creation of the stack, where they differ from those of an update
(`bin/deploy.sh deploy` uses both in one run); `notifications.json`, `rollback-triggers.json` and `stack-policy.json`
have these settings of the stack.
"""


def readme(stamp: Stamp, stacks: Sequence[Deployable], since: Since | None) -> BundleFile:
    """The page; its commands are of the first environment."""
    review = f"; the changes of this release since `{since.commit[:12]}`, as HTML and as Markdown" if since else ""
    page = _PAGE.format(
        version=stamp.version,
        commit=stamp.commit,
        digest=stamp.digest,
        env=stacks[0].environment.name,
        stacks=_table(("Environment", "Stack", "Account", "Region", "Configuration"), map(_stack, stacks)),
        review=review,
    )
    return text_file("README.md", page)


def _stack(one: Deployable) -> tuple[str, ...]:
    environment = one.environment
    name = f"{environment.name}, service {environment.service}" if environment.service else environment.name
    return name, f"`{environment.stack}`", f"`{environment.account}`", environment.region, f"`config/{one.folder}/`"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (header, ["---"] * len(header), *rows))
