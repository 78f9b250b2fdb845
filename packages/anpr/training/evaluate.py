"""Measures both networks on labelled photographs and prints one table. For evaluation only: never train on these.

    python3 evaluate.py --frames dev.json [--crops dev-crops.json] [--reader reader.pt] [--detector detector.pt] [--sheet errors.png] [--json figures.json]

The reader sees the labelled boxes, without any country's formats; `npm run bench -- recognition` measures the whole
way from picture to text and to the opened gate. In brackets O = 0 = Q and I = 1, since dies and labels mix them.
"""
import argparse
import json
import os

import cv2
import numpy as np
import torch

import detector as detecting
import reader as reading
from camera import LINE_OVERLAP
from dies import CHARACTERS

MARGINS = [(0, 0), (.02, .03), (.05, .08)]
CLAIMS = [0, .5, .7, .8, .9, .95, 1.0001]


def folded(text):
    return text.replace('O', '0').replace('Q', '0').replace('I', '1')


def stretched(grey, width=160):
    return cv2.resize(grey, (width, 48), interpolation=cv2.INTER_AREA if grey.shape[1] > width * 1.2 else cv2.INTER_LINEAR)


def crops_of(grey, box):
    """One list of crops as one line, and one as two lines where the box may hold them."""
    h, w = grey.shape
    x0, y0, x1, y1 = box or (0, 0, w, h)
    ways = [[], []]
    for mx, my in MARGINS:
        part = grey[max(0, int(y0 - my * (y1 - y0))):int(y1 + my * (y1 - y0) + 1), max(0, int(x0 - mx * (x1 - x0))):int(x1 + mx * (x1 - x0) + 1)]
        ways[0].append(stretched(part))
        half = max(2, round(part.shape[0] * (.5 + LINE_OVERLAP)))
        ways[1].append(np.hstack([stretched(part[:half], 80), stretched(part[-half:], 80)]))
    return ways if x1 - x0 < 2 * (y1 - y0) else ways[:1]


def log_likelihood(log_p, text):
    """log p(text) of one crop: the CTC forward pass."""
    s = [0]
    for c in text: s += [CHARACTERS.index(c) + 1, 0]
    a = np.full(len(s), -1e30); a[:2] = log_p[0, s[:2]]
    skip = np.array([i > 1 and s[i] != 0 and s[i] != s[i - 2] for i in range(len(s))])
    for row in log_p[1:]:
        a = np.logaddexp(np.logaddexp(a, np.r_[-1e30, a[:-1]]), np.where(skip, np.r_[-1e30, -1e30, a[:-2]][:len(s)], -1e30)) + row[s]
    return float(np.logaddexp(a[-1], a[-2] if len(s) > 1 else -1e30))


@torch.no_grad()
def read(net, grey, box):
    """(text, confidence): the likeliest of the crops' greedy reads."""
    best = ('', -1e9)
    for crops in crops_of(grey, box):
        logits = net(torch.from_numpy(np.stack(crops))[:, None].float() / 255)
        log_p = torch.log_softmax(logits, -1).numpy()
        for text in {t for t, _ in reading.greedy(logits) if t}:
            score = np.mean([log_likelihood(p, text) for p in log_p])
            if score > best[1]: best = (text, score)
    return best[0], float(np.exp(best[1]))


def load_rows(frames, crops):
    """{set: [(file, box or None, text)]}"""
    sets = {}
    for manifest in filter(None, (frames, crops)):
        for entry in json.load(open(manifest)):
            file = os.path.join(os.path.dirname(manifest), entry['file'])
            if 'text' in entry: sets.setdefault(entry['set'], []).append((file, None, entry['text'])); continue
            plate = entry['plates'][0]; b = plate['box']
            sets.setdefault(entry['set'], []).append((file, (b['leftPx'], b['topPx'], b['leftPx'] + b['widthPx'], b['topPx'] + b['heightPx']), plate['text']))
    return sets


def tile_of(file, box, text, got, confidence):
    picture = cv2.imread(file)
    if box:
        w, h = box[2] - box[0], box[3] - box[1]
        picture = picture[max(0, int(box[1] - .06 * h)):int(box[3] + .06 * h + 1), max(0, int(box[0] - .04 * w)):int(box[2] + .04 * w + 1)]
    tile = cv2.copyMakeBorder(cv2.resize(picture, (240, 110), interpolation=cv2.INTER_CUBIC), 2, 36, 2, 2, cv2.BORDER_CONSTANT)
    cv2.putText(tile, f'{text} {os.path.basename(file)[:6]} {picture.shape[1]} px', (2, 126), 0, .45, (255, 255, 255)); cv2.putText(tile, f'{got} {confidence:.2f}', (2, 143), 0, .48, (80, 160, 255))
    return tile


def sheet_of(tiles, columns=6):
    tiles = tiles + [np.zeros_like(tiles[0])] * (-len(tiles) % columns)
    return np.vstack([np.hstack(tiles[i:i + columns]) for i in range(0, len(tiles), columns)])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ('--frames', '--crops', '--reader', '--detector', '--sheet', '--json'): parser.add_argument(name)
    a = parser.parse_args(); torch.set_num_threads(1)
    net = reading.load(a.reader) if a.reader else None
    finder = detecting.load(a.detector) if a.detector else None
    answers, tiles, lines = [], [], []
    for name, rows in load_rows(a.frames, a.crops).items():
        line = f'{name:4} n {len(rows):3}'
        if net:
            got = [(text, *read(net, cv2.imread(file, 0), box)) for file, box, text in rows]; answers += got
            tiles += [tile_of(*row, r, c) for row, (t, r, c) in zip(rows, got) if folded(t) != folded(r)]
            line += ' | reader %.1f (%.1f)' % tuple(100 * np.mean([f(t) == f(r) for t, r, _ in got]) for f in (str, folded))
        if finder and rows[0][1]:
            found = [detecting.detect(finder, cv2.imread(file)) for file, _, _ in rows]
            best = [max([detecting.overlap(d, box) for d in f if d[4] > .4] or [0]) for f, (_, box, _) in zip(found, rows)]
            line += f' | detector (recall, far boxes a picture at each threshold) {detecting.metrics(found, [[box] for _, box, _ in rows])}, mean overlap {np.mean(best):.3f}'
        print(line, flush=True); lines.append(line)
    for low, high in zip(CLAIMS, CLAIMS[1:]):
        within = [folded(t) == folded(r) for t, r, c in answers if r and low <= c < high]
        if not within: continue
        lines.append(f'claims {low:.2f} to {min(1, high):.2f}: {len(within):3} reads, {100 * np.mean(within):.1f} % right (folded)'); print(lines[-1])
    if a.json: json.dump(lines, open(a.json, 'w'))
    if a.sheet and tiles: cv2.imwrite(a.sheet, sheet_of(tiles))


if __name__ == '__main__':
    main()
