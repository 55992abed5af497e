#include "codecs.h"

#include <stdio.h>
#include <stdlib.h>

const uint64_t codec_pixel_limit = 178956970;

codec_status codec_check_size(uint64_t width, uint64_t height, codec_message *message) {
  if (width * height <= codec_pixel_limit) return CODEC_OK;
  snprintf(message->text, sizeof message->text, "%llu x %llu pixels", (unsigned long long)width,
           (unsigned long long)height);
  return CODEC_TOO_LARGE;
}

void codec_free(codec_buffer *buffer) {
  free(buffer->bytes);
  buffer->bytes = NULL;
  buffer->count = 0;
}
