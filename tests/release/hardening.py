"""hardening.py: was the shipped program built with every protection the compiler has? Speaks TAP.

Reads the ELF file with readelf and nm: full RELRO, position independent, no executable stack, stack canaries, FORTIFY,
control-flow marks, no banned function, no path of the machine that built it. Before each verdict it makes sure that the
check can fail, on a small program built without protection.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

BANNED = {"strcpy", "strcat", "sprintf", "vsprintf", "gets", "strtok", "alloca", "system", "rand", "gmtime", "localtime"}
WEAK = ["-O0", "-no-pie", "-fno-pie", "-fno-stack-protector", "-U_FORTIFY_SOURCE", "-fcf-protection=none", "-w",
        "-Wl,-z,norelro,-z,execstack,-z,lazy"]
WEAK_SOURCE = """#include <string.h>
#include <stdio.h>
int main(int n, char **v) { char b[64]; (void)n; strcpy(b, v[0]); puts(b); puts(__FILE__); return 0; }
"""


def output(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True, errors="replace").stdout


def imported(binary):
    """Undefined symbols, without their versions."""
    return {line.split()[-1].split("@")[0] for line in output("nm", "-D", "-u", str(binary)).splitlines() if line.strip()}


def position_independent(binary):
    return re.search(r"Type:\s+DYN", output("readelf", "-hW", str(binary))) is not None


def full_relro(binary):
    bind_now = re.search(r"\(FLAGS(?:_1)?\).*\bNOW\b|\(BIND_NOW\)", output("readelf", "-dW", str(binary)))
    return "GNU_RELRO" in output("readelf", "-lW", str(binary)) and bind_now is not None


def stack_not_executable(binary):
    match = re.search(r"GNU_STACK.*\s(RWE|RW)\s", output("readelf", "-lW", str(binary)))
    return match is not None and match.group(1) == "RW"


def stack_canary(binary):
    return "__stack_chk_fail" in imported(binary)


def fortified(binary):
    return any(name.endswith("_chk") and name != "__stack_chk_fail" for name in imported(binary))


def control_flow_marked(binary):
    """Functions begin with endbr64. (The note in the file is lost, since Debian's start code has none.)"""
    return binary.read_bytes().count(b"\xf3\x0f\x1e\xfa") > 50


def no_banned_function(binary):
    return not imported(binary) & BANNED


def no_path_of_the_builder(binary):
    root = str(pathlib.Path(__file__).resolve().parent.parent.parent)
    data = binary.read_bytes()
    return root.encode() + b"/" not in data and str(binary.parent).encode() + b"/" not in data


CHECKS = [position_independent, full_relro, stack_not_executable, stack_canary, fortified, control_flow_marked,
          no_banned_function, no_path_of_the_builder]


def weak_program(folder):
    source = pathlib.Path(folder, "weak.c")
    source.write_text(WEAK_SOURCE, encoding="utf-8")
    binary = pathlib.Path(folder, "weak")
    subprocess.run(["gcc", *WEAK, str(source), "-o", str(binary)], check=True)
    return binary


def main():
    binary = pathlib.Path(sys.argv[1]) / "src/main/terang"
    if not binary.is_file():
        print("1..0 # SKIP the program terang is not built yet")
        return 0
    failed = 0
    print(f"1..{2 * len(CHECKS)}")
    with tempfile.TemporaryDirectory() as folder:
        weak = weak_program(folder)
        for number, check in enumerate(CHECKS):
            for offset, (name, good) in enumerate([(f"{check.__name__}_can_fail", not check(weak)), (check.__name__, check(binary))]):
                failed += not good
                print(f"{'ok' if good else 'not ok'} {2 * number + offset + 1} - {name}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
