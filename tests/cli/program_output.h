/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Output of the program that tests take apart: a json document, a picture. */
#ifndef TESTS_CLI_PROGRAM_OUTPUT_H
#define TESTS_CLI_PROGRAM_OUTPUT_H

#include "tests/cli/program.h"
#include <jansson.h>

/* The document on stdout; a new reference. */
static inline json_t *program_json(const struct program *program)
{
    json_error_t why;
    json_t *document = json_loads(program->out, 0, &why);
    cr_assert_not_null(document, "%s: %.200s", why.text, program->out);
    return document;
}

/* A png of the folder: its size (height 0: any), checksums and pixels are right, and it shows more than one colour. */
static inline void assert_png(struct program *p, const char *name, int width, int height)
{
    program_run(p,
                "/usr/bin/python3 - $D/%s 2>&1 <<'END'\n"
                "import struct, sys, zlib\n"
                "b = open(sys.argv[1], 'rb').read()\n"
                "assert b[:8] == b'\\x89PNG\\r\\n\\x1a\\n'\n"
                "i, data, names = 8, b'', []\n"
                "while i < len(b):\n"
                "    n, name = struct.unpack('>I4s', b[i:i + 8])\n"
                "    body = b[i + 8:i + 8 + n]\n"
                "    assert zlib.crc32(name + body) == struct.unpack('>I', b[i + 8 + n:i + 12 + n])[0]\n"
                "    names.append(name)\n"
                "    data += body if name == b'IDAT' else b''\n"
                "    i += 12 + n\n"
                "width, height = struct.unpack('>II', b[16:24])\n"
                "assert width == %d and %d in (0, height) and names[-1] == b'IEND', (width, height)\n"
                "pixels = zlib.decompress(data)\n"
                "assert len(pixels) == height * (1 + width * {2: 3, 6: 4, 3: 1}[b[25]])\n"
                "assert len(set(pixels[i:i + 3] for i in range(0, len(pixels), 3))) > 20, 'an empty picture'\n"
                "END\n",
                name, width, height);
    assert_code(p, 0);
}

#endif
