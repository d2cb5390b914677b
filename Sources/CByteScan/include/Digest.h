// The compression function of SHA-256 (FIPS 180-4) with the SHA instructions of x86-64: some 2 GB/s
// where portable code makes a tenth. The code in Values/SHA256.swift is the portable one.
#ifndef TWINFUNNEL_DIGEST_H
#define TWINFUNNEL_DIGEST_H

#include <stddef.h>
#include <stdint.h>

/// Whether this build and this machine have the instructions: 1 or 0.
int cbytescan_sha256_has(void);

/// Takes `blocks` blocks of 64 bytes into the state, which is the eight words of FIPS 180-4. Only
/// where the machine has the instructions.
void cbytescan_sha256(uint32_t state[8], const uint8_t *bytes, size_t blocks);

#endif
