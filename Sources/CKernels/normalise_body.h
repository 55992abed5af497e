// Batch normalisation's passes over planes, included once for each kind of processor as product_body.h is.

#define LOAD(address) (*(const KERNEL(unaligned) *)(address))
#define STORE(address, value) (*(KERNEL(unaligned) *)(address) = (value))

// The sum of 8 running sums and what is left, in fixed order.
KERNEL_TARGET static inline double KERNEL(total)(KERNEL(floats) a, KERNEL(floats) b) {
  double total = 0;
  for (int lane = 0; lane < 8; lane++) total += (double)a[lane] + (double)b[lane];
  return total;
}

// fp32 sums over about this many floats stay good to rounding; longer ones go on in double precision.
#define SHORT_SUM 4096

KERNEL_TARGET static void KERNEL(moments)(const float *x, size_t planes, size_t plane_stride, size_t count,
                                          float pivot, double *sum, double *squares) {
  double s = 0, q = 0;
  KERNEL(floats) s0 = 0, s1 = 0, q0 = 0, q1 = 0;
  size_t held = 0;
  for (size_t plane = 0; plane < planes; plane++, x += plane_stride) {
    size_t i = 0;
    while (i + 8 <= count) {
      const size_t end = count - i > SHORT_SUM ? i + SHORT_SUM : count;
      held += end - i;
      for (; i + 16 <= end; i += 16) {
        const KERNEL(floats) a = LOAD(x + i) - pivot, b = LOAD(x + i + 8) - pivot;
        s0 += a, s1 += b;
        q0 += a * a, q1 += b * b;
      }
      if (i + 8 <= end) {
        const KERNEL(floats) a = LOAD(x + i) - pivot;
        s0 += a, q0 += a * a;
        i += 8;
      }
      if (held >= SHORT_SUM) {
        s += KERNEL(total)(s0, s1), q += KERNEL(total)(q0, q1);
        s0 = s1 = q0 = q1 = 0;
        held = 0;
      }
    }
    for (; i < count; i++) {
      const double d = (double)(x[i] - pivot);
      s += d, q += d * d;
    }
  }
  *sum = s + KERNEL(total)(s0, s1);
  *squares = q + KERNEL(total)(q0, q1);
}

KERNEL_TARGET static void KERNEL(gradient_moments)(const float *g, const float *x, size_t planes,
                                                   size_t plane_stride, size_t count, float pivot,
                                                   double *sum, double *product) {
  double s = 0, q = 0;
  KERNEL(floats) s0 = 0, s1 = 0, q0 = 0, q1 = 0;
  size_t held = 0;
  for (size_t plane = 0; plane < planes; plane++, x += plane_stride, g += plane_stride) {
    size_t i = 0;
    while (i + 8 <= count) {
      const size_t end = count - i > SHORT_SUM ? i + SHORT_SUM : count;
      held += end - i;
      for (; i + 16 <= end; i += 16) {
        const KERNEL(floats) a = LOAD(g + i), b = LOAD(g + i + 8);
        s0 += a, s1 += b;
        q0 += a * (LOAD(x + i) - pivot), q1 += b * (LOAD(x + i + 8) - pivot);
      }
      if (i + 8 <= end) {
        const KERNEL(floats) a = LOAD(g + i);
        s0 += a, q0 += a * (LOAD(x + i) - pivot);
        i += 8;
      }
      if (held >= SHORT_SUM) {
        s += KERNEL(total)(s0, s1), q += KERNEL(total)(q0, q1);
        s0 = s1 = q0 = q1 = 0;
        held = 0;
      }
    }
    for (; i < count; i++) {
      s += (double)g[i];
      q += (double)g[i] * (double)(x[i] - pivot);
    }
  }
  *sum = s + KERNEL(total)(s0, s1);
  *product = q + KERNEL(total)(q0, q1);
}

KERNEL_TARGET static void KERNEL(scale_shift)(float *y, const float *x, size_t planes, size_t count,
                                              const float *scale, const float *shift, const float *addend,
                                              float floor, float ceiling, uint8_t *passed) {
  const KERNEL(floats) low = floor, high = ceiling;
  for (size_t plane = 0; plane < planes; plane++, x += count, y += count) {
    const float factor = scale[plane], offset = shift[plane];
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
      KERNEL(floats) value = LOAD(x + i) * factor + offset;
      if (addend) value += LOAD(addend + i);
      value = value < low ? low : value;
      value = value > high ? high : value;
      if (passed) passed[i / 8] = KERNEL(bits)((value > low) & (value < high));
      STORE(y + i, value);
    }
    uint8_t bits = 0;
    for (size_t j = i; j < count; j++) {
      float value = x[j] * factor + offset;
      if (addend) value += addend[j];
      value = value < floor ? floor : value;
      value = value > ceiling ? ceiling : value;
      bits |= (uint8_t)((value > floor && value < ceiling) << (j - i));
      y[j] = value;
    }
    if (passed) {
      if (i < count) passed[i / 8] = bits;
      passed += (count + 7) / 8;
    }
    if (addend) addend += count;
  }
}

KERNEL_TARGET static void KERNEL(combine)(float *out, const float *g, const float *x, size_t planes,
                                          size_t count, const float *factor, const float *tilt,
                                          const float *offset) {
  for (size_t plane = 0; plane < planes; plane++, out += count, g += count, x += count) {
    const float f = factor[plane], t = tilt[plane], o = offset[plane];
    size_t i = 0;
    for (; i + 8 <= count; i += 8) STORE(out + i, LOAD(g + i) * f - (LOAD(x + i) * t + o));
    for (; i < count; i++) out[i] = g[i] * f - (x[i] * t + o);
  }
}

KERNEL_TARGET static void KERNEL(mask_gradient)(float *gradient, const float *output, size_t count,
                                                float floor, float ceiling) {
  for (size_t i = 0; i < count; i++) {
    const float value = output[i];
    gradient[i] = (value > floor && value < ceiling) ? gradient[i] : 0.0f;
  }
}

#undef SHORT_SUM
#undef LOAD
#undef STORE
