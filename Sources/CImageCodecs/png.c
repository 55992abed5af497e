#include <png.h>

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codecs.h"

// Everything a call needs to clean up after libpng jumps back: it lives outside the function that calls setjmp.
typedef struct {
  png_structp png;
  png_infop info;
  codec_status status;
  codec_message *message;
  // Reading: what is left of the file, and rows as the file holds them.
  const uint8_t *next;
  size_t left;
  uint8_t *rows;
  // Writing.
  codec_buffer out;
  size_t capacity;
} png_state;

_Noreturn static void on_error(png_structp png, png_const_charp text) {
  png_state *state = png_get_error_ptr(png);
  if (state->status == CODEC_OK) state->status = CODEC_CORRUPT;
  snprintf(state->message->text, sizeof state->message->text, "%s", text);
  png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text) {
  (void)png;
  (void)text;
}

_Noreturn static void fail(png_state *state, codec_status status, const char *text) {
  state->status = status;
  png_error(state->png, text);
}

static void read_bytes(png_structp png, png_bytep destination, size_t count) {
  png_state *state = png_get_io_ptr(png);
  if (count > state->left) fail(state, CODEC_TRUNCATED, "the file ends inside a chunk");
  memcpy(destination, state->next, count);
  state->next += count;
  state->left -= count;
}

static void write_bytes(png_structp png, png_bytep source, size_t count) {
  png_state *state = png_get_io_ptr(png);
  if (count > state->capacity - state->out.count) {
    size_t capacity = 2 * state->capacity + count + 4096;
    uint8_t *bytes = realloc(state->out.bytes, capacity);
    if (!bytes) fail(state, CODEC_NO_MEMORY, "out of memory");
    state->out.bytes = bytes;
    state->capacity = capacity;
  }
  memcpy(state->out.bytes + state->out.count, source, count);
  state->out.count += count;
}

static void flush_bytes(png_structp png) { (void)png; }

static codec_status finish_reading(png_state *state) {
  png_destroy_read_struct(&state->png, &state->info, NULL);
  free(state->rows);
  state->rows = NULL;
  return state->status;
}

// Makes the reader; returns 0 when memory is short.
static int begin_reading(png_state *state, const uint8_t *data, size_t count, codec_message *message) {
  memset(state, 0, sizeof *state);
  message->text[0] = 0;
  state->message = message;
  state->next = data;
  state->left = count;
  state->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, state, on_error, on_warning);
  if (!state->png) return 0;
  state->info = png_create_info_struct(state->png);
  return state->info != NULL;
}

// Reads up to the first pixel. Text, profiles and the like are not looked into, so that they cannot harm.
static void read_header(png_state *state) {
  png_structp png = state->png;
  png_set_read_fn(png, state, read_bytes);
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
  png_read_info(png, state->info);
}

codec_status codec_png_size(const uint8_t *data, size_t count, codec_size *size, codec_message *message) {
  png_state state;
  if (!begin_reading(&state, data, count, message)) {
    finish_reading(&state);
    return CODEC_NO_MEMORY;
  }
  if (setjmp(png_jmpbuf(state.png))) return finish_reading(&state);
  read_header(&state);
  size->width = png_get_image_width(state.png, state.info);
  size->height = png_get_image_height(state.png, state.info);
  state.status = codec_check_size(size->width, size->height, message);
  return finish_reading(&state);
}

// How the file's samples become RGBA.
typedef struct {
  int colour_type;
  int depth;
  uint8_t palette[256][4];
  int has_key;
  png_color_16 key;
} png_layout;

static void read_layout(png_state *state, png_layout *layout) {
  memset(layout, 0, sizeof *layout);
  layout->colour_type = png_get_color_type(state->png, state->info);
  layout->depth = png_get_bit_depth(state->png, state->info);
  // Indices beyond the palette are black, as in Pillow.
  for (int index = 0; index < 256; index++) layout->palette[index][3] = 255;
  png_colorp colours = NULL;
  int colour_count = 0;
  if (layout->colour_type == PNG_COLOR_TYPE_PALETTE) {
    png_get_PLTE(state->png, state->info, &colours, &colour_count);
    for (int index = 0; index < colour_count && index < 256; index++) {
      layout->palette[index][0] = colours[index].red;
      layout->palette[index][1] = colours[index].green;
      layout->palette[index][2] = colours[index].blue;
    }
  }
  png_bytep alphas = NULL;
  png_color_16p key = NULL;
  int alpha_count = 0;
  if (png_get_tRNS(state->png, state->info, &alphas, &alpha_count, &key)) {
    if (layout->colour_type == PNG_COLOR_TYPE_PALETTE) {
      for (int index = 0; alphas && index < alpha_count && index < 256; index++) layout->palette[index][3] = alphas[index];
    } else if (key) {
      layout->has_key = 1;
      layout->key = *key;
    }
  }
}

static inline unsigned sample16(const uint8_t *bytes) { return (unsigned)bytes[0] << 8 | bytes[1]; }

// The grey of 16-bit samples is clipped and not scaled, as Pillow does.
static inline uint8_t clipped(unsigned sample) { return sample > 255 ? 255 : (uint8_t)sample; }

