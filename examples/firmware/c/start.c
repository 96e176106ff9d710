/* From reset to main: no C library, no generated code. */
#include <stdint.h>

extern uint32_t stack_top[], data_start[], data_end[], data_source[];
extern uint32_t bss_start[], bss_end[];

int main(void);
void exit(int status);
void abort(void);

void start(void) {
  uint32_t *to;
  const uint32_t *from = data_source;
  for (to = data_start; to < data_end;) *to++ = *from++;
  for (to = bss_start; to < bss_end;) *to++ = 0;
#ifdef __ARM_FP
  /* Full access to the floating-point unit, whose registers the compilers may
     use: CPACR, Armv7-M Architecture Reference Manual B3.2.20. */
  *(volatile uint32_t *)0xE000ED88u |= 0xFu << 20;
  __asm__ volatile("dsb\n isb");
#endif
  exit(main());
}

#ifdef __riscv
__attribute__((naked, section(".vectors"), used)) void reset(void) {
  __asm__ volatile("la t0, abort\n csrw mtvec, t0\n la sp, stack_top\n j start");
}
#else
/* The initial stack pointer, reset, and the faults. */
__attribute__((section(".vectors"), used)) static const void *const vectors[16] = {
    stack_top, (void *)start, (void *)abort, (void *)abort,
    (void *)abort, (void *)abort, (void *)abort,
};
#endif
