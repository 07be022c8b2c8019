// SPDX-License-Identifier: GPL-3.0-or-later
/* The program's version: told to users, kept with every study and part of every run's key. */
#ifndef SIM_VERSION_H
#define SIM_VERSION_H

#define ROAM_VERSION "0.2.0"

#endif
