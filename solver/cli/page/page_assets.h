/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of the page that are part of the program. */
#ifndef SOLVER_CLI_PAGE_PAGE_ASSETS_H
#define SOLVER_CLI_PAGE_PAGE_ASSETS_H

/* The files, each with a zero byte at its end. The html has marks for style, script and data: @STYLE@, @SCRIPT@,
 * @DATA@. */
extern const char page_asset_html[], page_asset_css[], page_asset_js[];

#endif
