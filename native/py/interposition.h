// Undoes what the dynamic linker of Linux does to libraries loaded into Node: Node's executable exports OpenSSL, zlib,
// brotli, libuv, llhttp, c-ares, nghttp2 …, it comes first in every search, so `_ssl` would call Node's OpenSSL.
// Knows neither Python nor Node. On other platforms the functions do nothing: names are bound per library there.
//
// Why not RTLD_DEEPBIND: it also cuts a library off from the executable's copies of `environ` and `std::cout`
// (uvloop's children would get the wrong environment) and from a preloaded malloc (jemalloc: heap corruption), and
// ASAN refuses it. Here a library is loaded as always; then those of its references that were bound to the host get
// the definition that they have outside it. Everything else stays as the linker made it. Constructors have run by then.
//
// One thread at a time.
#pragma once

#include <cstddef>

namespace snakebridge {

// Gives the library `handle` (from dlopen with RTLD_NOW) and the libraries it needs their own definitions.
// Returns the number of references changed; changes nothing the second time.
size_t undoInterposition(void* handle);

// Turns the library's references to the function `name` to `replacement`. The libraries it needs keep theirs.
void redirect(void* handle, const char* name, void* replacement);

}  // namespace snakebridge
