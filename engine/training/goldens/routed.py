"""Golden files of routed attention: a one-step transformer written out in double precision with an
explicit N x N mask for each kind of head. Run: python routed.py FOLDER
SPDX-License-Identifier: Apache-2.0"""
import pathlib
import sys

import numpy as np
import torch

import plain

GLOBAL, INTRA, WINDOW = 0, 1, 2
EPS = 1e-6


def neighbours(i, length, size, border):
    """The keys along one axis that the query at i sees."""
    if border == "clip":
        return range(max(0, i - size // 2), min(length - 1, i + (size - 1) // 2) + 1)
    if size > length:
        return range(length)
    start = min(max(i - size // 2, 0), length - size)
    return range(start, start + size)


def masks(grid, window, border):
    """For each kind of head a boolean [N, N]: may query (row) see key (column)?"""
    tokens = [(f, h, w) for f in range(grid[0]) for h in range(grid[1]) for w in range(grid[2])]
    seen = [[set(neighbours(i, length, size, border)) for i in range(length)]
            for length, size in zip(grid, window)]
    n = len(tokens)
    result = {kind: np.zeros((n, n), bool) for kind in (GLOBAL, INTRA, WINDOW)}
    for row, q in enumerate(tokens):
        for column, k in enumerate(tokens):
            result[GLOBAL][row, column] = True
            result[INTRA][row, column] = q[0] == k[0]
            result[WINDOW][row, column] = all(k[a] in seen[a][q[a]] for a in range(3))
    return result


def layer_norm(x):
    centred = x - x.mean(1, keepdims=True)
    return centred / np.sqrt((centred ** 2).mean(1, keepdims=True) + EPS)


def rms_norm(x, gain):
    return x / np.sqrt((x ** 2).mean(1, keepdims=True) + EPS) * gain


def gelu(x):
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x ** 3)))


def rotate(x, grid, pairs):
    """RoPE on one head's [N, head_dim]: neighbouring values turn by position times frequency."""
    out = x.copy()
    token = 0
    for position in np.ndindex(*grid):
        pair = 0
        for axis in range(3):
            for j in range(pairs[axis]):
                angle = position[axis] * 10000.0 ** (-j / pairs[axis])
                a, b = x[token, 2 * pair], x[token, 2 * pair + 1]
                out[token, 2 * pair] = a * np.cos(angle) - b * np.sin(angle)
                out[token, 2 * pair + 1] = a * np.sin(angle) + b * np.cos(angle)
                pair += 1
        token += 1
    return out


def attention(w, prefix, u, grid, pairs, kinds, mask):
    q = rms_norm(u @ w[prefix + "q.weight"].T + w[prefix + "q.bias"], w[prefix + "norm_q.weight"])
    k = rms_norm(u @ w[prefix + "k.weight"].T + w[prefix + "k.bias"], w[prefix + "norm_k.weight"])
    v = u @ w[prefix + "v.weight"].T + w[prefix + "v.bias"]
    size = q.shape[1] // len(kinds)
    outs = []
    for head, kind in enumerate(kinds):
        part = slice(head * size, (head + 1) * size)
        scores = rotate(q[:, part], grid, pairs) @ rotate(k[:, part], grid, pairs).T
        scores = np.where(mask[kind], scores / np.sqrt(size), -np.inf)
        weight = np.exp(scores - scores.max(1, keepdims=True))
        outs.append(weight / weight.sum(1, keepdims=True) @ v[:, part])
    return np.concatenate(outs, 1) @ w[prefix + "o.weight"].T + w[prefix + "o.bias"]


def random_weights(dim, ffn, layers, z, patch, residual, generator):
    """Weights by our names, exact in bf16."""
    shapes = {"patch_embedding": (dim, plain.CHANNELS, 1, patch, patch),
              "head.head": (patch * patch * z, dim)}
    gains, tables = [], {"head.modulation": (2, dim)}
    if residual:
        shapes["projection"] = (z, plain.CHANNELS, 1, 1, 1)
    for i in range(layers):
        for name in "qkvo":
            shapes[f"blocks.{i}.self_attn.{name}"] = (dim, dim)
        shapes[f"blocks.{i}.ffn.0"], shapes[f"blocks.{i}.ffn.2"] = (ffn, dim), (dim, ffn)
        gains += [f"blocks.{i}.self_attn.norm_{name}.weight" for name in "qk"]
        tables[f"blocks.{i}.modulation"] = (6, dim)
    w = {}
    for name, shape in shapes.items():
        fan_in = torch.Size(shape[1:]).numel()
        w[name + ".weight"] = plain.normal(shape, fan_in ** -0.5, generator)
        w[name + ".bias"] = plain.normal(shape[:1], 0.2, generator)
    for name in gains:
        w[name] = 1.5 + plain.normal((dim,), 0.4, generator)
    for name, shape in tables.items():
        w[name] = plain.normal(shape, 0.5, generator)
    return {name: value.bfloat16().float() for name, value in w.items()}


def make(path, *, heads, pairs, ffn, routing, z, patch, grid, border, seed, window=(3, 5, 5),
         sigma=None):
    generator = torch.Generator().manual_seed(seed)
    dim, layers = heads * 2 * sum(pairs), len(routing)
    weights = random_weights(dim, ffn, layers, z, patch, sigma is not None, generator)
    stages, decoder = plain.decoder(z, generator)
    w = {name: value.double().numpy() for name, value in weights.items()}

    image = plain.clip(grid, patch, generator)
    folded = plain.fold(image)
    rows = plain.rows(folded, patch).double().numpy()
    x = rows @ w["patch_embedding.weight"].reshape(dim, -1).T + w["patch_embedding.bias"]
    golden = {"golden.input": image, "golden.folded": rows, "golden.embedding": x}
    mask = masks(grid, window, border)
    for i, kinds in enumerate(routing):
        m = w[f"blocks.{i}.modulation"]
        u = layer_norm(x) * (1 + m[1]) + m[0]
        x = x + attention(w, f"blocks.{i}.self_attn.", u, grid, pairs, kinds, mask) * m[2]
        u = layer_norm(x) * (1 + m[4]) + m[3]
        y = gelu(u @ w[f"blocks.{i}.ffn.0.weight"].T + w[f"blocks.{i}.ffn.0.bias"])
        x = x + (y @ w[f"blocks.{i}.ffn.2.weight"].T + w[f"blocks.{i}.ffn.2.bias"]) * m[5]
        golden[f"golden.blocks.{i}"] = x

    m = w["head.modulation"]
    y = (layer_norm(x) * (1 + m[1]) + m[0]) @ w["head.head.weight"].T + w["head.head.bias"]
    f, h, wide = grid
    y = y.reshape(f, h, wide, patch, patch, z).transpose(0, 1, 3, 2, 4, 5)
    latent = torch.from_numpy(y.reshape(f, h * patch, wide * patch, z))
    one_step = None
    if sigma is not None:
        one_step = {"form": "residual", "sigma": sigma}
        projection = weights["projection.weight"][:, :, 0, 0, 0].double()
        projected = torch.einsum("zc,cfhw->fhwz", projection, folded.double())
        latent = projected + weights["projection.bias"].double() - sigma * latent
    golden["golden.latent"] = latent
    golden["golden.output"] = plain.decode(stages, decoder, latent, image.double())

    header = plain.header(pathlib.Path(path).stem, {
        "in_channels": plain.CHANNELS, "out_channels": z, "patch": patch, "dim": dim,
        "heads": heads, "layers": layers, "ffn": ffn, "rope_pairs": list(pairs), "eps": EPS,
        "cross": "none", "cross_tokens": 0, "window": list(window), "border": border,
        "routing": [list(kinds) for kinds in routing],
    }, stages, one_step)
    tensors = {name: torch.as_tensor(value) for name, value in golden.items()}
    plain.write(path, header, weights | decoder | tensors, set(weights))


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    make(folder / "routed-shift.safetensors", heads=4, pairs=(2, 1, 1), ffn=48, z=8, patch=1,
         routing=[(0, 1, 2, 2), (2, 2, 2, 2), (1, 0, 1, 0)], grid=(3, 6, 7), border="shift",
         seed=11)
    make(folder / "routed-clip.safetensors", heads=3, pairs=(3, 2, 2), ffn=40, z=8, patch=1,
         routing=[(2, 0, 2), (1, 2, 1)], grid=(5, 7, 3), border="clip", seed=12)
    make(folder / "routed-short-shift.safetensors", heads=2, pairs=(4, 2, 2), ffn=48, z=8, patch=2,
         routing=[(2, 1), (0, 0), (2, 2)], grid=(2, 7, 3), border="shift", seed=13)
    make(folder / "routed-single-clip.safetensors", heads=4, pairs=(2, 1, 1), ffn=48, z=8, patch=2,
         routing=[(1, 2, 0, 2), (2, 2, 2, 1)], grid=(1, 3, 11), border="clip", sigma=0.4, seed=14)
