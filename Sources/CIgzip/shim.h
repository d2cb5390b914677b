// ISA-L's inflate state holds buffers too large for Swift to import, and leaves two things to its
// caller: bytes looked at beyond the end of the stream, and content still inside it after an error.
// Both are settled here, so that it behaves as every other inflater.
#ifndef TWINFUNNEL_CIGZIP_SHIM_H
#define TWINFUNNEL_CIGZIP_SHIM_H

#include <isa-l.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct cigzip_wrapper {
  struct inflate_state state;
  /// Set once the stream turned out malformed; from then on only finished content is handed out.
  int failed;
};

/// The wrapper, opaque to Swift.
typedef struct cigzip_opaque cigzip;

enum { CIGZIP_MORE = 0, CIGZIP_FINISHED = 1, CIGZIP_CORRUPT = 2 };

typedef struct {
  int64_t consumed;
  int64_t produced;
  int status;
} cigzip_step;

static inline int cigzip_version_major(void) { return ISAL_MAJOR_VERSION; }
static inline int cigzip_version_minor(void) { return ISAL_MINOR_VERSION; }

static inline cigzip *cigzip_create(void) {
  struct cigzip_wrapper *wrapper = (struct cigzip_wrapper *)malloc(sizeof *wrapper);
  if (wrapper == NULL) return NULL;
  isal_inflate_init(&wrapper->state);
  wrapper->failed = 0;
  return (cigzip *)wrapper;
}

static inline void cigzip_destroy(cigzip *stream) { free(stream); }

static inline void cigzip_reset(cigzip *stream) {
  struct cigzip_wrapper *wrapper = (struct cigzip_wrapper *)stream;
  isal_inflate_reset(&wrapper->state);
  wrapper->failed = 0;
}

static inline cigzip_step cigzip_inflate(cigzip *stream, const uint8_t *input, uint32_t input_count,
                                         uint8_t *output, uint32_t output_count) {
  struct cigzip_wrapper *wrapper = (struct cigzip_wrapper *)stream;
  struct inflate_state *state = &wrapper->state;
  cigzip_step step = {0, 0, CIGZIP_MORE};
  if (!wrapper->failed) {
    state->next_in = (uint8_t *)input;
    state->avail_in = input_count;
    state->next_out = output;
    state->avail_out = output_count;
    int result = isal_inflate(state);
    step.consumed = (int64_t)input_count - state->avail_in;
    step.produced = (int64_t)output_count - state->avail_out;
    wrapper->failed = result < 0 || result == ISAL_NEED_DICT;
    if (!wrapper->failed && state->block_state == ISAL_BLOCK_FINISH) {
      step.consumed -= state->read_in_length / 8;
      step.status = CIGZIP_FINISHED;
    }
  }
  if (wrapper->failed) {
    int64_t waiting = (int64_t)state->tmp_out_valid - state->tmp_out_processed;
    int64_t room = (int64_t)output_count - step.produced;
    int64_t count = waiting < room ? waiting : room;
    if (count > 0) {
      memcpy(output + step.produced, state->tmp_out_buffer + state->tmp_out_processed,
             (size_t)count);
      state->tmp_out_processed += (int32_t)count;
      step.produced += count;
    }
    step.status = waiting > room ? CIGZIP_MORE : CIGZIP_CORRUPT;
  }
  return step;
}

#endif
