// Masks that only some steps need. Versions that do not make all at once make them where they are
// needed. Part of `structural_step.h`.

/// Zeros are digits, too.
typedef struct {
  words digits, dots, minuses, zeros;
} VERSION(number_masks);

/// The bytes that name an escape, the u among them, and the digits that must follow it. There may be
/// others that no backslash is before.
typedef struct {
  words names, units, hexadecimal;
} VERSION(escape_masks);

#ifdef HAS_OWN_WORDS

TARGET ALWAYS_INLINE VERSION(number_masks)
    VERSION(find_number_masks)(const step_masks *masks, const uint8_t *block) {
  (void)block;
  return (VERSION(number_masks)){VERSION(words_at)(masks->digits), VERSION(words_at)(masks->dots),
                                 VERSION(words_at)(masks->minuses), VERSION(words_at)(masks->zeros)};
}

TARGET ALWAYS_INLINE VERSION(escape_masks)
    VERSION(find_escape_masks)(const step_masks *masks, const uint8_t *block, words escaped) {
  (void)block, (void)escaped;
  const words names = VERSION(words_at)(masks->names);
  return (VERSION(escape_masks)){names, names & VERSION(words_at)(masks->zeros),
                                 VERSION(words_at)(masks->hexadecimal)};
}

TARGET ALWAYS_INLINE words VERSION(find_list_ends)(const step_masks *masks, const uint8_t *block) {
  (void)block;
  return VERSION(words_at)(masks->list_close);
}

#else

TARGET ALWAYS_INLINE VERSION(number_masks)
    VERSION(find_number_masks)(const step_masks *masks, const uint8_t *block) {
  (void)masks;
  return (VERSION(number_masks)){VERSION(digits)(block), VERSION(equal)(block, '.'),
                                 VERSION(equal)(block, '-'), VERSION(equal)(block, '0')};
}

TARGET ALWAYS_INLINE VERSION(escape_masks)
    VERSION(find_escape_masks)(const step_masks *masks, const uint8_t *block, words escaped) {
  (void)masks;
  const uint64_t units = VERSION(equal)(block, 'u');
  return (VERSION(escape_masks)){VERSION(names)(block, escaped), units,
                                 units & escaped ? VERSION(hexadecimal)(block) : 0};
}

TARGET ALWAYS_INLINE words VERSION(find_list_ends)(const step_masks *masks, const uint8_t *block) {
  (void)masks;
  return VERSION(equal)(block, ']');
}

/// Backslashes, control characters and bytes beyond ASCII.
typedef struct {
  uint64_t backslash, newline, unusual, white;
} special_masks;

TARGET RARE special_masks VERSION(special)(const uint8_t *block) {
  special_masks special = {.backslash = VERSION(equal)(block, '\\'),
                           .newline = VERSION(equal)(block, '\n')};
  special.unusual = (VERSION(control)(block) | VERSION(non_ascii)(block)) & ~special.newline;
  if (special.unusual) special.white = VERSION(equal)(block, '\t') | VERSION(equal)(block, '\r');
  return special;
}

TARGET ALWAYS_INLINE void VERSION(masks)(const uint8_t *block, step_masks *masks) {
  special_masks special = {0, 0, 0, 0};
  if (VERSION(plain_masks)(block, masks)) special = VERSION(special)(block);
  *masks->backslash = special.backslash;
  *masks->newline = special.newline;
  *masks->unusual = special.unusual;
  *masks->white |= special.white;
}

#endif
