"""Converting Wan's checkpoints: both layouts at the full size by name and shape, and small ones by
what they compute. SPDX-License-Identifier: Apache-2.0"""
import math

import pytest
import torch
import torch.nn.functional as F

from .. import model, wan

D, FFN, LAYERS = 1536, 8960, 30


def full_transformer(d=D, ffn=FFN, layers=LAYERS, z=16, text=4096):
    """Names and shapes of Wan2.1-T2V-1.3B as its authors have them."""
    shapes = {"patch_embedding.weight": (d, z, 1, 2, 2), "patch_embedding.bias": (d,),
              "head.modulation": (1, 2, d)}

    def linear(name, out, inputs):
        shapes[f"{name}.weight"], shapes[f"{name}.bias"] = (out, inputs), (out,)

    linear("text_embedding.0", d, text)
    linear("text_embedding.2", d, d)
    linear("time_embedding.0", d, 256)
    linear("time_embedding.2", d, d)
    linear("time_projection.1", 6 * d, d)
    linear("head.head", 4 * z, d)
    for i in range(layers):
        b = f"blocks.{i}"
        shapes[f"{b}.modulation"] = (1, 6, d)
        shapes[f"{b}.norm3.weight"] = shapes[f"{b}.norm3.bias"] = (d,)
        for kind in ("self_attn", "cross_attn"):
            for part in "qkvo":
                linear(f"{b}.{kind}.{part}", d, d)
            shapes[f"{b}.{kind}.norm_q.weight"] = shapes[f"{b}.{kind}.norm_k.weight"] = (d,)
        linear(f"{b}.ffn.0", ffn, d)
        linear(f"{b}.ffn.2", d, ffn)
    return shapes


