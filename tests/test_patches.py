"""Patches: aligned pairs, eight ways to lie, every pixel drawn, and batches that depend on (seed, step) alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sr_helpers import patches, resize

SCALES = (2, 3, 4)


def pictures(*shapes):
    rng = np.random.default_rng(0)
    return [rng.integers(0, 256, shape, dtype=np.uint8) for shape in shapes]


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("channels", [1, 3])
def test_lr_is_the_degraded_hr_patch_away_from_its_borders(scale, channels):
    pairs = patches.make_pairs(pictures((90, 80, 3), (70, 96)), scale, channels=channels, size=12)
    lr, hr = patches.batch(pairs, scale, size=12, batch_size=6, seed=1, step=0)
    assert lr.shape == (6, 12, 12, channels) and hr.shape == (6, 12 * scale, 12 * scale, channels)
    for small, large in zip(lr, hr, strict=True):
        again = resize.bicubic(large.astype(float), 1 / scale)
        # both sides are in 8-bit steps, so they differ by rounding; luma rounds before and after shrinking
        assert np.abs(again - small)[3:-3, 3:-3].max() <= 1.01 / 255
        assert np.abs(again - small)[3:-3, 3:-3].max() < np.abs(np.roll(again, 1, axis=0) - small)[3:-3, 3:-3].max() / 5


@given(st.integers(2, 4), st.integers(3, 9), st.data())
def test_the_hr_patch_starts_scale_times_as_far(scale, size, data):
    height, width = data.draw(st.integers(size, 20)), data.draw(st.integers(size, 20))
    top, left = data.draw(st.integers(0, height - size)), data.draw(st.integers(0, width - size))
    hr = np.arange(height * width * scale**2).reshape(height * scale, width * scale)
    lr_patch, hr_patch = patches.crop_pair(hr[::scale, ::scale], hr, scale, top, left, size)
    assert lr_patch.shape == (size, size) and hr_patch.shape == (size * scale, size * scale)
    assert np.array_equal(hr_patch[::scale, ::scale], lr_patch)


@pytest.mark.parametrize("top, left", [(-1, 0), (0, -1), (8, 0), (0, 13)])
def test_a_patch_that_leaves_the_picture_is_refused(top, left):
    with pytest.raises(ValueError, match=rf"a patch of 3 pixels at \({top}, {left}\) leaves LR of 10x15 pixels"):
        patches.crop_pair(np.zeros((10, 15)), np.zeros((20, 30)), 2, top, left, 3)


def test_the_eight_ways_are_eight_and_keep_every_pixel():
    patch = np.arange(9).reshape(3, 3)
    ways = [patches.augment(patch, turn) for turn in range(8)]
    assert len({way.tobytes() for way in ways}) == 8
    assert all(sorted(way.ravel()) == list(range(9)) for way in ways)


@pytest.mark.parametrize("turn", range(8))
def test_turning_hr_turns_lr(turn):
    hr = np.random.default_rng(0).random((12, 12))
    turned = resize.bicubic(patches.augment(hr, turn), 1 / 3)
    assert turned == pytest.approx(patches.augment(resize.bicubic(hr, 1 / 3), turn), abs=1e-12)


def test_every_pixel_can_be_drawn_with_the_last_row_and_column():
    pairs = patches.make_pairs(pictures((12, 15)), 3, size=3)
    lr, _ = pairs[0]  # 4 x 5 pixels: six places for a 3 x 3 patch
    numbered = np.arange(20, dtype=np.uint8).reshape(4, 5, 1)
    seen = set()
    for step in range(20):
        drawn, _ = patches.batch([(numbered, pairs[0][1])], 3, size=3, batch_size=4, seed=0, step=step)
        seen |= set(np.round(drawn * 255).astype(int).ravel())
    assert seen == set(range(20))


def test_every_place_of_every_picture_is_equally_likely():
    pairs = patches.make_pairs(pictures((30, 30), (30, 90)), 3, size=8)  # 3*3 and 3*23 places
    pairs = [(np.full_like(lr, k), hr) for k, (lr, hr) in enumerate(pairs)]
    drawn, _ = patches.batch(pairs, 3, size=8, batch_size=4000, seed=0, step=0)
    assert (drawn[:, 0, 0, 0] * 255).mean() == pytest.approx(23 / 26, abs=0.02)


def test_a_batch_depends_on_seed_and_step_alone():
    pairs = patches.make_pairs(pictures((60, 60, 3)), 3, size=8)
    late = patches.batch(pairs, 3, size=8, batch_size=4, seed=1, step=7)
    stream = list(patches.batches(pairs, 3, size=8, batch_size=4, seed=1, start=5, stop=8))
    assert len(stream) == 3
    assert all(np.array_equal(a, b) for a, b in zip(late, stream[2], strict=True))
    assert not np.array_equal(late[0], stream[1][0])
    assert not np.array_equal(late[0], patches.batch(pairs, 3, size=8, batch_size=4, seed=2, step=7)[0])


@pytest.mark.parametrize("noise", [False, True])
def test_the_same_batches_with_tensorflow(noise):
    pairs = patches.make_pairs(pictures((60, 50, 3)), 3, size=8)
    plain = patches.batches(pairs, 3, size=8, batch_size=4, seed=1, start=3, stop=6, noise=noise)
    stream = patches.dataset(pairs, 3, size=8, batch_size=4, seed=1, start=3, stop=6, noise=noise)
    for (lr, hr), (tensor_lr, tensor_hr) in zip(plain, stream, strict=True):
        assert np.array_equal(lr, tensor_lr) and np.array_equal(hr, tensor_hr)


def test_noise_is_new_in_every_draw_of_the_same_place():
    flat = [np.full((24, 24), 128, np.uint8)]
    pairs = patches.make_pairs(flat, 3, degradation="noise", size=8)  # one place only
    (a, hr), (b, _) = (patches.batch(pairs, 3, size=8, batch_size=1, seed=0, step=step, noise=True) for step in (0, 1))
    assert not np.array_equal(a, b) and len(np.unique(hr)) == 1
    many, _ = patches.batch(pairs, 3, size=8, batch_size=200, seed=0, step=0, noise=True)
    assert many.std() == pytest.approx(30 / 255, rel=0.03)


def test_small_pictures_are_mirrored_to_one_patch():
    pairs = patches.make_pairs(pictures((10, 40, 3)), 4, size=8)
    assert pairs[0][1].shape == (32, 40, 1)
    assert np.array_equal(pairs[0][1][9], pairs[0][1][10])  # the edge is repeated
    with pytest.raises(ValueError, match="size=16"):
        patches.batch(pairs, 4, size=16, batch_size=1, seed=0, step=0)


def test_grey_and_colour_train_on_the_same_luma():
    grey = pictures((24, 24))[0]
    ((_, from_grey),) = patches.make_pairs([grey], 3, size=8)
    ((_, from_colour),) = patches.make_pairs([np.dstack([grey] * 3)], 3, size=8)
    assert np.array_equal(from_grey, from_colour) and from_grey.min() >= 16


def test_pictures_come_as_a_dict_or_a_list_and_one_picture_is_refused():
    ((lr, _),) = patches.make_pairs({"roof": pictures((60, 60, 3))[0]}, 3, size=8)
    assert lr.shape == (20, 20, 1)
    with pytest.raises(ValueError, match=r"got an array of shape \(60, 60, 3\): put it into a list"):
        patches.make_pairs(pictures((60, 60, 3))[0], 3)


@pytest.mark.parametrize(
    "senseless", [{"size": 0}, {"batch_size": 0}, {"seed": -1}, {"step": -1}, {"pairs": []}], ids=str
)
def test_a_senseless_batch_is_refused(senseless):
    given = {"pairs": patches.make_pairs(pictures((60, 60, 3)), 3, size=8), "size": 8, "batch_size": 4, "seed": 0}
    with pytest.raises(ValueError, match="there are no pairs|must be at least"):
        patches.batch(**({"scale": 3, "step": 0} | given | senseless))


def test_pairs_of_another_kind_are_refused():
    lr, hr = resize.make_pair(pictures((60, 60, 3))[0], 3)  # floats, and luma without an axis of colours
    with pytest.raises(ValueError, match=r"those of make_pairs, uint8 \(h, w, C\), got float32 of shape \(20, 20\)"):
        patches.batch([(lr, hr)], 3, size=8, batch_size=4, seed=0, step=0)


def test_pairs_of_another_scale_are_refused():
    pairs = patches.make_pairs(pictures((60, 60, 3)), 3, size=8)
    with pytest.raises(ValueError, match="LR of 20x20 and HR of 60x60 pixels: it was not made for scale 2"):
        patches.batch(pairs, 2, size=8, batch_size=4, seed=0, step=0)


def test_jpeg_pairs_show_many_qualities_of_one_original():
    pairs = patches.make_pairs(pictures((60, 60, 3), (48, 60, 3)), 3, degradation="jpeg", size=8)
    assert len(pairs) == 2 * patches.JPEG_VERSIONS
    first, second = pairs[: patches.JPEG_VERSIONS], pairs[patches.JPEG_VERSIONS :]
    assert all(hr is first[0][1] for _, hr in first) and second[0][1] is not first[0][1]
    assert len({lr.tobytes() for lr, _ in first}) > patches.JPEG_VERSIONS / 2
    clean, _ = patches.make_pairs(pictures((60, 60, 3)), 3, size=8)[0]
    assert all(np.abs(clean.astype(int) - lr).max() > 2 for lr, _ in first)
