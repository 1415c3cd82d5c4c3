#ifndef LINGER_CZSTD_H
#define LINGER_CZSTD_H

#include <zstd.h>
#include <zstd_errors.h>

#endif
