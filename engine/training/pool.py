"""A pool of finished samples on the device, refilled by a pump: clean crops are degraded on the
device, coded and decoded by worker processes, and come back.

Nothing waits for anything: a step of training calls `pump` once, which moves on whatever is ready.
So nothing here or in degrade/ may make a tensor on the device from host values, which waits for all
queued work, or read one back.
SPDX-License-Identifier: Apache-2.0"""
import mmap
import multiprocessing
import os
import random

import numpy as np
import torch

from . import codecs, fold
from .degrade import degrade

GROUP = 2               # clips that share one draw of degradations
IN_FLIGHT_MOST = 100


def work(memory, shape, jobs, done, seed):
    """A worker's life: takes (slot, clip shape, codec family), codes the slot in place."""
    os.nice(5)
    dice = random.Random(seed)
    slots = np.frombuffer(memory, np.uint8).reshape(shape)
    while (job := jobs.get()) is not None:
        slot, size, family = job
        clip = slots[slot, :int(np.prod(size))].reshape(size)
        try:
            clip[:] = codecs.degrade(clip.copy(), family, dice)
            done.put((slot, None))
        except Exception as error:
            done.put((slot, f"{type(error).__name__}: {error}"[:120]))


class Workers:
    """Processes that code clips in shared memory. Make them before CUDA is touched: they are
    forked, and a forked process cannot use CUDA."""

    def __init__(self, count, clip_bytes, slots=160, seed=5):
        context = multiprocessing.get_context("fork")
        shape = (slots, clip_bytes)
        memory = mmap.mmap(-1, slots * clip_bytes)
        self.slots = np.frombuffer(memory, np.uint8).reshape(shape)
        self.jobs, self.done = context.SimpleQueue(), context.SimpleQueue()
        self.processes = [
            context.Process(target=work, daemon=True,
                            args=(memory, shape, self.jobs, self.done, seed * 1000 + i))
            for i in range(count)]
        for process in self.processes:
            process.start()

    def submit(self, slot, clip, family):
        self.slots[slot, :clip.size] = clip.reshape(-1)
        self.jobs.put((slot, clip.shape, family))

    def finished(self):
        while not self.done.empty():
            yield self.done.get()

    def clip(self, slot, shape):
        return self.slots[slot, :int(np.prod(shape))].reshape(shape).copy()

    def dead(self):
        return sum(not process.is_alive() for process in self.processes)

    def close(self):
        for _ in self.processes:
            self.jobs.put(None)
        for process in self.processes:
            process.join(5)


def to_range(clips):
    """Bytes -> [-1, 1]."""
    return clips.float() / 127.5 - 1


class Pool:
    """`capacity` samples of reference and source at full size, as bytes; with a teacher (a function
    of sources as bytes, in groups) also of what it makes of the source."""

    def __init__(self, material, workers, dice, capacity, teacher=None):
        self.material, self.workers, self.dice = material, workers, dice
        self.device, self.teacher = material.device, teacher
        side = material.side
        self.samples = torch.empty(capacity, 3 if teacher else 2, material.frames, 3, side, side,
                                   dtype=torch.uint8, device=self.device)
        self.filled = self.next = self.made = 0
        self.untaught = []
        self.free = list(range(len(workers.slots)))
        self.copying, self.coding = [], {}
        self.errors = {}

    def put(self, reference, low):
        """reference uint8 [T, 3, side, side]; low [T, 3, h, w] in 0..1."""
        source = fold.resize(low, reference.shape[-2:]).clamp(0, 1)
        pair = torch.stack([reference, (source * 255).round().to(torch.uint8)])
        if not self.teacher:
            self.keep(pair)
            return
        self.untaught.append(pair)
        if len(self.untaught) == self.teacher.together:
            pairs = torch.stack(self.untaught)
            for sample in torch.cat([pairs, self.teacher(pairs[:, 1])[:, None]], 1):
                self.keep(sample)
            self.untaught.clear()

    def keep(self, sample):
        self.samples[self.next] = sample
        self.next = (self.next + 1) % len(self.samples)
        self.filled = min(self.filled + 1, len(self.samples))
        self.made += 1

    def clear(self):
        """Empties it, of what is under way as well."""
        while self.copying or self.coding:
            self.collect()
            self.hand_over()
        self.untaught.clear()
        self.filled = self.next = 0

    @torch.no_grad()
    def pump(self, fresh):
        """Takes in what is coded, hands on what is copied, and begins `fresh` new samples if the
        workers have room for them."""
        self.collect()
        self.hand_over()
        waiting = sum(len(low) for _, low, _, _ in self.copying)
        if len(self.free) - waiting >= fresh and len(self.coding) + waiting < IN_FLIGHT_MOST:
            for _ in range(0, fresh, GROUP):
                self.begin()

    def begin(self):
        clean = torch.stack([self.material.clean(self.dice) for _ in range(GROUP)])
        clean, low, codec, _ = degrade(clean, self.dice)
        reference = (clean * 255).round().to(torch.uint8)
        if codec is None:
            for pair in zip(reference, low):
                self.put(*pair)
            return
        low = (low * 255).round().to(torch.uint8).permute(0, 1, 3, 4, 2).contiguous()
        event = None
        if low.is_cuda:
            host = torch.empty(low.shape, dtype=torch.uint8, pin_memory=True)
            host.copy_(low, non_blocking=True)
            event = torch.cuda.Event()
            event.record()
            low = host
        self.copying.append((reference, low, codec, event))

    def hand_over(self):
        """Clips whose copy to the host is done go to the workers."""
        while self.copying and (self.copying[0][3] is None or self.copying[0][3].query()):
            references, lows, codec, _ = self.copying.pop(0)
            for reference, low in zip(references, lows.numpy()):
                slot = self.free.pop()
                self.coding[slot] = (reference, low.shape)
                self.workers.submit(slot, low, codec)

    def collect(self):
        if dead := self.workers.dead():
            self.errors["dead workers"] = dead
        for slot, error in self.workers.finished():
            reference, shape = self.coding.pop(slot)
            if error is None:
                low = torch.from_numpy(self.workers.clip(slot, shape)).to(
                    self.device, non_blocking=True)
                self.put(reference, low.permute(0, 3, 1, 2).float() / 255)
            else:
                self.errors[error] = self.errors.get(error, 0) + 1
            self.free.append(slot)

    def batch(self, size):
        """Reference, source and what a teacher made of it if there is one, each
        [size, T, 3, side, side] in [-1, 1]."""
        chosen = (self.dice.rand(size) * self.filled).long().clamp(max=self.filled - 1)
        return to_range(self.samples[chosen]).unbind(1)
