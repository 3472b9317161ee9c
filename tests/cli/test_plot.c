/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sgdmft plot: every kind gives a valid picture with the curves that it should have, and its script draws it again. */
#include "tests/cli/program.h"

TestSuite(plot, .timeout = 180);

#define SMALL "--data random --loss hinge2 --kappa 1 --paths 256 --groups 4 --steps 30 --dim 64 --runs 4 --progress none --quiet "

#define TEST(name) PROGRAM_TEST(plot, name)

/* A png whose checksums are right and which shows more than one colour; the script says and draws `curves` curves, its data have as
 * many blocks, and run by itself it draws the same picture. */
static void assert_picture(struct program *p, const char *words, int curves)
{
    program_run(p, "cd $D && $P plot %s --out p.png --script", words);
    assert_code(p, 0);
    cr_assert_str_eq(p->out, "");
    cr_assert_str_eq(p->err, "");
    program_run(p, "cd $D && /usr/bin/python3 - 2>&1 <<'END'\n"
                   "import re, struct, zlib\n"
                   "b = open('p.png', 'rb').read()\n"
                   "assert b[:8] == b'\\x89PNG\\r\\n\\x1a\\n'\n"
                   "i, data, names = 8, b'', []\n"
                   "while i < len(b):\n"
                   "    n, name = struct.unpack('>I4s', b[i:i + 8])\n"
                   "    body = b[i + 8:i + 8 + n]\n"
                   "    assert zlib.crc32(name + body) == struct.unpack('>I', b[i + 8 + n:i + 12 + n])[0]\n"
                   "    names.append(name)\n"
                   "    data += body if name == b'IDAT' else b''\n"
                   "    i += 12 + n\n"
                   "assert names[-1] == b'IEND' and struct.unpack('>I', b[16:20])[0] == 1040\n"
                   "pixels = zlib.decompress(data)\n"
                   "assert len(set(pixels[i:i + 3] for i in range(0, len(pixels), 3))) > 20, 'an empty picture'\n"
                   "script = open('p.gp').read()\n"
                   "print(re.search(r'# (\\d+) curves', script).group(1), len(set(re.findall(r'index (\\d+)', script))),\n"
                   "      len([t for t in open('p.dat').read().split('\\n\\n\\n') if t.strip()]))\n"
                   "END\n");
    assert_code(p, 0);
    int said, drawn, blocks;
    cr_assert_eq(sscanf(p->out, "%d %d %d", &said, &drawn, &blocks), 3, "%s", p->out);
    cr_assert_eq(drawn, curves, "%s: %d curves, not %d", words, drawn, curves);
    cr_assert_eq(blocks, curves, "%s: %d blocks, not %d", words, blocks, curves);
    cr_assert_geq(said, curves, "%s", words);
    assert_done(p, program_run(p, "cd $D && cp p.png q.png && rm p.png && gnuplot p.gp && cmp p.png q.png && rm p.* q.png"));
}

TEST(pictures_of_results)
{
    assert_done(p, program_run(p, "cd $D && $P teff " SMALL "--engine stationary --out t.h5 > x && $P teff " SMALL "--by simulate --out s.h5 --force > x; "
                                  "$P replicas " SMALL "--out rt.h5 > x && $P replicas " SMALL "--by simulate --out rs.h5 > x"));
    assert_picture(p, "t.h5 --kind fdt", 4);               /* curve, three slopes */
    assert_picture(p, "t.h5 --kind spectrum", 1);
    assert_picture(p, "rt.h5 rs.h5 --kind replicas", 2);
    assert_picture(p, "rt.h5 --observable train_loss", 1);
    assert_picture(p, "rt.h5 rs.h5 --kind margins", 2);
    assert_picture(p, "rt.h5 --kind margins --observable raw", 1);
    /* The slopes that are drawn are those of teff. */
    assert_done(p, program_run(p, "cd $D && $P plot t.h5 --kind fdt --out p.png --script && $P teff t.h5 | awk '/^  chord/ {print $2}' > chord && "
                                  "grep -F -q \"chord, {/:Italic T}_{eff} = $(cat chord)\" p.gp && $P plot t.h5 --kind fdt --out p.pdf && "
                                  "$P plot t.h5 --kind fdt --out p.svg && grep -q '</svg>' p.svg && head -c 4 p.pdf"));
    cr_assert_str_eq(p->out, "%PDF");
    /* Points of the data are values of the result. */
    assert_done(p, program_run(p, "cd $D && $P plot rt.h5 --kind replicas --out p.png --script && $P replicas rt.h5 --format csv | tail -n 1 | cut -d, -f3 | "
                                  "xargs printf '%%.10g\\n' > last && tail -n 1 p.dat | cut -d' ' -f2 | cmp - last"));
}

TEST(pictures_of_sweeps)
{
    assert_done(p, program_run(p, "cd $D && $P sweep " SMALL "--vary batch=0.3,0.5,0.8 --vary rate=0.1,0.2 --what replicas --by both --out b > x"));
    assert_picture(p, "b", 6);                                     /* three batches, theory and simulation */
    assert_picture(p, "b --kind curves --x batch --observable norm", 4);
    assert_picture(p, "b --kind replicas", 12);
    assert_picture(p, "b --kind map", 2);                          /* cells, contours */
    assert_picture(p, "b --kind map --x rate --observable distance_simulation", 2);
    program_run(p, "cd $D && $P sweep " SMALL "--vary batch=0.3,0.5,0.8 --vary rate=0.1,0.2,30 --what solve --out d > x");
    assert_code(p, 3);
    assert_picture(p, "d --kind map --observable norm", 3); /* and a grey for what diverges */
    assert_done(p, program_run(p, "cd $D && $P plot d --kind map --observable norm --out p.png --script && grep -c \"'diverges'\" p.gp && "
                                  "awk '/^$/ {b++} /^# left/ {n = 0} !/^#/ && NF == 5 {n++} END {print n}' p.dat"));
    cr_assert_str_eq(p->out, "1\n6\n");
    assert_done(p, program_run(p, "cd $D && $P sweep --teacher linear --loss square --rule gd --ridge 0.5 --overlap0 0.2 --steps 1 --paths 512 --quiet "
                                  "--vary rate=0.1,0.2,0.3 --vary alpha=0.5:8:0.5 --what solve --level overlap=0.5 --out l > x"));
    assert_picture(p, "l --level overlap=0.5", 1);
    static const char *const bad[][2] = {
        {"b --kind mpa", "'map'"}, {"b --kind map --observable overlpa", "'overlap'"}, {"b --kind map --x alpha", "x: 'alpha'"},
        {"b --kind spectrum", "spectrum"}, {"b --x batch --kind fdt", "x:"}, {"b --kind map --level norm=1", "level"},
        {"b --kind level", "--level"}, {"b --kind map --observable teff_chord", "teff_chord"}, {"b --level norm=-7", "no row"}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        program_run(p, "cd $D && rm -f p.*; $P plot %s --out p.png; code=$?; ls p.* 2>/dev/null; exit $code", bad[i][0]);
        assert_code(p, 2);
        assert_says(p->err, bad[i][1]);
        cr_assert_str_eq(p->out, "");
    }
}
