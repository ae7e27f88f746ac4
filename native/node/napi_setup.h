// The only file that includes napi.h. Node-API 9 is what Node 18.17+, 20+ and Electron 25+ have.
#pragma once

#ifndef NAPI_VERSION
#define NAPI_VERSION 9
#endif
#ifndef NODE_ADDON_API_CPP_EXCEPTIONS
#define NODE_ADDON_API_CPP_EXCEPTIONS
#endif
#include <napi.h>
#include <uv.h>
