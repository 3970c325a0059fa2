#!/usr/bin/python3
"""The main job of the README: the handwritten-digits network, from a trained
ONNX file to int8 code, with what it costs in accuracy and brings in size and
time.

  demo.py --build build --out build/demo

Leaves in the output folder: digits-int8.so with its C header, digits-float.so,
report.json, report.html, and the answers of every engine as .npz.
"""
import argparse
import json
import os
import sys

import numpy as np

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "test", "Integration"))
from tools import (RECIPE, ToolError, Tools, accuracy, integration, onnxruntime_median_us,
                   onnxruntime_version)

MODEL = integration("digits", "digits.onnx")
CALIBRATION = integration("digits", "calibration.npz")
TEST = integration("digits", "test.npz")
ALLOWED_POINTS = 0.5
RUNS = 2000


def step(text):
    print(f"-- {text}", flush=True)


def fact_text(tensor):
    """How the report's `weights` or `activations` of a layer are stored, in words."""
    if not tensor:
        return "-"
    return " ".join(str(tensor[key]) for key in ("code", "scale") if tensor.get(key))


def number(value, digits=1):
    return "-" if value is None else f"{value:.{digits}f}"


def decibel(tensor):
    return number(tensor.get("sqnr_db") if tensor else None)


def print_layers(report):
    print(f"\n{'layer':<22} {'op':<10} {'weights':<13} {'dB':>5}  {'activations':<13} {'dB':>5} {'own':>5} {'us':>6}"
          "  float because")
    for layer in report["layers"]:
        weights, activations = layer.get("weights"), layer.get("activations")
        print(f"{layer['name'][:22]:<22} {layer['op'][:10]:<10} {fact_text(weights)[:13]:<13} {decibel(weights):>5}  "
              f"{fact_text(activations)[:13]:<13} {decibel(activations):>5} {number(layer['own_sqnr_db']):>5} "
              f"{number(layer['time_us'], 2):>6}  {layer['fallback'] or ''}".rstrip())
    timing = report["timing"]
    if timing["runs"]:
        print(f"layers {timing['layers_us']:.2f} us + other work {timing['other_us']:.2f} us; "
              f"the code without clocks takes {timing['network_us']:.2f} us")


def print_times(rows, base):
    print(f"\n{'one image, one thread':<44} {'median':>10}  {'float = 1':>9}")
    for name, time in rows:
        print(f"{name:<44} {time:>7.1f} us  {base / time:>8.2f}x")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=os.path.join(ROOT, "build"))
    parser.add_argument("--out", default=os.path.join(ROOT, "build", "demo"))
    args = parser.parse_args()
    os.makedirs(args.out, exist_ok=True)
    at = lambda name: os.path.join(args.out, name)
    tools = Tools(args.build)
    labels = np.load(TEST)["labels"]
    one = at("one-image.npz")
    np.savez(one, image=np.load(TEST)["image"][:1])

    step("compiling the float network")
    tools.compile(MODEL, at("digits-float.so"), "--emit", "so")
    step("calibrating on 200 images (KL) and compiling to int8")
    quantize = ["--recipe", RECIPE, "--calibration", CALIBRATION]
    tools.compile(MODEL, at("digits-int8.so"), *quantize, "--emit", "so",
                  "--test", TEST, "--report", at("report.json"), "--html", at("report.html"))
    step(f"running {len(labels)} test images: float, int8, and int8 on the reference interpreter")
    logits = {
        "float": tools.outputs(at("digits-float.so"), TEST, at("float.npz"))["logits"],
        "int8": tools.outputs(at("digits-int8.so"), TEST, at("int8.npz"))["logits"],
        "interp": tools.outputs(MODEL, TEST, at("interp.npz"), "--engine", "interp", *quantize)["logits"],
    }
    step("timing")
    times = [("qs float", tools.median_us(at("digits-float.so"), one, RUNS)),
             ("qs int8", tools.median_us(at("digits-int8.so"), one, RUNS))]
    version = onnxruntime_version()
    if version:
        times.append((f"onnxruntime {version} float", onnxruntime_median_us(MODEL, one, RUNS)))
        times.append((f"onnxruntime {version} int8 (QDQ)",
                      onnxruntime_median_us(integration("quantized", "digits-qdq.onnx"), one, RUNS)))
        overhead = onnxruntime_median_us(integration("ort", "identity.onnx"), one, RUNS)

    with open(at("report.json")) as f:
        report = json.load(f)
    print_layers(report)
    found = {name: 100 * accuracy(answer, labels) for name, answer in logits.items()}
    lost = found["float"] - found["int8"]
    different = int((logits["int8"] != logits["interp"]).sum())
    totals = report["totals"]
    print(f"\n{'':<28} {'float':>10} {'int8':>10}")
    print(f"{'accuracy on the test part':<28} {found['float']:>8.2f} % {found['int8']:>8.2f} %   "
          f"({found['int8'] - found['float']:+.2f} points)")
    print(f"{'weights':<28} {totals['float_bytes']:>8} B {totals['bytes']:>8} B   "
          f"({totals['float_bytes'] / totals['bytes']:.2f} times smaller)")
    sizes = [os.path.getsize(at(f"digits-{kind}.so")) for kind in ("float", "int8")]
    print(f"{'shared object, code and data':<28} {sizes[0]:>8} B {sizes[1]:>8} B")
    print(f"{'logits unlike the interpreter':<39} {different:>8}   (of {logits['int8'].size} logits)")
    print_times(times, times[0][1])
    if version:
        print(f"(onnxruntime is called through node; an empty model takes {overhead:.1f} us there)")
    else:
        print("(onnxruntime is not installed: tools/setup.sh --peers)")
    print(f"\nreport: {os.path.relpath(at('report.html'))}")
    if different:
        raise ToolError(f"interpreter and native code differ in {different} logits")
    if lost > ALLOWED_POINTS + 1e-9:
        raise ToolError(f"int8 loses {lost:.2f} points, more than {ALLOWED_POINTS}")


if __name__ == "__main__":
    try:
        main()
    except ToolError as error:
        sys.exit(f"demo: {error}")
