#!/usr/bin/env python3
"""Median time of one training step in PyTorch (CPU, eager) for the workloads of bench/README.md.

Set up once:  python3 -m venv ~/.peers && ~/.peers/bin/pip install torch numpy
Run:          ~/.peers/bin/python bench/peers/torch_steps.py [--threads 2] [--steps 60] [NAME ...]
Prints one JSON line per workload.
"""
import argparse
import json
import time

import torch
import torch.nn as nn
import torch.nn.functional as F


def adam(params, lr=2e-4, betas=(0.5, 0.999)):
    """The fastest Adam this version of PyTorch has on a CPU."""
    try:
        return torch.optim.Adam(list(params), lr=lr, betas=betas, fused=True)
    except (TypeError, RuntimeError):
        return torch.optim.Adam(list(params), lr=lr, betas=betas, foreach=True)


def mlp(sizes, hidden, last):
    layers = []
    for i in range(len(sizes) - 1):
        layers += [nn.Linear(sizes[i], sizes[i + 1]), hidden() if i < len(sizes) - 2 else last()]
    return nn.Sequential(*layers)


def grads_off(net, off):
    for p in net.parameters():
        p.requires_grad_(not off)


def dense_autoencoder():
    net = mlp([784, 128, 64, 32, 32, 64, 128, 784], nn.ReLU, nn.Sigmoid)
    opt, x = adam(net.parameters(), 1e-3, (0.9, 0.999)), torch.rand(256, 784)

    def step():
        opt.zero_grad(set_to_none=True)
        loss = F.mse_loss(net(x), x)
        loss.backward()
        opt.step()
        return loss
    return step


def contractive_autoencoder():
    enc, dec = mlp([784, 256, 32], nn.Sigmoid, nn.Sigmoid), mlp([32, 256, 784], nn.ReLU, nn.Sigmoid)
    opt, x = adam(list(enc.parameters()) + list(dec.parameters()), 1e-3, (0.9, 0.999)), torch.rand(256, 784)

    def step():
        opt.zero_grad(set_to_none=True)
        xi = x.detach().requires_grad_(True)
        z = enc(xi)
        v = torch.randn_like(z)                      # one-sample estimate of ||dz/dx||_F^2
        (g,) = torch.autograd.grad(z, xi, v, create_graph=True)
        loss = F.mse_loss(dec(z), x) + 1e-4 * g.pow(2).sum(1).mean()
        loss.backward()
        opt.step()
        return loss
    return step


def two_player(gen, disc, real, latent, d_loss, g_loss, critic_steps=1):
    opt_d, opt_g, batch = adam(disc.parameters()), adam(gen.parameters()), real.shape[0]

    def step():
        for _ in range(critic_steps):
            with torch.no_grad():
                fake = gen(torch.randn(batch, latent))
            opt_d.zero_grad(set_to_none=True)
            loss_d = d_loss(disc, real, fake)
            loss_d.backward()
            opt_d.step()
        opt_g.zero_grad(set_to_none=True)
        grads_off(disc, True)
        loss_g = g_loss(disc, gen(torch.randn(batch, latent)))
        loss_g.backward()
        grads_off(disc, False)
        opt_g.step()
        return loss_d.detach() + loss_g.detach()
    return step


def bce_d(disc, real, fake):
    return F.softplus(-disc(real)).mean() + F.softplus(disc(fake)).mean()


def bce_g(disc, fake):
    return F.softplus(-disc(fake)).mean()


def wgan_gp_d(disc, real, fake):
    a = torch.rand(real.shape[0], *[1] * (real.dim() - 1))
    mid = (a * real + (1 - a) * fake).requires_grad_(True)
    (g,) = torch.autograd.grad(disc(mid).sum(), mid, create_graph=True)
    penalty = ((g.flatten(1).norm(dim=1) - 1) ** 2).mean()
    return disc(fake).mean() - disc(real).mean() + 10 * penalty


def dense_gan():
    gen = mlp([100, 4096, 4096, 2048, 2048, 784], nn.ReLU, nn.Sigmoid)
    disc = mlp([784, 2048, 2048, 4096, 4096, 1], nn.ReLU, nn.Identity)
    return two_player(gen, disc, torch.rand(128, 784), 100, bce_d, bce_g)


def dcgan_generator(width, batch_norm=True):
    norm = nn.BatchNorm2d if batch_norm else (lambda c: nn.Identity())
    return nn.Sequential(
        nn.Linear(64, 2 * width * 49), nn.Unflatten(1, (2 * width, 7, 7)), norm(2 * width), nn.ReLU(),
        nn.ConvTranspose2d(2 * width, width, 4, 2, 1), norm(width), nn.ReLU(),
        nn.ConvTranspose2d(width, 1, 4, 2, 1), nn.Tanh())


