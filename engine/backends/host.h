/* Buffers of back ends that live in host memory, ready for their tables.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "ops/reference.h"

/* 64-byte aligned; contents undefined. */
OasisStatus oasis_host_buffer_new(OasisBackend *backend, size_t bytes, OasisBuffer **buffer,
                                  OasisError *err) OASIS_MUST_USE;
void oasis_host_buffer_free(OasisBackend *backend, OasisBuffer *buffer);
OasisStatus oasis_host_upload(OasisBackend *backend, OasisTensor to, const void *from,
                              size_t bytes, OasisError *err) OASIS_MUST_USE;
OasisStatus oasis_host_download(OasisBackend *backend, void *to, OasisTensor from, size_t bytes,
                                OasisError *err) OASIS_MUST_USE;

/* Nothing is ever pending: every ticket is 0. */
OasisTicket oasis_host_mark(OasisBackend *backend) OASIS_MUST_USE;
OasisStatus oasis_host_wait(OasisBackend *backend, OasisTicket ticket,
                            OasisError *err) OASIS_MUST_USE;

/* What a job may use: memory that the system can hand out without swapping, within the limit of
 * this process's control group. 0 = unknown. */
uint64_t oasis_host_memory_bytes(void);
