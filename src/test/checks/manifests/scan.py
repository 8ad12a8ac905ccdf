"""Scans files of Kubernetes' documents with checkov, each by itself, so that none is taken for safe by what stands in
another. Prints what fails, and ends with status 1 where something does."""

import sys
from pathlib import Path

from checkov.kubernetes.runner import Runner
from checkov.runner_filter import RunnerFilter


def problems(file: Path) -> tuple[int, int, list[str]]:
    report = Runner().run(root_folder=None, files=[str(file)], runner_filter=RunnerFilter(framework=["kubernetes"]))
    found = [f"{check.check_id} {check.resource}: {check.check_name}" for check in report.failed_checks]
    found += [
        f"{check.check_id} {check.resource}: expected a reason for the skip"
        for check in report.skipped_checks
        if not check.check_result.get("suppress_comment", "").strip()
    ]
    found += [f"cannot be read: {error}" for error in report.parsing_errors]
    return len(report.passed_checks), len(report.skipped_checks), found


def is_source(file: Path) -> bool:
    """Whether a file is part of a chart or of a kustomization, of which only what it makes is a document."""
    return any((folder / name).exists() for folder in file.parents for name in ("Chart.yaml", "kustomization.yaml"))


def main(folders: list[str]) -> int:
    files = sorted(
        file
        for folder in folders
        for pattern in ("*.yaml", "*.yml")
        for file in Path(folder).rglob(pattern)
        if not is_source(file)
    )
    passed = skipped = failed = 0
    for file in files:
        ok, left, found = problems(file)
        passed += ok
        skipped += left
        failed += len(found)
        for problem in found:
            print(f"error: {file}: {problem}")
    print(f"checkov: {len(files)} files, {passed} checks passed, {skipped} skipped with a reason, {failed} failed")
    return 1 if failed or not passed else 0


sys.exit(main(sys.argv[1:]))
