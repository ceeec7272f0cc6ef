"""The quick recipe's training step in PyTorch, as a yardstick: the same network, loss, clipping, Muon, Adam and average of weights.

bench/pytorch.ts starts it, and hands it a file of ours: weights, one noised batch, and what our code makes of them. The first line
that it prints says how far its own results lie from those; each line with a number that it then reads is answered by that many
step times in milliseconds. Nothing but PyTorch is needed: safetensors is a length, a JSON header and the values. Muon multiplies matrices, so PyTorch needs a fast
BLAS: Debian's python3-torch has one once libopenblas0 is installed, and takes twice the time without.
"""

import gzip
import json
import math
import re
import struct
import sys
import time

try:
    import torch
    import torch.nn.functional as F
except ImportError as error:
    print(json.dumps({"missing": str(error)}))
    sys.exit(0)

PIXELS = 28 * 28
NOTHING = 1e-5  # added under the square root of the RMS norm
ADAM_BETAS, ADAM_EPSILON = (0.9, 0.99), 1e-8
MUON_MOMENTUM, MUON_EPSILON, MUON_STEPS = 0.9, 1e-7, 5
A, B, C = 3.4445, -4.775, 2.0315
EMA_EXPONENT = 8
TRIAL_STEPS = 3


def read_safetensors(path):
    """Tensors by name, as float32, and the metadata."""
    with open(path, "rb") as file:
        data = file.read()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    metadata = header.pop("__metadata__", {})
    types = {"F32": torch.float32, "F16": torch.float16}
    tensors = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        values = bytearray(data[8 + length + start : 8 + length + end])
        tensors[name] = torch.frombuffer(values, dtype=types[entry["dtype"]]).float().reshape(entry["shape"])
    return tensors, metadata


def to_torch(name, tensor):
    """Ours are [k, k, in, out] and [in, out]; PyTorch's [out, in, k, k] and [out, in]. The label table is a table in both."""
    if tensor.dim() == 4:
        return tensor.permute(3, 2, 0, 1).contiguous()
    if tensor.dim() == 2 and name != "label.weight":
        return tensor.t().contiguous()
    return tensor.clone()


def to_pictures(x):
    """[B, S, S, C] to [B, C, S, S]"""
    return x.permute(0, 3, 1, 2).contiguous()


def rms_norm(p, name, x):
    return x * torch.rsqrt((x * x).mean(1, keepdim=True) + NOTHING) * p[name + ".weight"].view(1, -1, 1, 1)


def linear(p, name, x):
    return F.linear(x, p[name + ".weight"], p[name + ".bias"])


def conv(p, name, x, **options):
    return F.conv2d(x, p[name + ".weight"], p[name + ".bias"], **options)


def block(p, name, x, cond):
    hidden = conv(p, name + ".conv1", F.silu(rms_norm(p, name + ".norm", x)), padding=1)
    scale, shift = (linear(p, name + part, cond)[:, :, None, None] for part in (".scale", ".shift"))
    return x + conv(p, name + ".conv2", F.silu(torch.addcmul(shift, hidden, 1 + scale)), padding=1)


def unet(p, x, t, T, labels):
    """x [B, 1, 28, 28], t [B] in 1..T, labels [B] with 10 for "not told"."""
    half = p["time.weight"].shape[1] // 2
    frequencies = torch.exp(torch.arange(half) * (-math.log(1000) / (half - 1)))
    angles = ((t - 1) * (100 / T))[:, None] * frequencies
    time_part = linear(p, "time", torch.cat([angles.sin(), angles.cos()], 1))
    cond = F.silu(time_part + F.embedding(labels, p["label.weight"]))

    outer = block(p, "down.0.block", conv(p, "stem", F.pixel_unshuffle(x, 2), padding=1), cond)
    h = conv(p, "down.0.down", outer, stride=2)
    h = block(p, "mid.1", block(p, "mid.0", h, cond), cond)
    h = F.interpolate(conv(p, "up.0.up", h), scale_factor=2)
    h = block(p, "up.0.block", h + outer, cond)
    out = conv(p, "out", F.silu(rms_norm(p, "out.norm", h)), padding=1)
    return F.pixel_shuffle(out, 2)


