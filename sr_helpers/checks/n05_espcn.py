"""Checks of notebook 05: parameters, receptive field, the three-layer network, ICNR."""

import numpy as np

from sr_helpers.checks.verdict import call, call_array, call_number, close, expect, judge


def conv_parameters(function):
    """Check `conv_parameters(kernel, inputs, outputs)`: weights and biases of one convolution."""

    def examine(learner):
        for kernel, inputs, outputs in ((5, 3, 64), (3, 64, 32), (1, 7, 2)):
            right = reference(kernel, inputs, outputs)
            answer = call_number(learner, kernel, inputs, outputs)
            if close(answer, right):
                continue
            expect(
                not close(answer, kernel**2 * inputs * outputs), "the biases are missing: every output channel has one number of its own."
            )
            expect(
                not close(answer, kernel**2 * outputs + outputs),
                "the inputs are missing: every filter looks at all input channels, with weights for each.",
            )
            expect(
                not (close(answer, kernel * inputs * outputs + outputs) and kernel > 1),
                "a filter has two sides: kernel * kernel weights for each input.",
            )
            expect(
                not close(answer, kernel**2 * inputs * outputs + inputs),
                "one bias for each OUTPUT channel, not for each input.",
            )
            expect(
                not close(answer, (kernel**2 + 1) * inputs * outputs),
                "that is a bias for every pair of input and output: there is one for each output channel.",
            )
            expect(
                not close(answer, kernel**2 * inputs + outputs), "that is one filter only, and the biases: there are `outputs` filters."
            )
            expect(not close(answer, kernel**2 * inputs * outputs + 1), "one bias for EACH output channel.")
            expect(kernel <= 2 or not close(answer, kernel * 2 * inputs * outputs + outputs), "the kernel was doubled, not squared.")
            powers = kernel ^ (2 * inputs * outputs + outputs), (kernel ^ 2) * inputs * outputs + outputs
            expect(not any(close(answer, power) for power in powers), "`^` is not a power in Python.")
            expect(False, f"a {kernel}x{kernel} convolution from {inputs} to {outputs} channels does not have {answer} parameters.")

    def reference(kernel, inputs, outputs):
        return kernel**2 * inputs * outputs + outputs

    reference.__name__ = "conv_parameters"
    return judge(function, reference, examine)


