// The product's inner loops, included once for each kind of processor with KERNEL(name), KERNEL_TARGET and
// KERNEL_X86 set. Tiles are 4 rows by 3 vectors of 8 columns: 12 running sums, 3 vectors of the right side
// and 1 broadcast of the left fill the 16 vector registers.

typedef float KERNEL(floats) __attribute__((ext_vector_type(8)));
typedef float KERNEL(unaligned) __attribute__((ext_vector_type(8), aligned(4)));
typedef int KERNEL(lanes) __attribute__((ext_vector_type(8)));

#define LOAD(address) (*(const KERNEL(unaligned) *)(address))
#define STORE(address, value) (*(KERNEL(unaligned) *)(address) = (value))

// sum[4][3] = Σ_k left[k][4] ⊗ right[k][24]
//
// By hand on x86: the compiler keeps one sum too many in flight and spills it, which doubles the time.
KERNEL_TARGET static inline __attribute__((always_inline)) void KERNEL(sums)(
    const float *left, const float *right, size_t depth, KERNEL(floats) sum[4][3]) {
  KERNEL(floats) s00, s01, s02, s10, s11, s12, s20, s21, s22, s30, s31, s32;
#if KERNEL_X86
#define CLEAR(sum) "vxorps %[s" #sum "],%[s" #sum "],%[s" #sum "]\n"
#define STEP_ROW(place, row)                                                                          \
  "vbroadcastss " #place "(%[left]),%[l]\n"                                                           \
  "vfmadd231ps %[l],%[r0],%[s" #row "0]\n"                                                            \
  "vfmadd231ps %[l],%[r1],%[s" #row "1]\n"                                                            \
  "vfmadd231ps %[l],%[r2],%[s" #row "2]\n"
#define STEP(i)                                                                                       \
  "vmovups 96*" #i "(%[right]),%[r0]\n"                                                               \
  "vmovups 96*" #i "+32(%[right]),%[r1]\n"                                                            \
  "vmovups 96*" #i "+64(%[right]),%[r2]\n"                                                            \
  STEP_ROW(16*i, 0) STEP_ROW(16*i+4, 1) STEP_ROW(16*i+8, 2) STEP_ROW(16*i+12, 3)
  KERNEL(floats) l, r0, r1, r2;
  size_t fours = depth / 4, ones = depth % 4;
  __asm__ volatile(
      CLEAR(00) CLEAR(01) CLEAR(02) CLEAR(10) CLEAR(11) CLEAR(12)
      CLEAR(20) CLEAR(21) CLEAR(22) CLEAR(30) CLEAR(31) CLEAR(32)
      "test %[fours],%[fours]\n jz 2f\n"
      "1:\n" STEP(0) STEP(1) STEP(2) STEP(3)
      "add $64,%[left]\n add $384,%[right]\n dec %[fours]\n jnz 1b\n"
      "2: test %[ones],%[ones]\n jz 4f\n"
      "3:\n" STEP(0)
      "add $16,%[left]\n add $96,%[right]\n dec %[ones]\n jnz 3b\n"
      "4:\n"
      : [left] "+r"(left), [right] "+r"(right), [fours] "+r"(fours), [ones] "+r"(ones), [s00] "=&x"(s00),
        [s01] "=&x"(s01), [s02] "=&x"(s02), [s10] "=&x"(s10), [s11] "=&x"(s11), [s12] "=&x"(s12),
        [s20] "=&x"(s20), [s21] "=&x"(s21), [s22] "=&x"(s22), [s30] "=&x"(s30), [s31] "=&x"(s31),
        [s32] "=&x"(s32), [l] "=&x"(l), [r0] "=&x"(r0), [r1] "=&x"(r1), [r2] "=&x"(r2)
      :
      : "memory", "cc");
#undef STEP
#else
  s00 = s01 = s02 = s10 = s11 = s12 = s20 = s21 = s22 = s30 = s31 = s32 = 0;
  for (size_t k = 0; k < depth; k++, left += 4, right += 24) {
    const KERNEL(floats) r0 = LOAD(right), r1 = LOAD(right + 8), r2 = LOAD(right + 16);
    s00 += left[0] * r0, s01 += left[0] * r1, s02 += left[0] * r2;
    s10 += left[1] * r0, s11 += left[1] * r1, s12 += left[1] * r2;
    s20 += left[2] * r0, s21 += left[2] * r1, s22 += left[2] * r2;
    s30 += left[3] * r0, s31 += left[3] * r1, s32 += left[3] * r2;
  }
#endif
  sum[0][0] = s00, sum[0][1] = s01, sum[0][2] = s02, sum[1][0] = s10, sum[1][1] = s11, sum[1][2] = s12;
  sum[2][0] = s20, sum[2][1] = s21, sum[2][2] = s22, sum[3][0] = s30, sum[3][1] = s31, sum[3][2] = s32;
}

