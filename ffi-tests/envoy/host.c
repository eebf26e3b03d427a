/* host FOLDER SECONDS: stands in for Envoy, so that the module of integrations/envoy runs with the
 * sanitizers. They cannot run in the process of Envoy, which has its own allocator. Four workers
 * send the requests of FOLDER/requests, while the main thread replaces the configuration of
 * FOLDER/config.json and the keys of FOLDER/keys.json, and answers fetches with FOLDER/answer.N in
 * turn.
 *
 * A request is a line: the accepted statuses as "200,401", then NAME=VALUE for each header, all
 * separated by tabs. A header "route" chooses FOLDER/route.json, and "certificate" is the digest
 * of the client certificate. */

#include "envoy_abi.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define WORKERS 4
#define MOST_HEADERS 32
#define MOST_REQUESTS 128
#define MOST_ANSWERS 16

/* A request, and the response of the module. */
typedef struct {
    size_t count;
    char *names[MOST_HEADERS], *values[MOST_HEADERS];
    const void *route;
    const char *certificate;
    unsigned status;
} request;

/* A configuration in use: Envoy frees it after the last request with it. */
typedef struct {
    unsigned users;
    const void *module, *route;
    atomic_uint scheduled;
    bool asks;
} config;

static struct {
    char *wanted[MOST_REQUESTS];
    char *headers[MOST_REQUESTS];
    size_t count;
} requests;
static char *config_text, *route_text, *answers[MOST_ANSWERS], *folder;
static size_t answer_count;
static config *current;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_bool ends;
static atomic_ulong done, wrong, fetched, touched;

/* Reads bytes that the module has passed, so that a sanitizer sees wrong ones. */
static void touch(envoy_bytes bytes)
{
    unsigned long sum = 0;
    size_t i;

    for (i = 0; i < bytes.length; i++)
        sum += (unsigned char)bytes.data[i];
    atomic_fetch_add_explicit(&touched, sum, memory_order_relaxed);
}

static char *copy_of(const char *data, size_t length)
{
    char *copy = malloc(length + 1);

    if (copy == NULL)
        abort();
    memcpy(copy, data, length);
    copy[length] = '\0';
    return copy;
}

/* --- functions of Envoy --- */

void envoy_dynamic_module_callback_log(int level, envoy_bytes message)
{
    (void)level;
    touch(message);
}

bool envoy_dynamic_module_callback_is_validation_mode(void)
{
    return false;
}

bool envoy_dynamic_module_callback_http_get_header(envoy_stream stream, int type, envoy_bytes name, envoy_bytes *value,
                                                   size_t index, size_t *count)
{
    const request *own = stream;
    size_t i, found = 0;

    value->data = NULL;
    value->length = 0;
    for (i = 0; type == ENVOY_REQUEST_HEADERS && i < own->count; i++)
        if (strlen(own->names[i]) == name.length && memcmp(own->names[i], name.data, name.length) == 0) {
            if (found++ == index) {
                value->data = own->values[i];
                value->length = strlen(own->values[i]);
            }
        }
    if (count != NULL)
        *count = found;
    return found > index;
}

size_t envoy_dynamic_module_callback_http_get_headers_size(envoy_stream stream, int type)
{
    return type == ENVOY_REQUEST_HEADERS ? ((request *)stream)->count : 0;
}

bool envoy_dynamic_module_callback_http_get_headers(envoy_stream stream, int type, envoy_header *headers)
{
    const request *own = stream;
    size_t i;

    for (i = 0; type == ENVOY_REQUEST_HEADERS && i < own->count; i++)
        headers[i] = (envoy_header){own->names[i], strlen(own->names[i]), own->values[i], strlen(own->values[i])};
    return type == ENVOY_REQUEST_HEADERS;
}

