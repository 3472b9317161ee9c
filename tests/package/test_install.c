/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Installed files, used from outside of the tree: the library through pkg-config, its symbols and names, the
 * readers. */
#include "tests/cli/program.h"

/* Everything installed under $D/usr; $F: the sanitizer of this build, $SO: the library. */
static const char setup[] =
    "B=$(dirname $P); S=$D/usr; unset MAKEFLAGS MFLAGS MAKELEVEL\n"
    "make --no-print-directory install-built BUILD=$B DESTDIR=$D PREFIX=/usr >&2 || exit 90\n"
    "SO=$S/lib/libsgdmft.so.0.1.0; F=\n"
    "nm -D $SO | grep -q __asan_ && F=-fsanitize=address; nm -D $SO | grep -q __ubsan_ && F=\"$F "
    "-fsanitize=undefined\"\n"
    "export PKG_CONFIG_PATH=$S/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$D LD_LIBRARY_PATH=$S/lib OMP_NUM_THREADS=1\n";

TestSuite(install, .timeout = 120);

#define TEST(name) PROGRAM_TEST(install, name)

#define RUN(commands) program_run(p, "%s" commands, setup)

static void check_use(struct program *p)
{
    /* closed form of THEORY 11: m(5) = .71226 */
    cr_assert_eq(p->code, 0, "exit code %d: %s", p->code, p->err);
    cr_assert(strstr(p->out, "theory: overlap 0.71225"), "%s%s", p->out, p->err);
    cr_assert(strstr(p->out, "simulation: overlap 0."), "%s", p->out);
}

TEST(a_program_is_built_with_pkg_config_by_gcc_and_clang)
{
    static const char *const compilers[] = {"gcc", "clang"};
    for (size_t i = 0; i < 2; i++) {
        program_run(p,
                    "%sC=%s; [ $C = clang ] && [ -n \"$F\" ] && C=gcc\n" /* each compiler has a runtime of its own */
                    "$C -std=c11 -pedantic -Wall -Wextra -Werror $F $S/share/doc/sgdmft/library/use_library.c "
                    "$(pkg-config --cflags --libs sgdmft) -o $D/use && $D/use",
                    setup, compilers[i]);
        check_use(p);
    }
    RUN("readelf -d $SO | grep -o 'soname: .*'; readlink $S/lib/libsgdmft.so $S/lib/libsgdmft.so.0; "
        "pkg-config --modversion sgdmft");
    cr_assert_str_eq(p->out, "soname: [libsgdmft.so.0]\nlibsgdmft.so.0\nlibsgdmft.so.0.1.0\n0.1.0\n");
}

TEST(a_program_is_linked_statically)
{
    RUN("rm $S/lib/libsgdmft.so*; PKG_CONFIG_SYSROOT_DIR=; gcc $F -I$S/include "
        "$S/share/doc/sgdmft/library/use_library.c -L$S/lib $(pkg-config --static --libs sgdmft) -o $D/use && $D/use");
    check_use(p);
}

/* Names inside the library may not meet those of the program that uses it. */
TEST(libraries_show_only_the_public_names)
{
    RUN("nm -D --defined-only $SO | cut -c18- | grep -v ' sgdmft_'; nm -g --defined-only $S/lib/libsgdmft.a | cut "
        "-c18- | grep ' ' | grep -v ' sgdmft_' | grep -v ' [.]'; nm -D --defined-only $SO | grep -c ' T "
        "sgdmft_solve$'");
    cr_assert_str_eq(p->out, "1\n");
}

TEST(each_header_stands_alone)
{
    RUN("cd $S/include/sgdmft && for h in *.h; do echo \"#include <sgdmft/$h>\" >$D/alone.c; gcc -std=c11 -pedantic "
        "-Wall -Wextra -Werror -I$S/include -c $D/alone.c -o $D/alone.o || exit 1; done; ls | wc -l");
    cr_assert_eq(p->code, 0, "%s", p->err);
    cr_assert_geq(atoi(p->out), 13);
}

/* Whatever a public header declares for use is there. */
TEST(declared_functions_are_exported)
{
    RUN("grep -hoE '\\bsgdmft_[a-z0-9_]+\\(' $S/include/sgdmft/*.h | tr -d '(' | sort -u >$D/declared; "
        "nm -D --defined-only $SO | sed 's/.* //' | sort -u >$D/exported; comm -23 $D/declared $D/exported; "
        "wc -l <$D/declared");
    cr_assert_geq(atoi(p->out), 40, "not exported: %s", p->out);
}

TEST(python_reads_a_result)
{
    run_good(p, "$P solve --steps 3 --paths 320 --waiting 0,1 --out $D/r.h5 --quiet --format csv");
    RUN("/usr/bin/python3 $S/share/doc/sgdmft/readers/series.py $D/r.h5 && "
        "/usr/bin/python3 $S/share/doc/sgdmft/readers/table.py $D/r.h5");
    cr_assert_eq(p->code, 0, "%s", p->err);
    cr_assert(strstr(p->out, "theory, complete: loss logistic, alpha 3.0, rate 0.1"), "%s", p->out);
    cr_assert(strstr(p->out, "\n     0 0.806"), "%s", p->out);
    cr_assert(strstr(p->out, "overlap_se"), "%s", p->out);
    RUN("for f in $S/share/doc/sgdmft/readers/*.py; do test $(grep -cE '^ *[^ #\"]' $f) -le 10 && echo short; done");
    cr_assert_str_eq(p->out, "short\nshort\n", "%s", p->out);
}

