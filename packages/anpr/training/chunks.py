"""Writes training crops to disk, or a contact sheet to look at.

    python3 chunks.py --preview sheet.png [--layout mx]
    python3 chunks.py --out chunks --crops 80000 [--seed 1] [--layout ar_old,us] [--unseen]

`--unseen` draws with the dies that training never uses. A chunk is an .npz with X (n, 48, 160; uint8 grey) and Y (n, 10; 0 = none, then 0-9, A-Z).
"""
import argparse
import os
import time

import cv2
import numpy as np

from camera import CROP_HEIGHT, CROP_WIDTH, make_crop
from dies import CHARACTERS, HELD_OUT, Dies
from plates import make_plate

CHUNK = 2000
LONGEST = 10
CAPTURES = 4                             # pictures taken of each drawn plate


def encoded(text):
    """Class numbers of a text, padded with 0."""
    y = np.zeros(LONGEST, np.uint8)
    y[:len(text[:LONGEST])] = [CHARACTERS.index(c) + 1 for c in text[:LONGEST]]
    return y


def write_chunks(folder, crops, seed, layouts, dies):
    """Writes chunks until there are `crops` crops of this seed, of all layouts or of those named."""
    rng = np.random.default_rng(seed)
    os.makedirs(folder, exist_ok=True)
    began = time.time()
    for number in range(-(-crops // CHUNK)):
        X, Y, i = np.empty((CHUNK, CROP_HEIGHT, CROP_WIDTH), np.uint8), np.zeros((CHUNK, LONGEST), np.uint8), 0
        while i < CHUNK:
            plate = make_plate(rng, layouts[rng.integers(len(layouts))] if layouts else None, dies=dies)
            for _ in range(CAPTURES):
                if i == CHUNK: break
                X[i], text = make_crop(rng, plate)
                Y[i] = encoded(text); i += 1
        part = f'{folder}/part_{seed}.npz'
        np.savez(part, X=X, Y=Y)
        os.rename(part, f'{folder}/c_{seed}_{number:04d}.npz')
        print((number + 1) * CHUNK, 'crops', round(time.time() - began), 's', flush=True)


def preview(path, layout, seed):
    """Draws crops with their texts, and plates before the camera saw them."""
    rng = np.random.default_rng(seed)
    began, tiles = time.process_time(), []
    for _ in range(112):
        crop, text = make_crop(rng, make_plate(rng, layout))
        tile = cv2.copyMakeBorder(crop, 2, 16, 2, 2, cv2.BORDER_CONSTANT)
        cv2.putText(tile, text, (2, 62), 0, .42, 255); tiles.append(tile)
    print(f'{(time.process_time() - began) / 112 * 1e3:.1f} ms a crop (one capture a plate)')
    cv2.imwrite(path, np.vstack([np.hstack(tiles[r:r + 8]) for r in range(0, 112, 8)]))
    plates = [cv2.resize(make_plate(rng, layout).image, (210, 96)) for _ in range(56)]
    cv2.imwrite(path[:-4] + '-plates.png', np.vstack([np.hstack(plates[r:r + 7]) for r in range(0, 56, 7)]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--preview'); parser.add_argument('--layout'); parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--out'); parser.add_argument('--crops', type=int, default=80000); parser.add_argument('--unseen', action='store_true')
    a = parser.parse_args()
    if a.preview: preview(a.preview, a.layout, a.seed)
    if a.out: write_chunks(a.out, a.crops, a.seed, a.layout.split(',') if a.layout else [], Dies(HELD_OUT, 0) if a.unseen else Dies())


if __name__ == '__main__':
    main()
