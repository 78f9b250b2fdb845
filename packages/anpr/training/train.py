"""Trains both networks from start to end; see README.md.

    python3 train.py --photographs PHOTOGRAPHS.json --work work [--init FOLDER] [--frames dev.json --crops dev-crops.json]

Two processes run side by side, so two cores suffice: crops are drawn while the detector trains, then the reader trains.
`--init` names a folder with reader.pt and detector.pt to go on from. The new ONNX files land in WORK/models.
"""
import argparse
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def start(script, *arguments):
    """A step in its own process, on one core."""
    command = ['node', '--disable-warning=ExperimentalWarning'] if script.endswith('.ts') else [sys.executable, '-u']
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
        for name, share in (('detector.pt', .5), ('reader.pt', .7)):
            finish(start('blend.py', '--old', os.path.join(a.init, name), '--new', at(name), '--share', share, '--out', at(name)))
    finish(start('chunks.py', '--out', at('unseen'), '--crops', 2000, '--seed', a.seed + 1000))
    calibration = finish(start('calibrate.py', '--reader', at('reader.pt'), '--chunks', at('unseen')))
    print(calibration)
    os.makedirs(at('models'), exist_ok=True)
    finish(start('export.py', '--reader', at('reader.pt'), '--detector', at('detector.pt'), '--temperature', calibration.split()[-1], '--out', at('models')))
    if a.frames:
        crops = ['--crops', a.crops] if a.crops else []
        finish(start('evaluate.py', '--frames', a.frames, *crops, '--reader', at('reader.pt'), '--detector', at('detector.pt'), '--sheet', at('errors.png')))


if __name__ == '__main__':
    main()
