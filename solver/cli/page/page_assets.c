/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of the page, included in the program by the assembler; the Makefile lists them as dependencies of this
 * object. */
#include "solver/cli/page/page_assets.h"

#define FOLDER "solver/cli/page/"
#define BEGIN(name) ".pushsection .rodata\n.globl " name "\n.hidden " name "\n" name ":\n"
#define FILE_OF(file) ".incbin \"" FOLDER file "\"\n"
#define END ".byte 0\n.popsection\n"

__asm__(BEGIN("page_asset_html") FILE_OF("page.html") END);
__asm__(BEGIN("page_asset_css") FILE_OF("page.css") END);
/* The script: a file for each idea, in the order of their dependence. */
__asm__(BEGIN("page_asset_js") FILE_OF("page_text.js") FILE_OF("page_scale.js") FILE_OF("page_chart.js")
            FILE_OF("page_table.js") FILE_OF("page_series.js") FILE_OF("page_axis.js") FILE_OF("page_diagram.js")
                FILE_OF("page_main.js") END);
