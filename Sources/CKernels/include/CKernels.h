#ifndef PATCHWORK_CKERNELS_H
#define PATCHWORK_CKERNELS_H
#include <stddef.h>
#include <stdint.h>

// MARK: Matrix products on packed operands
//
// out[rows, columns] = finish(left[rows, depth] · right[depth, columns] (+ out)), on the calling thread. Columns
// are output pixels. The left side is packed in panels of 4 rows, `[panel][depth][4]`, the right side in
// slivers of 24 columns, `[sliver][depth][24]`. Every sum runs over `depth` in order, so an element's bits do
// not depend on where its tile lies.

/// 8 columns of a product: where they go. A picture's first column begins a slot, so a slot never holds two
/// pictures' pixels.
typedef struct {
  /// Offset of the slot's first column in `out`, for row 0.
  ptrdiff_t out;
  /// The same in `addend`.
  ptrdiff_t addend;
  /// Offset in bytes in `passed` and `gate`, for row 0.
  size_t mask;
  /// How many columns are there: 1…8.
  int lanes;
} pk_slot;

typedef struct {
  size_t rows, depth, slots;
  const float *left, *right;
  const pk_slot *slot;
  float *out;
  size_t out_stride;
  /// Whether what `out` holds is added to the sums.
  int accumulates;
  /// `[rows]`, added; or NULL, and then there is no addend, clip or `passed` either.
  const float *bias;
  /// Added; or NULL.
  const float *addend;
  size_t addend_stride;
  /// Values are clipped to floor…ceiling, which may be infinite. NaN stays NaN.
  float floor, ceiling;
  /// Bits set where floor < value < ceiling after clipping, the first column's lowest; or NULL.
  uint8_t *passed;
  /// Without a bias: values become 0 where the bit is 0; or NULL.
  const uint8_t *gate;
  /// Bytes from row to row in `passed` and `gate`.
  size_t mask_stride;
} pk_product;

void pk_multiply(const pk_product *product);

/// Contiguous columns of a product that lie contiguously in memory.
typedef struct {
  size_t column, count;
  ptrdiff_t source;
} pk_run;

/// Packs the right side: element (k, column) is source[taps[k] + run.source + (column − run.column)].
///
/// `runs` stand in order of their columns; columns in no run hold anything. Reads up to 7 floats behind a run
/// and writes up to 7 behind the last sliver.
void pk_pack_right(float *packed, const float *source, const ptrdiff_t *taps, size_t depth, const pk_run *runs,
                   size_t run_count, size_t columns);

/// Packs the right side from a source that is contiguous along the sum: runs follow one another along `depth`
/// (their `column` is not looked at), and element (i of a run, column) is source[run.source + i + taps[column]].
/// Lanes of the last sliver beyond `columns` hold anything.
void pk_pack_right_transposed(float *packed, const float *source, const pk_run *runs, size_t run_count,
                              const ptrdiff_t *taps, size_t columns);

/// Packs the left side from a source that is contiguous along the sum: element (row, i of a run) is
/// source[row · row_stride + run.source + i]; missing rows of the last panel are 0.
void pk_pack_left_transposed(float *packed, const float *source, size_t row_stride, size_t rows,
                             const pk_run *runs, size_t run_count);

/// Packs the left side: element (row, k) is source[row · row_stride + places[k]]; missing rows of the last
/// panel are 0.
void pk_pack_left(float *packed, const float *source, size_t row_stride, size_t rows, const ptrdiff_t *places,
                  size_t depth);

/// target[i] = source[i · step]
void pk_gather(float *target, const float *source, size_t step, size_t count);

/// target[i · step] = source[i] (+ target[i · step])
void pk_scatter(float *target, size_t step, const float *source, size_t count, int accumulates);

// MARK: Normalisation of one plane

/// Adds Σ (x − pivot) and Σ (x − pivot)² to `sum` and `squares`.
void pk_moments(const float *x, size_t count, float pivot, double *sum, double *squares);

/// Adds Σ g and Σ g · (x − pivot) to `sum` and `product`.
void pk_gradient_moments(const float *g, const float *x, size_t count, float pivot, double *sum,
                         double *product);

/// y = min(ceiling, max(floor, x · scale + shift + addend)); `addend` may be NULL. Sets the bits of `passed`, if
/// there, where floor < y < ceiling.
void pk_scale_shift(float *y, const float *x, size_t count, float scale, float shift, const float *addend,
                    float floor, float ceiling, uint8_t *passed);

/// out = g · factor − (x · tilt + offset)
void pk_combine(float *out, const float *g, const float *x, size_t count, float factor, float tilt,
                float offset);

// MARK: Clipping

/// gradient[i] = floor < output[i] < ceiling ? gradient[i] : 0
void pk_mask_gradient(float *gradient, const float *output, size_t count, float floor, float ceiling);

/// values[i] = bit i of `gate` ? values[i] : 0
void pk_gate(float *values, const uint8_t *gate, size_t count);

// MARK: Memory

/// Asks the allocator to keep memory that is given back and to take even large blocks from it, so that feature
/// maps do not fault in fresh pages from the system on every pass. Does nothing where the C library has
/// no such settings.
void pk_keep_freed_memory(void);

#endif