/* Under /usr/lib/python3, and under /usr/local/lib/python3.N, where Debian's Python looks; the library is found from
 * there without the loader being told. */
TEST(the_python_module_is_found_where_it_is_installed)
{
    static const char solve[] = "/usr/bin/python3 -c 'import sgdmft; print(sgdmft.Run.from_ini(\"validation/runs/"
                                "linear_teacher_gd.ini\", progress=\"none\").solve().overlap.sel(step=5))'\n";
    program_run(p,
                "%sunset LD_LIBRARY_PATH; export PYTHONDONTWRITEBYTECODE=1\n"
                "PYTHONPATH=$S/lib/python3/dist-packages %s"
                "make --no-print-directory install-built BUILD=$B DESTDIR=$D PREFIX=/usr/local >&2\n"
                "V=$(/usr/bin/python3 -c 'import sys; print(\"%%d.%%d\" %% sys.version_info[:2])')\n"
                "PYTHONPATH=$S/local/lib/python$V/dist-packages %s",
                setup, solve, solve);
    double first = 0, second = 0;
    cr_assert_eq(sscanf(p->out, "%lf %lf", &first, &second), 2, "%s%s", p->out, p->err);
    cr_assert_float_eq(first, 0.71226, 1e-5); /* closed form of THEORY 11 */
    cr_assert_float_eq(second, first, 0);
}

/* The wheel in an environment of its own, which finds the library where the loader looks. */
TEST(the_wheel_is_installed_by_pip)
{
    double overlap = 0;
    int length = 0;
    RUN("unset PYTHONPATH; export PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1\n"
        "make --no-print-directory wheel-built BUILD=$B WHEEL=$D/wheel >&2 || exit 91\n"
        "/usr/bin/python3 -m venv --system-site-packages --without-pip $D/venv || exit 92\n"
        "Q=$D/venv/bin/python; $Q -m pip install --no-index --quiet $D/wheel/*.whl >&2 || exit 93\n"
        "$Q -c 'import sgdmft; print(sgdmft.Run.from_ini(\"validation/runs/linear_teacher_gd.ini\", "
        "progress=\"none\").solve().overlap.sel(step=5), sgdmft.__version__); print(sgdmft.__file__)' || exit 94\n"
        "SGDMFT_LIBRARY=/nowhere/libsgdmft.so.0 $Q -c 'import sgdmft' 2>&1 | tail -n 1");
    cr_assert_eq(p->code, 0, "exit code %d: %s%s", p->code, p->out, p->err);
    cr_assert(sscanf(p->out, "%lf 0.1.0\n%n", &overlap, &length) == 1 && length > 0, "%s", p->out);
    cr_assert_float_eq(overlap, 0.71226, 1e-5); /* closed form of THEORY 11 */
    cr_assert(strncmp(p->out + length, p->folder, strlen(p->folder)) == 0, "%s", p->out);
    cr_assert(strstr(p->out, "/venv/lib/python3"), "%s", p->out);
    assert_says(p->out, "ImportError: libsgdmft.so.0 is not found: install libsgdmft");
}

TEST(documents_are_installed)
{
    RUN("ls validation/runs >$D/all; cd $D/usr && for f in bin/sgdmft share/man/man1/sgdmft.1 "
        "share/bash-completion/completions/sgdmft share/zsh/site-functions/_sgdmft "
        "share/fish/vendor_completions.d/sgdmft.fish share/doc/sgdmft/CITATION.cff share/doc/sgdmft/THEORY.md; do test "
        "-s $f || echo $f; done; ls share/doc/sgdmft/runs | cmp - $D/all && echo same; bin/sgdmft solve "
        "share/doc/sgdmft/runs/linear_teacher_gd.ini --dry-run >&2; bin/sgdmft study sharpness --dry-run >&2; "
        "bin/sgdmft list studies | grep -c sharpness; bin/sgdmft --version | grep -o 'sgdmft [0-9.]*'; sed -n "
        "'s/^version: /sgdmft /p' share/doc/sgdmft/CITATION.cff");
    cr_assert_str_eq(p->out, "same\n1\nsgdmft 0.1.0\nsgdmft 0.1.0\n", "%s%s", p->out, p->err);
}

/* A link of an installed document leads to an installed file. */
TEST(links_of_the_documents_lead_to_files)
{
    RUN("cd $S/share/doc/sgdmft && find . -name '*.md' | while read -r f; do grep -o '](\\([^):]*\\))' $f | sed "
        "'s/^](//;s/)$//;s/#.*//' | while read -r link; do echo; test -e $(dirname $f)/$link || echo dead: $f $link "
        ">&2; "
        "done; done | wc -l");
    cr_assert_null(strstr(p->err, "dead: "), "%s", p->err);
    cr_assert_geq(atoi(p->out), 25);
}
