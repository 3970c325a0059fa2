#!/usr/bin/python3
"""Runs every test of qs and sums the results.

  test/run-tests.py --build build [--only REGEX] [--list]

Three kinds are run, in this order:
  lit      all of BUILD/test (FileCheck tests, conformance tests)
  gtest    every executable BUILD/**/*Tests
  script   test/**/check-*.py and check-*.sh; each prints lines PASS: NAME,
           FAIL: NAME: WHY, SKIP: NAME: WHY and gets the build folder as argument

Closes with "N passed, N failed" (", N skipped" where tests were). Exit code 0
when all passed, 1 when a test failed.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SCRIPT_LIMIT_S = 900


class Totals:
    def __init__(self):
        self.passed, self.failed, self.skipped = [], [], []

    def add(self, verdict, name, why=""):
        {"PASS": self.passed, "FAIL": self.failed, "SKIP": self.skipped}[verdict].append((name, why))

    def counts(self):
        return len(self.passed), len(self.failed), len(self.skipped)


def cached(build, key):
    with open(os.path.join(build, "CMakeCache.txt")) as f:
        found = re.search(rf"^{key}:\w+=(.*)$", f.read(), re.M)
    return found.group(1) if found else ""


def find_lit(build):
    for path in (cached(build, "QS_LIT"),
                 os.path.join(cached(build, "LLVM_DIR"), "..", "..", "..", "bin", "lit")):
        if path and os.path.exists(path):
            return os.path.normpath(path)
    return None


def run_lit(build, totals, only):
    suite = os.path.join(build, "test")
    lit = find_lit(build)
    if not lit or not os.path.exists(os.path.join(suite, "lit.site.cfg.py")):
        totals.add("FAIL", "lit", f"no {'lit' if not lit else suite + '/lit.site.cfg.py'}")
        return
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        command = [sys.executable, lit, "-sv", "--output", out.name, suite]
        if only:
            command += ["--filter", only, "--allow-empty-runs"]
        code = subprocess.run(command, stdin=subprocess.DEVNULL).returncode
        try:
            tests = json.load(out)["tests"]
        except ValueError:
            if code or not only:
                totals.add("FAIL", "lit", f"exit code {code}, no results")
            return
    for test in tests:
        verdict = {"PASS": "PASS", "XFAIL": "PASS", "FLAKYPASS": "PASS",
                   "UNSUPPORTED": "SKIP", "SKIPPED": "SKIP", "EXCLUDED": None}.get(test["code"], "FAIL")
        if verdict:
            totals.add(verdict, test["name"], test["code"].lower())


def gtest_programs(build):
    for folder, folders, files in os.walk(build):
        folders[:] = [f for f in folders if f not in ("CMakeFiles", "_deps", "demo")]
        for name in sorted(files):
            path = os.path.join(folder, name)
            if name.endswith("Tests") and os.access(path, os.X_OK):
                yield path


def add_gtest(totals, name, code, output):
    """What one process wrote of its tests."""
    try:
        with open(output) as f:
            suites = json.load(f)["testsuites"]
    except (OSError, ValueError):
        totals.add("FAIL", name, f"exit code {code}, no results")
        return
    cases = [case for suite in suites for case in suite["testsuite"]]
    for case in cases:
        verdict = "FAIL" if case.get("failures") else "SKIP" if case["result"] == "SKIPPED" else "PASS"
        if case["status"] == "RUN":
            totals.add(verdict, f"{name}/{case['classname']}.{case['name']}")
    if code and not any(case.get("failures") for case in cases):
        totals.add("FAIL", name, f"exit code {code}")


def run_gtest(build, totals, only):
    for program in gtest_programs(build):
        name = os.path.basename(program)
        if only and not re.search(only, name):
            continue
        print(f"-- {name}", flush=True)
        # A part of the tests on each processor.
        parts = os.cpu_count() or 1
        with tempfile.TemporaryDirectory() as folder:
            outputs = [os.path.join(folder, f"{i}.json") for i in range(parts)]
            running = [subprocess.Popen([program, "--gtest_brief=1", f"--gtest_output=json:{output}"],
                                        stdin=subprocess.DEVNULL,
                                        env={**os.environ, "GTEST_TOTAL_SHARDS": str(parts),
                                             "GTEST_SHARD_INDEX": str(i)})
                       for i, output in enumerate(outputs)]
            for process, output in zip(running, outputs):
                add_gtest(totals, name, process.wait(), output)


def scripts():
    for folder, folders, files in os.walk(os.path.join(ROOT, "test")):
        folders[:] = sorted(f for f in folders if f != "Inputs")
        for name in sorted(files):
            if re.fullmatch(r"check-.*\.(py|sh)", name):
                yield os.path.join(folder, name)


def run_scripts(build, totals, only):
    for path in scripts():
        label = os.path.relpath(path, ROOT)
        if only and not re.search(only, label):
            continue
        print(f"-- {label}", flush=True)
        interpreter = [sys.executable] if path.endswith(".py") else ["bash"]
        before, start = sum(totals.counts()), time.time()
        process = subprocess.Popen(["timeout", str(SCRIPT_LIMIT_S), *interpreter, path, build], text=True,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, cwd=ROOT)
        failed = len(totals.failed)
        for line in process.stdout:
            print(line, end="", flush=True)
            result = re.match(r"(PASS|FAIL|SKIP): ([^:\n]+)(?:: (.*))?", line)
            if result:
                totals.add(result[1], f"{label}: {result[2]}", result[3] or "")
        code = process.wait()
        if code and len(totals.failed) == failed:
            why = f"stopped after {SCRIPT_LIMIT_S} s" if code == 124 else f"exit code {code}"
            totals.add("FAIL", label, why)
        elif sum(totals.counts()) == before:
            totals.add("FAIL", label, "printed no result")
        print(f"   {time.time() - start:.0f} s", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=os.path.join(ROOT, "build"))
    parser.add_argument("--only", metavar="REGEX", help="only tests whose name matches")
    parser.add_argument("--list", action="store_true", help="list scripts and gtest programs, run nothing")
    args = parser.parse_args()
    build = os.path.abspath(args.build)
    if args.list:
        print("\n".join([*gtest_programs(build), *scripts()]))
        return 0
    totals = Totals()
    for run in (run_lit, run_gtest, run_scripts):
        run(build, totals, args.only)
    for title, found in (("skipped", totals.skipped), ("failed", totals.failed)):
        if found:
            print(f"\n{title}:")
            for name, why in found:
                print(f"  {name}{': ' + why if why else ''}")
    passed, failed, skipped = totals.counts()
    print(f"\n{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""), flush=True)
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
