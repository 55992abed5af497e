#include "CKernels.h"

// The first system header also says which C library this is.
#include <stdlib.h>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

void pk_keep_freed_memory(void) {
#if defined(__GLIBC__)
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, -1);
  mallopt(M_TOP_PAD, 64 << 20);
#endif
}
