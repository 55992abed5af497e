#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

#include "codecs.h"

// More scans than any encoder writes; a file of thousands only burns time.
enum { scan_limit = 500 };

// libjpeg's error manager, extended by the way back and by what to report.
typedef struct {
  struct jpeg_error_mgr manager;
  jmp_buf escape;
  codec_status status;
  codec_message *message;
} error_state;

_Noreturn static void escape_with(j_common_ptr info, codec_status status) {
  error_state *error = (error_state *)info->err;
  char text[JMSG_LENGTH_MAX];
  error->manager.format_message(info, text);
  snprintf(error->message->text, sizeof error->message->text, "%.*s", (int)sizeof error->message->text - 1, text);
  error->status = status;
  longjmp(error->escape, 1);
}

_Noreturn static void on_error(j_common_ptr info) {
  switch (info->err->msg_code) {
    case JERR_OUT_OF_MEMORY:
      escape_with(info, CODEC_NO_MEMORY);
    case JERR_INPUT_EOF:
    case JERR_INPUT_EMPTY:
      escape_with(info, CODEC_TRUNCATED);
    case JERR_BAD_PRECISION:
    case JERR_SOF_UNSUPPORTED:
    case JERR_ARITH_NOTIMPL:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_FRACT_SAMPLE_NOTIMPL:
    case JERR_CCIR601_NOTIMPL:
    case JERR_NOT_COMPILED:
    case JERR_IMAGE_TOO_BIG:
      escape_with(info, CODEC_UNSUPPORTED);
    default:
      escape_with(info, CODEC_CORRUPT);
  }
}

// libjpeg warns and goes on with made-up pixels where the compressed data are damaged; here that is an error.
// Stray bytes between markers lose no pixel and pass.
static void on_warning(j_common_ptr info, int level) {
  if (level >= 0) return;
  switch (info->err->msg_code) {
    case JWRN_JPEG_EOF:
      escape_with(info, CODEC_TRUNCATED);
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE:
    case JWRN_MUST_RESYNC:
    case JWRN_NOT_SEQUENTIAL:
      escape_with(info, CODEC_CORRUPT);
    default:
      info->err->num_warnings++;
  }
}

static void on_message(j_common_ptr info) { (void)info; }

static void on_progress(j_common_ptr info) {
  if (info->is_decompressor && ((j_decompress_ptr)info)->input_scan_number > scan_limit) {
    error_state *error = (error_state *)info->err;
    snprintf(error->message->text, sizeof error->message->text, "more than %d scans", (int)scan_limit);
    error->status = CODEC_CORRUPT;
    longjmp(error->escape, 1);
  }
}

static struct jpeg_error_mgr *install(error_state *error, codec_message *message) {
  message->text[0] = 0;
  error->status = CODEC_OK;
  error->message = message;
  jpeg_std_error(&error->manager);
  error->manager.error_exit = on_error;
  error->manager.emit_message = on_warning;
  error->manager.output_message = on_message;
  return &error->manager;
}

static codec_status unsupported_components(int count, codec_message *message) {
  snprintf(message->text, sizeof message->text, "%d colour components", count);
  return CODEC_UNSUPPORTED;
}

codec_status codec_jpeg_size(const uint8_t *data, size_t count, codec_size *size, codec_message *message) {
  struct jpeg_decompress_struct info;
  error_state error;
  memset(&info, 0, sizeof info);
  info.err = install(&error, message);
  if (setjmp(error.escape)) {
    jpeg_destroy_decompress(&info);
    return error.status;
  }
  jpeg_create_decompress(&info);
  jpeg_mem_src(&info, data, count);
  jpeg_read_header(&info, TRUE);
  size->width = info.image_width;
  size->height = info.image_height;
  codec_status status = codec_check_size(size->width, size->height, message);
  if (status == CODEC_OK && info.num_components != 1 && info.num_components != 3 && info.num_components != 4) {
    status = unsupported_components(info.num_components, message);
  }
  jpeg_destroy_decompress(&info);
  return status;
}

// a x b / 255, rounded.
static inline uint8_t scaled(uint8_t a, uint8_t b) {
  unsigned product = (unsigned)a * b + 128;
  return (uint8_t)((product + (product >> 8)) >> 8);
}

