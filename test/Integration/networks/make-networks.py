#!/usr/bin/python3
"""Writes ResNet-18, ResNet-50 and MobileNetV2 with seeded random weights.

  make-networks.py CACHE [--only resnet18]

CACHE/NAME.onnx (opset 13, input `image` [1, 3, 224, 224], output `logits`
[1, 1000], batch norms folded by the exporter, as users export) and
NAME-bn.onnx (batch norms kept), CACHE/calibration.npz and CACHE/test.npz
(image-like random data, 4 and 2 images), CACHE/NAME-float.npz (`logits` of
test.npz by onnxruntime with optimizations off, or by torch where that is not
installed). Files that exist are kept. Too large for the repository (200 MB).

Random weights alone make activations that grow or fade from layer to layer.
Batch-norm statistics are therefore taken from a few forward passes, and
scales and shifts vary between channels, as in trained networks.

Needs Debian's python3-torch, python3-torchvision and python3-onnx.
"""
import argparse
import os
import subprocess
import sys

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
ORT_RUN = os.path.join(HERE, "..", "ort", "ort-run.js")
NAMES = ["resnet18", "resnet50", "mobilenet_v2"]
MEAN = np.array([0.485, 0.456, 0.406], np.float32).reshape(3, 1, 1)
DEVIATION = np.array([0.229, 0.224, 0.225], np.float32).reshape(3, 1, 1)


def image_like(rng, count, size=224):
    """Smooth noise of several scales with a few flat rectangles, normalized as for ImageNet."""
    images = np.zeros((count, 3, size, size), np.float32)
    for cells, weight in ((4, 0.5), (14, 0.3), (56, 0.15), (224, 0.05)):
        coarse = rng.random((count, 3, cells, cells), np.float32)
        images += weight * coarse.repeat(size // cells, 2).repeat(size // cells, 3)
    for image in images:
        for _ in range(5):
            top, left = rng.integers(0, size - 40, 2)
            height, width = rng.integers(10, 40, 2)
            image[:, top:top + height, left:left + width] = rng.random((3, 1, 1), np.float32)
    return ((images - MEAN) / DEVIATION).astype(np.float32)


def randomized(name, seed):
    import torch
    import torchvision
    torch.manual_seed(seed)
    net = getattr(torchvision.models, name)(weights=None)
    norms = [m for m in net.modules() if isinstance(m, torch.nn.BatchNorm2d)]
    for norm in norms:
        torch.nn.init.uniform_(norm.weight, 0.5, 1.5)
        torch.nn.init.normal_(norm.bias, 0, 0.3)
        norm.momentum = None  # the plain mean over the passes
    # Logits that differ between images.
    last = [m for m in net.modules() if isinstance(m, torch.nn.Linear)][-1]
    torch.nn.init.normal_(last.weight, 0, 1 / last.in_features ** 0.5)
    rng = np.random.default_rng(seed + 1)
    with torch.no_grad():
        net.train()
        for _ in range(2):
            net(torch.from_numpy(image_like(rng, 4)))
    return net.eval()


def export(net, path, keep_norms):
    import onnx
    import torch
    mode = torch.onnx.TrainingMode.PRESERVE if keep_norms else torch.onnx.TrainingMode.EVAL
    torch.onnx.export(net, torch.zeros(1, 3, 224, 224), path, opset_version=13, training=mode,
                      do_constant_folding=not keep_norms, input_names=["image"], output_names=["logits"])
    onnx.checker.check_model(path)


def float_logits(net, model, inputs, output):
    if subprocess.run(["node", ORT_RUN, "--probe"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0:
        subprocess.run(["node", ORT_RUN, model, "--input", inputs, "--output", output], check=True)
        return "onnxruntime"
    import torch
    with torch.no_grad():
        np.savez_compressed(output, logits=net(torch.from_numpy(np.load(inputs)["image"])).numpy())
    return "torch"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cache", help="folder to write to")
    parser.add_argument("--only", action="append", choices=NAMES, help="this network; may be repeated")
    args = parser.parse_args()
    os.makedirs(args.cache, exist_ok=True)
    at = lambda name: os.path.join(args.cache, name)
    rng = np.random.default_rng(7)
    data = {"calibration.npz": image_like(rng, 4), "test.npz": image_like(rng, 2)}
    for name, images in data.items():
        if not os.path.exists(at(name)):
            np.savez(at(name), image=images)
    for name in args.only or NAMES:
        wanted = [at(name + suffix) for suffix in (".onnx", "-bn.onnx", "-float.npz")]
        if all(os.path.exists(path) for path in wanted):
            print(f"{name}: kept", flush=True)
            continue
        try:
            import torch
        except ImportError:
            sys.exit("make-networks: python3-torch and python3-torchvision are needed")
        torch.set_num_threads(1)
        net = randomized(name, seed=11)
        export(net, wanted[0], keep_norms=False)
        export(net, wanted[1], keep_norms=True)
        engine = float_logits(net, wanted[0], at("test.npz"), wanted[2])
        logits = np.load(wanted[2])["logits"]
        with torch.no_grad():
            own = net(torch.from_numpy(data["test.npz"])).numpy()
        print(f"{name}: {os.path.getsize(wanted[0]) >> 20} MiB, logits by {engine}: deviation {logits.std():.3f}, "
              f"between images {np.abs(logits[0] - logits[1]).mean():.3f}, from torch {np.abs(logits - own).max():.1e}", flush=True)


if __name__ == "__main__":
    main()
