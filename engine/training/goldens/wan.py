"""Golden files of Wan's transformer: diffusers' own WanTransformer3DModel with seeded random
weights at a tiny size, converted to our names. Run: python wan.py FOLDER
SPDX-License-Identifier: Apache-2.0"""
import pathlib
import sys

import torch
from diffusers import WanTransformer3DModel

import plain

TIMESTEP, WINDOW = 400.0, [3, 5, 5]

# diffusers' names of a block's parts, and Wan's own, which are ours. The affine norm before
# cross-attention is norm2 there and norm3 here.
BLOCK_NAMES = {
    "attn1.to_q": "self_attn.q", "attn1.to_k": "self_attn.k", "attn1.to_v": "self_attn.v",
    "attn1.to_out.0": "self_attn.o", "attn1.norm_q": "self_attn.norm_q",
    "attn1.norm_k": "self_attn.norm_k", "ffn.net.0.proj": "ffn.0", "ffn.net.2": "ffn.2",
}
CROSS_NAMES = {
    "norm2": "norm3", "attn2.to_q": "cross_attn.q", "attn2.to_out.0": "cross_attn.o",
    "attn2.norm_q": "cross_attn.norm_q",
}


def build(heads, head_dim, ffn, layers, z, generator):
    """The model with weights that are exact in bf16 and far enough from their usual start that
    every gain, gate and bias shows in the result."""
    model = WanTransformer3DModel(
        patch_size=(1, 2, 2), num_attention_heads=heads, attention_head_dim=head_dim,
        in_channels=plain.CHANNELS, out_channels=z, text_dim=24, freq_dim=32, ffn_dim=ffn,
        num_layers=layers, cross_attn_norm=True, qk_norm="rms_norm_across_heads", eps=1e-6)
    with torch.no_grad():
        for name, p in model.named_parameters():
            if "norm" in name and name.endswith("weight"):
                scale = 1.5 if "attn" in name else 1.0
                value = scale * (1 + plain.normal(p.shape, 0.3, generator))
            elif "scale_shift_table" in name:
                value = plain.normal(p.shape, 0.4, generator)
            elif p.ndim == 1:
                value = plain.normal(p.shape, 0.2, generator)
            else:
                value = plain.normal(p.shape, p[0].numel() ** -0.5, generator)
            p.copy_(value.bfloat16().float())
    return model.eval()


def convert(model, cross, context):
    """diffusers' parameters -> ours, with the fixed timestep folded into the modulation and the
    cross-attention reduced to what a fixed context leaves of it."""
    state = model.state_dict()
    time, modulation, text, _ = model.condition_embedder(torch.tensor([TIMESTEP]), context, None)
    ours = {
        "patch_embedding.weight": state["patch_embedding.weight"],
        "patch_embedding.bias": state["patch_embedding.bias"],
        "head.modulation": state["scale_shift_table"][0] + time,
        "head.head.weight": state["proj_out.weight"],
        "head.head.bias": state["proj_out.bias"],
    }
    for i, block in enumerate(model.blocks):
        names = BLOCK_NAMES | (CROSS_NAMES if cross == "cached_kv" else {})
        for theirs, name in names.items():
            for part in ("weight", "bias"):
                key = f"blocks.{i}.{theirs}.{part}"
                if key in state:
                    ours[f"blocks.{i}.{name}.{part}"] = state[key]
        ours[f"blocks.{i}.modulation"] = block.scale_shift_table[0] + modulation.view(6, -1)
        attention = block.attn2
        value = attention.to_v(text[0])
        if cross == "cached_kv":
            ours[f"blocks.{i}.cross_attn.k"] = attention.norm_k(attention.to_k(text[0]))
            ours[f"blocks.{i}.cross_attn.v"] = value
        else:  # identical rows: whatever the scores are, attention returns their one value
            ours[f"blocks.{i}.cross_attn.bias"] = attention.to_out[0](value[0])
    exact = {k for k in ours if "modulation" not in k and not k.endswith((".k", ".v"))
             and not k.endswith("cross_attn.bias")}
    return ours, exact


@torch.no_grad()
def make(path, cross, heads, head_dim, ffn, layers, z, grid, seed):
    generator = torch.Generator().manual_seed(seed)
    model = build(heads, head_dim, ffn, layers, z, generator)
    length = 5
    context = torch.randn((1, length if cross == "cached_kv" else 1, 24), generator=generator)
    if cross == "const_bias":
        context = context.expand(1, length, 24)
    tensors, exact = convert(model, cross, context)
    stages, decoder = plain.decoder(z, generator)

    image = plain.clip(grid, 2, generator)
    folded = plain.fold(image)
    golden = {"golden.input": image, "golden.folded": plain.rows(folded, 2)}
    hooks = [model.patch_embedding.register_forward_hook(
        lambda m, a, out: golden.update({"golden.embedding": out[0].flatten(1).T}))]
    for i, block in enumerate(model.blocks):
        hooks.append(block.register_forward_hook(
            lambda m, a, out, i=i: golden.update({f"golden.blocks.{i}": out[0]})))
    latent = model(folded[None], torch.tensor([TIMESTEP]), context).sample[0]
    golden["golden.latent"] = latent.permute(1, 2, 3, 0)
    golden["golden.output"] = plain.decode(stages, decoder, golden["golden.latent"], image)

    pairs = head_dim // 6
    header = plain.header(pathlib.Path(path).stem, {
        "in_channels": plain.CHANNELS, "out_channels": z, "patch": 2, "dim": heads * head_dim,
        "heads": heads, "layers": layers, "ffn": ffn,
        "rope_pairs": [head_dim // 2 - 2 * pairs, pairs, pairs], "eps": 1e-6,
        "cross": cross, "cross_tokens": length if cross == "cached_kv" else 0,
        "window": WINDOW, "border": "shift", "routing": [[0] * heads] * layers,
    }, stages)
    plain.write(path, header, tensors | decoder | golden, exact)


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    make(folder / "wan-const-bias.safetensors", "const_bias", heads=3, head_dim=32, ffn=56,
         layers=2, z=8, grid=(2, 3, 5), seed=1)
    make(folder / "wan-cached-kv.safetensors", "cached_kv", heads=3, head_dim=16, ffn=56,
         layers=2, z=8, grid=(2, 5, 3), seed=2)
