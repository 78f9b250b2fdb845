"""Writes the networks as ONNX (opset 13) with parity data for another runtime, and the card (models.json) beside them.

    python3 export.py --reader reader.pt --detector detector.pt [--temperature 1.3] [--training training.json] --out ../models

Layouts, thresholds and margins are taken over from the card of `../models`; `--training` says what the weights were made of.
"""
import argparse
import datetime
import hashlib
import json
import os
import warnings

import numpy as np
import onnx
import torch

import detector as detecting
import reader as reading

warnings.filterwarnings('ignore')
CARD = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'models', 'models.json')


def export(net, example, name, axes, ports, folder, rng):
    """One network: NAME.onnx, and parity/PARITY-x.bin and -y.bin with what it gives for random input."""
    path = os.path.join(folder, f'plate-{name}.onnx')
    torch.onnx.export(net, torch.zeros(example), path, input_names=[ports[0]], output_names=[ports[1]], dynamic_axes=axes, opset_version=13)
    onnx.checker.check_model(onnx.load(path))
    shape = (3, 1, 48, 160) if name == 'reader' else (1, 3, 352, 480)
    x = rng.random(shape).astype(np.float32)
    with torch.no_grad(): y = net(torch.from_numpy(x)).numpy().astype(np.float32)
    os.makedirs(os.path.join(folder, 'parity'), exist_ok=True)
    x.tofile(os.path.join(folder, 'parity', f'parity-{name}-x.bin')); y.tofile(os.path.join(folder, 'parity', f'parity-{name}-y.bin'))
    made = dict(parameters=sum(p.numel() for p in net.parameters()), sha256=hashlib.sha256(open(path, 'rb').read()).hexdigest())
    print(name, made)
    return made


def write_card(folder, made, temperature, training):
    """models.json: what the code reads of the networks just written, and what they were made of."""
    card = json.load(open(CARD))
    card['date'] = datetime.date.today().isoformat()
    for name, facts in made.items(): card[name].update(facts)
    card['reader']['temperature'] = temperature
    if training: card.pop('figures_dev', None); card.update(json.load(open(training)))
    with open(os.path.join(folder, 'models.json'), 'w') as file: json.dump(card, file, indent=1); file.write('\n')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--reader'); parser.add_argument('--detector'); parser.add_argument('--temperature', type=float, default=1.); parser.add_argument('--out', required=True); parser.add_argument('--training')
    a = parser.parse_args(); rng, made = np.random.default_rng(1), {}; torch.set_num_threads(1)
    if a.reader:
        net = reading.load(a.reader); net.temperature = a.temperature
        made['reader'] = export(net, (2, 1, 48, 160), 'reader', {'crop': {0: 'n'}, 'logits': {0: 'n'}}, ('crop', 'logits'), a.out, rng)
    if a.detector:
        net = detecting.load(a.detector, decoded=True)
        made['detector'] = export(net, (1, 3, 384, 640), 'detector', {'image': {0: 'n', 2: 'h', 3: 'w'}, 'cells': {0: 'n', 2: 'h8', 3: 'w8'}}, ('image', 'cells'), a.out, rng)
    write_card(a.out, made, a.temperature, a.training)


if __name__ == '__main__':
    main()
