#ifndef TWINFUNNEL_CBYTESCAN_H
#define TWINFUNNEL_CBYTESCAN_H

#include <stddef.h>
#include <stdint.h>

#include "Checksum.h"
#include "Delimited.h"
#include "Digest.h"
#include "Keys.h"
#include "Shapes.h"
#include "Structural.h"

#endif
