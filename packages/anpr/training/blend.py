"""Weights between two networks of the same descent: the one that training started from and the one it came to.

    python3 blend.py --old old.pt --new new.pt --share 0.7 --out blended.pt

A network that was trained on from good weights gains on what is new and forgets some of what it knew; the weights
between both do better than either (Wortsman et al. 2022, "Robust fine-tuning of zero-shot models").
"""
import argparse

import torch


def blended(old, new, share):
    """`share` of the new weights, the rest of the old ones; counters are taken from the new ones."""
    return {k: share * v + (1 - share) * old[k] if v.dtype.is_floating_point else v for k, v in new.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ('--old', '--new', '--out'): parser.add_argument(name, required=True)
    parser.add_argument('--share', type=float, default=.7)
    a = parser.parse_args()
    torch.save(blended(torch.load(a.old, map_location='cpu'), torch.load(a.new, map_location='cpu'), a.share), a.out)


if __name__ == '__main__':
    main()
