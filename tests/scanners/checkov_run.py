"""Run by checkov's own interpreter: its CloudFormation checks over a folder, as JSON.

Its command imports every framework that it knows and asks its makers' site for guidelines first.
"""

import json
import sys

from checkov.cloudformation.runner import Runner
from checkov.runner_filter import RunnerFilter


def main(folder: str) -> int:
    report = Runner().run(root_folder=folder, runner_filter=RunnerFilter(framework=["cloudformation"]))
    failed = [
        {"rule": row.check_id, "file": row.file_path, "resource": row.resource, "text": row.check_name}
        for row in report.failed_checks
    ]
    read = {row.file_path for row in (*report.failed_checks, *report.passed_checks, *report.extra_resources)}
    json.dump({"failed": failed, "read": sorted(read - set(report.parsing_errors))}, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
