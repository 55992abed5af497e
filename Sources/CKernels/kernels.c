#include "CKernels.h"

#include <stdlib.h>
#include <string.h>

// What `multiply` does to finished sums; parts of a kind.
enum { PLACE_BEFORE = 1, PLACE_CLIP = 2, PLACE_ADDEND = 4, PLACE_BITS = 8, PLACE_GATE = 16 };

// Vectors of 8 never cross a function that is not inlined.
#pragma clang diagnostic ignored "-Wpsabi"

// One twin of every loop for AVX2 with FMA and one portable, chosen by hand at run time (target_clones crashes
// under the thread sanitizer).

#define KERNEL(name) portable_##name
#define KERNEL_TARGET
#define KERNEL_X86 0
#include "product_body.h"
#include "normalise_body.h"
#include "linear_body.h"
#undef KERNEL
#undef KERNEL_TARGET
#undef KERNEL_X86

#if defined(__x86_64__)
#include <immintrin.h>
#define KERNEL(name) avx2_##name
#define KERNEL_TARGET __attribute__((target("avx2,fma")))
#define KERNEL_X86 1
#include "product_body.h"
#include "normalise_body.h"
#include "linear_body.h"

// Asked once: −1 is not yet known. PATCHWORK_PORTABLE_KERNELS keeps to the portable loops.
static int avx2_known = -1;

static int has_avx2(void) {
  int known = __atomic_load_n(&avx2_known, __ATOMIC_RELAXED);
  if (known < 0) {
    known = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
            !getenv("PATCHWORK_PORTABLE_KERNELS");
    __atomic_store_n(&avx2_known, known, __ATOMIC_RELAXED);
  }
  return known;
}
#define DISPATCH(call)    \
  if (has_avx2()) {       \
    avx2_##call;          \
    return;               \
  }                       \
  portable_##call;
#else
#define DISPATCH(call) portable_##call;
#endif

void pk_multiply(const pk_product *product) { DISPATCH(multiply(product)) }

void pk_pack_right(float *packed, const float *source, const ptrdiff_t *taps, size_t depth, const pk_run *runs,
                   size_t run_count, size_t columns, ptrdiff_t *places) {
  DISPATCH(pack_right(packed, source, taps, depth, runs, run_count, columns, places))
}

void pk_moments(const float *x, size_t planes, size_t plane_stride, size_t count, float pivot, double *sum,
                double *squares) {
  DISPATCH(moments(x, planes, plane_stride, count, pivot, sum, squares))
}

void pk_gradient_moments(const float *g, const float *x, size_t planes, size_t plane_stride, size_t count,
                         float pivot, double *sum, double *product) {
  DISPATCH(gradient_moments(g, x, planes, plane_stride, count, pivot, sum, product))
}

void pk_scale_shift(float *y, const float *x, size_t planes, size_t count, const float *scale,
                    const float *shift, const float *addend, float floor, float ceiling, uint8_t *passed) {
  DISPATCH(scale_shift(y, x, planes, count, scale, shift, addend, floor, ceiling, passed))
}

void pk_combine(float *out, const float *g, const float *x, size_t planes, size_t count, const float *factor,
                const float *tilt, const float *offset) {
  DISPATCH(combine(out, g, x, planes, count, factor, tilt, offset))
}

void pk_pack_right_transposed(float *packed, const float *source, const pk_run *runs, size_t run_count,
                              const ptrdiff_t *taps, size_t columns) {
  DISPATCH(pack_right_transposed(packed, source, runs, run_count, taps, columns))
}

void pk_pack_left_transposed(float *packed, const float *source, size_t row_stride, size_t rows,
                             const pk_run *runs, size_t run_count) {
  DISPATCH(pack_left_transposed(packed, source, row_stride, rows, runs, run_count))
}

void pk_dots(float *y, size_t y_stride, const float *x, size_t images, size_t length, const float *w,
             size_t outputs) {
  DISPATCH(dots(y, y_stride, x, images, length, w, outputs))
}

void pk_weighted_rows(float *y, const float *x, size_t images, size_t length, const float *w, size_t pitch,
                      size_t columns) {
  DISPATCH(weighted_rows(y, x, images, length, w, pitch, columns))
}

void pk_correlate(float *out, const float *plane, size_t row_pitch, size_t rows, size_t columns,
                  const ptrdiff_t *taps, const float *weights, size_t tap_count) {
  DISPATCH(correlate(out, plane, row_pitch, rows, columns, taps, weights, tap_count))
}

void pk_pack_left(float *packed, const float *source, size_t row_stride, size_t rows, const ptrdiff_t *places,
                  size_t depth) {
  for (size_t first = 0; first < rows; first += 4, packed += depth * 4) {
    const float *from = source + first * row_stride;
    if (rows - first < 4) {
      for (size_t k = 0; k < depth; k++)
        for (size_t row = 0; row < 4; row++)
          packed[k * 4 + row] = first + row < rows ? from[row * row_stride + places[k]] : 0;
      continue;
    }
    for (size_t k = 0; k < depth; k++) {
      const float *x = from + places[k];
      float *line = packed + k * 4;
      line[0] = x[0];
      line[1] = x[row_stride];
      line[2] = x[2 * row_stride];
      line[3] = x[3 * row_stride];
    }
  }
}

static void gather(float *target, const float *source, size_t step, size_t count) {
  if (step == 1 && count < 64) {
    for (size_t i = 0; i < count; i++) target[i] = source[i];
  } else if (step == 1) {
    memcpy(target, source, count * sizeof(float));
  } else if (step == 2) {
    for (size_t i = 0; i < count; i++) target[i] = source[i * 2];
  } else {
    for (size_t i = 0; i < count; i++) target[i] = source[i * step];
  }
}

void pk_maxima(float *best, uint16_t *places, const float *const *taps, size_t tap_count, size_t count) {
  DISPATCH(maxima(best, places, taps, tap_count, count))
}

void pk_mask_gradient(float *gradient, const float *output, size_t count, float floor, float ceiling) {
  DISPATCH(mask_gradient(gradient, output, count, floor, ceiling))
}

void pk_gate(float *values, const uint8_t *gate, size_t count) { DISPATCH(gate(values, gate, count)) }

void pk_scatter(float *target, size_t step, const float *source, size_t count, int accumulates) {
  if (accumulates) {
    for (size_t i = 0; i < count; i++) target[i * step] += source[i];
  } else {
    for (size_t i = 0; i < count; i++) target[i * step] = source[i];
  }
}

void pk_stage(float *target, const float *plane, const pk_staging *s) {
  for (size_t row = 0; row < s->rows; row++) {
    const ptrdiff_t from = s->first_row + (ptrdiff_t)(row * s->row_step);
    for (size_t run = 0; run < s->runs; run++, target += s->length) {
      if (from < 0 || from >= (ptrdiff_t)s->height) {
        for (size_t i = 0; i < s->length; i++) target[i] = s->filling;
        continue;
      }
      for (size_t i = 0; i < s->begin[run]; i++) target[i] = s->filling;
      gather(target + s->begin[run], plane + from * (ptrdiff_t)s->width + s->first[run], s->step,
             s->end[run] - s->begin[run]);
      for (size_t i = s->end[run]; i < s->length; i++) target[i] = s->filling;
    }
  }
}
