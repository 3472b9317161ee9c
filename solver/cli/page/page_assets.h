/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of the page that are part of the program. */
#ifndef SOLVER_CLI_PAGE_PAGE_ASSETS_H
#define SOLVER_CLI_PAGE_PAGE_ASSETS_H

/* Each ends with a zero byte. The page has marks where style, script and data go: @STYLE@, @SCRIPT@, @DATA@. */
extern const char page_asset_html[], page_asset_css[], page_asset_js[];

#endif
