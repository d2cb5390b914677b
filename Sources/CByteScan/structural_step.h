// The logic of one step, the same for all versions: of one block, or of many whose bit masks are
// vectors, so that most of it costs as much for eight as for one. See `structural_block.h` for what a
// version is made of.
//
// What a plain step of a log lacks (control characters, text beyond ASCII, white space outside strings,
// empty containers, literals) is behind branches: it is rare, and costs where it occurs.
#include "structural_block.h"
#include "structural_scalars.h"
#include "structural_words.h"
#include "structural_masks.h"
#include "structural_escapes.h"
#include "structural_numbers.h"

typedef uint64_t lanes[STRUCTURAL_LANES] __attribute__((aligned(64)));

/// What a step must know of the one before; of its masks only the last byte counts.
typedef struct {
  words separators, listed, string_ends, scalars;
  /// A run without structural bytes goes on since a comma or an opening byte.
  uint64_t separated;
  VERSION(number_state) numbers;
  /// Where the scalars end that were looked at one by one.
  size_t scalars_known;
} VERSION(step_state);

/// Control characters and text beyond ASCII, in those blocks that have unusual bytes.
TARGET RARE utf8_state VERSION(unusual)(utf8_state utf8, const uint8_t *block,
                                        const uint64_t *unusual, uint64_t *controls,
                                        uint64_t *errors) {
  for (int lane = 0; lane < STRUCTURAL_LANES; lane++, block += STRUCTURAL_BLOCK) {
    controls[lane] = errors[lane] = 0;
    if (unusual[lane]) controls[lane] = VERSION(control)(block);
    if (utf8.needed || (unusual[lane] && VERSION(non_ascii)(block))) {
      utf8 = VERSION(utf8)(utf8, block, &errors[lane]);
    }
  }
  return utf8;
}

/// A line feed ends the row, in a string too: what follows is outside, and its row unharmed.
/// Returns 1 if the last byte is now outside that was inside, or the other way.
RARE uint64_t VERSION(break_strings)(const uint64_t *newlines, uint64_t *in_string,
                                     uint64_t *errors) {
  const uint64_t last = in_string[STRUCTURAL_LANES - 1];
  for (int lane = 0; lane < STRUCTURAL_LANES; lane++) {
    errors[lane] = 0;
    for (uint64_t broken; (broken = newlines[lane] & in_string[lane]) != 0;) {
      const int at = __builtin_ctzll(broken);
      errors[lane] |= (uint64_t)1 << at;
      in_string[lane] ^= ~(uint64_t)0 << at;
      for (int later = lane + 1; later < STRUCTURAL_LANES; later++) in_string[later] ^= ~(uint64_t)0;
    }
  }
  return (last ^ in_string[STRUCTURAL_LANES - 1]) >> 63;
}

/// Takes those of the misplaced bytes away that close an empty container.
RARE void VERSION(allow_empty)(uint64_t *misplaced, const uint64_t *closing, const uint8_t *block) {
  for (int lane = 0; lane < STRUCTURAL_LANES; lane++, block += STRUCTURAL_BLOCK) {
    misplaced[lane] &= ~empty_containers(misplaced[lane] & closing[lane], block);
  }
}