// One pixel of a row whose samples narrower than 8 bits take a byte each.
static inline void convert_pixel(const png_layout *layout, const uint8_t *row, uint32_t x, uint8_t rgba[4]) {
  const int wide = layout->depth == 16, step = wide ? 2 : 1;
  rgba[3] = 255;
  switch (layout->colour_type) {
    case PNG_COLOR_TYPE_PALETTE:
      memcpy(rgba, layout->palette[row[x]], 4);
      break;
    case PNG_COLOR_TYPE_GRAY: {
      unsigned sample = wide ? sample16(row + 2 * (size_t)x) : row[x];
      unsigned grey = layout->depth < 8 ? sample * (255u / ((1u << layout->depth) - 1)) : sample;
      rgba[0] = rgba[1] = rgba[2] = clipped(grey);
      if (layout->has_key && sample == layout->key.gray) rgba[3] = 0;
      break;
    }
    case PNG_COLOR_TYPE_GRAY_ALPHA: {
      const uint8_t *pixel = row + 2 * (size_t)step * x;
      rgba[0] = rgba[1] = rgba[2] = pixel[0];
      rgba[3] = pixel[step];
      break;
    }
    case PNG_COLOR_TYPE_RGB: {
      const uint8_t *pixel = row + 3 * (size_t)step * x;
      for (int channel = 0; channel < 3; channel++) rgba[channel] = pixel[channel * step];
      if (layout->has_key) {
        unsigned samples[3];
        for (int channel = 0; channel < 3; channel++) {
          samples[channel] = wide ? sample16(pixel + 2 * channel) : pixel[channel];
        }
        if (samples[0] == layout->key.red && samples[1] == layout->key.green && samples[2] == layout->key.blue) {
          rgba[3] = 0;
        }
      }
      break;
    }
    default: {
      const uint8_t *pixel = row + 4 * (size_t)step * x;
      for (int channel = 0; channel < 4; channel++) rgba[channel] = pixel[channel * step];
    }
  }
}

static void convert_row(const png_layout *layout, const uint8_t *row, uint8_t *pixels, uint32_t width, int channels) {
  int stored = layout->colour_type == PNG_COLOR_TYPE_RGB ? 3 : layout->colour_type == PNG_COLOR_TYPE_RGB_ALPHA ? 4 : 0;
  if (stored == channels && layout->depth == 8 && !(channels == 4 && layout->has_key)) {
    memcpy(pixels, row, (size_t)width * (size_t)channels);
    return;
  }
  for (uint32_t x = 0; x < width; x++) {
    uint8_t rgba[4];
    convert_pixel(layout, row, x, rgba);
    memcpy(pixels + (size_t)x * (size_t)channels, rgba, (size_t)channels);
  }
}

codec_status codec_png_decode(const uint8_t *data, size_t count, uint8_t *pixels, size_t pixel_bytes, int channels,
                              codec_message *message) {
  png_state state;
  png_layout layout;
  if (!begin_reading(&state, data, count, message)) {
    finish_reading(&state);
    return CODEC_NO_MEMORY;
  }
  if (setjmp(png_jmpbuf(state.png))) return finish_reading(&state);
  read_header(&state);
  uint32_t width = png_get_image_width(state.png, state.info);
  uint32_t height = png_get_image_height(state.png, state.info);
  size_t out_row = (size_t)width * (size_t)channels;
  if (out_row * height != pixel_bytes) fail(&state, CODEC_CORRUPT, "the size in the header changed");
  read_layout(&state, &layout);
  png_set_packing(state.png);
  int interlaced = png_get_interlace_type(state.png, state.info) != PNG_INTERLACE_NONE;
  int passes = png_set_interlace_handling(state.png);
  png_read_update_info(state.png, state.info);
  // The passes of an interlaced picture fill rows bit by bit, so all are kept; otherwise one is enough.
  size_t in_row = png_get_rowbytes(state.png, state.info);
  state.rows = calloc(interlaced ? height : 1, in_row);
  if (!state.rows) fail(&state, CODEC_NO_MEMORY, "out of memory");
  for (int pass = 0; pass < passes; pass++) {
    for (uint32_t y = 0; y < height; y++) {
      uint8_t *row = state.rows + (interlaced ? in_row * y : 0);
      png_read_row(state.png, row, NULL);
      if (pass == passes - 1) convert_row(&layout, row, pixels + out_row * y, width, channels);
    }
  }
  // On to the end marker: a file that was cut off is an error even where every pixel survived.
  png_read_end(state.png, NULL);
  return finish_reading(&state);
}

codec_status codec_png_encode(const uint8_t *pixels, codec_size size, int channels, codec_buffer *out,
                              codec_message *message) {
  png_state state;
  memset(&state, 0, sizeof state);
  message->text[0] = 0;
  state.message = message;
  state.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &state, on_error, on_warning);
  if (!state.png) return CODEC_NO_MEMORY;
  state.info = png_create_info_struct(state.png);
  if (!state.info || setjmp(png_jmpbuf(state.png))) {
    if (state.status == CODEC_OK) state.status = CODEC_NO_MEMORY;
    png_destroy_write_struct(&state.png, &state.info);
    free(state.out.bytes);
    return state.status;
  }
  png_set_write_fn(state.png, &state, write_bytes, flush_bytes);
  png_set_user_limits(state.png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_compression_level(state.png, 6);
  png_set_IHDR(state.png, state.info, size.width, size.height, 8,
               channels == 4   ? PNG_COLOR_TYPE_RGB_ALPHA
               : channels == 1 ? PNG_COLOR_TYPE_GRAY
                               : PNG_COLOR_TYPE_RGB,
               PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(state.png, state.info);
  size_t row_bytes = (size_t)size.width * (size_t)channels;
  for (uint32_t y = 0; y < size.height; y++) png_write_row(state.png, pixels + row_bytes * y);
  png_write_end(state.png, state.info);
  png_destroy_write_struct(&state.png, &state.info);
  *out = state.out;
  return CODEC_OK;
}
