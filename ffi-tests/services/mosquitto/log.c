/* Lines of the log, without control characters and at a bounded rate. */

#include "keycard_mosquitto.h"

#include <stdio.h>
#include <string.h>

/* Lines on clients in one second. The rest are counted. */
#define MOST_LINES 50
#define LONGEST_SHOWN 200

static struct {
    int64_t second;
    unsigned long written, dropped;
} lines;

/* Copies a string of a client. What is not printable ASCII becomes \xNN: a client must not forge
 * lines of the log. */
static const char *printable(const char *string, char *copy)
{
    static const char digits[] = "0123456789abcdef";
    char *at = copy;

    if (string == NULL)
        return "-";
    for (; *string != '\0' && at - copy < LONGEST_SHOWN - 4; string++) {
        const unsigned char byte = (unsigned char)*string;

        if (byte >= 0x20 && byte < 0x7f && byte != '\\') {
            *at++ = *string;
            continue;
        }
        *at++ = '\\';
        *at++ = 'x';
        *at++ = digits[byte >> 4];
        *at++ = digits[byte & 15];
    }
    if (*string != '\0')
        for (size_t i = 0; i < 3; i++)
            *at++ = '.';
    *at = '\0';
    return copy;
}

void km_log_client(const char *what, struct mosquitto *client, const char *about, const char *reason,
                   keycard_text claim)
{
    char id[LONGEST_SHOWN], address[LONGEST_SHOWN], topic[LONGEST_SHOWN], line[4 * LONGEST_SHOWN];

    km_log_dropped(km_now());
    if (lines.written >= MOST_LINES) {
        lines.dropped++;
        return;
    }
    lines.written++;
    /* The claim is a static string of the library. */
    snprintf(line, sizeof line, "keycard: %s at %s %s%s%s: %s%s%.*s%s", printable(mosquitto_client_id(client), id),
             printable(mosquitto_client_address(client), address), what, about == NULL ? "" : " ",
             about == NULL ? "" : printable(about, topic), reason, claim.length > 0 ? " (" : "", (int)claim.length,
             claim.length > 0 ? claim.data : "", claim.length > 0 ? ")" : "");
    mosquitto_log_printf(MOSQ_LOG_NOTICE, "%s", line);
}

/* Begins a new second, and says how many lines the last one lacks. */
void km_log_dropped(int64_t now)
{
    if (now == lines.second)
        return;
    if (lines.dropped > 0)
        mosquitto_log_printf(MOSQ_LOG_NOTICE, "keycard: %lu more rejections in one second are not logged",
                             lines.dropped);
    lines.second = now;
    lines.written = lines.dropped = 0;
}
