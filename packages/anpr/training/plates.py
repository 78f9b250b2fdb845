"""Draws flat plates: ground, bands, words, stickers and the characters of a layout, in one line or two."""
from dataclasses import dataclass

import cv2
import numpy as np

from dies import CHARACTERS, DIGITS, GLYPH_HEIGHT, LETTERS, PLAIN_BAR, Dies
from layouts import LAYOUTS, NAMES, PALETTES, WORDS
from ornaments import blend, emblem, mark, random_colour, separator, word

HEIGHT = 96                              # of a drawn plate, in pixels
TWO_LINE_SHARE = .3
_WEIGHTS = np.array([LAYOUTS[name].weight for name in NAMES])
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()
_DIES = Dies()


@dataclass
class Plate:
    """A drawn plate (BGR), its text, the layout's name, the box of its characters and their number of lines."""
    image: np.ndarray
    text: str
    layout: str
    box: list
    lines: int


def sample_text(rng, layout, two_lines):
    """(characters with separators, whether the place tells letter from digit)."""
    if not two_lines and rng.random() < layout.vanity:           # a personalised plate
        n = int(rng.integers(4, 8))
        s = ''
        while len(s) < n:
            s += LETTERS[rng.integers(26)] if rng.random() < .75 else DIGITS[rng.integers(10)]
            if rng.random() < .3 and len(s) < n: s += 'AEIOU'[rng.integers(5)]
        s = s[:n]
        if rng.random() < .25: k = int(rng.integers(1, n)); s = s[:k] + ' ^-'[rng.integers(3)] + s[k:]
        return s, False
    formats = layout.two_lines if two_lines else layout.formats
    fmt = formats[rng.integers(len(formats))]
    letters = layout.letters if rng.random() < .97 else LETTERS
    if rng.random() < layout.seal: fmt = fmt.replace(' ', '^', 1) if ' ' in fmt else fmt.replace('-', '^', 1)
    favouring = lambda some: some + 2 * ''.join(c for c in layout.favoured if c in some)
    any_of = {'A': favouring(letters), '9': favouring(DIGITS), '?': CHARACTERS}
    return ''.join(any_of[c][rng.integers(len(any_of[c]))] if c in any_of else c for c in fmt), '?' not in fmt


def _shared_shapes(rng, layout, structured):
    """Characters that share a shape on this plate, only where the place tells which one is meant."""
    shapes = {}
    if not structured: return shapes
    q = rng.random()
    if q < .34: shapes['0'] = 'O'
    elif q < .48: shapes['O'] = '0'
    if rng.random() < layout.bar_one: shapes['1'] = PLAIN_BAR
    elif rng.random() < .12: shapes['1'] = 'I'
    if rng.random() < .1: shapes['I'] = '1'
    return shapes


