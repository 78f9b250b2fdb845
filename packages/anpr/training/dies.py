"""Dies: the shapes of the 36 characters that a plate may be pressed or printed with.

A die is a dict from character to a grey mask `GLYPH_HEIGHT` pixels high (255 = paint). Half of the dies come
from free fonts, the others from `random_die`, which draws every character as strokes with one random pen.
Its choices (square or round bowls, chamfers, where an R's leg starts, open or closed 4, ...) cover dies that
nobody has photographed for training.
"""
import os

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

CHARACTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
DIGITS, LETTERS = CHARACTERS[:10], CHARACTERS[10:]
GLYPH_HEIGHT = 72
PLAIN_BAR = '#'                                     # key of a 1 that is nothing but a bar

_TRUETYPE, _OPENTYPE = '/usr/share/fonts/truetype/', '/usr/share/fonts/opentype/'
_FONTS = [
    (_TRUETYPE + 'opendin/OSP-DIN.ttf', 5), (_TRUETYPE + 'osifont/osifont.ttf', 2),
    (_TRUETYPE + 'routed-gothic/routed-gothic.ttf', 2), (_TRUETYPE + 'routed-gothic/routed-gothic-narrow.ttf', 2),
    (_TRUETYPE + 'roboto/unhinted/RobotoCondensed-Bold.ttf', 4), (_TRUETYPE + 'roboto/unhinted/RobotoCondensed-Medium.ttf', 2),
    (_TRUETYPE + 'roboto/unhinted/RobotoTTF/Roboto-Bold.ttf', 2), (_TRUETYPE + 'roboto/unhinted/RobotoTTF/Roboto-Medium.ttf', 2),
    (_TRUETYPE + 'liberation/LiberationSansNarrow-Bold.ttf', 4), (_TRUETYPE + 'liberation2/LiberationSans-Bold.ttf', 3),
    (_TRUETYPE + 'liberation2/LiberationSans-Regular.ttf', 2), (_TRUETYPE + 'dejavu/DejaVuSansCondensed-Bold.ttf', 2),
    (_TRUETYPE + 'dejavu/DejaVuSans-Bold.ttf', 1), (_TRUETYPE + 'dejavu/DejaVuSansCondensed.ttf', 1),
    (_TRUETYPE + 'freefont/FreeSansBold.ttf', 2), (_TRUETYPE + 'clear-sans/ClearSans-Bold.ttf', 2),
    (_TRUETYPE + 'clear-sans/ClearSans-Medium.ttf', 1), (_TRUETYPE + 'open-sans/OpenSans-CondBold.ttf', 3),
    (_TRUETYPE + 'play/Play-Bold.ttf', 1), (_TRUETYPE + 'lato/Lato-Bold.ttf', 1), (_TRUETYPE + 'crosextra/Carlito-Bold.ttf', 1),
    (_TRUETYPE + 'karla/Karla-Bold.otf', 1), (_TRUETYPE + 'manrope/Manrope-Bold.ttf', 1), (_TRUETYPE + 'oxygen/Oxygen-Sans-Bold.ttf', 1),
    (_TRUETYPE + 'jetbrains-mono/JetBrainsMono-Bold.ttf', 2), (_TRUETYPE + 'hack/Hack-Bold.ttf', 1),
    (_TRUETYPE + 'beteckna/BetecknaGS-Bold.ttf', 1), (_OPENTYPE + 'mplus/Mplus1-Bold.otf', 1), (_OPENTYPE + 'mplus/Mplus1-Medium.otf', 1),
    (_OPENTYPE + 'mplus/MplusCodeLatin50-Bold.otf', 2), (_OPENTYPE + 'yanone-kaffeesatz/YanoneKaffeesatz-Bold.otf', 1),
    (_OPENTYPE + 'cabin/Cabin-Bold.otf', 1), (_OPENTYPE + 'dosis/Dosis-Bold.otf', 2), (_OPENTYPE + 'urw-base35/NimbusSansNarrow-Bold.otf', 4),
    (_OPENTYPE + 'league-spartan/LeagueSpartan-Bold.otf', 1), (_OPENTYPE + 'ocr-b/OCRB.otf', 1),
    (_OPENTYPE + 'urw-base35/URWGothic-Demi.otf', 1), (_OPENTYPE + 'bebas-neue/BebasNeue-Bold.otf', 3),
    (_OPENTYPE + 'bebas-neue/BebasNeue-Regular.otf', 2), (_OPENTYPE + 'inter/Inter-Bold.otf', 1),
    (_OPENTYPE + 'b612/B612-Bold.otf', 1), (_OPENTYPE + 'b612/B612Mono-Bold.otf', 2), (_OPENTYPE + 'allerta/allerta_medium.otf', 1),
    (_OPENTYPE + 'cantarell/Cantarell-Bold.otf', 1), (_TRUETYPE + 'roadgeek/RG2014B.ttf', 2), (_TRUETYPE + 'roadgeek/RG2014C.ttf', 2),
    (_TRUETYPE + 'roadgeek/RG2014D.ttf', 2), (_TRUETYPE + 'roadgeek/RG2014E.ttf', 1), (_OPENTYPE + 'national-park/NationalPark-Heavy.otf', 1),
    (_OPENTYPE + 'millimetre/millimetreA Bold 01.otf', 1), (_OPENTYPE + 'gemunu-libre/GemunuLibre-Bold.otf', 2), (_OPENTYPE + 'gemunu-libre/GemunuLibre-SemiBold.otf', 2),
    (_OPENTYPE + 'jura/Jura-Bold.otf', 1), (_TRUETYPE + 'paratype/PTN77F.ttf', 2), (_TRUETYPE + 'paratype/PTC75F.ttf', 1),
    (_OPENTYPE + 'league-mono/LeagueMono-CondensedSemiBold.otf', 2), (_OPENTYPE + 'league-mono/LeagueMono-NarrowBold.otf', 2),
    (_TRUETYPE + 'adf/UniversalisADFStd-BoldCond.otf', 2), (_TRUETYPE + 'adf/GilliusADF-BoldCond.otf', 1), (_TRUETYPE + 'adf/SwitzeraADF-BoldCond.otf', 1),
    (_TRUETYPE + 'firacode/FiraCode-Bold.ttf', 1), (_TRUETYPE + 'anonymous-pro/Anonymous Pro B.ttf', 1), (_TRUETYPE + 'smiley-sans/SmileySans-Oblique.ttf', 1)]
