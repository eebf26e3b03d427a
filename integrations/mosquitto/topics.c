/* Scopes as topic filters: mqtt:read:FILTER and mqtt:write:FILTER. */

#include "keycard_mosquitto.h"

#include <string.h>

/* The levels of a topic or of a requested filter. Level i ends before starts[i + 1] - 1, which is a
 * slash or the NUL. */
struct levels {
    const char *starts[KM_MOST_LEVELS + 1];
    size_t count;
};

static bool split(const char *topic, struct levels *levels)
{
    levels->count = 0;
    levels->starts[0] = topic;
    for (;; topic++) {
        if (*topic != '/' && *topic != '\0')
            continue;
        if (levels->count == KM_MOST_LEVELS)
            return false;
        levels->starts[++levels->count] = topic + 1;
        if (*topic == '\0')
            return true;
    }
}

/* True if the filter of a scope covers all topics of a topic or of a requested filter (MQTT 5.0
 * section 4.7). The work is one step for each character of the filter, whatever the length of the
 * topic. */
static bool covers(const char *filter, const struct levels *topic)
{
    size_t i;

    /* A leading wildcard does not match the topics of the broker (section 4.7.2). */
    if (*topic->starts[0] == '$' && *filter != '$')
        return false;
    for (i = 0;; i++) {
        const size_t granted = strcspn(filter, "/");
        const bool is_last = filter[granted] == '\0';
        const char *level;
        size_t length;

        if (granted == 1 && *filter == '#')
            /* A final # also covers the level above it (section 4.7.1.2). */
            return is_last;
        if (i == topic->count)
            return false;
        level = topic->starts[i];
        length = (size_t)(topic->starts[i + 1] - level) - 1;
        if (length == 1 && *level == '#')
            return false;
        if (!(granted == 1 && *filter == '+') && (granted != length || memcmp(filter, level, length) != 0))
            return false;
        if (is_last)
            return i + 1 == topic->count;
        filter += granted + 1;
    }
}

/* Each filter of a grant is a string that begins with R or W. An empty string ends the list. */
bool km_topics_add(struct km_grant *grant, keycard_bytes scope)
{
    static const struct {
        keycard_bytes prefix;
        char mode;
    } modes[] = {{KEYCARD_BYTES_INIT("mqtt:read:"), 'R'}, {KEYCARD_BYTES_INIT("mqtt:write:"), 'W'}};
    size_t i;

    for (i = 0; i < 2; i++) {
        const keycard_bytes prefix = modes[i].prefix;
        char *at = grant->filters + grant->filters_length;
        size_t length;

        if (scope.length <= prefix.length || memcmp(scope.data, prefix.data, prefix.length) != 0)
            continue;
        length = scope.length - prefix.length;
        /* Room for the mode, the NUL of this filter, and the NUL of the list. */
        if (grant->filter_count == KM_MOST_FILTERS || grant->filters_length + length + 3 > sizeof grant->filters)
            return false;
        *at++ = modes[i].mode;
        memcpy(at, (const char *)scope.data + prefix.length, length);
        at[length] = at[length + 1] = '\0';
        grant->filters_length += length + 2;
        grant->filter_count++;
        return true;
    }
    return true;
}

/* Returns the filter of $share/GROUP/FILTER (MQTT 5.0 section 4.8.2), the topic itself if it is not
 * shared, or NULL if it is malformed. */
static const char *unshared(const char *topic)
{
    static const char share[] = "$share/";
    size_t group;

    if (strcmp(topic, "$share") == 0)
        return NULL;
    if (strncmp(topic, share, sizeof share - 1) != 0)
        return topic;
    topic += sizeof share - 1;
    /* The group has at least one character, and must not contain one of these. */
    group = strcspn(topic, "/+#");
    if (group == 0 || topic[group] != '/' || topic[group + 1] == '\0')
        return NULL;
    topic += group + 1;
    /* A shared subscription cannot contain another one. */
    return strncmp(topic, "$share", 6) == 0 ? NULL : topic;
}

const char *km_topics_denial(const char *filters, int access, const char *topic)
{
    const char mode = access == MOSQ_ACL_WRITE ? 'W' : 'R';
    const char *filter = unshared(topic);
    struct levels levels;

    if (filter == NULL || (access == MOSQ_ACL_WRITE && filter != topic))
        return "the shared subscription is malformed";
    /* To end a subscription, a client needs no scope. */
    if (access == MOSQ_ACL_UNSUBSCRIBE)
        return NULL;
    if (!split(filter, &levels))
        return "the topic has too many levels";
    for (; *filters != '\0'; filters += strlen(filters) + 1)
        if (*filters == mode && covers(filters + 1, &levels))
            return NULL;
    return "no scope of the token covers it";
}
