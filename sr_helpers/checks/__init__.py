"""The exercise checks, one module a notebook. Each takes your function and says one of three things.

*Not done yet*: the cell goes on with the course's own version. *Wrong*: an error names the likely slip.
*Passed*: the cell goes on with your version.
"""

from sr_helpers.checks.capstone import protocol, report
from sr_helpers.checks.engine import Wrong
from sr_helpers.checks.n00_start_here import enlarge, pixels_kept
from sr_helpers.checks.n01_pixel_shuffle import channel_of, pixel_shuffle, pixel_unshuffle
from sr_helpers.checks.n02_losing_pixels import crop_to_multiple, cubic, invisible, shrink_weights
from sr_helpers.checks.n03_measuring import luma, make_lr, mean_psnr, psnr
from sr_helpers.checks.n04_upscaling_is_convolution import filter_bank, least_squares, phase_weights, transposed_kernel
from sr_helpers.checks.n05_espcn import collapsed, conv_parameters, icnr, paper_network, receptive_radius
from sr_helpers.checks.n06_feeding_the_network import augment_pair, crop_pair, is_copy, random_corner, steps_for_epochs
from sr_helpers.checks.n07_training import best_step, cosine_rate, diagnose, fit, seven_layers
from sr_helpers.checks.n08_judging import conclude, dead_channels, debunk, paired_interval
from sr_helpers.checks.n09_real_photos_and_video import frames_per_second, in_colour, self_ensemble, tile_with_halo
from sr_helpers.checks.n10_your_experiment import expected_error, result_form, safest, shared_gradient

__all__ = [
    "Wrong",
    "augment_pair",
    "best_step",
    "channel_of",
    "collapsed",
    "conclude",
    "conv_parameters",
    "cosine_rate",
    "crop_pair",
    "crop_to_multiple",
    "cubic",
    "dead_channels",
    "debunk",
    "diagnose",
    "enlarge",
    "expected_error",
    "filter_bank",
    "fit",
    "frames_per_second",
    "icnr",
    "in_colour",
    "invisible",
    "is_copy",
    "least_squares",
    "luma",
    "make_lr",
    "mean_psnr",
    "paired_interval",
    "paper_network",
    "phase_weights",
    "pixel_shuffle",
    "pixel_unshuffle",
    "pixels_kept",
    "protocol",
    "psnr",
    "random_corner",
    "receptive_radius",
    "report",
    "result_form",
    "safest",
    "self_ensemble",
    "seven_layers",
    "shared_gradient",
    "shrink_weights",
    "steps_for_epochs",
    "tile_with_halo",
    "transposed_kernel",
]
