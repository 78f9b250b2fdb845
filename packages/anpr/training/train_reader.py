"""Trains the reader on the chunks that chunks.py writes, while it is still writing them.

    python3 train_reader.py --chunks chunks --minutes 60 --out reader [--init old.pt] [--real real.npz]

Writes OUT.pt (moving average of the weights) and OUT-history.json. Uses a GPU where there is one.
"""
import argparse
import copy
import glob
import json
import os
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from dies import CHARACTERS
from precision import half_precision
from reader import CLASSES, Reader, greedy

VALIDATION = 600
SMOOTHING = .02                          # share of the loss that asks for no certainty at all


class Pool:
    """Chunks on disk; serves the least used ones first."""

    def __init__(self, folder):
        self.folder, self.seen, self.X, self.Y, self.use, self.validation = folder, set(), [], [], [], None

    def refresh(self):
        for path in sorted(glob.glob(self.folder + '/c_*.npz')):
            if path in self.seen: continue
            chunk = np.load(path)
            self.seen.add(path)
            if self.validation is None: self.validation = chunk['X'][:VALIDATION], chunk['Y'][:VALIDATION]
            self.X.append(chunk['X'][VALIDATION if len(self.X) == 0 else 0:]); self.Y.append(chunk['Y'][VALIDATION if len(self.Y) == 0 else 0:]); self.use.append(0.)

    def batch(self, rng, n):
        least = np.argsort(self.use, kind='stable')[:max(4, len(self.use) // 3)]
        xs, ys = [], []
        for c in rng.choice(least, 4):
            k = rng.integers(0, len(self.X[c]), n // 4)
            xs.append(self.X[c][k]); ys.append(self.Y[c][k]); self.use[c] += n / 4
        return np.concatenate(xs), np.concatenate(ys)


def moved(x):
    """Every crop a little shifted, scaled and sheared, as other boxes would show it; now and then with noise."""
    n, u = len(x), lambda low, high: torch.empty(len(x)).uniform_(low, high)
    theta = torch.zeros(n, 2, 3)
    theta[:, 0, 0], theta[:, 1, 1] = u(.97, 1.07), u(.95, 1.12)
    theta[:, 0, 2], theta[:, 1, 2] = u(-.03, .03), u(-.06, .06)
    theta[:, 0, 1], theta[:, 1, 0] = u(-.02, .02), u(-.05, .05)
    grid = F.affine_grid(theta, x.shape, align_corners=False).to(x.device)
    x = F.grid_sample(x, grid, padding_mode='border', align_corners=False)
    noise = (torch.rand(n, 1, 1, 1) < .4) * u(0, .05).view(n, 1, 1, 1)
    return (x + torch.randn_like(x) * noise.to(x.device)).clamp(0, 1)


def ctc_loss(logits, y):
    """CTC, plus a little of the cross-entropy to the uniform distribution: certainty has to be earned."""
    log_p = F.log_softmax(logits, -1)
    lengths = torch.full((len(y),), logits.shape[1], dtype=torch.long)
    loss = F.ctc_loss(log_p.permute(1, 0, 2), y, lengths, (y > 0).sum(1), blank=0, zero_infinity=True)
    return (1 - SMOOTHING) * loss - SMOOTHING * log_p.mean(), loss.detach()


@torch.no_grad()
def validate(net, validation, device):
    net.eval()
    X, Y = validation
    reads = [r[0] for k in range(0, len(X), 100) for r in greedy(net(torch.from_numpy(X[k:k + 100])[:, None].float().div(255).to(device)).cpu())]
    texts = [''.join(CHARACTERS[v - 1] for v in y if v) for y in Y]
    return round(100 * sum(a == b for a, b in zip(reads, texts)) / len(texts), 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--chunks', required=True); parser.add_argument('--minutes', type=float, default=60); parser.add_argument('--out', default='reader')
    parser.add_argument('--init'); parser.add_argument('--real', help='npz of real crops, as pseudo_labels.py writes it; may come later'); parser.add_argument('--real-share', type=float, default=.08)
    parser.add_argument('--rate', type=float, default=2e-3); parser.add_argument('--batch', type=int, default=64); parser.add_argument('--seed', type=int, default=0)
    a = parser.parse_args()
    torch.set_num_threads(1); torch.manual_seed(a.seed)
    device, rng = 'cuda' if torch.cuda.is_available() else 'cpu', np.random.default_rng(a.seed)
    net = Reader().to(device)
    if a.init: net.load_state_dict(torch.load(a.init, map_location=device))
    net = net.to(memory_format=torch.channels_last)
    average = copy.deepcopy(net).eval()
    weights = [p for p in net.parameters() if p.dim() > 1]; others = [p for p in net.parameters() if p.dim() <= 1]
    optimiser = torch.optim.AdamW([dict(params=weights, weight_decay=2e-3), dict(params=others, weight_decay=0.)], lr=a.rate)
    pool = Pool(a.chunks)
    real = None
    while not pool.X: pool.refresh(); time.sleep(1)
    began, step, seen, mean, history, reported = time.time(), 0, 0, None, [], 0
    while (share := (time.time() - began) / (a.minutes * 60)) < 1:
        if step % 60 == 0:
            pool.refresh()
            if a.real and real is None and os.path.exists(a.real): chunk = np.load(a.real); real = chunk['X'], chunk['Y']
        rate = a.rate * min(1, (step + 1) / 150) * (1 if share < .35 else max(.01, .5 * (1 + np.cos(np.pi * (share - .35) / .65))))
        for group in optimiser.param_groups: group['lr'] = rate
        x, y = pool.batch(rng, a.batch)
        if real is not None:
            k = int(a.real_share * a.batch); i = rng.integers(0, len(real[0]), k); x[:k], y[:k] = real[0][i], real[1][i]
        x = moved(torch.from_numpy(x)[:, None].float().div_(255).to(device)).contiguous(memory_format=torch.channels_last)
        net.train()
        with half_precision(device): logits = net(x)
        loss, ctc = ctc_loss(logits.float(), torch.from_numpy(y.astype(np.int64)).to(device))
        optimiser.zero_grad(); loss.backward(); nn.utils.clip_grad_norm_(net.parameters(), 5.); optimiser.step()
        step += 1; seen += len(x); mean = float(ctc) if mean is None else .98 * mean + .02 * float(ctc)
        keep = min(.998, step / (step + 30))
        with torch.no_grad():
            for averaged, current in zip(average.state_dict().values(), net.state_dict().values()):
                averaged.mul_(keep).add_(current, alpha=1 - keep) if averaged.dtype.is_floating_point else averaged.copy_(current)
        if time.time() - began - reported > 180 or step == 20 or share > .999:
            reported = time.time() - began
            history.append(dict(seconds=round(reported), step=step, seen=seen, loss=round(mean, 4), rate=round(rate, 6), pool=sum(map(len, pool.X)), synthetic=validate(average, pool.validation, device)))
            print(json.dumps(history[-1]), flush=True)
            torch.save(average.state_dict(), a.out + '.part'); os.replace(a.out + '.part', a.out + '.pt')
            json.dump(history, open(a.out + '-history.json', 'w'))
    history.append(dict(seconds=round(time.time() - began), step=step, seen=seen, loss=round(mean, 4), synthetic=validate(average, pool.validation, device)))
    print(json.dumps(history[-1]), flush=True)
    torch.save(average.state_dict(), a.out + '.pt'); json.dump(history, open(a.out + '-history.json', 'w'))


if __name__ == '__main__':
    main()
