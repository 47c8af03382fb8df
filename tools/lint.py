"""lint.py: everything ./dev lint looks at, one line a check, faults below it.

Our own checks are lint_*.py beside this file; each can be run alone. Then the format, the shell scripts and cppcheck.
gcc -fanalyzer runs in its own build (build/analyze), incrementally. With names as arguments only those checks run.
"""

import concurrent.futures
import importlib.util
import os
import pathlib
import shutil
import subprocess
import sys
import time

import lint_common

TOOLS = pathlib.Path(__file__).resolve().parent
ROOT = TOOLS.parent
JOBS = str(os.cpu_count() or 2)

CPPCHECK = [
    "cppcheck", "-q", "-j", JOBS, "--std=c17", "--library=posix", "--library=tools/cppcheck.cfg",
    "--error-exitcode=1", "--inline-suppr", "--enable=warning,portability,performance",
    "--suppressions-list=tools/cppcheck.suppressions", "--cppcheck-build-dir=build/cppcheck",
    "--template={file}:{line}: {id}: {message}", "-I", "src",
]


def sources():
    return sorted(str(p.relative_to(ROOT)) for top in ("src", "tests") for p in (ROOT / top).rglob("*.[ch]")
                  if "node_modules" not in p.parts)


def shipped():
    """The .c files of the program: no tests and no helpers of tests."""
    return [s for s in sources() if s.startswith("src/") and s.endswith(".c") and not lint_common.is_test(s)]


def command(words):
    """Output and exit status of a program run in the checkout."""
    if shutil.which(words[0]) is None:
        return f"{words[0]} is not installed (./dev deps test)", 1
    done = subprocess.run(words, cwd=ROOT, check=False, text=True, errors="replace",
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    return done.stdout, done.returncode


def own_tool(path):
    """A tool with check(root) is loaded, any other is run and judged by its exit status."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    if hasattr(module, "check"):
        faults = module.check(ROOT)
        return "\n".join(faults), 1 if faults else 0
    return command([sys.executable, str(path)])


def check_format():
    """The first place a file, which is enough to know that ./dev fmt is needed."""
    output, status = command(["clang-format", "--dry-run", "-Werror", *sources()])
    first = {}
    for line in output.splitlines():
        if ": error: " in line:
            first.setdefault(line.split(":")[0], line.split(" [-W")[0])
    return "\n".join(first.values()) or output, status


def check_shell():
    return command(["shellcheck", "dev", ".ci/run"])


def check_cppcheck():
    (ROOT / "build/cppcheck").mkdir(parents=True, exist_ok=True)
    return command([*CPPCHECK, *shipped()])


def check_analyzer():
    """The sources of src (not the tests) once more with gcc's path analysis; a warning is an error."""
    build = ROOT / "build/analyze"
    if not (build / "build.ninja").exists():
        setup = command(["meson", "setup", str(build), "--buildtype=debugoptimized", "-Danalyze=true"])
        if setup[1] != 0:
            return setup
    output, status = command(["ninja", "-C", str(build), "--quiet", "-k", "0", "analyzed"])
    errors = [line.removeprefix("../../") for line in output.splitlines() if ": error: " in line]
    return "\n".join(sorted(set(errors))) or output, status


def checks():
    found = {}
    for path in sorted(TOOLS.glob("lint_*.py")):
        if path.stem not in ("lint_common", "lint_selftest"):
            found[path.stem.removeprefix("lint_")] = lambda path=path: own_tool(path)
    return found | {"format": check_format, "shell": check_shell, "cppcheck": check_cppcheck, "analyzer": check_analyzer}


def timed(name, function):
    start = time.monotonic()
    output, status = function()
    return name, output.strip(), status, time.monotonic() - start


def main():
    chosen = {n: f for n, f in checks().items() if len(sys.argv) == 1 or n in sys.argv[1:]}
    if not chosen:
        print("no such check; there are:", *checks())
        return 3
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for name, output, status, seconds in pool.map(lambda item: timed(*item), chosen.items()):
            bad += status != 0
            print(f"lint {name:<10} {'FAILED' if status else 'good':<7}{seconds:6.1f} s", flush=True)
            if status:
                print(output, flush=True)
    print(f"lint: {len(chosen) - bad} of {len(chosen)} checks are good")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
