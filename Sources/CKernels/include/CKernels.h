#ifndef PATCHWORK_CKERNELS_H
#define PATCHWORK_CKERNELS_H
#include <stddef.h>

/// rows × columns block with row stride `stride`: y = min(ceiling, max(floor, y + bias[row] + addend)).
/// `floor` may be -INFINITY and `ceiling` INFINITY (no activation); NaN stays NaN. `bias` and `addend` may be
/// NULL; `addend` has row stride `addend_stride`.
void pk_bias_activation(float *y, size_t rows, size_t columns, size_t stride, const float *bias,
                        const float *addend, size_t addend_stride, float floor, float ceiling);

/// gradient[i] = floor < output[i] < ceiling ? gradient[i] : 0
void pk_mask_gradient(float *gradient, const float *output, size_t count, float floor, float ceiling);

/// Asks the allocator to keep memory that is given back and to take even large blocks from it, so that feature
/// maps do not fault in fresh pages from the system on every pass. Does nothing where the C library has
/// no such settings.
void pk_keep_freed_memory(void);

#endif