// A row of CMYK, each ink stored inverted as Adobe's programs store it, to RGB: light = (1 - ink)(1 - black).
static void convert_inverted_cmyk(const uint8_t *row, uint8_t *rgb, uint32_t width) {
  for (uint32_t x = 0; x < width; x++, row += 4, rgb += 3) {
    uint8_t light = row[3];
    for (int ink = 0; ink < 3; ink++) rgb[ink] = (uint8_t)(light - scaled((uint8_t)(255 - row[ink]), light));
  }
}

// Spreads a row of RGB at the start of its memory to RGBA in place, last pixel first.
static void add_alpha(uint8_t *row, uint32_t width) {
  for (uint32_t x = width; x-- > 0;) {
    uint8_t red = row[3 * x], green = row[3 * x + 1], blue = row[3 * x + 2];
    row[4 * x] = red;
    row[4 * x + 1] = green;
    row[4 * x + 2] = blue;
    row[4 * x + 3] = 255;
  }
}

codec_status codec_jpeg_decode(const uint8_t *data, size_t count, uint8_t *pixels, size_t pixel_bytes, int channels,
                               codec_message *message) {
  struct jpeg_decompress_struct info;
  struct jpeg_progress_mgr progress;
  error_state error;
  memset(&info, 0, sizeof info);
  memset(&progress, 0, sizeof progress);
  info.err = install(&error, message);
  if (setjmp(error.escape)) {
    jpeg_destroy_decompress(&info);
    return error.status;
  }
  jpeg_create_decompress(&info);
  progress.progress_monitor = on_progress;
  info.progress = &progress;
  jpeg_mem_src(&info, data, count);
  jpeg_read_header(&info, TRUE);
  size_t row_bytes = (size_t)info.image_width * (size_t)channels;
  if (row_bytes * info.image_height != pixel_bytes) {
    jpeg_destroy_decompress(&info);
    snprintf(message->text, sizeof message->text, "the size in the header changed");
    return CODEC_CORRUPT;
  }
  int inks = info.num_components == 4;
  info.out_color_space = inks ? JCS_CMYK : JCS_RGB;
  jpeg_start_decompress(&info);
  JSAMPARRAY ink_row =
      inks ? info.mem->alloc_sarray((j_common_ptr)&info, JPOOL_IMAGE, info.output_width * 4, 1) : NULL;
  while (info.output_scanline < info.output_height) {
    uint8_t *row = pixels + row_bytes * info.output_scanline;
    jpeg_read_scanlines(&info, inks ? ink_row : &row, 1);
    if (inks) convert_inverted_cmyk(ink_row[0], row, info.output_width);
    if (channels == 4) add_alpha(row, info.output_width);
  }
  // On to the end marker: a file that was cut off is an error even where every pixel survived.
  jpeg_finish_decompress(&info);
  jpeg_destroy_decompress(&info);
  return CODEC_OK;
}

codec_status codec_jpeg_encode(const uint8_t *pixels, codec_size size, int channels, int quality, codec_buffer *out,
                               codec_message *message) {
  struct jpeg_compress_struct info;
  error_state error;
  // Written inside the library between setjmp and longjmp: memory, not registers.
  struct {
    unsigned char *bytes;
    unsigned long count;
  } volatile destination = {NULL, 0};
  memset(&info, 0, sizeof info);
  info.err = install(&error, message);
  if (size.width == 0 || size.height == 0 || size.width > JPEG_MAX_DIMENSION || size.height > JPEG_MAX_DIMENSION) {
    snprintf(message->text, sizeof message->text, "%u x %u pixels; a JPEG's sides are 1 to %ld", size.width,
             size.height, JPEG_MAX_DIMENSION);
    return CODEC_TOO_LARGE;
  }
  if (setjmp(error.escape)) {
    jpeg_destroy_compress(&info);
    free(destination.bytes);
    return error.status == CODEC_NO_MEMORY ? CODEC_NO_MEMORY : CODEC_CORRUPT;
  }
  jpeg_create_compress(&info);
  jpeg_mem_dest(&info, (unsigned char **)&destination.bytes, (unsigned long *)&destination.count);
  info.image_width = size.width;
  info.image_height = size.height;
  info.input_components = channels;
  info.in_color_space = channels == 4 ? JCS_EXT_RGBX : JCS_RGB;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, quality, TRUE);
  jpeg_start_compress(&info, TRUE);
  size_t row_bytes = (size_t)size.width * (size_t)channels;
  while (info.next_scanline < info.image_height) {
    JSAMPROW row = (JSAMPROW)(pixels + row_bytes * info.next_scanline);
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  out->bytes = destination.bytes;
  out->count = destination.count;
  return CODEC_OK;
}
