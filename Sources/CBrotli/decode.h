#ifndef LINGER_CBROTLI_DECODE_H
#define LINGER_CBROTLI_DECODE_H

#include <brotli/decode.h>

#endif
