"""What a camera and a detector make of a plate: perspective, light, lens, sensor, JPEG, loose boxes."""
import cv2
import numpy as np
from PIL import Image

from layouts import WORDS
from ornaments import blend, emblem, random_colour, word
from plates import make_plate

cv2.setNumThreads(1)
CROP_HEIGHT, CROP_WIDTH = 48, 160
LINE_OVERLAP = .03                       # share of a two-line plate's height that both halves show
_KERNELS = [Image.BILINEAR, Image.BILINEAR, Image.LANCZOS, Image.BICUBIC, Image.BOX]


def degrade(rng, image, softness=1.0):
    """Photometric damage on a grey image; `softness` < 1 spares tiny crops."""
    h, w = image.shape[:2]
    f = image.astype(np.float32)
    if rng.random() < .33:                                       # the edge of a shadow, a gradient of light
        xx, yy = np.arange(w, dtype=np.float32)[None], np.arange(h, dtype=np.float32)[:, None]
        a = rng.uniform(0, 6.3); d = np.cos(a) * xx / w + np.sin(a) * yy / h
        m = 1 / (1 + np.exp(np.clip(-(d - rng.uniform(-.3, 1.1)) * rng.uniform(3, 40), -60, 60))); f = f * (1 + (rng.uniform(.35, 1.5) - 1) * m)
    if rng.random() < .12:                                       # glare of the infrared lamp or the sun
        xx, yy = np.arange(w, dtype=np.float32)[None], np.arange(h, dtype=np.float32)[:, None]
        cx, cy, r = rng.uniform(0, w), rng.uniform(0, h), rng.uniform(.1, .45) * w
        f = f + np.exp(-((xx - cx) ** 2 + (yy - cy) ** 2) / (2 * r * r)) * rng.uniform(40, 170)
    q = rng.random()
    if q < .44: c, b = rng.uniform(.7, 1.2), rng.uniform(-45, 55)
    elif q < .80: c, b = rng.uniform(.28, 1.4), rng.uniform(-50, 60)
    elif q < .92: c, b = rng.uniform(.12, .3), rng.uniform(-75, 60)         # night, low contrast
    else: c, b = rng.uniform(1.2, 2.2), rng.uniform(-20, 90)                # over-exposed
    f = (f - 128) * c + 128 + b
    if rng.random() < .3: f = 255 * np.power(np.clip(f, 0, 255) / 255, rng.uniform(.5, 1.9))
    f = np.clip(f, 0, 255).astype(np.float32)
    q = rng.random()
    if q < .45: f = cv2.GaussianBlur(f, (0, 0), rng.uniform(.3, 1.3) * softness)
    elif q < .6:                                                 # motion
        n = int(rng.integers(2, 3 + int(4 * softness))); k = np.zeros((n, n), np.float32)
        cv2.line(k, (0, int(rng.integers(n))), (n - 1, int(rng.integers(n))), 1, 1); k /= max(k.sum(), 1)
        f = cv2.filter2D(f, -1, k if rng.random() < .75 else np.ascontiguousarray(k.T))
    if rng.random() < .12: f = f + rng.uniform(.3, 1.2) * (f - cv2.GaussianBlur(f, (0, 0), rng.uniform(.8, 2)))   # sharpening in the camera
    if rng.random() < .14: m = float(f.mean()); f = (f - m) * rng.uniform(1.3, 3.) + m + rng.uniform(-25, 25)    # contrast stretched after the lens
    if rng.random() < .5: f = f + rng.normal(0, rng.uniform(1, 11), f.shape).astype(np.float32) * min(1, .4 + c)
    f = np.clip(f, 0, 255).astype(np.uint8)
    if rng.random() < .55: f = _through_jpeg(rng, f)
    if rng.random() < .1: f = _through_jpeg(rng, _with_halo(rng, f))             # a picture that was sharpened and saved again
    if rng.random() < .12: f = _through_video(rng, f)
    return f


def as_jpeg(picture, quality):
    """The picture (grey or BGR) as it comes out of a JPEG of that quality, 1 to 100."""
    return cv2.imdecode(cv2.imencode('.jpg', picture, [cv2.IMWRITE_JPEG_QUALITY, int(quality)])[1], cv2.IMREAD_UNCHANGED)


