"""Training pictures for the detector: real photographs, changed, mixed and drawn over.

Sources of one 320 x 320 sample: a photograph around one of its plates (which may be kept, replaced by a drawn one,
or painted over), a random view, a procedural scene, or a hard spot: a place in the training photographs where the
network fired wrongly.
"""
import json
import os

import cv2
import numpy as np

from camera import as_jpeg
from clutter import add_clutter
from detector import detect
from layouts import WORDS
from ornaments import blend, random_colour, word
from plates import make_plate

SIZE = 320
STOCK = 400                              # drawn plates at hand


def load_photographs(manifest, split='train'):
    """Two lists of (BGR picture, boxes as x0, y0, x1, y1): the dash-cam's and those from everywhere."""
    sets = {'ro': [], 'cc0': []}
    for entry in json.load(open(manifest)):
        if entry['split'] != split or not entry['boxes']: continue
        picture = cv2.imread(os.path.join(os.path.dirname(manifest), entry['file']))
        if picture is None: continue
        sets[entry['source']].append((picture, np.array([[b['leftPx'], b['topPx'], b['leftPx'] + b['widthPx'], b['topPx'] + b['heightPx']] for b in entry['boxes']], float)))
    return [s for s in sets.values() if s]


def touches(a, b, margin=0):
    return a[0] < b[2] + margin and a[2] > b[0] - margin and a[1] < b[3] + margin and a[3] > b[1] - margin


