// What Linux offers beyond POSIX, and the importer does not show: as functions of one signature on
// every system. Each returns 0 or a descriptor, and -1 with `errno` where it fails; ENOSYS where the
// system has no such thing.

#ifndef CSYSTEM_H
#define CSYSTEM_H

#include <stddef.h>
#include <stdint.h>

// Both names trade what they name, in one step.
int twinfunnel_exchange(int one_folder, const char *one, int other_folder, const char *other);

// A rename that replaces nothing: EEXIST.
int twinfunnel_move_new(int folder, const char *name, int to_folder, const char *to_name);

// A file without a name in a folder, for this process alone.
int twinfunnel_nameless_file(const char *folder);

// A folder as a place for names only: it need not be readable.
int twinfunnel_open_place(const char *path);

// Why nobody may replace or remove what a name stands for, though he may write the folder.
enum {
  TWINFUNNEL_IMMUTABLE = 1,
  TWINFUNNEL_APPEND_ONLY = 2,
  TWINFUNNEL_MOUNT = 4,
};

// The bits above, 0 where the system does not say.
int twinfunnel_obstacles(int folder, const char *name);

// Whether a folder has extended attributes or an access control list that a new one would lack.
int twinfunnel_has_attributes(int folder);

// What kind of network file system a folder lies on, which may not keep locks and renames; NULL for a
// file system of this machine, or where the system does not say.
const char *twinfunnel_network(int folder);

// The same of a type as `statfs` of Linux has it.
const char *twinfunnel_network_type(uint32_t type);

// Bytes that the process may map, -1 for any number.
int64_t twinfunnel_address_space_max(void);

/// Descriptors that this process may have open, one more than the largest; -1 for any number.
int64_t twinfunnel_descriptors_max(void);

#endif
