"""run_tap.py: reads what a test program says (TAP) into single cases.

Understands cmocka 1.1 (which writes a skip as "not ok N # SKIP name" and repeats its plan for each group), node's
reporter (indented lines belong to a case above and are left alone) and anything plainer. A program that promises more
cases than it reports, reports none, or ends badly although all was ok, gets a failed case for that.
"""

import dataclasses
import re

PLAN = re.compile(r"1\.\.(\d+)(?:\s*#\s*(?i:skip)\S*\s*(.*))?\s*$")
CASE = re.compile(r"(not )?ok\b\s*(\d+)?\s*(?:-\s*)?(.*)$")
SKIP = re.compile(r"#\s*(?i:skip)\S*\s*(.*)$")


@dataclasses.dataclass(frozen=True)
class Case:
    """One test case. verdict is 'passed', 'failed' or 'skipped'; note says why, where that is known."""

    suite: str
    name: str
    verdict: str
    note: str = ""


def _case(suite, program, match):
    failed, number, text = match.groups()
    skip = SKIP.search(text)
    if skip:
        name = text[: skip.start()].strip() or skip.group(1).strip() or f"case {number}"
        return Case(suite, f"{program}: {name}", "skipped", skip.group(1).strip())
    return Case(suite, f"{program}: {text.strip() or f'case {number}'}", "failed" if failed else "passed")


def cases(suite, program, output, status):
    """The cases in `output`. `status` is the exit status, negative for a signal, None when time ran out."""
    found = []
    planned = 0
    has_plan = False
    for line in output.splitlines():
        plan = PLAN.match(line)
        if plan:
            has_plan = True
            planned += int(plan.group(1))
            if plan.group(1) == "0" and plan.group(2) is not None:
                found.append(Case(suite, f"{program}: all", "skipped", plan.group(2)))
                planned += 1
        elif line.startswith("Bail out!"):
            found.append(Case(suite, f"{program}: {line}", "failed"))
        elif (match := CASE.match(line)) is not None:
            found.append(_case(suite, program, match))

    if status is None:
        found.append(Case(suite, f"{program}: time ran out", "failed"))
    elif status < 0:
        found.append(Case(suite, f"{program}: ended by signal {-status}", "failed"))
    elif has_plan and len(found) < planned:
        found.append(Case(suite, f"{program}: {planned - len(found)} of {planned} cases not reported", "failed"))
    elif status != 0 and not any(c.verdict == "failed" for c in found):
        found.append(Case(suite, f"{program}: exit status {status}", "failed"))
    elif not found:
        found.append(Case(suite, f"{program}: no case reported", "failed"))
    return found
