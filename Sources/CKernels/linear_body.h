// A fully connected layer's inner loops, included as product_body.h is. Weights are read once for all pictures of
// a batch, since at small batches their way from memory is what takes the time.

typedef float KERNEL(linear_floats) __attribute__((ext_vector_type(8)));
typedef float KERNEL(linear_unaligned) __attribute__((ext_vector_type(8), aligned(4)));

#define LOAD(address) (*(const KERNEL(linear_unaligned) *)(address))
#define STORE(address, value) (*(KERNEL(linear_unaligned) *)(address) = (value))

#ifndef PATCHWORK_LINEAR_SIZES
#define PATCHWORK_LINEAR_SIZES
// Pictures that share one reading of the weights, and terms whose inputs stay in the cache.
enum { LINEAR_IMAGES = 16, LINEAR_TERMS = 1024 };
#endif

// sum[r][c] += Σ_k w[r][k] · x[c][k] over whole vectors, eight sums beside each other.
KERNEL_TARGET static inline __attribute__((always_inline)) void KERNEL(dot_tile)(
    const float *w0, const float *w1, const float *const x[4], size_t terms, KERNEL(linear_floats) sum[2][4]) {
  KERNEL(linear_floats) s00 = sum[0][0], s01 = sum[0][1], s02 = sum[0][2], s03 = sum[0][3];
  KERNEL(linear_floats) s10 = sum[1][0], s11 = sum[1][1], s12 = sum[1][2], s13 = sum[1][3];
  const float *x0 = x[0], *x1 = x[1], *x2 = x[2], *x3 = x[3];
  for (size_t k = 0; k < terms; k += 8) {
    const KERNEL(linear_floats) a = LOAD(w0 + k), b = LOAD(w1 + k);
    const KERNEL(linear_floats) p = LOAD(x0 + k), q = LOAD(x1 + k), r = LOAD(x2 + k), s = LOAD(x3 + k);
    s00 += a * p, s01 += a * q, s02 += a * r, s03 += a * s;
    s10 += b * p, s11 += b * q, s12 += b * r, s13 += b * s;
  }
  sum[0][0] = s00, sum[0][1] = s01, sum[0][2] = s02, sum[0][3] = s03;
  sum[1][0] = s10, sum[1][1] = s11, sum[1][2] = s12, sum[1][3] = s13;
}

KERNEL_TARGET static void KERNEL(dots)(float *y, size_t y_stride, const float *x, size_t images, size_t length,
                                       const float *w, size_t outputs) {
  const size_t whole = length & ~(size_t)7;
  for (size_t first = 0; first < images; first += LINEAR_IMAGES) {
    const size_t count = images - first < LINEAR_IMAGES ? images - first : LINEAR_IMAGES;
    const float *group = x + first * length;
    KERNEL(linear_floats) sums[PK_DOT_OUTPUTS / 2][LINEAR_IMAGES / 4][2][4];
    memset(sums, 0, sizeof sums);
    for (size_t start = 0; start < whole; start += LINEAR_TERMS) {
      const size_t terms = whole - start < LINEAR_TERMS ? whole - start : LINEAR_TERMS;
      for (size_t output = 0; output < outputs; output += 2) {
        const float *w0 = w + output * length + start;
        const float *w1 = output + 1 < outputs ? w0 + length : w0;
        for (size_t image = 0; image < count; image += 4) {
          const float *columns[4];
          for (size_t i = 0; i < 4; i++)
            columns[i] = group + (image + i < count ? image + i : image) * length + start;
          KERNEL(dot_tile)(w0, w1, columns, terms, sums[output / 2][image / 4]);
        }
      }
    }
    for (size_t output = 0; output < outputs; output++) {
      for (size_t image = 0; image < count; image++) {
        const KERNEL(linear_floats) s = sums[output / 2][image / 4][output % 2][image % 4];
        float total = ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
        for (size_t k = whole; k < length; k++) total += w[output * length + k] * group[image * length + k];
        y[(first + image) * y_stride + output] = total;
      }
    }
  }
}

KERNEL_TARGET static void KERNEL(weighted_rows)(float *y, const float *x, size_t images, size_t length,
                                                const float *w, size_t pitch, size_t columns) {
  for (size_t image = 0; image < images; image++)
    memset(y + image * pitch, 0, columns * sizeof(float));
  size_t k = 0;
  for (; k + 4 <= length; k += 4) {
    const float *w0 = w + k * pitch, *w1 = w0 + pitch, *w2 = w1 + pitch, *w3 = w2 + pitch;
    size_t column = 0;
    for (; column + 8 <= columns; column += 8) {
      const KERNEL(linear_floats) a = LOAD(w0 + column), b = LOAD(w1 + column);
      const KERNEL(linear_floats) c = LOAD(w2 + column), d = LOAD(w3 + column);
      for (size_t image = 0; image < images; image++) {
        const float *factors = x + image * length + k;
        float *to = y + image * pitch + column;
        KERNEL(linear_floats) sum = LOAD(to);
        sum += factors[0] * a, sum += factors[1] * b, sum += factors[2] * c, sum += factors[3] * d;
        STORE(to, sum);
      }
    }
    for (; column < columns; column++)
      for (size_t image = 0; image < images; image++)
        for (size_t i = 0; i < 4; i++)
          y[image * pitch + column] += x[image * length + k + i] * w[(k + i) * pitch + column];
  }
  for (; k < length; k++)
    for (size_t image = 0; image < images; image++)
      for (size_t column = 0; column < columns; column++)
        y[image * pitch + column] += x[image * length + k] * w[k * pitch + column];
}

#undef LOAD
#undef STORE
