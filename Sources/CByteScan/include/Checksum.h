// CRC-32 as gzip uses it (RFC 1952, section 8): polynomial 0xEDB88320 reflected, start and end
// inverted. zlib 1.2.13 computes 7 GB/s of it, carry-less multiplication 16 and its wide form 32:
// the difference is a tenth of the time of inflating with zlib, and a quarter with ISA-L.
#ifndef TWINFUNNEL_CHECKSUM_H
#define TWINFUNNEL_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/// The CRC-32 of `crc`'s bytes followed by these `count`; `crc` is 0 for none. Takes the fastest
/// method of this machine.
uint32_t cbytescan_crc32(uint32_t crc, const uint8_t *bytes, size_t count);

/// The ways to compute it, for tests that compare them all.
enum {
  /// Tables, eight bytes a step. Runs everywhere.
  CBYTESCAN_CRC32_PORTABLE = 0,
  /// x86-64 PCLMULQDQ, 64 bytes a step.
  CBYTESCAN_CRC32_CARRYLESS = 1,
  /// x86-64 VPCLMULQDQ on AVX2 registers, 128 bytes a step.
  CBYTESCAN_CRC32_CARRYLESS_WIDE = 2,
  /// The CRC32 instructions of ARMv8, eight bytes a step.
  CBYTESCAN_CRC32_ARM = 3,
};

enum { CBYTESCAN_CRC32_METHODS = 4 };

/// Whether this build and this machine have the method: 1 or 0.
int cbytescan_crc32_has(int method);

/// As `cbytescan_crc32` with a given method, which this machine must have.
uint32_t cbytescan_crc32_by(int method, uint32_t crc, const uint8_t *bytes, size_t count);

#endif
