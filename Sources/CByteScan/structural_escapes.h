// Escapes by bit masks. Part of `structural_step.h`.
//
//     bytes          \n \" \\\u00e9
//     backslashes    #  #  ###
//     escaped         #  #  # #          every second one of a run, or the byte behind it

/// The bytes that a backslash escapes, where `*carry` says whether the first one is escaped from the
/// step before, and is told of the next step's.
///
/// A subtraction borrows through a run of backslashes from its start to the byte behind it, and so
/// tells apart runs that begin on even and on odd bits.
TARGET ALWAYS_INLINE words VERSION(escaped_bytes)(words backslashes, uint64_t *carry) {
  const words none = VERSION(repeated)(0), first = VERSION(first)(*carry);
  const words odd = VERSION(repeated)(0xAAAAAAAAAAAAAAAAu);
  const words beginning = backslashes & ~first;
  uint64_t one = 1;
  const words alternate =
      VERSION(add)(VERSION(behind)(beginning, none) | odd, ~beginning, &one) ^ odd;
  *carry = VERSION(last_of)(alternate & backslashes) >> 63;
  return alternate ^ (backslashes | first);
}

/// Those of the escaped bytes that name no escape of RFC 8259, or a u without its four digits.
TARGET ALWAYS_INLINE words VERSION(escape_errors)(words escaped, VERSION(escape_masks) masks,
                                                  const uint8_t *bytes, size_t position,
                                                  size_t count) {
  const words pairs = masks.hexadecimal & VERSION(ahead)(masks.hexadecimal, 1);
  words errors = escaped & masks.units & ~(VERSION(ahead)(pairs, 1) & VERSION(ahead)(pairs, 3));
  // The last four bytes of a step look at what is behind it.
  uint64_t saved = 0;
  for (uint64_t left = VERSION(last_of)(errors) >> 60; __builtin_expect(left != 0, 0);
       left &= left - 1) {
    const int bit = 60 + __builtin_ctzll(left);
    const size_t at = position + STEP_SIZE - STRUCTURAL_BLOCK + (size_t)bit;
    if (has_four_hexadecimal(bytes, at + 1, count)) saved |= (uint64_t)1 << bit;
  }
  errors &= ~VERSION(last)(saved);
  return errors | (escaped & ~masks.names);
}

typedef struct {
  words escaped, errors;
  uint64_t carry;
} VERSION(escapes);

/// What there is to know of the escapes of a step.
TARGET SOMETIMES VERSION(escapes)
    VERSION(find_escapes)(words backslashes, uint64_t carry, const step_masks *masks,
                          const uint8_t *block, const uint8_t *bytes, size_t position, size_t count) {
  const words escaped = VERSION(escaped_bytes)(backslashes, &carry);
  const VERSION(escape_masks) found = VERSION(find_escape_masks)(masks, block, escaped);
  return (VERSION(escapes)){escaped, VERSION(escape_errors)(escaped, found, bytes, position, count),
                            carry};
}