/// What rows that end in the step, or go on behind it, are told of it. `tokens_counts` are the counts
/// of tokens before each block.
TARGET SOMETIMES void VERSION(rows)(structural_scan *scan, words newlines, words errors,
                                    words backslashes, const uint64_t *found,
                                    const size_t *tokens_counts,
                                    const structural_output *output) {
  const uint32_t wrong = VERSION(filled)(errors), escaped = VERSION(filled)(backslashes);
  lanes newlines_by_lane, errors_by_lane, backslashes_by_lane;
  VERSION(put_words)(newlines_by_lane, newlines);
  VERSION(put_words)(errors_by_lane, errors);
  VERSION(put_words)(backslashes_by_lane, backslashes);
  uint32_t flags = scan->row_flags;
  int from = 0;
  for (uint32_t left = VERSION(filled)(newlines); left; left &= left - 1) {
    const int lane = __builtin_ctz(left);
    const uint32_t between = ((1u << lane) - 1) & ~((1u << from) - 1);
    flags |= (wrong & between) ? STRUCTURAL_DOUBTFUL : 0;
    flags |= (escaped & between) ? STRUCTURAL_ESCAPES : 0;
    uint64_t lane_errors = errors_by_lane[lane], lane_backslashes = backslashes_by_lane[lane];
    for (uint64_t ends = newlines_by_lane[lane]; ends; ends &= ends - 1) {
      const uint64_t row = ends ^ (ends - 1);
      flags |= (lane_errors & row) ? STRUCTURAL_DOUBTFUL : 0;
      flags |= (lane_backslashes & row) ? STRUCTURAL_ESCAPES : 0;
      lane_errors &= ~row;
      lane_backslashes &= ~row;
      output->rows[scan->rows_count++] = (structural_row){
          .end = (uint32_t)scan->position + (uint32_t)lane * STRUCTURAL_BLOCK +
                 (uint32_t)__builtin_ctzll(ends),
          .tokens_end = (uint32_t)tokens_counts[lane] +
                        (uint32_t)__builtin_popcountll(found[lane] & row),
          .flags = flags,
      };
      flags = 0;
    }
    flags |= lane_errors ? STRUCTURAL_DOUBTFUL : 0;
    flags |= lane_backslashes ? STRUCTURAL_ESCAPES : 0;
    from = lane + 1;
  }
  const uint32_t behind = ~((1u << from) - 1);
  flags |= (wrong & behind) ? STRUCTURAL_DOUBTFUL : 0;
  flags |= (escaped & behind) ? STRUCTURAL_ESCAPES : 0;
  scan->row_flags = flags;
}

/// The bytes that are wrong in scalars, which are all bytes outside strings that are nothing else.
TARGET SOMETIMES words VERSION(scalar_errors)(VERSION(step_state) *before, words scalars,
                                              words behind_scalars, const step_masks *masks,
                                              const uint8_t *block, const uint8_t *bytes,
                                              size_t position, size_t count) {
  VERSION(number_masks) found = VERSION(find_number_masks)(masks, block);
  found.digits &= scalars;
  found.dots &= scalars;
  found.minuses &= scalars;
  const words odd = scalars & ~(found.digits | found.dots | found.minuses);
  if (!VERSION(any)(odd) && before->scalars_known <= position) {
    return VERSION(number_errors)(&before->numbers, behind_scalars, found);
  }
  odd_scalars single = {.known = {0}, .wrong = {0}};
  VERSION(put_words)(single.all, scalars);
  VERSION(put_words)(single.behind, behind_scalars);
  VERSION(put_words)(single.odd, odd);
  before->scalars_known =
      find_odd_scalars(&single, position, before->scalars_known, bytes, count);
  const words plain = ~VERSION(words_at)(single.known);
  found.digits &= plain;
  found.dots &= plain;
  found.minuses &= plain;
  return VERSION(words_at)(single.wrong) |
         (plain & VERSION(number_errors)(&before->numbers, behind_scalars, found));
}

