// SPDX-License-Identifier: GPL-3.0-or-later
/* Where mip_assert ends in the simulator: say where, then abort, so that a debugger or a core file shows the rest. */
#include "models/base.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void mip_assert_failed(const char *file, int line, const char *expression)
{
	/* What was printed so far belongs before the complaint. */
	fflush(stdout);
	fprintf(stderr, "roam: internal error at %s:%d: %s does not hold. This is a bug in roam, please report it.\n", file, line,
		expression);
	abort();
}
