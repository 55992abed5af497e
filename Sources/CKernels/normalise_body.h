// Batch normalisation's passes over one plane, included once for each kind of processor as product_body.h is.

#define LOAD(address) (*(const KERNEL(unaligned) *)(address))
#define STORE(address, value) (*(KERNEL(unaligned) *)(address) = (value))

// The sum of 8 running sums and what is left, in fixed order.
KERNEL_TARGET static inline double KERNEL(total)(KERNEL(floats) a, KERNEL(floats) b) {
  double total = 0;
  for (int lane = 0; lane < 8; lane++) total += (double)a[lane] + (double)b[lane];
  return total;
}

KERNEL_TARGET static void KERNEL(moments)(const float *x, size_t count, float pivot, double *sum,
                                          double *squares) {
  KERNEL(floats) s0 = 0, s1 = 0, q0 = 0, q1 = 0;
  size_t i = 0;
  for (; i + 16 <= count; i += 16) {
    const KERNEL(floats) a = LOAD(x + i) - pivot, b = LOAD(x + i + 8) - pivot;
    s0 += a, s1 += b;
    q0 += a * a, q1 += b * b;
  }
  double s = KERNEL(total)(s0, s1), q = KERNEL(total)(q0, q1);
  for (; i < count; i++) {
    const double d = (double)(x[i] - pivot);
    s += d, q += d * d;
  }
  *sum += s;
  *squares += q;
}

KERNEL_TARGET static void KERNEL(gradient_moments)(const float *g, const float *x, size_t count, float pivot,
                                                   double *sum, double *product) {
  KERNEL(floats) s0 = 0, s1 = 0, q0 = 0, q1 = 0;
  size_t i = 0;
  for (; i + 16 <= count; i += 16) {
    const KERNEL(floats) a = LOAD(g + i), b = LOAD(g + i + 8);
    s0 += a, s1 += b;
    q0 += a * (LOAD(x + i) - pivot), q1 += b * (LOAD(x + i + 8) - pivot);
  }
  double s = KERNEL(total)(s0, s1), q = KERNEL(total)(q0, q1);
  for (; i < count; i++) {
    s += (double)g[i];
    q += (double)g[i] * (double)(x[i] - pivot);
  }
  *sum += s;
  *product += q;
}

KERNEL_TARGET static void KERNEL(scale_shift)(float *y, const float *x, size_t count, float scale, float shift,
                                              const float *addend, float floor, float ceiling,
                                              uint8_t *passed) {
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    KERNEL(floats) value = LOAD(x + i) * scale + shift;
    if (addend) value += LOAD(addend + i);
    const KERNEL(floats) low = floor, high = ceiling;
    value = value < low ? low : value;
    value = value > high ? high : value;
    if (passed) passed[i / 8] = KERNEL(bits)((value > low) & (value < high));
    STORE(y + i, value);
  }
  uint8_t bits = 0;
  for (size_t j = i; j < count; j++) {
    float value = x[j] * scale + shift;
    if (addend) value += addend[j];
    value = value < floor ? floor : value;
    value = value > ceiling ? ceiling : value;
    bits |= (uint8_t)((value > floor && value < ceiling) << (j - i));
    y[j] = value;
  }
  if (passed && i < count) passed[i / 8] = bits;
}

KERNEL_TARGET static void KERNEL(combine)(float *out, const float *g, const float *x, size_t count,
                                          float factor, float tilt, float offset) {
  for (size_t i = 0; i < count; i++) out[i] = g[i] * factor - (x[i] * tilt + offset);
}

#undef LOAD
#undef STORE
