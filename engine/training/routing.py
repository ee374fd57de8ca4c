"""Attention Specialization Routing: what each head looks at, and which kind it becomes.

    python -m training.routing WEIGHTS.safetensors DEVSET --out routing.json [--plot routing.png]
                               [--threshold W,I | --budget G,I,W | --random G,I,W]
                               [--apply ROUTED.safetensors]

Without a rule the routing stays as it is.

For a head, KL(local || global) is the mean over queries of the log-sum-exp of its scores over all
keys minus that over the local set: 0 when all attention lies within. Divided by its value under
uniform attention it can be compared between sets and clip lengths: near 1 means that the head does
not choose. Scores are taken before the model's own routing, so a routed model can be measured, too.
SPDX-License-Identifier: Apache-2.0"""
import argparse
import json
import math
import pathlib
import random

import torch

from . import attention, evaluate, make_devset, model
from .attention import GLOBAL, INTRA, WINDOW

QUERIES = 256           # of each clip, drawn once


def local_sets(grid, geometry, queries):
    """Boolean [queries, N] for the intra-frame and the window set."""
    f, h, w = grid
    frame = torch.arange(f * h * w) // (h * w)
    same = frame[queries, None] == frame[None]
    keys, valid = attention.window_keys(grid, tuple(geometry.window), geometry.border, "cpu")
    window = torch.zeros(len(queries), f * h * w)
    window.scatter_add_(1, keys[queries], valid[queries].float())
    return same, window > 0


@torch.no_grad()
def divergences(net, source, queries):
    """KL of every head for one source [1, T, 3, H, W]: intra and window, each [layers, heads], and
    the standard deviation of its scores."""
    x, grid = net.transformer.embed(net.fold(source))
    layout = net.transformer.layout(grid, source.device)
    same, window = (s.to(source.device)
                    for s in local_sets(grid, net.geometry.transformer, queries))
    rows = []
    for block in net.transformer.blocks:
        q, k, _ = block.self_attn.project(block.attention_input(x), layout[0])
        scores = torch.einsum("qhd,khd->hqk", q[0, queries], k[0]) * q.shape[-1] ** -0.5
        everywhere = scores.logsumexp(-1)
        parts = [(everywhere - scores.masked_fill(~seen, -math.inf).logsumexp(-1)).mean(-1)
                 for seen in (same, window)]
        rows.append(torch.stack([*parts, scores.std(-1).mean(-1)]))
        x = block(x, *layout)
    return torch.stack(rows, 1).cpu(), grid


def baselines(grid, geometry):
    """KL of a uniform head: ln f, and the mean of ln(N / window's keys)."""
    f, h, w = grid
    _, valid = attention.window_keys(grid, tuple(geometry.window), geometry.border, "cpu")
    return math.log(f), (math.log(f * h * w) - valid.sum(1).float().log()).mean().item()


