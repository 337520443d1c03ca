"""Feed the network: aligned LR and HR crops, turned and flipped together. Built by hand in notebook 06.

Batch number `step` is a pure function of (seed, step): nothing is remembered between batches, so a
training that was killed goes on with the very batches it would have seen. Needs NumPy alone.
"""

import numpy as np

from sr_helpers import arrays, images, resize

JPEG_VERSIONS = 6  # how many qualities of each picture a training sees


def make_pairs(pictures, scale, *, channels=1, degradation="bicubic", size=24):
    """HR pictures (uint8; a dict or a list) -> list of (lr, hr), both uint8 (h, w, channels), LR degraded as a whole.

    Pictures too small for one patch of `size` LR pixels are mirrored outwards first. For the `noise`
    degradation the LR side stays clean here: `batch` adds fresh noise to every draw. For `jpeg` every picture
    gives several pairs, of different qualities, that share one HR array.

    >>> lr, hr = make_pairs([np.zeros((90, 60), np.uint8)], 3, size=8)[0]
    >>> lr.shape, hr.shape
    ((30, 20, 1), (90, 60, 1))
    """
    degradation = "bicubic" if degradation == "noise" else degradation
    versions = JPEG_VERSIONS if degradation == "jpeg" else 1
    pairs = []
    for number, picture in enumerate(arrays.named(pictures).values()):
        if channels == 1 and picture.ndim == 2:
            picture = np.dstack([picture] * 3)  # black must be 16 in training luma, whatever the file
        picture = mirrored(picture, size * scale)
        hr = None
        for version in range(versions):
            seed = versions * number + version
            lr, same_hr = resize.make_pair(picture, scale, channels=channels, degradation=degradation, seed=seed)
            hr = _as_stored(same_hr, channels) if hr is None else hr
            pairs.append((_as_stored(lr, channels), hr))
    return pairs


def mirrored(picture, side):
    """A picture, (H, W) or (H, W, C), mirrored at its right and lower edge until it has `side` x `side` pixels."""
    missing = [max(0, side - length) for length in picture.shape[:2]]
    return np.pad(picture, [(0, missing[0]), (0, missing[1])] + [(0, 0)] * (picture.ndim - 2), "symmetric")


def _as_stored(image, channels):
    return images.to_uint8(image).reshape(*image.shape[:2], channels)


def crop_pair(lr, hr, scale, top, left, size):
    """The LR patch at (top, left) and the HR patch that lies under it: its origin is scale times as far.

    Raises ValueError for a patch that does not lie inside the picture.

    >>> lr, hr = crop_pair(np.zeros((30, 20)), np.zeros((90, 60)), 3, top=2, left=5, size=8)
    >>> lr.shape, hr.shape
    ((8, 8), (24, 24))
    """
    if top < 0 or left < 0 or top + size > lr.shape[0] or left + size > lr.shape[1]:
        raise ValueError(f"a patch of {size} pixels at ({top}, {left}) leaves LR of {lr.shape[0]}x{lr.shape[1]} pixels")
    lr_patch = lr[top : top + size, left : left + size]
    hr_patch = hr[top * scale : (top + size) * scale, left * scale : (left + size) * scale]
    return lr_patch, hr_patch


def augment(patch, turn):
    """One of the eight ways to lay a square patch: `turn` 0..3 quarter turns, 4..7 flipped first.

    >>> [augment(np.array([[1, 2], [3, 4]]), turn).tolist() for turn in (0, 1, 4)]
    [[[1, 2], [3, 4]], [[2, 4], [1, 3]], [[2, 1], [4, 3]]]
    """
    return np.rot90(patch[:, ::-1] if turn >= 4 else patch, turn % 4)


