"""The trial scripts' network, restated with their parameter names and orders.
SPDX-License-Identifier: Apache-2.0"""
import torch
import torch.nn.functional as F

WINDOW = (3, 5, 5)


def random_weights(cfg):
    d, p, z, ffn = cfg["dim"], cfg["patch"], int(cfg["z"]), cfg["ffn"]
    c8, c4 = (int(v) for v in cfg["dec"].split(",")[:2])
    t = {"pe.weight": (d, 768 * p * p), "pe.bias": (d,), "e": (6, d), "e2": (2, d),
         "head.weight": (z * p * p, d), "head.bias": (z * p * p,)}
    for i in range(cfg["layers"]):
        for name, shape in {"q": (d, d), "k": (d, d), "v": (d, d), "o": (d, d), "up": (ffn, d),
                            "dn": (d, ffn)}.items():
            t[f"blocks.{i}.{name}.weight"], t[f"blocks.{i}.{name}.bias"] = shape, shape[:1]
        t |= {f"blocks.{i}.nq.w": (d,), f"blocks.{i}.nk.w": (d,), f"blocks.{i}.mod": (6, d)}
    v = {}
    for name, inputs, outputs, kernel in (
            ("i", z, c8, 3), ("ut1", c8, 2 * c8, 1), ("u1", c8, 4 * c4, 1),
            ("ut2", c4, 2 * c4, 1), ("lq4", 48, c4, 3), ("o", c4, 48, 3),
            *((f"{n}.c", 3 * c, c, 1) for n, c in (("t1", c8), ("t2", c8), ("t4.0", c4),
                                                   ("t4.1", c4))),
            *((f"{n}.{k}", c, c, 3) for n, c in (
                ("b8a.0", c8), ("b8a.1", c8), ("b8b.0", c8), *((f"b4.{i}", c4) for i in range(5)))
              for k in ("c1", "c2"))):
        v[f"{name}.weight"], v[f"{name}.bias"] = (outputs, inputs, kernel, kernel), (outputs,)

    def draw(shape):
        fan_in = torch.Size(shape[1:]).numel()
        return torch.randn(shape) * (0.3 if len(shape) < 2 else fan_in ** -0.5)
    return {k: draw(s) for k, s in t.items()}, {k: draw(s) for k, s in v.items()}


