"""lint.py: everything ./dev lint looks at, one line a check, faults below it.

Our own checks are lint_*.py beside this file; each can be run alone. Then the format, the shell scripts and cppcheck.
gcc -fanalyzer runs in its own build (build/analyze), incrementally; clang-tidy (.clang-tidy) reads each file with that
build's flags, and again only when the file or a header changed. With names as arguments only those checks run.
"""

import concurrent.futures
import hashlib
import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import shlex
import sys
import threading
import time

import lint_common

TOOLS = pathlib.Path(__file__).resolve().parent
ROOT = TOOLS.parent
JOBS = str(os.cpu_count() or 2)
ANALYZE = ROOT / "build/analyze"
ANALYZE_LOCK = threading.Lock()

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


def analyze_build():
    """Output and exit status of bringing build/analyze up to date, without compiling."""
    with ANALYZE_LOCK:
        if (ANALYZE / "build.ninja").exists():
            return command(["ninja", "-C", str(ANALYZE), "--quiet", "build.ninja"])
        return command(["meson", "setup", str(ANALYZE), "--buildtype=debugoptimized", "-Danalyze=true"])


def check_analyzer():
    """The sources of src (not the tests) once more with gcc's path analysis; a warning is an error."""
    output, status = analyze_build()
    if status == 0:
        output, status = command(["ninja", "-C", str(ANALYZE), "--quiet", "-k", "0", "analyzed"])
    errors = [line.removeprefix("../../") for line in output.splitlines() if ": error: " in line]
    return "\n".join(sorted(set(errors))) or output, status


def flags_of(source):
    """Of the build's command for a file, what clang needs to read it as gcc does."""
    words = shlex.split(source["command"])
    return [w for w in words if w.startswith(("-I", "-isystem", "-D", "-std="))]


def tidy(path, flags, headers):
    """Faults of one file; none when it was good with the same headers."""
    key = hashlib.sha256(b"\0".join([headers, path.read_bytes(), *map(str.encode, flags)])).hexdigest()
    good = ROOT / "build/tidy" / key
    if good.exists():
        return ""
    done = subprocess.run(["clang-tidy", "--quiet", str(path), "--", *flags], cwd=ANALYZE, check=False, text=True,
                          errors="replace", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    faults = [line.removeprefix(f"{ROOT}/") for line in done.stdout.splitlines() if "warning: " in line or "error: " in line]
    if done.returncode == 0 and not faults:
        good.touch()
    return "\n".join(sorted(set(faults))) or ("" if done.returncode == 0 else f"{path}: clang-tidy ends with {done.returncode}")


def check_tidy():
    if shutil.which("clang-tidy") is None:
        return "clang-tidy is not installed (./dev deps test)", 1
    output, status = analyze_build()
    if status != 0:
        return output, status
    (ROOT / "build/tidy").mkdir(parents=True, exist_ok=True)
    headers = b"\0".join((ROOT / s).read_bytes() for s in [".clang-tidy", *sources()] if not s.endswith(".c"))
    built = json.loads((ANALYZE / "compile_commands.json").read_text(encoding="utf-8"))
    flags = {(ANALYZE / c["file"]).resolve(): flags_of(c) for c in built}
    beside = {path.parent: f for path, f in flags.items()}  # for what only another build compiles (main/heap.c)
    paths = [ROOT / s for s in shipped()]
    with concurrent.futures.ThreadPoolExecutor(int(JOBS)) as pool:
        found = pool.map(lambda path: tidy(path, flags.get(path, beside[path.parent]), headers), paths)
    faults = [f for f in found if f]
    return "\n".join(faults), 1 if faults else 0


def checks():
    found = {}
    for path in sorted(TOOLS.glob("lint_*.py")):
        if path.stem not in ("lint_common", "lint_selftest"):
            found[path.stem.removeprefix("lint_")] = lambda path=path: own_tool(path)
    return found | {"format": check_format, "shell": check_shell, "tidy": check_tidy, "cppcheck": check_cppcheck,
                    "analyzer": check_analyzer}


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
