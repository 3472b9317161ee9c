/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sgdmft list: all names, and the meaning and reference of a name. */
#include "models/result/axes.h"
#include "solver/cli/frame/cli.h"
#include "models/run/parameter_table.h"
#include "models/run/suggest.h"
#include "solver/cli/frame/analysis.h"
#include "solver/cli/study/study_list.h"
#include "solver/observe/scalar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct topic {
    const char *name, *singular;
    const void *const *records; /* NULL: see entry */
    const struct sgdmft_entry *(*entry)(size_t index, struct sgdmft_entry *room);
};

static const struct sgdmft_entry *engine(size_t index, struct sgdmft_entry *room)
{
    (void)room;
    return sgdmft_engine_entry(index);
}

static const struct sgdmft_entry *parameter(size_t index, struct sgdmft_entry *room)
{
    if (index >= sgdmft_parameter_count)
        return NULL;
    const struct sgdmft_parameter *p = &sgdmft_parameters[index];
    *room = (struct sgdmft_entry){.name = p->name, .summary = p->meaning, .reference = p->reference};
    return room;
}

static const struct sgdmft_entry *observable_entry(size_t index, struct sgdmft_entry *room)
{
    if (index >= sgdmft_observable_count)
        return NULL;
    const struct sgdmft_observable *o = &sgdmft_observables[index];
    *room = (struct sgdmft_entry){.name = o->name, .summary = o->description, .reference = ""};
    return room;
}

static const struct sgdmft_entry *scalar_of_run(size_t index, struct sgdmft_entry *room)
{
    (void)room;
    return scalar_entry(index);
}

static const struct sgdmft_entry *point_status(size_t index, struct sgdmft_entry *room)
{
#define STATUS_MEANING(symbol, name, meaning) meaning,
    static const char *const meanings[] = {POINT_STATUS_LIST(STATUS_MEANING)};
    if (!point_status_names[index])
        return NULL;
    *room = (struct sgdmft_entry){.name = point_status_names[index], .summary = meanings[index], .reference = ""};
    return room;
}

static const struct topic topics[] = {
    {"losses", "loss", (const void *const *)sgdmft_losses, NULL},
    {"data", "data law", (const void *const *)sgdmft_data_laws, NULL},
    {"teachers", "teacher", (const void *const *)sgdmft_teachers, NULL},
    {"links", "link", (const void *const *)sgdmft_links, NULL},
    {"rules", "rule", (const void *const *)sgdmft_rules, NULL},
    {"engines", "engine", NULL, engine},
    {"parameters", "parameter", NULL, parameter},
    {"observables", "observable", NULL, observable_entry},
    {"scalars", "number of a run for sweep --level, table --columns, plot --observable", NULL, scalar_of_run},
    {"statuses", "status of a point of a sweep", NULL, point_status},
};
#define TOPICS (sizeof topics / sizeof topics[0])

static const struct sgdmft_entry *topic_entry(const struct topic *topic, size_t index, struct sgdmft_entry *room)
{
    return topic->records ? topic->records[index] : topic->entry(index, room);
}

/* Prints section and default, " [data, default 3]", in a line of `list parameters`. */
static void print_default(const struct topic *topic, size_t index)
{
    if (topic->entry == parameter)
        printf(" [%s, default %s]", sgdmft_parameters[index].section, sgdmft_parameters[index].default_text);
}

/* The part of a parameter's meaning that says what it takes for the value auto; NULL without one. */
static const char *automatic(const struct sgdmft_parameter *parameter)
{
    const char *text = strstr(parameter->meaning, "auto: ");
    return text ? text + strlen("auto: ") : NULL;
}

static void print_topic(const struct topic *topic)
{
    struct sgdmft_entry room;
    const struct sgdmft_entry *entry;
    printf("%s\n", topic->name);
    for (size_t i = 0; (entry = topic_entry(topic, i, &room)); i++) {
        printf("  %-18s %s", entry->name, entry->summary);
        print_default(topic, i);
        putchar('\n');
    }
    if (topic->entry == engine)
        printf("  %-18s %s\n", "auto", automatic(sgdmft_parameter_find("engine")));
}

static void print_range(const struct sgdmft_parameter *p)
{
    bool number = p->kind == SGDMFT_REAL || p->kind == SGDMFT_INTEGER || p->kind == SGDMFT_SCHEDULE;
    printf("  section   %s\n  default   %s\n", p->section, p->default_text);
    if (p->default_for)
        puts("  auto      the default, which depends on the rest of the run or on the command");
    if (*p->unit)
        printf("  unit      %s\n", p->unit);
    if (number)
        printf("  range     %s %g, %s %g\n", p->open_minimum ? "above" : "from", p->minimum,
               p->open_maximum ? "below" : "to", p->maximum);
    if (p->kind == SGDMFT_CHOICE || p->kind == SGDMFT_RECORD) {
        fputs("  one of   ", stdout);
        for (size_t i = 0; p->choices && p->choices[i]; i++)
            printf(" %s", p->choices[i]);
        for (size_t i = 0; parameter_record(p, i); i++)
            printf(" %s", parameter_record(p, i)->name);
        putchar('\n');
    }
    if (p->matters)
        printf("  needs     %s\n", p->matters_with);
}