# Never trained on: what the reader claims of these tells how honest it is about a die that it meets for the first time.
_HELD_OUT = [(_TRUETYPE + 'dejavu/DejaVuSansMono-Bold.ttf', 1), (_TRUETYPE + 'dejavu/DejaVuSerifCondensed-Bold.ttf', 1), (_TRUETYPE + 'liberation2/LiberationMono-Bold.ttf', 1),
             (_TRUETYPE + 'freefont/FreeMonoBold.ttf', 1), (_TRUETYPE + 'lato/Lato-Black.ttf', 1), (_OPENTYPE + 'urw-base35/C059-Bold.otf', 1), (_OPENTYPE + 'urw-base35/P052-Bold.otf', 1), (_OPENTYPE + 'urw-base35/URWBookman-Demi.otf', 1)]
FONTS, HELD_OUT = ([(path, weight) for path, weight in fonts if os.path.exists(path)] for fonts in (_FONTS, _HELD_OUT))


def _trimmed(mask):
    ys, xs = np.where(mask > 40)
    return mask[ys.min():ys.max() + 1, xs.min():xs.max() + 1]


def _scaled(mask):
    width = max(6, round(mask.shape[1] * GLYPH_HEIGHT / mask.shape[0]))
    return cv2.resize(mask, (width, GLYPH_HEIGHT), interpolation=cv2.INTER_AREA)


def font_die(path):
    """The die of a font file."""
    font, die = ImageFont.truetype(path, 110), {}
    for character in CHARACTERS:
        canvas = Image.new('L', (260, 240), 0)
        ImageDraw.Draw(canvas).text((60, 40), character, font=font, fill=255)
        die[character] = _scaled(_trimmed(np.array(canvas)))
    return die


