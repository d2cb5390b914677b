// ISA-L's inflate state holds buffers too large for Swift to import, and leaves four things to its
// caller: bytes looked at beyond the end of the stream or an error, a count of input that an error
// leaves wrong, content still inside it after an error, and bytes counted as content that never were.
// All are settled here, so that it behaves as every other inflater.
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

enum { CIGZIP_MATCH_MAX = 258 };

/// How many of the last bytes of content are not content, after a match that reaches back too far, or
/// whose distance is none.
///
/// The fast loop of the assembly (2.30) sees that only after it has counted the match's length as
/// written; the careful loop that it takes near the end of a buffer sees it before. What the fast one
/// did write there is the match's symbol, length + 254 in igzip's numbering, as a little-endian
/// number widened with zeros; the rest is what the memory held before. So the length can be read off,
/// and where no such number stands nothing was counted. A text has no such bytes of its own; in
/// binary content a good end before the damage may be given up with the bad.
static inline int64_t cigzip_false_tail(const uint8_t *tail, int64_t count) {
  int64_t longest = count < CIGZIP_MATCH_MAX ? count : CIGZIP_MATCH_MAX;
  for (int64_t length = longest; length >= 3; length--) {
    const uint8_t *at = tail + count - length;
    const uint8_t symbol[6] = {(uint8_t)(length + 254), (uint8_t)((length + 254) >> 8)};
    if (memcmp(at, symbol, length < 6 ? (size_t)length : 6) == 0) return length;
  }
  return 0;
}

/// Takes the false bytes back: first those still waiting, then those just written to `output`.
static inline int64_t cigzip_retract(struct inflate_state *state, const uint8_t *output,
                                     int64_t produced) {
  uint8_t tail[2 * CIGZIP_MATCH_MAX];
  int64_t waiting = (int64_t)state->tmp_out_valid - state->tmp_out_processed;
  int64_t last = waiting < CIGZIP_MATCH_MAX ? waiting : CIGZIP_MATCH_MAX;
  int64_t before = produced < CIGZIP_MATCH_MAX ? produced : CIGZIP_MATCH_MAX;
  memcpy(tail, output + produced - before, (size_t)before);
  memcpy(tail + before, state->tmp_out_buffer + state->tmp_out_valid - last, (size_t)last);
  int64_t count = cigzip_false_tail(tail, before + last);
  int64_t fromWaiting = count < waiting ? count : waiting;
  state->tmp_out_valid -= (int32_t)fromWaiting;
  return produced - (count - fromWaiting);
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
    // Not from avail_in: after a match that reaches back too far, the fast loop of the assembly (2.30)
    // leaves it eight too small, or wrapped around.
    step.consumed = state->next_in - input;
    step.produced = (int64_t)output_count - state->avail_out;
    wrapper->failed = result < 0 || result == ISAL_NEED_DICT;
    if (result == ISAL_INVALID_LOOKBACK || result == ISAL_INVALID_SYMBOL) {
      step.produced = cigzip_retract(state, output, step.produced);
    }
    int finished = !wrapper->failed && state->block_state == ISAL_BLOCK_FINISH;
    if (finished) step.status = CIGZIP_FINISHED;
    if ((finished || wrapper->failed) && state->read_in_length > 0) {
      step.consumed -= state->read_in_length / 8;
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
