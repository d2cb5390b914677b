#define _GNU_SOURCE

#include "CSystem.h"

#include <sys/resource.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/xattr.h>
#include <unistd.h>

const char *twinfunnel_network_type(uint32_t type) {
  switch (type) {
    case 0x6969: return "NFS";
    case 0x517b: case 0xfe534d42: case 0xff534d42: return "CIFS";
    case 0x01021997: return "9p";
    case 0x65735546: return "FUSE";
    case 0x5346414f: case 0x6b414653: return "AFS";
    case 0x73757245: return "Coda";
    case 0x564c: return "NCP";
    default: return NULL;
  }
}

#if defined(__linux__)

#include <sys/syscall.h>
#include <sys/vfs.h>

// By number: an old or a fully static C library may lack the function.
static int rename_with(int folder, const char *name, int to_folder, const char *to_name, unsigned flags) {
  return (int)syscall(SYS_renameat2, folder, name, to_folder, to_name, flags);
}

const char *twinfunnel_network(int folder) {
  struct statfs found;
  return fstatfs(folder, &found) == 0 ? twinfunnel_network_type((uint32_t)found.f_type) : NULL;
}

int twinfunnel_exchange(int one_folder, const char *one, int other_folder, const char *other) {
  return rename_with(one_folder, one, other_folder, other, 2 /* RENAME_EXCHANGE */);
}

int twinfunnel_move_new(int folder, const char *name, int to_folder, const char *to_name) {
  return rename_with(folder, name, to_folder, to_name, 1 /* RENAME_NOREPLACE */);
}

int twinfunnel_nameless_file(const char *folder) {
  return open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600);
}

int twinfunnel_open_place(const char *path) {
  return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

int twinfunnel_obstacles(int folder, const char *name) {
#if defined(STATX_ATTR_IMMUTABLE)
  struct statx found;
  memset(&found, 0, sizeof found);
  if (statx(folder, name, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, STATX_TYPE, &found) != 0) return 0;
  int bits = 0;
  if (found.stx_attributes & STATX_ATTR_IMMUTABLE) bits |= TWINFUNNEL_IMMUTABLE;
  if (found.stx_attributes & STATX_ATTR_APPEND) bits |= TWINFUNNEL_APPEND_ONLY;
  if (found.stx_attributes & 0x2000 /* STATX_ATTR_MOUNT_ROOT */) bits |= TWINFUNNEL_MOUNT;
  return bits;
#else
  return 0;
#endif
}

int twinfunnel_has_attributes(int folder) {
  char names[4096];
  ssize_t count = flistxattr(folder, names, sizeof names);
  if (count < 0) return errno == ERANGE;
  // A label that the system itself gives every file is no reason.
  for (ssize_t at = 0; at < count; at += (ssize_t)strlen(names + at) + 1) {
    if (strcmp(names + at, "security.selinux") != 0) return 1;
  }
  return 0;
}

#else

#include <sys/mount.h>

int twinfunnel_exchange(int one_folder, const char *one, int other_folder, const char *other) {
  return renameatx_np(one_folder, one, other_folder, other, RENAME_SWAP);
}

int twinfunnel_move_new(int folder, const char *name, int to_folder, const char *to_name) {
  return renameatx_np(folder, name, to_folder, to_name, RENAME_EXCL);
}

const char *twinfunnel_network(int folder) {
  struct statfs found;
  if (fstatfs(folder, &found) != 0 || (found.f_flags & MNT_LOCAL)) return NULL;
  return "network";
}

int twinfunnel_nameless_file(const char *folder) {
  (void)folder;
  errno = ENOSYS;
  return -1;
}

int twinfunnel_open_place(const char *path) {
  return open(path, O_SEARCH | O_DIRECTORY | O_CLOEXEC);
}

int twinfunnel_obstacles(int folder, const char *name) {
  struct stat found;
  if (fstatat(folder, name, &found, AT_SYMLINK_NOFOLLOW) != 0) return 0;
  int bits = 0;
  if (found.st_flags & (UF_IMMUTABLE | SF_IMMUTABLE)) bits |= TWINFUNNEL_IMMUTABLE;
  if (found.st_flags & (UF_APPEND | SF_APPEND)) bits |= TWINFUNNEL_APPEND_ONLY;
  return bits;
}

int twinfunnel_has_attributes(int folder) {
  char names[4096];
  ssize_t count = flistxattr(folder, names, sizeof names, 0);
  return count < 0 ? errno == ERANGE : count > 0;
}

#endif

static int64_t limited(int result, struct rlimit limit) {
  if (result != 0 || limit.rlim_cur == RLIM_INFINITY) return -1;
  return limit.rlim_cur > INT64_MAX ? -1 : (int64_t)limit.rlim_cur;
}

int64_t twinfunnel_address_space_max(void) {
  struct rlimit limit;
  int result = getrlimit(RLIMIT_AS, &limit);
  return limited(result, limit);
}

int64_t twinfunnel_descriptors_max(void) {
  struct rlimit limit;
  int result = getrlimit(RLIMIT_NOFILE, &limit);
  return limited(result, limit);
}