def erase(picture, box, rng):
    """Paints a plate over with the colours above and below it: a vehicle without a plate."""
    h, w = picture.shape[:2]; bw, bh = box[2] - box[0], box[3] - box[1]
    x0, y0, x1, y1 = max(1, int(box[0] - .06 * bw)), max(1, int(box[1] - .15 * bh)), min(w - 1, int(box[2] + .06 * bw)), min(h - 1, int(box[3] + .15 * bh))
    if x1 - x0 < 3 or y1 - y0 < 3: return
    k = max(3, (x1 - x0) // 3 * 2 + 1)
    above, below = (cv2.GaussianBlur(picture[y, x0:x1].astype(np.float32)[None], (k, 1), 0)[0] for y in (y0 - 1, y1))
    a = np.linspace(0, 1, y1 - y0, dtype=np.float32)[:, None, None]; fill = above[None] * (1 - a) + below[None] * a
    picture[y0:y1, x0:x1] = np.clip(fill + rng.normal(0, rng.uniform(0, 8), fill.shape), 0, 255).astype(np.uint8)


def _smear(picture, box):
    """Hides what is cut by the border: neither a plate nor an example of none."""
    x0, y0, x1, y1 = [int(v) for v in np.clip(box, 0, SIZE)]
    if y1 > y0 and x1 > x0: picture[y0:y1 + 1, x0:x1 + 1] = picture[y0:y1 + 1, x0:x1 + 1].mean((0, 1))


class Scenes:
    """An endless source of (picture, boxes)."""

    def __init__(self, photographs, seed=0):
        self.rng, self.sets, self.hard = np.random.default_rng(seed), photographs, []
        self.stock = [make_plate(self.rng).image for _ in range(STOCK)]
        self.noise = self.rng.normal(0, 1, (SIZE + 64, SIZE + 64, 3)).astype(np.float32)

    def label_more(self, net, read, threshold=.5, confidence=.7):
        """Boxes of plates that the labels forgot: the detector fires and the reader reads five characters or more."""
        added = 0
        for photographs in self.sets:
            for i, (picture, boxes) in enumerate(photographs):
                for d in detect(net, picture, threshold=threshold):
                    if any(touches(d, b) for b in boxes) or d[2] - d[0] < 24: continue
                    text, p = read(picture, d)
                    if len(text) >= 5 and p > confidence and any(c.isdigit() for c in text): boxes = np.vstack([boxes, d[None, :4]]); added += 1
                photographs[i] = picture, boxes
        return added

    def mine(self, net, n=70, threshold=.3):
        """Remembers places of the training photographs where the network fires although there is no plate."""
        found = 0
        for _ in range(n):
            k = len(self.sets) - 1 if len(self.sets) > 1 and self.rng.random() < .65 else 0
            i = int(self.rng.integers(len(self.sets[k]))); picture, boxes = self.sets[k][i]
            for d in detect(net, picture, int(self.rng.choice([448, 640, 800])), threshold):
                if not any(touches(d, b, .25 * (b[2] - b[0])) for b in boxes): self.hard.append((k, i, d[:4].copy())); found += 1
        self.hard = self.hard[-2500:]
        return found

    def sample(self):
        """One training picture and the boxes of its plates."""
        rng, kind = self.rng, self.rng.random()
        bare = False
        if kind < .13: out, boxes = self._scene(), []
        else:
            hard = kind > .62 and len(self.hard) > 20
            bare = not hard and rng.random() < .14
            out, boxes = self._view(kind, hard, bare)
        if not (kind >= .13 and bare) and rng.random() < (.55 if kind < .13 else .35):
            for _ in range(int(rng.integers(1, 3))): self._add_plate(out, boxes)
        if kind >= .13 and rng.random() < .4: add_clutter(rng, out, boxes, int(rng.integers(1, 4)))
        if rng.random() < .3:
            m = word(rng, int(rng.integers(30, 200)), int(rng.integers(6, 34)), WORDS); x, y = int(rng.integers(0, max(1, SIZE - m.shape[1]))), int(rng.integers(0, SIZE - m.shape[0]))
            if not any(touches((x, y, x + m.shape[1], y + m.shape[0]), b, 6) for b in boxes): blend(out, m, x, y, random_colour(rng, 0, 255))
        if rng.random() < .5: out, boxes = out[:, ::-1], [np.array([SIZE - b[2], b[1], SIZE - b[0], b[3]]) for b in boxes]
        boxes = [np.array([max(b[0], 0), max(b[1], 0), min(b[2], SIZE), min(b[3], SIZE)]) for b in boxes]
        return self._photographed(np.ascontiguousarray(out)), [b for b in boxes if b[2] - b[0] > 8 and b[3] - b[1] > 4]

    def _scene(self):
        rng = self.rng; patches = rng.normal(0, rng.uniform(10, 60), (rng.integers(2, 9), rng.integers(2, 9), 3)).astype(np.float32)
        b = np.clip(rng.integers(20, 220, 3) + cv2.resize(patches, (SIZE, SIZE), interpolation=cv2.INTER_CUBIC if rng.random() < .6 else cv2.INTER_NEAREST), 0, 255).astype(np.uint8)
        add_clutter(rng, b, [], int(rng.integers(3, 10)))
        return b

    def _view(self, kind, hard, bare):
        """A window onto a photograph."""
        rng = self.rng
        if hard:
            k0, i0, b = self.hard[rng.integers(len(self.hard))]; picture, labelled = self.sets[k0][i0]
            width = float(np.exp(rng.uniform(np.log(np.clip(.35 * (b[2] - b[0]), 36, 200)), np.log(220))))
        else:
            photographs = self.sets[-1] if (len(self.sets) > 1 and rng.random() < .6) else self.sets[0]
            picture, labelled = photographs[rng.integers(len(photographs))]
            if kind < .3:                                        # anywhere in the photograph
                w = picture.shape[1] * rng.uniform(.05, .3); x, y = rng.uniform(0, picture.shape[1] - w), rng.uniform(0, picture.shape[0] * .95)
                b = np.array([x, y, x + w, y + w * .4]); width = float(np.exp(rng.uniform(np.log(30), np.log(200))))
            else: b = labelled[rng.integers(len(labelled))]; width = float(np.exp(rng.uniform(np.log(15), np.log(290))))
        k = min(width / (b[2] - b[0]), 1.1 if kind < .3 and not hard else 3.2)           # distant vehicles of random views stay unresolved
        reach = .5 * max(.1, 1 - width / SIZE) if width > .6 * SIZE else .45
        tx, ty = (b[0] + b[2]) / 2 * k - rng.uniform(.5 - reach, .5 + reach) * SIZE, (b[1] + b[3]) / 2 * k - rng.uniform(.05, .95) * SIZE
        M, source = np.float32([[k, 0, -tx], [0, k, -ty]]), picture
        if k < .5: source = cv2.resize(picture, None, fx=k * 1.5, fy=k * 1.5, interpolation=cv2.INTER_AREA); M = np.float32([[1 / 1.5, 0, -tx], [0, 1 / 1.5, -ty]])
        covered = np.array([-tx, -ty, picture.shape[1] * k - tx, picture.shape[0] * k - ty])
        if covered[0] > 4 or covered[1] > 4 or covered[2] < SIZE - 4 or covered[3] < SIZE - 4:
            out, boxes = self._backdrop(covered)
            cv2.warpAffine(source, M, (SIZE, SIZE), dst=out, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT)
        else: out, boxes = cv2.warpAffine(source, M, (SIZE, SIZE), flags=cv2.INTER_LINEAR), []
        for b in labelled:
            q = b * k - [tx, ty, tx, ty]
            if q[2] < 2 or q[3] < 2 or q[0] > SIZE - 2 or q[1] > SIZE - 2: continue
            visible = (min(q[2], SIZE) - max(q[0], 0)) * (min(q[3], SIZE) - max(q[1], 0)) / ((q[2] - q[0]) * (q[3] - q[1]))
            if bare: erase(out, q, rng)
            elif visible > .6 and rng.random() < (.1 if hard else .4): boxes.append(self._replace(out, q))
            elif visible < .35: _smear(out, q)
            else: boxes.append(q)
        return out, boxes

    def _backdrop(self, covered):
        """A canvas for small pictures: grey, a procedural scene or part of another photograph, with its plates outside `covered`."""
        rng, q = self.rng, self.rng.random()
        if q < .2: return np.full((SIZE, SIZE, 3), 114, np.uint8), []
        if q < .35: return self._scene(), []
        photographs = self.sets[rng.integers(len(self.sets))]; picture, labelled = photographs[rng.integers(len(photographs))]; h, w = picture.shape[:2]
        k = max(SIZE / min(h, w), float(np.exp(rng.uniform(np.log(.4), 0)))); tx, ty = rng.uniform(0, max(1e-3, w * k - SIZE)), rng.uniform(0, max(1e-3, h * k - SIZE))
        out, boxes = cv2.warpAffine(picture, np.float32([[k, 0, -tx], [0, k, -ty]]), (SIZE, SIZE), flags=cv2.INTER_LINEAR if k > .6 else cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE), []
        for b in labelled:
            p = b * k - [tx, ty, tx, ty]
            if p[0] > 0 and p[1] > 0 and p[2] < SIZE and p[3] < SIZE and not touches(p, covered): boxes.append(p)
            elif touches(p, (0, 0, SIZE, SIZE)): _smear(out, p)
        return out, boxes

    def _plate(self):
        if self.rng.random() < .12: self.stock[self.rng.integers(STOCK)] = make_plate(self.rng).image
        return self.stock[self.rng.integers(STOCK)]

    def _replace(self, out, q):
        plate = self._plate(); aspect = plate.shape[1] / plate.shape[0]
        w = max(q[2] - q[0], (q[3] - q[1]) * aspect) * self.rng.uniform(1., 1.3) if aspect >= 2.6 else (q[2] - q[0]) * self.rng.uniform(.6, 1.)
        return self._paste(out, plate, (q[0] + q[2]) / 2, (q[1] + q[3]) / 2, w)

    def _add_plate(self, out, boxes):
        rng, plate = self.rng, self._plate()
        w = float(np.exp(rng.uniform(np.log(16), np.log(260)))); h = w * plate.shape[0] / plate.shape[1]
        cx, cy = (rng.uniform(w / 2, max(w / 2 + 1, SIZE - w / 2)), rng.uniform(h / 2, max(h / 2 + 1, SIZE - h / 2))) if rng.random() < .7 else rng.uniform(.1 * SIZE, .9 * SIZE, 2)
        if not any(touches((cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2), b, 6) for b in boxes): boxes.append(self._paste(out, plate, cx, cy, w))

    def _paste(self, out, plate, cx, cy, w):
        """Draws a plate with perspective, brightness and often a recess around it; returns its box."""
        rng = self.rng; h0, w0 = plate.shape[:2]; h = w * h0 / w0 * rng.uniform(.85, 1.1); turn = rng.normal(0, 5) * np.pi / 180
        c = np.float32([[-w / 2, -h / 2], [w / 2, -h / 2], [w / 2, h / 2], [-w / 2, h / 2]]); c[1:3, 1] *= 1 + rng.normal(0, .04); c[:, 1] += rng.normal(0, .08) * c[:, 0]
        q = (c @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]) + [cx, cy]).astype(np.float32)
        lit = np.clip(plate.astype(np.float32) * rng.uniform(.25, 1.15) + rng.uniform(-20, 30), 0, 255).astype(np.uint8)
        k = w / w0
        if k < .6: lit = cv2.resize(lit, (max(8, int(w0 * k * 1.5)), max(5, int(h0 * k * 1.5))), interpolation=cv2.INTER_AREA)
        if rng.random() < .35: lit = cv2.GaussianBlur(lit, (0, 0), rng.uniform(.5, 1.5))
        hh, ww = lit.shape[:2]; M = cv2.getPerspectiveTransform(np.float32([[0, 0], [ww, 0], [ww, hh], [0, hh]]), q)
        if rng.random() < .5: cv2.fillPoly(out, [((q - [cx, cy]) * rng.uniform(1.05, 1.35) + [cx, cy]).astype(np.int32)], random_colour(rng, 0, 200) if rng.random() < .5 else (int(rng.integers(5, 60)),) * 3)
        y0, y1 = max(0, int(q[:, 1].min()) - 1), min(SIZE, int(q[:, 1].max()) + 2); x0, x1 = max(0, int(q[:, 0].min()) - 1), min(SIZE, int(q[:, 0].max()) + 2)
        if y1 > y0 and x1 > x0:
            M = np.array([[1, 0, -x0], [0, 1, -y0], [0, 0, 1.]]) @ M
            a = cv2.warpPerspective(np.full((hh, ww), 255, np.uint8), M, (x1 - x0, y1 - y0), flags=cv2.INTER_LINEAR).astype(np.float32)[..., None] / 255
            out[y0:y1, x0:x1] = (out[y0:y1, x0:x1] * (1 - a) + cv2.warpPerspective(lit, M, (x1 - x0, y1 - y0), flags=cv2.INTER_LINEAR) * a).astype(np.uint8)
        return np.array([*q.min(0), *q.max(0)])

    def _photographed(self, out):
        """Night, colour casts, blur, noise, JPEG."""
        rng, q = self.rng, self.rng.random()
        if q < .33: out = cv2.cvtColor(cv2.cvtColor(out, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
        elif q < .72:
            ramp = np.arange(256, dtype=np.float32)[:, None]
            table = ramp * rng.uniform(.5, 1.4, 3) if rng.random() < .7 else ramp - np.array(cv2.mean(out)[:3], np.float32) * rng.uniform(.5, 1) + rng.uniform(40, 150)
            out = cv2.LUT(out, np.clip(table, 0, 255).astype(np.uint8).reshape(256, 1, 3))
            if rng.random() < .3: out = np.ascontiguousarray(out[:, :, rng.permutation(3)])
        contrast, gamma = rng.uniform(.3, 1.3) if rng.random() < .35 else rng.uniform(.75, 1.2), rng.uniform(.6, 1.7) if rng.random() < .3 else 1.
        out = cv2.LUT(out, np.clip(((np.arange(256) / 255.) ** gamma * 255 - 128) * contrast + 128 + rng.uniform(-45, 50), 0, 255).astype(np.uint8))
        if rng.random() < .14: return self._by_night(out)
        if rng.random() < .3: out = cv2.GaussianBlur(out, (0, 0), rng.uniform(.4, 1.2))
        if rng.random() < .4: y, x = rng.integers(0, 64, 2); out = cv2.add(out, cv2.multiply(self.noise[y:y + SIZE, x:x + SIZE], rng.uniform(1, 12)), dtype=cv2.CV_8U)
        if rng.random() < .4: out = as_jpeg(out, rng.integers(20, 85))
        return np.ascontiguousarray(out)

    def _by_night(self, out):
        """Little infrared light and a sensor at its limit."""
        rng = self.rng
        dark = ((np.arange(256) / 255.) ** rng.uniform(1.1, 1.9) * 255 * rng.uniform(.35, .9)).astype(np.uint8)
        out = cv2.LUT(cv2.cvtColor(out, cv2.COLOR_BGR2GRAY), dark)
        y, x = rng.integers(0, 64, 2)
        grain = self.noise[y:y + SIZE, x:x + SIZE, 0] * rng.uniform(3, 15)
        if rng.random() < .4: grain = cv2.GaussianBlur(grain, (0, 0), rng.uniform(.5, .9))
        out = cv2.cvtColor(np.clip(out + grain, 0, 255).astype(np.uint8), cv2.COLOR_GRAY2BGR)
        return as_jpeg(out, rng.integers(30, 90)) if rng.random() < .7 else out
