"""Writes the networks as ONNX (opset 13) with parity data for another runtime, and prints their SHA-256.

    python3 export.py --reader reader.pt --detector detector.pt [--temperature 1.3] --out ../models
"""
import argparse
import hashlib
import os
import warnings

import numpy as np
import onnx
import torch

import detector as detecting
import reader as reading

warnings.filterwarnings('ignore')


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
    print(name, sum(p.numel() for p in net.parameters()), 'parameters', hashlib.sha256(open(path, 'rb').read()).hexdigest())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--reader'); parser.add_argument('--detector'); parser.add_argument('--temperature', type=float, default=1.); parser.add_argument('--out', required=True)
    a = parser.parse_args(); rng = np.random.default_rng(1); torch.set_num_threads(1)
    if a.reader:
        net = reading.load(a.reader); net.temperature = a.temperature
        export(net, (2, 1, 48, 160), 'reader', {'crop': {0: 'n'}, 'logits': {0: 'n'}}, ('crop', 'logits'), a.out, rng)
    if a.detector:
        net = detecting.load(a.detector, decoded=True)
        export(net, (1, 3, 384, 640), 'detector', {'image': {0: 'n', 2: 'h', 3: 'w'}, 'cells': {0: 'n', 2: 'h8', 3: 'w8'}}, ('image', 'cells'), a.out, rng)


if __name__ == '__main__':
    main()
