"""Random weights under which a gradient can be compared to the last digits.

A ReLU whose input rounds to the other side of zero changes a gradient by far more than rounding does: DenseNet-161 has
some thirty million ReLUs, and with plain random weights PyTorch's own single and double precision differ by 1e-2 of
the greatest gradient. Here every channel of a batch norm that a ReLU follows lies mostly on one side of zero: some
ReLUs pass, some stop and one in a hundred does otherwise, but hardly one is within rounding of zero. That does not
help where a shortcut is added between the two, as in a ResNet.
"""

import torch
from torch import nn

# How many standard deviations a channel's mean lies from zero.
LEAST, GREATEST = 2.5, 3.5


def settle(model, pixels, seed):
    """Gives the batch norms of a network, randomised before, statistics near those of the pictures [batch, 3,
    height, width] but random, and shifts that move each channel away from zero."""
    random = torch.Generator().manual_seed(seed)

    def uniform(count, low, high):
        return torch.rand(count, generator=random) * (high - low) + low

    def shifts(count):
        signs = torch.where(torch.rand(count, generator=random) < 0.5, -1.0, 1.0)
        return signs * uniform(count, LEAST, GREATEST)

    def settle_norm(norm, inputs):
        variance, mean = torch.var_mean(inputs[0], (0, 2, 3), correction=0)
        count = len(mean)
        norm.running_mean.copy_(mean + uniform(count, -0.2, 0.2) * variance.sqrt())
        norm.running_var.copy_(variance * uniform(count, 0.8, 1.25) + 1e-3)
        norm.weight.copy_(uniform(count, 0.3, 0.9))
        norm.bias.copy_(norm.weight * shifts(count))

    hooks = [
        module.register_forward_pre_hook(settle_norm) for module in model.modules()
        if isinstance(module, nn.BatchNorm2d)]
    with torch.no_grad():
        model(pixels)
    for hook in hooks:
        hook.remove()
    return model
