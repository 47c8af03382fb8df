/*
 * openapi.h: the interface for programs described as OpenAPI 3.1, from the same tables that answer it.
 */
#ifndef ENGINE_OPENAPI_H
#define ENGINE_OPENAPI_H

#include "base/buf.h"
#include "engine/app.h"

#define OPENAPI_MAX ((size_t)4 * MB)

/* The whole description, English. E_LIMIT when `out` is too small. */
MUST_USE int openapi_write(const struct app *app, struct arena *a, struct buf *out);

/* GET /openapi.json, for anybody: it holds no data. */
void openapi_page(struct req *r);

#endif
