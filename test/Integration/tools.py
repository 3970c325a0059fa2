"""What the integration checks and the demo share: running the tools, reading
their answers, printing verdicts that test/run-tests.py sums up."""
import os
import re
import subprocess
import sys

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
RECIPE = os.path.join(HERE, "int8-kl.yaml")
ORT_RUN = os.path.join(HERE, "ort", "ort-run.js")


def integration(*parts):
    return os.path.join(HERE, *parts)


class ToolError(Exception):
    """A tool is missing or ended with an error."""


def run(command, limit_s=600):
    """Standard output of a command; ToolError with its last words where it fails."""
    words = [str(word) for word in command]
    try:
        done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=limit_s)
    except FileNotFoundError:
        raise ToolError(f"{words[0]} is not there: build it first (tools/setup.sh)")
    except subprocess.TimeoutExpired:
        raise ToolError(f"{' '.join(words)}: no end after {limit_s} s")
    if done.returncode:
        last = "\n".join((done.stderr or done.stdout).strip().splitlines()[-6:])
        raise ToolError(f"{' '.join(words)}: exit code {done.returncode}: {last}")
    return done.stdout


class Tools:
    """qs-compile and qs-run of one build folder."""

    def __init__(self, build):
        self.bin = os.path.join(os.path.abspath(build), "bin")

    def compile(self, model, output, *options, limit_s=600):
        return run([os.path.join(self.bin, "qs-compile"), model, *options, "-o", output], limit_s)

    def execute(self, model, *options, limit_s=600):
        return run([os.path.join(self.bin, "qs-run"), model, *options], limit_s)

    def outputs(self, model, inputs, output, *options, limit_s=600):
        """The arrays that a model answers, by name."""
        self.execute(model, "--input", inputs, "--output", output, *options, limit_s=limit_s)
        with np.load(output) as arrays:
            return dict(arrays)

    def median_us(self, model, inputs, runs):
        return parse_time(self.execute(model, "--input", inputs, "--output", os.devnull, "--time", runs))


def parse_time(text):
    found = re.search(r"time_us median=([0-9.]+) min=([0-9.]+) max=([0-9.]+) runs=(\d+) threads=(\d+)", text)
    if not found:
        raise ToolError(f"no line of times in: {text.strip()[-200:]}")
    return float(found[1])


def onnxruntime_version():
    """None where node or onnxruntime-node is not installed."""
    try:
        return run(["node", ORT_RUN, "--probe"], 60).strip()
    except ToolError:
        return None


def onnxruntime_median_us(model, inputs, runs):
    return parse_time(run(["node", ORT_RUN, model, "--input", inputs, "--optimize", "all", "--time", runs]))


def accuracy(logits, labels):
    return float((logits.reshape(len(labels), -1).argmax(1) == labels).mean())


class Checks:
    """Verdicts of one script. Every name is reported once, and exit_code tells."""

    def __init__(self):
        self.failures = 0

    def say(self, verdict, name, why=""):
        self.failures += verdict == "FAIL"
        why = " ".join(str(why).split())
        print(f"{verdict}: {name}" + (f": {why}" if why else ""), flush=True)

    def check(self, name, body):
        """body() returns a remark, or raises AssertionError or ToolError."""
        try:
            self.say("PASS", name, body() or "")
        except (AssertionError, ToolError, KeyError, ValueError, OSError) as error:
            self.say("FAIL", name, f"{type(error).__name__}: {error}")

    def finish(self):
        sys.exit(1 if self.failures else 0)
