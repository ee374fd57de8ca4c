/* Fibers by exchanging the stack pointer, or by ucontext where that is not written down here.
 *
 * Stacks lie one behind the other with a page without access below each, and begin at different
 * places of their pages: at the same place they would all compete for the same lines of the cache.
 * SPDX-License-Identifier: Apache-2.0 */
#include "emulator/fiber.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef __x86_64__
#include <ucontext.h>
#endif

enum { STACK_BYTES = 128 << 10, COLOURS = 31, COLOUR_BYTES = 192 };

static char *stacks;

static char *stack_of(int index)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);

    if (!stacks) {
        stacks = mmap(NULL, (size_t)FIBER_COUNT * STACK_BYTES, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (stacks == MAP_FAILED) {
            perror("emulator: stacks");
            abort();
        }
        for (int i = 0; i < FIBER_COUNT; i++) {
            mprotect(stacks + (size_t)i * STACK_BYTES, page, PROT_NONE);
        }
    }
    return stacks + (size_t)index * STACK_BYTES;
}

#ifdef __x86_64__

static void *saved[FIBER_COUNT], *outside;
static int current;

/* Keeps what a called function must keep (System V ABI) on the stack, stores its pointer in *from
 * and goes on with the stack `to`. */
void fiber_switch(void **from, void *to);
__asm__(".text\n"
        ".hidden fiber_switch\n"
        ".globl fiber_switch\n"
        ".type fiber_switch, @function\n"
        "fiber_switch:\n"
        "    push %rbx\n"
        "    push %rbp\n"
        "    push %r12\n"
        "    push %r13\n"
        "    push %r14\n"
        "    push %r15\n"
        "    mov %rsp, (%rdi)\n"
        "    mov %rsi, %rsp\n"
        "    pop %r15\n"
        "    pop %r14\n"
        "    pop %r13\n"
        "    pop %r12\n"
        "    pop %rbp\n"
        "    pop %rbx\n"
        "    ret\n"
        ".size fiber_switch, . - fiber_switch\n");

void fiber_begin(int index, void (*function)(void))
{
    char *end = stack_of(index) + STACK_BYTES - (size_t)(index % COLOURS) * COLOUR_BYTES;
    void **top = (void **)end;

    *--top = NULL; /* where function would return to; leaves the stack aligned as behind a call */
    *--top = NULL;
    memcpy(top, &function, sizeof function);
    for (int i = 0; i < 6; i++) {
        *--top = NULL;
    }
    saved[index] = top;
}

void fiber_enter(int index)
{
    current = index;
    fiber_switch(&outside, saved[index]);
}

void fiber_leave(void)
{
    fiber_switch(&saved[current], outside);
}

#else

static ucontext_t saved[FIBER_COUNT], outside;
static int current;

void fiber_begin(int index, void (*function)(void))
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);

    getcontext(&saved[index]);
    saved[index].uc_stack.ss_sp = stack_of(index) + page;
    saved[index].uc_stack.ss_size = STACK_BYTES - page;
    makecontext(&saved[index], function, 0);
}

void fiber_enter(int index)
{
    current = index;
    swapcontext(&outside, &saved[index]);
}

void fiber_leave(void)
{
    swapcontext(&saved[current], &outside);
}

#endif