def dcgan_discriminator(width, batch_norm=True):
    norm = nn.BatchNorm2d if batch_norm else (lambda c: nn.Identity())
    return nn.Sequential(
        nn.Conv2d(1, width, 4, 2, 1), nn.LeakyReLU(0.2),
        nn.Conv2d(width, 2 * width, 4, 2, 1), norm(2 * width), nn.LeakyReLU(0.2),
        nn.Flatten(), nn.Linear(2 * width * 49, 1))


def dcgan28():
    return two_player(dcgan_generator(64), dcgan_discriminator(64), torch.rand(64, 1, 28, 28) * 2 - 1, 64, bce_d, bce_g)


def wgan_gp28():
    return two_player(dcgan_generator(64), dcgan_discriminator(64, False), torch.rand(64, 1, 28, 28) * 2 - 1, 64,
                      wgan_gp_d, lambda d, f: -d(f).mean(), critic_steps=5)


def conv_vae28():
    enc = nn.Sequential(nn.Conv2d(1, 32, 4, 2, 1), nn.ReLU(), nn.Conv2d(32, 64, 4, 2, 1), nn.ReLU(),
                        nn.Flatten(), nn.Linear(64 * 49, 64))
    dec = nn.Sequential(nn.Linear(32, 64 * 49), nn.ReLU(), nn.Unflatten(1, (64, 7, 7)),
                        nn.ConvTranspose2d(64, 32, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(32, 1, 4, 2, 1))
    opt, x = adam(list(enc.parameters()) + list(dec.parameters()), 1e-3, (0.9, 0.999)), torch.rand(128, 1, 28, 28)

    def step():
        opt.zero_grad(set_to_none=True)
        mu, logvar = enc(x).chunk(2, 1)
        z = mu + torch.randn_like(mu) * torch.exp(0.5 * logvar)
        rec = F.binary_cross_entropy_with_logits(dec(z), x, reduction="none").flatten(1).sum(1)
        kl = -0.5 * (1 + logvar - mu ** 2 - logvar.exp()).sum(1)
        loss = (rec + kl).mean()
        loss.backward()
        opt.step()
        return loss
    return step


def dcgan64():
    w = 32
    gen = nn.Sequential(
        nn.Linear(100, 8 * w * 16), nn.Unflatten(1, (8 * w, 4, 4)), nn.BatchNorm2d(8 * w), nn.ReLU(),
        nn.ConvTranspose2d(8 * w, 4 * w, 4, 2, 1), nn.BatchNorm2d(4 * w), nn.ReLU(),
        nn.ConvTranspose2d(4 * w, 2 * w, 4, 2, 1), nn.BatchNorm2d(2 * w), nn.ReLU(),
        nn.ConvTranspose2d(2 * w, w, 4, 2, 1), nn.BatchNorm2d(w), nn.ReLU(),
        nn.ConvTranspose2d(w, 3, 4, 2, 1), nn.Tanh())
    disc = nn.Sequential(
        nn.Conv2d(3, w, 4, 2, 1), nn.LeakyReLU(0.2),
        nn.Conv2d(w, 2 * w, 4, 2, 1), nn.BatchNorm2d(2 * w), nn.LeakyReLU(0.2),
        nn.Conv2d(2 * w, 4 * w, 4, 2, 1), nn.BatchNorm2d(4 * w), nn.LeakyReLU(0.2),
        nn.Conv2d(4 * w, 8 * w, 4, 2, 1), nn.BatchNorm2d(8 * w), nn.LeakyReLU(0.2),
        nn.Flatten(), nn.Linear(8 * w * 16, 1))
    return two_player(gen, disc, torch.rand(64, 3, 64, 64) * 2 - 1, 100, bce_d, bce_g)


WORKLOADS = {"dense-autoencoder": dense_autoencoder, "contractive-autoencoder": contractive_autoencoder,
             "dense-gan": dense_gan, "conv-vae-28": conv_vae28, "dcgan-28": dcgan28, "wgan-gp-28": wgan_gp28,
             "dcgan-64": dcgan64}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=list(WORKLOADS))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=60)
    args = parser.parse_args()
    unknown = [name for name in args.names if name not in WORKLOADS]
    if unknown:
        parser.error(f"no workload {unknown[0]}; there are {', '.join(WORKLOADS)}")
    torch.set_num_threads(args.threads)
    for name in args.names or WORKLOADS:
        torch.manual_seed(0)
        step = WORKLOADS[name]()
        for _ in range(5):
            step()
        times = []
        for _ in range(args.steps):
            start = time.perf_counter()
            loss = step()
            times.append((time.perf_counter() - start) * 1e3)
        times.sort()
        print(json.dumps({"workload": name, "engine": f"torch {torch.__version__}", "threads": args.threads,
                          "median_ms": round(times[len(times) // 2], 3), "min_ms": round(times[0], 3),
                          "loss": round(loss.item(), 4)}), flush=True)