def _through_jpeg(rng, grey):
    """JPEG with blocks that begin anywhere, as those of the whole picture do."""
    top, left = int(rng.integers(8)), int(rng.integers(8))
    padded = cv2.copyMakeBorder(grey, top, 0, left, 0, cv2.BORDER_REPLICATE)
    return np.ascontiguousarray(as_jpeg(padded, rng.integers(18, 92))[top:, left:])


def _through_video(rng, grey):
    """A frame of a video stream: some blocks have got their detail, others still wait for it."""
    top, left = int(rng.integers(8)), int(rng.integers(8))
    padded = cv2.copyMakeBorder(grey, top, 8, left, 8, cv2.BORDER_REPLICATE)
    poor, good = (as_jpeg(padded, rng.integers(*quality)) for quality in ((5, 16), (30, 85)))
    rows, columns = padded.shape[0] // 8 + 1, padded.shape[1] // 8 + 1
    field = cv2.GaussianBlur(rng.random((rows, columns)).astype(np.float32), (0, 0), rng.uniform(.3, 1.2))
    waiting = np.kron(field < np.quantile(field, rng.uniform(.08, .4)), np.ones((8, 8), bool))[:padded.shape[0], :padded.shape[1]]
    return np.ascontiguousarray(np.where(waiting, poor, good)[top:top + grey.shape[0], left:left + grey.shape[1]])


def _with_halo(rng, grey):
    f = grey.astype(np.float32)
    return np.clip(f + rng.uniform(.6, 2.5) * (f - cv2.GaussianBlur(f, (0, 0), rng.uniform(.6, 1.6))), 0, 255).astype(np.uint8)


def stretched(rng, grey, width=CROP_WIDTH, height=CROP_HEIGHT):
    """The last resize, with every kernel that a client may use."""
    q = rng.random()
    if q < .35: return cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA if grey.shape[1] > width * 1.2 else cv2.INTER_LINEAR)
    if q < .42: return cv2.resize(grey, (width, height), interpolation=cv2.INTER_LINEAR)
    kernel = _KERNELS[rng.integers(5)]
    if kernel == Image.BOX and grey.shape[1] < width: kernel = Image.BICUBIC
    return np.asarray(Image.fromarray(grey).resize((width, height), kernel))


