#include "CKernels.h"

// The first system header also says which C library this is.
#include <stdlib.h>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

// Plain loops written so that the compiler vectorises them; one twin for AVX2, one portable, chosen by hand
// at run time (target_clones crashes under the thread sanitizer). Comparisons are written so that a NaN stays
// one.

#define MASK_GRADIENT_BODY                                                                           \
  for (size_t i = 0; i < count; i++) {                                                               \
    const float value = output[i];                                                                   \
    gradient[i] = (value > floor && value < ceiling) ? gradient[i] : 0.0f;                           \
  }

#if defined(__x86_64__)
#define AVX2 __attribute__((target("avx2,fma")))
AVX2 static void mask_gradient_avx2(float *gradient, const float *output, size_t count, float floor,
                                    float ceiling) {
  MASK_GRADIENT_BODY
}
static int has_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
#endif

void pk_mask_gradient(float *gradient, const float *output, size_t count, float floor, float ceiling) {
#if defined(__x86_64__)
  if (has_avx2()) {
    mask_gradient_avx2(gradient, output, count, floor, ceiling);
    return;
  }
#endif
  MASK_GRADIENT_BODY
}

void pk_keep_freed_memory(void) {
#if defined(__GLIBC__)
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, -1);
  mallopt(M_TOP_PAD, 64 << 20);
#endif
}
