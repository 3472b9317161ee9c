/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All public headers of libsgdmft. */
#ifndef SGDMFT_H
#define SGDMFT_H

#include <sgdmft/analyses.h>
#include <sgdmft/boundary.h>
#include <sgdmft/by_name.h>
#include <sgdmft/checkpoint.h>
#include <sgdmft/closed_forms.h>
#include <sgdmft/compare.h>
#include <sgdmft/fdt.h>
#include <sgdmft/job.h>
#include <sgdmft/models.h>
#include <sgdmft/random.h>
#include <sgdmft/result.h>
#include <sgdmft/run.h>
#include <sgdmft/implicit.h>
#include <sgdmft/margin_bins.h>
#include <sgdmft/simulate.h>
#include <sgdmft/solve.h>
#include <sgdmft/status.h>
#include <sgdmft/watch.h>

#endif
