#include <array>
#include <bit>
#include <mutex>
#include <optional>

#include "driver/hidapi_backend.hpp"

#include <dlfcn.h>

namespace ledger_bridge::driver {

namespace {

const char* library_name(HidBackend backend) {
    return backend == HidBackend::hidraw ? "libhidapi-hidraw.so.0" : "libhidapi-libusb.so.0";
}

template <class Function>
bool find(void* library, const char* name, Function& function) {
    function = std::bit_cast<Function>(::dlsym(library, name));
    return function != nullptr;
}

Error not_loaded(HidBackend backend) {
    const char* reason = ::dlerror();  // NOLINT(concurrency-mt-unsafe): glibc keeps one per thread
    return fail(Errc::system,
                std::string(reason == nullptr ? library_name(backend) : reason) +
                    "; install the package libhidapi-" + std::string(text(backend)) + "0");
}

Result<HidApi> load(HidBackend backend) {
    auto* library = ::dlopen(library_name(backend), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        return not_loaded(backend);
    }
    HidApi api;
    api.backend = backend;
    const bool complete =
        find(library, "hid_init", api.init) && find(library, "hid_open_path", api.open_path) &&
        find(library, "hid_close", api.close) && find(library, "hid_write", api.write) &&
        find(library, "hid_read_timeout", api.read_timeout) &&
        find(library, "hid_error", api.error);
    if (!complete) {
        return not_loaded(backend);
    }
    if (api.init() != 0) {
        return fail(Errc::system, std::string(library_name(backend)) + ": hid_init failed");
    }
    return api;
}

}  // namespace

// hid_exit is never called: it would have to come after the last port of every thread, and all it
// does is to free what the end of the process frees.
Result<const HidApi*> load_hid_api(HidBackend backend) {
    static std::mutex mutex;
    static std::array<std::optional<HidApi>, 2> loaded;
    const std::lock_guard lock(mutex);
    auto& api = loaded[backend == HidBackend::hidraw ? 0 : 1];
    if (!api) {
        const auto fresh = load(backend);
        if (!fresh) {
            return fresh.error();
        }
        api = *fresh;
    }
    return &*api;
}

}  // namespace ledger_bridge::driver
