// What the two codecs share inside this target.

#ifndef PATCHWORK_CODECS_H
#define PATCHWORK_CODECS_H

#include "include/CImageCodecs.h"

// CODEC_TOO_LARGE, with the size in words, when there are more pixels than the limit.
codec_status codec_check_size(uint64_t width, uint64_t height, codec_message *message);

#endif
