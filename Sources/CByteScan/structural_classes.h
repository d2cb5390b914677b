// What a byte is, as a bit for each mask of a step, for versions that look bytes up in a table.
#ifndef TWINFUNNEL_STRUCTURAL_CLASSES_H
#define TWINFUNNEL_STRUCTURAL_CLASSES_H

#include <stdint.h>

/// In the order of the masks in `step_masks`, from its first.
enum {
  QUOTE = 1 << 0,
  OPEN = 1 << 1,
  CLOSE = 1 << 2,
  COMMA = 1 << 3,
  COLON = 1 << 4,
  WHITE = 1 << 5,
  BACKSLASH = 1 << 6,
  UNUSUAL = 1 << 7,
};

/// In the order of the masks in `step_masks`, from its ninth.
enum {
  NEWLINE = 1 << 0,
  LIST_CLOSE = 1 << 1,
  DIGIT = 1 << 2,
  DOT = 1 << 3,
  MINUS = 1 << 4,
  ZERO = 1 << 5,
  HEXADECIMAL = 1 << 6,
  NAME = 1 << 7,
};

/// The last byte of ASCII stands for all beyond it.
static const uint8_t structural_classes[128] __attribute__((aligned(64))) = {
    [0x00 ... 0x08] = UNUSUAL,
    ['\t'] = UNUSUAL | WHITE,
    [0x0B ... 0x0C] = UNUSUAL,
    ['\r'] = UNUSUAL | WHITE,
    [0x0E ... 0x1F] = UNUSUAL,
    [0x7F] = UNUSUAL,
    [' '] = WHITE,
    ['"'] = QUOTE,
    ['\\'] = BACKSLASH,
    ['{'] = OPEN,
    ['['] = OPEN,
    ['}'] = CLOSE,
    [']'] = CLOSE,
    [','] = COMMA,
    [':'] = COLON,
};

/// A u is told from other names by the bit of a zero.
static const uint8_t lexical_classes[128] __attribute__((aligned(64))) = {
    ['\n'] = NEWLINE,
    [']'] = LIST_CLOSE,
    ['.'] = DOT,
    ['-'] = MINUS,
    ['0'] = ZERO | DIGIT | HEXADECIMAL,
    ['1' ... '9'] = DIGIT | HEXADECIMAL,
    ['A' ... 'F'] = HEXADECIMAL,
    ['a'] = HEXADECIMAL,
    ['b'] = HEXADECIMAL | NAME,
    ['c' ... 'e'] = HEXADECIMAL,
    ['f'] = HEXADECIMAL | NAME,
    ['"'] = NAME,
    ['\\'] = NAME,
    ['/'] = NAME,
    ['n'] = NAME,
    ['r'] = NAME,
    ['t'] = NAME,
    ['u'] = NAME | ZERO,
};

#endif
