"""Real training crops without hand labels: a plate is kept when two different readers agree on it.

    node second-reads.ts PHOTOGRAPHS.json reads.json
    python3 pseudo_labels.py --photographs PHOTOGRAPHS.json --reads reads.json --out real.npz

The readers are the project's own and PP-OCR. Kept are equal texts of at least five characters that one of them
is sure of, and, on the Romanian dash-cam pictures, texts that differ only in look-alikes when one of them is a
Romanian plate. Each plate is written as many jittered, degraded crops; plates seen often get fewer.
"""
import argparse
import json
import os
import re
from collections import Counter

import cv2
import numpy as np

from camera import degrade, jitter_box, stretched
from chunks import encoded

ROMANIAN = re.compile(r'(B\d{2,3}|[A-Z]{2}\d{2})[A-Z]{3}')
COUNTIES = set('AB AG AR BC BH BN BR BT BV BZ CJ CL CS CT CV DB DJ GJ GL GR HD HR IF IL IS MH MM MS NT OT PH SB SJ SM SV TL TM TR VL VN VS'.split())
VARIANTS = 26


def is_romanian(text):
    return ROMANIAN.fullmatch(text) is not None and (text[1].isdigit() or text[:2] in COUNTIES)


def folded(text):
    return text.replace('O', '0').replace('Q', '0').replace('I', '1')


def agreed(read):
    """The text that both readers saw, or None."""
    own, second = read['own'], read['second']
    if read['source'] == 'ro':
        for text in (own, second):
            if is_romanian(text) and folded(own) == folded(second): return text
        return None
    sure = max(read['ownConfidence'], read['secondConfidence']) > .7
    return own if 5 <= len(own) <= 10 and own == second and sure else None


def variants(rng, picture, box, n):
    """Grey crops of one plate as other detectors and cameras might have shown it."""
    x0, y0, w, h = box['leftPx'], box['topPx'], box['widthPx'], box['heightPx']
    for _ in range(n):
        left, top, right, bottom = jitter_box(rng, w, h)
        crop = picture[max(0, int(y0 - top)):int(y0 + h + bottom), max(0, int(x0 - left)):int(x0 + w + right)]
        if crop.shape[0] < 5 or crop.shape[1] < 12: continue
        crop = crop[:, :, int(rng.integers(3))] if rng.random() < .2 else cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY)
        if rng.random() < .4 and crop.shape[1] > 70: k = rng.uniform(.5, 1); crop = cv2.resize(crop, None, fx=k, fy=k, interpolation=cv2.INTER_AREA)
        if rng.random() < .6: crop = degrade(rng, np.ascontiguousarray(crop), .5)
        yield stretched(rng, np.ascontiguousarray(crop))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ('--photographs', '--reads', '--out'): parser.add_argument(name, required=True)
    a = parser.parse_args()
    rng, folder = np.random.default_rng(0), os.path.dirname(a.photographs)
    reads = json.load(open(a.reads))
    X, Y, kept, times = [], [], Counter(), Counter()
    for read in reads:
        text = agreed(read)
        if text is None: continue
        kept[read['source']] += 1; times[text] += 1
        picture = cv2.imread(os.path.join(folder, read['file']))
        for crop in variants(rng, picture, read['box'], max(4, VARIANTS // (1 + times[text] // 6))): X.append(crop); Y.append(encoded(text))
    np.savez(a.out, X=np.stack(X), Y=np.stack(Y))
    print(f'kept {dict(kept)} of {len(reads)} boxes, {len(times)} different plates, {len(X)} crops')
    print(' '.join(f'{text}:{n}' for text, n in times.most_common()))


if __name__ == '__main__':
    main()
