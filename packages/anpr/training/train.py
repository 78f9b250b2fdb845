"""Trains both networks from start to end; see README.md.

    python3 train.py --photographs PHOTOGRAPHS.json --work work [--init FOLDER] [--frames dev.json --crops dev-crops.json]

Two processes run side by side, so two cores suffice: crops are drawn while the detector trains, then the reader trains.
`--init` names a folder with reader.pt and detector.pt to go on from. The new ONNX files and
their card land in WORK/models.
"""
import argparse
import json
import os
import platform
import subprocess
import sys
from collections import Counter

BLEND = {'detector.pt': .5, 'reader.pt': .7}           # share of the new weights, where training began with old ones
HERE = os.path.dirname(os.path.abspath(__file__))
_PINNED = os.path.join(HERE, '..', '..', '..', 'node_modules', '.bin', 'node')
NODE = _PINNED if os.path.exists(_PINNED) else 'node'     # the one that package.json pins runs TypeScript


def start(script, *arguments):
    """A step in its own process, on one core."""
    command = [NODE, '--disable-warning=ExperimentalWarning'] if script.endswith('.ts') else [sys.executable, '-u']
    return subprocess.Popen([*command, os.path.join(HERE, script), *map(str, arguments)], env={**os.environ, 'OMP_NUM_THREADS': '1'}, stdout=subprocess.PIPE if script == 'calibrate.py' else None, text=True)


def finish(step):
    output = step.communicate()[0]
    if step.returncode: sys.exit(f'{step.args[-1]}: ended with {step.returncode}')
    return output


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--photographs', required=True); parser.add_argument('--work', default='work'); parser.add_argument('--init')
    parser.add_argument('--frames'); parser.add_argument('--crops'); parser.add_argument('--seed', type=int, default=11)
    parser.add_argument('--detector-minutes', type=float, default=32); parser.add_argument('--reader-minutes', type=float, default=57); parser.add_argument('--drawn', type=int, default=160000)
    a = parser.parse_args()
    os.makedirs(a.work, exist_ok=True)
    at = lambda *names: os.path.join(a.work, *names)
    old = lambda name: ['--init', os.path.join(a.init, name)] if a.init else []
    drawing = start('chunks.py', '--out', at('chunks'), '--crops', a.drawn, '--seed', a.seed)
    more = ['--reader', os.path.join(a.init, 'reader.pt')] if a.init else []
    finish(start('train_detector.py', '--photographs', a.photographs, '--minutes', a.detector_minutes, '--out', at('detector'), *old('detector.pt'), *more))
    finish(start('second-reads.ts', a.photographs, at('reads.json')))
    finish(start('pseudo_labels.py', '--photographs', a.photographs, '--reads', at('reads.json'), '--out', at('real.npz')))
    finish(start('train_reader.py', '--chunks', at('chunks'), '--minutes', a.reader_minutes, '--out', at('reader'), '--real', at('real.npz'), *old('reader.pt')))
    finish(drawing)
    if a.init:
        for name, share in BLEND.items():
            finish(start('blend.py', '--old', os.path.join(a.init, name), '--new', at(name), '--share', share, '--out', at(name)))
    finish(start('chunks.py', '--out', at('unseen'), '--crops', 2000, '--seed', a.seed + 1000, '--unseen'))
    calibration = finish(start('calibrate.py', '--reader', at('reader.pt'), '--chunks', at('unseen')))
    print(calibration)
    if a.frames:
        crops = ['--crops', a.crops] if a.crops else []
        finish(start('evaluate.py', '--frames', a.frames, *crops, '--reader', at('reader.pt'), '--detector', at('detector.pt'), '--sheet', at('errors.png'), '--json', at('figures.json')))
    os.makedirs(at('models'), exist_ok=True)
    record(a, at)
    finish(start('export.py', '--reader', at('reader.pt'), '--detector', at('detector.pt'), '--temperature', calibration.split()[-1], '--training', at('training.json'), '--out', at('models')))


def record(a, at):
    """training.json: data, seeds, curves and figures of this run, for the card beside the weights."""
    of = lambda name: json.load(open(at(name)))
    photographs = Counter(f"{entry['source']}, {entry['split']}" for entry in json.load(open(a.photographs)))
    run = dict(seed=a.seed, crops_drawn=a.drawn, photographs=photographs, began_with=a.init or 'nothing', blend=BLEND if a.init else None, reader=of('reader-history.json'),
               detector=of('detector-history.json'), machine=f'{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}')
    with open(at('training.json'), 'w') as file: json.dump(dict(training=run, **({'figures': of('figures.json')} if a.frames else {})), file, indent=1)


if __name__ == '__main__':
    main()