class _Bowls:
    """Outlines of round parts: superellipses, rounded rectangles or chamfered ones, by the die's style."""

    def __init__(self, rng, corner=None):
        style = rng.choice(4, p=[.27, .28, .28, .17]) if corner is None else 2
        t = np.radians(np.arange(0, 360, 5.))
        c, s = np.cos(t), np.sin(t)
        if style < 2:                                        # superellipse, from a circle to nearly a square
            e = rng.uniform(2, 2.7) if style == 0 else rng.uniform(3, 7)
            radius = (abs(c) ** e + abs(s) ** e) ** (-1 / e)
            self.outline = lambda rx, ry: np.stack([rx * radius * c, ry * radius * s], 1)
        else:
            corner = corner or rng.uniform(.12, .4)          # of the glyph's width, the same for every bowl of the die
            cut = style == 3
            self.outline = lambda rx, ry: _rounded(rx, ry, min(corner, rx), min(corner * .6, ry), cut)

    def arc(self, cx, cy, rx, ry, start, end):
        """Points from `start` to `end` degrees, clockwise from the right."""
        points = self.outline(rx, ry)
        angle = np.degrees(np.arctan2(points[:, 1] / ry, points[:, 0] / rx)) % 360
        order = np.argsort(angle)
        angle = np.concatenate([angle[order] + turn for turn in (-360, 0, 360)])
        low, high = min(start, end), max(start, end)
        chosen = np.tile(points[order], (3, 1))[(angle >= low - 2) & (angle <= high + 2)] + [cx, cy]
        return [tuple(point) for point in (chosen if end >= start else chosen[::-1])]


def _rounded(rx, ry, kx, ky, cut):
    """A closed rounded (or chamfered) rectangle around 0, 0, in the order of growing angles."""
    quarter = np.radians(np.arange(0, 91, 15))
    arc = np.stack([np.cos(quarter), np.sin(quarter)], 1) if not cut else np.stack([np.linspace(1, 0, 7), np.linspace(0, 1, 7)], 1)
    points = []
    for sx, sy, flip in ((1, 1, 0), (-1, 1, 1), (-1, -1, 0), (1, -1, 1)):
        part = arc[::-1] if flip else arc
        points += [(sx * (rx - kx + kx * x), sy * (ry - ky + ky * y)) for x, y in part]
    points += [(rx, 0), (-rx, 0), (0, ry), (0, -ry)]
    return np.array(points)


