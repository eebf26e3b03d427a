/* The hooks of Envoy that this module leaves empty. Envoy does not load a module that lacks one of
 * them. The statuses for bodies and trailers are 0, which continues. Envoy passes arguments that no
 * stub reads. */

#include "envoy_abi.h"

#define STUB(name) \
    ENVOY_HOOK int envoy_dynamic_module_on_http_filter_##name(void); \
    int envoy_dynamic_module_on_http_filter_##name(void) \
    { \
        return ENVOY_CONTINUE; \
    }

STUB(request_body)
STUB(response_body)
STUB(response_trailers)
STUB(stream_complete)
STUB(scheduled)
STUB(local_reply)
STUB(http_callout_done)
STUB(http_stream_headers)
STUB(http_stream_data)
STUB(http_stream_trailers)
STUB(http_stream_complete)
STUB(http_stream_reset)
STUB(downstream_above_write_buffer_high_watermark)
STUB(downstream_below_write_buffer_low_watermark)
STUB(config_http_stream_headers)
STUB(config_http_stream_data)
STUB(config_http_stream_trailers)
STUB(config_http_stream_complete)
STUB(config_http_stream_reset)
