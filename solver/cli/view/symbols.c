/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Symbols of parameters and of other names; those of observables are in the list of observables. */
#include "solver/cli/view/symbols.h"

#include <sgdmft/result.h>
#include <stdlib.h>
#include <string.h>

static const char *const sides[] = {"theory", "simulation"};

struct symbol {
    const char *name, *latex, *words, *letter; /* words and letter for gnuplot; words may be NULL */
};

/* clang-format off */
static const struct symbol symbols[] = {
    {"alpha", "$\\alpha$", "examples per dimension", "{/:Italic α}"},
    {"cluster_variance", "$\\Delta$", "cluster variance", "Δ"},
    {"label_noise", "label noise", "label noise", "p"},
    {"kappa", "$\\kappa$", "margin", "{/:Italic κ}"},
    {"ridge", "$\\lambda$", "ridge", "{/:Italic λ}"},
    {"overlap0", "$m_0$", "overlap of the start", "{/:Italic m}_0"},
    {"norm0", "$C_0$", "norm of the start", "{/:Italic C}_0"},
    {"rate", "$\\eta$", "learning rate", "{/:Italic η}"},
    {"batch", "$b$", "batch fraction", "{/:Italic b}"},
    {"persistence", "$\\tau$", "persistence time", "{/:Italic τ}"},
    {"temperature", "$T$", "temperature", "{/:Italic T}"},
    {"dim", "$N$", "dimension", "{/:Italic N}"},
    {"time", "$t$", "time", "{/:Italic t}"},
    {"width", "width", "width of the boundary", ""},
    {"max_abs_z", "$\\max|z|$", "largest score", "max |{/:Italic z}|"},
    {"max_abs_z_after", "$\\max|z|$, after allowance", "largest score after the allowance",
     "max |{/:Italic z}| after allowance"},
};
/* clang-format on */

/* Finds the symbol of a name; false if it has none. */
static bool symbol_find(const char *name, struct symbol *symbol)
{
    *symbol = (struct symbol){.letter = ""};
    for (size_t i = 0; i < sizeof symbols / sizeof symbols[0]; i++)
        if (strcmp(symbols[i].name, name) == 0)
            *symbol = symbols[i];
    for (size_t i = 0; i < sgdmft_observable_count; i++) {
        const struct sgdmft_observable *o = &sgdmft_observables[i];
        if (o->latex && strcmp(o->name, name) == 0)
            *symbol = (struct symbol){.name = o->name, .latex = o->latex, .words = o->words, .letter = o->letter};
    }
    return symbol->name != NULL;
}

int symbol_side(const char *name, char base[SYMBOL_MAX])
{
    const size_t length = strlen(name);
    snprintf(base, SYMBOL_MAX, "%.*s", SYMBOL_MAX - 1, name);
    for (int side = 0; side < 2; side++) {
        const size_t tail = strlen(sides[side]) + 1;
        if (length > tail && length < SYMBOL_MAX && base[length - tail] == '_'
            && strcmp(base + length - tail + 1, sides[side]) == 0) {
            base[length - tail] = '\0';
            return side;
        }
    }
    return -1;
}

static const char *split_side(const char *name, char base[SYMBOL_MAX])
{
    const int side = symbol_side(name, base);
    return side < 0 ? "" : sides[side];
}

/* Reads 0.3 from teff(0.3); false for another name. */
static bool at_omega(const char *name, double *omega)
{
    char *end;
    if (strncmp(name, "teff(", 5) != 0)
        return false;
    *omega = strtod(name + 5, &end);
    return end > name + 5 && strcmp(end, ")") == 0;
}

/* The unit of a name; "" for pure numbers, and for times, whose unit is that of the model. */
static const char *unit_of(const char *name)
{
    const struct sgdmft_parameter *parameter = sgdmft_parameter_find(name);
    if (parameter)
        return strcmp(parameter->unit, "1") == 0 || strcmp(parameter->unit, "time") == 0 ? "" : parameter->unit;
    for (size_t i = 0; i < sgdmft_observable_count; i++)
        if (strcmp(sgdmft_observables[i].name, name) == 0)
            return strcmp(sgdmft_observables[i].units, "1") == 0 ? "" : sgdmft_observables[i].units;
    return "";
}

void symbol_escape_latex(const char *text, FILE *out)
{
    for (; *text; text++)
        if (strchr("_%&#${}", *text))
            fprintf(out, "\\%c", *text);
        else if (*text == '\\')
            fputs("\\textbackslash{}", out);
        else if (*text == '~' || *text == '^')
            fprintf(out, "\\%c{}", *text);
        else if (*text == '<' || *text == '>' || *text == '|')
            fprintf(out, "$%c$", *text);
        else
            putc(*text == '\n' ? ' ' : *text, out);
}

void symbol_escape_plot(const char *text, size_t size, char *out)
{
    size_t n = 0;
    for (; *text && n + 3 < size; text++) {
        if (strchr("_^{}@&~\\", *text))
            out[n++] = '\\';
        out[n++] = *text;
    }
    out[n] = '\0';
}

static void spaces(char *text)
{
    for (; *text; text++)
        if (*text == '_')
            *text = ' ';
}

void symbol_latex(const char *name, char out[SYMBOL_MAX])
{
    char base[SYMBOL_MAX];
    const char *side = split_side(name, base), *unit = unit_of(base);
    struct symbol symbol;
    const bool known = symbol_find(base, &symbol);
    double omega;
    char words[SYMBOL_MAX];
    snprintf(words, sizeof words, "%s", known ? symbol.latex : base);
    if (!known)
        spaces(words);
    if (at_omega(base, &omega))
        snprintf(words, sizeof words, "$T_\\mathrm{eff}(\\omega=%g)$", omega);
    snprintf(out, SYMBOL_MAX, "%.80s%s%.30s%s%s%.20s", words, *unit ? " [" : "", unit, *unit ? "]" : "",
             *side ? ", " : "", side);
}

void symbol_plot(const char *name, char out[SYMBOL_MAX])
{
    char base[SYMBOL_MAX], words[SYMBOL_MAX];
    const char *side = split_side(name, base), *unit = unit_of(base);
    struct symbol symbol;
    const bool known = symbol_find(base, &symbol);
    double omega;
    snprintf(words, sizeof words, "%s", base);
    spaces(words);
    if (at_omega(base, &omega))
        snprintf(words, sizeof words, "{/:Italic T}_{eff}({/:Italic ω} = %g)", omega);
    else if (known && strncmp(base, "teff_", 5) == 0)
        snprintf(words, sizeof words, "%s, %s", symbol.letter, symbol.words);
    else if (known)
        snprintf(words, sizeof words, "%s%s%s", symbol.words, *symbol.letter ? " " : "", symbol.letter);
    snprintf(out, SYMBOL_MAX, "%.110s%s%.20s%s%s%.20s", words, *unit ? " (" : "", unit, *unit ? ")" : "",
             *side ? ", " : "", side);
}

void symbol_plot_short(const char *name, char out[SYMBOL_MAX])
{
    struct symbol symbol;
    const bool known = symbol_find(name, &symbol) && *symbol.letter;
    snprintf(out, SYMBOL_MAX, "%.150s", known ? symbol.letter : name);
    if (!known)
        spaces(out);
}
