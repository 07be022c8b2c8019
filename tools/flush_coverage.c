// SPDX-License-Identifier: GPL-3.0-or-later
/* For `make coverage`, linked with --wrap=_exit: a forked worker leaves by _exit, which would lose its counts. */
void __gcov_dump(void);
_Noreturn void __real__exit(int status);
_Noreturn void __wrap__exit(int status);

_Noreturn void __wrap__exit(int status)
{
	__gcov_dump();
	__real__exit(status);
}
