"""Trains the plate detector on changed photographs and drawn plates (scenes.py).

    python3 train_detector.py --photographs train.json --minutes 30 --out detector [--init old.pt] [--reader reader.pt]

Every few minutes it looks for places in the training photographs where it fires wrongly and trains on these more
often. Writes OUT.pt (moving average of the weights) and OUT-history.json. Uses a GPU where there is one.
"""
import argparse
import copy
import json
import time

import cv2
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

import reader as reading
from detector import STRIDE, Detector, detect, distances, metrics
from precision import half_precision
from scenes import SIZE, Scenes, load_photographs

CELLS = SIZE // STRIDE
_GY, _GX = torch.meshgrid(torch.arange(CELLS), torch.arange(CELLS), indexing='ij')
MINE_EVERY_S, REPORT_EVERY_S = 150, 180


def targets(boxes):
    """(box of each cell, cells that own a plate, cells that are neither)"""
    owner = np.zeros((CELLS, CELLS, 4), np.float32); positive = np.zeros((CELLS, CELLS), bool); within = np.zeros((CELLS, CELLS), bool)
    gy, gx = np.mgrid[0:CELLS, 0:CELLS]; px, py = (gx + .5) * STRIDE, (gy + .5) * STRIDE
    for b in sorted(boxes, key=lambda b: b[0] - b[2]):
        cx, cy = (b[0] + b[2]) / 2, (b[1] + b[3]) / 2
        rx, ry = max(STRIDE * .75, min((b[2] - b[0]) * .25, STRIDE * 2)), max(STRIDE * .75, min((b[3] - b[1]) * .3, STRIDE * 1.5))
        within |= (px > b[0]) & (px < b[2]) & (py > b[1] - STRIDE * .5) & (py < b[3] + STRIDE * .5)
        middle = (abs(px - cx) < rx) & (abs(py - cy) < ry)
        positive[middle] = True; owner[middle] = b
    return owner, positive, within & ~positive


def loss_of(o, owner, positive, ignored):
    """Scores learn how good the box is, boxes learn by their overlap; confident mistakes weigh most."""
    d = distances(o); px, py = ((g + .5) * STRIDE for g in (_GX.to(o.device), _GY.to(o.device)))
    a = torch.stack([px - d[:, 0], py - d[:, 1], px + d[:, 2], py + d[:, 3]], -1)[positive]; b = owner[positive]
    inner = (torch.min(a[:, 2:], b[:, 2:]) - torch.max(a[:, :2], b[:, :2])).clamp(0).prod(1)
    union = (a[:, 2:] - a[:, :2]).prod(1) + (b[:, 2:] - b[:, :2]).prod(1) - inner; iou = inner / union.clamp(1e-6)
    hull = (torch.max(a[:, 2:], b[:, 2:]) - torch.min(a[:, :2], b[:, :2])).prod(1)
    n = max(1, int(positive.sum()))
    box_loss = (1 - iou + (hull - union) / hull.clamp(1e-6)).sum() / n
    wanted = torch.zeros_like(o[:, 0]); wanted[positive] = (.35 + .8 * iou.detach()).clamp(.4, 1)
    small = ((owner[..., 2] - owner[..., 0]) < 48).float()       # small plates own few cells: weigh them up
    p = torch.sigmoid(o[:, 0]); weight = torch.where(positive, 1 + .8 * small, .8 * p.detach().pow(2)) * (~ignored)
    score_loss = (F.binary_cross_entropy_with_logits(o[:, 0], wanted, reduction='none') * weight).sum() / n
    return score_loss + 2 * box_loss, score_loss.item(), box_loss.item()


def read_with(path):
    """A function that reads a box of a BGR picture: (text, confidence)."""
    net = reading.load(path)

    def read(picture, box):
        w, h = box[2] - box[0], box[3] - box[1]
        crop = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)[max(0, int(box[1] - .06 * h)):int(box[3] + .06 * h) + 1, max(0, int(box[0] - .03 * w)):int(box[2] + .03 * w) + 1]
        crop = cv2.resize(crop, (160, 48), interpolation=cv2.INTER_AREA if crop.shape[1] > 192 else cv2.INTER_LINEAR)
        with torch.no_grad(): return reading.greedy(net(torch.from_numpy(crop)[None, None].float() / 255))[0]
    return read


