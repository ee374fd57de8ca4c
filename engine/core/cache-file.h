/* Small files that only save time, in a folder that the caller names: found by the path of what
 * they are about, written whole or not at all. Whatever goes wrong, the file just is not there.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* FNV-1a, 64 bits; and the hash of bytes that follow those of another. */
uint64_t oasis_cache_hash(const void *data, size_t size);
uint64_t oasis_cache_hash_on(uint64_t hash, const void *data, size_t size);

/* The bytes that are kept about `path` in a folder, NULL if there are none; marks them as used just
 * now. The caller frees them. */
uint8_t *oasis_cache_read(const char *folder, const char *path, size_t *size);

/* Keeps bytes about `path`, in place of those kept before; makes the folder if need be. Of many
 * files the one used longest ago goes. */
void oasis_cache_write(const char *folder, const char *path, const void *data, size_t size);
