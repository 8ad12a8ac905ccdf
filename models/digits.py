"""Real handwritten digits, drawn as 28x28 pictures: white on black, in the way of MNIST.

scikit-learn ships 1797 digits of 8x8 cells, each cell saying how much ink it holds (0 to 16). A picture is drawn from
them in one step: for each of its pixels, find the place in the cells where it lies, read the ink there from a smooth
surface through the cells, and turn ink into brightness with a ramp. Plain places and a fixed ramp give the canonical
picture; moved, turned, bent places and another ramp give a varied one, without resampling anything twice.
"""

import math

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

SIDE = 28
CELLS = 8
MARGIN = 3  # empty cells around the digit, so that its outermost strokes fade out instead of being cut
PIXELS_PER_CELL = 2.5  # 8 cells fill 20 pixels, as a digit does in MNIST


def split(held_out: int, seed: int | None):
    """The cells [n,14,14] in 0..1 and labels [n] of the training digits, then those of the held-out ones.

    With a seed, a random split in equal shares per class. Without, the last `held_out` digits of the file are held out:
    neighbours in the file look alike, so this asks for more. Either way the digits are split before any is drawn.
    """
    source = load_digits()
    cells = np.pad(source.images.astype(np.float32) / 16, ((0, 0), (MARGIN, MARGIN), (MARGIN, MARGIN)))
    if seed is None:
        train, test = train_test_split(np.arange(len(cells)), test_size=held_out, shuffle=False)
    else:
        train, test = train_test_split(
            np.arange(len(cells)), test_size=held_out, stratify=source.target, random_state=seed)
    return [torch.from_numpy(array[part]) for part in (train, test) for array in (cells, source.target)]


def canonical(cells: torch.Tensor) -> torch.Tensor:
    """Pictures [n,28,28] as uint8: upright, 20 pixels tall, the centre of mass in the middle."""
    n = len(cells)
    places = _plain_places().expand(n, SIDE, SIDE, 2)
    return _draw(cells, places, dark=torch.full((n,), 0.15), bright=torch.full((n,), 0.75)).round().to(torch.uint8)


def varied(cells: torch.Tensor, random: torch.Generator) -> torch.Tensor:
    """Pictures [n,28,28] of floats 0 to 255: shifted, turned, sheared, scaled, bent; thinner, thicker, paler, noisy."""
    n = len(cells)

    def uniform(low: float, high: float) -> torch.Tensor:
        return low + (high - low) * torch.rand(n, generator=random)

    turn, shear = uniform(-0.26, 0.26), uniform(-0.25, 0.25)  # radians (15 degrees); share of the height
    size, aspect = uniform(0.75, 1.2), uniform(0.85, 1.18)
    # Places are looked up from the pixel's side, so each map is the inverse of what the digit undergoes.
    rotate = _matrices(turn.cos(), turn.sin(), -turn.sin(), turn.cos())
    slant = _matrices(torch.ones(n), shear, torch.zeros(n), torch.ones(n))
    scale = _matrices(1 / (size * aspect), torch.zeros(n), torch.zeros(n), aspect / size)
    places = torch.einsum("nij,hwj->nhwi", scale @ slant @ rotate, _plain_places())
    places = places + torch.stack([uniform(-3, 3), uniform(-3, 3)], 1)[:, None, None, :]

    bends = torch.randn((n, 2, 5, 5), generator=random) * uniform(0, 1.0)[:, None, None, None]
    places = places + F.interpolate(bends, (SIDE, SIDE), mode="bicubic", align_corners=True).permute(0, 2, 3, 1)

    # Where the ramp begins decides how thick the stroke is; where it ends, how soft.
    dark = uniform(0.08, 0.45)
    pictures = _draw(cells, places, dark, bright=dark + uniform(0.15, 0.6))
    noise = torch.randn(pictures.shape, generator=random) * (uniform(-20, 20).clamp(min=0))[:, None, None]
    return (pictures * uniform(0.5, 1.0)[:, None, None] + noise).clamp(0, 255)


def _matrices(a: torch.Tensor, b: torch.Tensor, c: torch.Tensor, d: torch.Tensor) -> torch.Tensor:
    return torch.stack([torch.stack([a, b], 1), torch.stack([c, d], 1)], 1)


def _plain_places() -> torch.Tensor:
    """For each pixel [28,28], x and y of its centre, in pixels from the middle of the picture."""
    steps = torch.arange(SIDE) - (SIDE - 1) / 2
    y, x = torch.meshgrid(steps, steps, indexing="ij")
    return torch.stack([x, y], -1)


def _draw(cells: torch.Tensor, places: torch.Tensor, dark: torch.Tensor, bright: torch.Tensor) -> torch.Tensor:
    """Brightness at `places` [n,h,w,2]: ink `dark` [n] and less gives 0, ink `bright` [n] and more gives 255."""
    side = cells.shape[-1]
    steps = torch.arange(side) - (side - 1) / 2
    ink = cells.sum((1, 2))
    centre = torch.stack([(cells.sum(1) * steps).sum(1), (cells.sum(2) * steps).sum(1)], 1) / ink[:, None]
    looked_up = (places / PIXELS_PER_CELL + centre[:, None, None, :]) / (side / 2)
    surface = F.grid_sample(cells[:, None], looked_up, mode="bicubic", padding_mode="zeros", align_corners=False)[:, 0]
    return ((surface - dark[:, None, None]) / (bright - dark)[:, None, None]).clamp(0, 1) * 255
