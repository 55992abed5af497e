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

#define PK_PACKED PTRDIFF_MIN

typedef struct {
  size_t rows, depth, slots;
  const float *left, *right;
  /// For each sliver where its first line lies in `source`, when it is not packed, or PK_PACKED; NULL when all are
  /// packed. Line k of such a sliver begins at source[places[sliver] + taps[k]].
  const ptrdiff_t *places;
  const float *source;
  const ptrdiff_t *taps;
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
///
/// With `places`, slivers that one run covers are left unpacked and their place is told there: packing pays only
/// where many rows share it.
void pk_pack_right(float *packed, const float *source, const ptrdiff_t *taps, size_t depth, const pk_run *runs,
                   size_t run_count, size_t columns, ptrdiff_t *places);

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

/// out[row · columns + column] = Σ_t weights[4 t] · plane[row · row_pitch + column + taps[t]], in the order of the
/// taps: one channel's correlation with its own kernel, from weights packed as a product's left side. Reads up to
/// 7 floats behind each row's last and writes up to 7 behind `out`.
void pk_correlate(float *out, const float *plane, size_t row_pitch, size_t rows, size_t columns,
                  const ptrdiff_t *taps, const float *weights, size_t tap_count);

/// How rows of a plane are copied and sorted: each target row holds `runs` runs of `length` floats, and run r
/// takes every `step`-th float of its source row.
typedef struct {
  size_t height, width;
  /// The source row of the first target row, and from one to the next; rows outside are filled.
  ptrdiff_t first_row;
  size_t row_step, rows;
  size_t runs, length, step;
  /// For each run the floats begin..<end that lie inside the source, and the source column of float `begin`.
  const size_t *begin, *end, *first;
  /// What lies outside.
  float filling;
} pk_staging;

void pk_stage(float *target, const float *plane, const pk_staging *staging);

/// target[i · step] = source[i] (+ target[i · step])
void pk_scatter(float *target, size_t step, const float *source, size_t count, int accumulates);

// MARK: Fully connected layers

#define PK_DOT_OUTPUTS 32

/// y[image · y_stride + output] = Σ_k w[output · length + k] · x[image · length + k] for up to PK_DOT_OUTPUTS
/// outputs, in an order that depends on `length` alone.
void pk_dots(float *y, size_t y_stride, const float *x, size_t images, size_t length, const float *w,
             size_t outputs);

/// y[image · pitch + column] = Σ_k x[image · length + k] · w[k · pitch + column], in the order of k.
void pk_weighted_rows(float *y, const float *x, size_t images, size_t length, const float *w, size_t pitch,
                      size_t columns);

// MARK: Pooling

/// best[i] = the greatest of taps[t][i] over the taps, the first of equal ones and any that is no number before
/// all; places[i] = its t, unless `places` is NULL. Reads up to 7 floats behind each tap's last.
void pk_maxima(float *best, uint16_t *places, const float *const *taps, size_t tap_count, size_t count);

// MARK: Normalisation of planes

/// Σ (x − pivot) and Σ (x − pivot)² over `planes` planes of `count` floats, `plane_stride` apart.
void pk_moments(const float *x, size_t planes, size_t plane_stride, size_t count, float pivot, double *sum,
                double *squares);

/// Σ g and Σ g · (x − pivot) over the same.
void pk_gradient_moments(const float *g, const float *x, size_t planes, size_t plane_stride, size_t count,
                         float pivot, double *sum, double *product);

/// y = min(ceiling, max(floor, x · scale + shift + addend)) for planes that follow one another, each with its own
/// scale and shift; `addend` may be NULL. Sets the bits of `passed`, if there, where floor < y < ceiling; each
/// plane's begin on a byte.
void pk_scale_shift(float *y, const float *x, size_t planes, size_t count, const float *scale,
                    const float *shift, const float *addend, float floor, float ceiling, uint8_t *passed);

/// out = g · factor − (x · tilt + offset) for planes that follow one another, each with its own numbers; `out` may
/// be `g`.
void pk_combine(float *out, const float *g, const float *x, size_t planes, size_t count, const float *factor,
                const float *tilt, const float *offset);

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

/// Tells the processor that its thread is waiting for another's write.
static inline void pk_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

#endif
