#!/usr/bin/python3
"""Trains the digits networks and writes their ONNX files and data.

The images are the 1,797 8x8 handwritten digits that scikit-learn ships, split
by a fixed seed into train / calibration / test parts of 1197 / 200 / 400 that
share no image and have the same mix of classes. A pixel 0..16 is fed as
pixel/16, shape [N, 1, 8, 8], input `image`, output `logits` [N, 10].

  make-digits.py                  writes everything that the repository holds
  make-digits.py --out DIR --arch residual --seed 7     one more network

Needs Debian's python3-torch, python3-sklearn and python3-onnx. Training is
single-threaded and seeded: the same machine gives the same file twice.
"""
import argparse
import json
import os
import sys

import numpy as np
import onnx
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn

HERE = os.path.dirname(os.path.abspath(__file__))
SPLIT_SEED = 20
CALIBRATION, TEST = 200, 400


class Residual(nn.Module):
    """Batch norms, a residual add, a depthwise and a pointwise convolution."""

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(1, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16)
        self.conv2, self.bn2 = nn.Conv2d(16, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16)
        self.conv3, self.bn3 = nn.Conv2d(16, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16)
        self.dw, self.bn4 = nn.Conv2d(16, 16, 3, padding=1, groups=16, bias=False), nn.BatchNorm2d(16)
        self.pw, self.bn5 = nn.Conv2d(16, 32, 1, bias=False), nn.BatchNorm2d(32)
        self.pool, self.gap = nn.MaxPool2d(2), nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(32, 10)

    def forward(self, x):
        x = torch.relu(self.bn1(self.conv1(x)))
        y = torch.relu(self.bn2(self.conv2(x)))
        x = torch.relu(x + self.bn3(self.conv3(y)))
        x = self.pool(x)
        x = torch.relu(self.bn4(self.dw(x)))
        x = torch.relu(self.bn5(self.pw(x)))
        return self.fc(torch.flatten(self.gap(x), 1))


class Plain(nn.Module):
    """Groups, stride, dilation, a clipped activation, average pooling."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(),
            nn.Conv2d(16, 32, 3, stride=2, padding=1, groups=4), nn.ReLU6(),
            nn.Conv2d(32, 32, 3, padding=2, dilation=2), nn.ReLU(),
            nn.AvgPool2d(2), nn.Flatten(), nn.Linear(128, 10))

    def forward(self, x):
        return self.body(x)


class Mlp(nn.Module):
    """Linear layers only."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Flatten(), nn.Linear(64, 64), nn.ReLU(),
            nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 10))

    def forward(self, x):
        return self.body(x)


ARCHITECTURES = {"residual": Residual, "plain": Plain, "mlp": Mlp}
# What the repository holds besides the main network (residual, seed 0).
OTHERS = [("residual", 1), ("residual", 2), ("plain", 0), ("plain", 1), ("mlp", 0), ("mlp", 1)]


def load_parts():
    digits = load_digits()
    images = (digits.images / 16.0).astype(np.float32)[:, None]
    labels = digits.target.astype(np.int64)
    x, x_test, y, y_test = train_test_split(
        images, labels, test_size=TEST, stratify=labels, random_state=SPLIT_SEED)
    x_train, x_cal, y_train, y_cal = train_test_split(
        x, y, test_size=CALIBRATION, stratify=y, random_state=SPLIT_SEED)
    return (x_train, y_train), (x_cal, y_cal), (x_test, y_test)


def shifted(batch, generator):
    """Moves each image by -1, 0 or 1 pixel both ways: augmentation."""
    padded = nn.functional.pad(batch, (1, 1, 1, 1))
    moves = torch.randint(0, 3, (len(batch), 2), generator=generator)
    return torch.stack([image[:, r:r + 8, c:c + 8] for image, (r, c) in zip(padded, moves.tolist())])


def train(arch, seed, images, labels, epochs):
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    net = ARCHITECTURES[arch]().train()
    x, y = torch.from_numpy(images), torch.from_numpy(labels)
    size = 32
    steps = epochs * (len(x) // size)
    optimizer = torch.optim.AdamW(net.parameters(), lr=4e-3, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=1e-2, total_steps=steps)
    for epoch in range(epochs):
        order = torch.randperm(len(x), generator=generator)
        for step in range(len(x) // size):
            part = order[step * size:(step + 1) * size]
            loss = nn.functional.cross_entropy(net(shifted(x[part], generator)), y[part])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        if sys.stderr.isatty():
            print(f"\r{arch} seed {seed}: epoch {epoch + 1}/{epochs}", end="", file=sys.stderr)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    return net.eval()


def logits_of(net, images):
    with torch.no_grad():
        return net(torch.from_numpy(images)).numpy()


def export(net, path, batch=1, fold=False, symbolic=False):
    """fold: the exporter multiplies batch norms into the convolutions."""
    mode = torch.onnx.TrainingMode.EVAL if fold else torch.onnx.TrainingMode.PRESERVE
    torch.onnx.export(
        net, torch.zeros(batch, 1, 8, 8), path, opset_version=13, training=mode,
        do_constant_folding=fold, input_names=["image"], output_names=["logits"],
        dynamic_axes={"image": {0: "N"}, "logits": {0: "N"}} if symbolic else None)
    model = onnx.load(path)
    for node in model.graph.node:
        # The exporter's stack traces name this machine's folders.
        node.doc_string = ""
    onnx.checker.check_model(model)
    onnx.save(model, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", default=HERE, help="folder to write to (default: beside this script)")
    parser.add_argument("--arch", choices=sorted(ARCHITECTURES), help="train only this architecture")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=60)
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    os.makedirs(args.out, exist_ok=True)
    at = lambda name: os.path.join(args.out, name)

    train_part, calibration, test = load_parts()
    accuracy = {}

    def make(name, arch, seed):
        net = train(arch, seed, *train_part, args.epochs)
        logits = logits_of(net, test[0])
        accuracy[name] = round(float((logits.argmax(1) == test[1]).mean()), 6)
        export(net, at(name + ".onnx"))
        print(f"{name}: test accuracy {100 * accuracy[name]:.2f} %, "
              f"{os.path.getsize(at(name + '.onnx'))} bytes", flush=True)
        return net, logits

    if args.arch:
        make(f"{args.arch}-{args.seed}", args.arch, args.seed)
        return
    np.savez_compressed(at("calibration.npz"), image=calibration[0], labels=calibration[1])
    np.savez_compressed(at("test.npz"), image=test[0], labels=test[1])
    net, logits = make("digits", "residual", 0)
    np.savez_compressed(at("test-logits.npz"), logits=logits)
    export(net, at("digits-folded.onnx"), fold=True)
    export(net, at("digits-batch40.onnx"), batch=40)
    export(net, at("digits-symbolic.onnx"), symbolic=True)
    # Large weights in a file of their own, as models over 2 GB have them.
    if os.path.exists(at("digits-external.bin")):
        os.remove(at("digits-external.bin"))
    onnx.save_model(onnx.load(at("digits.onnx")), at("digits-external.onnx"), save_as_external_data=True,
                    location="digits-external.bin", size_threshold=256)
    for arch, seed in OTHERS:
        make(f"{arch}-{seed}", arch, seed)
    with open(at("accuracy.json"), "w") as f:
        json.dump(accuracy, f, indent=1)
        f.write("\n")


if __name__ == "__main__":
    main()
