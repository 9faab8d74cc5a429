#!/usr/bin/env python3
"""The dense autoencoder recipe, trained whole in PyTorch: test error and time, one JSON line per seed.

784-128-64-32-32-64-128-784, ReLU but for the last sigmoid, Glorot uniform weights, zero biases, mean squared
error, Adam 1e-3 (epsilon 1e-7), batches of 256 from a fresh permutation every epoch.

  torch_autoencoder.py DATA [--set mnist] [--seeds 3] [--seed S]... [--epochs 50] [--threads N] [--adam fused]

DATA holds SET/*-idx3-ubyte.gz. --seed, given once or more, replaces the seeds 0 to SEEDS-1.
"seconds" is the training alone: neither the start of Python nor the reading of the data.
"""
import argparse
import gzip
import json
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


def images(path):
    with gzip.open(path) as f:
        return torch.from_numpy(np.frombuffer(f.read(), np.uint8, offset=16).reshape(-1, 784).astype(np.float32) / 255)


def autoencoder():
    sizes, layers = [784, 128, 64, 32, 32, 64, 128, 784], []
    for i in range(7):
        linear = nn.Linear(sizes[i], sizes[i + 1])
        nn.init.xavier_uniform_(linear.weight)
        nn.init.zeros_(linear.bias)
        layers += [linear, nn.Sigmoid() if i == 6 else nn.ReLU()]
    return nn.Sequential(*layers)


def adam(params, kind):
    """Fused where this version has it for the CPU (it does the same arithmetic faster); else PyTorch's default."""
    if kind == "fused":
        try:
            return torch.optim.Adam(params, lr=1e-3, eps=1e-7, fused=True)
        except (TypeError, RuntimeError):
            pass
    return torch.optim.Adam(params, lr=1e-3, eps=1e-7)


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("data")
parser.add_argument("--set", default="mnist")
parser.add_argument("--seeds", type=int, default=3)
parser.add_argument("--seed", type=int, action="append")
parser.add_argument("--epochs", type=int, default=50)
parser.add_argument("--threads", type=int)
parser.add_argument("--adam", choices=["fused", "default"], default="fused")
args = parser.parse_args()
if args.threads:
    torch.set_num_threads(args.threads)
train = images(f"{args.data}/{args.set}/train-images-idx3-ubyte.gz")
test = images(f"{args.data}/{args.set}/t10k-images-idx3-ubyte.gz")
for seed in args.seed or range(args.seeds):
    torch.manual_seed(seed)
    start = time.perf_counter()
    net = autoencoder()
    opt = adam(net.parameters(), args.adam)
    for epoch in range(args.epochs):
        order = torch.randperm(len(train))
        for i in range(0, len(train), 256):
            x = train[order[i:i + 256]]
            opt.zero_grad(set_to_none=True)
            F.mse_loss(net(x), x).backward()
            opt.step()
    seconds = time.perf_counter() - start
    with torch.no_grad():
        print(json.dumps({"set": args.set, "seed": seed, "epochs": args.epochs, "engine": f"torch {torch.__version__}",
                          "threads": torch.get_num_threads(), "seconds": round(seconds, 2),
                          "test_mse": round(F.mse_loss(net(test), test).item(), 6)}), flush=True)