def _strokes(character, q, arc):
    """Centre lines of a character in the unit box; `q` holds the die's choices."""
    m = q['mid']
    if character == '0':
        ring = [arc(.5, .5, .5, .5, 0, 360)]
        return ring + ([[(.15, .85), (.85, .15)]] if q['zero'] else [])
    if character == 'O': return [arc(.5, .5, .5, .5, 0, 360)]
    if character == 'Q':
        tail = ([(.55, .68), (1., 1.)], [(.62, .76), (.8, 1.1)], [(.5, .78), (.5, 1.1)])[q['Q']]
        return [arc(.5, .5, .5, .5, 0, 360), tail]
    if character == '1':
        if q['one'] == 0: return [[(.6, 0), (.6, 1)]]
        flag = [[(.1, q['flag']), (.6, 0), (.6, 1)]] if q['flag'] > .05 else [[(.15, .03), (.6, .03), (.6, 1)]]
        return flag + ([[(.15, 1), (1., 1)]] if q['one'] == 2 else [])
    if character == 'I': return [[(.5, 0), (.5, 1)]] + ([[(.05, 0), (.95, 0)], [(.05, 1), (.95, 1)]] if q['I'] else [])
    if character == '2':
        if q['two'] == 1: return [arc(.5, .27, .48, .27, 180, 360) + [(1, .38), (.02, .8), (.02, 1), (1, 1)]]
        if q['two'] == 2: return [arc(.5, .25, .48, .25, 185, 400) + [(.2, .56), (0, .72), (0, 1), (1, 1)]]
        return [arc(.5, .28, .48, .28, 190, 395) + [(0, 1), (1, 1)]]
    if character == '3':
        if q['three']: return [[(.03, 0), (.97, 0), (.42, .42)] + arc(.45, .7, .53, .3, 270, 515)]
        return [arc(.46, .25, .48, .25, 200, 450), arc(.46, .745, .52, .255, 270, 520)]
    if character == '4':
        if q['four'] == 0: return [[(q['x4'], 1), (q['x4'], 0), (0, q['y4']), (1, q['y4'])]]
        if q['four'] == 1: return [[(.55, 0), (0, .68), (1, .68)], [(.75, .4), (.75, 1)]]
        if q['four'] == 3: return [[(q['x4'], 1), (q['x4'], 0), (q['x4'] - q['roof4'], 0), (0, q['y4']), (1, q['y4'])]]      # a flat roof: closes like a 0
        return [[(.1, 0), (.05, .6), (1, .6)], [(.8, 0), (.8, 1)]]
    if character == '5': return [[(.94, 0), (.12, 0), (.07, .48)] + arc(.45, .68, .53, .32, 235, 515)]
    if character in '69':
        if q['six']: six = [arc(.5, .67, .5, .33, 0, 360), [(.04, .6), (.62, 0)]]
        else: six = [arc(.5, .68, .5, .32, 0, 360), arc(.5, .48, .5, .48, 180, q['tip']), [(0, .45), (0, .7)]]
        return six if character == '6' else [[(1 - x, 1 - y) for x, y in line] for line in six]
    if character == '7': return ([[(0, 0), (1, 0), (.36, 1)]], [[(0, 0), (1, 0), (.62, .45), (.42, 1)]], [[(0, .16), (0, 0), (1, 0), (.3, 1)]])[q['seven']]
    if character == '8':
        return [arc(.5, m / 2, q['top8'], m / 2, 0, 360), arc(.5, (1 + m) / 2, .5, (1 - m) / 2, 0, 360)]
    if character == 'A':
        if q['A'] == 2: return [[(0, 1)] + arc(.5, .5, .5, .5, 180, 360) + [(1, 1)], [(0, .6), (1, .6)]]
        w = q['roof']
        return [[(0, 1), (.5 - w, 0), (.5 + w, 0), (1, 1)], [(.17, q['bar']), (.83, q['bar'])]]
    if character == 'B':
        k = q['bowl']
        return [[(0, 0), (0, 1)], [(0, 0), (1 - k - .06, 0)] + arc(1 - k - .06, m / 2, k, m / 2, 270, 450) + [(0, m)],
                [(0, m), (1 - k, m)] + arc(1 - k, (1 + m) / 2, k, (1 - m) / 2, 270, 450) + [(0, 1)]]
    if character == 'C': return [arc(.5, .5, .5, .5, 360 - q['mouth'], q['mouth'])]
    if character == 'D': return [[(0, .5), (0, 0), (q['D'], 0)] + arc(q['D'], .5, 1 - q['D'], .5, 270, 450) + [(0, 1), (0, .5)]]
    if character == 'E': return [[(1, 0), (0, 0), (0, 1), (1, 1)], [(0, m), (q['arm'], m)]]
    if character == 'F': return [[(1, 0), (0, 0), (0, 1)], [(0, m + .02), (q['arm'], m + .02)]]
    if character == 'G':
        bar = ([(1, .54), (.52, .54)], [(1, .56), (.6, .56), (.6, .62)], [(1, .6), (1, 1.)])[q['G']]
        return [arc(.5, .5, .5, .5, 360 - q['mouth'], 20) + bar] if q['G'] < 2 else [arc(.5, .5, .5, .5, 360 - q['mouth'], 25), [(.5, .58), (1, .58), (1, 1)]]
    if character == 'H': return [[(0, 0), (0, 1)], [(1, 0), (1, 1)], [(0, m), (1, m)]]
    if character == 'J': return [([(.35, 0)] if q['J'] else []) + [(1, 0), (1, .65)] + arc(.5, .67, .5, .33, 0, q['hook'])]
    if character == 'K':
        if q['K'] == 1: return [[(0, 0), (0, 1)], [(1, 0), (.12, .5), (1, 1)], [(0, .5), (.14, .5)]]
        if q['K'] == 2: return [[(0, 0), (0, 1)], [(.95, 0), (.0, .56)], [(.22, .44), (1, 1)]]
        return [[(0, 0), (0, 1)], [(1, 0), (0, .6)], [(.34, .4), (1, 1)]]
    if character == 'L': return [[(0, 0), (0, 1), (1, 1)]]
    if character == 'M': return [[(q['splay'], 1), (0 if q['splay'] == 0 else q['splay'] * .6, 0), (.5, q['M']), (1 if q['splay'] == 0 else 1 - q['splay'] * .6, 0), (1 - q['splay'], 1)]]
    if character == 'N': return [[(0, 1), (0, 0), (1, 1), (1, 0)]]
    if character == 'P': return [[(0, 1), (0, 0), (1 - q['bowl'], 0)] + arc(1 - q['bowl'], q['P'] / 2, q['bowl'], q['P'] / 2, 270, 450) + [(0, q['P'])]]
    if character == 'R':
        k, p = q['bowl'], m + .03
        bowl = [(0, 1), (0, 0), (1 - k, 0)] + arc(1 - k, p / 2, k, p / 2, 270, 450) + [(0, p)]
        leg = ([(.5, p), (1, 1)], [(.25, p), (1, 1)], [(1 - k, p), (.97, p + .12), (1, 1)], [(.72, p), (.98, 1)], [(.05, p), (.95, 1)])[q['R']]
        return [bowl, leg]
    if character == 'S': return [arc(.5, .255, .48, .255, 335, 90) + arc(.5, .745, .5, .245, 270, 515)]
    if character == 'T': return [[(0, 0), (1, 0)], [(.5, 0), (.5, 1)]]
    if character == 'U': return [[(0, 0), (0, .6)] + arc(.5, .62, .5, .38, 180, 0) + [(1, 0)]]
    if character == 'V': return [[(0, 0), (.5, 1), (1, 0)]] if q['V'] < .05 else [[(0, 0), (.5 - q['V'], 1), (.5 + q['V'], 1), (1, 0)]]
    if character == 'W': return [[(0, 0), (q['W'], 1), (.5, 1 - q['peak']), (1 - q['W'], 1), (1, 0)]]
    if character == 'X': return [[(0, 0), (1, 1)], [(1, 0), (0, 1)]]
    if character == 'Y': return [[(0, 0), (.5, q['Y']), (1, 0)], [(.5, q['Y'] - .02), (.5, 1)]]
    return [[(0, 0), (1, 0), (0, 1), (1, 1)]] + ([[(.25, .5), (.75, .5)]] if q['Z'] else [])