def batch_of(scenes, n, device):
    xs, owners, positives, ignoreds = [], [], [], []
    for _ in range(n):
        x, boxes = scenes.sample(); xs.append(x)
        for collected, value in zip((owners, positives, ignoreds), targets(boxes)): collected.append(value)
    x = torch.from_numpy(np.stack(xs)).permute(0, 3, 1, 2).float().div_(255).to(device)
    return (x.contiguous(memory_format=torch.channels_last), *(torch.from_numpy(np.stack(v)).to(device) for v in (owners, positives, ignoreds)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--photographs', required=True); parser.add_argument('--minutes', type=float, default=30); parser.add_argument('--out', default='detector')
    parser.add_argument('--init'); parser.add_argument('--reader', help='reader.pt: add forgotten boxes of the training photographs first')
    parser.add_argument('--rate', type=float, default=7e-4); parser.add_argument('--batch', type=int, default=8); parser.add_argument('--seed', type=int, default=0)
    a = parser.parse_args()
    torch.set_num_threads(1); torch.manual_seed(a.seed)
    device = 'cuda' if torch.cuda.is_available() else 'cpu'
    net = Detector().to(device)
    if a.init: net.load_state_dict(torch.load(a.init, map_location=device))
    net = net.to(memory_format=torch.channels_last)
    average = copy.deepcopy(net).eval()
    scenes, unseen = Scenes(load_photographs(a.photographs), a.seed), [p for s in load_photographs(a.photographs, 'valid') for p in s]
    optimiser = torch.optim.AdamW(net.parameters(), lr=a.rate, weight_decay=1e-3)
    if a.reader and a.init: print('plates that the labels forgot:', scenes.label_more(average, read_with(a.reader)), flush=True)
    print('hard spots:', scenes.mine(average, 200), flush=True)
    validate = lambda: metrics([detect(average, picture) for picture, _ in unseen], [boxes for _, boxes in unseen])
    began, step, mined, reported, history = time.time(), 0, 0, 0, []
    while (share := (time.time() - began) / (a.minutes * 60)) < 1:
        rate = a.rate * min(1, (step + 1) / 60) * (1 if share < .35 else max(.01, .5 * (1 + np.cos(np.pi * (share - .35) / .65))))
        for group in optimiser.param_groups: group['lr'] = rate
        x, owner, positive, ignored = batch_of(scenes, a.batch, device)
        net.train()
        with half_precision(device): cells = net(x)
        loss, score_loss, box_loss = loss_of(cells.float(), owner, positive, ignored)
        optimiser.zero_grad(); loss.backward(); nn.utils.clip_grad_norm_(net.parameters(), 10.); optimiser.step()
        step += 1; keep = min(.996, step / (step + 20))
        with torch.no_grad():
            for averaged, current in zip(average.state_dict().values(), net.state_dict().values()):
                averaged.mul_(keep).add_(current, alpha=1 - keep) if averaged.dtype.is_floating_point else averaged.copy_(current)
        seconds = time.time() - began
        if seconds - mined > MINE_EVERY_S: mined = seconds; scenes.mine(average)
        if seconds - reported > REPORT_EVERY_S:
            reported = seconds
            history.append(dict(seconds=round(seconds), step=step, seen=step * a.batch, score_loss=round(score_loss, 3), box_loss=round(box_loss, 3), hard=len(scenes.hard), valid=validate()))
            print(json.dumps(history[-1]), flush=True); torch.save(average.state_dict(), a.out + '.pt')
    history.append(dict(seconds=round(time.time() - began), step=step, seen=step * a.batch, valid=validate()))
    print(json.dumps(history[-1])); torch.save(average.state_dict(), a.out + '.pt'); json.dump(history, open(a.out + '-history.json', 'w'))


if __name__ == '__main__':
    main()
