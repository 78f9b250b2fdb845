"""What stands on plates beside their characters: words, seals, stickers, crests, flags. All drawn from code."""
import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from dies import CHARACTERS

_TRUETYPE = '/usr/share/fonts/truetype/'
_WORD_FONTS = [ImageFont.truetype(_TRUETYPE + 'liberation2/LiberationSans-Bold.ttf', s) for s in (10, 12, 14, 17, 20)] + \
    [ImageFont.truetype(_TRUETYPE + 'freefont/FreeSerifBoldItalic.ttf', s) for s in (14, 18, 22)] + \
    [ImageFont.truetype(_TRUETYPE + 'liberation/LiberationSansNarrow-Bold.ttf', s) for s in (14, 20)]
_WORLD_FONT = ImageFont.truetype(_TRUETYPE + 'dejavu/DejaVuSans-Bold.ttf', 18)
# Words in other scripts: they are on plates, and they are not to be read.
FOREIGN_WORDS = ('РОССИЯ', 'СРБИЈА', 'ЕЛЛАС', 'БЪЛГАРИЯ', 'ΕΛΛΑΣ', 'المغرب', 'تونس', 'مصر', 'السعودية', 'ҚАЗАҚСТАН', 'МОНГОЛ')


def random_colour(rng, low=20, high=235):
    """A BGR colour."""
    return tuple(int(v) for v in rng.integers(low, high, 3))


def blend(image, mask, x, y, colour):
    """Paints `colour` through `mask` with its corner at x, y; what lies outside the image is cut."""
    h, w = mask.shape
    x0, y0, x1, y1 = max(x, 0), max(y, 0), min(x + w, image.shape[1]), min(y + h, image.shape[0])
    if x1 <= x0 or y1 <= y0: return
    m = mask[y0 - y:y1 - y, x0 - x:x1 - x].astype(np.float32)[..., None] / 255
    image[y0:y1, x0:x1] = (image[y0:y1, x0:x1] * (1 - m) + np.array(colour, np.float32) * m).astype(np.uint8)


def word(rng, max_width, max_height, words):
    """The mask of a small word: a state, a country, a dealer, a slogan, a telephone number."""
    font = _WORD_FONTS[rng.integers(len(_WORD_FONTS))]
    if rng.random() < .06: text, font = FOREIGN_WORDS[rng.integers(len(FOREIGN_WORDS))], _WORLD_FONT
    elif rng.random() < .78: text = words[rng.integers(len(words))]
    else: text = ''.join(CHARACTERS[rng.integers(36)] for _ in range(rng.integers(3, 14)))
    box = font.getbbox(text)
    canvas = Image.new('L', (box[2] + 2, box[3] + 2), 0)
    ImageDraw.Draw(canvas).text((0, 0), text, font=font, fill=255)
    mask = np.array(canvas)[box[1]:]
    h = max(4, int(max_height))
    w = max(8, min(int(mask.shape[1] * h / mask.shape[0] * rng.uniform(.8, 1.5)), int(max_width)))
    return cv2.resize(mask, (w, h), interpolation=cv2.INTER_AREA)