def receptive_radius(function):
    """Check `receptive_radius(kernels)`: how many LR pixels away an input can still change an output."""

    def examine(learner):
        for kernels in ([11, 1, 7], [5, 3, 3, 3, 3, 3], [5, 3], [3]):
            right = reference(kernels)
            answer = call_number(learner, list(kernels))
            if close(answer, right):
                continue
            expect(
                not close(answer, 2 * right + 1),
                "that is the whole width of the field; the radius counts from the middle pixel to the rim.",
            )
            expect(
                not close(answer, 2 * right), "that is twice the radius: a 3x3 filter reaches one pixel to each side."
            )
            expect(
                not close(answer, sum(kernels) // 2) or len(kernels) == 1, "halve each kernel before you add: the middles must not add up."
            )
            expect(
                not close(answer, sum(kernels)), "a 5x5 filter reaches 2 pixels to each side, not 5: the middle does not count."
            )
            expect(
                not close(answer, sum(k // 2 + 1 for k in kernels)),
                "the middle pixel was counted in every layer: a 3x3 filter reaches 1 pixel far, a 1x1 filter none.",
            )
            expect(
                not close(answer, sum(k / 2 for k in kernels)), "half a pixel too far in every layer: the middle pixel lies at distance 0."
            )
            expect(
                not close(answer, max(kernels) // 2),
                "that is one layer's reach: the next layer looks at pixels that have looked further already, so reaches add up.",
            )
            expect(False, f"for kernels {kernels} the radius is not {answer}: draw one line of pixels and the layers above it.")

    def reference(kernels):
        return sum((kernel - 1) // 2 for kernel in kernels)

    reference.__name__ = "receptive_radius"
    return judge(function, reference, examine)


def paper_network(function):
    """Check `paper_network(scale)`: the three-layer ESPCN of the 2016 paper for luma, as a Keras model."""

    def examine(learner):
        import keras

        from sr_helpers import models

        for scale in (3, 2):
            network = call(learner, scale)
            expect(
                isinstance(network, keras.Model),
                f"return a model, keras.Model(lr, ...), not {type(network).__name__}.",
            )
            convolutions = [layer for layer in network.layers if isinstance(layer, keras.layers.Conv2D)]
            expect(
                len(convolutions) == 3,
                f"three convolutions are wanted, the model has {len(convolutions)} between its input and its output: is each layer called on the one before?",
            )
            expect(all(layer.use_bias for layer in convolutions), "a convolution without biases: by hand you counted them, so leave them in.")
            expect(
                network.input_shape == (None, None, None, 1),
                f"the input has the shape {network.input_shape[1:]}: use (None, None, 1), so that pictures of any size fit.",
            )
            expect(
                all(layer.padding == "same" for layer in convolutions),
                'a convolution without padding="same" trims the picture: the output would not be scale times the input.',
            )
            last = convolutions[-1]
            expect(
                last.filters == scale**2,
                f"the last convolution has {last.filters} channels: the shuffle needs scale*scale = {scale**2}, one for each sub-pixel.",
            )
            expect(
                any(isinstance(layer, models.PixelShuffle) for layer in network.layers),
                "the pixel shuffle is missing: the output is still as small as the input.",
            )
            shapes = [(layer.kernel_size[0], layer.filters) for layer in convolutions]
            expect(
                shapes == [(5, 64), (3, 32), (3, scale**2)],
                f"kernel sizes and channels are {shapes}, wanted {[(5, 64), (3, 32), (3, scale**2)]}.",
            )
            paper = models.espcn_paper(scale)
            alike = [w.shape for w in network.get_weights()] == [w.shape for w in paper.get_weights()]
            if alike:  # activations may be layers of their own: compare what the two compute
                paper.set_weights([np.random.default_rng(0).normal(0, 0.3, w.shape) for w in paper.get_weights()])
                before = network.get_weights()
                network.set_weights(paper.get_weights())
                picture = np.random.default_rng(1).random((1, 7, 5, 1), dtype=np.float32)
                answer, right = np.asarray(network(picture)), np.asarray(paper(picture))
                same = close(answer, right, 0.05)  # some units apart when wrong; a GPU may round
                network.set_weights(before)
                if same:
                    continue
            known = keras.layers.InputLayer, keras.layers.Conv2D, models.PixelShuffle
            others = ", ".join(layer.name for layer in network.layers if not isinstance(layer, known))
            expect(
                not others,
                f"besides convolutions and shuffle there is {others}, and the result is not the paper's: tanh belongs after the first two convolutions, nothing after the third.",
            )
            activations = [keras.activations.serialize(layer.activation) for layer in convolutions]
            expect(
                activations[-1] == "linear",
                f"the last layer has {activations[-1]}: it must be linear, or some pixel values can never be reached (and with relu, never learned).",
            )
            expect(
                activations[:2] == ["tanh", "tanh"],
                f"the first two layers have {activations[0]} and {activations[1]}: the paper's have tanh; without any, three layers are one.",
            )
            expect(
                network(np.zeros((1, 4, 6, 1), np.float32)).shape == (1, 4 * scale, 6 * scale, 1),
                f"a 4x6 picture must become {4 * scale}x{6 * scale}.",
            )
            expect(False, "the layers are the right ones, and yet they compute something else: look at their order, and for an option that the text does not name.")

    def reference(scale):
        from sr_helpers import models

        return models.espcn_paper(scale)

    reference.__name__ = "paper_network"
    return judge(function, reference, examine)


def icnr(function):
    """Check `icnr(small, scale)`: (k, k, inputs, C) -> (k, k, inputs, C*s*s), all sub-pixels of a colour alike."""

    def examine(learner):
        rng = np.random.default_rng(0)
        for colours, scale in ((1, 3), (3, 2)):
            small = rng.standard_normal((3, 3, 4, colours))
            right = reference(small, scale)
            answer = call_array(learner, small, scale)
            expect(
                answer.shape == right.shape,
                f"{small.shape} at scale {scale} must become {right.shape}: only the last axis grows; got {answer.shape}.",
            )
            if close(answer, right):
                continue
            expect(
                not close(answer, np.repeat(small, scale**2, axis=3)),
                "the copies of one colour stand side by side (as np.repeat makes them); in the order (i*s + j)*C + c the colours alternate.",
            )
            expect(not close(answer, right / scale**2), "the copies were divided: each sub-pixel needs the full weight.")
            blocks = answer.reshape(3, 3, 4, scale**2, colours)
            expect(
                not close(blocks[..., 0, :], small) or close(blocks[..., 1, :], small),
                "only the first sub-pixel got the kernel: all s*s must, or blocks are not flat.",
            )
            expect(
                not np.ptp(blocks, axis=3).max() < 1e-6,
                "all sub-pixels are alike, but they are not the kernel that was given.",
            )
            expect(False, "the sub-pixels of one colour differ: then the first picture has blocks that are not flat, a checkerboard.")

    def reference(small, scale):
        return np.tile(small, (1, 1, 1, scale**2))

    reference.__name__ = "icnr"
    return judge(function, reference, examine)