def _choices(rng, bold):
    u = rng.uniform
    return dict(
        width=u(.36, .5) if rng.random() < .3 else u(.46, .7), thickness=u(.11, .2 if bold else .22), corner=None,
        mid=u(.43, .55), zero=int(rng.random() < .05), Q=int(rng.integers(3)), one=int(rng.choice(3, p=[.2, .3, .5] if bold else [.28, .5, .22])),
        flag=u(.1, .34) if rng.random() < .85 else 0., I=int(rng.random() < (.75 if bold else .4)), serif=u(.5, .95), two=int(rng.choice(3, p=[.6, .2, .2])),
        three=int(rng.random() < .2), four=int(rng.choice(4, p=[.74, .12, .06, .08])), x4=u(.58, .9), y4=u(.58, .84), roof4=u(.12, .5), six=int(rng.random() < .28),
        tip=u(300, 340), seven=int(rng.choice(3, p=[.6, .22, .18])), top8=u(.38, .5), A=int(rng.choice([0, 2], p=[.9, .1])),
        roof=u(0, .06) if rng.random() < .6 else u(.1, .34), bar=u(.6, .78), bowl=u(.25, .5), mouth=u(28, 50), D=u(.2, .65), arm=u(.7, 1.),
        G=int(rng.integers(3)), J=int(rng.random() < .25), hook=u(140, 185), K=int(rng.integers(3)),
        M=u(.4, .7) if rng.random() < .65 else u(.75, 1), splay=0. if rng.random() < .8 else u(.02, .1), P=u(.48, .62),
        R=int(rng.choice(5, p=[.32, .2, .2, .18, .1])), V=0. if rng.random() < .75 else u(.06, .16), W=u(.18, .27) if rng.random() < .5 else u(.0, .14),
        peak=u(.4, .75) if rng.random() < .7 else u(.8, 1), Y=u(.42, .62), Z=int(rng.random() < .04))


# What is known of the dies of one country; the rest stays random. A pair is a range.
HABITS = {
    'argentina': dict(I=1, serif=(.62, .95), one=2, flag=(.12, .3), four=3, x4=(.66, .84), y4=(.66, .8), M=(.42, .66), splay=0., W=(.02, .14), peak=(.42, .66), zero=0, seven=0, three=0, six=0, width=(.42, .58), corner=(.2, .42)),
    'brazil': dict(I=0, four=0, zero=0, J=0, Q=0, width=(.46, .66), corner=(.2, .45), D=(.45, .7), seven=0, A=0, V=(.0, .1), thickness=(.14, .19)),
}