bool envoy_dynamic_module_callback_http_set_header(envoy_stream stream, int type, envoy_bytes name, envoy_bytes value)
{
    request *own = stream;
    char *set = value.data == NULL ? NULL : copy_of(value.data, value.length);
    size_t i, kept = 0;

    touch(name);
    for (i = 0; type == ENVOY_REQUEST_HEADERS && i < own->count; i++)
        if (strlen(own->names[i]) == name.length && memcmp(own->names[i], name.data, name.length) == 0) {
            free(own->names[i]);
            free(own->values[i]);
        } else {
            own->names[kept] = own->names[i];
            own->values[kept++] = own->values[i];
        }
    if (type == ENVOY_REQUEST_HEADERS)
        own->count = kept;
    if (set != NULL && type == ENVOY_REQUEST_HEADERS && own->count < MOST_HEADERS) {
        own->names[own->count] = copy_of(name.data, name.length);
        own->values[own->count++] = set;
    } else {
        free(set);
    }
    return true;
}

void envoy_dynamic_module_callback_http_send_response(envoy_stream stream, uint32_t status, envoy_header *headers,
                                                      size_t header_count, envoy_bytes body, envoy_bytes details)
{
    size_t i;

    for (i = 0; i < header_count; i++) {
        touch((envoy_bytes){headers[i].name, headers[i].name_length});
        touch((envoy_bytes){headers[i].value, headers[i].value_length});
    }
    touch(body);
    touch(details);
    ((request *)stream)->status = status;
}

void envoy_dynamic_module_callback_http_set_dynamic_metadata_string(envoy_stream stream, envoy_bytes space,
                                                                    envoy_bytes name, envoy_bytes value)
{
    (void)stream;
    touch(space);
    touch(name);
    touch(value);
}

void envoy_dynamic_module_callback_http_set_dynamic_metadata_number(envoy_stream stream, envoy_bytes space,
                                                                    envoy_bytes name, double value)
{
    (void)stream;
    (void)value;
    touch(space);
    touch(name);
}

void envoy_dynamic_module_callback_http_set_dynamic_metadata_bool(envoy_stream stream, envoy_bytes space,
                                                                  envoy_bytes name, bool value)
{
    envoy_dynamic_module_callback_http_set_dynamic_metadata_number(stream, space, name, value);
}

bool envoy_dynamic_module_callback_http_add_dynamic_metadata_list_string(envoy_stream stream, envoy_bytes space,
                                                                         envoy_bytes name, envoy_bytes value)
{
    envoy_dynamic_module_callback_http_set_dynamic_metadata_string(stream, space, name, value);
    return true;
}

bool envoy_dynamic_module_callback_http_filter_get_attribute_string(envoy_stream stream, int attribute,
                                                                    envoy_bytes *value)
{
    const request *own = stream;

    if (attribute != ENVOY_PEER_CERTIFICATE_DIGEST || own->certificate == NULL)
        return false;
    value->data = own->certificate;
    value->length = strlen(own->certificate);
    return true;
}

const void *envoy_dynamic_module_callback_get_most_specific_route_config(envoy_stream stream)
{
    return ((request *)stream)->route;
}

int envoy_dynamic_module_callback_http_filter_config_define_counter(envoy_config envoy, envoy_bytes name,
                                                                    envoy_bytes *labels, size_t label_count,
                                                                    size_t *counter)
{
    (void)envoy;
    touch(name);
    if (label_count > 0)
        touch(labels[0]);
    *counter = 1;
    return 0;
}

int envoy_dynamic_module_callback_http_filter_increment_counter(envoy_stream stream, size_t counter, envoy_bytes *values,
                                                                size_t value_count, uint64_t by)
{
    (void)stream;
    (void)counter;
    (void)by;
    if (value_count > 0)
        touch(values[0]);
    return 0;
}

int envoy_dynamic_module_callback_http_filter_config_increment_counter(envoy_config envoy, size_t counter,
                                                                       envoy_bytes *values, size_t value_count,
                                                                       uint64_t by)
{
    return envoy_dynamic_module_callback_http_filter_increment_counter(envoy, counter, values, value_count, by);
}

