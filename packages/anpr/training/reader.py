"""The reader: a small convolutional network that reads a plate's crop as one line (CTC).

Input: grey 48 x 160 in 0..1, the box stretched to that size (its aspect ratio is dropped on purpose; a
two-line plate comes with its lower half beside the upper one). Output: 40 steps x 37 logits, class 0 = blank.
"""
import torch
import torch.nn as nn
import torch.nn.functional as F

from dies import CHARACTERS

CLASSES = len(CHARACTERS) + 1


def conv_bn(i, o, kernel=3, stride=1, padding=None):
    return nn.Sequential(nn.Conv2d(i, o, kernel, stride, kernel // 2 if padding is None else padding, bias=False), nn.BatchNorm2d(o), nn.ReLU(True))


class Residual(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.a = conv_bn(c, c)
        self.b = nn.Sequential(nn.Conv2d(c, c, 3, 1, 1, bias=False), nn.BatchNorm2d(c))

    def forward(self, x):
        return F.relu(x + self.b(self.a(x)))


class AlongLine(nn.Module):
    """A residual dilated convolution along the reading direction."""

    def __init__(self, c, dilation):
        super().__init__()
        self.c = nn.Conv1d(c, c, 5, 1, 2 * dilation, dilation=dilation, bias=False)
        self.n = nn.BatchNorm1d(c)

    def forward(self, x):
        return F.relu(x + self.n(self.c(x)))


class Reader(nn.Module):
    """`temperature` divides the logits; it is fitted after training so that confidences are honest."""

    def __init__(self, c=160, temperature=1.):
        super().__init__()
        self.f = nn.Sequential(conv_bn(1, 24, 3, 2), conv_bn(24, 40, 3, 2), Residual(40), conv_bn(40, 80, 3, (2, 1)), Residual(80), Residual(80), conv_bn(80, c, (6, 3), 1, (0, 1)))
        self.t = nn.Sequential(AlongLine(c, 1), AlongLine(c, 2), AlongLine(c, 4))
        self.drop = nn.Dropout(.1)
        self.h = nn.Conv1d(c, CLASSES, 1)
        self.temperature = temperature

    def forward(self, x):
        x = x - x.mean((2, 3), keepdim=True)
        x = x / (torch.sqrt((x * x).mean((2, 3), keepdim=True)) + .03)
        return self.h(self.drop(self.t(self.f(x).squeeze(2)))).permute(0, 2, 1) / self.temperature


def greedy(logits):
    """[(text, lowest step probability)]"""
    confidence, classes = torch.softmax(logits, -1).max(-1)
    reads = []
    for n in range(logits.shape[0]):
        text, last = '', 0
        for k in classes[n].tolist():
            if k and k != last: text += CHARACTERS[k - 1]
            last = k
        reads.append((text, float(confidence[n].min())))
    return reads


def load(path, device='cpu'):
    net = Reader()
    net.load_state_dict(torch.load(path, map_location=device))
    return net.to(device).eval()
