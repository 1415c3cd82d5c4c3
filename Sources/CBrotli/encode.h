#ifndef LINGER_CBROTLI_ENCODE_H
#define LINGER_CBROTLI_ENCODE_H

#include <brotli/encode.h>

#endif