envoy_scheduler envoy_dynamic_module_callback_http_filter_config_scheduler_new(envoy_config envoy)
{
    config **made = malloc(sizeof *made);

    if (made == NULL)
        abort();
    *made = envoy;
    return made;
}

void envoy_dynamic_module_callback_http_filter_config_scheduler_commit(envoy_scheduler scheduler, uint64_t event)
{
    config *own = *(config **)scheduler;

    (void)event;
    atomic_fetch_add(&own->scheduled, 1);
}

void envoy_dynamic_module_callback_http_filter_config_scheduler_delete(envoy_scheduler scheduler)
{
    free(scheduler);
}

int envoy_dynamic_module_callback_http_filter_config_http_callout(envoy_config envoy, uint64_t *callout,
                                                                  envoy_bytes cluster, envoy_header *headers,
                                                                  size_t header_count, envoy_bytes body,
                                                                  uint64_t milliseconds)
{
    (void)body;
    (void)milliseconds;
    (void)headers;
    (void)header_count;
    touch(cluster);
    *callout = 7;
    ((config *)envoy)->asks = true;
    return ENVOY_CALLOUT_STARTED;
}

/* --- configurations --- */

static void drop(config *own)
{
    bool is_last;

    pthread_mutex_lock(&lock);
    is_last = --own->users == 0;
    pthread_mutex_unlock(&lock);
    if (!is_last)
        return;
    envoy_dynamic_module_on_http_filter_config_destroy(own->module);
    envoy_dynamic_module_on_http_filter_per_route_config_destroy(own->route);
    free(own);
}

static void replace_config(void)
{
    static const envoy_bytes name = {"keycard", 7};
    config *made = calloc(1, sizeof *made), *old;

    if (made == NULL)
        abort();
    made->users = 1;
    made->module = envoy_dynamic_module_on_http_filter_config_new(
        made, name, (envoy_bytes){config_text, strlen(config_text)});
    made->route = envoy_dynamic_module_on_http_filter_per_route_config_new(
        name, (envoy_bytes){route_text, strlen(route_text)});
    if (made->module == NULL || made->route == NULL) {
        fprintf(stderr, "host: the module does not take the configuration\n");
        exit(1);
    }
    pthread_mutex_lock(&lock);
    old = current;
    current = made;
    pthread_mutex_unlock(&lock);
    if (old != NULL)
        drop(old);
}

/* Answers the fetch of a configuration, with an error now and then. */
static void answer_fetches(config *own)
{
    const unsigned long number = atomic_fetch_add(&fetched, 1);
    const char *text = answers[number % answer_count];
    const size_t half = strlen(text) / 2;
    envoy_bytes body[] = {{text, half}, {text + half, strlen(text) - half}};
    envoy_header status = {":status", 7, "200", 3};

    own->asks = false;
    if (number % 5 == 4)
        status.value = "500";
    envoy_dynamic_module_on_http_filter_config_http_callout_done(own, own->module, 7, number % 7 == 6, &status, 1, body, 2);
}

static void serve_main_thread(void)
{
    config *own = current;

    if (atomic_exchange(&own->scheduled, 0) > 0)
        envoy_dynamic_module_on_http_filter_config_scheduled(own, own->module, 0);
    if (own->asks)
        answer_fetches(own);
}

/* --- requests --- */