def is_muon(name):
    return re.search(r"\.conv[12]\.weight$", name) is not None


def orthogonalise(u):
    """[matrices, N, M] with N <= M, several at once: singular values near 1."""
    x = u / (u.flatten(1).norm(dim=1)[:, None, None] + MUON_EPSILON)
    for _ in range(MUON_STEPS):
        gram = x @ x.transpose(1, 2)
        x = torch.baddbmm(x, torch.baddbmm(gram, gram, gram, beta=B, alpha=C), x, beta=A)
    return x


class Run:
    """Weights, their average and both optimisers' memory."""

    def __init__(self, weights, settings, channels_last):
        layout = torch.channels_last if channels_last else torch.contiguous_format
        self.settings = settings
        self.layout = layout
        self.p = {}
        for name, tensor in weights.items():
            value = to_torch(name, tensor)
            value = value.contiguous(memory_format=layout) if value.dim() == 4 else value
            self.p[name] = value.requires_grad_()
        self.ema = {name: value.detach().clone() for name, value in self.p.items()}
        rest = [value for name, value in self.p.items() if not is_muon(name)]
        self.adam = torch.optim.Adam(rest, lr=settings["adamRate"], betas=ADAM_BETAS, eps=ADAM_EPSILON)
        self.buffers = {name: torch.zeros_like(value) for name, value in self.p.items() if is_muon(name)}
        by_shape = {}
        for name, buffer in self.buffers.items():
            by_shape.setdefault(tuple(buffer.shape), []).append(name)
        self.groups = list(by_shape.values())
        self.step_number = 0

    def loss(self, xt, t, labels, target, weights):
        prediction = unet(self.p, xt.contiguous(memory_format=self.layout), t, self.settings["T"], labels)
        return (((prediction - target) ** 2).mean((1, 2, 3)) * weights).mean(), prediction

    def step(self, xt, t, labels, target, weights):
        """@returns loss, prediction and the gradient's norm before clipping"""
        self.step_number += 1
        factor = min(1, self.step_number / self.settings["warmupSteps"])
        loss, prediction = self.loss(xt, t, labels, target, weights)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.p.values(), self.settings["clipNorm"])
        with torch.no_grad():
            self.muon(factor * self.settings["muonRate"])
            self.adam.param_groups[0]["lr"] = factor * self.settings["adamRate"]
            self.adam.step()
            keep = (1 - 1 / self.step_number) ** EMA_EXPONENT
            for name, average in self.ema.items():
                average.lerp_(self.p[name], 1 - keep)
        for value in self.p.values():
            value.grad = None
        return loss.detach(), prediction.detach(), norm

    def muon(self, rate):
        for names in self.groups:
            ahead = []
            for name in names:
                gradient, buffer = self.p[name].grad, self.buffers[name]
                buffer.lerp_(gradient, 1 - MUON_MOMENTUM)
                ahead.append(torch.lerp(buffer, gradient, 1 - MUON_MOMENTUM).flatten(1))
            for name, direction in zip(names, orthogonalise(torch.stack(ahead))):
                self.p[name].add_(direction.reshape(self.p[name].shape), alpha=-rate)


def largest_difference(one, other):
    return (one - other).abs().max().item()


