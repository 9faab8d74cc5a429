#!/usr/bin/env python3
"""Time and memory of one training step in PyTorch (CPU, eager), for networks of sizes given as JSON.

  torch_scaling.py '{"kind": "autoencoder", "widths": [128, 64], "latent": 32, "batch": 256, "size": 28}' [--threads 2]
  torch_scaling.py '{"kind": "dcgan", "filters": 16, "latent": 64, "batch": 32, "size": 32}'

Prints one JSON line: wall_ms and processor_ms (medians; the processor's time is that of all threads together),
memory (bytes that the process held at most, beyond what it held once the library was loaded).
"""
import argparse
import json
import resource
import time
from statistics import median

import torch
import torch.nn as nn
import torch.nn.functional as F

from torch_steps import adam, bce_d, bce_g, mlp, two_player


def held():
    with open("/proc/self/statm") as f:
        return int(f.read().split()[1]) * resource.getpagesize()


def autoencoder(widths, latent, batch, size):
    pixels = size * size
    net = mlp([pixels, *widths, latent, latent, *reversed(widths), pixels], nn.ReLU, nn.Sigmoid)
    opt, x = adam(net.parameters(), 1e-3, (0.9, 0.999)), torch.rand(batch, pixels)

    def step():
        opt.zero_grad(set_to_none=True)
        loss = F.mse_loss(net(x), x)
        loss.backward()
        opt.step()
        return loss
    return step


def dcgan(filters, latent, batch, size):
    """Halved while it is even and at least 8, as Gamelan's dcgan is."""
    levels, smallest = 0, size
    while smallest % 2 == 0 and smallest >= 8:
        levels, smallest = levels + 1, smallest // 2
    deepest = filters * 2 ** (levels - 1)
    gen = [nn.Linear(latent, deepest * smallest ** 2), nn.Unflatten(1, (deepest, smallest, smallest)),
           nn.BatchNorm2d(deepest), nn.ReLU()]
    channels = deepest
    for level in range(levels):
        last = level == levels - 1
        made = 1 if last else channels // 2
        gen += [nn.ConvTranspose2d(channels, made, 4, 2, 1, bias=last)]
        gen += [nn.Tanh()] if last else [nn.BatchNorm2d(made), nn.ReLU()]
        channels = made
    disc, channels = [], 1
    for level in range(levels):
        made = filters * 2 ** level
        disc += [nn.Conv2d(channels, made, 4, 2, 1, bias=level == 0)]
        disc += ([nn.BatchNorm2d(made)] if level else []) + [nn.LeakyReLU(0.2)]
        channels = made
    disc += [nn.Flatten(), nn.Linear(deepest * smallest ** 2, 1)]
    real = torch.rand(batch, 1, size, size) * 2 - 1
    return two_player(nn.Sequential(*gen), nn.Sequential(*disc), real, latent, bce_d, bce_g)


KINDS = {"autoencoder": autoencoder, "dcgan": dcgan}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("spec", type=json.loads)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=1.0)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    torch.ones(256, 256) @ torch.ones(256, 256)  # loads what is loaded at the first product
    before = held()
    step = KINDS[args.spec.pop("kind")](**args.spec)
    for _ in range(3):
        step()
    walls, processors, began = [], [], time.process_time()
    while len(walls) < 3 or (time.process_time() - began < args.seconds and len(walls) < 400):
        wall, processor = time.perf_counter(), time.process_time()
        step()
        processors.append((time.process_time() - processor) * 1e3)
        walls.append((time.perf_counter() - wall) * 1e3)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"engine": f"torch {torch.__version__}", "threads": args.threads,
                      "wall_ms": median(walls), "processor_ms": median(processors),
                      "memory": max(0, most - before)}), flush=True)