def random_die(rng, bold=False, country=''):
    """A die that no font has: all characters drawn with one pen and one set of habits."""
    q = _choices(rng, bold)
    q.update({k: rng.uniform(*v) if isinstance(v, tuple) else v for k, v in HABITS.get(country, {}).items()})
    bowls = _Bowls(rng, q['corner'])
    ring = bowls if q['corner'] or rng.random() < .55 else _Bowls(rng)       # O, 0 and D may be rounder than the rest
    thickness, width = q['thickness'] * GLYPH_HEIGHT, q['width'] * GLYPH_HEIGHT
    thickness = min(thickness, .28 * width)
    contrast = rng.uniform(.75, 1.35) if rng.random() < .35 else 1.          # upright strokes thicker than flat ones
    wide = 1 + .35 * (rng.random() < .4)
    zero, oh = rng.uniform(.82, 1.), rng.uniform(.95, 1.18)
    flat, soft, square = rng.random() < .6, rng.uniform(.5, 2.2), rng.random() < .3
    slant = rng.uniform(-.06, .14) if rng.random() < .08 else 0.
    scale, die = 2, {}
    for character in CHARACTERS:
        w = width * {'M': wide, 'W': wide, '0': zero, 'O': oh}.get(character, 1.)
        if character == '1': w = width * (.45, .62, .8)[q['one']] if q['one'] else thickness / .6 + 1
        if character == 'I': w = width * q['serif'] if q['I'] else thickness + 1
        w = max(w * contrast, thickness + 1)
        canvas = np.zeros((int((GLYPH_HEIGHT + 2 * thickness) * scale), int((w + 2 * thickness + 16) * scale)), np.uint8)
        pen = max(1, int(round(thickness * scale)))
        for line in _strokes(character, q, ring.arc if character in '0ODCQGU' else bowls.arc):
            points = np.array([[(1.5 * thickness + x * (w - thickness) + slant * (1 - y) * w) * scale, (1.5 * thickness + y * (GLYPH_HEIGHT - thickness)) * scale] for x, y in line])
            cv2.polylines(canvas, [np.round(points * 8).astype(np.int32)], False, 255, 1 if square else pen, cv2.LINE_AA, 3)
        if square: canvas = cv2.dilate(canvas, np.ones((pen, pen), np.uint8))
        if flat: canvas = canvas[int(thickness * scale):int((thickness + GLYPH_HEIGHT) * scale)]
        canvas = cv2.GaussianBlur(canvas, (0, 0), soft * scale)
        canvas = np.clip((canvas.astype(np.float32) - 127) * 3 + 127, 0, 255).astype(np.uint8)
        mask = _trimmed(canvas)
        if contrast != 1.: mask = cv2.resize(mask, (max(6, int(mask.shape[1] / contrast)), mask.shape[0]), interpolation=cv2.INTER_AREA)
        die[character] = _scaled(mask)
    die[PLAIN_BAR] = np.full((GLYPH_HEIGHT, max(6, int(thickness))), 255, np.uint8)
    return die


class Dies:
    """A changing stock of dies to choose from: those of `fonts`, and `stock` random ones."""

    def __init__(self, fonts=FONTS, stock=110):
        self._files, self._stock, self._pools, self._fonts = [path for path, _ in fonts], stock, {}, {}
        weights = np.array([weight for _, weight in fonts], float)
        self._weights = weights / weights.sum()

    def pick(self, rng, drawn=.5, bold=False, country=''):
        """A die; `drawn` is the share of random ones, `bold` asks for those of old embossed plates, `country` for its habits."""
        if bold and self._stock and rng.random() < .75: return self._random(rng, True, country if rng.random() < .7 else '')
        if self._stock and rng.random() < drawn: return self._random(rng, False, '')
        index = int(rng.choice(len(self._files), p=self._weights))
        if index not in self._fonts:
            die = font_die(self._files[index])
            die[PLAIN_BAR] = np.full((GLYPH_HEIGHT, max(6, int(GLYPH_HEIGHT * .16))), 255, np.uint8)
            self._fonts[index] = die
        return self._fonts[index]

    def _random(self, rng, bold, country):
        pool, size = self._pools.setdefault((bold, country), []), self._stock // (2 if bold else 1)
        if len(pool) < size: pool.append(random_die(rng, bold, country)); return pool[-1]
        index = int(rng.integers(size))
        if rng.random() < .015: pool[index] = random_die(rng, bold, country)
        return pool[index]


if __name__ == '__main__':
    import sys
    rng = np.random.default_rng(7)
    rows = []
    for k in range(16):
        die = random_die(rng, k % 4 == 0)
        row = np.hstack([cv2.copyMakeBorder(cv2.resize(die[c], (max(6, die[c].shape[1] // 2), 36)), 4, 4, 3, 3, cv2.BORDER_CONSTANT) for c in CHARACTERS])
        rows.append(cv2.copyMakeBorder(row, 0, 0, 0, max(0, 1300 - row.shape[1]), cv2.BORDER_CONSTANT)[:, :1300])
    cv2.imwrite(sys.argv[1], 255 - np.vstack(rows))
