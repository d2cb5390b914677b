// The scan from step to step. Part of `structural_step.h`.

TARGET ALWAYS_INLINE VERSION(step_state) VERSION(taken_up)(const structural_scan *scan) {
  return (VERSION(step_state)){
      .separators = VERSION(last)(scan->opened),
      .listed = VERSION(last)(scan->listed),
      .string_ends = VERSION(last)(scan->closed),
      .scalars = VERSION(last)(scan->scalar),
      .separated = scan->separated,
      .numbers = {
          .digits = VERSION(last)(scan->digit),
          .dots = VERSION(last)(scan->dot),
          .minuses = VERSION(last)(scan->minus),
          .leading_zeros = VERSION(last)(scan->leading_zero),
          .fraction = scan->fraction,
      },
      .scalars_known = scan->scalars_known,
  };
}

TARGET ALWAYS_INLINE void VERSION(put_down)(const VERSION(step_state) *state, structural_scan *scan) {
  scan->opened = VERSION(last_of)(state->separators);
  scan->listed = VERSION(last_of)(state->listed);
  scan->closed = VERSION(last_of)(state->string_ends);
  scan->scalar = VERSION(last_of)(state->scalars);
  scan->separated = state->separated;
  scan->digit = VERSION(last_of)(state->numbers.digits);
  scan->dot = VERSION(last_of)(state->numbers.dots);
  scan->minus = VERSION(last_of)(state->numbers.minuses);
  scan->leading_zero = VERSION(last_of)(state->numbers.leading_zeros);
  scan->fraction = state->numbers.fraction;
  scan->scalars_known = state->scalars_known;
}

/// A step that is read from a copy: the first has nothing before it, and the last may not be whole.
/// Behind the input stands a line feed if it does not end with one, then spaces.
TARGET RARE void VERSION(copied)(structural_scan *scan, VERSION(step_state) *state,
                                 const uint8_t *bytes, size_t count,
                                 const structural_output *output) {
  uint8_t copy[16 + STEP_SIZE];
  memset(copy, 0, 16);
  memset(copy + 16, ' ', STEP_SIZE);
  const size_t position = scan->position;
  const size_t left = count - position;
  const size_t size = left < STEP_SIZE ? left : STEP_SIZE;
  memcpy(copy + 16, bytes + position, size);
  if (size < STEP_SIZE && bytes[count - 1] != '\n') copy[16 + size] = '\n';
  if (position >= 16) memcpy(copy, bytes + position - 16, 16);
  step_masks masks;
  VERSION(masks)(copy + 16, &masks);
  VERSION(step)(scan, state, &masks, copy + 16, bytes, count, output, left / STRUCTURAL_BLOCK + 1);
}

/// Whether so much room in the output is enough for one more step.
ALWAYS_INLINE bool is_enough(size_t tokens, size_t rows) {
  return tokens >= STEP_SIZE && rows >= STEP_SIZE;
}

/// Steps that need no copy, one and as many more as there are and the output has room for.
TARGET ALWAYS_INLINE void VERSION(steps)(structural_scan *scan, VERSION(step_state) *state,
                                         const uint8_t *bytes, size_t count,
                                         const structural_output *output) {
  // A long step's masks are made before the one in front of it is looked at, whose parts wait for each
  // other long enough.
  const bool is_ahead = STRUCTURAL_LANES > 1;
  step_masks masks[2];
  int turn = 0;
  if (is_ahead) VERSION(masks)(bytes + scan->position, &masks[turn]);
  do {
    const uint8_t *const block = bytes + scan->position;
    if (!is_ahead) {
      VERSION(masks)(block, &masks[turn]);
    } else if (scan->position + 2 * STEP_SIZE <= count) {
      VERSION(masks)(block + STEP_SIZE, &masks[1 - turn]);
    }
    VERSION(step)(scan, state, &masks[turn], block, bytes, count, output, STRUCTURAL_LANES);
    if (is_ahead) turn = 1 - turn;
  } while (scan->position + STEP_SIZE <= count &&
           is_enough(output->tokens_capacity - scan->tokens_count,
                     output->rows_capacity - scan->rows_count));
}

TARGET static void VERSION(run)(structural_scan *shared, const uint8_t *bytes, size_t count,
                                const structural_output *shared_output) {
  // Copies that nothing else can reach may live in registers.
  structural_scan scan = *shared;
  const structural_output output = *shared_output;
  if (!scan.is_underway) {
    scan.is_underway = true;
    scan.opened = (uint64_t)1 << 63;
  }
  VERSION(step_state) state = VERSION(taken_up)(&scan);
  const bool is_ended = count == 0 || bytes[count - 1] == '\n';
  while (is_enough(output.tokens_capacity - scan.tokens_count,
                   output.rows_capacity - scan.rows_count)) {
    if (scan.position > 0 && scan.position + STEP_SIZE <= count) {
      VERSION(steps)(&scan, &state, bytes, count, &output);
    } else if (scan.position < count || (scan.position == count && !is_ended)) {
      structural_scan copy = scan;
      VERSION(step_state) state_copy = state;
      VERSION(copied)(&copy, &state_copy, bytes, count, &output);
      scan = copy;
      state = state_copy;
    } else {
      scan.is_done = true;
      break;
    }
  }
  VERSION(put_down)(&state, &scan);
  *shared = scan;
}