def calibrate(net, sources, seed=1):
    """Means over sources of one size, normalised, as plain data."""
    generator = torch.Generator().manual_seed(seed)
    total, grid = 0, None
    for source in sources:
        multiple = net.multiple
        n = (1 + (source.shape[1] - 1) // 4) * math.prod(d // multiple for d in source.shape[-2:])
        queries = torch.randperm(n, generator=generator)[:QUERIES]
        values, grid = divergences(net, source, queries)
        total = total + values / len(sources)
    intra, window = baselines(grid, net.geometry.transformer)

    def relative(values, baseline):
        """A set that holds every key says nothing about heads: 0."""
        return (values / baseline if baseline > 1e-6 else values * 0).tolist()

    return {"model": net.geometry.name, "grid": list(grid), "sources": len(sources),
            "baseline": {"intra": intra, "window": window},
            "intra": relative(total[0], intra), "window": relative(total[1], window),
            "score_deviation": total[2].tolist()}


def by_threshold(table, window, intra):
    """The cheapest pattern that serves: window, else intra-frame, else global."""
    return [[WINDOW if w <= window else INTRA if i <= intra else GLOBAL
             for i, w in zip(row_i, row_w)]
            for row_i, row_w in zip(table["intra"], table["window"])]


def by_budget(table, counts):
    """Whole-model counts (global, intra, window): the most windowed heads first, then of the rest
    the most intra-frame ones."""
    heads = [(layer, head) for layer, row in enumerate(table["intra"]) for head in range(len(row))]
    if sum(counts) != len(heads):
        raise ValueError(f"{counts} are not the model's {len(heads)} heads")
    routing = [[GLOBAL] * len(row) for row in table["intra"]]
    heads.sort(key=lambda at: table["window"][at[0]][at[1]])
    rest = sorted(heads[counts[2]:], key=lambda at: table["intra"][at[0]][at[1]])
    for kind, chosen in ((WINDOW, heads[:counts[2]]), (INTRA, rest[:counts[1]])):
        for layer, head in chosen:
            routing[layer][head] = kind
    return routing


def at_random(layers, heads, counts, seed):
    kinds = [GLOBAL] * counts[0] + [INTRA] * counts[1] + [WINDOW] * counts[2]
    if len(kinds) != layers * heads:
        raise ValueError(f"{counts} are not the model's {layers * heads} heads")
    random.Random(seed).shuffle(kinds)
    return [kinds[i * heads:(i + 1) * heads] for i in range(layers)]


def characters(table):
    """How many heads do not choose, and how many look into a local set alone."""
    pairs = [(i, w) for row in zip(table["intra"], table["window"]) for i, w in zip(*row)]
    return {"heads": len(pairs), "uniform": sum(min(p) > 0.9 for p in pairs),
            "intra": sum(i < 0.35 for i, _ in pairs), "window": sum(w < 0.35 for _, w in pairs)}


def agreement(a, b):
    """Correlation of two calibrations' values over all heads."""
    result = {}
    for kind in ("intra", "window"):
        values = torch.tensor([a[kind], b[kind]]).flatten(1)
        result[kind] = torch.corrcoef(values)[0, 1].item()
    return result


def statistics(net, entries, clips):
    """What the heads of a model look at, from `clips` entries of a development set, and how far two
    calibrations agree that share no scene."""
    def sources(chosen):
        step = max(1, len(chosen) // max(1, clips // 2))
        device = next(net.parameters()).device
        return [evaluate.bicubic(low, reference.shape[1:3])[None].to(device) * 2 - 1
                for _, _, reference, low in chosen[::step][:max(1, clips // 2)]]

    scenes = sorted({name.rpartition("-")[0] for _, name, _, _ in entries})
    parts = [sources([e for e in entries if (e[1].rpartition("-")[0] in scenes[::2]) == first])
             for first in (True, False)]
    table = calibrate(net, parts[0] + parts[1])
    table["halves"] = [calibrate(net, part) for part in parts]
    table["agreement_of_halves"] = agreement(*table["halves"])
    table["routed_as"] = net.geometry.transformer.routing
    table["characters"] = characters(table)
    return table


def same_kinds(a, b):
    """Share of the heads that two routings give the same kind."""
    pairs = [pair for rows in zip(a, b, strict=True) for pair in zip(*rows, strict=True)]
    return sum(x == y for x, y in pairs) / len(pairs)


def cost(geometry, routing, grid):
    """Of all heads on a grid of tokens: FLOP of the two products (each query with each of its
    keys, 2 * 2 * head_dim), and bytes of keys and values (bf16) that queries in blocks of 64 read;
    a block of a window is 8x8 tokens of a frame and reads the union of their windows."""
    f, h, w = grid
    size = geometry.dim // geometry.heads
    tokens, blocks = f * h * w, f * math.prod(-(-n // 8) for n in (h, w))
    window = [min(n, k) for n, k in zip(grid, geometry.window)]
    union = window[0] * math.prod(min(n, 7 + k) for n, k in zip((h, w), window[1:]))
    keys = {GLOBAL: tokens, INTRA: h * w, WINDOW: math.prod(window)}
    read = {GLOBAL: tokens, INTRA: h * w, WINDOW: union}
    kinds = [kind for row in routing for kind in row]
    return {"flop": sum(4 * size * tokens * keys[kind] for kind in kinds),
            "bytes": sum(4 * size * blocks * read[kind] for kind in kinds)}


def plot(table, routing, path):
    """Heads x layers, one panel a set: blue is local, white uniform, red looks elsewhere; the
    letter is what the head became."""
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    layers, heads = len(routing), len(routing[0])
    figure, panels = plt.subplots(2, 1, figsize=(1.5 + 0.55 * layers, 1.8 + 0.7 * heads),
                                  sharex=True, layout="constrained")
    for panel, kind in zip(panels, ("intra", "window")):
        image = panel.imshow(torch.tensor(table[kind]).T, vmin=0, vmax=2, cmap="RdBu_r",
                             aspect="auto")
        panel.set(ylabel="head", title=f"KL({kind} ‖ global), 1 = uniform attention",
                  xticks=range(layers), yticks=range(heads))
        for layer in range(layers):
            for head in range(heads):
                dark = abs(table[kind][layer][head] - 1) > 0.7
                panel.text(layer, head, "giw"[routing[layer][head]], ha="center", va="center",
                           color="white" if dark else "black")
        figure.colorbar(image, ax=panel, extend="max")
    panels[1].set_xlabel("layer")
    figure.savefig(path, dpi=110)
    plt.close(figure)


def counts(text):
    return tuple(int(v) for v in text.split(","))


def numbers(text):
    return tuple(float(v) for v in text.split(","))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights", type=pathlib.Path)
    parser.add_argument("devset", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--clips", type=int, default=16)
    parser.add_argument("--threshold", type=numbers,
                        help="window,intra: a head that diverges less becomes that (0.33,0.21)")
    parser.add_argument("--budget", type=counts, help="global,intra,window heads of the model")
    parser.add_argument("--random", type=counts, help="the same counts at random, to compare")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plot", type=pathlib.Path)
    parser.add_argument("--apply", type=pathlib.Path, help="the weights with the new routing")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    args = parser.parse_args()

    net = model.load(args.weights, args.device)
    table = statistics(net, make_devset.load(args.devset), args.clips)
    if args.random:
        g = net.geometry.transformer
        table["routing"] = at_random(g.layers, g.heads, args.random, args.seed)
    elif args.budget:
        table["routing"] = by_budget(table, args.budget)
    elif args.threshold:
        table["routing"] = by_threshold(table, *args.threshold)
    else:
        table["routing"] = table["routed_as"]
    args.out.write_text(json.dumps(table, indent=1) + "\n")
    print(table["characters"], table["agreement_of_halves"])
    if args.plot:
        plot(table, table["routing"], args.plot)
    if args.apply:
        net.transformer.route(table["routing"])
        model.save(args.apply, net)


if __name__ == "__main__":
    main()