def batch(pairs, scale, *, size, batch_size, seed, step, noise=False):
    """Batch number `step`: LR (N, size, size, C) and HR (N, size*scale, size*scale, C), float32 in 0..1.

    Every patch position of every picture is equally likely. With `noise`, Gaussian noise of
    `resize.NOISE_SIGMA` is added to LR, which is then rounded to 8 bits again.
    Raises ValueError when there are no pairs, or pairs made for another scale, for a picture smaller than a patch, and
    for a size, batch, seed or step that is none.

    >>> pairs = make_pairs([np.zeros((90, 60), np.uint8)], 3, size=8)
    >>> lr, hr = batch(pairs, 3, size=8, batch_size=4, seed=0, step=7)
    >>> lr.shape, hr.shape
    ((4, 8, 8, 1), (4, 24, 24, 1))
    """
    for name, value, least in (("size", size, 1), ("batch_size", batch_size, 1), ("seed", seed, 0), ("step", step, 0)):
        if value < least:
            raise ValueError(f"{name} must be at least {least}, got {value}")
    _check_pairs(pairs, scale, size)
    rng = np.random.default_rng([seed, step])
    positions = np.array([(lr.shape[0] - size + 1) * (lr.shape[1] - size + 1) for lr, _ in pairs])
    chosen = rng.choice(len(pairs), batch_size, p=positions / positions.sum())
    channels = pairs[0][0].shape[2]
    lr_batch = np.empty((batch_size, size, size, channels), np.float32)
    hr_batch = np.empty((batch_size, size * scale, size * scale, channels), np.float32)
    for row, index in enumerate(chosen):
        lr, hr = pairs[index]
        top, left = rng.integers(lr.shape[0] - size + 1), rng.integers(lr.shape[1] - size + 1)
        turn = rng.integers(8)
        lr_batch[row], hr_batch[row] = (augment(p, turn) for p in crop_pair(lr, hr, scale, top, left, size))
    lr_batch, hr_batch = lr_batch / 255, hr_batch / 255
    if noise:
        lr_batch = images.to_float(images.to_uint8(resize.add_noise(lr_batch, rng)))
    return lr_batch, hr_batch


def batches(pairs, scale, *, size, batch_size, seed, start=0, stop=None, noise=False):
    """Yield `batch` number start, start + 1, ... up to `stop` (not included; endless when None).

    >>> pairs = make_pairs([np.zeros((90, 60), np.uint8)], 3, size=8)
    >>> [lr.shape for lr, hr in batches(pairs, 3, size=8, batch_size=4, seed=0, stop=2)]
    [(4, 8, 8, 1), (4, 8, 8, 1)]
    """
    step = start
    while stop is None or step < stop:
        yield batch(pairs, scale, size=size, batch_size=batch_size, seed=seed, step=step, noise=noise)
        step += 1


def dataset(pairs, scale, *, size, batch_size, seed, start=0, stop=None, noise=False):
    """The same batches as a tf.data.Dataset, drawn ahead while the network computes. Needs TensorFlow."""
    import tensorflow as tf

    def draw(step):
        return batch(pairs, scale, size=size, batch_size=batch_size, seed=seed, step=int(step), noise=noise)

    channels = pairs[0][0].shape[2]
    shapes = [(batch_size, side, side, channels) for side in (size, size * scale)]

    def load_batch(step):
        tensors = tf.numpy_function(draw, [step], [tf.float32, tf.float32], stateful=False)
        return tuple(tf.ensure_shape(tensor, shape) for tensor, shape in zip(tensors, shapes, strict=True))

    steps = tf.data.Dataset.range(start, stop if stop is not None else np.iinfo(np.int64).max)
    # tf.data's tuner sleeps in ever longer turns (10 ms, 20, 40, ...), and every `fit` waits for the turn under way:
    # measured, 300 steps took 5.1 s with it and 2.9 without. There is nothing to tune here.
    options = tf.data.Options()
    options.autotune.enabled = False
    return steps.map(load_batch, num_parallel_calls=1, deterministic=True).prefetch(4).with_options(options)


def _check_pairs(pairs, scale, size):
    if not pairs:
        raise ValueError("there are no pairs to draw patches from")
    for lr, hr in pairs:
        if lr.dtype != np.uint8 or lr.ndim != 3:
            raise ValueError(f"pairs are those of make_pairs, uint8 (h, w, C), got {lr.dtype} of shape {lr.shape}")
        if hr.shape[0] != lr.shape[0] * scale or hr.shape[1] != lr.shape[1] * scale:
            sides = f"LR of {lr.shape[0]}x{lr.shape[1]} and HR of {hr.shape[0]}x{hr.shape[1]} pixels"
            raise ValueError(f"a pair has {sides}: it was not made for scale {scale}")
        if min(lr.shape[:2]) < size:
            raise ValueError(f"a picture is smaller than a patch of {size} LR pixels: make pairs with size={size}")
