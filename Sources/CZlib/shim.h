// zlib's initialisers are macros, which Swift cannot see: each gets a function of the same meaning.
#ifndef TWINFUNNEL_CZLIB_SHIM_H
#define TWINFUNNEL_CZLIB_SHIM_H

#include <zlib.h>

static inline int czlib_inflate_init(z_stream *stream, int window_bits) {
  return inflateInit2(stream, window_bits);
}

static inline int czlib_deflate_init(z_stream *stream, int level, int window_bits) {
  return deflateInit2(stream, level, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
}

#endif
