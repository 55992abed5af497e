// libpng and libjpeg behind functions that return a status: their longjmp never leaves this target.
//
// Pictures are 8-bit, interleaved, rows from top to bottom without padding. Every function may be called from
// several threads at once; none keeps a pointer to its arguments.

#ifndef PATCHWORK_CIMAGECODECS_H
#define PATCHWORK_CIMAGECODECS_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
  CODEC_OK = 0,
  // The data end before the picture does.
  CODEC_TRUNCATED = 1,
  // The data break the format's rules.
  CODEC_CORRUPT = 2,
  // A variant of the format that is not read: 12-bit or lossless JPEG, say.
  CODEC_UNSUPPORTED = 3,
  // More pixels than `codec_pixel_limit`, or sides the format cannot hold.
  CODEC_TOO_LARGE = 4,
  CODEC_NO_MEMORY = 5
} codec_status;

enum { codec_message_size = 200 };

// What went wrong, in the library's words; empty when there is nothing to add.
typedef struct {
  char text[codec_message_size];
} codec_message;

typedef struct {
  uint32_t width;
  uint32_t height;
} codec_size;

// Memory that the encoders fill and `codec_free` releases.
typedef struct {
  uint8_t *bytes;
  size_t count;
} codec_buffer;

// A picture with more pixels is refused before memory is taken for it; the limit at which Pillow refuses.
extern const uint64_t codec_pixel_limit;

// Read the header only.
codec_status codec_jpeg_size(const uint8_t *data, size_t count, codec_size *size, codec_message *message);
codec_status codec_png_size(const uint8_t *data, size_t count, codec_size *size, codec_message *message);

// Decode into `pixels`, which holds width x height x channels bytes of the size read before. `channels` is 3, or
// 4 to keep the alpha of a PNG (255 where it has none, and for every JPEG).
codec_status codec_jpeg_decode(const uint8_t *data, size_t count, uint8_t *pixels, size_t pixel_bytes, int channels,
                               codec_message *message);
codec_status codec_png_decode(const uint8_t *data, size_t count, uint8_t *pixels, size_t pixel_bytes, int channels,
                              codec_message *message);

// Encode; `channels` is 3 or 4, or 1 for a grey PNG. A JPEG has no alpha: it is dropped.
codec_status codec_jpeg_encode(const uint8_t *pixels, codec_size size, int channels, int quality, codec_buffer *out,
                               codec_message *message);
codec_status codec_png_encode(const uint8_t *pixels, codec_size size, int channels, codec_buffer *out,
                              codec_message *message);

void codec_free(codec_buffer *buffer);

#endif