def full_decoder(base=96, z=16):
    """Names and shapes of Wan2.1's VAE, its encoder left out."""
    shapes = {}

    def conv(name, out, inputs, *kernel):
        shapes[f"{name}.weight"], shapes[f"{name}.bias"] = (out, inputs, *kernel), (out,)

    def block(name, inputs, out):
        shapes[f"{name}.residual.0.gamma"] = (inputs, 1, 1, 1)
        conv(f"{name}.residual.2", out, inputs, 3, 3, 3)
        shapes[f"{name}.residual.3.gamma"] = (out, 1, 1, 1)
        conv(f"{name}.residual.6", out, out, 3, 3, 3)
        if inputs != out:
            conv(f"{name}.shortcut", out, inputs, 1, 1, 1)

    wide = 4 * base
    conv("conv2", z, z, 1, 1, 1)
    conv("decoder.conv1", wide, z, 3, 3, 3)
    block("decoder.middle.0", wide, wide)
    shapes["decoder.middle.1.norm.gamma"] = (wide, 1, 1)
    conv("decoder.middle.1.to_qkv", 3 * wide, wide, 1, 1)
    conv("decoder.middle.1.proj", wide, wide, 1, 1)
    block("decoder.middle.2", wide, wide)
    levels = [(wide, wide, True), (wide // 2, wide, True), (2 * base, 2 * base, False),
              (base, base, None)]
    for level, (inputs, channels, time) in enumerate(levels):
        for j in range(3):
            block(f"decoder.upsamples.{4 * level + j}", inputs if j == 0 else channels, channels)
        if time is not None:
            conv(f"decoder.upsamples.{4 * level + 3}.resample.1", channels // 2, channels, 3, 3)
        if time:
            conv(f"decoder.upsamples.{4 * level + 3}.time_conv", 2 * channels, channels, 3, 1, 1)
    shapes["decoder.head.0.gamma"] = (base, 1, 1, 1)
    conv("decoder.head.2", 3, base, 3, 3, 3)
    return shapes


def meta(shapes):
    return {name: torch.empty(shape, device="meta") for name, shape in shapes.items()}


def parameters(shapes):
    return sum(math.prod(shape) for shape in shapes.values())


def arguments(*words):
    return wan.arguments(["-", "-", "-", *words])


def own_shapes(geometry):
    with torch.device("meta"):
        return {k: tuple(v.shape) for k, v in model.Model(geometry).tensors().items()}


@pytest.mark.parametrize("words", [
    (), ("--space", "2", "--cross", "const_bias", "--form", "residual", "--routing", "4,4,4"),
    ("--cross", "cached_kv")], ids=" ".join)
def test_the_full_size_has_the_weight_files_names_and_shapes(words):
    assert len(full_transformer()) == 825 and parameters(full_transformer()) == 1_418_996_800
    assert parameters(full_decoder()) == 73_295_331 + 272
    geometry, tensors = wan.convert(
        wan.Checkpoint.of(meta(full_transformer()), wan.TRANSFORMER_NAMES),
        wan.Checkpoint.of(meta(full_decoder()), wan.VAE_NAMES), arguments(*words))
    assert own_shapes(geometry) == {name: shape for name, (shape, _) in tensors.items()}
    assert geometry.transformer.heads == 12 and geometry.transformer.rope_pairs == [22, 21, 21]
    assert geometry.decoder.halo == 128 and len(geometry.decoder.stages) == 23


def test_diffusers_names_at_the_full_size_are_the_same():
    diffusers = pytest.importorskip("diffusers")
    with torch.device("meta"):
        transformer = diffusers.WanTransformer3DModel(
            num_attention_heads=12, num_layers=LAYERS, ffn_dim=FFN)
        vae = diffusers.AutoencoderKLWan()
    ours = wan.Checkpoint.of(transformer.state_dict(), wan.TRANSFORMER_NAMES)
    assert {k: shape for k, (shape, _) in ours.readers.items()} == full_transformer()
    ours = wan.Checkpoint.of(vae.state_dict(), wan.VAE_NAMES)
    assert len(ours.readers) == 194
    decoder = {k: shape for k, (shape, _) in ours.readers.items()
               if k.startswith(("decoder.", "conv2."))}
    assert decoder == full_decoder()


def random(shapes, seed):
    generator = torch.Generator().manual_seed(seed)

    def value(name, shape):
        scale = 0.2 if len(shape) < 2 else math.prod(shape[1:]) ** -0.5
        centre = name.endswith(("gamma", "norm_q.weight"))
        return torch.randn(shape, generator=generator) * scale + centre

    return {name: value(name, shape) for name, shape in shapes.items()}


def small(words, seed=1):
    """A small model converted, written and loaded, and the checkpoints that it came from."""
    transformer = random(full_transformer(d=64, ffn=96, layers=2, z=4, text=24), seed)
    vae = random(full_decoder(base=4, z=4), seed + 1)
    args = arguments("--heads", "2", *words)
    return args, wan.convert(wan.Checkpoint.of(transformer, wan.TRANSFORMER_NAMES),
                             wan.Checkpoint.of(vae, wan.VAE_NAMES), args), transformer, vae


@pytest.mark.parametrize("words", [
    ("--cross", "const_bias"), ("--form", "residual", "--routing", "1,0,1"),
    ("--cross", "cached_kv", "--space", "2")], ids=" ".join)
@torch.no_grad()
def test_a_small_one_is_written_and_read_again(tmp_path, words):
    args, (geometry, tensors), *_ = small(words)
    wan.write(tmp_path / "w.safetensors", geometry, tensors, torch.float32)
    net = model.load(tmp_path / "w.safetensors")
    for name, value in net.tensors().items():
        assert torch.equal(value, tensors[name][1]()), name
    scale = 8 // args.space
    source = torch.rand(1, 5, 3, 32 // scale, 48 // scale) * 2 - 1
    assert net.latent(source).shape == (1, 2, 4, 4, 6)


@torch.no_grad()
def test_enlarging_is_folded_into_the_convolution():
    x, weight = torch.randn(2, 3, 5, 4), torch.randn(6, 3, 3, 3)
    wanted = F.conv2d(F.interpolate(x, scale_factor=2.0, mode="nearest-exact"), weight, padding=1)
    got = F.pixel_shuffle(F.conv2d(x, wan.enlarge(weight), padding=1), 2)
    assert torch.allclose(got, wanted, atol=1e-5)


@torch.no_grad()
def test_the_decoder_does_not_look_ahead():
    """The first latents' frames are the same without the later ones."""
    _, (geometry, tensors), *_ = small(())
    net = model.Model(geometry)
    net.load_tensors({name: make() for name, (_, make) in tensors.items()})
    latent = torch.randn(1, 5, 4, 3, 2)
    whole = net.decoder(latent, torch.zeros(1, 17, 3, 24, 16))
    for f in (1, 2):
        part = net.decoder(latent[:, :f], torch.zeros(1, 4 * f - 3, 3, 24, 16))
        assert torch.allclose(part, whole[:, :4 * f - 3], atol=1e-5)


@torch.no_grad()
def test_a_model_of_diffusers_computes_the_same():
    diffusers = pytest.importorskip("diffusers")
    torch.manual_seed(3)
    transformer = diffusers.WanTransformer3DModel(
        num_attention_heads=2, attention_head_dim=32, in_channels=48, out_channels=4, text_dim=24,
        ffn_dim=96, num_layers=2).eval()
    vae = diffusers.AutoencoderKLWan(base_dim=4, z_dim=4).eval()
    args = arguments("--heads", "2", "--space", "2", "--cross", "cached_kv", "--timestep", "400")
    args.context = torch.randn(7, 24)
    geometry, tensors = wan.convert(
        wan.Checkpoint.of(transformer.state_dict(), wan.TRANSFORMER_NAMES),
        wan.Checkpoint.of(vae.state_dict(), wan.VAE_NAMES), args)
    net = model.Model(geometry).eval()
    net.load_tensors({name: make() for name, (_, make) in tensors.items()})
    source = torch.rand(1, 5, 3, 8, 12) * 2 - 1
    context = F.pad(args.context, (0, 0, 0, 505))[None]
    wanted = transformer(net.fold(source), torch.tensor([400.0]), context).sample
    latent = net.latent(source)
    assert torch.allclose(latent.transpose(1, 2), wanted, atol=1e-4)
    got = net.decoder(latent, torch.zeros(1, 5, 3, 32, 48))
    wanted = vae.decode(wanted).sample
    assert torch.allclose(got.clamp(-1, 1).transpose(1, 2), wanted, atol=1e-4)


def test_const_bias_refuses_a_text():
    args, _, transformer, vae = small(("--cross", "const_bias"))
    args.context = torch.randn(7, 24)
    _, tensors = wan.convert(wan.Checkpoint.of(transformer, wan.TRANSFORMER_NAMES),
                             wan.Checkpoint.of(vae, wan.VAE_NAMES), args)
    with pytest.raises(ValueError, match="rows are all equal"):
        tensors["blocks.0.cross_attn.bias"][1]()
