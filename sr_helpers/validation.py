"""Measure a network while it learns, on the training photographs that were held out for it."""

import math

import keras
import numpy as np

from sr_helpers import metrics, models, patches, resize
from sr_helpers.settings import Settings

SIDE = 512  # HR pixels: more of a validation picture is not looked at
BEST = 100.0  # dB: a flat picture is enlarged without any error, and infinity has no mean


class Judge:
    """Measures weights on the validation pictures with a copy of the model."""

    def __init__(self, model: keras.Model, pictures: dict[str, np.ndarray], settings: Settings):
        self.model = keras.models.clone_model(model)
        self.scale, channels = models.scale_of(model), models.channels_of(model)
        self.pairs = []
        for seed, picture in enumerate(pictures.values()):
            picture = picture[: SIDE // self.scale * self.scale, : SIDE // self.scale * self.scale]
            picture = patches.mirrored(picture, self.scale * max(settings.patch_size, 8))
            self.pairs.append(
                resize.make_pair(picture, self.scale, channels=channels, degradation=settings.degradation, seed=seed)
            )
        self.bicubic = self._mean([resize.bicubic(lr, self.scale) for lr, _ in self.pairs])

    def psnr(self, weights: list[np.ndarray]) -> float:
        """The mean PSNR, in dB, of a list of weights over the validation pictures; NaN for one that is not finite."""
        self.model.set_weights(weights)
        return self._mean([self.estimate(lr) for lr, _ in self.pairs])

    def estimate(self, lr: np.ndarray) -> np.ndarray:
        """What the network makes of LR, (h, w) or (h, w, 3) float32 -> (h*s, w*s[, 3])."""
        lr = lr if lr.ndim == 3 else lr[..., None]
        return models.compiled(self.model)(lr[None])[0].squeeze()

    def crop(self, size: int = 64) -> np.ndarray:
        """Bicubic, network and original side by side: the crop of the first picture where bicubic errs most."""
        lr, hr = self.pairs[0]
        bicubic = resize.bicubic(lr, self.scale)
        rows, columns = (range(0, max(1, side - size + 1), size // 2) for side in hr.shape[:2])
        places = [np.s_[top : top + size, left : left + size] for top in rows for left in columns]
        worst = max(places, key=lambda place: np.sum((hr[place] - bicubic[place]) ** 2))
        return np.hstack([np.clip(view[worst], 0, 1) for view in (bicubic, self.estimate(lr), hr)])

    def _mean(self, estimates):
        values = []
        for sr, (_, hr) in zip(estimates, self.pairs, strict=True):
            if not np.isfinite(sr).all():
                return math.nan
            sr = np.clip(sr, 0, 1).reshape(hr.shape)
            values.append(min(BEST, metrics.psnr(hr, sr, border=self.scale)))
        return float(np.mean(values))