def agreement(weights, reference, settings):
    """How far PyTorch's own results lie from ours, for one batch and the first optimiser steps on it."""
    run = Run(weights, settings, channels_last=False)
    xt, target = to_pictures(reference["xt"]), to_pictures(reference["target"])
    batch = (xt, reference["t"], reference["labels"].long(), target, reference["lossWeights"])
    loss, prediction, norm = run.step(*batch)
    for _ in range(1, settings["referenceSteps"]):
        run.step(*batch)
    after = max(largest_difference(run.p[name], to_torch(name, reference["after/" + name])) for name in weights)
    average = max(largest_difference(run.ema[name], to_torch(name, reference["ema/" + name])) for name in weights)
    return {
        "output": largest_difference(prediction, to_pictures(reference["output"])),
        "loss": abs(loss.item() / reference["loss"].item() - 1),
        "gradientNorm": abs(norm.item() / reference["gradientNorm"].item() - 1),
        "weightsAfterSteps": after,
        "averageAfterSteps": average,
    }


def training_pictures(path, count):
    """[count, 1, 28, 28] as bytes, and labels: the first shard of public/mnist."""
    with gzip.open(path) as file:
        data = bytearray(file.read())
    pictures = torch.frombuffer(data, dtype=torch.uint8, count=count * PIXELS).reshape(count, 1, 28, 28)
    labels = torch.frombuffer(data, dtype=torch.uint8, offset=count * PIXELS, count=count)
    return pictures, labels


def alphas_cumprod(settings):
    return torch.tensor(settings["alphasCumprod"])


def one_step(run, pictures, labels, alpha_bars, settings):
    """A whole step as our bench counts it: the batch, its noise, the network both ways, the optimisers. @returns milliseconds"""
    size, T = settings["batchSize"], settings["T"]
    started = time.perf_counter()
    chosen = torch.randint(len(labels), (size,))
    x0 = pictures[chosen].float() / 127.5 - 1
    u = (torch.arange(size) + torch.rand(size)) / size
    t = (T * u ** settings["timestepExponent"]).floor().clamp(max=T - 1) + 1
    told = torch.where(torch.rand(size) < settings["labelDropout"], 10, labels[chosen].long())
    alpha_bar = alpha_bars[t.long()]
    weight = (1 + alpha_bar / (1 - alpha_bar)).clamp(max=settings["snrWeightCap"])
    signal, noise = alpha_bar.sqrt()[:, None, None, None], (1 - alpha_bar).sqrt()[:, None, None, None]
    loss, _, _ = run.step(signal * x0 + noise * torch.randn_like(x0), t, told, x0, weight)
    loss.item()
    return 1000 * (time.perf_counter() - started)


def matmul_gflops(size=512, tries=5):
    """What the BLAS makes of one product of square matrices, at best."""
    a, b = torch.randn(size, size), torch.randn(size, size)
    best = math.inf
    for _ in range(tries):
        started = time.perf_counter()
        a @ b
        best = min(best, time.perf_counter() - started)
    return 2 * size**3 / best / 1e9


def main(weights_path, reference_path, pictures_path, threads):
    torch.set_num_threads(int(threads))
    torch.manual_seed(0)
    weights, _ = read_safetensors(weights_path)
    reference, metadata = read_safetensors(reference_path)
    settings = json.loads(metadata["settings"])
    pictures, labels = training_pictures(pictures_path, settings["pictures"])
    alpha_bars = alphas_cumprod(settings)

    # PyTorch at its best: whichever order of the axes is quicker here.
    runs = {"contiguous": Run(weights, settings, False), "channels last": Run(weights, settings, True)}
    trial = {}
    for layout, run in runs.items():
        times = [one_step(run, pictures, labels, alpha_bars, settings) for _ in range(1 + TRIAL_STEPS)]
        trial[layout] = min(times[1:])
    layout = min(trial, key=trial.get)
    found = {"version": torch.__version__, "threads": torch.get_num_threads(), "layout": layout}
    found["matmulGflops"] = matmul_gflops()
    print(json.dumps({**found, "agreement": agreement(weights, reference, settings)}), flush=True)
    for line in sys.stdin:
        times = [one_step(runs[layout], pictures, labels, alpha_bars, settings) for _ in range(int(line))]
        print(json.dumps(times), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