def heads(cfg, t, layer, u, grid):
    b, n, d = u.shape
    f, h, w = grid
    size = d // cfg["heads"]
    pairs = [size // 2 - 2 * (size // 2 // 3)] + [size // 2 // 3] * 2
    position = torch.cartesian_prod(*(torch.arange(k) for k in grid))
    angle = torch.cat([position[:, a:a + 1] * 10000.0 ** (-torch.arange(k) / k)
                       for a, k in enumerate(pairs)], 1)[None, :, None]

    def part(name):
        y = F.linear(u, t[f"blocks.{layer}.{name}.weight"], t[f"blocks.{layer}.{name}.bias"])
        if name == "v":
            return y.view(b, n, -1, size)
        y = F.rms_norm(y, (d,), t[f"blocks.{layer}.n{name}.w"], 1e-6).view(b, n, -1, size)
        x1, x2 = y[..., ::2], y[..., 1::2]
        return torch.stack([x1 * angle.cos() - x2 * angle.sin(),
                            x1 * angle.sin() + x2 * angle.cos()], -1).flatten(-2)
    q, k, v = part("q"), part("k"), part("v")

    def near(i, j, length, k):
        if length < k:
            return torch.ones(len(i), len(j), dtype=torch.bool)
        return (j[None] - i.clamp(k // 2, length - 1 - k // 2)[:, None]).abs() <= k // 2
    same = position[:, None, 0] == position[None, :, 0]
    window = torch.stack([near(position[:, a], position[:, a], grid[a], WINDOW[a])
                          for a in range(3)]).all(0)
    counts = cfg["routes"][layer]
    masks = [None] * counts[0] + [same] * counts[1] + [window] * counts[2]
    out = [F.scaled_dot_product_attention(q[:, :, i], k[:, :, i], v[:, :, i], attn_mask=m)
           for i, m in enumerate(masks)]
    y = torch.stack(out, 2).reshape(b, n, d)
    return F.linear(y, t[f"blocks.{layer}.o.weight"], t[f"blocks.{layer}.o.bias"])


def latent(cfg, t, source):
    b, frames = source.shape[:2]
    d, p, z = cfg["dim"], cfg["patch"], int(cfg["z"])
    x = torch.cat([source[:, :1].expand(-1, 3, -1, -1, -1), source], 1)
    x = F.pixel_unshuffle(x.flatten(0, 1), 8)
    f, height, width = (frames + 3) // 4, x.shape[2], x.shape[3]
    x = x.reshape(b, f, 768, height, width).transpose(1, 2)
    grid = (f, height // p, width // p)
    x = x.reshape(b, 768, f, grid[1], p, grid[2], p).permute(0, 2, 3, 5, 1, 4, 6)
    x = F.linear(x.reshape(b, -1, 768 * p * p), t["pe.weight"], t["pe.bias"])

    def norm(y):
        return F.layer_norm(y, (d,), eps=1e-6)
    for i in range(cfg["layers"]):
        m = t[f"blocks.{i}.mod"] + t["e"]
        x = x + heads(cfg, t, i, norm(x) * (1 + m[1]) + m[0], grid) * m[2]
        y = F.linear(norm(x) * (1 + m[4]) + m[3], t[f"blocks.{i}.up.weight"],
                     t[f"blocks.{i}.up.bias"])
        y = F.linear(F.gelu(y, approximate="tanh"), t[f"blocks.{i}.dn.weight"],
                     t[f"blocks.{i}.dn.bias"])
        x = x + y * m[5]
    x = F.linear(norm(x) * (1 + t["e2"][1]) + t["e2"][0], t["head.weight"], t["head.bias"])
    x = x.view(b, *grid, z, p, p).permute(0, 4, 1, 2, 5, 3, 6)
    return x.reshape(b, z, f, height, width).transpose(1, 2)


def forward(cfg, t, v, source):
    z = latent(cfg, t, source)
    frames = z.shape[1]
    x = z.flatten(0, 1)

    def conv(name, y):
        weight = v[f"{name}.weight"]
        return F.conv2d(y, weight, v[f"{name}.bias"], padding=weight.shape[-1] // 2)

    def block(name, y):
        return y + conv(f"{name}.c2", F.silu(conv(f"{name}.c1", y)))

    def mix(name, y):
        s = F.silu(y).unflatten(0, (-1, frames))
        one = torch.cat([s[:, :1], s[:, :-1]], 1)
        two = torch.cat([s[:, :1], one[:, :-1]], 1)
        return y + conv(f"{name}.c", torch.cat([two, one, s], 2).flatten(0, 1))

    def double(name, y):
        y = conv(name, y)
        return y.reshape(-1, 2 * frames, y.shape[1] // 2, *y.shape[2:])[:, 1:].flatten(0, 1)
    x = mix("t1", block("b8a.1", block("b8a.0", conv("i", x))))
    x, frames = double("ut1", x), 2 * frames - 1
    x = F.pixel_shuffle(conv("u1", mix("t2", block("b8b.0", x))), 2)
    x, frames = double("ut2", x), 2 * frames - 1
    flat = source.flatten(0, 1)
    x = x + conv("lq4", F.pixel_unshuffle(flat, 4))
    for i in range(5):
        x = block(f"b4.{i}", x)
        if i in (1, 3):
            x = mix(f"t4.{i // 2}", x)
    return (F.pixel_shuffle(conv("o", F.silu(x)), 4) + flat).view(source.shape)
