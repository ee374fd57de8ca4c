"""Our model against the golden files, which come from diffusers and from explicit masks.
SPDX-License-Identifier: Apache-2.0"""
import pathlib

import pytest
import torch
from safetensors.torch import load_file

from .. import fold, model

GOLDEN = pathlib.Path(__file__).parents[3] / "tests" / "golden"
FILES = [p for p in sorted(GOLDEN.glob("*.safetensors")) if p.stem != "home-clip"]


def error(a, b):
    return ((a - b).norm() / b.norm()).item()


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
@torch.no_grad()
def test_every_step_equals_the_golden_one(path):
    golden = {k.removeprefix("golden."): v for k, v in load_file(path).items()
              if k.startswith("golden.")}
    net = model.load(path)
    source = golden["input"].permute(0, 3, 1, 2)[None]
    folded = net.fold(source)
    assert torch.equal(fold.patchify(folded, net.geometry.transformer.patch)[0], golden["folded"])
    x, grid = net.transformer.embed(folded)
    assert error(x[0], golden["embedding"]) < 1e-5
    layout = net.transformer.layout(grid, x.device)
    for i, block in enumerate(net.transformer.blocks):
        x = block(x, *layout)
        assert error(x[0], golden[f"blocks.{i}"]) < 1e-5
    assert error(net.latent(source)[0].permute(0, 2, 3, 1), golden["latent"]) < 1e-5
    assert error(net(source)[0].permute(0, 2, 3, 1), golden["output"]) < 1e-5


def test_there_are_golden_files():
    assert len(FILES) >= 6
