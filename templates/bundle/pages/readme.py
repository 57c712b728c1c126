"""README.md of a bundle: what it is, how it is verified, reviewed and deployed, on one page."""

from collections.abc import Iterable, Sequence

from cloudformation.environment.delivery.release_stamp import Stamp
from templates.bundle.deployables import Deployable
from templates.bundle.files import BundleFile, text_file
from templates.bundle.review import Since

_PAGE = """\
# Release {version}

CloudFormation templates and all that deploys them with a POSIX shell and the AWS CLI, version 1 or 2: no Python.

- Commit `{commit}`
- Digest `{digest}`

Both stand in the header and the Metadata of `templates/root.yaml`, and so in what `aws cloudformation get-template`
gives of a stack: there it is the release that changed the stack last. The digest is of the templates alone.

{stacks}

## Verify, look, deploy

```sh
sha256sum -c SHA256SUMS --quiet         # says nothing where every file is what it was
bin/deploy.sh verify --env {env}        # the same, and whether what runs is this release
bin/deploy.sh plan --env {env}          # what would change; nothing is left behind
bin/deploy.sh deploy --env {env}        # the same; asks, executes what was shown, follows every nested stack to its end
bin/deploy.sh status --env {env}        # the stack, its layers, its outputs, what a deployment would send
```

Where whoever made this release signs `SHA256SUMS`, verify the signature first, with a key that did not come with it.
`bin/deploy.sh` refuses a bundle of which a byte was changed, and credentials of another account. What replaces or
removes something that is not known to be harmless needs `--allow` and its name; `--yes` is not enough.

To change a value, copy `config/{env}/`, edit `parameters.json` there, and name the copy with `--config`; for one run,
`--set KEY=VALUE`. To go back, deploy the bundle of the earlier release. All else is asked of whoever made this one: a
template that is edited here is refused, and lost with the next release.

## What is in it

| file | what |
| --- | --- |
| `templates/` | the templates as they are deployed; `root.yaml` nests the layers, a service is a root of its own |
| `config/<environment>/` | what is sent beside them, once for each program that sends it |
| `policy/` | who may deploy, what CloudFormation may do, the bucket of the templates: made once, by the owner |
| `bin/deploy.sh` | verifies, reviews, deploys, operates; `bin/guards.tsv` is what needs an approval of its own |
| `review/` | pictures of the system and of each environment{review} |
| `RUNBOOK.md` | each parameter and what it replaces, everyday operations, alarms, stuck stacks and their way out |
| `MANIFEST.json` | version, commit, digest; each file, and what GetTemplate must give of each stack, with the SHA-256 |
| `SHA256SUMS` | the SHA-256 of every other file |

| in `config/<environment>/` | taken by |
| --- | --- |
| `parameters.json` | `aws cloudformation create-change-set --parameters file://` |
| `overrides.json` | `aws cloudformation deploy --parameter-overrides file://` |
| `tags.json`, `deploy-tags.json` | `--tags file://` of the first, and of the second |
| `codepipeline.json` | template configuration of CodePipeline's CloudFormation action |
| `deployment.json` | stack deployment file of Git sync; `bin/deploy.sh publish` writes `published/root.yaml` |
| `environment.sh` | account, Region, stack, bucket, role, protections: `bin/deploy.sh` reads it |
| `templates.tsv` | what the template of each stack is once this is deployed |

Only where an environment needs them: `secrets.txt` names the parameters whose value is in no file; `*.at-creation.json`
have what a creation sends in place of an update's values (`bin/deploy.sh deploy` does both in one run);
`notifications.json`, `rollback-triggers.json` and `stack-policy.json` have what it says of these.
"""


def readme(stamp: Stamp, stacks: Sequence[Deployable], since: Since | None) -> BundleFile:
    """The page; its commands are of the first environment."""
    review = f"; what this release changes since `{since.commit[:12]}`, as a page and as Markdown" if since else ""
    page = _PAGE.format(
        version=stamp.version,
        commit=stamp.commit,
        digest=stamp.digest,
        env=stacks[0].environment.name,
        stacks=_table(("environment", "stack", "account", "Region", "configuration"), map(_stack, stacks)),
        review=review,
    )
    return text_file("README.md", page)


def _stack(one: Deployable) -> tuple[str, ...]:
    environment = one.environment
    name = f"{environment.name}, service {environment.service}" if environment.service else environment.name
    return name, f"`{environment.stack}`", f"`{environment.account}`", environment.region, f"`config/{one.folder}/`"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (header, ["---"] * len(header), *rows))