class _Line:
    """Draws one line of characters; every line of a plate shares die, pen and embossing."""

    def __init__(self, rng, image, layout, ground, paint, structured, dies):
        self.rng, self.image, self.ground, self.paint = rng, image, ground, paint
        self.die = dies.pick(rng, layout.drawn, layout.bold, layout.die)
        self.shapes = _shared_shapes(rng, layout, structured)
        self.proportional, self.pitch = rng.random() < .6, rng.random() < .35
        self.thick = int(rng.choice([-1, 0, 0, 1, 2], p=[.12, .3, .28, .2, .1]))
        self.embossed = rng.random() < .45                       # light on one side, shade on the other
        angle, depth = rng.uniform(0, 6.3), rng.uniform(1, 2.4)
        self.dx, self.dy = int(round(np.cos(angle) * depth)), int(round(np.sin(angle) * depth))
        self.light, self.shade = np.clip(ground + rng.integers(10, 60), 0, 255), np.clip(ground - rng.integers(30, 110), 0, 255)
        self.kinds, self.dots = [int(rng.integers(6)) for _ in range(2)], rng.random() < .35
        self.gap_width, self.space = rng.uniform(.25, .65), rng.uniform(.05, .24)
        self.seal_width = rng.uniform(.35, .95)
        self.wide = rng.uniform(.38, .55) if rng.random() < .3 else rng.uniform(.5, .82)
        self.jitter = rng.uniform(0, .02) if rng.random() < .3 else 0

    def draw(self, raw, left, right, y, height, fill, gap_width=None):
        """Draws `raw` between `left` and `right`; returns where the characters begin and end."""
        rng, width = self.rng, right - left
        gap = gap_width or (self.seal_width if '^' in raw else self.gap_width)
        n = sum(c in CHARACTERS for c in raw)
        gaps = len(raw) - n
        cell = min(width * fill / (n + gaps * gap + max(0, n - 1) * self.space), height * self.wide)
        items, total = [], 0.
        reference = self.die['H'].shape[1] / GLYPH_HEIGHT
        for c in raw:
            if c not in CHARACTERS: items.append((c, None, 0, cell * gap)); total += cell * gap; continue
            key = self.shapes.get(c, c)
            mask = self.die[key]
            natural = mask.shape[1] / GLYPH_HEIGHT
            if self.proportional: w = cell * min(1.3, natural / reference)
            elif c in '1I' or key == PLAIN_BAR: w = max(cell * min(1, natural / reference), cell * .2)
            else: w = cell
            pitch = max(w, cell) if self.pitch else w
            items.append((c, mask, max(3, int(round(w))), pitch)); total += pitch + cell * self.space
        total -= cell * self.space
        scale = min(1., width * .975 / total)
        x = max(left + (width - total * scale) / 2 + rng.uniform(-.02, .02) * width, left + 1)
        start = x
        for c, mask, w, pitch in items:
            if mask is not None: self._character(mask, max(3, int(round(w * scale))), x, pitch * scale, y, height); x += (pitch + cell * self.space) * scale
            else:
                room = pitch * scale
                centre = x + room / 2 - cell * self.space * scale / 2
                if c == '-': self._dash(centre, room, y, height)
                elif c == '^': separator(rng, self.image, self.die, centre, y, room, height, self.ground, self.paint, self.kinds)
                x += room
        return start, x - cell * self.space * scale

    def _character(self, mask, w, x, pitch, y, height):
        mask = cv2.resize(mask, (w, height), interpolation=cv2.INTER_AREA if w < mask.shape[1] else cv2.INTER_LINEAR)
        if self.thick > 0: mask = cv2.dilate(mask, np.ones((self.thick, self.thick + (self.thick > 1)), np.uint8))
        elif self.thick < 0: mask = cv2.erode(mask, np.ones((2, 2), np.uint8))
        shift = self.jitter * height
        px, py = int(round(x + (pitch - w) / 2)), y + int(round(self.rng.uniform(-shift, shift)))
        if self.embossed: blend(self.image, mask, px + self.dx, py + self.dy, self.shade); blend(self.image, mask, px - self.dx, py - self.dy, self.light)
        blend(self.image, mask, px, py, self.paint)

    def _dash(self, centre, room, y, height):
        s, middle = max(2, int(height * self.rng.uniform(.07, .14))), y + height // 2
        if self.dots: cv2.circle(self.image, (int(centre), middle), s // 2 + 2, self.paint, -1)
        elif self.rng.random() < .93: cv2.rectangle(self.image, (int(centre - room * .3), middle - s // 2), (int(centre + room * .3), middle + s // 2), self.paint, -1)


def _ground(rng, layout, two_lines):
    """(image, ground colour, character colour)"""
    aspect = rng.uniform(1.1, 1.75) if two_lines else rng.uniform(*layout.aspect)
    if layout.band and not two_lines and rng.random() < .07: aspect = rng.uniform(2.6, 3.6)
    keys = layout.palette.split()
    pairs = PALETTES[keys[rng.integers(len(keys))]]
    ground, paint = pairs[rng.integers(len(pairs))]
    ground = np.clip(np.array(ground) + rng.integers(-25, 18, 3), 0, 255); paint = np.clip(np.array(paint) + rng.integers(-20, 40, 3), 0, 255)
    if rng.random() < .07: paint = (paint + .45 * (ground.astype(float) - paint)).astype(int)          # faded
    image = np.empty((HEIGHT, int(HEIGHT * aspect), 3), np.uint8)
    image[:] = ground
    h, w = image.shape[:2]
    if rng.random() < layout.art:                                # printed artwork, a gradient of dirt
        patches = rng.normal(0, rng.uniform(5, 32), (rng.integers(2, 7), rng.integers(2, 10), 3)).astype(np.float32)
        image = np.clip(image + cv2.resize(patches, (w, h), interpolation=cv2.INTER_CUBIC), 0, 255).astype(np.uint8)
        if rng.random() < .25: emblem(rng, image, w * rng.uniform(.2, .8), h * .5, w * rng.uniform(.1, .3), h * rng.uniform(.2, .5)); image = cv2.addWeighted(image, .45, np.full_like(image, 0) + ground.astype(np.uint8), .55, 0)
    if rng.random() < layout.coloured_bands:
        colour, k = random_colour(rng), int(h * rng.uniform(.1, .24))
        if rng.random() < .7: image[:k] = colour
        if rng.random() < .5: image[h - k:] = colour if rng.random() < .5 else random_colour(rng)
    return image, ground, tuple(int(v) for v in paint)


def _side_bands(rng, layout, image):
    """Country bands; returns the room they take at the left and at the right."""
    h, w = image.shape[:2]
    left = right = 0
    if layout.band and rng.random() > layout.no_band:
        left = int(h * rng.uniform(.3, .48))
        image[:, :left] = (np.array([150, 60, 20]) + rng.integers(-30, 40, 3)).clip(0, 255) if rng.random() < .65 else np.array([200, 120, 80]) + rng.integers(-40, 50, 3)
        if rng.random() < .9:
            code = layout.band if layout.band != '?' and rng.random() < .7 else ''.join(LETTERS[rng.integers(26)] for _ in range(rng.integers(1, 4)))
            step, high, die = int(left * .85 / max(len(code), 1.4)), int(h * rng.uniform(.16, .32)), _DIES.pick(rng, .2)
            for i, c in enumerate(code):
                blend(image, cv2.resize(die[c], (max(3, min(step - 2, int(high * .75))), high), interpolation=cv2.INTER_AREA), (left - step * len(code)) // 2 + i * step, int(h * rng.uniform(.6, .7)), (240, 240, 240))
        cx, cy, r = left // 2, int(h * rng.uniform(.22, .35)), max(3, int(left * rng.uniform(.22, .36)))
        q = rng.random()
        if q < .35: cv2.circle(image, (cx, cy), r, (60, 200, 230), 1)
        elif q < .75:
            for a in range(10): cv2.circle(image, (int(cx + r * np.cos(a * .628)), int(cy + r * np.sin(a * .628))), 1, (60, 220, 240), -1)
        else: mark(rng, image, cx, cy, r, int(rng.integers(5)))
    if layout.band and rng.random() < .12:                       # Italy, France, Ukraine
        right = int(h * rng.uniform(.2, .36)); image[:, w - right:] = (np.array([150, 60, 20]) + rng.integers(-30, 40, 3)).clip(0, 255)
        if rng.random() < .6: m = word(rng, right * .8, h * .2, WORDS); blend(image, m, w - right + 2, int(h * rng.uniform(.1, .7)), (240, 240, 240))
    return left, right


def _top(rng, layout, image, ground, paint):
    """Bands and strips along the top; returns (whether the top is taken, inner margin)."""
    h, w = image.shape[:2]
    taken, inner = False, 0
    if rng.random() < layout.top_band:
        k = int(h * rng.uniform(.2, .3)); image[:k] = (np.array([140, 60, 15]) + rng.integers(-30, 50, 3)).clip(0, 255); taken = True
        if rng.random() < .92: m = word(rng, w * .5, k * rng.uniform(.45, .7), layout.words); blend(image, m, (w - m.shape[1]) // 2 + int(rng.integers(-8, 9)), (k - m.shape[0]) // 2, (240, 240, 240))
        if rng.random() < .8: mark(rng, image, w * rng.uniform(.05, .1), k // 2, k * .32, int(rng.integers(5)))
        if rng.random() < .7: mark(rng, image, w * rng.uniform(.9, .95), k // 2, k * .32, 2)
    if rng.random() < layout.strip * .95:
        k = int(h * rng.uniform(.16, .28)); image[:k] = np.clip(np.array([225, 220, 215]) + rng.integers(-30, 25, 3), 0, 255); taken = True
        if rng.random() < .8: m = word(rng, w * .7, k * rng.uniform(.45, .75), layout.words); blend(image, m, (w - m.shape[1]) // 2, (k - m.shape[0]) // 2, (110, 60, 20) if rng.random() < .6 else (190, 180, 170))
        border = int(h * rng.uniform(.03, .15)); white = tuple(int(v) for v in np.clip(np.array([225, 222, 220]) + rng.integers(-40, 25), 0, 255))
        if rng.random() < .9: cv2.rectangle(image, (0, 0), (w - 1, h - 1), white, border); inner = border // 2 + 1; image[h - int(h * rng.uniform(.02, .16)):] = white
    if rng.random() < layout.top_plate:
        k = int(h * rng.uniform(.14, .22)); taken = True
        if rng.random() < .6: cv2.rectangle(image, (int(w * .2), 2), (int(w * .8), k), tuple(int(v) for v in np.clip(ground + rng.integers(-40, 50), 0, 255)), -1)
        m = word(rng, w * .6, k * .72, layout.words); blend(image, m, (w - m.shape[1]) // 2, 4, paint)
    return taken, inner


def _surroundings(rng, layout, image, line, box, left, right, top_taken):
    """Pictures, small serials, words, stickers, border, screws and dirt around the text."""
    h, w = image.shape[:2]
    x0, y0, x1, y1 = box
    text_height, paint = y1 - y0, line.paint
    if rng.random() < layout.side_emblems:
        for room, cx in ((x0 - left, (left + x0) / 2), (w - right - x1, (x1 + w - right) / 2)):
            if room < 9 or rng.random() < .35: continue
            if rng.random() < .65: emblem(rng, image, cx, y0 + text_height * rng.uniform(.3, .7), room * .45, text_height * rng.uniform(.15, .62))
            else:                                                # stacked small serials, month or county numbers
                for k in range(int(rng.integers(1, 4))):
                    m = word(rng, room * .8, int(text_height * rng.uniform(.16, .36)), WORDS); blend(image, m, int(cx - m.shape[1] / 2), y0 + int(k * text_height * .36), paint)
    words = layout.words or WORDS
    colour = lambda: paint if rng.random() < .7 else random_colour(rng, 0, 200)
    if not top_taken and y0 > h * .13 and rng.random() < layout.top_word:
        m = word(rng, w * .8, max(6, int(y0 * rng.uniform(.4, .8))), words); blend(image, m, int((w - m.shape[1]) * rng.uniform(.25, .75)), max(1, (y0 - m.shape[0]) // 2), colour())
    below = h - y1
    if below > h * .12 and rng.random() < layout.bottom_word:
        m = word(rng, w * .8, max(6, int(below * rng.uniform(.4, .8))), words); blend(image, m, int((w - m.shape[1]) * rng.uniform(.25, .75)), y1 + max(1, (below - m.shape[0]) // 2), colour())
    for share in (.06, .94):                                     # expiry stickers, a QR code, flags in the corners
        if rng.random() >= layout.corner: continue
        for high in ((.14, .86) if rng.random() < .4 else (rng.choice([.14, .86]),)):
            sx, sy = int(w * share), int(h * high); w2, h2 = int(.055 * min(w, 220)), int(.09 * h)
            if y1 > sy - h2 and y0 < sy + h2 and (x0 < sx + w2 and x1 > sx - w2): continue
            cv2.rectangle(image, (sx - w2, sy - h2), (sx + w2, sy + h2), random_colour(rng), -1)
            if rng.random() < .6: blend(image, word(rng, w2 * 1.8, h2 * 1.2, WORDS), sx - w2 + 1, sy - h2 // 2, random_colour(rng))
    if rng.random() < .6: o = int(rng.integers(0, 4)); cv2.rectangle(image, (o, o), (w - 1 - o, h - 1 - o), paint, int(rng.integers(1, 4)))
    if rng.random() < .55:                                       # screws and slots
        slots = rng.random() < .3
        for xx in (.2, .8) if rng.random() < .6 else (.12, .88):
            for yy in ((.1, .9) if rng.random() < .5 else (.1,)):
                p, r, c = (int(w * (xx + rng.uniform(-.03, .03))), int(h * yy)), int(rng.integers(2, 5)), random_colour(rng, 20, 170)
                if slots: cv2.ellipse(image, p, (int(r * rng.uniform(1.2, 2.6)), r), 0, 0, 360, c, -1)
                else: cv2.circle(image, p, r, c, -1)
    if rng.random() < .12:                                       # splashes
        for _ in range(int(rng.integers(2, 14))):
            spot = np.zeros((h, w), np.uint8)
            cv2.circle(spot, (int(rng.integers(w)), int(rng.integers(h))), int(rng.integers(1, 9)), int(rng.integers(60, 200)), -1); blend(image, spot, 0, 0, random_colour(rng, 30, 120))


def _framed(rng, image, box):
    """A plate holder around the plate, often with a dealer's words."""
    h, w = image.shape[:2]
    t = int(h * rng.uniform(.03, .14)); below = int(t * rng.uniform(.8, 2.)); colour = random_colour(rng, 0, 110) if rng.random() < .75 else random_colour(rng, 140, 235)
    frame = np.empty((h + t + below, w + 2 * t, 3), np.uint8); frame[:] = colour; frame[t:t + h, t:t + w] = image
    ink = (225, 225, 225) if colour[0] < 120 else (20, 20, 20)
    if rng.random() < .55: m = word(rng, w * .75, max(6, below * .75), WORDS); blend(frame, m, (frame.shape[1] - m.shape[1]) // 2, frame.shape[0] - int(below * .9), ink)
    if rng.random() < .25: m = word(rng, w * .6, max(5, t * .8), WORDS); blend(frame, m, (frame.shape[1] - m.shape[1]) // 2, 1, ink)
    cv2.rectangle(frame, (t, t), (t + w, t + h), random_colour(rng, 0, 90), 1)
    return frame, [box[0] + t, box[1] + t, box[2] + t, box[3] + t]


def make_plate(rng, name=None, two_lines=None, dies=_DIES):
    """Draws one flat plate of a layout (of any, by weight)."""
    if two_lines is None: two_lines = rng.random() < TWO_LINE_SHARE
    while True:
        chosen = name or NAMES[int(rng.choice(len(NAMES), p=_WEIGHTS))]
        layout = LAYOUTS[chosen]
        if layout.two_lines or not two_lines: break
        if name: two_lines = False
    raw, structured = sample_text(rng, layout, two_lines)
    image, ground, paint = _ground(rng, layout, two_lines)
    h, w = image.shape[:2]
    left, right = _side_bands(rng, layout, image) if not two_lines or rng.random() < .4 else (0, 0)
    top_taken, inner = _top(rng, layout, image, ground, paint)
    left, right = left + inner, right + inner
    line = _Line(rng, image, layout, ground, paint, structured, dies)
    fill = rng.uniform(.6, .85) if rng.random() < layout.loose else rng.uniform(.82, .97)
    gap = rng.uniform(.6, 1.6) if layout.strip and rng.random() < .7 else None
    if two_lines:
        first, second = raw.split('/')
        top = h * (.26 if top_taken else rng.uniform(.05, .2)); middle = h * (rng.uniform(.56, .62) if top_taken else rng.uniform(.46, .56)); bottom = h * rng.uniform(.86, .96)
        space = h * rng.uniform(.02, .05)
        x0, x1 = line.draw(first, left, w - right, int(top), int(middle - space - top), fill * rng.uniform(.75, 1), gap)
        a, b = line.draw(second, left, w - right, int(middle + space), int(bottom - middle - space), fill, gap)
        box = [min(x0, a), int(top), max(x1, b), int(bottom)]
    else:
        text_height = int(h * rng.uniform(*layout.text_height))
        y = int(np.clip(h * (layout.centre + rng.uniform(-.025, .025)) - text_height / 2, 1, h - text_height - 1))
        x0, x1 = line.draw(raw, left, w - right, y, text_height, fill, gap)
        box = [x0, y, x1, y + text_height]
    _surroundings(rng, layout, image, line, box, left, right, top_taken)
    if rng.random() < .4: image, box = _framed(rng, image, box)
    return Plate(image, ''.join(c for c in raw if c in CHARACTERS), chosen, box, 2 if two_lines else 1)
