/* The bytes of stack that a task needs at most to read keys, validate a token and verify PKCE, with the policy and the token
 * on its stack, on any core of this package: `make dist` has read them from the call graph. Add what interrupts take. */
#ifndef KEYCARD_STACK_H
#define KEYCARD_STACK_H

/* With libkeycard.a, and with the archive of one algorithm. */
/* stacks */

#endif
