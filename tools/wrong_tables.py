"""Make the tables that notebook 08 has its readers debunk: python tools/wrong_tables.py

Measures bicubic and the shipped x3 network on the bundled test photographs, once rightly and five times with one slip,
and writes both mean PSNRs of each table to tables/wrong_tables.json. Takes seconds; run it again for new weights.
"""

import json

import numpy as np

from sr_helpers import datasets, images, measured, metrics, models, resize
from sr_helpers.upscale import luma_upscaler


def two_rows(lr_of=None, sr_of=None, shift=0, peak=1.0, mean=np.mean):
    """Bicubic's and the network's mean PSNR on the bundled test photographs, with one step changed."""
    upscalers = (lambda lr: resize.bicubic(lr, 3), luma_upscaler(models.pretrained(3)))
    rows = []
    for picture in datasets.load("starter/test").values():
        lr, hr = resize.make_pair(picture, 3)
        lr = lr_of(hr) if lr_of else lr
        estimates = [images.to_float(images.to_uint8(np.clip(upscaler(lr), 0, 1))) for upscaler in upscalers]
        estimates[1] = sr_of(hr) if sr_of else estimates[1]
        hr = np.roll(hr, shift, axis=1)
        rows.append([metrics.psnr(hr, np.clip(sr, 0, 1), peak, border=3) for sr in estimates])
    return [round(float(value), 2) for value in mean(np.array(rows), axis=0)]


def of_mean_error(values, axis):
    """The PSNR of the mean squared error, from PSNRs."""
    return -10 * np.log10(np.mean(10 ** (-values / 10), axis=axis))


def tables():
    """The right table and the five that are wrong, by the letters that the check of 08 knows."""
    noise = np.random.default_rng(0)
    return {
        "right": two_rows(),
        "A": two_rows(lr_of=lambda hr: hr[1::3, 1::3]),  # no antialiasing
        "B": two_rows(peak=255),  # on images in 0..1
        "C": two_rows(mean=of_mean_error),
        "D": two_rows(sr_of=lambda hr: hr + noise.normal(0, 0.01, hr.shape)),  # as if learned by heart: a leak
        "E": two_rows(shift=1),
    }


if __name__ == "__main__":
    measured.keep("wrong_tables", tables())
    print(json.dumps(measured.table("wrong_tables")))
