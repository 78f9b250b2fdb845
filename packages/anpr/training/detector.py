"""The detector: an anchor-free network with one class and one output map of stride 8.

Input: B, G, R planes in 0..1, height and width multiples of 32, grey (114) padding right and below. Output for
each cell: a score and the distances from the cell's centre to the four sides of the plate.
"""
import cv2
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

STRIDE = 8
PADDING = 114


def conv_bn(i, o, kernel=3, stride=1):
    return nn.Sequential(nn.Conv2d(i, o, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(o), nn.ReLU(True))


class Bottleneck(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.m = nn.Sequential(conv_bn(c, c // 2, 1), conv_bn(c // 2, c, 3))

    def forward(self, x):
        return x + self.m(x)


class Detector(nn.Module):
    """`decoded` gives probabilities and pixels (for ONNX) instead of the raw values that training needs."""

    def __init__(self, decoded=False):
        super().__init__()
        self.decoded = decoded
        self.s1 = nn.Sequential(conv_bn(3, 16, 3, 2), conv_bn(16, 24, 3, 2), Bottleneck(24))
        self.s2 = nn.Sequential(conv_bn(24, 48, 3, 2), Bottleneck(48), Bottleneck(48))          # stride 8
        self.s3 = nn.Sequential(conv_bn(48, 96, 3, 2), Bottleneck(96), Bottleneck(96))          # stride 16
        self.s4 = nn.Sequential(conv_bn(96, 128, 3, 2), Bottleneck(128), Bottleneck(128))       # stride 32
        self.l4, self.l3, self.f3 = conv_bn(128, 48, 1), conv_bn(96, 48, 1), conv_bn(48, 48, 3)
        self.l2, self.f2 = conv_bn(48, 48, 1), conv_bn(48, 48, 3)
        self.h = nn.Conv2d(48, 5, 1)
        nn.init.constant_(self.h.bias, 0.)
        self.h.bias.data[0] = -4.5
        self.h.bias.data[1:] = torch.tensor([.9, .3, .9, .3])

    def forward(self, x):
        a = self.s2(self.s1(x)); b = self.s3(a); c = self.s4(b)
        u = self.f3(F.interpolate(self.l4(c), scale_factor=2., mode='nearest') + self.l3(b))
        u = self.f2(F.interpolate(u, scale_factor=2., mode='nearest') + self.l2(a))
        o = self.h(u)
        return torch.cat([torch.sigmoid(o[:, :1]), distances(o)], 1) if self.decoded else o


def distances(o):
    """Left, top, right, bottom in pixels."""
    return torch.exp(o[:, 1:].clamp(-4, 4.5)) * STRIDE


def prepared(picture, side=640):
    """(padded picture with the long side scaled to `side`, scale)"""
    h, w = picture.shape[:2]
    k = side / max(h, w)
    nw, nh = int(round(w * k)), int(round(h * k))
    canvas = np.full(((nh + 31) // 32 * 32, (nw + 31) // 32 * 32, 3), PADDING, np.uint8)
    canvas[:nh, :nw] = cv2.resize(picture, (nw, nh), interpolation=cv2.INTER_AREA if k < 1 else cv2.INTER_LINEAR)
    return canvas, k


@torch.no_grad()
def detect(net, picture, side=640, threshold=.05, nms=.45):
    """Boxes (x0, y0, x1, y1, score) in pixels of the picture, best first."""
    canvas, k = prepared(picture, side)
    device = next(net.parameters()).device
    x = torch.from_numpy(canvas)[None].permute(0, 3, 1, 2).float().div_(255).to(device)
    o = net(x.contiguous(memory_format=torch.channels_last))
    o = torch.cat([torch.sigmoid(o[:, :1]), distances(o)], 1)[0].cpu().numpy()
    ys, xs = np.where(o[0] > threshold)
    px, py = (xs + .5) * STRIDE, (ys + .5) * STRIDE
    b = np.stack([px - o[1, ys, xs], py - o[2, ys, xs], px + o[3, ys, xs], py + o[4, ys, xs], o[0, ys, xs]], 1)
    b, kept = b[np.argsort(-b[:, 4])][:200], []
    while len(b):
        kept.append(b[0]); b = b[[overlap(kept[-1], other) < nms for other in b]]
    kept = np.array(kept).reshape(-1, 5)
    kept[:, :4] /= k
    return kept


def overlap(a, b):
    """Intersection over union."""
    i = max(0, min(a[2], b[2]) - max(a[0], b[0])) * max(0, min(a[3], b[3]) - max(a[1], b[1]))
    return i / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - i + 1e-9)


def metrics(found, truth, thresholds=(.4, .5, .6, .7)):
    """Average precision at overlap 0.5, and recall / far boxes a picture at several thresholds."""
    rows, plates = [], sum(map(len, truth))
    for boxes, true in zip(found, truth):
        used = set()
        for b in boxes:
            j = max(range(len(true)), key=lambda j: overlap(b, true[j])) if len(true) else -1
            v = overlap(b, true[j]) if j >= 0 else 0
            hit = v >= .5 and j not in used
            if hit: used.add(j)
            rows.append((b[4], hit, v < .1))
    rows.sort(key=lambda r: -r[0])
    score, hit, far = (np.array([r[i] for r in rows], float) for i in range(3))
    hits = hit.cumsum(); precision, recall = hits / np.arange(1, len(rows) + 1), hits / plates
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    result = {'ap': round(100 * float((np.diff(np.r_[0, recall]) * envelope).sum()), 1)}
    for t in thresholds: result[f'@{t:g}'] = (round(100 * float(hit[score >= t].sum()) / plates, 1), round(float((far.astype(bool) & (score >= t)).sum()) / len(truth), 2))
    return result


def load(path, device='cpu', decoded=False):
    net = Detector(decoded)
    net.load_state_dict(torch.load(path, map_location=device))
    return net.to(device).eval()
