/* SHA-256 (FIPS 180-4), for the identity of a weight file.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>

/* Writes the 64 hex digits of the hash and a zero byte. */
void oasis_sha256_hex(const void *bytes, size_t size, char hex[65]);
