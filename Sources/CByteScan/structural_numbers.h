// Numbers by bit masks. Part of `structural_step.h`.
//
// Everything is said of the byte at hand and those before it, so that numbers go on over the ends of
// blocks and steps. What has bytes other than digits, dots and minuses is looked at elsewhere.

/// What the step before knew of its numbers; of its masks only the last byte counts.
typedef struct {
  words digits, dots, minuses, leading_zeros;
  /// The digits at its end are behind a dot.
  uint64_t fraction;
} VERSION(number_state);

/// The bytes at which numbers go wrong, of which `masks` are all bytes; among its zeros there may be
/// others. `behind_scalars` are the bytes behind any scalar's byte.
TARGET ALWAYS_INLINE words VERSION(number_errors)(VERSION(number_state) *before,
                                                  words behind_scalars,
                                                  VERSION(number_masks) masks) {
  const words behind_digits = VERSION(behind)(masks.digits, before->digits);
  const words behind_dots = VERSION(behind)(masks.dots, before->dots);
  const words behind_minuses = VERSION(behind)(masks.minuses, before->minuses);
  // A minus begins its number; a digit is behind it, and on either side of a dot.
  words errors = masks.minuses & behind_scalars;
  errors |= (behind_minuses | behind_dots) & ~masks.digits;
  errors |= masks.dots & ~behind_digits;
  // A bit added to the digits behind a dot carries past the last of them, where no dot may be.
  errors |= masks.dots &
            VERSION(add)(masks.digits, behind_dots & masks.digits, &before->fraction);
  // A zero that begins a number has no digit behind it.
  const words leading_zeros = masks.zeros & masks.digits & ~(behind_digits | behind_dots);
  errors |= VERSION(behind)(leading_zeros, before->leading_zeros) & masks.digits;
  before->digits = masks.digits;
  before->dots = masks.dots;
  before->minuses = masks.minuses;
  before->leading_zeros = leading_zeros;
  return errors;
}
