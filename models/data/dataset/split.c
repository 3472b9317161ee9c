/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Choice of the rows that are held out for testing. */
#include "models/data/dataset/examples.h"

#include <math.h>
#include <sgdmft/random.h>

/* Of `held` rows, those of class +1: their share, as far as both classes keep a row for training. */
static size_t held_positive(const struct examples *examples, size_t held)
{
    const size_t rows = examples->rows, positives = (size_t)examples->facts.positives, negatives = rows - positives;
    size_t share = (size_t)lround((double)held * (double)positives / (double)rows);
    share = share < positives ? share : positives - 1;
    return held - share < negatives ? share : held - (negatives - 1);
}

/* Sequential sampling (Knuth, The Art of Computer Programming 2, 3.4.2, algorithm S), each class from a stream of its
 * own: every choice is equally likely, and the rows are in order. */
void examples_split(const struct examples *examples, size_t held, uint64_t seed, uint32_t owner, uint32_t *train,
                    uint32_t *test)
{
    const size_t of_positive = held_positive(examples, held), positives = (size_t)examples->facts.positives;
    size_t wanted[2] = {held - of_positive, of_positive}, left[2] = {examples->rows - positives, positives};
    struct sgdmft_stream stream[2] = {sgdmft_stream_open(seed, SGDMFT_SPLIT, owner, 0),
                                      sgdmft_stream_open(seed, SGDMFT_SPLIT, owner, 1)};
    for (size_t i = 0; i < examples->rows; i++) {
        const int class = examples->label[i] > 0;
        const bool is_held = sgdmft_below(&stream[class], (uint32_t)left[class]--) < wanted[class];
        wanted[class] -= is_held;
        *(is_held ? test++ : train++) = (uint32_t)i;
    }
}