def mark(rng, image, cx, cy, radius, kind):
    """A sticker, seal, crest or symbol (kinds 0 to 5)."""
    r = max(2, int(radius)); cx, cy = int(cx), int(cy)
    c1, c2, c3 = random_colour(rng), random_colour(rng), random_colour(rng)
    if kind == 0:
        cv2.circle(image, (cx, cy), r, c1, -1)
        if r > 3: cv2.circle(image, (cx, cy), max(1, int(r * rng.uniform(.4, .8))), c2, -1 if rng.random() < .6 else 1); cv2.line(image, (cx - r // 2, cy), (cx + r // 2, cy), c3, 1)
    elif kind == 1:
        p = np.array([[cx - r, cy - r], [cx + r, cy - r], [cx + r, cy + r // 3], [cx, cy + int(r * 1.3)], [cx - r, cy + r // 3]])
        cv2.fillPoly(image, [p], c1); cv2.fillPoly(image, [((p - [cx, cy]) * .62 + [cx, cy]).astype(np.int32)], c2)
        cv2.line(image, (cx, cy - r // 2), (cx, cy + r // 2), c3, 1); cv2.line(image, (cx - r // 2, cy - r // 4), (cx + r // 2, cy - r // 4), c3, 1)
    elif kind == 2: cv2.rectangle(image, (cx - r, cy - r), (cx + r, cy + r), c1, -1); cv2.line(image, (cx - r + 1, cy), (cx + r - 1, cy), c2, 1)
    elif kind == 3:
        a = np.sort(rng.uniform(0, 6.3, 9)); q = rng.uniform(.4, 1.25, 9) * r
        cv2.fillPoly(image, [np.stack([cx + q * np.cos(a), cy + q * np.sin(a)], 1).astype(np.int32)], c1)
    elif kind == 4:                                              # star, bear, bell, sun: a star polygon
        k = int(rng.integers(4, 8)); a = np.arange(2 * k) * np.pi / k + rng.uniform(0, 1)
        q = np.where(np.arange(2 * k) % 2, .45, 1.) * r
        cv2.fillPoly(image, [np.stack([cx + q * np.cos(a), cy + q * np.sin(a)], 1).astype(np.int32)], c1)
    else:                                                        # upright narrow artwork
        w = max(1, int(r * rng.uniform(.3, .7)))
        cv2.ellipse(image, (cx, cy), (w, int(r * 1.4)), float(rng.uniform(-20, 20)), 0, 360, c1, -1)
        cv2.line(image, (cx, cy - r), (cx + int(rng.integers(-2, 3)), cy + r), c2, 1)


def _emblem(rng, half_width, half_height):
    w, h = max(4, int(2 * half_width)), max(4, int(2 * half_height))
    wide, high = w * 4, h * 4                                    # drawn large, shrunk later
    mask = np.zeros((high, wide), np.uint8)
    shape = rng.integers(6)
    if shape == 0: cv2.ellipse(mask, (wide // 2, high // 2), (wide // 2 - 1, high // 2 - 1), 0, 0, 360, 255, -1)
    elif shape <= 2: cv2.fillPoly(mask, [np.array([[0, 0], [wide, 0], [wide, int(high * rng.uniform(.4, .65))], [wide // 2, high], [0, int(high * .55)]])], 255)
    elif shape == 3: cv2.rectangle(mask, (0, 0), (wide, high), 255, -1)
    else:                                                        # like the outline of a state
        k = int(rng.integers(5, 11)); a = np.sort(rng.uniform(0, 6.28, k)); r = rng.uniform(.55, 1., k)
        cv2.fillPoly(mask, [np.stack([wide / 2 * (1 + r * np.cos(a)), high / 2 * (1 + r * np.sin(a))], 1).astype(np.int32)], 255)
    patch = np.empty((high, wide, 3), np.uint8); patch[:] = random_colour(rng, 60, 250)
    for _ in range(int(rng.integers(1, 7))):
        c = random_colour(rng, 0, 255); x, y = int(rng.integers(wide)), int(rng.integers(high)); t = int(rng.integers(2, 10)); k = rng.integers(5)
        if k == 0: cv2.circle(patch, (x, y), int(rng.integers(3, max(4, wide // 3))), c, -1 if rng.random() < .6 else t)
        elif k == 1: cv2.line(patch, (x, 0), (int(rng.integers(wide)), high), c, t)
        elif k == 2: cv2.line(patch, (0, y), (wide, int(rng.integers(high))), c, t)
        elif k == 3: cv2.rectangle(patch, (x, y), (x + wide // 3, y + high // 4), c, -1)
        else: cv2.ellipse(patch, (x, y), (wide // 3, high // 4), float(rng.uniform(0, 180)), 0, float(rng.uniform(120, 360)), c, t)
    if rng.random() < .6:
        edge = cv2.morphologyEx(mask, cv2.MORPH_GRADIENT, np.ones((int(rng.integers(3, 9)),) * 2, np.uint8)); patch[edge > 0] = random_colour(rng, 0, 255)
    return cv2.resize(patch, (w, h), interpolation=cv2.INTER_AREA), cv2.resize(mask, (w, h), interpolation=cv2.INTER_AREA)


def emblem(rng, image, cx, cy, half_width, half_height):
    """A random small picture (crest, seal, map, badge) with detail inside."""
    patch, mask = _emblem(rng, half_width, half_height)
    h, w = mask.shape
    x, y = int(cx - w / 2), int(cy - h / 2)
    x0, y0, x1, y1 = max(x, 0), max(y, 0), min(x + w, image.shape[1]), min(y + h, image.shape[0])
    if x1 <= x0 or y1 <= y0: return
    a = mask[y0 - y:y1 - y, x0 - x:x1 - x].astype(np.float32)[..., None] / 255
    image[y0:y1, x0:x1] = (image[y0:y1, x0:x1] * (1 - a) + patch[y0 - y:y1 - y, x0 - x:x1 - x] * a).astype(np.uint8)


def separator(rng, image, die, x, y, width, height, ground, paint, stacked_kinds):
    """Something drawn between two groups of characters that is not text: seals, a crest, a small letter."""
    cx, my = x, y + height // 2
    q = rng.random()
    if q < .36:                                                  # two stacked seals, each with a rim, detail or nothing
        r1 = min(width * .45, height * rng.uniform(.09, .24)); gap = rng.uniform(.18, .3); ring = rng.random() < .55
        shift = rng.integers(-70, 50); rim = paint if rng.random() < .4 else random_colour(rng, 40, 190)
        for k, yy in enumerate((my - height * gap, my + height * gap)):
            if ring:
                colour = tuple(int(v) for v in np.clip(ground + shift, 0, 255)); r = max(2, int(r1))
                cv2.circle(image, (int(cx), int(yy)), r, colour, -1, cv2.LINE_AA); cv2.circle(image, (int(cx), int(yy)), r, rim, 1 + int(r > 5 and rng.random() < .5), cv2.LINE_AA)
                if rng.random() < .5: cv2.circle(image, (int(cx), int(yy)), max(1, r // 3), rim, -1, cv2.LINE_AA)
            elif rng.random() < .5: mark(rng, image, cx, yy, r1, 0 if k == 0 else stacked_kinds[0])
            else: emblem(rng, image, cx, yy, r1, r1 * rng.uniform(.9, 1.3))
        if rng.random() < .25: cv2.rectangle(image, (int(cx - width * .25), my - 1), (int(cx + width * .25), my + 1), paint, -1)
    elif q < .5:                                                 # one small letter, as on duplicates
        h = int(height * rng.uniform(.2, .42)); glyph = die[CHARACTERS[rng.integers(36)]]
        m = cv2.resize(glyph, (max(3, int(h * rng.uniform(.5, .8))), max(4, h)), interpolation=cv2.INTER_AREA)
        yy = int(y + height * rng.uniform(.25, .75) - h / 2)
        if rng.random() < .35: cv2.rectangle(image, (int(cx - m.shape[1] / 2) - 2, yy - 2), (int(cx + m.shape[1] / 2) + 2, yy + h + 2), paint, 1)
        blend(image, m, int(cx - m.shape[1] / 2), yy, paint)
    elif q < .76: emblem(rng, image, cx, y + height * rng.uniform(.35, .65), min(width * rng.uniform(.35, .55), height * .4), height * rng.uniform(.16, .48))
    elif q < .85:                                                # a small blocky symbol
        k = int(rng.integers(3, 6)); blocks = (rng.random((k, k)) < rng.uniform(.45, .95)).astype(np.uint8) * 255
        half = max(2, int(min(width * .45, height * rng.uniform(.14, .3))))
        m = cv2.resize(blocks, (2 * half, int(2 * half * rng.uniform(.8, 1.3))), interpolation=cv2.INTER_LINEAR)
        blend(image, m, int(cx - half), int(y + height * rng.uniform(.35, .65) - half), paint if rng.random() < .6 else random_colour(rng, 20, 170))
    elif q < .96: mark(rng, image, cx, y + height * rng.uniform(.25, .75), min(width * rng.uniform(.4, .8), height * .33), stacked_kinds[1])