static void send_request(size_t at)
{
    char *line = copy_of(requests.headers[at], strlen(requests.headers[at])), *rest = line, *pair, status[12];
    request own = {0};
    const void *filter;
    config *used;

    pthread_mutex_lock(&lock);
    used = current;
    used->users++;
    pthread_mutex_unlock(&lock);
    while ((pair = strsep(&rest, "\t")) != NULL) {
        char *equals = strchr(pair, '=');

        if (equals == NULL || own.count == MOST_HEADERS)
            continue;
        *equals = '\0';
        if (strcmp(pair, "route") == 0) {
            own.route = used->route;
        } else if (strcmp(pair, "certificate") == 0) {
            own.certificate = equals + 1;
        } else {
            own.names[own.count] = copy_of(pair, strlen(pair));
            own.values[own.count++] = copy_of(equals + 1, strlen(equals + 1));
        }
    }
    filter = envoy_dynamic_module_on_http_filter_new(used->module, &own);
    if (envoy_dynamic_module_on_http_filter_request_headers(&own, filter, true) == ENVOY_CONTINUE)
        own.status = 200;
    envoy_dynamic_module_on_http_filter_response_headers(&own, filter, true);
    envoy_dynamic_module_on_http_filter_destroy(filter);
    snprintf(status, sizeof status, "%u", own.status);
    if (strstr(requests.wanted[at], status) == NULL && atomic_fetch_add(&wrong, 1) == 0)
        fprintf(stderr, "host: %s in place of %s for %s\n", status, requests.wanted[at], requests.headers[at]);
    while (own.count > 0) {
        free(own.names[--own.count]);
        free(own.values[own.count]);
    }
    free(line);
    drop(used);
    atomic_fetch_add(&done, 1);
}

static void *work(void *given)
{
    size_t at = (size_t)given;

    while (!atomic_load(&ends))
        send_request(at++ % requests.count);
    return NULL;
}

/* --- files --- */

static char *read_file(const char *name)
{
    char path[512], *text = calloc(1, 1 << 21);
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "rb");
    if (file == NULL || text == NULL) {
        free(text);
        return NULL;
    }
    fread(text, 1, (1 << 21) - 1, file);
    fclose(file);
    return text;
}

static void write_keys(unsigned number)
{
    char from[512], fresh[512], path[512], *text;
    FILE *file;

    snprintf(from, sizeof from, "keys.%u", number % 3);
    snprintf(fresh, sizeof fresh, "%s/keys.new", folder);
    snprintf(path, sizeof path, "%s/keys.json", folder);
    text = read_file(from);
    file = fopen(fresh, "wb");
    if (text == NULL || file == NULL)
        abort();
    fwrite(text, 1, strlen(text), file);
    fclose(file);
    rename(fresh, path);
    free(text);
}

int main(int argc, char **argv)
{
    pthread_t workers[WORKERS];
    char *lines, *line, name[32];
    unsigned round;
    time_t end;
    size_t i;

    if (argc != 3)
        return 2;
    folder = argv[1];
    end = time(NULL) + atoi(argv[2]);
    config_text = read_file("config.json");
    route_text = read_file("route.json");
    lines = read_file("requests");
    for (; answer_count < MOST_ANSWERS; answer_count++) {
        snprintf(name, sizeof name, "answer.%zu", answer_count);
        if ((answers[answer_count] = read_file(name)) == NULL)
            break;
    }
    if (config_text == NULL || route_text == NULL || lines == NULL || answer_count == 0)
        return 2;
    for (char *rest = lines; (line = strsep(&rest, "\n")) != NULL && requests.count < MOST_REQUESTS;)
        if (*line != '\0') {
            requests.wanted[requests.count] = strsep(&line, "\t");
            requests.headers[requests.count++] = line;
        }
    write_keys(0);
    replace_config();
    for (i = 0; i < WORKERS; i++)
        pthread_create(&workers[i], NULL, work, (void *)i);
    for (round = 1; time(NULL) < end; round++) {
        usleep(20000);
        serve_main_thread();
        if (round % 10 == 0)
            replace_config();
        if (round % 25 == 0)
            write_keys(round / 25);
    }
    atomic_store(&ends, true);
    for (i = 0; i < WORKERS; i++)
        pthread_join(workers[i], NULL);
    drop(current);
    for (i = 0; i < answer_count; i++)
        free(answers[i]);
    free(config_text);
    free(route_text);
    free(lines);
    printf("%lu requests, %lu fetches, %lu wrong answers\n", done, fetched, wrong);
    return wrong == 0 ? 0 : 1;
}