static void print_entry(const struct topic *topic, size_t index, const struct sgdmft_entry *entry)
{
    printf("%s (%s)\n  %s\n", entry->name, topic->singular, entry->summary);
    if (topic->entry == parameter)
        print_range(&sgdmft_parameters[index]);
    char axes[AXES_TEXT_MAX];
    if (topic->entry == observable_entry)
        printf("  units     %s\n  axes      %s\n  group     %s\n", sgdmft_observables[index].units,
               axes_text(&sgdmft_observables[index], axes), sgdmft_observables[index].group);
    if (*entry->reference)
        printf("  reference %s\n", entry->reference);
}

/* True for the name, for NAME(...) also without its argument or with another. */
static bool same(const char *name, const char *given)
{
    for (; *name && *given && *name != '('; name++, given++)
        if (*name != (*given == '-' ? '_' : *given))
            return false;
    return *name == *given || (*name == '(' && !*given);
}

/* Prints, unless silent, each parameter that takes a word as value, with its meaning; of `auto` the choice that it
 * makes. Returns their number. */
static size_t show_value(const char *word, bool silent)
{
    size_t found = 0;
    for (size_t i = 0; i < sgdmft_parameter_count; i++) {
        const struct sgdmft_parameter *p = &sgdmft_parameters[i];
        const char *choice = strcmp(word, "auto") == 0 ? automatic(p) : NULL;
        bool takes = choice != NULL;
        for (size_t j = 0; !takes && p->kind == SGDMFT_CHOICE && p->choices[j]; j++)
            takes = strcmp(p->choices[j], word) == 0;
        found += takes;
        if (takes && !silent)
            printf("%s (value of %s)\n  %s\n", word, p->name, choice ? choice : p->meaning);
    }
    return found;
}

/* Prints, unless silent, all entries of a name, which a link and a teacher can share; returns their number. */
static size_t show_name(const char *name, bool silent)
{
    struct sgdmft_entry room;
    const struct sgdmft_entry *entry;
    size_t found = 0;
    for (size_t t = 0; t < TOPICS; t++)
        for (size_t i = 0; (entry = topic_entry(&topics[t], i, &room)); i++)
            if (same(entry->name, name) && ++found && !silent)
                print_entry(&topics[t], i, entry);
    found += study_list_one(name, silent);
    return found ? found : show_value(name, silent);
}

#define NAMES_MAX 512
#define STUDIES_MAX 64

static enum sgdmft_status unknown_record(const char *name, struct sgdmft_error *error)
{
    const char *names[NAMES_MAX];
    struct sgdmft_entry room;
    const struct sgdmft_entry *entry;
    size_t count = 0;
    for (size_t t = 0; t < TOPICS; t++) {
        names[count++] = topics[t].name;
        for (size_t i = 0; (entry = topic_entry(&topics[t], i, &room)) && count < NAMES_MAX - TOPICS; i++)
            names[count++] = entry->name;
    }
    char *study[STUDIES_MAX];
    const size_t studies = study_list_names(study, STUDIES_MAX);
    for (size_t i = 0; i < studies && count < NAMES_MAX; i++)
        names[count++] = study[i];
    char meant[SUGGESTION_MAX];
    const enum sgdmft_status status = sgdmft_fail(error, SGDMFT_USAGE, "list: unknown name '%.80s'%s", name,
                                                  suggestion(name, "'", "'", names, count, meant));
    for (size_t i = 0; i < studies; i++)
        free(study[i]);
    return status;
}

static enum sgdmft_status list_entries(const struct invocation *invocation, struct sgdmft_error *error)
{
    const char *name = invocation->file_count ? invocation->file[0] : NULL;
    for (size_t t = 0; t < TOPICS; t++) {
        bool asked = name && strcmp(topics[t].name, name) == 0;
        if (invocation->dry_run && asked)
            return SGDMFT_OK;
        if (!name && !invocation->dry_run && t > 0)
            putchar('\n');
        if (!invocation->dry_run && (!name || asked))
            print_topic(&topics[t]);
        /* `data` is a topic and a parameter: the topic is chosen */
        if (asked)
            return SGDMFT_OK;
    }
    if (!name && !invocation->dry_run)
        putchar('\n');
    if (!name || strcmp(name, "studies") == 0) {
        if (!invocation->dry_run)
            study_list_all();
        return SGDMFT_OK;
    }
    if (show_name(name, invocation->dry_run) == 0)
        return unknown_record(name, error);
    return SGDMFT_OK;
}

static void print_words(FILE *out)
{
    struct sgdmft_entry room;
    const struct sgdmft_entry *entry;
    for (size_t t = 0; t < TOPICS; t++) {
        fprintf(out, " %s", topics[t].name);
        for (size_t i = 0; (entry = topic_entry(&topics[t], i, &room)); i++)
            fprintf(out, " %.*s", (int)strcspn(entry->name, "("), entry->name);
    }
    fputs(" studies", out);
    study_list_words(out);
}

const struct command command_list = {
    .name = "list",
    .operands = "[TOPIC|NAME]",
    .summary = "List losses, data laws, parameters and other names; for a NAME, its meaning and reference.",
    .takes = OPERANDS_NAMES,
    .least = 0,
    .most = 1,
    .notes =
        "TOPIC is losses, data, teachers, links, rules, engines, parameters, observables, scalars (numbers of a run "
        "that are no observables), statuses (of the points of a sweep) or studies; without one all are listed. NAME "
        "may be a value too: auto shows what each parameter takes for it.",
    .words = print_words,
    .run = list_entries,
};
