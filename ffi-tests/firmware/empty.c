/* An empty job: the cost that every image has. */

#include "measure.h"

int32_t load(const struct input *input)
{
    (void)input;
    return 0;
}

int32_t job(const struct input *input)
{
    return (input->text[0] ^ 1) == 'e';
}