// The same from an unpacked right side: line k begins at base[taps[k]].
KERNEL_TARGET static inline __attribute__((always_inline)) void KERNEL(direct_sums)(
    const float *left, const float *base, const ptrdiff_t *taps, size_t depth, KERNEL(floats) sum[4][3]) {
  KERNEL(floats) s00, s01, s02, s10, s11, s12, s20, s21, s22, s30, s31, s32;
#if KERNEL_X86
  KERNEL(floats) l, r0, r1, r2;
  ptrdiff_t tap;
  __asm__ volatile(
      CLEAR(00) CLEAR(01) CLEAR(02) CLEAR(10) CLEAR(11) CLEAR(12)
      CLEAR(20) CLEAR(21) CLEAR(22) CLEAR(30) CLEAR(31) CLEAR(32)
      "test %[depth],%[depth]\n jz 2f\n"
      "1: mov (%[taps]),%[tap]\n"
      "vmovups (%[base],%[tap],4),%[r0]\n"
      "vmovups 32(%[base],%[tap],4),%[r1]\n"
      "vmovups 64(%[base],%[tap],4),%[r2]\n"
      STEP_ROW(0, 0) STEP_ROW(4, 1) STEP_ROW(8, 2) STEP_ROW(12, 3)
      "add $16,%[left]\n add $8,%[taps]\n dec %[depth]\n jnz 1b\n"
      "2:\n"
      : [left] "+r"(left), [taps] "+r"(taps), [depth] "+r"(depth), [tap] "=&r"(tap), [s00] "=&x"(s00),
        [s01] "=&x"(s01), [s02] "=&x"(s02), [s10] "=&x"(s10), [s11] "=&x"(s11), [s12] "=&x"(s12),
        [s20] "=&x"(s20), [s21] "=&x"(s21), [s22] "=&x"(s22), [s30] "=&x"(s30), [s31] "=&x"(s31),
        [s32] "=&x"(s32), [l] "=&x"(l), [r0] "=&x"(r0), [r1] "=&x"(r1), [r2] "=&x"(r2)
      : [base] "r"(base)
      : "memory", "cc");
#else
  s00 = s01 = s02 = s10 = s11 = s12 = s20 = s21 = s22 = s30 = s31 = s32 = 0;
  for (size_t k = 0; k < depth; k++, left += 4) {
    const float *right = base + taps[k];
    const KERNEL(floats) r0 = LOAD(right), r1 = LOAD(right + 8), r2 = LOAD(right + 16);
    s00 += left[0] * r0, s01 += left[0] * r1, s02 += left[0] * r2;
    s10 += left[1] * r0, s11 += left[1] * r1, s12 += left[1] * r2;
    s20 += left[2] * r0, s21 += left[2] * r1, s22 += left[2] * r2;
    s30 += left[3] * r0, s31 += left[3] * r1, s32 += left[3] * r2;
  }
#endif
  sum[0][0] = s00, sum[0][1] = s01, sum[0][2] = s02, sum[1][0] = s10, sum[1][1] = s11, sum[1][2] = s12;
  sum[2][0] = s20, sum[2][1] = s21, sum[2][2] = s22, sum[3][0] = s30, sum[3][1] = s31, sum[3][2] = s32;
}
#if KERNEL_X86
#undef CLEAR
#undef STEP_ROW
#endif

