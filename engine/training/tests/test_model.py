"""Weight files round trip; a resumed training takes the same next step.
SPDX-License-Identifier: Apache-2.0"""
import dataclasses
import json
import math

import pytest
import torch
from safetensors import safe_open

from .. import attention, graft, mix, model
from ..stages import STAGES
from ..trainer import Trainer, split_parameters


def tiny(**more):
    return model.home(patch=1, dim=48, heads=3, layers=2, counts=[(1, 1, 1), (0, 1, 2)], latent=8,
                      name="tiny", **more)


def random_model(geometry=None, seed=3):
    torch.manual_seed(seed)
    return model.initialise(model.Model(geometry or tiny()))


def clip(frames=5, side=32, seed=1):
    generator = torch.Generator().manual_seed(seed)
    return torch.rand((2, frames, 3, side, side), generator=generator) * 2 - 1


def test_geometry_is_its_json():
    geometry = tiny(description="ä")
    assert model.Geometry.from_json(geometry.to_json()) == geometry
    fields = json.loads(geometry.to_json())
    fields["schema"] = 2
    with pytest.raises(ValueError, match="schema 2"):
        model.Geometry.from_json(json.dumps(fields))


def test_save_and_load(tmp_path):
    net = random_model()
    model.save(tmp_path / "a.safetensors", net, torch.float32, {"training": "note"})
    again = model.load(tmp_path / "a.safetensors")
    assert again.geometry == net.geometry
    assert torch.equal(again(clip()), net(clip()))
    model.save(tmp_path / "b.safetensors", net)
    with safe_open(tmp_path / "b.safetensors", "pt") as file:
        assert json.loads(file.metadata()["oasis"])["schema"] == 1
        assert file.get_tensor("blocks.1.self_attn.q.weight").dtype == torch.bfloat16
        assert file.get_tensor("blocks.1.modulation").dtype == torch.float32
        assert file.get_tensor("patch_embedding.weight").shape == (48, 768, 1, 1, 1)
        assert not any(key.startswith("transformer.") for key in file.keys())


def test_surplus_tensors_are_named():
    net = random_model()
    tensors = dict(net.tensors(), surplus=torch.zeros(1))
    with pytest.raises(ValueError, match="surplus"):
        net.load_tensors(tensors)


def test_any_size_is_restored():
    net = random_model()
    odd = torch.rand(1, 5, 3, 27, 35) * 2 - 1
    assert net.restore(odd).shape == odd.shape


def test_every_parameter_has_one_optimiser():
    net = random_model()
    parts = split_parameters(net)
    assert sorted(id(p) for part in parts for p in part) == sorted(id(p) for p in net.parameters())
    assert all(p.ndim >= 2 for p in parts[0]) and len(parts[1]) == 4


@pytest.mark.parametrize("name", STAGES)
def test_resume_takes_the_same_step(name, tmp_path):
    stage = dataclasses.replace(STAGES[name], warm_up=2)
    clips = [clip(side=64, seed=i) for i in range(4)]
    batches = [(reference, reference * 0.8, reference * 0.9) for reference in clips]
    trainer = Trainer(random_model(), stage)
    for batch in batches[:3]:
        trainer.step(*batch, done=0.5)
    trainer.save(tmp_path / "c.pt", note=7)
    trainer.step(*batches[3], done=0.6)

    again = Trainer(random_model(seed=4), stage)
    state = torch.load(tmp_path / "c.pt", weights_only=False)
    assert state["note"] == 7
    again.restore(state)
    again.step(*batches[3], done=0.6)
    for (k, p), q in zip(trainer.model.named_parameters(), again.model.parameters()):
        assert torch.equal(p, q), k
    assert all(torch.equal(trainer.average[k], again.average[k]) for k in trainer.average)


def test_training_lowers_the_loss_and_bad_steps_change_nothing():
    trainer = Trainer(random_model(), dataclasses.replace(STAGES["consistent"], warm_up=1))
    reference = clip(seed=9)
    source = (reference + 0.2).clamp(-1, 1)
    first = trainer.step(reference, source)["loss"]
    for _ in range(12):
        last = trainer.step(reference, source)["loss"]
    assert last < 0.9 * first
    before = [p.clone() for p in trainer.model.parameters()]
    trainer.step(reference * float("nan"), source)
    assert all(torch.equal(p, q) for p, q in zip(before, trainer.model.parameters()))
    assert trainer.skipped == 1


@pytest.mark.parametrize("border", ["shift", "clip"])
@pytest.mark.parametrize("grid", [(5, 8, 6), (2, 7, 3), (1, 4, 9), (3, 19, 25), (11, 9, 3)])
def test_windows_in_blocks_are_windows(grid, border):
    q, k, v = torch.randn(3, 2, math.prod(grid), 3, 16)
    keys, valid = attention.window_keys(grid, (3, 5, 5), border, "cpu")
    mask = torch.zeros(len(keys), len(keys)).scatter_add_(1, keys, valid.float()) > 0
    scores = torch.einsum("bqhd,bkhd->bhqk", q, k) / 4
    expected = torch.einsum("bhqk,bkhd->bqhd",
                            scores.masked_fill(~mask, float("-inf")).softmax(-1), v)
    blocks = attention.window_blocks(grid, (3, 5, 5), border, "cpu")
    assert torch.allclose(attention.window_attention(q, k, v, blocks), expected, atol=1e-5)


def test_a_mix_lies_between():
    first, second, third = (random_model(seed=seed) for seed in (3, 4, 5))
    a, b, c = (dict(net.named_parameters())["decoder.0.weight"].detach().clone()
               for net in (first, second, third))
    moved = dict(mix.mix(first, second, 0.5, onto=third).named_parameters())["decoder.0.weight"]
    assert torch.allclose(moved, c + 0.5 * (b - a))
    between = dict(mix.mix(first, second, 0.25).named_parameters())["decoder.0.weight"]
    assert torch.allclose(between, 0.75 * a + 0.25 * b)
    with pytest.raises(ValueError, match="one net"):
        mix.mix(first, random_model(model.home(patch=1, dim=48, heads=3, layers=1, latent=8)), 0.5)


def test_a_graft_starts_as_the_decoder_alone():
    trunk = random_model(model.home(patch=2, dim=48, heads=3, layers=1, latent=8))
    grafted = graft.graft(trunk, random_model(), latent=12)
    assert grafted.geometry.transformer.out_channels == 12
    source = clip()
    silent = trunk.decoder(trunk.latent(source) * 0, source)
    assert torch.allclose(grafted(source), silent, atol=1e-6)
