"""What speed.py times: PyTorch's side of each of `patchwork bench`'s tasks, by the task's name.

A new case is one module with a class `Case` and one line here. `Case(peer)` does what happens once; `run(share)`
does one repetition and gives the number that its time is to be multiplied with: 1, or more where only a share of
identical batches was run. A case whose result is a map of one class keeps it as `values`, row by row as far as
it was made or None, with the options of `patchwork heatmap` that draw the same map as `drawing`.
"""

from cases import (
    forward, heatmap, input_gradient, occlusion, positions, sticker_step, training_step)

CATALOGUE = {
    module.Case.task: module.Case
    for module in (
        forward, input_gradient, training_step, sticker_step, occlusion, heatmap, positions)
}
