"""Things that resemble plates and are none: grilles, signs, badges, lamps, foliage, blank rectangles."""
import cv2
import numpy as np

from layouts import WORDS
from ornaments import blend, emblem, random_colour, word

_MUST_BE_LARGE = (2, 3, 4, 9, 10)        # smaller ones cannot be told from a distant plate


def add_clutter(rng, out, boxes, n):
    """Draws up to `n` such things where no box is."""
    size = out.shape[0]
    for _ in range(n):
        w, h = int(np.exp(rng.uniform(np.log(24), np.log(260)))), int(np.exp(rng.uniform(np.log(12), np.log(160))))
        x, y = int(rng.integers(0, size - 20)), int(rng.integers(0, size - 10))
        w, h = min(w, size - x), min(h, size - y)
        if any(x < b[2] + 8 and x + w > b[0] - 8 and y < b[3] + 8 and y + h > b[1] - 8 for b in boxes): continue
        kind = int(rng.integers(14))
        if kind in _MUST_BE_LARGE and w < 70: continue
        part, a, b = out[y:y + h, x:x + w], random_colour(rng, 0, 255), random_colour(rng, 0, 255)
        if kind == 0: _fence(rng, part, a)
        elif kind == 1: _grille(rng, part, a, b)
        elif kind == 2: _texture(rng, part)
        elif kind in (3, 4): _sign(rng, part, a, b)
        elif kind == 5: _foliage(rng, part, a)
        elif kind in (6, 11, 12, 13): _badge(rng, part, a, b, kind)
        elif kind in (7, 8): _lamp(rng, part, a, b)
        elif kind == 9: _blank_plate(rng, part, a, b)
        else: _panels(rng, part, a, b)


def _fence(rng, part, colour):
    h, w = part.shape[:2]; pitch = int(rng.integers(4, 22)); thickness = int(rng.integers(1, max(2, pitch // 2))); lean = int(rng.integers(-8, 9))
    if rng.random() < .4: part[:] = (part * .5).astype(np.uint8)
    for k in range(0, w, pitch): cv2.line(part, (k, 0), (k + lean, h), colour, thickness)
    for _ in range(int(rng.integers(0, 4))): yy = int(rng.integers(0, h)); cv2.line(part, (0, yy), (w, yy), colour, thickness)


def _grille(rng, part, colour, frame):
    h, w = part.shape[:2]; pitch = int(rng.integers(3, 14)); thickness = int(rng.integers(1, max(2, pitch // 2)))
    for k in range(0, h, pitch): cv2.line(part, (0, k), (w, k), colour, thickness)
    if rng.random() < .5:
        for k in range(0, w, int(rng.integers(4, 30))): cv2.line(part, (k, 0), (k, h), colour, 1)
    if rng.random() < .5: cv2.rectangle(part, (0, 0), (w - 1, h - 1), frame, 2)


def _texture(rng, part):
    h, w = part.shape[:2]
    rough = rng.normal(0, rng.uniform(20, 70), (h // int(rng.integers(1, 4)) + 1, w // int(rng.integers(1, 4)) + 1)).astype(np.float32)
    part[:] = np.clip(part.mean((0, 1)) + cv2.resize(rough, (w, h))[..., None] + rng.uniform(-10, 10, 3), 0, 255)


def _sign(rng, part, ground, paint):
    h, w = part.shape[:2]; y = 3
    if rng.random() < .7: part[:] = ground
    while y < h - 8:
        high = int(rng.integers(6, 22)); m = word(rng, max(10, w - 6), high, WORDS)
        blend(part, m, int(rng.integers(0, max(1, w - m.shape[1]))), y, paint); y += high + int(rng.integers(2, 8))


def _foliage(rng, part, colour):
    h, w = part.shape[:2]
    for _ in range(int(rng.integers(20, 120))):
        x, y = int(rng.integers(0, w)), int(rng.integers(0, h))
        cv2.line(part, (x, y), (x + int(rng.integers(-6, 7)), y + int(rng.integers(-8, 9))), tuple(int(v) for v in np.clip(np.array(colour) + rng.integers(-50, 50, 3), 0, 255)), 1)


def _badge(rng, part, ground, rim, kind):
    h, w = part.shape[:2]; cx, cy = w // 2, h // 2
    half_w, half_h = max(6, min(w, 130 if kind > 6 else w) // 2), max(3, min(h, 60 if kind > 6 else h) // 2)
    if kind in (6, 11): cv2.ellipse(part, (cx, cy), (half_w, half_h), 0, 0, 360, ground, -1); cv2.ellipse(part, (cx, cy), (half_w, half_h), 0, 0, 360, rim, int(rng.integers(1, 4)))
    elif kind == 12: cv2.rectangle(part, (cx - half_w, cy - half_h), (cx + half_w, cy + half_h), ground, -1); cv2.rectangle(part, (cx - half_w, cy), (cx + half_w, cy + half_h), rim, -1)
    if kind == 6 and rng.random() < .3: emblem(rng, part, cx, cy, w * .3, h * .35); return
    m = word(rng, half_w * 1.5, half_h * rng.uniform(.7, 1.4), WORDS); y, x = max(0, cy - m.shape[0] // 2), max(0, cx - m.shape[1] // 2)
    if kind == 13 and rng.random() < .5: blend(part, m, x + 1, y + 1, (10, 10, 10))
    blend(part, m, x, y, random_colour(rng, 120, 255))


def _lamp(rng, part, colour, line):
    h, w = part.shape[:2]; yy, xx = np.mgrid[0:h, 0:w]
    d = ((xx - w * rng.uniform(.3, .7)) / (w * .5)) ** 2 + ((yy - h * rng.uniform(.3, .7)) / (h * .5)) ** 2
    a = np.clip(1.1 - d, 0, 1)[..., None] ** rng.uniform(.3, 1); light = np.array(colour if rng.random() < .5 else (rng.integers(150, 255),) * 3) + rng.normal(0, rng.uniform(2, 30), (h, w, 1))
    part[:] = np.clip(part * (1 - a) + light * a, 0, 255)
    if rng.random() < .4:
        for k in range(0, w, int(rng.integers(3, 10))): cv2.line(part, (k, h // 4), (k + 3, h - h // 4), line, 1)


def _blank_plate(rng, part, ground, rim):
    h, w = part.shape[:2]
    part[:] = ground; cv2.rectangle(part, (1, 1), (w - 2, h - 2), rim, int(rng.integers(1, 4)))
    if rng.random() < .4: emblem(rng, part, w * rng.uniform(.2, .8), h // 2, h * .3, h * .3)


def _panels(rng, part, ground, pane):
    h, w = part.shape[:2]
    part[:] = ground
    for k in range(0, w, max(6, w // int(rng.integers(2, 7)))): cv2.rectangle(part, (k + 2, 2), (k + max(4, w // 7), h - 3), pane, -1)