/// Scans one step, whose masks are made. `block` is readable from 16 bytes before to its end; `bytes`
/// is all input. The output has room for `quotes_count` words of quotes.
TARGET ALWAYS_INLINE void VERSION(step)(structural_scan *scan, VERSION(step_state) *before,
                                        const step_masks *masks, const uint8_t *block,
                                        const uint8_t *bytes, size_t count,
                                        const structural_output *output, size_t quotes_count) {
  const size_t position = scan->position;
  words quotes = VERSION(words_at)(masks->quote);
  const words backslashes = VERSION(words_at)(masks->backslash);
  const words white = VERSION(words_at)(masks->white), newlines = VERSION(words_at)(masks->newline);
  words errors = VERSION(repeated)(0), controls = errors;

  if (VERSION(any)(backslashes) || scan->escaped) {
    const VERSION(escapes) escapes =
        VERSION(find_escapes)(backslashes, scan->escaped, masks, block, bytes, position, count);
    quotes &= ~escapes.escaped;
    errors = escapes.errors;
    scan->escaped = escapes.carry;
  }
  if (VERSION(any)(VERSION(words_at)(masks->unusual)) || scan->utf8.needed) {
    lanes unusual, found, wrong;
    VERSION(put_words)(unusual, VERSION(words_at)(masks->unusual));
    scan->utf8 = VERSION(unusual)(scan->utf8, block, unusual, found, wrong);
    controls = VERSION(words_at)(found);
    errors |= VERSION(words_at)(wrong);
  }

  words in_string = VERSION(parities)(quotes, &scan->in_string);
  if (__builtin_expect(VERSION(any)(newlines & in_string), 0)) {
    lanes feeds, inside, wrong;
    VERSION(put_words)(feeds, newlines);
    VERSION(put_words)(inside, in_string);
    scan->in_string ^= VERSION(break_strings)(feeds, inside, wrong);
    in_string = VERSION(words_at)(inside);
    errors |= VERSION(words_at)(wrong);
  }
  errors |= controls & in_string;
  uint64_t *const quotes_output = output->quotes + position / STRUCTURAL_BLOCK;
  if (quotes_count >= STRUCTURAL_LANES) {
    memcpy(quotes_output, &quotes, sizeof quotes);
  } else {
    memcpy(quotes_output, &quotes, quotes_count * sizeof(uint64_t));
  }

  // Separators and values alternate: a value begins right behind each opening byte, comma, colon
  // and line feed, and nowhere else. An empty container is the one exception.
  const words open = VERSION(words_at)(masks->open) & ~in_string;
  const words close = VERSION(words_at)(masks->close) & ~in_string;
  const words comma = VERSION(words_at)(masks->comma) & ~in_string;
  const words colon = VERSION(words_at)(masks->colon) & ~in_string;
  const words listed = open | comma;
  words separators = listed | colon | newlines;
  const words structural = separators | close;
  const words scalars = ~(in_string | quotes | white | structural);
  const words behind_scalars = VERSION(behind)(scalars, before->scalars);
  const words value_starts = (quotes & in_string) | (scalars & ~behind_scalars) | open;
  words expected = VERSION(behind)(separators, before->separators);
  if (VERSION(any)(expected & white)) {
    uint64_t carry = 0;
    expected = VERSION(past)(expected, white, &carry);
    separators |= VERSION(last)(carry << 63);
  }
  const words misplaced = expected ^ value_starts;
  if (__builtin_expect(VERSION(any)(misplaced), 0)) {
    lanes wrong, closing;
    VERSION(put_words)(wrong, misplaced);
    VERSION(put_words)(closing, expected & close);
    VERSION(allow_empty)(wrong, closing, block);
    errors |= VERSION(words_at)(wrong);
  }

  // A colon stands behind a string.
  words string_ends = quotes & ~in_string;
  words behind_string = VERSION(behind)(string_ends, before->string_ends);
  if (VERSION(any)(behind_string & white)) {
    uint64_t carry = 0;
    behind_string = VERSION(past)(behind_string, white, &carry);
    string_ends |= VERSION(last)(carry << 63);
  }
  errors |= colon & ~behind_string;

  // Which structural bytes are the next ones behind a comma or an opening byte. Where an object ends
  // with one of them, or a row, the last thing in it is no member.
  const words next = VERSION(past)(VERSION(behind)(listed, before->listed), ~structural,
                                   &before->separated);
  // A colon stands behind the one value that is behind a comma or an opening byte.
  errors |= colon & ~next;
  const words ends_list = (close | newlines) & next & ~expected;
  // Where all masks are at hand, a branch that is hard to guess would be saved for nothing.
  if (STRUCTURAL_LANES > 1 || VERSION(any)(ends_list)) {
    errors |= ends_list & ~VERSION(find_list_ends)(masks, block);
  }

  if (VERSION(any)(scalars | behind_scalars)) {
    errors |= VERSION(scalar_errors)(before, scalars, behind_scalars, masks, block, bytes,
                                     position, count);
  }
  before->separators = separators;
  before->listed = listed;
  before->string_ends = string_ends;
  before->scalars = scalars;

  lanes found;
  size_t tokens_counts[STRUCTURAL_LANES];
  VERSION(put_words)(found, open | close | colon | (comma & next));
  size_t tokens_count = scan->tokens_count;
#pragma clang loop unroll(full)
  for (int lane = 0; lane < STRUCTURAL_LANES; lane++) {
    tokens_counts[lane] = tokens_count;
    VERSION(write)(output->tokens + tokens_count, found[lane],
                   (uint32_t)position + (uint32_t)lane * STRUCTURAL_BLOCK);
    tokens_count += (size_t)__builtin_popcountll(found[lane]);
  }
  scan->tokens_count = tokens_count;
  if (VERSION(any)(newlines | errors | backslashes)) {
    VERSION(rows)(scan, newlines, errors, backslashes, found, tokens_counts, output);
  }
  scan->position = position + STEP_SIZE;
}

#include "structural_run.h"