// One bit a lane, lane 0 lowest.
KERNEL_TARGET static inline uint8_t KERNEL(bits)(KERNEL(lanes) set) {
#if KERNEL_X86
  return (uint8_t)_mm256_movemask_ps((__m256)set);
#else
  uint8_t bits = 0;
  for (int lane = 0; lane < 8; lane++) bits |= (uint8_t)((set[lane] != 0) << lane);
  return bits;
#endif
}

KERNEL_TARGET static inline KERNEL(lanes) KERNEL(spread)(uint8_t bits) {
  const KERNEL(lanes) place = {1, 2, 4, 8, 16, 32, 64, 128};
  const KERNEL(lanes) all = (KERNEL(lanes))(int)bits;
  return (all & place) != 0;
}

// What is left to do to 8 sums of one row, in this order: what `out` holds, bias, addend, clip, bits out, gate.
// `kind` is a constant at every call, so that nothing is asked in the inner loop.
KERNEL_TARGET static inline __attribute__((always_inline)) KERNEL(floats) KERNEL(finished)(
    KERNEL(floats) value, KERNEL(floats) before, KERNEL(floats) bias, KERNEL(floats) addend,
    KERNEL(floats) floor, KERNEL(floats) ceiling, uint8_t *passed, const uint8_t *gate, const int kind) {
  if (kind & PLACE_BEFORE) value += before;
  if (kind & PLACE_CLIP) value += bias;
  if (kind & PLACE_ADDEND) value += addend;
  if (kind & PLACE_CLIP) {
    // Comparisons are written so that a NaN stays one.
    value = value < floor ? floor : value;
    value = value > ceiling ? ceiling : value;
  }
  if (kind & PLACE_BITS) *passed = KERNEL(bits)((value > floor) & (value < ceiling));
  if (kind & PLACE_GATE) value = KERNEL(spread)(*gate) ? value : (KERNEL(floats))0.0f;
  return value;
}

// A tile with fewer rows or columns than it could have.
KERNEL_TARGET static void KERNEL(partial_tile)(const pk_product *p, KERNEL(floats) sum[4][3],
                                               const pk_slot *slots, size_t vectors, size_t first_row,
                                               const int kind) {
  const size_t rows = p->rows - first_row < 4 ? p->rows - first_row : 4;
  for (size_t r = 0; r < rows; r++) {
    const size_t row = first_row + r;
    for (size_t v = 0; v < vectors; v++) {
      float *out = p->out + slots[v].out + row * p->out_stride;
      const float *other = p->addend + slots[v].addend + row * p->addend_stride;
      const size_t mask = slots[v].mask + row * p->mask_stride;
      KERNEL(floats) before = 0, addend = 0;
      for (int lane = 0; lane < slots[v].lanes; lane++) {
        if (kind & PLACE_BEFORE) before[lane] = out[lane];
        if (kind & PLACE_ADDEND) addend[lane] = other[lane];
      }
      const KERNEL(floats) value = KERNEL(finished)(
          sum[r][v], before, kind & PLACE_CLIP ? p->bias[row] : 0.0f, addend, p->floor, p->ceiling,
          p->passed + mask, p->gate + mask, kind);
      for (int lane = 0; lane < slots[v].lanes; lane++) out[lane] = value[lane];
    }
  }
}