def unfolded(rng, grey, split):
    """The upper half beside the lower one: a two-line plate as one line."""
    h = grey.shape[0]
    upper, lower = grey[:max(2, int(round(h * (split + LINE_OVERLAP))))], grey[min(h - 2, int(round(h * (split - LINE_OVERLAP)))):]
    return np.hstack([stretched(rng, np.ascontiguousarray(half), CROP_WIDTH // 2) for half in (upper, lower)])


def background(rng, h, w):
    """Bodywork around a plate."""
    base = rng.integers(10, 230); patches = rng.normal(0, rng.uniform(5, 40), (rng.integers(2, 7), rng.integers(2, 9), 3)).astype(np.float32)
    b = np.clip(base + cv2.resize(patches, (w, h), interpolation=cv2.INTER_CUBIC if rng.random() < .5 else cv2.INTER_NEAREST), 0, 255).astype(np.uint8)
    for _ in range(int(rng.integers(0, 4))):
        y = int(rng.integers(h)); cv2.line(b, (0, y), (w, y + int(rng.integers(-12, 13))), random_colour(rng, 0, 240), int(rng.integers(1, 9)))
    if rng.random() < .25: emblem(rng, b, rng.uniform(0, w), rng.uniform(.2, .8) * h, rng.uniform(6, 22), rng.uniform(6, 22))
    if rng.random() < .15: blend(b, word(rng, w * .5, int(rng.integers(8, 20)), WORDS), int(rng.integers(w // 2)), int(rng.integers(h)), random_colour(rng))
    return b


def jitter_box(rng, width, height):
    """The detector's errors (left, top, right, bottom, outward, in pixels); now and then loose or tight to 12 %."""
    if rng.random() < .12: e = rng.uniform(-.12, .12, 4)
    else: e = np.clip(rng.normal(.02, .04, 4), -.12, .12)
    if rng.random() < .07: e = np.array([rng.uniform(0, .25), rng.uniform(0, .3), rng.uniform(0, .25), rng.uniform(0, .3)])
    e = np.where(e < -.06, e * .6, e)
    return e[0] * width, e[1] * height * 1.3, e[2] * width, e[3] * height * 1.3


def _seen(rng, plate, target):
    """The plate in perspective on its background, characters about `target` pixels high (grey, undamaged)."""
    h, w = plate.image.shape[:2]
    turn = rng.normal(0, 4.5) * np.pi / 180
    if rng.random() < .06: turn = rng.uniform(-.26, .26)
    corners = np.float32([[0, 0], [w, 0], [w, h], [0, h]])
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    squeeze = np.array([[rng.uniform(.72, 1.), rng.normal(0, .09)], [0, rng.uniform(.85, 1.06)]])
    q = (corners - [w / 2, h / 2]) @ (rotation @ squeeze).T
    q[:, 1] += rng.normal(0, .05, 4) * h
    margin = int(.25 * w)
    q = (q + [w / 2 + margin, h / 2 + margin]).astype(np.float32)
    M = cv2.getPerspectiveTransform(corners, q)
    (x0, y0), (x1, y1) = q.min(0), q.max(0)
    left, top, right, bottom = jitter_box(rng, x1 - x0, y1 - y0)
    b = plate.box
    text = cv2.perspectiveTransform(np.float32([[[b[0], b[1]]], [[b[2], b[1]]], [[b[2], b[3]]], [[b[0], b[3]]]]), M)[:, 0]
    cut = (.012 if rng.random() < .7 else .03) * (x1 - x0)       # never more than a sliver of the first and last character
    x0, x1 = min(x0 - left, text[:, 0].min() + cut), max(x1 + right, text[:, 0].max() - cut)
    y0, y1 = min(y0 - top, text[:, 1].min() + cut), max(y1 + bottom, text[:, 1].max() - cut)
    scale = target * plate.lines / max(text[2, 1] - text[1, 1], 8.)
    smallest = 40 if target > 5 else 10
    scale = float(np.clip(scale, smallest / (x1 - x0), 300 / (x1 - x0)))
    width, height = int((x1 - x0) * scale), max(10 if target > 5 else 4, int((y1 - y0) * scale))
    A = np.array([[scale, 0, -x0 * scale], [0, scale, -y0 * scale], [0, 0, 1]])
    image = cv2.GaussianBlur(plate.image, (0, 0), max(.3, .38 / scale)) if scale < .75 else plate.image
    out = background(rng, height, width)
    cv2.warpPerspective(image, A @ M, (width, height), dst=out, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT)
    grey = out[:, :, int(rng.integers(3))].copy() if rng.random() < .12 else cv2.cvtColor(out, cv2.COLOR_BGR2GRAY)   # infrared, a colour cast
    return 255 - grey if rng.random() < .04 else grey


def _character_height(rng):
    """In pixels; small plates are the hard ones."""
    q = rng.random()
    return float(np.exp(rng.uniform(np.log(8.), np.log(60)))) if q < .5 else rng.uniform(9.5, 30) if q < .85 else rng.uniform(8, 14)


def make_crop(rng, plate=None):
    """(crop as the reader gets it, its text). The text is '' where there is nothing to be read that way."""
    plate = plate or make_plate(rng)
    kind = rng.random()
    if kind < .012: return stretched(rng, degrade(rng, cv2.cvtColor(background(rng, 40, int(rng.integers(60, 180))), cv2.COLOR_BGR2GRAY))), ''
    illegible = kind < .022
    target = rng.uniform(2, 4) if illegible else _character_height(rng)
    grey = _seen(rng, plate, target)
    h, w = grey.shape
    for _ in range(4):                                           # damage that leaves nothing to be read is drawn again
        damaged = degrade(rng, grey, 1.0 if target > 14 else .55)
        if np.subtract(*np.percentile(damaged[h // 4:h - h // 4, w // 8:w - w // 8], [92, 8])) > 22: break
    if illegible: return stretched(rng, damaged), ''
    wrong_way = rng.random() < (.05 if plate.lines == 1 else .12)
    as_two = (plate.lines == 2) != wrong_way
    crop = unfolded(rng, damaged, .5 + float(np.clip(rng.normal(0, .02), -.05, .05))) if as_two else stretched(rng, damaged)
    return crop, '' if wrong_way else plate.text
