"""Finds the temperature that makes the reader's confidences honest on crops it was not trained on.

    python3 calibrate.py --reader reader.pt --chunks unseen

The confidence of a read is the CTC likelihood of its text. `unseen` holds crops of dies that training never uses
(`chunks.py --unseen`): a camera's country may have one. Printed is the lowest temperature under which of the reads that
claim 0.9 or more at least 99 % are right. `export.py --temperature` puts it into the network.
"""
import argparse
import glob

import numpy as np
import torch

import reader as reading
from dies import CHARACTERS
from evaluate import folded, log_likelihood

SURE, WANTED = .9, .99
TEMPERATURES = (.7, .8, .9, 1., 1.1, 1.2, 1.3, 1.45, 1.6, 1.8, 2.)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--reader', required=True); parser.add_argument('--chunks', required=True); parser.add_argument('--crops', type=int, default=1500)
    a = parser.parse_args(); torch.set_num_threads(1)
    net, chunk = reading.load(a.reader), np.load(sorted(glob.glob(a.chunks + '/c_*.npz'))[0])
    X, Y = chunk['X'][:a.crops], chunk['Y'][:a.crops]
    with torch.no_grad(): logits = torch.cat([net(torch.from_numpy(X[k:k + 100])[:, None].float() / 255) for k in range(0, len(X), 100)])
    reads = [text for text, _ in reading.greedy(logits)]
    right = np.array([folded(r) == folded(''.join(CHARACTERS[v - 1] for v in y if v)) for r, y in zip(reads, Y)])
    legible = np.array([len(r) >= 4 for r in reads])
    chosen = None
    for t in TEMPERATURES:
        log_p = torch.log_softmax(logits / t, -1).numpy()
        p = np.exp([min(-1e-4, log_likelihood(l, r)) for l, r in zip(log_p, reads)])[legible]
        ok = right[legible]; loss = -np.mean(np.where(ok, np.log(p), np.log1p(-p)))
        sure = p >= SURE
        share = ok[sure].mean() if sure.any() else 1.
        print(f'T {t:4}: log loss {loss:.4f}; claims >= {SURE}: {100 * sure.mean():.0f} % of reads, {100 * share:.1f} % right', flush=True)
        if chosen is None and share >= WANTED: chosen = t
    print('temperature', chosen or TEMPERATURES[-1])


if __name__ == '__main__':
    main()