#define PLACE(r, v)                                                                                   \
  {                                                                                                   \
    float *to = out##v + r * p.out_stride;                                                            \
    KERNEL(floats) before = {0}, addend = {0};                                                        \
    if (kind & PLACE_BEFORE) before = LOAD(to);                                                       \
    if (kind & PLACE_ADDEND) addend = LOAD(addend##v + r * p.addend_stride);                          \
    STORE(to, KERNEL(finished)(sum[r][v], before, kind & PLACE_CLIP ? bias[r] : 0.0f, addend, floor,  \
                               ceiling, passed + mask##v + r * p.mask_stride,                         \
                               gate + mask##v + r * p.mask_stride, kind));                            \
  }

// Slivers are taken in groups that fit the first-level cache, so that the left side streams past them once a
// group and rows of `out` are written in long pieces.
KERNEL_TARGET static inline __attribute__((always_inline)) void KERNEL(tiles)(const pk_product *product,
                                                                              const int kind) {
  const pk_product p = *product;
  const size_t panels = (p.rows + 3) / 4, slivers = (p.slots + 2) / 3;
  const size_t group = p.depth < 256 ? 256 / (p.depth ? p.depth : 1) : 1;
  const KERNEL(floats) floor = p.floor, ceiling = p.ceiling;
  for (size_t start = 0; start < slivers; start += group) {
    const size_t end = slivers - start < group ? slivers : start + group;
    for (size_t panel = 0; panel < panels; panel++) {
      const float *left = p.left + panel * p.depth * 4;
      const size_t row = panel * 4;
      for (size_t sliver = start; sliver < end; sliver++) {
        const float *right = p.right + sliver * p.depth * 24;
        const pk_slot *slots = p.slot + sliver * 3;
        const size_t vectors = p.slots - sliver * 3 < 3 ? p.slots - sliver * 3 : 3;
        KERNEL(floats) sum[4][3];
        if (p.places && p.places[sliver] != PK_PACKED)
          KERNEL(direct_sums)(left, p.source + p.places[sliver], p.taps, p.depth, sum);
        else
          KERNEL(sums)(left, right, p.depth, sum);
        if (p.rows - row < 4 || vectors < 3 || slots[0].lanes + slots[1].lanes + slots[2].lanes < 24) {
          KERNEL(floats) copy[4][3];
          for (int r = 0; r < 4; r++)
            for (int v = 0; v < 3; v++) copy[r][v] = sum[r][v];
          KERNEL(partial_tile)(product, copy, slots, vectors, row, kind);
          continue;
        }
        float *out = p.out + row * p.out_stride;
        float *out0 = out + slots[0].out, *out1 = out + slots[1].out, *out2 = out + slots[2].out;
        const float *addend = kind & PLACE_ADDEND ? p.addend + row * p.addend_stride : NULL;
        const float *addend0 = addend + slots[0].addend, *addend1 = addend + slots[1].addend;
        const float *addend2 = addend + slots[2].addend;
        const float *bias = kind & PLACE_CLIP ? p.bias + row : NULL;
        uint8_t *passed = kind & PLACE_BITS ? p.passed + row * p.mask_stride : NULL;
        const uint8_t *gate = kind & PLACE_GATE ? p.gate + row * p.mask_stride : NULL;
        const size_t mask0 = slots[0].mask, mask1 = slots[1].mask, mask2 = slots[2].mask;
        PLACE(0, 0) PLACE(0, 1) PLACE(0, 2) PLACE(1, 0) PLACE(1, 1) PLACE(1, 2)
        PLACE(2, 0) PLACE(2, 1) PLACE(2, 2) PLACE(3, 0) PLACE(3, 1) PLACE(3, 2)
      }
    }
  }
}
#undef PLACE

// One loop for each of the combinations that passes ask for.
KERNEL_TARGET static void KERNEL(multiply)(const pk_product *p) {
  const int kind = (p->accumulates ? PLACE_BEFORE : 0) | (p->bias ? PLACE_CLIP : 0) |
                   (p->addend ? PLACE_ADDEND : 0) | (p->passed ? PLACE_BITS : 0) | (p->gate ? PLACE_GATE : 0);
#define KIND(combination)     \
  case combination:           \
    KERNEL(tiles)(p, combination); \
    break;
  switch (kind) {
    KIND(0)
    KIND(PLACE_BEFORE)
    KIND(PLACE_GATE)
    KIND(PLACE_GATE | PLACE_BEFORE)
    KIND(PLACE_CLIP)
    KIND(PLACE_CLIP | PLACE_BEFORE)
    KIND(PLACE_CLIP | PLACE_BITS)
    KIND(PLACE_CLIP | PLACE_BITS | PLACE_BEFORE)
    KIND(PLACE_CLIP | PLACE_ADDEND)
    KIND(PLACE_CLIP | PLACE_ADDEND | PLACE_BEFORE)
    KIND(PLACE_CLIP | PLACE_ADDEND | PLACE_BITS)
    KIND(PLACE_CLIP | PLACE_ADDEND | PLACE_BITS | PLACE_BEFORE)
    default:
      __builtin_trap();
  }
#undef KIND
}

// Columns that lie contiguously, whole slivers: line by line of the source, which is read in long pieces.
KERNEL_TARGET static void KERNEL(pack_contiguous)(float *packed, const float *source, const ptrdiff_t *taps,
                                                  size_t depth, size_t slivers) {
  for (size_t k = 0; k < depth; k++) {
    const float *x = source + taps[k];
    float *line = packed + k * 24;
    for (size_t sliver = 0; sliver < slivers; sliver++, x += 24, line += depth * 24) {
      const KERNEL(floats) a = LOAD(x), b = LOAD(x + 8), c = LOAD(x + 16);
      STORE(line, a);
      STORE(line + 8, b);
      STORE(line + 16, c);
    }
  }
}

KERNEL_TARGET static void KERNEL(pack_right)(float *packed, const float *source, const ptrdiff_t *taps,
                                             size_t depth, const pk_run *runs, size_t run_count,
                                             size_t columns, ptrdiff_t *places) {
  size_t next = 0;
  for (size_t start = 0; start < columns; start += 24, packed += depth * 24) {
    while (next < run_count && runs[next].column + runs[next].count <= start) next++;
    if (next < run_count && runs[next].column <= start) {
      const size_t whole = (runs[next].column + runs[next].count - start) / 24;
      if (whole > 0) {
        const ptrdiff_t place = runs[next].source + (ptrdiff_t)(start - runs[next].column);
        if (places) {
          for (size_t i = 0; i < whole; i++) places[start / 24 + i] = place + (ptrdiff_t)(i * 24);
        } else {
          KERNEL(pack_contiguous)(packed, source + place, taps, depth, whole);
        }
        packed += (whole - 1) * depth * 24;
        start += (whole - 1) * 24;
        continue;
      }
    }
    if (places) places[start / 24] = PK_PACKED;
    // The pieces of runs that fall into this sliver, in order of their columns.
    struct { size_t place, vectors; ptrdiff_t source; } pieces[24];
    size_t count = 0;
    for (size_t run = next; run < run_count && runs[run].column < start + 24; run++) {
      const size_t begin = runs[run].column > start ? runs[run].column : start;
      const size_t end = runs[run].column + runs[run].count;
      const size_t length = (end < start + 24 ? end : start + 24) - begin;
      pieces[count].place = begin - start;
      pieces[count].vectors = (length + 7) / 8;
      pieces[count++].source = runs[run].source + (ptrdiff_t)(begin - runs[run].column);
    }
    // A vector may run over its piece's end: into the next piece or the next line, written later, or into the
    // room that the caller leaves behind the last.
    for (size_t k = 0; k < depth; k++) {
      float *line = packed + k * 24;
      const float *from = source + taps[k];
      for (size_t piece = 0; piece < count; piece++)
        for (size_t v = 0; v < pieces[piece].vectors; v++)
          STORE(line + pieces[piece].place + v * 8, LOAD(from + pieces[piece].source + v * 8));
    }
  }
}

// Taps in order; the first of equal values wins, and a value that is no number wins over all.
KERNEL_TARGET static void KERNEL(maxima)(float *best, uint16_t *places, const float *const *taps,
                                         size_t tap_count, size_t count) {
  for (size_t i = 0; i < count; i += 8) {
    KERNEL(floats) value = LOAD(taps[0] + i);
    KERNEL(lanes) place = 0;
    for (size_t tap = 1; tap < tap_count; tap++) {
      const KERNEL(floats) x = LOAD(taps[tap] + i);
      const KERNEL(lanes) wins = (x > value) | (x != x);
      value = wins ? x : value;
      place = wins ? (KERNEL(lanes))(int)tap : place;
    }
    const size_t lanes = count - i < 8 ? count - i : 8;
    if (lanes == 8) {
      STORE(best + i, value);
    } else {
      for (size_t lane = 0; lane < lanes; lane++) best[i + lane] = value[lane];
    }
    if (places)
      for (size_t lane = 0; lane < lanes; lane++) places[i + lane] = (uint16_t)place[lane];
  }
}

// 8 lines of 8 floats become 8 columns.
KERNEL_TARGET static inline __attribute__((always_inline)) void KERNEL(transpose)(KERNEL(floats) l[8]) {
  KERNEL(floats) a[8], b[8];
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i += 2) {
    a[i] = __builtin_shufflevector(l[i], l[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
    a[i + 1] = __builtin_shufflevector(l[i], l[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i += 4) {
    b[i] = __builtin_shufflevector(a[i], a[i + 2], 0, 1, 8, 9, 4, 5, 12, 13);
    b[i + 1] = __builtin_shufflevector(a[i], a[i + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    b[i + 2] = __builtin_shufflevector(a[i + 1], a[i + 3], 0, 1, 8, 9, 4, 5, 12, 13);
    b[i + 3] = __builtin_shufflevector(a[i + 1], a[i + 3], 2, 3, 10, 11, 6, 7, 14, 15);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) {
    l[i] = __builtin_shufflevector(b[i], b[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    l[i + 4] = __builtin_shufflevector(b[i], b[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

KERNEL_TARGET static void KERNEL(pack_right_transposed)(float *packed, const float *source,
                                                        const pk_run *runs, size_t run_count,
                                                        const ptrdiff_t *taps, size_t columns) {
  size_t depth = 0;
  for (size_t run = 0; run < run_count; run++) depth += runs[run].count;
  for (size_t start = 0; start < columns; start += 8) {
    const size_t width = columns - start < 8 ? columns - start : 8;
    float *line = packed + start / 24 * depth * 24 + start % 24;
    for (size_t run = 0; run < run_count; run++) {
      const float *from = source + runs[run].source;
      size_t i = 0;
      if (width == 8) {
        for (; i + 8 <= runs[run].count; i += 8, line += 8 * 24) {
          KERNEL(floats) l[8];
#pragma clang loop unroll(full)
          for (size_t column = 0; column < 8; column++) l[column] = LOAD(from + i + taps[start + column]);
          KERNEL(transpose)(l);
#pragma clang loop unroll(full)
          for (size_t k = 0; k < 8; k++) STORE(line + k * 24, l[k]);
        }
      }
      for (; i < runs[run].count; i++, line += 24)
        for (size_t column = 0; column < width; column++) line[column] = from[i + taps[start + column]];
    }
  }
}

KERNEL_TARGET static void KERNEL(pack_left_transposed)(float *packed, const float *source, size_t row_stride,
                                                       size_t rows, const pk_run *runs, size_t run_count) {
  for (size_t first = 0; first < rows; first += 4) {
    const size_t height = rows - first < 4 ? rows - first : 4;
    for (size_t run = 0; run < run_count; run++) {
      const float *from = source + first * row_stride + runs[run].source;
      size_t i = 0;
      if (height == 4) {
        const float *r0 = from, *r1 = from + row_stride, *r2 = r1 + row_stride, *r3 = r2 + row_stride;
        for (; i + 8 <= runs[run].count; i += 8, packed += 32) {
          const KERNEL(floats) a = LOAD(r0 + i), b = LOAD(r1 + i), c = LOAD(r2 + i), d = LOAD(r3 + i);
          const KERNEL(floats) e = __builtin_shufflevector(a, b, 0, 8, 1, 9, 4, 12, 5, 13);
          const KERNEL(floats) f = __builtin_shufflevector(a, b, 2, 10, 3, 11, 6, 14, 7, 15);
          const KERNEL(floats) g = __builtin_shufflevector(c, d, 0, 8, 1, 9, 4, 12, 5, 13);
          const KERNEL(floats) h = __builtin_shufflevector(c, d, 2, 10, 3, 11, 6, 14, 7, 15);
          const KERNEL(floats) p = __builtin_shufflevector(e, g, 0, 1, 8, 9, 4, 5, 12, 13);
          const KERNEL(floats) q = __builtin_shufflevector(e, g, 2, 3, 10, 11, 6, 7, 14, 15);
          const KERNEL(floats) r = __builtin_shufflevector(f, h, 0, 1, 8, 9, 4, 5, 12, 13);
          const KERNEL(floats) s = __builtin_shufflevector(f, h, 2, 3, 10, 11, 6, 7, 14, 15);
          STORE(packed, __builtin_shufflevector(p, q, 0, 1, 2, 3, 8, 9, 10, 11));
          STORE(packed + 8, __builtin_shufflevector(r, s, 0, 1, 2, 3, 8, 9, 10, 11));
          STORE(packed + 16, __builtin_shufflevector(p, q, 4, 5, 6, 7, 12, 13, 14, 15));
          STORE(packed + 24, __builtin_shufflevector(r, s, 4, 5, 6, 7, 12, 13, 14, 15));
        }
      }
      for (; i < runs[run].count; i++, packed += 4)
        for (size_t row = 0; row < 4; row++) packed[row] = row < height ? from[row * row_stride + i] : 0;
    }
  }
}

// Rows are written from first to last, so what a row's last vector writes too much, the next row overwrites.
KERNEL_TARGET static void KERNEL(correlate)(float *out, const float *plane, size_t row_pitch, size_t rows,
                                            size_t columns, const ptrdiff_t *taps, const float *weights,
                                            size_t tap_count) {
  for (size_t row = 0; row < rows; row++, out += columns, plane += row_pitch) {
    size_t column = 0;
    for (; column + 32 <= columns; column += 32) {
      KERNEL(floats) a = 0, b = 0, c = 0, d = 0;
      for (size_t t = 0; t < tap_count; t++) {
        const float *x = plane + column + taps[t];
        const float weight = weights[4 * t];
        a += weight * LOAD(x), b += weight * LOAD(x + 8), c += weight * LOAD(x + 16);
        d += weight * LOAD(x + 24);
      }
      STORE(out + column, a);
      STORE(out + column + 8, b);
      STORE(out + column + 16, c);
      STORE(out + column + 24, d);
    }
    for (; column < columns; column += 8) {
      KERNEL(floats) a = 0;
      for (size_t t = 0; t < tap_count; t++) a += weights[4 * t] * LOAD(plane + column + taps[t]);
      STORE(out + column, a);
    }
  }
}

KERNEL_TARGET static void KERNEL(gate)(float *values, const uint8_t *gate, size_t count) {
  for (size_t i = 0; i + 8 <= count; i += 8)
    STORE(values + i, KERNEL(spread)(gate[i / 8]) ? LOAD(values + i) : (KERNEL(floats))0.0f);
  for (size_t i = count & ~(size_t)7; i < count; i++)
    values[i] = gate[i / 8] >> (i % 8) & 1 ? values[i] : 0.0f;
}

#undef LOAD
#undef STORE
