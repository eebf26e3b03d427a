/* Log lines without control characters, at a limited rate. */

#include "keycard_mosquitto.h"

#include <stdio.h>
#include <string.h>

/* The maximum number of lines about clients in one second. The rest are counted. */
#define MOST_LINES 50
#define LONGEST_SHOWN 200

static struct {
    int64_t second;
    unsigned long written, dropped;
} lines;

/* Copies a string of a client. Every byte that is not printable ASCII becomes \xNN, so that a
 * client cannot forge lines of the log. */
static const char *printable(const char *string, char copy[LONGEST_SHOWN])
{
    static const char digits[] = "0123456789abcdef", more[] = "...";
    size_t used = 0;

    /* Room for the longest escape, the dots and the NUL. */
    for (; *string != '\0' && used + 4 + sizeof more <= LONGEST_SHOWN; string++) {
        const unsigned char byte = (unsigned char)*string;

        if (byte >= 0x20 && byte < 0x7f && byte != '\\') {
            copy[used++] = *string;
            continue;
        }
        copy[used++] = '\\';
        copy[used++] = 'x';
        copy[used++] = digits[byte >> 4];
        copy[used++] = digits[byte & 15];
    }
    memcpy(copy + used, *string == '\0' ? "" : more, *string == '\0' ? 1 : sizeof more);
    return copy;
}

void km_log_client(const char *what, const char *client_id, const char *address, const char *about, const char *reason,
                   keycard_bytes claim)
{
    char id[LONGEST_SHOWN], from[LONGEST_SHOWN], topic[LONGEST_SHOWN], line[4 * LONGEST_SHOWN];

    km_log_dropped(km_now());
    if (lines.written >= MOST_LINES) {
        lines.dropped++;
        return;
    }
    lines.written++;
    /* The claim is a static string of the library. */
    snprintf(line, sizeof line, "keycard: %s%s%s %s%s%s: %s%s" KEYCARD_FORMAT "%s", printable(client_id, id),
             address == NULL ? "" : " at ", address == NULL ? "" : printable(address, from), what,
             about == NULL ? "" : " ", about == NULL ? "" : printable(about, topic), reason,
             claim.length > 0 ? " (" : "", KEYCARD_ARGUMENTS(claim), claim.length > 0 ? ")" : "");
    mosquitto_log_printf(MOSQ_LOG_NOTICE, "%s", line);
}

/* Begins a new second, and logs how many lines were dropped in the last one. */
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
