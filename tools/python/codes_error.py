"""The error of codes on weights of known shape: draws the weights, has
qs-compile quantize them and reads the SQNR of its report."""
import concurrent.futures
import json
import os

import numpy as np

SEED = 20261121
ROWS, COLUMNS = 128, 256
FAMILIES = ["int", "log2_", "logsqrt2_", "apot_", "codebook", "posit"]


def bell(rng):
    return rng.normal(0, 1, (ROWS, COLUMNS))


def skewed(rng):
    """A Gamma of shape 2 less its mean: a long tail on one side."""
    return rng.gamma(2, 1, (ROWS, COLUMNS)) - 2


def bimodal(rng):
    """Two narrow bells at -1 and +1."""
    return rng.choice([-1, 1], (ROWS, COLUMNS)) + rng.normal(0, 0.2, (ROWS, COLUMNS))


SHAPES = {"bell": bell, "skewed": skewed, "bimodal": bimodal}


def write_model(path):
    """A function with a matrix multiply for each shape, named after it."""
    rng = np.random.default_rng(SEED)
    out = f"tensor<1x1x{COLUMNS}xf32>"
    lines = [f"func.func @main(%x: tensor<1x1x{ROWS}xf32>) -> ({', '.join([out] * len(SHAPES))}) {{",
             '  %z = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>']
    weight = f"tensor<1x{ROWS}x{COLUMNS}xf32>"
    for name, draw in SHAPES.items():
        text = draw(rng).astype("<f4").tobytes().hex().upper()
        lines += [f'  %w_{name} = "tosa.const"() <{{values = dense<"0x{text}"> : {weight}}}> : () -> {weight}',
                  f"  %{name} = tosa.matmul %x, %w_{name}, %z, %z : (tensor<1x1x{ROWS}xf32>, {weight}, "
                  f'tensor<1xf32>, tensor<1xf32>) -> {out} loc("{name}")']
    names = ", ".join(f"%{name}" for name in SHAPES)
    lines += [f"  return {names} : {', '.join([out] * len(SHAPES))}", "}"]
    with open(path, "w") as f:
        f.write("\n".join(lines) + "\n")


def write_calibration(path):
    rng = np.random.default_rng(SEED + 1)
    np.savez(path, arg0=rng.normal(0, 1, (8, 1, ROWS)).astype(np.float32))


def layer_db(report_path):
    """The SQNR of the weights of each layer that has any."""
    with open(report_path) as f:
        layers = json.load(f)["layers"]
    return {layer["name"]: layer["weights"]["sqnr_db"] for layer in layers if layer.get("weights")}


def weight_recipe(code, quantizers, **keys):
    """Every family with the best scale that its quantizers find: the least
    squared error where that is on offer."""
    if "mse" in quantizers:
        keys["quantizer"] = "mse"
    weights = ", ".join(f"{key}: {value}" for key, value in {"code": code, "scale": "tensor", **keys}.items())
    return f"version: 1\ndefaults:\n  weights: {{{weights}}}\n"


def measure(compile_with, codes, folder, digits, jobs_at_once, say):
    """{panel: {series: [(bits, dB)]}}. `codes` are the rows of
    qs-translate --list-codes; `compile_with(model, calibration, recipe text)`
    returns the path of a report; digits is (model, calibration)."""
    model, data = os.path.join(folder, "shapes.mlir"), os.path.join(folder, "shapes.npz")
    write_model(model)
    write_calibration(data)
    jobs = []
    for code in codes:
        family = code.name.rstrip("0123456789")
        if code.name in ("nf4", "f4e2m1"):
            jobs.append((code.name, code, {}))
        elif family in FAMILIES and code.name != family and 2 <= code.bits <= 8:
            storage = {"codebook": "tensor:f32"} if "kmeans" in code.quantizers else {}
            jobs.append((family.rstrip("_"), code, storage))
            if storage:
                jobs.append(("codebook, int8 entries", code, {"codebook": "tensor:int8"}))

    def errors(job):
        series, code, keys = job
        recipe = weight_recipe(code.name, code.quantizers, **keys)
        found = {f"{name} weights": db for name, db in layer_db(compile_with(model, data, recipe)).items()}
        layers = list(layer_db(compile_with(*digits, recipe)).values())
        found["digits network, mean of its layers"] = sum(layers) / len(layers)
        return found

    panels = {}
    with concurrent.futures.ThreadPoolExecutor(jobs_at_once) as pool:
        for done, (job, found) in enumerate(zip(jobs, pool.map(errors, jobs)), 1):
            series, code, _ = job
            say(f"error of {code.name}", done, len(jobs))
            for panel, db in found.items():
                panels.setdefault(panel, {}).setdefault(series, []).append((code.bits, db))
    return panels
